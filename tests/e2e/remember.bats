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

@test "a replay is the same byte for byte for any number of threads, plain and gzip'd" {
    local jobs form
    history 2 6000 >history
    deliver 2 history >came
    mkdir plain packed
    split -n l/3 -d --additional-suffix=.ndjson came plain/
    gzip -k plain/* && mv plain/*.gz packed/
    for form in text json; do
        tocsin replay -q -f "$form" -j 1 -r "$HERE/every_kind.yaml" plain >"$form"
        [ "$(wc -l <"$form")" -gt 1000 ]
        for jobs in 1 2 4; do
            tocsin replay -q -f "$form" -j "$jobs" -r "$HERE/every_kind.yaml" plain | cmp "$form" -
            tocsin replay -q -f "$form" -j "$jobs" -r "$HERE/every_kind.yaml" packed | cmp "$form" -
        done
    done
}

# fifty NAME: a rule that fires at 50 matches.
fifty() {
    cat <<END
---
id: fifty.$1
title: Fifty refusals
severity: low
log: aws.cloudtrail
when: {errorCode: Denied}
dedup: {by: [awsRegion], period: 1h}
threshold: {count: 50, within: 12h}
END
}

@test "rules with the same threshold of 50 each count as if alone" {
    local rules i
    history 3 3000 >history
    deliver 3 history >came
    for rules in 1 2 20; do
        mkdir "$rules"
        for ((i = 1; i <= rules; i++)); do fifty "$i"; done >"$rules/rules.yaml"
        replay -r "$rules" came >alerts
        for ((i = 1; i <= rules; i++)); do
            jq -c --arg rule "fifty.$i" 'select(.rule == $rule) | del(.id, .rule, .rules_version)' alerts |
                sort >"$rules.$i"
            cmp 1.1 "$rules.$i"
        done
    done
    [ "$(wc -l <1.1)" -gt 20 ]
}

# three NAME WITHIN TITLE: a rule that fires at three matches.
three() {
    cat <<END
---
id: $1
title: $3
severity: low
log: aws.cloudtrail
when: {eventSource: servicecatalog.amazonaws.com}
dedup: {by: [recipientAccountId], period: 0}
threshold: {count: 3, within: $2}
END
}

@test "over restarts a rule keeps its memory, and one that was changed begins anew and says so" {
    mkdir rules
    printf 'rules: [rules]\nstore: tocsin.db\n' >tocsin.yaml
    { three kept 1h Before && three changed 1h Before; } >rules/rules.yaml
    make_events 2 >two
    tocsin run -c tocsin.yaml two
    { three kept 1h Behind && three changed 2h Before; } >rules/rules.yaml
    make_events 1 3 >third
    tocsin run -c tocsin.yaml third 2>log
    grep -q "rule 'changed' was changed: its memory begins anew" log
    [ "$(grep -c "was changed" log)" -eq 1 ]
    tocsin alerts list -f json | jq -r '[.rule, .title, .count] | @tsv' | diff <(printf 'kept\tBehind\t3\n') -
    # What began anew counts on.
    make_events 2 4 >more
    tocsin run -c tocsin.yaml more 2>log
    [ "$(grep -c "was changed" log)" -eq 0 ]
    tocsin alerts list -f json --rule changed | jq .count | grep -qx 3
}

# login_rule NAME LINES: a rule that matches each login, by user.
login_rule() {
    mkdir "$1"
    cat >"$1/rule.yaml" <<END
id: keys.$1
title: Logins
severity: low
log: aws.cloudtrail
when: {eventName: ConsoleLogin}
dedup: {by: [userIdentity.userName], period: 0}
$2
END
    printf 'rules: [%s]\nstore: %s.db\n' "$1" "$1" >"$1.yaml"
}

make_logins() { awk -v events="$1" -v keys="$2" -v rate=300 -f "$HERE/keys.awk"; }

@test "$KEYS keys of a rule in under 300 MB" {
    local rule learn=$((KEYS * 9 / 10 / 300))
    [[ $BUILD == *asan* ]] && skip "a sanitizer keeps memory of its own"
    login_rule threshold 'threshold: {count: 2, within: 2h}'
    login_rule first-seen "first_seen: {by: [userIdentity.userName], within: 30d, learn: ${learn}s}"
    # Each key once, and a hundred of them again.
    make_logins "$((KEYS + 100))" "$KEYS" >logins
    for rule in threshold first-seen; do
        command time -f '%M replay' -o peak tocsin replay -q -f json -r "$rule" logins >"$rule.replay"
        command time -f '%M run' -a -o peak tocsin run -q -c "$rule.yaml" logins
        tocsin alerts list -f json --store "$rule.db" >"$rule.run"
        echo "# $rule: $(tr '\n' ' ' <peak)kB" >&3
        awk '$1 >= 300000 { exit 1 }' peak
    done
    # None was forgotten: the second match of a key fires, and is no first one.
    [ "$(wc -l <threshold.replay)" -eq 100 ]
    [ "$(wc -l <threshold.run)" -eq 100 ]
    [ "$(wc -l <first-seen.replay)" -eq $((KEYS - learn * 300)) ]
    [ "$(wc -l <first-seen.run)" -eq $((KEYS - learn * 300)) ]
}

@test "what a rule has no room for is counted and told" {
    local rule
    login_rule keys $'threshold: {count: 5, within: 2h}\nmemory: {keys: 100}'
    login_rule events $'threshold: {count: 5, within: 2h, unique: eventName}\nmemory: {events: 10}'
    make_logins 1000 1000 >keys.logins # 900 keys too many
    make_logins 1000 10 >events.logins # 90 matches too many of each key
    for rule in keys events; do
        replay=$(tocsin replay -f json -r "$rule" "$rule.logins" 2>log)
        grep -q '; 900 matches forgotten' log
        jq -r '[.rule, .dedup, .count] | @tsv' <<<"$replay" | diff <(printf 'tocsin.memory.full\tkeys.%s\t900\n' "$rule") -
        tocsin run -c "$rule.yaml" "$rule.logins" 2>log
        grep -q '; 900 matches forgotten' log
        tocsin alerts list -f json --store "$rule.db" | jq .count | grep -qx 900
    done
}

@test "20,000 matches that are due at once, in silence or by the next event, in under 100 MB" {
    local case
    [[ $BUILD == *asan* ]] && skip "a sanitizer keeps memory of its own"
    login_rule first-seen 'first_seen: {by: [userIdentity.userName], within: 30d}'
    make_logins 20000 20000 >silence
    { cat silence && make_logins 1 1 | sed 's/2024-05-01/2024-05-02/; s/event-0/next/'; } >event
    for case in silence event; do
        rm -f first-seen.db*
        command time -f %M -o peak tocsin run -q -c first-seen.yaml "$case"
        tocsin alerts list -f json --store first-seen.db | wc -l | grep -qx 20000
        echo "# $case: $(cat peak) kB" >&3
        [ "$(cat peak)" -lt 100000 ]
    done
}
