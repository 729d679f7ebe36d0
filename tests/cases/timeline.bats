# Tests of manifests that are timelines: their events are judged and counted as `run` would.

setup() {
    cd "$BATS_TEST_TMPDIR"
    printf '%s\n' 'id: t.x' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'when: {eventName: A}' \
        'dedup: {by: [user], period: 1h}' >head
}

# The rule, with what standard input says behind its dedup.
rule() {
    cat head - >x.yaml
}

# Runs the test of a timeline and what is expected of it; MORE is what else stands in it.
try() {
    rule <<END
tests:
  - name: n
    base: {eventSource: s, eventName: A, user: u}
    timeline: $1
    expect: $2
    ${MORE-}
END
    run tocsin test -q x.yaml
    echo "$1: $2"
    echo "$output"
}

# `holds TIMELINE EXPECT`
holds() {
    try "$@"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

# `fails TIMELINE EXPECT WHAT EXPECTED GOT`
fails() {
    try "$1" "$2"
    [ "$status" -eq 1 ]
    [ "${lines[0]}" = "FAIL t.x: n" ]
    [[ "${lines[1]}" == "     x.yaml:"*":$3" ]]
    [ "${lines[2]}" = "       expected  $4" ]
    [ "${lines[3]}" = "       got       $5" ]
}

@test "what matches within the period is one alert and counts, what comes behind is another" {
    holds "[{at: 0s}, {at: 59m}]" "[{at: 0s, count: 2}]"
    holds "[{at: 0s}, {at: 61m}]" "[{at: 0s, count: 1}, {at: 61m, count: 1}]"
    holds "[{at: 0s}, {at: 61m}]" "[{}, {}]"
    holds "[{at: 0s, repeat: 10, every: 1m}]" alert
    holds "[{at: 0s, repeat: 10, every: 1m}]" "{alert: true, count: 10, severity: low, title: T}"
    holds "[{at: 0s, event: {eventName: B}}]" nothing
    holds "[{at: 0s, event: {eventName: B}}]" "[]"
}

@test "other keys are other alerts" {
    holds "[{at: 0s}, {at: 1m, event: {user: v}}, {at: 2m}]" \
        "[{at: 0s, dedup: 'user=\"u\"', count: 2}, {at: 1m, dedup: 'user=\"v\"', count: 1}]"
}

@test "what is delivered twice counts once" {
    holds "[{at: 0s, id: a}, {at: 0s, id: a, arrives: 5m}]" "[{count: 1}]"
    holds "[{at: 0s, id: a}, {at: 0s, id: b, arrives: 5m}]" "[{count: 2}]"
}

@test "what comes late is raised when it comes, and makes as many alerts as in order" {
    holds "[{at: 30m}, {at: 0s, arrives: 40m}]" "[{at: 30m, count: 2}]"
    holds "[{at: 3h}, {at: 0s, arrives: 200m}]" "[{at: 3h}, {at: 200m}]"
}

@test "an event may name its own time and identity" {
    holds "[{at: 0s}, {at: 1m, event: {eventTime: '2024-01-01T02:00:00Z'}}]" "[{}, {}]"
    holds "[{at: 0s, event: {eventID: a}}, {at: 1m, event: {eventID: a}}]" "[{count: 1}]"
}

@test "what differs is told, with all that was raised" {
    fails "[{at: 4m}, {at: 2h}]" alert "" "1 alert" "2: at 4m, at 2h"
    fails "[{at: 4m}, {at: 2h}]" nothing "" "0 alerts" "2: at 4m, at 2h"
    fails "[{at: 0s, event: {user: v}}]" "[{}, {}]" "" "2 alerts" "1: at 0s"
    fails "[{at: 0s, event: {eventName: B}}]" alert "" "1 alert" 0
    fails "[{at: 4m}, {at: 2h}]" "[{at: 4m}, {at: 90m}]" " alert 2" "at 90m" \
        "at 2h (raised: at 4m, at 2h)"
    fails "[{at: 0s, repeat: 3}]" "[{count: 2}]" " alert 1: count" 2 3
    fails "[{at: 0s}]" "[{severity: high}]" " alert 1: severity" '"high"' '"low"'
}

@test "one test leaves nothing to the next" {
    rule <<'END'
tests:
  - {name: one, timeline: [{at: 0s, event: {eventName: A, user: u}}], expect: [{count: 1}]}
  - {name: two, timeline: [{at: 0s, event: {eventName: A, user: u}}], expect: [{count: 1}]}
  - {name: three, event: {eventName: A, user: u}, expect: {alert: true, count: 1}}
END
    run tocsin test -v x.yaml
    echo "$output"
    [ "${lines[-1]}" = "1 rule: 3 passed, 0 failed" ]
}

@test "a timeline of many events, over several batches, is one test" {
    holds "[{at: 0s, repeat: 5000, every: 1s}]" "[{at: 0s, count: 3600}, {at: 1h, count: 1400}]"
}

@test "a function that fails in the middle of a timeline is told" {
    rule <<'END'
lua: |
  function rule(event) return event.n > 0 end
tests:
  - name: n
    base: {eventName: A, n: 1}
    timeline: [{at: 0s}, {at: 1m, event: {n: x}}, {at: 2m}]
    expect: alert
END
    run tocsin test x.yaml
    echo "$output"
    [ "$status" -eq 1 ]
    [ "${lines[1]}" = "     x.yaml:13:13:" ]
    [[ ${lines[3]} == "       got       an error: "*"attempt to compare"* ]]
}

@test "a single event of a rule with a memory is judged with it, and 'match' asks without" {
    rule <<'END'
threshold: {count: 2, within: 10m}
tests:
  - {name: one is not enough, event: {eventName: A, user: u}, expect: nothing}
  - {name: it matches, event: {eventName: A, user: u}, expect: match}
  - {name: it does not, event: {eventName: B, user: u}, expect: match}
  - {name: it is not enough for an alert, event: {eventName: A, user: u}, expect: alert}
  - name: two are
    timeline: [{at: 1m, repeat: 2, every: 2m, event: {eventName: A, user: u}}]
    expect: [{at: 3m, count: 2}]
END
    run tocsin test x.yaml
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$output" = "FAIL t.x: it does not
     x.yaml:11:65:
       expected  a match
       got       nothing: 'when' does not select the event
FAIL t.x: it is not enough for an alert
     x.yaml:12:83:
       expected  1 alert
       got       0
1 rule: 3 passed, 2 failed" ]
}

@test "the clock runs on behind the last event, to 'until', and between events" {
    sed -i 's/^when.*/sequence: {by: [user], within: 1h, steps: [{name: a, when: {eventName: A}}, {name: b, when: {eventName: B}, absent: true}]}/' head
    holds "[{at: 0s}]" "[{at: 65m}]"
    MORE="until: 64m" holds "[{at: 0s}]" nothing
    MORE="until: 65m" holds "[{at: 0s}]" alert
    holds "[{at: 0s}, {at: 10m, event: {eventName: B}}]" nothing
    holds "[{at: 0s}, {at: 10m, arrives: 64m, event: {eventName: B}}]" nothing
    holds "[{at: 0s}, {at: 10m, arrives: 66m, event: {eventName: B}}]" "[{at: 65m}]"
}

@test "what comes late into a window counts on its alert, where each match is an alert of its own, too" {
    sed -i 's/period: 1h/period: 0/' head
    rule <<'EOF'
threshold: {count: 2, within: 10m, unique: v}
tests:
  - name: n
    base: {eventSource: s, eventName: A, user: u}
    timeline: [{at: 0s, event: {v: a}}, {at: 2m, event: {v: b}}, {at: 1m, arrives: 3m, event: {v: a}}]
    expect: [{at: 2m, count: 3}]
EOF
    tocsin test x.yaml
}

@test "what is delivered again after days is not seen for the first time" {
    sed -i 's/period: 1h/period: 10m/' head
    rule <<'EOF'
first_seen: {by: [user], within: 3h}
tests:
  - name: n
    base: {eventSource: s, eventName: A, user: u}
    timeline:
      - {at: 0s, id: a}
      - {at: 30m, id: b}
      - {at: 10h}
      - {at: 20h, event: {user: v}}
      - {at: 30m, id: b, arrives: 21h}
    expect: [{at: 5m}, {at: 605m}, {at: 1205m}]
EOF
    tocsin test x.yaml
}

@test "an event of long ago does not end the learning" {
    rule <<'EOF'
first_seen: {by: [user], within: 30d, learn: 7d}
tests:
  - name: n
    base: {eventSource: s, eventName: A, user: u}
    timeline:
      - {at: 240h}
      - {at: 0s, event: {user: old}, arrives: 241h}
      - {at: 250h, event: {user: v}}
    expect: nothing
EOF
    tocsin test x.yaml
}
