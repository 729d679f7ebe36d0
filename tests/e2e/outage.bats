# One destination is down, then asks for patience, then fails; another is healthy all along.
# DOWN=120 WAIT=5 for the long form.

load lib.bash

DOWN=${DOWN:-3}
WAIT=${WAIT:-2}

first_time() { jq -s "$2 | map(.time_ms) | min // 0" "$1.log"; }

@test "down $DOWN s, 429 with Retry-After: $WAIT, 500: everything arrives, the healthy one at once" {
    start_receiver sick
    start_receiver healthy
    write_config sick healthy
    stop_receiver sick
    start_run
    make_events 200 >in/first.ndjson
    written=$(date +%s%3N)

    wait_for 10 has_delivered healthy 20
    [ $(($(date +%s%3N) - written)) -lt 5000 ]
    [ "$(delivered sick | wc -l)" -eq 0 ]
    sleep "$DOWN"

    echo "/ 429:${WAIT}x1 500x3 200" >sick.script
    start_receiver sick "$(cat sick.port)"
    make_events 100 201 >in/second.ndjson
    wait_for 10 has_delivered healthy 30
    wait_for 180 has_delivered sick 30
    stop_run

    expected_ids 300 >expected
    delivered sick | sort >got_sick
    delivered healthy | sort >got_healthy
    diff expected got_sick
    diff expected got_healthy
    # Nothing came to the sick one before the time it asked for was over, but what was under way.
    asked=$(jq -s 'map(select(.answered == 429) | .time_ms) | max' sick.log)
    early=$(jq -s "map(select(.time_ms > $asked + 100 and .time_ms < $asked + $WAIT * 1000)) | length" sick.log)
    [ "$early" -eq 0 ]
}

@test "SIGTERM ends with 0 while a destination is down, and the next run delivers" {
    start_receiver hook
    write_config hook
    echo 'shutdown: 1s' >>tocsin.yaml
    stop_receiver hook
    start_run
    make_events 50 >in/a.ndjson
    wait_for 10 sh -c 'sqlite3 tocsin.db "select count(*) from alert" | grep -qx 5'
    stop_run
    start_receiver hook "$(cat hook.port)"
    start_run
    wait_for 60 has_delivered hook 5
    stop_run
    [ "$(delivered hook | sort | uniq -d | wc -l)" -eq 0 ]
}
