--- What is particular to AWS CloudTrail. local aws = require "aws"
--- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference.html

---@class aws
local aws = {}

---@class aws.Arn
---@field partition string
---@field service string
---@field region string
---@field account string
---@field resource string all behind the account: "user/alice", "my-bucket/key"
---@field kind? string what stands before the first "/" or ":" of the resource: "user"
---@field name string what stands behind it: "alice"

local function text(value)
  return type(value) == "string" and value ~= "" and value or nil
end

--- Root itself: not a service that acts for it.
---@param event Event
---@return boolean
function aws.is_root(event)
  local who = event.userIdentity
  return who.type == "Root" and who.invokedBy == nil and event.eventType ~= "AwsServiceEvent"
end

--- A sign-in at the console, successful or not.
---@param event Event
---@return boolean
function aws.is_console_login(event)
  return event.eventSource == "signin.amazonaws.com" and event.eventName == "ConsoleLogin"
end

--- Made through an assumed role.
---@param event Event
---@return boolean
function aws.is_assumed_role(event)
  return event.userIdentity.type == "AssumedRole"
end

--- Made by an AWS service, for itself or for somebody.
---@param event Event
---@return boolean
function aws.is_service_call(event)
  local who = event.userIdentity
  return who.type == "AWSService" or event.eventType == "AwsServiceEvent" or text(who.invokedBy) ~= nil
end

--- Neither an error code nor an error message; for a console login, the answer it got.
---@param event Event
---@return boolean
function aws.succeeded(event)
  if text(event.errorCode) or text(event.errorMessage) then return false end
  if aws.is_console_login(event) then return event.responseElements.ConsoleLogin ~= "Failure" end
  return true
end

--- Refused for lack of permission.
---@param event Event
---@return boolean
function aws.denied(event)
  local code = text(event.errorCode)
  if not code then return false end
  return code:find("AccessDenied", 1, true) ~= nil or code:find("Unauthorized", 1, true) ~= nil
    or code == "Forbidden" or code == "AuthorizationError"
end

--- Whether the session was opened with a second factor; nil where the event does not say.
---@param event Event
---@return boolean?
function aws.mfa(event)
  local used = event.additionalEventData.MFAUsed
  if used == nil then used = event.userIdentity.sessionContext.attributes.mfaAuthenticated end
  if used == nil then return nil end
  return used == true or used == "Yes" or used == "true"
end

--- The account it happened in.
---@param event Event
---@return string?
function aws.account(event)
  return text(event.recipientAccountId) or text(event.userIdentity.accountId)
end

--- The address it came from; nil where CloudTrail names a service instead.
---@param event Event
---@return string?
function aws.source_ip(event)
  local address = event.sourceIPAddress
  return type(address) == "string" and cidr.is_ip(address) and address or nil
end

--- Takes an ARN apart; nil for what is none.
---@param arn any
---@return aws.Arn?
function aws.arn(arn)
  if type(arn) ~= "string" then return nil end
  local partition, service, region, account, resource =
    arn:match("^arn:([^:]*):([^:]*):([^:]*):([^:]*):(.+)$")
  if not partition then return nil end
  local kind, name = resource:match("^([^/:]*)[/:](.*)$")
  return {
    partition = partition, service = service, region = region, account = account,
    resource = resource, kind = kind, name = name or resource,
  }
end

--- The name of the role behind an assumed-role session.
local function role_name(who)
  local issuer = text(who.sessionContext.sessionIssuer.userName)
  if issuer then return issuer end
  local arn = aws.arn(who.arn)
  return arn and arn.kind == "assumed-role" and arn.name:match("^[^/]+") or nil
end

--- The name of the session, as given to AssumeRole.
local function session_name(who)
  return text(who.principalId) and who.principalId:match(":(.+)$")
end

local function role(who)
  local name, session = role_name(who), session_name(who)
  if name and session then return name .. "/" .. session end
  return name or session
end

--- How each type of identity is named; rows of userIdentity.type.
local names = {
  Root = function() return "root" end,
  AssumedRole = role,
  FederatedUser = function(who) return session_name(who) or text(who.userName) end,
  AWSService = function(who) return text(who.invokedBy) end,
  AWSAccount = function(who) return text(who.accountId) and "account " .. who.accountId end,
}

--- A readable name of who did it: a user's name, "role/session", "root", a service.
---@param event Event
---@return string
function aws.actor(event)
  local who = event.userIdentity
  local name = names[who.type]
  return name and name(who) or text(who.userName) or text(who.invokedBy) or text(who.arn)
    or text(who.principalId) or text(who.accountId) or "unknown"
end

local function unescape(document)
  return (document:gsub("%%(%x%x)", function(hex) return string.char(tonumber(hex, 16)) end))
end

--- A policy document as a table, whether CloudTrail has it as a table, as JSON in a string, or
--- URL-encoded. nil for what is none.
---@param document any
---@return table?
function aws.policy(document)
  if type(document) == "table" then return document end
  if type(document) ~= "string" then return nil end
  local policy = json.decode(document) or json.decode(unescape(document))
  return type(policy) == "table" and policy or nil
end

--- The statements of a policy document as a list; one statement alone is a list of one.
---@param document any
---@return table
function aws.statements(document)
  local policy = aws.policy(document)
  if not policy then return {} end
  local statements = policy.Statement
  if type(statements) ~= "table" then return {} end
  return #statements > 0 and statements or { statements }
end

--- Whether a principal of a statement is everybody.
local function is_anyone(principal)
  if principal == "*" then return true end
  return type(principal) == "table" and any(principal.AWS, "*")
end

--- Whether a policy document allows something to everybody, without a condition.
---@param document any
---@return boolean
function aws.is_public_policy(document)
  return any(aws.statements(document), function(statement)
    return statement.Effect == "Allow" and is_anyone(statement.Principal)
      and (statement.Condition == nil or next(statement.Condition) == nil)
  end)
end

return aws
