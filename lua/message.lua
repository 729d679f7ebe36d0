--- What messages for people are made of: an alert's values, cut and without anything that deceives
--- the eye. local message = require "message"

---@class message
local message = {}

local aws = require "aws"
local text = require "text"

--- Format (bidirectional, zero-width, tags), private and separator characters, and blanks that are
--- no blanks; behind them, control characters with and without the line's end.
local OTHERS = [[\p{Cf}\p{Co}\p{Zl}\p{Zp}\x{34F}\x{115F}\x{1160}\x{180B}-\x{180F}]]
  .. [[\x{2800}\x{3164}\x{FE00}-\x{FE0F}\x{FFA0}]]
local INVISIBLE = [=[[\p{Cc}]=] .. OTHERS .. "]++"
local BUT_LINES = [=[[\x00-\x09\x0B-\x1F\x7F-\x9F]=] .. OTHERS .. "]++"

local FACTS, LABEL = 16, 75 -- facts, and characters of a label

--- Whether the value, printed as JSON, is no longer than `room` bytes; answers what is left of it,
--- or nil. Looks no further than it must.
---@param value any
---@param room integer
---@return integer?
function message.fits(value, room)
  if type(value) == "string" then room = room - #value - 2
  elseif type(value) ~= "table" then room = room - 8
  else
    room = room - 2
    for key, item in pairs(value) do
      if type(key) == "string" then room = room - #key - 3 end
      room = room > 0 and message.fits(item, room - 1) or -1
      if room < 0 then return nil end
    end
  end
  return room >= 0 and room or nil
end

--- A value as text that shows all it holds, in at most `most` characters. A line's end becomes a
--- blank unless `keep_lines`. nil is "".
---@param value any
---@param most integer
---@param keep_lines? boolean
---@return string
function message.visible(value, most, keep_lines)
  if value == nil or value == json.null then return "" end
  if type(value) == "table" then
    value = message.fits(value, 4 * most) and json.encode(value) or "(too long to show)"
  end
  local s = text.truncate_bytes(tostring(value), 8 * most)
  if keep_lines then
    s = regex.replace(s:gsub("\r\n?", "\n"), BUT_LINES, "")
  else
    s = regex.replace(s:gsub("[\r\n\t]+", " "), INVISIBLE, "")
  end
  return #s <= most and s or text.truncate(s, most)
end

--- What is odd about the event, in one line: "duplicate-key userAgent; nul requestParameters.name".
--- "" where nothing is.
---@param alert Alert
---@return string
function message.notes(alert)
  local parts = {}
  for i, note in ipairs(alert.notes) do
    parts[i] = note.note == "more" and note.count .. " more" or note.note .. " " .. note.path
  end
  return table.concat(parts, "; ")
end

local function counted(count, one, many)
  return count .. " " .. (count == 1 and one or many)
end

--- What is new about an alert that was told before: "37 more from 3 addresses". nil where this is no
--- update.
---@param alert Alert
---@return string?
function message.more(alert)
  local more = alert.more
  if not more or not more.count then return nil end
  local from = more.addresses and " from " .. counted(more.addresses, "address", "addresses") or ""
  return more.count .. " more" .. from
end

---@class message.Fact
---@field label string
---@field value string
---@field ours boolean whether the label is one of ours, not the event's or the rule's

--- What is worth knowing at a glance; what is empty is left out. Behind our own facts comes the
--- alert's context.
---@param alert Alert
---@param most integer characters of a value
---@return message.Fact[]
function message.facts(alert, most)
  local event = alert.event
  local facts = {}
  local function add(label, value, ours)
    local shown = message.visible(value, most)
    if shown:find("%S") then facts[#facts + 1] = { label = label, value = shown, ours = ours } end
  end
  add("Rule", alert.rule, true)
  add("Severity", alert.severity, true)
  add("Account", aws.account(event), true)
  add("Actor", aws.actor(event), true)
  add("Source IP", event.sourceIPAddress, true)
  add("Region", event.awsRegion, true)
  add("Time", alert.time, true)
  if (alert.count or 1) > 1 then
    add("Count", alert.count, true)
    add("Last time", alert.last_time, true)
  end
  add("Odd in the event", message.notes(alert), true)
  for key, value in pairs(alert.context) do
    if #facts >= FACTS then break end
    local label = message.visible(tostring(key), LABEL)
    if label:find("%S") then add(label, value, false) end
  end
  return facts
end

--- The links of an alert: its references and its runbook, where they are http or https and could
--- not be mistaken for anything else.
---@param alert Alert
---@param most integer how many
---@return string[]
function message.links(alert, most)
  local links = {}
  local function add(url)
    local is_link = type(url) == "string" and #url <= 500 and #links < most
      and regex.test(url, [[^https?://[A-Za-z0-9][A-Za-z0-9.:-]*(?:[/?#][!#$%&()+,./0-9:;=?@A-Z\[\]_a-z~-]*)?\z]])
    if is_link then links[#links + 1] = url end
  end
  for _, url in ipairs(alert.references) do add(url) end
  add(alert.runbook)
  return links
end

return message
