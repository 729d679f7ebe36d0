# Rules that are wrong: every mistake told with its place, and nothing runs with half a rule set.

bad=tests/cases/diagnostics/ten-mistakes.yaml

@test "check tells every mistake with a caret, exits 1" {
    run tocsin check "$bad"
    [ "$status" -eq 1 ]
    for word in "did you mean 'description'" "duplicate key" "did you mean 'high'"; do
        [[ $output == *"$word"* ]] || { echo "missing: $word"; echo "$output"; return 1; }
    done
    [ "$(grep -cE "^$bad:[0-9]+:[0-9]+: error: " <<<"$output")" -ge 10 ]
    [ "$(grep -cE '^ +\^$' <<<"$output")" -ge 10 ]
}

@test "replay and test refuse to run with them, exit 3" {
    run tocsin replay -r "$bad" -r tests/e2e/rules examples/events
    [ "$status" -eq 3 ]
    [[ $output != *" records: "* ]]
    run tocsin test "$bad"
    [ "$status" -eq 3 ]
}

@test "a rule named twice, by itself and by its directory, is one rule" {
    run tocsin test rules/aws/servicecatalog rules/aws/servicecatalog/root-create-portfolio.yaml
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "a name that Lua does not have is a finding of check, and no obstacle to loading" {
    printf '%s\n' 'id: t.x' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'lua: |' \
        '  function rule(event)' '    return regex.mtach(event.eventName, "x") ~= nil' '  end' >"$BATS_TEST_TMPDIR/x.yaml"
    run tocsin check "$BATS_TEST_TMPDIR/x.yaml"
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"x.yaml:7:"*"mtach"*"did you mean 'match'"* ]]
    run tocsin test "$BATS_TEST_TMPDIR/x.yaml"
    [ "$status" -eq 0 ]
}

@test "a destination that a rule names must be configured" {
    cd "$BATS_TEST_TMPDIR"
    printf '%s\n' 'id: t.x' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'when: {eventName: X}' \
        'destinations: [on-cal]' >x.yaml
    printf '%s\n' 'rules: [x.yaml]' 'destinations:' \
        '  on-call: {type: webhook, url: "https://example.com/"}' >tocsin.yaml
    run tocsin check
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"x.yaml:6:15: error: unknown destination 'on-cal' (did you mean 'on-call'?)"* ]]
}

@test "a secret that is written out is in no message, not even as the line of another mistake" {
    cd "$BATS_TEST_TMPDIR"
    printf '%s\n' 'rules: []' 'destinations:' \
        '  hook: {type: webhook, url: "https://example.com/", secret: "whsec_c2VjcmV0", timeout: 1 hour}' >tocsin.yaml
    run tocsin check
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"tocsin.yaml:3:"*"1 hour"* ]]
    [[ $output != *c2VjcmV0* ]]
}
