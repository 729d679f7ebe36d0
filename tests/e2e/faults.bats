# What goes wrong with inputs and outputs, and what must come of it: told, counted, kept, tried again.

load lib.bash

alerts() { sqlite3 tocsin.db 'select count(*) from alert' 2>/dev/null; }
has_alerts() { [ "$(alerts)" = "$1" ]; }
rejected() { sqlite3 tocsin.db 'select count(*) from rejected' 2>/dev/null; }
has_rejected() { [ "$(rejected)" = "$1" ]; }

# make_corrupt EVENTS: bad.gz, whose last line is followed by what is no gzip.
make_corrupt() {
    make_events "$1" | gzip >bad.gz
    echo 'no gzip' >>bad.gz
}

@test "a corrupt file: what is before the fault alerts, the fault is told, kept, and that once" {
    start_receiver hook
    write_config hook
    make_corrupt 20
    cp bad.gz in/bad.gz
    make_events 10 21 >in/good.ndjson
    tocsin run -c tocsin.yaml >run.out 2>&1 &
    RUN=$!
    wait_for 10 has_alerts 3
    wait_for 10 has_rejected 1
    sleep 6
    stop_run || [ "$?" -eq 4 ]
    [ "$(grep -c "error cannot inflate 'in/bad.gz'" run.out)" -eq 1 ]
    grep -q '1 rejected.*1 input unreadable' run.out
    start_run
    sleep 0.5
    stop_run
    [ "$(rejected)" -eq 1 ]
    [ "$(alerts)" -eq 3 ]
}

@test "a corrupt argument: what is before the fault alerts, the fault is kept, the exit code is 4" {
    start_receiver hook
    write_config hook
    sed -i '/^inputs/d' tocsin.yaml
    make_corrupt 20
    run tocsin run -q -c tocsin.yaml bad.gz
    [ "$status" -eq 4 ]
    [ "$(alerts)" -eq 2 ]
    [ "$(rejected)" -eq 1 ]
    run tocsin replay -q -r "$ROOT/tests/e2e/rules" bad.gz
    [ "$status" -eq 4 ]
    [ "$(grep -c 'Root credentials' <<<"$output")" -eq 2 ]
}

@test "a file that may not be read is told once, and read as soon as it may be" {
    local bare=()
    [ "$(id -u)" -ne 0 ] || bare=(setpriv --bounding-set=-dac_override,-dac_read_search)
    start_receiver hook
    write_config hook
    make_events 10 >in/a.ndjson
    chmod 000 in/a.ndjson
    "${bare[@]}" cat in/a.ndjson 2>/dev/null && skip "nothing is forbidden here"
    "${bare[@]}" tocsin run -c tocsin.yaml >run.out 2>&1 &
    RUN=$!
    wait_for 10 grep -q "cannot open 'in/a.ndjson'" run.out
    sleep 0.5
    chmod 600 in/a.ndjson
    wait_for 10 has_alerts 1
    stop_run || [ "$?" -eq 4 ]
    [ "$(grep -c "cannot open 'in/a.ndjson'" run.out)" -eq 1 ]
}

@test "an input that is not there is told, and read when it comes" {
    start_receiver hook
    write_config hook
    rmdir in
    tocsin run -c tocsin.yaml >run.out 2>&1 &
    RUN=$!
    wait_for 10 grep -q "warning cannot open 'in'" run.out
    sleep 0.5
    mkdir in
    make_events 10 >in/a.ndjson
    wait_for 10 has_alerts 1
    stop_run
    [ "$(grep -c "warning cannot open 'in'" run.out)" -eq 1 ]
}

@test "a replay whose reader goes ends at once and says nothing" {
    make_events 40000 >file.ndjson
    tocsin replay -q -r "$ROOT/tests/e2e/rules" --format json file.ndjson 2>err | head -1
    [ ! -s err ]
    (
        trap '' PIPE
        tocsin replay -r "$ROOT/tests/e2e/rules" --format json file.ndjson 2>err || echo $? >status
    ) | head -1
    [ "$(cat status)" -eq 4 ]
    [ "$(sed -n 's/.*info \([0-9,]*\) records.*/\1/p' err | tr -d ,)" -lt 40000 ]
}

@test "a replay that cannot write, or has no input, exits 4" {
    make_events 10 >file.ndjson
    run tocsin replay -r "$ROOT/tests/e2e/rules" -o /dev/full file.ndjson
    [ "$status" -eq 4 ]
    [[ $output == *"cannot write the output: No space left on device"* ]]
    run sh -c 'tocsin replay -q -r "$1" - <&-' sh "$ROOT/tests/e2e/rules"
    [ "$status" -eq 4 ]
    run sh -c 'tocsin replay -q -r "$1" file.ndjson >&-' sh "$ROOT/tests/e2e/rules"
    [ "$status" -eq 4 ]
}

@test "an alert that no route takes is told" {
    start_receiver hook
    write_config hook
    sed -i '/^inputs/d' tocsin.yaml
    echo 'routes: [{when: {rule: [other]}, to: [hook]}]' >>tocsin.yaml
    make_events 10 >file.ndjson
    run tocsin run -c tocsin.yaml file.ndjson
    [ "$status" -eq 0 ]
    [[ $output == *"no route takes alert"* ]]
}

@test "what is kept has an age, also where only arguments are read" {
    start_receiver hook
    write_config hook
    sed -i '/^inputs/d' tocsin.yaml
    echo 'keep: {age: 1h}' >>tocsin.yaml
    echo '{"eventVersion":' >bad.ndjson
    tocsin run -q -c tocsin.yaml bad.ndjson
    [ "$(rejected)" -eq 1 ]
    sqlite3 tocsin.db 'update rejected set at_ms = at_ms - 7200000'
    make_events 10 >file.ndjson
    tocsin run -q -c tocsin.yaml file.ndjson
    [ "$(rejected)" -eq 0 ]
}
