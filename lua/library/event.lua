---@meta

--- An event: a table of everything in the record. A field that is missing is nil, and so is
--- everything below it.
---@class Event: { [string]: any }
---@field eventName string
---@field eventSource string
---@field eventTime string
---@field eventID string
---@field eventType string
---@field awsRegion string
---@field sourceIPAddress string
---@field userAgent string
---@field recipientAccountId string
---@field errorCode? string
---@field errorMessage? string
---@field userIdentity any
---@field requestParameters any
---@field responseElements any
---@field additionalEventData any
---@field resources any

--- The manifest's `params`, to be read.
---@type { [string]: any }
params = {}

--- The functions that a rule may define. Only `rule` is needed, and only where there is no `when`.
---@alias Rule fun(event: Event): boolean?
---@alias Text fun(event: Event): string
---@alias Period fun(event: Event): string | number
---@alias Value fun(event: Event): string | number | boolean | nil
---@alias Destinations fun(event: Event): string[]
---@alias Context fun(event: Event): table
