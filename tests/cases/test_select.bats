# Which tests `tocsin test` runs, and what it says of rules that are not tested enough.

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    mkdir -p "$BATS_TEST_TMPDIR/pack"
    cd "$BATS_TEST_TMPDIR"
    rule one aws 'nothing' 'alert'
    rule two iam 'alert' 'nothing'
}

# `rule NAME TAG EXPECT…`: a rule with a test of one and the same event for each; only `alert` holds.
rule() {
    local name=$1 tag=$2 number=0 expect
    shift 2
    {
        printf '%s\n' "id: pack.$name" 'title: T' 'severity: low' 'log: aws.cloudtrail' \
            "tags: [$tag]" 'when: {eventName: A}' "tests:$([ $# -gt 0 ] || echo ' []')"
        for expect in "$@"; do
            number=$((number + 1))
            echo "  - {name: $name-$number, event: {eventName: A}, expect: $expect}"
        done
    } >"pack/$name.yaml"
}

# Names of the tests that are run with these options, in order.
chosen() {
    tocsin test -f json "$@" pack | jq -r 'select(.test) | .test' | xargs
}

@test "--filter by the rule, the test, or both" {
    [ "$(chosen)" = "one-1 one-2 two-1 two-2" ]
    [ "$(chosen --filter pack.one)" = "one-1 one-2" ]
    [ "$(chosen --filter '*.one')" = "one-1 one-2" ]
    [ "$(chosen --filter '*-1')" = "one-1 two-1" ]
    [ "$(chosen --filter 'pack.two: two-?')" = "two-1 two-2" ]
    [ "$(chosen --filter one-2)" = "one-2" ]
}

@test "--tag" {
    [ "$(chosen --tag iam)" = "two-1 two-2" ]
    [ "$(chosen --tag iam --filter '*-2')" = "two-2" ]
}

@test "a name for nothing is wrong usage, with a suggestion" {
    run tocsin test --filter pack.ome pack
    [ "$status" -eq 2 ]
    [[ $output == *"no test is meant by 'pack.ome' (did you mean 'pack.one'?)"* ]]
    run tocsin test --tag imm pack
    [ "$status" -eq 2 ]
    [[ $output == *"(did you mean 'iam'?)"* ]]
}

@test "--failed-only runs what failed the last time, in this directory" {
    [ "$(chosen --failed-only)" = "one-1 one-2 two-1 two-2" ] # nothing is known yet
    [ "$(chosen --failed-only)" = "one-1 two-2" ]
    rule one aws alert alert
    [ "$(chosen --failed-only)" = "one-1 two-2" ]
    [ "$(chosen --failed-only)" = "two-2" ]
    [ "$(chosen --filter pack.one)" = "one-1 one-2" ] # leaves what else failed as it is
    [ "$(chosen --failed-only)" = "two-2" ]
    rule two iam alert alert
    [ "$(chosen --failed-only)" = "two-2" ]
    run tocsin test --failed-only pack
    [ "$status" -eq 0 ]
    [ "$output" = "0 rules: 0 passed, 0 failed" ]
    mkdir other
    cd other
    run tocsin test --failed-only ../pack
    [[ $output == *"2 rules: 4 passed, 0 failed" ]]
}

@test "where nothing can be remembered, tests run all the same" {
    touch cache
    run tocsin test pack
    [ "$status" -eq 1 ]
    [[ $output != *remembered* ]]
    run tocsin test --failed-only pack
    [ "$status" -eq 1 ]
    [[ $output == *"what fails is not remembered: cannot write"* ]]
}

@test "--fail-fast ends at the first" {
    [ "$(chosen --fail-fast)" = "one-1" ]
    run tocsin test -f tap --fail-fast pack
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "1..1" ]
}

@test "a rule without a test that alerts and one that does not is told, and --require-tests fails" {
    rule none aws
    rule positive aws alert
    rule negative aws nothing
    run tocsin test pack
    echo "$output"
    [ "${lines[-4]}" = "pack/negative.yaml:1:5: warning: rule 'pack.negative' has no test that expects an alert" ]
    [ "${lines[-3]}" = "pack/none.yaml:1:5: warning: rule 'pack.none' has no test" ]
    [ "${lines[-2]}" = "pack/positive.yaml:1:5: warning: rule 'pack.positive' has no test that expects nothing" ]
    rule negative aws alert nothing
    rm pack/one.yaml pack/two.yaml pack/negative.yaml
    run tocsin test pack
    [ "$status" -eq 0 ]
    run tocsin test -q pack
    [ "$status" -eq 0 ]
    [ -z "$output" ]
    run tocsin test --require-tests -q pack
    [ "$status" -eq 1 ]
    [[ ${lines[0]} == "pack/none.yaml:1:5: error: rule 'pack.none' has no test" ]]
    run tocsin test --require-tests -f tap pack
    [ "${lines[-1]}" = "1..3" ]
    [[ $output == *"not ok 2 - pack.none: has no test"* ]]
    run tocsin test --require-tests -f junit pack
    [[ $output == *'<failure type="gap" message="the rule has no test">'* ]]
    run tocsin test --require-tests -f github pack
    [[ $output == *"::error file=pack/none.yaml,line=1,col=5,title=pack.none::the rule has no test"* ]]
    run tocsin test --require-tests --filter positive-1 pack
    [ "$status" -eq 0 ]
}

@test "one test by name needs no more of the pack than it stands on, and misses nothing of that" {
    cat >pack/follows.yaml <<'END'
id: pack.follows
title: T
severity: low
log: aws.cloudtrail
sequence: {by: [user], within: 1h, steps: [{name: a, rule: pack.one}, {name: b, when: {eventName: B}}]}
tests:
  - name: one
      after the other
    base: {user: u}
    timeline: [{at: 0s, event: {eventName: A}}, {at: 1m, event: {eventName: B}}]
    expect: alert
END
    mkdir pack/logs
    printf '%s\n' 'id: acme' 'title: T' 'time: at' 'match: {acme: [{exists: true}]}' >pack/logs/acme.yaml
    sed 's/two/acme/g; s/aws.cloudtrail/acme/' pack/two.yaml >pack/acme.yaml
    [ "$(chosen --filter 'one after the other')" = "one after the other" ]
    [ "$(chosen --filter pack.acme)" = "acme-1 acme-2" ]
    echo 'severty: low' >>pack/two.yaml
    [ "$(chosen --filter pack.acme)" = "acme-1 acme-2" ]
    run tocsin test --filter pack.two pack
    [ "$status" -eq 3 ]
    [[ $output == *"unknown key 'severty'"* ]]
}
