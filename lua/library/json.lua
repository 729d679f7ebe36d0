---@meta

--- JSON text to tables and back.
---@class json
---@field null lightuserdata null in a list
json = {}

--- The value, which behaves as an event does; nil and a reason for what is no JSON.
---@param text string?
---@return any
---@return string? reason
function json.decode(text) end

--- One line of JSON.
---@param value any
---@return string
function json.encode(value) end

--- Marks a list so that it is printed as [] when it is empty.
---@param list? table
---@return table
function json.array(list) end
