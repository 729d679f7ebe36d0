---@meta

--- Seconds since 1970 in UTC. Where a time is wanted, text (RFC 3339) is taken too.
---@class time
time = {}

--- Seconds: an integer, a float where there is a fraction.
---@param text string|number?
---@return number?
function time.parse(text) end

--- As text: "2023-07-10T11:45:00Z".
---@param time string|number?
---@return string?
function time.format(time) end

--- 0 to 23.
---@param time string|number?
---@return integer?
function time.hour(time) end

--- 1 (Monday) to 7.
---@param time string|number?
---@return integer?
function time.weekday(time) end
