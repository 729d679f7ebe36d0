--- What every rule has without require and is best said in Lua. Each is a global of the rule.

---@class prelude
local prelude = {}

local null = json.null

--- Splits "a.b\.c" into "a" and "b.c". Paths are few, so each is split once.
local split = {}
local split_count = 0

local function keys_of(path)
  local keys = split[path]
  if keys then return keys end
  keys = {}
  local text = path:gsub("\\%.", "\0")
  for key in (text .. "."):gmatch("([^.]*)%.") do
    keys[#keys + 1] = (key:gsub("\0", "."))
  end
  if split_count < 256 then
    split[path] = keys
    split_count = split_count + 1
  end
  return keys
end

--- The value at a dotted path, or the default where there is none. `\.` is a dot inside a key, a
--- number counts the elements of a list from 1.
---@param event any
---@param path string
---@param default? any
---@return any
function prelude.get(event, path, default)
  if type(path) ~= "string" then
    error("get: argument 2 is a " .. type(path) .. ", expected a path", 2)
  end
  local value = event
  for _, key in ipairs(keys_of(path)) do
    if type(value) ~= "table" then return default end
    local below = value[key]
    if below == nil then below = value[math.tointeger(key)] end
    value = below
  end
  if value == nil or value == null then return default end
  return value
end

--- What a function of a list is given: a list, or one value that stands for a list of one.
local function each(list)
  if list == nil or list == null then return ipairs(nil) end
  if type(list) ~= "table" then return ipairs({ list }) end
  return ipairs(list)
end

local function holds(test, value)
  if type(test) == "function" then return test(value) end
  return test == value
end

--- Whether the value or function holds for an element. A single value is a list of one, nil an
--- empty list.
---@param list any
---@param test any value to be equal to, or function(element)
---@return boolean
function prelude.any(list, test)
  for _, value in each(list) do
    if holds(test, value) then return true end
  end
  return false
end

--- Whether the value or function holds for every element, and there is one.
---@param list any
---@param test any value to be equal to, or function(element)
---@return boolean
function prelude.all(list, test)
  local some = false
  for _, value in each(list) do
    if not holds(test, value) then return false end
    some = true
  end
  return some
end

--- Whether the value is one of the others, or of the lists among them. nil is none of them.
---@param value any
---@param ... any
---@return boolean
function prelude.one_of(value, ...)
  if value == nil then return false end
  for i = 1, select("#", ...) do
    local other = select(i, ...)
    if other == value then return true end
    if type(other) == "table" and prelude.any(other, value) then return true end
  end
  return false
end

return prelude
