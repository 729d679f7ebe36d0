# What `run` follows: files that grow, are renamed, truncated, cut; standard input; one store, one run.

load lib.bash

alerts() { sqlite3 tocsin.db 'select count(*) from alert'; }
has_alerts() { [ "$(alerts 2>/dev/null)" = "$1" ]; }

@test "a line that comes in pieces is one record, and what comes later is read from there" {
    start_receiver hook
    write_config hook
    make_events 30 >all
    start_run
    head -c 1500 all >in/a.ndjson
    sleep 0.5
    tail -c +1501 all | head -c 5000 >>in/a.ndjson
    sleep 0.5
    tail -c +6501 all >>in/a.ndjson
    wait_for 10 has_delivered hook 3
    stop_run
    make_events 20 31 >>in/a.ndjson
    start_run
    wait_for 10 has_delivered hook 5
    stop_run
    expected_ids 50 >expected
    delivered hook | sort | diff expected -
    [ "$(sqlite3 tocsin.db 'select count(*) from rejected')" -eq 0 ]
}

@test "a renamed file goes on, a truncated one begins anew, a dot file is not read" {
    start_receiver hook
    write_config hook
    make_events 20 >in/a.ndjson
    make_events 10 100 >in/.hidden.ndjson
    start_run
    wait_for 10 has_alerts 2
    mv in/a.ndjson in/b.ndjson
    make_events 10 21 >>in/b.ndjson
    wait_for 10 has_alerts 3
    make_events 10 31 >new
    cat new >in/b.ndjson
    wait_for 10 has_alerts 4
    sleep 0.5
    stop_run
    [ "$(alerts)" -eq 4 ]
    [ "$(delivered hook | wc -l)" -eq 4 ]
}

@test "a cut tail waits for its rest, and is told when none came for long" {
    start_receiver hook
    write_config hook
    { make_events 10; printf '{"eventVersion":'; } >in/a.ndjson
    start_run
    wait_for 10 has_alerts 1
    sleep 0.5
    [ "$(sqlite3 tocsin.db 'select count(*) from rejected')" -eq 0 ]
    touch -d '1 minute ago' in/a.ndjson
    wait_for 10 sh -c '[ "$(sqlite3 tocsin.db "select count(*) from rejected")" = 1 ]'
    stop_run
    tocsin alerts list --rejected --store tocsin.db | grep 'a.ndjson:11'
}

@test "standard input is alerted on before it ends" {
    start_receiver hook
    write_config hook
    mkfifo pipe
    tocsin run -q -c tocsin.yaml - <pipe >>run.out 2>&1 &
    RUN=$!
    exec 9>pipe
    make_events 10 >&9
    wait_for 10 has_delivered hook 1
    make_events 10 11 >&9
    wait_for 10 has_delivered hook 2
    stop_run
    exec 9>&-
}

@test "an argument is read to its end, once, even when run again" {
    start_receiver hook
    write_config hook
    sed -i '/^inputs/d' tocsin.yaml
    make_events 40 >file.ndjson
    tocsin run -q -c tocsin.yaml file.ndjson
    tocsin run -q -c tocsin.yaml file.ndjson
    [ "$(alerts)" -eq 4 ]
    [ "$(delivered hook | wc -l)" -eq 4 ]
    run tocsin run -q -c tocsin.yaml no-such-file
    [ "$status" -eq 4 ]
    run tocsin run -q -c tocsin.yaml
    [ "$status" -eq 2 ]
}

@test "a second run on the same store says who holds it" {
    start_receiver hook
    write_config hook
    start_run
    wait_for 10 test -e tocsin.db
    sleep 0.3
    run tocsin run -c tocsin.yaml
    [ "$status" -eq 4 ]
    [[ $output == *"another process"*"$RUN"* ]]
    stop_run
}

@test "retry sends again what a destination refused, drop gives it up" {
    start_receiver hook
    echo '/ 410' >hook.script
    write_config hook
    make_events 20 >in/a.ndjson
    start_run
    wait_for 30 sh -c '[ "$(tocsin alerts list --store tocsin.db 2>/dev/null | grep -c "given up (HTTP 410)")" = 2 ]'
    id=$(tocsin alerts list --store tocsin.db | head -1 | cut -d' ' -f1)
    [[ $(tocsin alerts drop "$id" --store tocsin.db) == "1 delivery dropped" ]]
    echo '/ 200' >hook.script
    [[ $(tocsin alerts retry --store tocsin.db) == "1 delivery queued again" ]]
    wait_for 30 has_delivered hook 1
    stop_run
    tocsin alerts show "$id" --store tocsin.db | grep -q '^hook  dropped'
    run tocsin alerts show ffff --store tocsin.db
    [ "$status" -eq 1 ]
}
