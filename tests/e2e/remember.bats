# What rules remember, on the program itself: whatever the order, the kills, the number of rules, keys and
# threads. TOCSIN_ORDERS=100 TOCSIN_KILLS=200 TOCSIN_KEYS=1000000 for the long form.

load lib.bash

ORDERS=${TOCSIN_ORDERS:-10}
KILLS=${TOCSIN_KILLS:-15}
KEYS=${TOCSIN_KEYS:-20000}
HERE=$ROOT/tests/e2e/remember

# history SEED COUNT: its events in the order of time, a time and a tab before each.
history() { awk -v seed="$1" -v count="$2" -f "$HERE/history.awk"; }

# deliver SEED FILE: the events of a history as they come, up to an hour late and some of them twice.
deliver() { awk -v seed="$1" -v late=3600 -f "$HERE/deliver.awk" "$2" | sort -n | cut -f 2-; }

replay() { tocsin replay -q -f json "$@"; }

# How many alerts each rule has under each key.
count_alerts() { jq -r '[.rule, .dedup] | @tsv' | sort | uniq -c; }

@test "$ORDERS orders of the same events within their lateness make the same alerts" {
    local order
    history 1 1500 >history
    cut -f 2- history | replay -r "$HERE/every_kind.yaml" - | count_alerts >expected
    # Each rule has something to say, or nothing is shown of it.
    awk '{ print $2 }' expected | sort -u | wc -l | grep -qx "$(grep -c '^id:' "$HERE/every_kind.yaml")"
    for ((order = 1; order <= ORDERS; order++)); do
        deliver "$order" history >came
        replay -r "$HERE/every_kind.yaml" came >alerts
        count_alerts <alerts | diff expected -
        # None is told twice.
        [ -z "$(jq -r .id alerts | sort | uniq -d)" ]
    done
}

# write_history SEED: files in in/ that are read one after the other, each a batch of its own.
write_history() {
    history "$1" 3000 >history
    { deliver "$1" history && tail -1 history | cut -f 2- |
        sed 's/"eventID":"/&end-/; s/"eventName":"[^"]*"/"eventName":"HistoryEnds"/'; } |
        split -l 10 -a 4 -d --additional-suffix=.ndjson - in/
}

# follow_history DIR HOOK: a configuration in DIR that follows in/ and sends what thresholds and sequences say.
follow_history() {
    mkdir "$1"
    {
        echo "rules: [\"$HERE\"]"
        echo 'inputs: [{file: ../in}]'
        echo 'store: tocsin.db'
        echo 'destinations:'
        destination "$2"
        echo 'routes:'
        echo "  - {when: {rule: [{prefix: every.threshold}, {prefix: every.sequence}, end]}, to: [$2]}"
    } >"$1/tocsin.yaml"
}

run_here() {
    (cd "$1" && exec tocsin run -c tocsin.yaml >>run.out 2>&1) &
    RUN=$!
}

# All is read, decided and sent.
is_done() {
    sqlite3 "$1/tocsin.db" "SELECT EXISTS (SELECT 1 FROM alert WHERE rule = 'end')
        AND NOT EXISTS (SELECT 1 FROM memory_due) AND NOT EXISTS (SELECT 1 FROM delivery WHERE state = 0)" 2>/dev/null |
        grep -qx 1
}

run_to_end() {
    run_here "$1"
    wait_for 60 is_done "$1"
    stop_run || [ $? -eq 143 ] # where all was done before it had begun
    tocsin alerts list -q -f json -c "$1/tocsin.yaml" | jq -c 'del(.event)' | sort >"$1.alerts"
}

# kill_on_the_way DIR: kills it at random moments until one came after all was read. KILLED counts.
kill_on_the_way() {
    touch "$1/run.out"
    until grep -q 'end The history ends' "$1/run.out"; do
        run_here "$1"
        sleep "0.$((RANDOM % 400 + 50))"
        kill -9 "$RUN"
        wait "$RUN" 2>/dev/null || true
        KILLED=$((KILLED + 1))
    done
}

# What a receiver got, each alert once: the words that do not depend on what came later.
told() {
    jq -c 'select(.answered == 200) | .body | fromjson | [.id, .rule, .dedup, .title, .time]' "$1.log" | sort -u
}

@test "$KILLS times kill -9 on the way through a history change nothing of what is stored and sent" {
    local seed=0
    KILLED=0
    while [ "$KILLED" -lt "$KILLS" ]; do
        seed=$((seed + 1))
        rm -rf in calm killed hook.log && mkdir in
        write_history "$seed"
        start_receiver hook
        follow_history calm hook
        run_to_end calm
        told hook >calm.told
        : >hook.log
        follow_history killed hook
        kill_on_the_way killed
        run_to_end killed
        stop_receiver hook
        diff calm.alerts killed.alerts
        told hook | diff calm.told -
        [ "$(wc -l <calm.told)" -gt 50 ]
    done
    echo "# $KILLED kills in $seed histories" >&3
}

@test "the seven bursts of the data set fire or stay silent as stated" {
    local expected="$SHARED/invictus/expected_simple.json"
    [ -d "$SHARED/invictus" ] || skip "no ../shared/data/invictus here"
    mkdir rules
    jq -r --arg want rules -f "$HERE/bursts.jq" "$expected" >rules/bursts.yaml
    replay -r rules "$SHARED/invictus/CloudTrail" >alerts
    jq -r 'select(.rule | endswith(".first") | not) | [.rule, .dedup] | @tsv' alerts | sort >fired
    jq -r --arg want alerts -f "$HERE/bursts.jq" "$expected" | sort | diff - fired
    jq -r 'select(.rule | endswith(".first")) | [.rule, .dedup, .last_time] | @tsv' alerts | sort |
        awk -F '\t' '!seen[$1, $2]++' >reached
    jq -r --arg want first -f "$HERE/bursts.jq" "$expected" | sort | diff - reached
    cut -f 1 reached | sort -u | wc -l | grep -qx 7
}
