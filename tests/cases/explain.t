$ cat > $WORK/rule.yaml <<'END'
> id: example.trail-stopped
> title: Trail stopped
> severity: medium
> log: aws.cloudtrail
> when:
>   eventSource: cloudtrail.amazonaws.com
>   eventName: [StopLogging, DeleteTrail]
>   userIdentity.type: [{anything-but: AWSService}]
> lua: |
>   local aws = require "aws"
> 
>   function rule(event)
>     if not aws.succeeded(event) then return false end
>     return not glob(event.userIdentity.arn, "*:role/maintenance/*")
>   end
> 
>   function severity(event)
>     return aws.is_root(event) and "critical" or "high"
>   end
> 
>   function runbook(event)
>     return "See " .. event.requestParameters.trial
>   end
> dedup: {by: [recipientAccountId], period: 1h}
> exceptions:
>   - {when: {sourceIPAddress: [{cidr: 192.0.2.0/24}]}, reason: the migration, owner: platform, until: "2024-06-01"}
> ---
> id: example.trails-stopped
> title: Many trails stopped
> severity: high
> log: aws.cloudtrail
> when: {eventName: StopLogging}
> threshold: {count: 3, within: 1h}
> dedup: {by: [userIdentity.arn]}
> ---
> id: example.trail-made
> title: Trail made
> severity: low
> log: aws.cloudtrail
> when: {eventSource: cloudtrail.amazonaws.com, eventName: CreateTrail, userIdentity.typ: Root}
> ---
> id: example.other
> title: Something else
> severity: low
> log: aws.cloudtrail
> when: {eventSource: iam.amazonaws.com, eventName: CreateUser, userIdentity.type: AWSService}
> END
$ cat > $WORK/event.json <<'END'
> {"eventVersion": "1.08", "eventID": "e-1", "eventTime": "2024-05-01T12:00:00Z",
>  "eventSource": "cloudtrail.amazonaws.com", "eventName": "StopLogging",
>  "userIdentity": {"type": "Root", "arn": "arn:aws:iam::111122223333:root"},
>  "sourceIPAddress": "198.51.100.7", "recipientAccountId": "111122223333",
>  "requestParameters": {"name": "main"}}
> END
$ cd $WORK && tocsin explain -r rule.yaml event.json
event e-1  2024-05-01T12:00:00Z  aws.cloudtrail

alert  example.trail-stopped
  when       ok  eventSource = "cloudtrail.amazonaws.com"
             ok  eventName = "StopLogging"   wanted ["StopLogging","DeleteTrail"]
             ok  userIdentity.type = "Root"   wanted [{"anything-but":"AWSService"}]
  rule       true   rule.yaml:14: return not glob(event.userIdentity.arn, "*:role/maintenance/*")
               13  aws.succeeded(event) = true
               13    errorCode is not there
               13    errorMessage is not there
               13    eventSource = "cloudtrail.amazonaws.com"
               14  userIdentity.arn = "arn:aws:iam::111122223333:root"
               14  glob("arn:aws:iam::111122223333:root", "*:role/maintenance/*") = false
  runbook    failed: rule.yaml:22: attempt to concatenate a nil value (field 'trial')
               22  requestParameters.trial is not there
  title      Trail stopped
  severity   critical
  dedup      recipientAccountId="111122223333"   for 1h
  exception  does not hold: the migration, of platform, until 2024-06-01

match  example.trails-stopped: its memory does not fire by this event alone
  when       ok  eventName = "StopLogging"
  title      Many trails stopped
  severity   high
  dedup      userIdentity.arn="arn:aws:iam::111122223333:root"   for 1h
  memory     fires by 3 matches of one dedup key within 1h
  key        userIdentity.arn="arn:aws:iam::111122223333:root"
             what came before is in the store: -c or --store names it

came near, but 'when' does not hold:
  example.trail-made
             no  eventName = "StopLogging"   wanted "CreateTrail"
             no  userIdentity.typ is not there (there is 'userIdentity.type')   wanted "Root"

4 rules: 1 alert; 1 that did not come near is not shown (-v)
$ cd $WORK && tocsin explain -r rule.yaml --rule example.trail-made - < event.json
event e-1  2024-05-01T12:00:00Z  aws.cloudtrail

no match  example.trail-made: its 'when' does not hold
  when       ok  eventSource = "cloudtrail.amazonaws.com"
             no  eventName = "StopLogging"   wanted "CreateTrail"
             no  userIdentity.typ is not there (there is 'userIdentity.type')   wanted "Root"
$ cd $WORK && sed 's/198.51.100.7/192.0.2.7/' event.json | tocsin explain -r rule.yaml --rule example.trail-stopped -
event e-1  2024-05-01T12:00:00Z  aws.cloudtrail

no match  example.trail-stopped: an exception holds
…
  exception  held: the migration, of platform, until 2024-06-01
             ok  sourceIPAddress = "192.0.2.7"   wanted [{"cidr":"192.0.2.0/24"}]
$ cd $WORK && sed 's/198.51.100.7/192.0.2.7/;s/2024-05/2024-07/' event.json | tocsin explain -r rule.yaml --rule example.trail-stopped - | grep exception
  exception  over: the migration, of platform, until 2024-06-01
$ cd $WORK && sed 's/arn:aws:iam::111122223333:root/arn:aws:iam::1:role\/maintenance\/x/' event.json | tocsin explain -r rule.yaml --rule example.trail-stopped - | sed -n 3,4p
no match  example.trail-stopped: its 'rule' says no
  when       ok  eventSource = "cloudtrail.amazonaws.com"
$ cat > $WORK/lines.yaml <<'END'
> id: example.lines
> title: A return of many lines
> severity: low
> log: aws.cloudtrail
> lua: |
>   function rule(event)
>     return event.eventName == "StartLogging"
>       and event.userIdentity.type == "Root"
>       and event.errorCode == nil
>   end
> END
$ cd $WORK && tocsin explain -r lines.yaml --rule example.lines event.json
event e-1  2024-05-01T12:00:00Z  aws.cloudtrail

no match  example.lines: its 'rule' says no
  rule       false   lines.yaml:7: return event.eventName == "StartLogging"
                7  eventName = "StopLogging"
$ cd $WORK && tocsin explain -f json -r rule.yaml --rule example.trails-stopped event.json
{"schema":"tocsin.explanation/1","event":{"id":"e-1","time":"2024-05-01T12:00:00Z","log":"aws.cloudtrail"},"rules":[{"rule":"example.trails-stopped","file":"rule.yaml","verdict":"match","when":{"holds":true,"alternatives":1,"clauses":[{"path":"eventName","line":32,"holds":true,"wanted":"StopLogging","found":["StopLogging"]}]},"match":{"title":"Many trails stopped","severity":"high","dedup":"userIdentity.arn=\"arn:aws:iam::111122223333:root\"","period_ms":3600000,"errors":[]},"memory":{"fires_by":"3 matches of one dedup key within 1h","keys":["userIdentity.arn=\"arn:aws:iam::111122223333:root\""],"value":""}}],"alerts":[]}
$ cd $WORK && tocsin explain --color always -r rule.yaml --rule example.trail-made event.json | tail -1 | cat -v
             ^[[31mno^[[0m  userIdentity.typ is not there (there is 'userIdentity.type')^[[2m   wanted ^[[0m"Root"
$ cd $WORK && cat event.json event.json | sed '0,/e-1/s//e-2/' > two.json; tocsin explain -r rule.yaml two.json
tocsin explain: several events in 'two.json': name one with --event
  2024-05-01T12:00:00Z  e-2
  2024-05-01T12:00:00Z  e-1
[2]
$ cd $WORK && tocsin explain -r rule.yaml --event e-2 two.json | head -1
event e-2  2024-05-01T12:00:00Z  aws.cloudtrail
$ cd $WORK && tocsin explain -r rule.yaml --event e-3 two.json
tocsin explain: no event 'e-3' in 'two.json', which has
  2024-05-01T12:00:00Z  e-2
  2024-05-01T12:00:00Z  e-1
[1]
$ cd $WORK && sed s/eventName/EventName/ event.json | tocsin explain -r rule.yaml -
no event: no log type recognises this record

log  aws.cloudtrail
  match      ok  eventVersion = "1.08"   wanted [{"prefix":""}]
             ok  eventSource = "cloudtrail.amazonaws.com"   wanted [{"prefix":""}]
             no  eventName is not there (there is 'EventName')   wanted [{"prefix":""}]

log  tocsin.alert
  match      no  schema is not there   wanted "tocsin.alert/1"
$ echo '[1, 2' | tocsin explain -r rules -
… error no event in '-': record 1 in line 1: …
[4]
$ tocsin explain -r rules --rule aws.root.activty examples/events/event.json
tocsin explain: no rule 'aws.root.activty' (did you mean 'aws.root.activity'?)
[2]
$ tocsin explain -r rules
tocsin explain: name one file that holds the event, or '-'
[2]
$ tocsin explain --help
usage: tocsin explain [-r RULES]... EVENT

Shows what every rule that came near made of one event: each clause of 'when'
with the value found, what its Lua read and answered, exceptions, memory, the
alert, and with a configuration the request that would be sent, without secrets.
EVENT is a file or '-' in any form that replay reads; -v shows all, in full.

options:
  -r, --rules PATH           rule file or directory (may be repeated)
  -c, --config FILE          configuration (default: tocsin.yaml here)
  -o, --output FILE          write there instead of standard output
  -f, --format text|json     text for people, or one JSON object a line
      --in-process           run rules in this process, for debuggers
      --store FILE           the store, without reading a configuration
      --rule ID              only of this rule
      --event ID             the event of this id, of many
  -q, --quiet; -v, --verbose; --color auto|always|never; -h, --help; --version
