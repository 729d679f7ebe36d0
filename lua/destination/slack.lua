--- Slack's incoming webhooks, as Block Kit: https://api.slack.com/messaging/webhooks
---
--- Every value is a plain_text element, in which nothing formats and nobody is mentioned, and is
--- escaped as well; mrkdwn is for our own words and for links that hold no other character than a
--- link's. Lengths are counted after escaping.

local message = require "message"

local HEADER, SECTION, FIELD, FALLBACK, CONTEXT = 150, 1500, 200, 300, 300
local FIELDS = 10 -- of one section
local LINKS = 3

local SIGNS = { critical = "🔴", high = "🟠", medium = "🟡", low = "🔵", info = "⚪" }

local function escape(s)
  return (s:gsub("[&<>]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;" }))
end

--- Escaped and never longer than `most` characters, without cutting an escape in two.
local function plain(value, most, keep_lines)
  local room, s = most, nil
  repeat
    s = escape(message.visible(value, room, keep_lines))
    local length = utf8.len(s)
    room = room * most // math.max(length, 1)
  until length <= most
  return s
end

local function plain_text(value, most, keep_lines)
  return { type = "plain_text", text = plain(value, most, keep_lines), emoji = false }
end

local function title_of(alert)
  local state = alert.state == "resolved" and "resolved: " or ""
  return (SIGNS[alert.severity] or "") .. " " .. string.upper(tostring(alert.severity)) .. " "
    .. state .. tostring(alert.title)
end

local function label_of(fact)
  if not fact.ours then return plain_text(fact.label, FIELD) end
  return { type = "mrkdwn", text = "*" .. fact.label .. "*" }
end

--- Two columns, a label and its value.
local function add_facts(blocks, facts)
  local fields
  for _, fact in ipairs(facts) do
    if not fields or #fields == FIELDS then
      fields = {}
      blocks[#blocks + 1] = { type = "section", fields = fields }
    end
    fields[#fields + 1] = label_of(fact)
    fields[#fields + 1] = plain_text(fact.value, FIELD)
  end
end

local function add_section(blocks, value)
  local element = plain_text(value, SECTION, true)
  if element.text:find("%S") then blocks[#blocks + 1] = { type = "section", text = element } end
end

local function footer(alert)
  local elements = { plain_text("alert " .. tostring(alert.id), CONTEXT) }
  for _, url in ipairs(message.links(alert, LINKS)) do
    elements[#elements + 1] = { type = "mrkdwn", text = "<" .. escape(url) .. ">" }
  end
  local failed = #alert.errors > 0
  if failed then
    elements[#elements + 1] = plain_text("the rule failed in part: " .. json.encode(alert.errors), CONTEXT)
  end
  return { type = "context", elements = elements }
end

--- What is new about an alert that was told before; nil where it is told for the first time, or again
--- from the beginning.
local function news_of(alert)
  if alert.state ~= "resolved" then return message.more(alert) end
  local count = alert.count or 1
  return "Resolved. " .. (count == 1 and "1 match" or count .. " matches") .. ", the last at "
    .. tostring(alert.last_time or alert.time or "an unknown time")
end

local function add_all(blocks, alert)
  add_section(blocks, alert.description)
  add_facts(blocks, message.facts(alert, FIELD))
  if #message.links({ references = { alert.runbook } }, 1) == 0 then add_section(blocks, alert.runbook) end
end

---@param alert table
---@return Request
function request(alert)
  local title, news = title_of(alert), news_of(alert)
  local blocks = { { type = "header", text = plain_text(title, HEADER) } }
  if news then add_section(blocks, news) else add_all(blocks, alert) end
  blocks[#blocks + 1] = footer(alert)
  return {
    body = {
      text = plain(news and news .. ": " .. title or title, FALLBACK),
      blocks = blocks,
      unfurl_links = false,
      unfurl_media = false,
    },
  }
end

--- "ok" is the answer; a page of something between here and Slack, or an error that calls itself
--- 200, is no message delivered.
---@param response Response
---@return Verdict
function verdict(response)
  if response.status ~= 200 then return nil end
  local answer = json.decode(response.body)
  local failed = response.body:find("^%s*<") or type(answer) == "table" and answer.ok == false
  return failed and "later" or "done"
end
