# What the store shows of alerts: `tocsin alerts`.

setup() {
    ROOT=$PWD
    STORE=$BATS_TEST_TMPDIR/tocsin.db
    cat >"$BATS_TEST_TMPDIR/tocsin.yaml" <<END
rules: ["$ROOT/rules/aws/servicecatalog/root-create-portfolio.yaml"]
store: tocsin.db
shutdown: 1s
destinations:
  nobody: {type: webhook, url: "http://127.0.0.1:1/", allow_http: true, allow_loopback: true}
END
}

raise() {
    tocsin run -q -c "$BATS_TEST_TMPDIR/tocsin.yaml" examples/events/cloudtrail.json 2>/dev/null
}

@test "show writes a text line below line, where values stand" {
    raise
    run tocsin alerts show --store "$STORE" "$(tocsin alerts list --store "$STORE" | cut -d' ' -f1)"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *$'\nrunbook        1. '*$'\n               2. '* ]]
    [[ $output != *'\n'* ]]
}

@test "list has a - for an alert that goes nowhere" {
    echo 'routes: [{when: {severity: info}, to: [nobody]}]' >>"$BATS_TEST_TMPDIR/tocsin.yaml"
    raise
    run tocsin alerts list --store "$STORE"
    echo "$output"
    [[ $output == *"  -" ]]
}

@test "list shows the beginning of a delivery's error, show all of it" {
    raise
    run tocsin alerts list --store "$STORE"
    echo "$output"
    [[ $output == *"  nobody queued (no answer from '127.0.0.1')" ]]
    run tocsin alerts show --store "$STORE" "${output%% *}"
    [[ $output == *"no answer from '127.0.0.1': "* ]]
}
