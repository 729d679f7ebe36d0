---@meta

--- An event: a table of everything in the record. A field that is missing is nil, and so is
--- everything below it, so that no field needs a question whether it is there.
---
--- The fields are those that CloudTrail documents for its records; an event of another log has others.
--- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
---@class Event: { [string]: any }
---@field eventVersion string version of the record's format, such as "1.11"
---@field eventTime string when the request was completed, in UTC: "2023-07-10T11:45:00Z"
---@field eventID string tells this event from any other
---@field eventSource string service that was asked: "iam.amazonaws.com"
---@field eventName string what was asked of it: "CreateUser"
---@field eventType "AwsApiCall"|"AwsServiceEvent"|"AwsConsoleAction"|"AwsConsoleSignIn"|"AwsVpceEvent"|"AwsCloudTrailInsight"|string
---@field eventCategory "Management"|"Data"|"NetworkActivity"|"Insight"|string
---@field managementEvent boolean whether it is about resources, and not about the data in them
---@field readOnly boolean whether it only reads
---@field awsRegion string "eu-central-1"; global services say "us-east-1"
---@field sourceIPAddress string address it came from, or the name of a service
---@field userAgent string program that asked
---@field userIdentity UserIdentity who asked
---@field requestParameters any what was asked for, as the service's API has it
---@field responseElements any what it answered where something was changed, else nil
---@field additionalEventData any what belongs to neither
---@field errorCode string nil where it did not fail: "AccessDenied"
---@field errorMessage string why it failed; some services say so in responseElements
---@field requestID string the service's own id of the request
---@field apiVersion string version of the API that was called
---@field resources Resource[] what was touched
---@field recipientAccountId string account that got this record; another than userIdentity.accountId where one account uses what another owns
---@field serviceEventDetails any of "AwsServiceEvent": what triggered it and how it went
---@field sharedEventID string the same in the records of all accounts that got one of this event
---@field vpcEndpointId string endpoint by which the request left a VPC
---@field vpcEndpointAccountId string account that owns that endpoint
---@field addendum Addendum of a record that came late or was corrected: why
---@field sessionCredentialFromConsole string "true" where it was made in a session of the console
---@field edgeDeviceDetails any device at the edge that asked
---@field eventContext EventContext what a trail was told to add
---@field tlsDetails TlsDetails
---@field insightDetails any of "AwsCloudTrailInsight"
---@field annotation any what is not certain about it

--- Who made a request, and with which credentials.
--- https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
---@class UserIdentity: { [string]: any }
---@field type "Root"|"IAMUser"|"AssumedRole"|"Role"|"FederatedUser"|"Directory"|"AWSAccount"|"AWSService"|"IdentityCenterUser"|"SAMLUser"|"WebIdentityUser"|"Unknown"|string
---@field userName string of an IAM user; for root the account's alias; HIDDEN_DUE_TO_SECURITY_REASONS where a name that does not exist tried to sign in
---@field principalId string unique id; behind a colon the name of the session
---@field arn string user, or role and session
---@field accountId string account that owns the user or role
---@field accessKeyId string key that signed: AKIA… lasts, ASIA… is temporary
---@field sessionContext SessionContext of temporary credentials
---@field invokedBy string service that asked on somebody's behalf
---@field invokedByDelegate any account of a partner's product that asked
---@field onBehalfOf OnBehalfOf of IAM Identity Center: for whom
---@field inScopeOf InScopeOf of a service that asked: for which resource it got its credentials
---@field userId string of an IdentityCenterUser
---@field identityStoreArn string of an IdentityCenterUser: where it is known
---@field additionalInfo any
---@field credentialId string of an IdentityCenterUser: id of the credential
---@field identityProvider string of a SAMLUser or WebIdentityUser: who vouched

---@class SessionContext: { [string]: any }
---@field sessionIssuer SessionIssuer whose permissions the session has
---@field attributes SessionAttributes
---@field webIdFederationData WebIdFederationData
---@field sourceIdentity string who is behind the session, where roles ask for it
---@field ec2RoleDelivery string "1.0" or "2.0": which metadata service of an instance gave the credentials
---@field assumedRoot string "true" where the session is root's of a member account

---@class SessionIssuer: { [string]: any }
---@field type "Role"|"Root"|"IAMUser"|string
---@field userName string name of the role or user
---@field principalId string
---@field arn string
---@field accountId string

---@class SessionAttributes: { [string]: any }
---@field creationDate string when the session began
---@field mfaAuthenticated "true"|"false"|string a string: "false" is not false
---@field sessionCredentialFromConsole "true"|string

---@class WebIdFederationData: { [string]: any }
---@field federatedProvider string "accounts.google.com"
---@field attributes { [string]: string }

---@class OnBehalfOf: { [string]: any }
---@field userId string
---@field identityStoreArn string

---@class InScopeOf: { [string]: any }
---@field sourceArn string resource that the service worked for
---@field sourceAccount string
---@field issuerType string "AWS::Lambda::Function"
---@field credentialsIssuedTo string

---@class Resource: { [string]: any }
---@field ARN string
---@field accountId string
---@field type string "AWS::IAM::Role"
---@field ARNPrefix string
---@field resourceName string
---@field resourceType string

---@class TlsDetails: { [string]: any }
---@field tlsVersion string "TLSv1.3"
---@field cipherSuite string
---@field keyExchange string
---@field clientProvidedHostHeader string host that was asked for, such as "sts.us-east-1.amazonaws.com"

---@class Addendum: { [string]: any }
---@field reason "DELIVERY_DELAY"|"UPDATED_DATA"|"SERVICE_OUTAGE"|string
---@field updatedFields string
---@field originalRequestID string
---@field originalEventID string

---@class EventContext: { [string]: any }
---@field requestContext { [string]: string } condition keys of IAM
---@field tagContext { resourceTags: { arn: string, tags: { [string]: string } }[], principalTags: { [string]: string } }

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
