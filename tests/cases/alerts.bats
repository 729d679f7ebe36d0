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

# Rules that fail, and a line that is no record, on their way through `run`.
fail() {
    cat >"$BATS_TEST_TMPDIR/fails.yaml" <<END
id: t.compares
title: Compares
severity: low
log: aws.cloudtrail
lua: |
  function rule(event) return event.absent > 1 end
---
id: t.loops
title: Loops
severity: low
log: aws.cloudtrail
lua: |
  function rule(event) while true do end end
END
    echo 'rules: [fails.yaml]' >"$BATS_TEST_TMPDIR/tocsin.yaml"
    echo 'store: tocsin.db' >>"$BATS_TEST_TMPDIR/tocsin.yaml"
    printf '%s\n' '{"eventVersion":"1","eventSource":"s","eventName":"n","eventID":"e-1"}' 'no record' \
        >"$BATS_TEST_TMPDIR/in.ndjson"
    (cd "$BATS_TEST_TMPDIR" && tocsin run in.ndjson 2>&1)
}

@test "list --failed-rules says what a rule could not judge, and why" {
    run fail
    echo "$output"
    [[ $output =~ 2\ rule\ failures\ \(1\ error,\ 1\ (cpu|deadline)\)$ ]]
    run tocsin alerts list --failed-rules --store "$STORE"
    echo "$output"
    [ "${#lines[@]}" -eq 2 ]
    [[ ${lines[0]} =~ ^20.*Z\ +t\.compares\ +error\ +e-1\ +fails\.yaml:6:.*\ +in\.ndjson:1$ ]]
    [[ ${lines[1]} =~ ^20.*Z\ +t\.loops\ +(cpu|deadline)\ +e-1\ +fails\.yaml:13:.*\ +in\.ndjson:1$ ]]
    run tocsin alerts list --failed-rules --store "$STORE" --rule t.loops -f json
    echo "$output"
    [ "${#lines[@]}" -eq 1 ]
    [ "$(jq -r '[.rule, .event_id, .source, .line, .record, (.bytes | fromjson | .eventID)] | join(" ")' <<<"$output")" = \
        "t.loops e-1 in.ndjson 1 1 e-1" ]
    [ "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" = \
        "time rule kind event_id reason source line record bytes" ]
}

@test "list --rejected has records only" {
    fail
    run tocsin alerts list --rejected --store "$STORE"
    echo "$output"
    [ "${#lines[@]}" -eq 1 ]
    [[ ${lines[0]} =~ ^20.*Z\ +in\.ndjson:2\  ]]
    run tocsin alerts list --rejected --store "$STORE" -f json
    [ "$(jq -r .bytes <<<"$output")" = "no record" ]
    [ "$(jq 'has("rule")' <<<"$output")" = false ]
    run tocsin alerts list --rejected --store "$STORE" --since 2999-01-01T00:00:00Z
    [ "$output" = "" ]
    run tocsin alerts list --rejected --failed-rules --store "$STORE"
    [ "$status" -eq 2 ]
    [[ $output == *"not both: '--rejected' and '--failed-rules'"* ]]
}

# A rule with two exceptions of its own, and one from the configuration.
except() {
    cat >"$BATS_TEST_TMPDIR/root.yaml" <<END
id: t.root
title: Root
severity: low
log: aws.cloudtrail
when: {userIdentity.type: Root}
exceptions:
  - {when: {eventName: [Nothing]}, reason: never seen, until: "2020-01-31"}
  - {when: {eventName: [CreatePortfolio]}, reason: made by the platform team, owner: platform, until: "2999-12-31"}
END
    cat >"$BATS_TEST_TMPDIR/tocsin.yaml" <<END
rules: [root.yaml]
store: tocsin.db
overrides:
  - rules: t.*
    exceptions: [{when: {eventName: [{anything-but: CreatePortfolio}]}, reason: anything else}]
END
}

all_hits() {
    tocsin alerts exceptions -c "$BATS_TEST_TMPDIR/tocsin.yaml" --format json |
        jq -c '[.rule, .reason, .owner, .until, .over, .hits, .last]'
}

@test "exceptions: how often each held, which never did, which is over" {
    except
    raise
    run all_hits
    echo "$output"
    [ "${lines[0]}" = '["t.root","anything else","","",false,7,"2024-05-14T02:24:09Z"]' ]
    [ "${lines[1]}" = '["t.root","made by the platform team","platform","2999-12-31",false,1,"2024-05-14T02:17:31Z"]' ]
    [ "${lines[2]}" = '["t.root","never seen","","2020-01-31",true,0,null]' ]
    [ "${#lines[@]}" -eq 3 ]
    run tocsin alerts exceptions -c "$BATS_TEST_TMPDIR/tocsin.yaml"
    [[ ${lines[0]} == "rule "*" hits "*" last "*" owner "*" until "*" reason" ]]
    [[ ${lines[1]} == "t.root  7     2024-05-14T02:24:09Z  -         -                  anything else" ]]
    [[ ${lines[3]} == "t.root  0     -                     -         2020-01-31 (over)  never seen" ]]
}

@test "exceptions: without the configuration those that hit, and none" {
    except
    raise
    run tocsin alerts exceptions --store "$STORE"
    [ "${#lines[@]}" -eq 3 ]
    [[ $output != *"never seen"* ]]
    sqlite3 "$STORE" 'delete from exception'
    run tocsin alerts exceptions --store "$STORE"
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run tocsin alerts exceptions --store "$STORE" more
    [ "$status" -eq 2 ]
}

@test "exceptions: the same count wherever it stands, and more in another run" {
    except
    raise
    cd "$BATS_TEST_TMPDIR"
    { grep -v '  - ' root.yaml; grep '  - ' root.yaml | tac; } >other.yaml
    mv other.yaml root.yaml
    sed -i 's/owner: platform/owner: nobody/' root.yaml
    cd "$ROOT"
    raise
    [ "$(all_hits | jq -s -c 'map(.[5])')" = '[14,2,0]' ]
    all_hits | grep -q '"made by the platform team","nobody"'
}

@test "exceptions: rules that do not load are told" {
    except
    raise
    echo 'severity: [' >>"$BATS_TEST_TMPDIR/root.yaml"
    run tocsin alerts exceptions -c "$BATS_TEST_TMPDIR/tocsin.yaml"
    [ "$status" -eq 3 ]
    [[ $output == *"root.yaml:"*"error: "* ]]
}

@test "replay says which exceptions held" {
    except
    run tocsin replay -c "$BATS_TEST_TMPDIR/tocsin.yaml" examples/events/
    echo "$output"
    [[ $output == *" 8 suppressed, "* ]]
    [[ $output == *"info rule 't.root': 7 suppressed by the exception 'anything else'"* ]]
    [[ $output == *"info rule 't.root': 1 suppressed by the exception 'made by the platform team'"* ]]
    [[ $output != *"never seen"* ]]
}
