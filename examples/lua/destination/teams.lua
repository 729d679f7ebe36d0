-- A destination type of one's own: Microsoft Teams, through the URL of a workflow that posts what a
-- webhook receives. In tocsin.yaml, beside which this file is lua/destination/teams.lua:
--
--     soc-teams: {type: teams, url: "${TEAMS_WORKFLOW_URL}"}
--
-- request(alert, settings) answers {url, method, headers, body}; what is left out is the destination's
-- own URL, POST, and none. A body that is a table goes out as JSON. A setting with ${…} is seen here as
-- a placeholder, which the sender fills in.

local text = require "text"

local COLORS = {critical = "Attention", high = "Attention", medium = "Warning", low = "Accent"}
local MOST_FACTS = 12   -- with the limits below, a card stays under 14 kB whatever the event holds

local function show(value, most)
  if type(value) == "table" then value = json.encode(value) end
  return text.truncate_bytes(text.strip_control(tostring(value), true), most)
end

-- Runs are shown as they are. A text block would read Markdown, and with it a link that whoever caused
-- the event has hidden in a name.
local function run(value, style)
  local one = {type = "TextRun", text = value}
  for key, setting in pairs(style or {}) do one[key] = setting end
  return one
end

local function paragraph(...)
  return {type = "RichTextBlock", inlines = {...}}
end

local function fact(name, value)
  return paragraph(run(show(name, 80) .. ": ", {weight = "Bolder"}), run(show(value, 250)))
end

local function card(alert)
  local style = {size = "Large", weight = "Bolder", color = COLORS[alert.severity]}
  local body = {
    paragraph(run(show(alert.title, 300), style)),
    fact("Severity", alert.severity),
    fact("Rule", alert.rule),
    fact("Time", alert.time),
    fact("Events", alert.count),
    fact("State", alert.state),
  }
  for path, value in pairs(alert.context) do
    if #body < MOST_FACTS then body[#body + 1] = fact(path, value) end
  end
  body[#body + 1] = paragraph(run(show(alert.description or "", 1500)))
  body[#body + 1] = paragraph(run(show(alert.runbook or "", 2000), {fontType = "Monospace"}))
  return {type = "AdaptiveCard", version = "1.4", body = body}
end

function request(alert)
  return {
    body = {
      type = "message",
      attachments = {
        {contentType = "application/vnd.microsoft.card.adaptive", content = card(alert)},
      },
    },
  }
end
