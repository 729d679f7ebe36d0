# What the manual says of things of one's own: a log type, a destination, without C.

setup() {
    ROOT=$PWD
    cd "$BATS_TEST_TMPDIR"
}

@test "a log type of one's own: the one of rules/logs/README.md, in logs/ beside the rules" {
    mkdir -p mine/logs
    awk '/^# logs\/acme/ { on = 1 } /^```/ { on = 0 } on' "$ROOT/rules/logs/README.md" >mine/logs/acme.audit.yaml
    printf '%s\n' 'id: acme.deleted' 'title: Deleted' 'severity: low' 'log: acme.audit' \
        'when: {action: delete}' >mine/deleted.yaml
    echo '{"events":[{"service":"acme","request_id":"1","at":"2024-01-01T00:00:00Z","action":"delete"}]}' >log
    run tocsin replay -q -r mine log
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$output" = "2024-01-01T00:00:00Z low      acme.deleted Deleted" ]
}

@test "a destination of one's own: lua/destination/ beside the configuration" {
    printf '%s\n' "rules: [\"$ROOT/examples/rule\"]" \
        'destinations: {soc: {type: teams, url: "https://example.com/"}}' >tocsin.yaml
    run tocsin check
    [ "$status" -eq 1 ]
    cp -R "$ROOT/examples/lua" .
    run tocsin check
    echo "$output"
    [ "$status" -eq 0 ]
}
