# What a worker may not do ends it, and nothing else: the pair it was at is told, the next rule of
# the same event is asked, and the alerts are those without. KILLS=1000 for the long form.

load lib.bash

KILLS=${KILLS:-20}

# rogue_rules EXPONENT: one that makes its worker do it on every hundredth event, between two that
# alert on the same events.
rogue_rules() {
    mkdir -p rules
    local name
    for name in a-before z-after; do
        cat >"rules/$name.yaml" <<EOF
id: test.$name
title: $name
severity: low
log: aws.cloudtrail
lua: |
  function rule(event) return event.eventID:sub(-2) == "00" end
dedup: {period: 0}
EOF
    done
    cat >rules/m-rogue.yaml <<EOF
id: test.rogue
title: rogue
severity: low
log: aws.cloudtrail
lua: |
  local base = 424242.0
  function rule(event)
    return event.eventID:sub(-2) == "00" and base ^ $1 == 0
  end
EOF
}

# replay_rogue EXPONENT: 300 events of which the rogue rule gets three, as text in out and err.
replay_rogue() {
    rogue_rules "$1"
    make_events 300 >events.ndjson
    LD_PRELOAD=$BUILD/rogue.so tocsin replay -j 2 -r rules -f json events.ndjson >out 2>err
    jq -r 'select(.rule | startswith("tocsin.") | not) | .rule + " " + .event_ids[0]' out | sort >got
    for i in 100 200 300; do
        printf 'test.a-before event-0000%s\ntest.z-after event-0000%s\n' $i $i
    done | sort | diff - got
}

needs_confinement() {
    case $BUILD in *asan*) skip "seccomp and the memory limit are off under a sanitizer" ;; esac
    return 0
}

@test "a worker that makes a system call dies, and the log says which" {
    needs_confinement
    local exponent=3 call
    for call in openat socket connect execve ptrace kill; do
        replay_rogue $exponent
        [ "$(grep -c "a worker ended at rule 'test.rogue', events.ndjson:.*: it called $call(), which no rule may" err)" -eq 3 ]
        grep -q "3 rule failures (3 crash)" err
        exponent=$((exponent + 1))
    done
}

@test "a worker forks nothing, and makes no memory executable" {
    needs_confinement
    replay_rogue 14
    grep -q 'it called clone(), which no rule may' err
    replay_rogue 15
    grep -q 'it called mmap(), which no rule may' err
}

@test "a worker that crashes, spins, or just exits costs one pair" {
    case $BUILD in *asan*) skip "a sanitizer tells of the crash itself" ;; esac
    replay_rogue 9
    [ "$(grep -c 'its process died: Segmentation fault' err)" -ge 3 ]
    grep -q '3 rule failures (3 crash)' err
    replay_rogue 10
    [ "$(grep -c 'it got no further, and its process was stopped' err)" -ge 3 ]
    grep -q '3 rule failures (3 deadline)' err
    replay_rogue 13
    grep -q '3 rule failures (3 crash)' err
}

@test "a worker that takes memory without end costs one pair" {
    needs_confinement
    replay_rogue 12
    [ "$(grep -c 'its process asked for more memory than it has' err)" -ge 3 ]
    grep -q '3 rule failures (3 memory)' err
}

@test "the same alerts byte for byte, however many processes judge" {
    make_events 5000 >events.ndjson
    tocsin replay --in-process -f json events.ndjson -r "$ROOT/rules" -r "$ROOT/tests/e2e/rules" >here
    [ "$(wc -l <here)" -ge 500 ]
    for jobs in 1 2 3 7; do
        tocsin replay -j $jobs -f json events.ndjson -r "$ROOT/rules" -r "$ROOT/tests/e2e/rules" >there
        cmp here there
    done
}

# children_of PID, and the workers of the process $1, which are the children of its first child.
children_of() {
    cat "/proc/$1/task/$1/children" 2>/dev/null
}

workers_of() {
    children_of "$(children_of "$1" | cut -d' ' -f1)"
}

has_workers() {
    [ -n "$(workers_of "$1")" ]
}

# Until `replay` ends or it was done often enough.
kill_workers() {
    local killed=0 pids nursery
    nursery=$(children_of "$1" | cut -d' ' -f1)
    while [ "$killed" -lt "$KILLS" ] && kill -0 "$1" 2>/dev/null; do
        read -ra pids <"/proc/$nursery/task/$nursery/children" || true
        [ "${#pids[@]}" -gt 0 ] || continue
        kill -9 "${pids[RANDOM % ${#pids[@]}]}" 2>/dev/null && killed=$((killed + 1))
        sleep 0.01
    done
    echo "$killed" >killed
}

# A rule that takes about a tenth of a millisecond an event.
slow_rule() {
    cat >slow.yaml <<'EOF'
id: test.slow
title: slow
severity: low
log: aws.cloudtrail
lua: |
  function rule(event)
    local sum = 0
    for i = 1, 5000 do sum = sum + i % 7 end
    return sum > 0 and event.eventID:sub(-1) == "7"
  end
dedup: {period: 0}
EOF
}

@test "$KILLS times kill -9 of a worker under load: no pair undecided, the same alerts" {
    slow_rule
    make_events $((KILLS * 240 + 2400)) >events.ndjson
    tocsin replay -j 2 -r slow.yaml -r "$ROOT/tests/e2e/rules" -f json events.ndjson >want 2>err
    tocsin replay -v -j 2 -r slow.yaml -r "$ROOT/tests/e2e/rules" -f json events.ndjson >got 2>err &
    local replay=$!
    wait_for 5 has_workers $replay
    kill_workers $replay
    wait $replay
    cmp want got
    ! grep -q 'rule failure' err
    recovered=$(grep -oE 'another worker went on after [0-9.]+ ms' err | grep -oE '[0-9.]+' | sort -n)
    count=$(echo "$recovered" | wc -l)
    echo "# $(cat killed) killed, $count told; recovery: median $(echo "$recovered" | sed -n "$(((count + 1) / 2))p") ms," \
        "99 of 100 within $(echo "$recovered" | sed -n "$(((count * 99 + 99) / 100))p") ms" >&3
    [ "$count" -ge $(($(cat killed) / 4)) ]
}

@test "run survives kill -9 of its workers, and ends when what they come from is gone" {
    start_receiver hook
    write_config hook
    start_run
    make_events 200 >in/a.ndjson
    wait_for 20 has_delivered hook 20
    kill -9 $(workers_of "$RUN")
    make_events 200 201 >in/b.ndjson
    wait_for 20 has_delivered hook 40
    kill -9 "$(children_of "$RUN" | cut -d' ' -f1)"
    make_events 200 401 >in/c.ndjson
    wait "$RUN" && false || [ $? -eq 4 ]
    start_run
    wait_for 20 has_delivered hook 60
    stop_run
    expected_ids 600 | diff - <(delivered hook | sort -u)
}

@test "idle workers that are killed cost no record and no word of an alert" {
    start_receiver hook
    write_config hook
    start_run -j 1
    for ((i = 1; i <= 12; i++)); do
        make_events 10 $((i * 10 - 9)) >>in/a.ndjson
        wait_for 20 has_delivered hook $i
        kill -9 $(workers_of "$RUN")
    done
    stop_run
    expected_ids 120 | diff - <(delivered hook | sort -u)
    ! grep -q 'cannot be used' run.out
    [ "$(jq -r '.body | fromjson | .event.omitted' hook.log | sort -u)" = null ]
}

@test "what nobody can make a message of waits for the next run" {
    start_receiver hook
    write_config hook
    stop_receiver hook
    start_run
    make_events 10 >in/a.ndjson
    wait_for 20 test -s tocsin.db
    wait_for 20 eval '[ "$(sqlite3 tocsin.db "select count(*) from delivery" 2>/dev/null)" = 1 ]'
    kill -9 "$(children_of "$RUN" | cut -d' ' -f1)"
    wait "$RUN" && false || [ $? -eq 4 ]
    start_receiver hook
    write_config hook
    start_run
    wait_for 30 has_delivered hook 1
    stop_run
}
