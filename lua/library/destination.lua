---@meta

--- What request(alert, settings) of destination/TYPE.lua answers.
---@class Request
---@field url? string the destination's own where it is left out
---@field method? string POST where it is left out
---@field headers? { [string]: string }
---@field body? string|table a table is sent as JSON

--- What verdict(response) is given.
---@class Response
---@field status integer
---@field body string

---@alias Verdict "done"|"later"|"never"|nil

--- The alert, which behaves as an event does: as `tocsin replay --format json` prints it.
---@class Alert: { [string]: any }
---@field id string
---@field rule string
---@field title string
---@field severity string
---@field log string
---@field time string
---@field last_time string
---@field count integer
---@field event Event
---@field context { [string]: any }
---@field description? string
---@field runbook? string
---@field references string[]
---@field tags string[]
---@field attack string[]
---@field errors string[]
---@field notes? Note[] what is odd about the event
---@field state "open"|"updated"|"resolved"
---@field revision integer counts what was told about it
---@field more? More of an update: what is new since the destination was last told

---@class More
---@field count integer matches
---@field addresses? integer different addresses that they came from, where these are known
---@field since string when it was last told

--- name, type, url and every other setting; a secret is a placeholder.
---@class Settings: { [string]: string }
---@field name string
---@field type string
---@field url? string
