# Rules with `log: tocsin.alert` judge what other rules raise: in replay and in run, once whatever ends
# the process, and what they raise themselves is judged by nobody.

load lib.bash

KILLS=${KILLS:-15}
ALERTS=$((KILLS * 40))

# Every alert is an alert of t.reader, which takes its time, so that a kill finds it at work; three
# within a minute are one of t.many.
rules() {
    cat >rules.yaml <<'END'
id: t.reader
title: An alert
severity: low
log: tocsin.alert
lua: |
  function rule(event)
    local steps = 0
    for i = 1, SPIN do steps = steps + i end
    return true
  end
dedup: {period: 0}
---
id: t.many
title: Three alerts within a minute
severity: critical
log: tocsin.alert
when: {rule: test.root-create-portfolio}
dedup: {by: [rule], period: 1h}
threshold: {count: 3, within: 1m}
END
    sed -i "s/SPIN/$1/" rules.yaml
}

# of RULE FILE: the ids of its alerts' first events.
of() { jq -r "select(.rule == \"$1\") | .event_ids[0]" "$2" | sort; }

ask() { sqlite3 tocsin.db "$1"; }

all_read() { [ "$(ask "select count(*) from unread_alert")" -eq 0 ]; }

has_line() { [ "$(wc -l <"$2")" -ge "$1" ]; }

ids() { jq -r 'select(.log == "aws.cloudtrail") | .id' "$1" | sort; }

# The lines of .part, one every few milliseconds.
trickle() {
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line" >>in/grows.ndjson
        sleep 0.003
    done <.part
}

@test "replay: each alert is judged once, the same bytes for any -j, and no loop" {
    rules 1
    make_events 20000 | split -l 6000 - in/part.
    for jobs in 1 4; do
        tocsin replay -f json -j $jobs -r rules.yaml -r "$ROOT/tests/e2e/rules" in >j$jobs 2>err
    done
    cmp j1 j4
    tocsin replay -q -f json --in-process -r rules.yaml -r "$ROOT/tests/e2e/rules" in | cmp - j1
    [ "$(ids j1 | wc -l)" -eq 2000 ]
    diff <(ids j1) <(of t.reader j1)
    [ "$(jq -s 'map(select(.rule == "t.many") | .count) | add' j1)" -eq 2000 ]
    grep -q '20,000 records: [0-9,]* passed over, .* events; 6,000 matches, 4,006 alerts' err
}

@test "replay: of the alerts alone, they give the same" {
    rules 1
    make_events 3000 >events
    tocsin replay -q -f json -r rules.yaml -r "$ROOT/tests/e2e/rules" events >alerts
    jq -c 'select(.log == "aws.cloudtrail")' alerts >primary
    tocsin replay -q -f json -r rules.yaml primary >again
    of t.reader alerts | diff - <(of t.reader again)
    jq -c 'select(.rule == "t.many") | [.time, .count]' alerts >many
    jq -c 'select(.rule == "t.many") | [.time, .count]' again | diff - many
}

@test "run: alerts of alerts are stored and sent" {
    rules 1
    start_receiver hook
    write_config hook
    sed -i "s|^rules: .*|rules: [\"$ROOT/tests/e2e/rules\", rules.yaml]|" tocsin.yaml
    make_events 100 >in/a.ndjson
    start_run
    wait_for 20 has_line 21 hook.log
    stop_run
    jq -r '.body | fromjson | .rule' hook.log | sort | uniq -c | awk '{ print $1, $2 }' >got
    printf '%s\n' '1 t.many' '10 t.reader' '10 test.root-create-portfolio' | diff - got
}

@test "$KILLS times kill -9: each alert is judged once" {
    rules 200000
    start_receiver hook
    write_config hook
    sed -i "s|^rules: .*|rules: [\"$ROOT/tests/e2e/rules\", rules.yaml]|" tocsin.yaml
    start_run
    wait_for 20 test -s tocsin.db
    stop_run
    local i between=0
    for ((i = 0; i < KILLS; i++)); do
        make_events 400 $((i * 400 + 1)) | grep CreatePortfolio >.part
        start_run
        trickle &
        sleep "0.$((RANDOM % 100 + 100))"
        kill -9 "$RUN"
        wait "$!"
        wait "$RUN" 2>/dev/null || true
        between=$((between + $(ask "select count(*) > 0 from unread_alert")))
    done
    start_run
    wait_for 60 has_delivered hook "$ALERTS"
    wait_for 20 all_read
    stop_run
    echo "# $between of $KILLS kills between an alert and its judgement" >&3
    [ "$(ask "select count(*) from alert where rule like 'test.%'")" -eq "$ALERTS" ]
    [ "$(ask "select count(*) from alert where rule = 't.reader'")" -eq "$ALERTS" ]
    [ "$(ask "select count(distinct event_ids) from alert where rule = 't.reader'")" -eq "$ALERTS" ]
    [ "$(ask "select sum(count) from alert where rule = 't.many'")" -eq "$ALERTS" ]
    [ "$(ask "select count(*) from alert where rule like 'tocsin.%'")" -eq 0 ]
}

@test "the shipped rule of rules has no record parsed that no rule of events wants" {
    make_events 5000 >events
    tocsin replay -r "$ROOT/rules/alerts" -r "$ROOT/tests/e2e/rules" events >/dev/null 2>err
    grep -q '5,000 records: [0-9,]* passed over' err
}
