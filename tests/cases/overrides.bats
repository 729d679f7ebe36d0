# What tocsin.yaml changes in rules of others: told at its place, and the same in every process.

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir pack
    printf '%s\n' 'id: acme.iam.login' 'title: Login' 'severity: high' 'log: aws.cloudtrail' \
        'when: {eventName: ConsoleLogin}' 'params: {known: [a]}' 'lua: |' \
        '  function title(event) return "Login, limit " .. params.limit .. " of " .. #params.known end' \
        'tests:' '  - name: a login' '    event: {eventName: ConsoleLogin, awsRegion: eu-west-1}' \
        '    expect: alert' >pack/login.yaml
    sed -i 's/known: \[a\]/known: [a], limit: 5/' pack/login.yaml
    printf '%s\n' 'id: acme.sts' 'title: Role' 'severity: low' 'log: aws.cloudtrail' \
        'when: {eventName: AssumeRole}' 'first_seen: {by: [eventName], within: 1d}' >pack/sts.yaml
    for name in ConsoleLogin AssumeRole; do
        printf '{"eventVersion":"1.08","eventSource":"x.amazonaws.com","eventName":"%s","eventID":"%s","awsRegion":"eu-west-1","eventTime":"2026-01-01T00:00:00Z"}\n' \
            "$name" "$name"
    done >events.ndjson
}

configure() {
    printf '%s\n' 'rules: [pack]' 'overrides:' "$@" >tocsin.yaml
}

replay() {
    run tocsin replay -q "$@" events.ndjson
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "severity, params and enabled are those of the overrides, in the process and in workers" {
    configure '  - {rules: "acme.*", severity: medium, params: {limit: 20}}' \
        '  - {rules: acme.sts, enabled: false}'
    replay
    [ "$output" = "2026-01-01T00:00:00Z medium   acme.iam.login Login, limit 20 of 1" ]
    replay --in-process
    [ "$output" = "2026-01-01T00:00:00Z medium   acme.iam.login Login, limit 20 of 1" ]
}

@test "the version of the rules is another, and that of rules named by hand is not" {
    local plain changed named
    echo 'rules: [pack]' >tocsin.yaml
    plain=$(tocsin replay -q -f json events.ndjson | head -1 | jq -r .rules_version)
    configure '  - {rules: acme.sts, severity: medium}'
    changed=$(tocsin replay -q -f json events.ndjson | head -1 | jq -r .rules_version)
    named=$(tocsin replay -q -f json -r pack events.ndjson | head -1 | jq -r .rules_version)
    [ "$plain" != "$changed" ]
    [ "$plain" = "$named" ]
}

@test "rules named by hand are as they are" {
    configure '  - {rules: acme.iam.login, enabled: false}'
    replay -r pack
    [[ $output == *"high     acme.iam.login Login, limit 5 of 1"* ]]
}

@test "an exception is added, and check says which test it hides" {
    configure '  - rules: acme.iam.*' '    exceptions:' \
        '      - {when: {awsRegion: eu-west-1}, reason: ours}' \
        '      - {when: {awsRegion: eu-west-1}, reason: once, until: "2020-01-31"}'
    replay
    [[ $output != *acme.iam.login* ]]
    run tocsin check
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"tocsin.yaml:5:9: warning: exception hides what test 'a login' of rule 'acme.iam.login' expects"* ]]
    [[ $output == *"tocsin.yaml:6:9: warning: exception no longer applies: until 2020-01-31"* ]]
    run tocsin test
    [ "$status" -eq 1 ]
    run tocsin test pack
    [ "$status" -eq 0 ]
}

@test "what is wrong with an override is told once, at its place" {
    configure '  - {rules: acme.iam.logn, severity: low}'
    for way in "" --in-process; do
        run tocsin check $way
        echo "$output"
        [ "$status" -eq 1 ]
        [[ $output == *"tocsin.yaml:3:13: error: an override of no rule: 'acme.iam.logn' (did you mean 'acme.iam.login'?)"* ]]
    done
    configure '  - {rules: "acme.*", severity: hgih}' '  - {rules: acme.sts, threshold: {count: 2}}'
    run tocsin check
    echo "$output"
    [[ $output == *"tocsin.yaml:3:33: error: unknown severity 'hgih' (did you mean 'high'?)"* ]]
    [[ $output == *"tocsin.yaml:4:23: error: rule 'acme.sts' has 'first_seen' and takes no 'threshold'"* ]]
    [[ $output == *"2 errors" ]]
    run tocsin replay events.ndjson
    [ "$status" -eq 3 ]
}

@test "a destination that an override names must be configured" {
    configure '  - {rules: acme.sts, destinations: [soc]}'
    run tocsin check
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"tocsin.yaml:3:37: error: unknown destination 'soc'"* ]]
}
