# What `run` follows: files that grow, are renamed, truncated, cut; directories that come; changes of which
# nobody is told; standard input; one store, one run.

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

# ten FIRST: ten events of which the last alerts, as the tests number them.
ten() { make_events 10 "$1"; }

# Everything is looked at every two seconds: that alone would be too slow for so many.
@test "lines that come one after the other alert one after the other" {
    start_receiver hook
    write_config hook
    start_run
    ten 1 >in/a.ndjson
    wait_for 10 has_alerts 1
    local end=$((SECONDS + 30)) i
    for ((i = 2; i <= 40; i++)); do
        ten $((i * 10 - 9)) >>in/a.ndjson
        wait_for 10 has_alerts "$i"
    done
    [ "$SECONDS" -lt "$end" ]
    stop_run
    [ "$(alerts)" -eq 40 ]
}

@test "files and directories that come, go and come again are read" {
    start_receiver hook
    write_config hook
    sed -i 's|^inputs:.*|inputs: [{file: in}, {file: later}, {file: one.ndjson}, {file: far/away/two.ndjson}]|' tocsin.yaml
    start_run
    wait_for 10 grep -q 'two.ndjson.*looking again' run.out
    ten 1 >in/new.ndjson
    wait_for 10 has_alerts 1
    mkdir -p in/sub/deep
    ten 11 >in/sub/deep/new.ndjson
    wait_for 10 has_alerts 2
    mkdir later
    ten 21 >later/new.ndjson
    wait_for 10 has_alerts 3
    ten 31 >one.ndjson
    wait_for 10 has_alerts 4
    mkdir -p far/away
    ten 41 >far/away/two.ndjson
    wait_for 10 has_alerts 5
    ten 51 >.aside && mv .aside in/new.ndjson
    wait_for 10 has_alerts 6
    ten 61 >.aside && mv .aside one.ndjson
    wait_for 10 has_alerts 7
    ten 71 >>one.ndjson
    wait_for 10 has_alerts 8
    rm in/new.ndjson
    ten 81 >in/new.ndjson
    wait_for 10 has_alerts 9
    rm -r in/sub
    mkdir -p in/sub
    ten 91 >in/sub/new.ndjson
    wait_for 10 has_alerts 10
    mv in/sub in/moved
    ten 101 >>in/moved/new.ndjson
    wait_for 10 has_alerts 11
    stop_run
    [ "$(alerts)" -eq 11 ]
}

@test "what is behind a link is followed" {
    start_receiver hook
    write_config hook
    mkdir far farther
    ten 1 >far/a.ndjson
    ln -s ../far/a.ndjson in/a.ndjson
    ln -s ../farther in/more
    start_run
    wait_for 10 has_alerts 1
    ten 11 >>far/a.ndjson
    wait_for 10 has_alerts 2
    ten 21 >farther/b.ndjson
    wait_for 10 has_alerts 3
    mkdir third
    ten 31 >third/c.ndjson
    ln -sfn ../third in/more
    wait_for 10 has_alerts 4
    stop_run
    [ "$(alerts)" -eq 4 ]
}

@test "what is written to by another name is followed" {
    start_receiver hook
    write_config hook
    mkdir far
    ten 1 >far/a.ndjson
    ln far/a.ndjson in/a.ndjson
    start_run
    wait_for 10 has_alerts 1
    local end=$((SECONDS + 30)) i
    for ((i = 2; i <= 30; i++)); do
        ten $((i * 10 - 9)) >>far/a.ndjson
        wait_for 10 has_alerts "$i"
    done
    [ "$SECONDS" -lt "$end" ]
    stop_run
    [ "$(alerts)" -eq 30 ]
}

# A sanitizer insists on being the first.
preload() {
    [[ $BUILD != *asan* ]] || printf '%s ' "$(cc -print-file-name=libasan.so)"
    echo "$BUILD/fault.so"
}

# follows_with FAULT: all that grows is read though the system does not tell.
follows_with() {
    start_receiver hook
    write_config hook
    sed -i 's|^inputs:.*|inputs: [{file: in}, {file: one.ndjson}]|' tocsin.yaml
    mkdir in/a in/b in/c
    FAULT="$1" LD_PRELOAD=$(preload) tocsin run -q -c tocsin.yaml >>run.out 2>&1 &
    RUN=$!
    local count=0 file
    for file in in/a/x in/b/x in/c/x in/x one.ndjson in/a/x in/b/x in/c/x in/x one.ndjson in/d/x in/d/x; do
        mkdir -p "$(dirname "$file")"
        ten $((count * 10 + 1)) >>"$file"
        count=$((count + 1))
        wait_for 10 has_alerts "$count"
    done
    stop_run
    [ "$(alerts)" -eq "$count" ]
}

@test "without anybody to tell of changes all is read" {
    follows_with watch:from=1
}

@test "with fewer watches than there are directories all is read" {
    follows_with watch:from=4
}

@test "a file and a directory that cannot be watched are read" {
    follows_with "watch:path=one.ndjson watch:path=in/b"
}

# is_saved FILE: the store knows that all of it is read.
is_saved() {
    local where
    where="key = '$(stat -c %d:%i "$1")' and size = $(stat -c %s "$1") and done"
    [ "$(sqlite3 tocsin.db "select count(*) from input where $where" 2>/dev/null)" = 1 ]
}

@test "where a feed stands in which nobody finds anything is saved, in time and at the end" {
    start_receiver hook
    write_config hook
    start_run
    make_events 9 >in/a.ndjson
    wait_for 10 is_saved in/a.ndjson
    ten 11 >in/b.ndjson
    wait_for 10 has_alerts 1
    is_saved in/b.ndjson
    make_events 9 21 >>in/a.ndjson
    sleep 0.2
    stop_run
    is_saved in/a.ndjson
}

@test "many files in which nobody finds anything are read, and saved" {
    start_receiver hook
    write_config hook
    local i
    for ((i = 0; i < 150; i++)); do make_events 5 >in/$i.ndjson; done
    start_run
    wait_for 20 sh -c '[ "$(sqlite3 tocsin.db "select count(*) from input")" = 150 ]'
    for ((i = 0; i < 150; i++)); do ten $((i * 10 + 1)) >>in/$i.ndjson; done
    wait_for 20 has_alerts 150
    stop_run
    for ((i = 0; i < 150; i++)); do is_saved in/$i.ndjson; done
}

# A rejected record is kept each time it is read: reading again behind a position that is held would show.
@test "what left something is not read again, whatever was held before it" {
    start_receiver hook
    write_config hook
    start_run
    local i
    for ((i = 1; i <= 20; i++)); do
        make_events 1 $((i * 10 + 1)) >>in/a.ndjson
        sleep 0.05
        echo "not JSON $i" >>in/a.ndjson
        sleep 0.05
    done
    make_events 1 1000 >>in/a.ndjson
    wait_for 10 has_alerts 1
    sleep 1.5
    make_events 1 1010 >>in/a.ndjson
    wait_for 10 has_alerts 2
    stop_run
    [ "$(sqlite3 tocsin.db 'select count(*) from rejected')" -eq 20 ]
    [ "$(sqlite3 tocsin.db 'select count(distinct line) from rejected')" -eq 20 ]
}
