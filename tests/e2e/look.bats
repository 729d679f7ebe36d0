# Records that no rule can want are passed over unparsed: that changes no alert, and hides no feed
# that is broken.

load lib.bash

rules() {
    cat >rules.yaml <<'EOF'
id: test.root-create-portfolio
title: Root
severity: high
log: aws.cloudtrail
when: {eventSource: servicecatalog.amazonaws.com, eventName: [CreatePortfolio]}
lua: |
  function rule(event) return event.userIdentity.type == "Root" end
dedup: {period: 0}
EOF
}

both() {
    tocsin replay -f json -r rules.yaml "$@" >looked 2>looked.err
    tocsin replay -f json -r rules.yaml --parse-all "$@" >parsed 2>parsed.err
    cmp looked parsed
}

@test "the same alerts byte for byte, with most records passed over" {
    rules
    make_events 20000 >events.ndjson
    both events.ndjson
    [ "$(wc -l <looked)" -gt 100 ]
    grep -q '20,000 records: [0-9,]* passed over' looked.err
    grep -q '20,000 records: 20,000 events' parsed.err
    for jobs in 1 2 5; do
        tocsin replay -q -j $jobs -f json -r rules.yaml events.ndjson | cmp - looked
    done
    tocsin replay -q -f json -r rules.yaml - <events.ndjson | cmp - looked
    jq -cs '{Records: .}' events.ndjson | gzip >events.json.gz
    both events.json.gz
    tocsin replay -q -f json -r rules.yaml - <events.json.gz | cmp - looked
}

@test "an event is found however it is spelled, behind thousands that nobody wants" {
    rules
    make_events 5000 | grep -v CreatePortfolio >quiet
    event='"eventVersion":"1","userIdentity":{"type":"Root"},"eventSource":"servicecatalog.amazonaws.com"'
    cat quiet - quiet >events.ndjson <<EOF
{$event,"eventName":"CreatePortfolio","eventID":"plain"}
{$event,"eventName":"\u0043reatePortfolio","eventID":"value"}
{$event,"\u0065ventName":"CreatePortfolio","eventID":"key"}
{$event,"eventName"  : 	"CreatePortfolio","eventID":"spaced"}
{$event,"eventName":"No","eventName":"CreatePortfolio","eventID":"twice"}
{$event,"eventName":["No","CreatePortfolio"],"eventID":"list"}
{"detail":{$event,"eventName":"CreatePortfolio","eventID":"detail"}}
{"Message":$(jq -nc --arg e "{$event,\"eventName\":\"CreatePortfolio\",\"eventID\":\"text\"}" '$e')}
{"Records":[{$event,"eventName":"No"},{$event,"eventName":"CreatePortfolio","eventID":"record"}]}
{$event,"eventName":"No","eventID":"1"}{$event,"eventName":"CreatePortfolio","eventID":"second"}
{$event,
 "eventName":"CreatePortfolio","eventID":"lines"}
EOF
    both events.ndjson
    jq -r '.event_ids[0]' looked | sort >found
    printf '%s\n' detail key lines list plain record second spaced text twice value | cmp - found
}

@test "a feed that is broken shows, although nobody wants its records" {
    rules
    make_events 5000 | grep -v CreatePortfolio >quiet
    { cat quiet; head -2000 quiet | sed 's/"eventName":/"eventName"/'; } >broken.ndjson
    tocsin replay -r rules.yaml broken.ndjson 2>err
    grep -q 'cannot be used' err
    { cat quiet; head -2000 quiet | sed 's/eventVersion/version/'; } >strange.ndjson
    tocsin replay -r rules.yaml strange.ndjson 2>err
    grep -q 'no log type recognises' err
    { cat quiet; echo '{"eventName":"x"'; echo 'half of a record"}'; cat quiet; } >cut.ndjson
    tocsin replay -r rules.yaml cut.ndjson 2>err
    [ "$(grep -c "cut.ndjson:$(($(wc -l <quiet) + 1)):.*cannot be used" err)" -eq 1 ]
    tocsin replay -r rules.yaml --parse-all broken.ndjson 2>err
    grep -q '2,000 rejected' err
}

@test "replay --profile counts the same however many judge, and names what keeps records from being passed over" {
    rules
    make_events 5000 >events.ndjson
    for how in "-j 1" "-j 4" --in-process; do
        tocsin replay -q --profile $how -f json -r rules.yaml -o alerts events.ndjson 2>&1 | jq -c 'del(.when_ns, .lua_ns, .memory)' >"counts$how"
        cmp "counts-j 1" "counts$how"
    done
    [ "$(jq -c '[.rule, .selected, .lua_events, .matches, .failures, .not_indexed]' "counts-j 1")" = '["test.root-create-portfolio",500,500,500,0,null]' ]
    [ "$(jq .events "counts-j 1")" -lt 600 ]
    tocsin replay --profile -r rules.yaml events.ndjson >alerts 2>err
    grep -q 'every rule is found by what an event holds' err
    ! grep -q 'every record is parsed' err
    sed '/^when/d' rules.yaml >bare.yaml
    tocsin replay --profile -r bare.yaml events.ndjson >alerts 2>err
    grep -q "bare.yaml:1:5: 'test.root-create-portfolio' is asked about every event of its log: it has no 'when'" err
    grep -q 'every record is parsed' err
}

@test "standard input is read as it comes, whatever -j is and files are called" {
    rules
    make_events 20000 >events.ndjson
    tocsin replay -q -f json -r rules.yaml events.ndjson >want
    for jobs in 1 4; do
        tocsin replay -q -f json -j $jobs -r rules.yaml - - <events.ndjson >got
        cmp got want
    done
    make_events 20000 | sed 's/event-/other-/' >./-
    tocsin replay -q -f json -j 4 -r rules.yaml - <events.ndjson >got
    cmp got want
    (cat events.ndjson; sleep 8) | {
        run timeout 6 tocsin replay -j 4 -f json -r rules.yaml -o /dev/full -
        [ "$status" -eq 4 ]
    }
}
