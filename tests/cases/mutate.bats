# `tocsin test --mutate`: small changes of the rules, and which of them their tests let live.

bats_require_minimum_version 1.5.0

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    mkdir "$BATS_TEST_TMPDIR/pack"
    cd "$BATS_TEST_TMPDIR"
}

# `rule NAME LINES`: its tests are standard input.
rule() {
    {
        printf '%s\n' "id: pack.$1" 'title: T' 'severity: low' 'log: aws.cloudtrail' "$2" 'tests:'
        cat
    } >"pack/$1.yaml"
}

# `test_of NAME EXPECT FIELDS`
test_of() {
    echo "  - {name: $1, event: {$3}, expect: $2}"
}

two_tests() {
    test_of a alert 'eventName: A, awsRegion: r'
    test_of b nothing 'eventName: B, awsRegion: r'
}

@test "a mutant lives, and is killed by a test that is added" {
    two_tests | rule a 'when: {eventName: A, awsRegion: [r, s]}'
    run tocsin test --mutate pack
    [ "$status" -eq 0 ]
    diff -u - <(echo "$output") <<'END'
1 rule: 2 passed, 0 failed
pack/a.yaml:5:22: lives: `awsRegion: ["r","s"]` dropped
pack/a.yaml:5:37: lives: `"s"` dropped
mutants of pack.a: 60 % (3 of 5 killed)
mutants: 60 % (3 of 5 killed)
END
    test_of c alert 'eventName: A, awsRegion: s' >>pack/a.yaml
    test_of d nothing 'eventName: A' >>pack/a.yaml
    [[ $(tocsin test --mutate pack) == *"mutants: 100 % (5 of 5 killed)" ]]
}

@test "Lua is changed where it stands, in the manifest and beside it" {
    two_tests | rule a 'lua: |
  function rule(event)
    return event.eventName == "A" and event.awsRegion ~= nil
  end'
    run tocsin test --mutate -v pack
    diff -u - <(echo "$output" | grep pack/) <<'END'
pack/a.yaml:7:12: killed: `event.eventName == "A" and event.awsRegion ~= nil` turned into `not (event.eventName == "A" and event.awsRegion ~= nil)`
pack/a.yaml:7:28: killed: `==` turned into `~=`
pack/a.yaml:7:31: killed: `"A"` turned into `"mutated"`
pack/a.yaml:7:35: killed: `and` turned into `or`
pack/a.yaml:7:55: killed: `~=` turned into `==`
END
    two_tests | rule a 'lua: own.lua'
    printf '%s\n' 'local wanted = {"A", "C"}' 'function rule(event)' \
        '  return one_of(event.eventName, wanted)' end >pack/own.lua
    [[ $(tocsin test --mutate pack) == *"pack/own.lua:1:22: lives: \`\"C\"\` dropped"* ]]
    [ "$(grep -c '"A", "C"' pack/own.lua)" -eq 1 ]
}

@test "memory is changed: timelines and what tests give count" {
    rule a 'when: {eventName: A}
dedup: {by: [userIdentity.arn]}
threshold: {count: 2, within: 10m}
exceptions: [{reason: R, when: {awsRegion: r}}]' <<'END'
  - {name: two, base: {eventName: A}, timeline: [{at: 0m}, {at: 9m}], expect: [{at: 9m}]}
  - {name: one, event: {eventName: A}, expect: nothing}
  - {name: fine, event: {eventName: A, awsRegion: r}, expect: nothing}
  - {name: given, event: {eventName: A, awsRegion: r}, given: {exceptions: []}, expect: match}
END
    run tocsin test --mutate pack
    [ "$status" -eq 0 ]
    diff -u - <(echo "$output" | sed 1d) <<'END'
pack/a.yaml:6:9: lives: `by: ["userIdentity.arn"]` dropped
pack/a.yaml:7:31: lives: `"10m"` turned into `"20m"`
pack/a.yaml:8:14: lives: `when: {"awsRegion":"r"}` dropped
pack/a.yaml:8:44: lives: `"r"` turned into `"mutated"`
mutants of pack.a: 50 % (4 of 8 killed)
mutants: 50 % (4 of 8 killed)
END
}

@test "by however many it is done, the same is told" {
    two_tests | rule a 'when: {eventName: A, awsRegion: [r, s]}'
    two_tests | rule b 'when: {eventName: [A, C]}'
    for format in text json github; do
        tocsin test --mutate -v -j 1 -f $format pack >one
        tocsin test --mutate -v -j 3 -f $format pack >three
        diff one three
    done
}

@test "JSON is one object a mutant, and the sum" {
    two_tests | rule a 'when: {eventName: [A, C]}'
    tocsin test --mutate -f json pack >out
    [ "$(jq -c 'select(.mutant)' out | tail -1)" = '{"rule":"pack.a","mutant":"alternative-dropped","file":"pack/a.yaml","line":5,"column":23,"before":"\"C\"","after":"","outcome":"lives"}' ]
    [ "$(tail -1 out)" = '{"mutants":2,"killed":1,"lived":1,"untried":0,"percent":50}' ]
    run tocsin test --mutate -f github pack
    [ "${lines[1]}" = '::warning file=pack/a.yaml,line=5,col=23,title=pack.a::no test notices: `"C"` dropped' ]
    run --separate-stderr tocsin test --mutate -f tap pack
    [[ $output != *mutants* ]]
    [[ $stderr == *"mutants: 50 % (1 of 2 killed)" ]]
}

@test "a mutant that does not come to an end is killed" {
    two_tests | rule a 'lua: |
  function rule(event)
    local left = 3
    while left > 0 do left = left - 1 end
    return event.eventName == "A"
  end'
    run tocsin test --mutate -v pack
    [ "$status" -eq 0 ]
    [[ $output == *"pack/a.yaml:8:35: killed: \`-\` turned into \`+\`"* ]]
}

@test "a rule whose tests fail is not changed" {
    two_tests | rule a 'when: {eventName: A}'
    test_of c alert 'eventName: C' | rule b 'when: {eventName: [A, B]}'
    run --separate-stderr tocsin test --mutate pack
    [ "$status" -eq 1 ]
    [ "$stderr" = "pack/b.yaml:1:5: warning: rule 'pack.b' is not mutated: its tests fail" ]
    [ "${lines[-1]}" = "mutants: 100 % (1 of 1 killed)" ]
}

@test "--fail-fast ends before anything is changed" {
    test_of c alert 'eventName: C' | rule a 'when: {eventName: [A, B]}'
    two_tests | rule b 'when: {eventName: A}'
    run tocsin test --mutate --fail-fast pack
    [ "$status" -eq 1 ]
    [[ $output != *mutants* ]]
}

@test "the shipped rules' tests notice nine changes of ten" {
    tocsin test -q --mutate --time 5s --min 90 "$BATS_TEST_DIRNAME/../../rules"
}

@test "what there is no time for is told, and each rule has its turn" {
    two_tests | rule a 'when: {eventName: A, awsRegion: [r, s]}'
    run tocsin test --mutate --time 1ms --min 90 pack
    [[ ${lines[-1]} == *"not tried for lack of time)" || ${lines[-1]} == *"single mutant" ]]
    run tocsin test --time 1m pack
    [ "$status" -eq 2 ]
    run tocsin test --mutate --time soon pack
    [ "$status" -eq 2 ]
    [ "$output" = "tocsin test: --time is how long, such as 60s or 5m" ]
}

@test "--min makes a lower score a failure" {
    two_tests | rule a 'when: {eventName: [A, C]}'
    run --separate-stderr tocsin test -q --mutate --min 51 pack
    [ "$status" -eq 1 ]
    [ "$stderr" = "tocsin test: 50 % of mutants are killed, less than 51 %" ]
    [ -z "$output" ]
    tocsin test -q --mutate --min 50 pack
}

@test "rules and tests are chosen as without it" {
    two_tests | rule a 'when: {eventName: [A, C]}'
    two_tests | rule b 'when: {eventName: A}'
    [[ $(tocsin test --mutate --filter pack.b pack) == *"mutants: 100 % (1 of 1 killed)" ]]
    [[ $(tocsin test --mutate --filter '*: b' pack/b.yaml) == *"mutants: 0 % (0 of 1 killed)" ]]
    [[ $(tocsin test --mutate pack/a.yaml) == *"mutants: 50 % (1 of 2 killed)" ]]
}
