-- Every rule is called with every event, in one Lua state without limits: loop.lua EVENTS < RULES
--
-- RULES: the manifests, one after the other, of which only the Lua counts. Prints how many pairs
-- matched, and of how many events.
local cjson = require "cjson"

-- nil, null and other scalars are empty all the way down, as rules are told.
local empty = { __index = function() end }
debug.setmetatable(nil, empty)
debug.setmetatable(0, empty)
debug.setmetatable(true, empty)
debug.setmetatable(cjson.null, { __index = { sub = function() return "" end } })

local function load_rules(text)
  local rules = {}
  for code in text:gmatch("\nlua: |\n(%s.-\n)%f[%S]") do
    rules[#rules + 1] = assert(load(code .. " return rule"))()
  end
  return rules
end

local rules = load_rules(io.read("a") .. "\n--")
local events, matches = 0, 0
for line in io.lines(arg[1]) do
  local event = cjson.decode(line)
  events = events + 1
  for i = 1, #rules do
    local good, matched = pcall(rules[i], event)
    if good and matched == true then matches = matches + 1 end
  end
end
print(matches .. " " .. events)
