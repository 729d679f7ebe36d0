# `tocsin test --watch`: a saved file runs again what it concerns.

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    mkdir -p "$BATS_TEST_TMPDIR/pack/sub"
    cd "$BATS_TEST_TMPDIR"
    rule one A
    rule two A
    printf '{"eventName": "A"}' >pack/sub/event.json
    sed -i 's/event: {eventName: A}/event_file: sub\/event.json/' pack/two.yaml
    tocsin test --watch -v ./pack >out 2>log 3>&- &
    WATCH=$!
    wait_for_runs 1
}

teardown() {
    kill "$WATCH" 2>/dev/null || true
    wait 2>/dev/null || true
}

rule() {
    printf '%s\n' "id: pack.$1" 'title: T' 'severity: low' 'log: aws.cloudtrail' "when: {eventName: $2}" \
        'tests:' "  - {name: $1-1, event: {eventName: A}, expect: alert}" >"pack/$1.new"
    mv "pack/$1.new" "pack/$1.yaml"
}

# Each run ends by saying that it waits.
wait_for_runs() {
    for _ in $(seq 200); do
        [ "$(grep -c 'waiting for changes' log)" -ge "$1" ] && return
        sleep 0.02
    done
    cat out log
    return 1
}

# What was told behind line SEEN.
news() {
    tail -n +"$((SEEN + 1))" out
}

@test "a manifest runs its own rule, a file that a manifest names all that may name it" {
    [ "$(grep -c '^ok' out)" -eq 2 ]
    SEEN=$(wc -l <out)
    rule one B
    wait_for_runs 2
    news | grep -q '^FAIL pack.one: one-1'
    [ -z "$(news | grep pack.two)" ]
    SEEN=$(wc -l <out)
    printf '{"eventName": "B"}' >pack/sub/event.json
    wait_for_runs 3
    news | grep -q '^FAIL pack.two: two-1'
}

@test "a file that is no rule any more is told, and the next one is run" {
    echo 'severty: low' >>pack/one.yaml
    wait_for_runs 2
    grep -q "unknown key 'severty'" log
    rule one A
    wait_for_runs 3
    [ "$(grep -c '^ok   pack.one' out)" -eq 2 ]
}

@test "a new file is run, and files that concern no test are not" {
    SEEN=$(wc -l <out)
    echo note >pack/README.md
    rule three A
    wait_for_runs 2
    news | grep -q '^ok   pack.three'
    [ -z "$(news | grep pack.one)" ]
}
