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
