---@meta

--- Whether something is in a list. A list in `params` is indexed once.
---@class lookup
lookup = {}

--- Whether the value is in the list.
---@param list any[]?
---@param value any
---@return boolean
function lookup.has(list, value) end

--- Whether one of the values is in the list.
---@param list any[]?
---@param values any
---@return boolean
function lookup.any(list, values) end
