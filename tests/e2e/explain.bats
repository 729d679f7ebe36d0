# `explain` says of each event what `replay` of that event alone says, whatever the event, the rules and
# what they do; and it tells no secret.

load lib.bash

# ask RULES: of each line of events.ndjson what explain says, and what replay says, by and by in
# explained and replayed.
ask() {
    local event
    : >explained
    : >replayed
    while IFS= read -r event; do
        echo "$event" >event.json
        tocsin explain -f json -r "$1" event.json >>explained || { echo "$event"; return 1; }
        tocsin replay -j 1 -f json -r "$1" event.json >>replayed 2>log
        echo "{\"matches\":$(said match),\"failures\":$(said 'rule failure'),\"suppressed\":$(said suppressed)}" >>replayed
    done <events.ndjson
}

# said WHAT: how many the summary of replay says there were.
said() {
    grep -oE "[0-9]+ ($1)" log | head -1 | grep -oE '^[0-9]+' || echo 0
}

# Alerts, and how many matches, failures and exceptions there were; and the verdict of each rule is of
# one mind with them.
same() {
    ask "$1" || return 1
    jq -c '.alerts[].alert, {
        matches: [.rules[] | select(.match) | .alerts_matched // 1] | (add // 0),
        failures: [.rules[] | select(.failure)] | length,
        suppressed: [.rules[] | select(.verdict == "exception")] | length}' explained | no_clock >left
    jq -c . replayed | no_clock >right
    cmp left right || { diff left right | cut -c1-300; return 1; }
    jq -e -n '[inputs | ([.rules[] | select(.verdict == "alert").rule] | sort) ==
        ([.alerts[].rule | select(startswith("tocsin.") | not)] | unique)] | all' explained
}

# Whether it was steps or time that ended a rule depends on the machine.
no_clock() {
    sed -E 's/\(deadline\)|\(cpu\)//g; s/"kind":"(deadline|cpu)"//; s/took too (much time|many steps)//g'
}

@test "of each of our example events, against the shipped rules" {
    jq -c '.Records[]' "$ROOT/examples/events/cloudtrail.json" >events.ndjson
    cat "$ROOT/examples/events/appregistry.ndjson" >>events.ndjson
    [ "$(wc -l <events.ndjson)" -gt 30 ]
    same "$ROOT/rules"
    grep -q '"verdict":"alert"' explained
}

@test "of each of Panther's 149 events, against the shipped rules" {
    [ -f "$SHARED/panther/rule_tests.json" ] || skip "no ../shared/data/panther here"
    jq -c '.[].tests[].event' "$SHARED/panther/rule_tests.json" >events.ndjson
    [ "$(wc -l <events.ndjson)" -eq 149 ]
    same "$ROOT/rules"
    [ "$(wc -l <explained)" -eq 149 ]
}

@test "of rules that do what they must not" {
    local blanks events theme
    blanks=$(printf '%200000s' '')
    events=$(<"$ROOT/tests/hostile/events.ndjson")
    sed -n 2p <<<"${events//@BLANKS@/$blanks}" >events.ndjson
    for theme in errors functions loops memory patterns reach recursion swallowed; do
        same "$ROOT/tests/hostile/$theme" || { echo "$theme"; return 1; }
        tocsin explain -r "$ROOT/tests/hostile/$theme" event.json >text
        [ -s text ]
    done
}

@test "of exceptions, and of rules that read alerts" {
    cat >rules.yaml <<'END'
id: t.made
title: Made
severity: low
log: aws.cloudtrail
when: {eventName: CreatePortfolio}
exceptions: [{when: {requestParameters.displayName: portfolio 20}, reason: ours}]
---
id: t.of-alerts
title: An alert
severity: high
log: tocsin.alert
when: {rule: t.made}
END
    make_events 30 9 >events.ndjson
    same rules.yaml
    [ "$(grep -c '"suppressed":1' right)" -eq 1 ]
    [ "$(grep -c '"alerts_matched":1' explained)" -eq 2 ]
}

@test "what its process died of is not asked again" {
    make_events 1 >event.json
    cat >rule.yaml <<'END'
id: test.rogue
title: Rogue
severity: low
log: aws.cloudtrail
lua: |
  local base = 424242.0
  function rule(event) return base ^ 9 == 0 end
END
    LD_PRELOAD=$BUILD/rogue.so tocsin explain -f json -r rule.yaml event.json >explained
    [ "$(jq -r '.rules[0] | .verdict, .failure.kind, .lua.not_asked' explained)" = \
        $'failed\ncrash\nits process had to end' ]
}

@test "an event in an envelope is explained by itself" {
    make_events 10 | jq -c '{Type: "Notification", Message: ({Records: [.]} | tojson)}' >event.json
    make_events 20 10 | jq -s '{Records: .}' >file.json
    tocsin explain --event event-0000010 -f json -r "$ROOT/rules/aws/servicecatalog" event.json >one
    tocsin explain --event event-0000010 -f json -r "$ROOT/rules/aws/servicecatalog" file.json >two
    [ "$(jq -r '.alerts[].rule' one)" = aws.servicecatalog.root-create-portfolio ]
    diff one two
}

@test "the request that would be sent holds no secret" {
    export TEAM_URL=https://hooks.example.org/hidden-1 SIGNER=hidden-2-of-it
    echo hidden-3-of-it >key
    cat >tocsin.yaml <<END
rules: ["$ROOT/rules/aws/servicecatalog"]
destinations:
  team: {type: slack, url: "\${TEAM_URL}"}
  duty: {type: pagerduty, routing_key: "\${file:key}"}
  written: {type: pagerduty, routing_key: hidden-4-of-it-written-down}
  hook: {type: webhook, url: "https://user:hidden-5@example.org/hidden-6", secret: "\${SIGNER}"}
routes:
  - {when: {severity: high}, to: [team, duty, written], continue: true}
  - {to: [hook]}
END
    make_events 1 10 >event.json
    tocsin explain -v event.json >text
    tocsin explain -f json event.json >json
    run grep -n hidden text json
    [ "$status" -eq 1 ]
    grep -q 'sends      team: POST ${TEAM_URL}$' text
    [ "$(jq -r '.alerts[0].deliveries[].destination' json | tr '\n' ' ')" = "team duty written hook " ]
    jq -e '.alerts[0].deliveries | (.[1].body | fromjson.routing_key) == "${file:key}"
        and (.[2].body | fromjson.routing_key) == "(routing_key)"
        and .[3].url == "https://example.org/…"
        and (.[3].headers | index("webhook-signature: (by '"'secret'"')"))' json
    jq -r '.alerts[0].deliveries[3].body' json | jq -e '.schema == "tocsin.alert/1"'
}

@test "no route takes it" {
    cat >tocsin.yaml <<END
rules: ["$ROOT/rules/aws/servicecatalog"]
destinations: {hook: {type: webhook, url: "https://example.org/"}}
routes: [{when: {severity: info}, to: [hook]}]
END
    make_events 1 10 >event.json
    tocsin explain event.json | grep 'sends      nothing: no route takes it'
}

@test "what came before is read from the store, and the store stays as it was" {
    cat >rules.yaml <<'END'
id: t.three
title: Three
severity: low
log: aws.cloudtrail
when: {eventName: ListPortfolios}
dedup: {by: [recipientAccountId]}
threshold: {count: 5, within: 1m}
---
id: t.addresses
title: Addresses
severity: low
log: aws.cloudtrail
when: {eventName: ListPortfolios}
dedup: {by: [recipientAccountId]}
threshold: {count: 9, within: 1m, unique: sourceIPAddress}
---
id: t.steps
title: Steps
severity: low
log: aws.cloudtrail
sequence:
  by: [recipientAccountId]
  within: 1m
  steps:
    - {name: list, when: {eventName: ListPortfolios}}
    - {name: make, when: {eventName: CreatePortfolio}}
END
    printf 'rules: [rules.yaml]\nshutdown: 1s\n' >tocsin.yaml
    make_events 3 1 | sed 's/192.0.2.3"/192.0.2.2"/' >before.ndjson
    make_events 1 4 >event.json
    tocsin explain event.json | grep -q 'what came before is in the store'
    tocsin run -q before.ndjson
    tocsin explain -f json event.json >json
    jq -c '.rules[].memory.before[] | [.known, .matches, .different]' json >got
    diff got - <<'END'
[true,3,1]
[true,3,3]
[true,3,1]
[true,0,1]
END
    tocsin explain event.json >text
    grep -q '4 of 5 so far, with this one' text
    grep -q '3 of 9 so far, with this one' text
    grep -q 'list: 3 before this one' text
    tocsin explain event.json | diff text -
    tocsin explain --store tocsin.db -r rules.yaml event.json | diff text -
}
