--- PagerDuty's Events API v2: https://developer.pagerduty.com/docs/send-alert-event
--- Needs `routing_key`; `url` where it is not PagerDuty's own. An alert is an incident, known by the
--- alert's id; a resolved alert resolves it. Further matches are triggers under the same key, which
--- PagerDuty adds to the log of the incident that is open.

local aws = require "aws"
local message = require "message"

local URL = "https://events.pagerduty.com/v2/enqueue"
local SUMMARY, NAME, TEXT = 1024, 255, 4000
local PART, WHOLE = 16384, 65536 -- bytes; 512 kB is the limit of all, and escaping may take 6 for 1
local NOTE = "(left out: too large; the store has it)"
local LINKS = 10

local SEVERITIES = {
  critical = "critical",
  high = "error",
  medium = "warning",
  low = "info",
  info = "info",
}

--- A function that answers a value, or a note in place of it or of its parts that are too large.
--- All values it is asked for share the same room.
local function shrinker()
  local room = WHOLE
  local function keep(value)
    local most = math.max(math.min(PART, room), 0)
    local left = message.fits(value, most)
    room = room - (left and most - left or #NOTE)
    return left and value or NOTE
  end
  return function(value)
    if type(value) ~= "table" or message.fits(value, math.min(PART, room)) then return keep(value) end
    local copy = {}
    for key, item in pairs(value) do
      if room <= 0 then break end
      room = room - #tostring(key)
      if #tostring(key) <= NAME then copy[key] = keep(item) end
    end
    return copy
  end
end

local function links_of(alert)
  local links = {}
  for i, url in ipairs(message.links(alert, LINKS)) do links[i] = { href = url, text = url } end
  return json.array(links)
end

local function details(alert)
  local shrink = shrinker()
  return {
    rule = message.visible(alert.rule, NAME),
    title = message.visible(alert.title, TEXT),
    description = message.visible(alert.description, TEXT, true),
    runbook = message.visible(alert.runbook, TEXT, true),
    severity = alert.severity,
    log = message.visible(alert.log, NAME),
    dedup = message.visible(alert.dedup, SUMMARY),
    count = alert.count,
    more = message.more(alert),
    last_time = alert.last_time,
    actor = message.visible(aws.actor(alert.event), SUMMARY),
    source_ip = message.visible(alert.event.sourceIPAddress, NAME),
    region = message.visible(alert.event.awsRegion, NAME),
    context = shrink(alert.context),
    tags = shrink(alert.tags),
    attack = shrink(alert.attack),
    errors = shrink(alert.errors),
    notes = alert.notes and message.visible(message.notes(alert), TEXT),
    event = shrink(alert.event),
  }
end

--- A title that shows nothing would be refused.
local function summary(alert)
  local more = message.more(alert)
  local title = message.visible(alert.title, SUMMARY)
  if not title:find("%S") then title = alert.rule end
  return message.visible(more and more .. ": " .. title or title, SUMMARY)
end

local function payload(alert)
  local account = message.visible(aws.account(alert.event), NAME)
  local log = message.visible(alert.log, NAME)
  return {
    summary = summary(alert),
    source = account ~= "" and account or log ~= "" and log or "tocsin",
    severity = SEVERITIES[alert.severity] or "warning",
    timestamp = alert.time,
    component = message.visible(alert.event.eventSource, NAME),
    group = account,
    class = message.visible(alert.event.eventName, NAME),
    custom_details = details(alert),
  }
end

---@param alert table
---@param settings Settings
---@return Request
function request(alert, settings)
  local body = {
    routing_key = assert(settings.routing_key, "no 'routing_key' in the destination"),
    event_action = alert.state == "resolved" and "resolve" or "trigger",
    dedup_key = alert.id,
  }
  if alert.state ~= "resolved" then
    body.client = "tocsin"
    body.payload = payload(alert)
    body.links = links_of(alert)
  end
  return { url = settings.url or URL, body = body }
end
