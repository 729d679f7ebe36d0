-- A destination type of one's own: Microsoft Teams, through a Workflows URL ("when a webhook request
-- is received"). In tocsin.yaml:
--
--     soc-teams: {type: teams, url: "${TEAMS_WORKFLOW_URL}"}
--
-- Teams refuses cards over 28 kB; what is written here stays far below 14.

local COLORS = {critical = "Attention", high = "Attention", medium = "Warning", low = "Accent"}

-- At most `limit` bytes, not cut inside a character.
local function cut(text, limit)
  text = tostring(text or "")
  if #text <= limit then return text end
  local last = limit - 3
  while last > 0 and text:byte(last + 1) & 0xC0 == 0x80 do last = last - 1 end
  return text:sub(1, last) .. "…"
end

-- Text runs are shown as they are. A text block would read Markdown, and with it a link that whoever
-- caused the event has hidden in a name.
local function line(text, style)
  local run = {type = "TextRun", text = text}
  for key, value in pairs(style or {}) do run[key] = value end
  return {type = "RichTextBlock", inlines = {run}}
end

local function fact(name, value)
  return {
    type = "RichTextBlock",
    spacing = "Small",
    inlines = {
      {type = "TextRun", text = name .. ": ", weight = "Bolder"},
      {type = "TextRun", text = cut(value, 300)},
    },
  }
end

local function show(value)
  return type(value) == "table" and json.encode(value) or value
end

local function card(alert)
  local body = {
    line(cut(alert.title, 300), {size = "Large", weight = "Bolder", color = COLORS[alert.severity]}),
    fact("Severity", alert.severity),
    fact("Rule", alert.rule),
    fact("Time", alert.time),
    fact("Events", alert.count),
  }
  for path, value in pairs(alert.context) do
    if #body < 15 then body[#body + 1] = fact(cut(path, 100), show(value)) end
  end
  if alert.description then body[#body + 1] = line(cut(alert.description, 1500)) end
  if alert.runbook then body[#body + 1] = line(cut(alert.runbook, 3000), {fontType = "Monospace"}) end
  return {
    ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
    type = "AdaptiveCard",
    version = "1.4",
    body = body,
  }
end

function request(alert, settings)
  return {
    url = settings.url,
    body = {
      type = "message",
      attachments = {
        {contentType = "application/vnd.microsoft.card.adaptive", content = card(alert)},
      },
    },
  }
end
