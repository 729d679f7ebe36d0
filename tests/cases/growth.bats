# Alerts that are over: what tests of manifests and `replay` show of them, and what `check` says of
# declarations that do nothing.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf '%s\n' 'id: t.x' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'when: {eventName: A}' \
        'status: draft' 'dedup: {by: [user], period: 6h}' >head
}

# The rule, with what standard input says behind its dedup.
rule() {
    cat head - >x.yaml
}

# `holds RESOLVE TIMELINE EXPECT`
holds() {
    rule <<END
resolve: $1
tests:
  - name: n
    base: {eventSource: s, eventName: A, user: u}
    timeline: $2
    expect: $3
    ${MORE-}
END
    run tocsin test x.yaml
    echo "$1 $2: $3"
    echo "$output"
    [ "$status" -eq 0 ]
}

event() { # NAME MINUTE USER [MORE]
    printf '{"eventVersion":"1","eventSource":"s","eventName":"%s","eventID":"%s-%s-%s","user":"%s","eventTime":"2024-05-01T%02d:%02d:00Z"}\n' \
        "$1" "$1" "$2" "$3" "$3" $(($2 / 60)) $(($2 % 60))
}

@test "a timeline may say how its alert stands in the end" {
    holds '{after: 1h}' '[{at: 0s}, {at: 30m}]' '[{at: 0s, count: 2, state: resolved}]'
    MORE='until: 89m' holds '{after: 1h}' '[{at: 0s}, {at: 30m}]' '[{count: 2, state: open}]'
    MORE='until: 90m' holds '{after: 1h}' '[{at: 0s}, {at: 30m}]' '[{count: 2, state: resolved}]'
    MORE='until: 2h' holds '{after: 1h}' '[{at: 0s}, {at: 61m}]' '[{count: 2, state: open}]'
    holds '{when: {eventName: B}}' '[{at: 0s}, {at: 1m, event: {eventName: B}}]' '[{state: resolved}]'
    holds '{when: {eventName: B}}' '[{at: 0s}, {at: 1m, event: {eventName: B, user: v}}]' '[{state: open}]'
    holds '{when: {eventName: B}}' '[{at: 2m}, {at: 1m, arrives: 3m, event: {eventName: B}}]' '[{state: open}]'
    holds '{after: 1h, when: {eventName: B}}' '[{at: 0s}, {at: 1m, event: {eventName: B}}]' '{alert: true, state: resolved}'
    holds '{when: {eventName: B}}' '[{at: 0s, event: {eventName: B}}]' nothing
}

@test "a state that is none is refused" {
    rule <<<'tests: [{name: n, event: {eventName: A}, expect: {alert: true, state: closed}}]'
    run tocsin test x.yaml
    [ "$status" -eq 3 ]
    echo "$output"
    [[ ${lines[0]} == *": error: unknown state 'closed'"*"open, updated or resolved"* ]]
    rule <<<'tests: [{name: n, event: {eventName: A}, expect: {alert: true, state: open}}]'
    tocsin test x.yaml
}

@test "replay prints an alert once, with the state that it then has, for any number of workers" {
    rule <<<'resolve: {after: 30m, when: {eventName: B}}'
    { event A 0 u; event A 5 v; event B 10 v; event A 29 u; event A 40 w; event A 50 v; event A 400 w; event A 430 w; } >in.ndjson
    tocsin replay -q -f json -r x.yaml -j 1 in.ndjson >one.json
    tocsin replay -q -f json -r x.yaml -j 4 in.ndjson | cmp one.json -
    jq -r '"\(.dedup) \(.count) \(.state) \(.revision)"' one.json >got
    cat got
    diff got - <<'END'
user="u" 2 resolved 1
user="v" 2 resolved 1
user="w" 1 resolved 1
user="w" 2 resolved 1
END
    jq -e 'has("more") | not' one.json
}

@test "an event that resolves wants to be parsed" {
    rule <<<'resolve: {when: {eventName: B}}'
    { for ((i = 0; i < 600; i++)); do event C $i x; done; event A 601 u; event B 602 u; } >in.ndjson
    [ "$(tocsin replay -q -f json -r x.yaml in.ndjson | jq -r .state)" = resolved ]
}

@test "what has no key resolves nothing" {
    sed -i 's/^dedup: .*/dedup: {period: 6h}/' head
    rule <<<'resolve: {when: {eventName: B}}'
    run tocsin check x.yaml
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "x.yaml:8:10: error: 'resolve: {when: …}' needs 'dedup: {by: …}', or Lua with a function 'dedup': nothing else says which alerts an event resolves [TC017]" ]
    printf '%s\n' 'resolve: {when: {eventName: B}}' 'lua: |' '  function title(event) return event.user end' | rule
    run tocsin check x.yaml
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "x.yaml:8:10: error: 'resolve: {when: …}' needs 'dedup: {by: …}', or a function 'dedup' in the Lua [TC031]" ]
    rule <<<'resolve: {}'
    run tocsin check x.yaml
    [ "${lines[0]}" = "x.yaml:8:10: error: 'resolve' needs 'after' or 'when' [TC011]" ]
}

@test "check warns of a resolve that ends at once what a test expects" {
    printf '%s\n' 'resolve: {when: {user: u}}' 'tests: [{name: n, event: {eventName: A, user: u}, expect: alert}]' | rule
    run tocsin check x.yaml
    [ "$status" -eq 0 ]
    grep -qxF "x.yaml:8:10: warning: 'resolve' ends at once what test 'n' expects [TC104]" <<<"$output"
}

@test "check warns of updates of alerts that do not grow" {
    rule </dev/null
    sed 's/t.x/t.each/; s/period: 6h/period: 0/; s/: A/: B/' x.yaml >each.yaml
    printf '%s\n' 'rules: [x.yaml, each.yaml]' 'destinations:' '  a: {type: webhook, url: "https://x.example"}' \
        'routes:' '  - {when: {rule: t.each}, to: a, updates: 15m, continue: true}' \
        '  - {when: {rule: [{prefix: t.}]}, to: a, updates: 15m, continue: true}' \
        '  - {when: {rule: t.each, severity: low}, to: a, updates: 15m, continue: true}' \
        '  - {to: a, updates: 15m}' >tocsin.yaml
    run tocsin check
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c ": warning: " <<<"$output")" -eq 1 ]
    grep -qxF "tocsin.yaml:5:44: warning: 'updates' of alerts that do not grow: their rules have 'dedup: {period: 0}' [TC103]" <<<"$output"
}
