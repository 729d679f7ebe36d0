# What a test can expect and what it is given: what holds, and what is told where it does not.

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    cd "$BATS_TEST_TMPDIR"
    cat >head <<'END'
id: t.x
title: T
severity: low
log: aws.cloudtrail
when: {eventName: Read}
description: One.
references: [https://example.com/a, https://example.com/b]
context: [user, more]
params: {trusted: [alice], most: 2}
exceptions: [{when: {user: carol}, reason: she may}]
lua: |
  local first = assert(params.most > 0 and params.trusted, "most is 0")[1]
  function rule(event)
    if event.user == "mallory" then error("who is that?") end
    return event.user ~= first and params.most == 2
  end
  function title(event) return event.user .. " read it" end
  function runbook(event) if event.fails then error("no runbook") end return "Look." end
test_base: {eventName: Read, more: [{n: 1, k: x}, {n: 2}]}
tests:
END
    printf '{"user": "bob"}' >event.json
}

# `try TEST`: the keys of one test but its name, in flow style; OPTIONS for tocsin.
try() {
    { cat head && echo "  - {name: n, $1}"; } >x.yaml
    # shellcheck disable=SC2086 # options, apart
    run tocsin test -q ${OPTIONS-} x.yaml
    echo "$1"
    echo "$output"
}

holds() {
    try "$1"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
}

# `fails TEST WHAT EXPECTED GOT`
fails() {
    try "$1"
    [ "$status" -eq 1 ]
    [[ "${lines[1]}" =~ ^\ {5}x\.yaml:21:[0-9]+:(.*)$ ]]
    [ "${BASH_REMATCH[1]# }" = "$2" ]
    [ "${lines[2]}" = "       expected  $3" ]
    [ "${lines[3]}" = "       got       $4" ]
}

# `expects EXPECT` and `refuses EXPECT WHAT EXPECTED GOT`: of what bob did.
expects() { holds "event: {user: bob}, expect: $1"; }
refuses() { fails "event: {user: bob}, expect: $1" "$2" "$3" "$4"; }

# `wrong TEST WHERE MESSAGE`: it does not load.
wrong() {
    try "$1"
    [ "$status" -eq 3 ]
    [[ $output == *"x.yaml:$2: error: $3"* ]]
}

@test "alert, nothing, match and error" {
    expects alert
    expects match
    refuses nothing "" nothing "an alert"
    refuses error "" "an error" "an alert"
    holds "event: {user: alice}, expect: nothing"
    fails "event: {user: alice}, expect: alert" "" "an alert" "nothing: rule() does not hold"
    fails "event: {user: carol}, expect: alert" "" "an alert" "nothing: the exception at x.yaml:10 holds"
    fails "event: {eventName: B}, expect: match" "" "a match" "nothing: 'when' does not select the event"
    holds "event: {user: mallory}, expect: error"
    fails "event: {user: mallory}, expect: alert" "" "an alert" "an error: x.yaml:14: who is that?"
    fails "event: {user: alice}, expect: error" "" "an error" "nothing: rule() does not hold"
}

@test "an error in the middle of a timeline is one" {
    holds "timeline: [{at: 0s, event: {user: bob}}, {at: 1m, event: {user: mallory}}], expect: error"
    fails "timeline: [{at: 0s, event: {user: bob}}], expect: error" "" "an error" "none"
}

@test "what the alert holds, exactly or in part" {
    expects "{title: bob read it, severity: low, dedup: bob read it, description: One., runbook: Look., count: 1}"
    expects "{alert: true, title: {contains: bob}, description: {regex: '^O.e'}, reference: {contains: /b}}"
    refuses "{title: ben read it}" title '"ben read it"' '"bob read it"'
    refuses "{title: {contains: ben}}" title 'text that contains "ben"' '"bob read it"'
    refuses "{title: {regex: '^read'}}" title 'text that matches "^read"' '"bob read it"'
    refuses "{severity: high}" severity '"high"' '"low"'
    refuses "{count: 2}" count 2 1
    refuses "{reference: c}" reference '"c"' '["https://example.com/a","https://example.com/b"]'
    refuses "{destinations: [soc]}" destinations '["soc"]' '[]'
}

@test "of a context what is expected is there, lists are as long" {
    expects "{context: {user: bob}}"
    expects "{context: {user: {contains: o}, more: [{n: 1}, {n: 2}]}}"
    refuses "{context: {usr: bob}}" context.usr '"bob"' nothing
    refuses "{context: {more: [{n: 1}, {n: 3}]}}" context.more.2.n 3 2
    refuses "{context: {more: [{n: 1}]}}" context.more '[{"n":1}]' '[{"n":1,"k":"x"},{"n":2}]'
}

@test "a function that fails is a difference, unless it is expected" {
    fails "event: {user: bob, fails: true}, expect: alert" errors '[]' '["runbook: x.yaml:18: no runbook"]'
    holds "event: {user: bob, fails: true}, expect: {errors: [{contains: no runbook}]}"
    fails "event: {user: bob}, expect: {errors: [x]}" errors '["x"]' '[]'
    expects "{errors: []}"
    fails "timeline: [{at: 0s, event: {user: bob, fails: true}}], expect: alert" \
        "alert 1: errors" '[]' '["runbook: x.yaml:18: no runbook"]'
    fails "timeline: [{at: 0s, event: {user: bob}}, {at: 1m, event: {user: bob, fails: true}}], expect: alert" \
        errors '[]' '["runbook: x.yaml:18: no runbook"]'
}

@test "what is odd about the event" {
    holds 'event: "{\"eventName\": \"Read\", \"user\": \"bob\", \"user\": \"bob\"}", expect: {notes: [{note: duplicate-key}]}'
    refuses "{notes: [{note: duplicate-key}]}" notes '[{"note":"duplicate-key"}]' nothing
}

@test "the message that would be sent, by the destination's Lua" {
    expects "{payload: {slack: {text: {contains: bob read it}}}}"
    expects "{payload: {slack: {blocks: [{type: header}, {type: context}]}}}"
    expects '{payload: {pagerduty: {routing_key: "${routing_key}", payload: {severity: info}}, webhook: {title: bob read it}}}'
    refuses "{payload: {slack: {blocks: [{type: header, text: {text: x}}]}}}" \
        payload.slack.blocks.1.text.text '"x"' '"🔵 LOW bob read it"'
    refuses "{payload: {webhook: {references: [x]}}}" payload.webhook.references '"x"' \
        '["https://example.com/a","https://example.com/b"]'
    refuses "{payload: {fax: {}}}" payload.fax "a message" \
        "none: neither a destination nor a type has that name"
    holds "timeline: [{at: 0s, repeat: 3, event: {user: bob}}], expect: {payload: {webhook: {count: 3}}}"
    OPTIONS=--in-process expects "{payload: {slack: {text: {contains: bob read it}}}}"
}

@test "a destination of the configuration makes it by its settings, and shows no secret" {
    export ROUTING_KEY=0123456789abcdef0123456789abcdef
    printf '%s\n' 'destinations:' '  on-call: {type: pagerduty, routing_key: "${ROUTING_KEY}"}' >t.yaml
    OPTIONS="-c t.yaml" expects '{payload: {on-call: {routing_key: "${ROUTING_KEY}"}}}'
    OPTIONS="-c t.yaml" refuses '{payload: {on-call: {routing_key: x}}}' payload.on-call.routing_key \
        '"x"' '"${ROUTING_KEY}"'
}

@test "the route, by the configuration" {
    printf '%s\n' 'destinations:' '  a: {type: webhook, url: "https://example.com/a"}' \
        '  b: {type: webhook, url: "https://example.com/b"}' 'routes:' \
        '  - {when: {severity: [low]}, to: [b], continue: true}' '  - {to: [a]}' >t.yaml
    refuses "{route: [a]}" route "a configuration" "none: name it with -c"
    OPTIONS="-c t.yaml" expects "{route: [a, b]}"
    OPTIONS="-c t.yaml" refuses "{route: a}" route '"a"' '["b","a"]'
}

@test "all that differs is told" {
    try "event: {user: bob}, expect: {title: x, severity: high, count: 2}"
    [ "$(grep -c expected <<<"$output")" -eq 3 ]
}

@test "given: params key by key, exceptions in place of the rule's own" {
    holds "event: {user: bob}, given: {params: {trusted: [bob]}}, expect: nothing"
    holds "event: {user: alice}, given: {params: {trusted: [bob]}}, expect: alert"
    holds "event: {user: bob}, given: {params: {most: 3}}, expect: nothing"
    holds "event: {user: carol}, given: {exceptions: []}, expect: alert"
    holds "event: {user: bob}, given: {exceptions: [{when: {user: bob}, reason: r}]}, expect: nothing"
    fails "event: {user: bob}, given: {params: {most: 0}}, expect: alert" "" "an alert" \
        "an error: x.yaml:12: most is 0"
    OPTIONS=--in-process holds "event: {user: alice}, given: {params: {trusted: [bob]}}, expect: alert"
}

@test "what is given holds in its test alone, and in all of a timeline" {
    { cat head && cat <<'END'
  - {name: n1, event: {user: bob}, given: {params: {trusted: [bob]}}, expect: nothing}
  - {name: n2, event: {user: bob}, expect: alert}
  - name: n3
    given: {params: {trusted: [bob]}, exceptions: []}
    timeline: [{at: 0s, event: {user: bob}}, {at: 1m, event: {user: carol}}, {at: 2m, event: {user: bob}}]
    expect: [{at: 1m, count: 1}]
END
    } >x.yaml
    run tocsin test x.yaml
    echo "$output"
    [ "$output" = "1 rule: 3 passed, 0 failed" ]
}

@test "an event is a map, JSON text or a file, laid over base and test_base" {
    holds "event: {user: bob}, expect: alert"
    holds "event: '{\"user\": \"bob\"}', expect: alert"
    holds "event_file: event.json, expect: alert"
    holds "base: {user: bob, more: 1}, event: {more: 2}, expect: {context: {user: bob, more: 2}}"
    holds "base: {user: alice}, event_file: event.json, expect: {context: {user: bob, more: [{n: 1}, {n: 2}]}}"
    holds "base: {user: bob}, timeline: [{at: 0s}], expect: alert"
}

@test "what is misspelt is told with its place and a suggestion" {
    wrong "event: {}, expect: {tilte: x}" "21:35" "unknown key 'tilte' in 'expect' (did you mean 'title'?)"
    wrong "event: {}, expect: {title: {contians: x}}" "21:43" \
        "unknown key 'contians' in an expected text (did you mean 'contains'?)"
    wrong "event: {}, expect: {title: {regex: '('}}" "21:50" "bad 'regex': missing closing parenthesis"
    wrong "event: {}, expect: erorr" "21:34" "unknown expect 'erorr' (did you mean 'error'?)"
    wrong "event: {}, expect: {severity: hgih}" "21:45" "unknown severity 'hgih' (did you mean 'high'?)"
    wrong "event: {}, expect: {payload: {slack: 5}}" "21:52" "what is expected of a message must be a map"
    wrong "event: {}, expect: alert, given: {parms: {}}" "21:49" \
        "unknown key 'parms' in 'given' (did you mean 'params'?)"
    wrong "event: event.json, expect: alert" "21:22" "the event is no JSON: "
    [[ $output == *"('event_file' names a file)"* ]]
}

@test "the example of rules/README.md holds, and can fail" {
    awk '/^id: example.user-made-by-hand/ { on = 1 } /^```/ { on = 0 } on' \
        "$BATS_TEST_DIRNAME/../../rules/README.md" >x.yaml
    run tocsin test --require-tests x.yaml
    echo "$output"
    [ "$output" = "1 rule: 4 passed, 0 failed" ]
    sed -i 's/admin made user bob/admin made user ben/' x.yaml
    run tocsin test x.yaml
    [ "${lines[2]}" = '       expected  "admin made user ben"' ]
}
