# A rule that cannot judge: people are told, once an hour; it is suspended, and the rule beside it
# works on.

load lib.bash

setup() {
    WORK=$BATS_TEST_TMPDIR
    mkdir -p "$WORK/in"
    cd "$WORK" || return 1
    cat >loops.yaml <<'END'
id: t.loops
title: Loops
severity: low
log: aws.cloudtrail
when: {eventName: CreatePortfolio}
limits: {steps: 100000}
lua: |
  function rule(event)
    while event.userIdentity.type == "Root" do end
  end
END
}

of_rule() { jq -r ".body | fromjson | select(.rule == \"$1\") | .event_ids[0]" hook.log; }
has_of_rule() { [ "$(of_rule "$1" | sort -u | wc -l)" -ge "$2" ]; }

@test "a rule that loops: told once an hour and rule, suspended after three, not in the way" {
    start_receiver hook
    write_config hook
    sed -i "s|^rules: .*|rules: [\"$ROOT/tests/e2e/rules\", loops.yaml]|" tocsin.yaml
    start_run
    make_events 300 >in/a.ndjson
    wait_for 20 has_of_rule test.root-create-portfolio 30
    make_events 100 301 >in/b.ndjson
    wait_for 20 has_of_rule test.root-create-portfolio 40
    stop_run
    [ "$(of_rule tocsin.rule.failing)" = event-0000010 ]
    [ "$(of_rule tocsin.rule.suspended)" = event-0000030 ]
    of_rule test.root-create-portfolio | sort -u >got
    expected_ids 400 | diff - got
    tocsin alerts list --failed-rules --store tocsin.db >failed
    [ "$(wc -l <failed)" -eq 40 ]
    [ "$(awk '{ print $3 }' failed | head -3 | sort -u)" = cpu ]
    [ "$(tail -1 failed | awk '{ print $2, $3, $4 }')" = "t.loops suspended event-0000400" ]
    tocsin alerts list --store tocsin.db --rule tocsin.rule.failing | grep -q ' 40 '
}

@test "a replay of it gives the same bytes, however many judge and however the bytes come" {
    make_events 20000 >file.ndjson
    rules=(-r "$ROOT/tests/e2e/rules" -r loops.yaml)
    tocsin replay -f json "${rules[@]}" -j 1 file.ndjson >one 2>err
    tocsin replay -q -f json "${rules[@]}" -j 4 file.ndjson >four 2>/dev/null
    { head -c 5000 file.ndjson; sleep 0.3; tail -c +5001 file.ndjson; } |
        tocsin replay -q -f json "${rules[@]}" - >piped 2>/dev/null
    cmp one four
    cmp one piped
    grep -q 'rule failures (.* cpu, .* suspended)' err
    [ "$(jq -r 'select(.rule == "tocsin.rule.failing") | .time' one | cut -c1-13 | sort | uniq -d | wc -l)" -eq 0 ]
}
