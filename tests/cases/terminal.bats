# What stands on a terminal: a pseudo-terminal of script(1) is one.

setup() {
    cd "$BATS_TEST_DIRNAME/../.." || return 1
    script -qec true /dev/null </dev/null >/dev/null 2>&1 || skip "no pseudo-terminal here"
    events=$BATS_TEST_TMPDIR/events.ndjson
    awk 'BEGIN { for (i = 0; i < 1000; i++)
        printf "{\"eventVersion\":\"1.08\",\"eventID\":\"%d\",\"eventTime\":\"2024-05-01T%02d:00:00Z\"," \
            "\"eventSource\":\"servicecatalog.amazonaws.com\",\"eventName\":\"CreatePortfolio\"," \
            "\"userIdentity\":{\"type\":\"Root\"}}\n", i, i / 100 }' >"$events"
}

# A replay that takes long enough to say how far it is.
replay_slowly() {
    rule=rules/aws/servicecatalog/root-create-portfolio.yaml
    script -qec "{ head -500 $events; sleep 0.7; tail -500 $events; } | tocsin replay $1 -r $rule -" \
        /dev/null </dev/null >"$BATS_TEST_TMPDIR/out"
    cat -v "$BATS_TEST_TMPDIR/out"
}

@test "an alert never stands behind the progress line of a replay" {
    replay_slowly
    grep -q 'records a second' "$BATS_TEST_TMPDIR/out"
    ! grep -q 'records a second  [0-9]* alerts2024' "$BATS_TEST_TMPDIR/out"
}

@test "a quiet replay shows no progress" {
    replay_slowly -q
    grep -q 'Root created' "$BATS_TEST_TMPDIR/out"
    ! grep -q 'records a second' "$BATS_TEST_TMPDIR/out"
}
