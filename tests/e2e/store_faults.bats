# The store cannot be written for a while: the input waits, people are told without it, nothing is
# lost or raised twice, and work goes on within 5 s. DOWN=60 for the long form.

load lib.bash

DOWN=${DOWN:-2}

# The processes first: they hold what is mounted.
eval "lib_$(declare -f teardown)"
teardown() {
    lib_teardown
    ! mountpoint -q "$WORK/disk" || umount "$WORK/disk"
}

alerts() { sqlite3 tocsin.db 'select count(*) from alert' 2>/dev/null || echo 0; }
has_alerts() { [ "$(alerts)" -ge "$1" ]; }
unsent() { sqlite3 tocsin.db "select count(*) from delivery where state <> 1"; }
all_sent() { [ "$(unsent)" -eq 0 ]; }

# told NAME STATE: the alerts of the engine itself that a receiver took, in that state.
told() {
    jq -c --arg state "$2" 'select(.answered >= 200 and .answered < 300) | .body | fromjson
        | select(.rule == "tocsin.store.failing" and .state == $state)' "$1.log"
}
was_told() { [ "$(told "$1" "$2" | wc -l)" -ge 1 ]; }

# Event ids of the alerts of rules that a receiver took.
raised() {
    jq -r 'select(.answered >= 200 and .answered < 300) | .body | fromjson
        | select(.log != "tocsin.engine") | .event_ids[0]' "$1.log"
}

# A sanitizer insists on being the first.
preload() {
    [[ $BUILD != *asan* ]] || printf '%s ' "$(cc -print-file-name=libasan.so)"
    echo "$BUILD/fault.so"
}

# Which fault holds while there is a file `fault`.
start_faulty() {
    FAULT=$1 LD_PRELOAD=$(preload) tocsin run -c tocsin.yaml >>run.out 2>&1 &
    RUN=$!
}

ms() { date +%s%3N; }

# outage FAULT: 10 alerts before it, 10 that come while it lasts, 10 behind it.
outage() {
    start_receiver hook
    write_config hook
    start_faulty "$1"
    make_events 100 >in/before.ndjson
    wait_for 10 has_alerts 10
    wait_for 10 all_sent
    touch fault
    make_events 100 101 >in/during.ndjson
    wait_for 10 was_told hook open
    sleep "$DOWN"
    [ "$(alerts)" -eq 10 ]
    [ "$(raised hook | wc -l)" -eq 10 ]
    rm fault
    local over
    over=$(ms)
    wait_for 10 has_alerts 20
    echo "# went on after $(($(ms) - over)) ms" >&3
    [ $(($(ms) - over)) -lt 5000 ]
    wait_for 10 was_told hook resolved
    make_events 100 201 >in/behind.ndjson
    wait_for 10 has_alerts 30
    wait_for 10 all_sent
    stop_run
    expected_ids 300 >expected
    raised hook | sort | diff expected -
}

# one_story REASON: told once and resolved once, as the same alert, kept nowhere, and in the log.
one_story() {
    [ "$(told hook open | wc -l)" -eq 1 ]
    [ "$(told hook resolved | wc -l)" -eq 1 ]
    [ "$(jq -r 'select(.body | contains("tocsin.store")) | .body | fromjson | .id' hook.log | sort -u | wc -l)" -eq 1 ]
    told hook open | jq -e --arg reason "$1" '.schema == "tocsin.alert/1" and .severity == "critical"
        and .log == "tocsin.engine" and .revision == 1 and (.context.reason | contains($reason))'
    told hook resolved | jq -e '.revision == 2 and .last_time > .time'
    [ "$(sqlite3 tocsin.db "select count(*) from alert where rule like 'tocsin.store%'")" -eq 0 ]
    [ "$(grep -c 'the input waits, tried again each second' run.out)" -eq 1 ]
    grep -q "error .*$1.*: the input waits" run.out
    grep -q 'info the store can be written again' run.out
}

@test "no space for $DOWN s: the input waits, people are told, nothing is lost" {
    outage 'write:errno=ENOSPC,path=tocsin.db,while=fault'
    one_story 'full'
}

@test "the disk does not sync for $DOWN s: the same" {
    outage 'sync:errno=EIO,path=tocsin.db,while=fault'
    one_story 'disk I/O error'
}

@test "a file system that is full for $DOWN s: the same" {
    mkdir disk
    mount -t tmpfs -o size=24m tmpfs disk 2>/dev/null || skip "only root may mount a small file system"
    start_receiver hook
    write_config hook
    sed -i 's|^store: .*|store: disk/tocsin.db|' tocsin.yaml
    ln -s disk/tocsin.db tocsin.db
    start_run
    make_events 100 >in/before.ndjson
    wait_for 10 has_alerts 10
    cat /dev/zero >disk/ballast 2>/dev/null || true
    make_events 3000 101 >in/during.ndjson
    wait_for 10 was_told hook open
    sleep "$DOWN"
    rm disk/ballast
    over=$(ms)
    wait_for 10 has_alerts 60
    [ $(($(ms) - over)) -lt 5000 ]
    wait_for 10 was_told hook resolved
    wait_for 20 has_alerts 310
    wait_for 20 all_sent
    stop_run
    expected_ids 3100 >expected
    raised hook | sort | diff expected -
}

@test "what was delivered while the store could not say so is not delivered again" {
    start_receiver hook
    write_config hook
    echo '/ slow:1500' >hook.script
    start_faulty 'write:errno=ENOSPC,path=tocsin.db,while=fault'
    make_events 40 >in/a.ndjson
    wait_for 10 has_alerts 4
    wait_for 10 sh -c '[ "$(wc -l <hook.log)" -ge 1 ]'
    touch fault
    echo '/ 200' >hook.script
    wait_for 10 was_told hook open
    sleep "$DOWN"
    [ "$(unsent)" -eq 4 ]
    rm fault
    wait_for 10 all_sent
    wait_for 10 was_told hook resolved
    stop_run
    expected_ids 40 >expected
    raised hook | sort | diff expected -
}

@test "a store that stumbles once wakes nobody" {
    start_receiver hook
    write_config hook
    start_faulty 'sync:count=1,errno=EIO,path=tocsin.db,while=fault'
    wait_for 10 test -e tocsin.db-wal
    sleep 0.5
    touch fault
    make_events 100 >in/a.ndjson
    wait_for 20 has_alerts 10
    wait_for 10 all_sent
    stop_run
    grep -q 'disk I/O error' run.out
    ! grep -q tocsin.store hook.log
    raised hook | sort -u >got
    expected_ids 100 | diff - got
}

@test "no process can be forked: one line, exit 4" {
    make_events 10 >file.ndjson
    run env FAULT=fork LD_PRELOAD="$(preload)" tocsin replay -q -r "$ROOT/tests/e2e/rules" file.ndjson
    [ "$status" -eq 4 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *"cannot start the process that loads the rules: Resource temporarily unavailable"* ]]
}
