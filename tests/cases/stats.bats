# What rules would have raised: replay of a period, its statistics and budgets. Each number is counted
# by jq, too.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SHARED=$ROOT/../shared/data

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir pack
    rule acme.login 'severity: high' 'when: {eventName: ConsoleLogin}' \
        'dedup: {by: [awsRegion], period: 0}' 'exceptions:' \
        '  - {when: {awsRegion: region-9}, reason: nobody}' \
        '  - {when: {awsRegion: region-2}, reason: the lab}'
    rule acme.role 'severity: low' 'when: {eventName: AssumeRole}' 'dedup: {period: 1d}'
    rule acme.silent 'severity: critical' 'when: {eventName: Never}'
    rule acme.off 'severity: low' 'enabled: false' 'when: {eventName: AssumeRole}'
    awk 'BEGIN {
        for (i = 0; i < 240; i++) {
            if (int(i / 24) == 4) continue
            printf "{\"eventVersion\":\"1.08\",\"eventSource\":\"x.amazonaws.com\",\"eventID\":\"e%d\",", i
            printf "\"eventName\":\"%s\",", i % 7 == 0 ? "ConsoleLogin" : i % 5 == 0 ? "AssumeRole" : "List"
            printf "\"awsRegion\":\"region-%d\",\"eventTime\":\"2026-01-%02dT%02d:00:00Z\"}\n", i % 3, i / 24 + 1, i % 24
        }
    }' >events.ndjson
}

# rule ID LINE...
rule() {
    printf '%s\n' "id: $1" "title: T of $1" 'log: aws.cloudtrail' "${@:2}" >"pack/$1.yaml"
}

replay() {
    run tocsin replay -q -r pack "$@"
    echo "$output"
    [ "$status" -eq 0 ]
}

bats_require_minimum_version 1.5.0

@test "only events of the period are asked about, in the process and in workers" {
    local from=2026-01-03T05:00:00Z to=2026-01-07T00:00:00Z want
    jq -c "select(.eventTime >= \"$from\" and .eventTime < \"$to\")" events.ndjson >period.ndjson
    want=$(tocsin replay -q -f json -r pack period.ndjson)
    [ "$(wc -l <<<"$want")" -gt 5 ]
    replay -f json --since "$from" --until "$to" events.ndjson
    [ "$output" = "$want" ]
    replay -f json --in-process --since "$from" --until "$to" events.ndjson
    [ "$output" = "$want" ]
    run tocsin replay --parse-all -r pack --since "$from" --until "$to" -o alerts events.ndjson
    [[ $output == *" records: $(wc -l <period.ndjson) events;"* ]]
}

@test "events of one record are of the period or not, each by itself" {
    jq -sc '{Records: .}' events.ndjson >log.json
    replay -f json --since 2026-01-09T00:00:00Z log.json
    [ "$(jq -s 'map(select(.rule == "acme.login")) | length' <<<"$output")" -eq \
        "$(jq -s 'map(select(.eventName == "ConsoleLogin" and .awsRegion != "region-2" and .eventTime >= "2026-01-09")) | length' events.ndjson)" ]
    [[ $output == *2026-01-10T* ]]
    [[ $output != *2026-01-08T* ]]
}

@test "an event without a time is in no period" {
    jq -c 'select(.eventName == "ConsoleLogin" and .awsRegion != "region-2") | del(.eventTime)' events.ndjson >timeless.ndjson
    replay timeless.ndjson
    [ "${#lines[@]}" -gt 3 ]
    replay --until 2099-01-01T00:00:00Z timeless.ndjson
    [ "$output" = "" ]
}

@test "a time that is none is wrong usage" {
    run tocsin replay -r pack --until yesterday events.ndjson
    [ "$status" -eq 2 ]
    [ "$output" = "tocsin replay: --until: neither a time such as 2023-07-10T11:45:00Z nor 7d: 'yesterday'" ]
}

# counted ALERTS EVENTS: what --stats must say of them, by jq alone. Of rules that remember nothing.
counted() {
    jq -n --slurpfile told "$1" --slurpfile events "$2" '
        ($told | group_by(.id) | map(max_by(.revision))) as $alerts
        | ($events | map(.eventTime[:10]) | unique) as $days
        | {events: ($events | length), days: ($days | length), first_day: $days[0], last_day: $days[-1],
           alerts: ($alerts | length), matches: ($alerts | map(.count) | add),
           severities: (reduce $alerts[] as $a ({info: 0, low: 0, medium: 0, high: 0, critical: 0}; .[$a.severity] += 1)),
           rules: ($alerts | group_by(.rule) | map(
               (group_by(.dedup) | map({dedup: .[0].dedup, alerts: length}) | sort_by(-.alerts, .dedup)[0]) as $top
               | {rule: .[0].rule, alerts: length, alerts_a_day: (length / ($days | length)),
                  matches: (map(.count) | add), top: ($top + {share: ($top.alerts / length)})})
               | sort_by(-.alerts, -.matches, .rule))}'
}

# As counted says it, of what --stats said.
told() {
    jq '{events, days, first_day, last_day, alerts, matches, severities,
         rules: (.rules | map(select(.alerts > 0) | {rule, alerts, alerts_a_day, matches, top}))}' "$1"
}

# same: told and counted; a rate has ten digits.
same() {
    diff <(jq -S 'walk(if type == "number" then . * 1e6 | round else . end)' "$1") \
        <(jq -S 'walk(if type == "number" then . * 1e6 | round else . end)' "$2")
}

@test "alerts, matches, days, severities and top keys are those that jq counts" {
    tocsin replay -q -f json -r pack events.ndjson >alerts
    counted alerts events.ndjson >want
    for how in -j1 -j3 --in-process; do
        replay --stats -f json "$how" events.ndjson
        told - <<<"$output" >got
        same got want
    done
    [ "$(jq .days want)" -eq 9 ]
    [ "$(jq '.rules | length' want)" -eq 2 ]
}

@test "an alert that is told again because of events that come late counts once" {
    tac events.ndjson | awk 'NR % 5 { print; next } { late = late $0 "\n" } END { printf "%s", late }' >late.ndjson
    tocsin replay -q -f json -r pack late.ndjson >alerts
    [ "$(jq -s 'length - (map(.id) | unique | length)' alerts)" -gt 3 ]
    counted alerts late.ndjson >want
    replay --stats -f json late.ndjson
    told - <<<"$output" >got
    same got want
}

@test "what exceptions suppressed is told for each, and who never fired" {
    local lab
    lab=$(jq -s 'map(select(.eventName == "ConsoleLogin" and .awsRegion == "region-2")) | length' events.ndjson)
    [ "$lab" -gt 5 ]
    replay --stats -f json events.ndjson
    [ "$(jq -c '.rules[] | select(.rule == "acme.login") | .exceptions | map([.reason, .suppressed])' <<<"$output")" = \
        "[[\"nobody\",0],[\"the lab\",$lab]]" ]
    [ "$(jq .suppressed <<<"$output")" -eq "$lab" ]
    [ "$(jq -c .never_fired <<<"$output")" = '["acme.silent"]' ]
    [ "$(jq -c '.rules | map(.rule) | sort' <<<"$output")" = '["acme.login","acme.role","acme.silent"]' ]
}

@test "for people it is a table" {
    replay --stats events.ndjson
    diff - <(sed 's/ *$//' <<<"$output") <<'END'
alerts  a day  worst day        budget  matches  suppressed  top    rule        top dedup key
22      2.44   3 on 2026-01-01  -       22       9           50 %   acme.login  awsRegion="region-0"
9       1.00   1 on 2026-01-01  -       38       0           100 %  acme.role   T of acme.role

31 alerts on 9 days, 2026-01-01 to 2026-01-10: 22 high, 9 low
9 suppressed by an exception of acme.login: the lab

1 of 3 rules never fired:
  acme.silent
END
}

@test "events that nothing wants count as days, those outside of the period do not" {
    jq -c 'select(.eventName == "List")' events.ndjson >list.ndjson
    replay --stats -f json list.ndjson
    [ "$(jq -c '[.days, .alerts, .rules[0].alerts_a_day, .rules[0].top]' <<<"$output")" = '[9,0,0,null]' ]
    replay --stats -f json --since 2026-01-04T00:00:00Z --until 2026-01-07T00:00:00Z list.ndjson
    [ "$(jq -c '[.days, .first_day, .last_day]' <<<"$output")" = '[2,"2026-01-04","2026-01-06"]' ]
    { yes events.ndjson | head -30 | xargs cat && sed s/2026-01/2026-02/ list.ndjson; } >long.ndjson
    [[ $(tocsin replay -r pack long.ndjson 2>&1) == *" passed over, "* ]]
    replay --stats -f json long.ndjson
    [ "$(jq .days <<<"$output")" -eq 18 ]
    : >none.ndjson
    replay --stats -f json none.ndjson
    [ "$(jq -c '[.events, .days, .first_day, .alerts]' <<<"$output")" = '[0,0,null,0]' ]
}

# by_day ALERTS: by jq, of each rule the days with an alert, and the worst of them.
by_day() {
    jq -s 'group_by(.id) | map(max_by(.revision)) | group_by(.rule) | map({rule: .[0].rule,
        by_day: (group_by(.time[:10]) | map({day: .[0].time[:10], alerts: length})) }
        | . + {worst_day: (.by_day | sort_by(-.alerts, .day)[0])})' "$1"
}

@test "alerts and matches are told by day, and which day was the worst" {
    tac events.ndjson | awk 'NR % 5 { print; next } { late = late $0 "\n" } END { printf "%s", late }' >late.ndjson
    for events in events late; do
        tocsin replay -q -f json -r pack $events.ndjson >alerts
        by_day alerts >want
        replay --stats -f json $events.ndjson
        jq '.rules | map(select(.alerts > 0)
            | {rule, by_day: (.by_day | map(select(.alerts > 0) | {day, alerts})), worst_day}) | sort_by(.rule)' \
            <<<"$output" >got
        diff got want
    done
    [ "$(jq '[.[].worst_day.alerts] | max' want)" -gt 2 ]
    jq -s 'map(select(.eventName == "AssumeRole")) | group_by(.eventTime[:10])
        | map([.[0].eventTime[:10], length])' events.ndjson >want
    diff want <(jq '.rules[] | select(.rule == "acme.role") | .by_day | map([.day, .matches])' <<<"$output")
}

@test "of each rule the five keys with most alerts are told" {
    rule acme.many 'severity: low' 'when: {eventSource: x.amazonaws.com}' 'dedup: {by: [hour], period: 0}'
    jq -c '.hour = (.eventID[1:] | tonumber % 24 % 11)' events.ndjson >hours.ndjson
    tocsin replay -q -f json -r pack hours.ndjson | jq -s 'group_by(.rule) | map({rule: .[0].rule,
        keys: (group_by(.dedup) | map({dedup: .[0].dedup, alerts: length}) | sort_by(-.alerts, .dedup) | .[:5])})' >want
    replay --stats -f json hours.ndjson
    diff want <(jq '.rules | map(select(.alerts > 0) | {rule, keys}) | sort_by(.rule)' <<<"$output")
    [ "$(jq '.[] | select(.rule == "acme.many") | .keys | length' want)" -eq 5 ]
}

# unread: what no event had, by rule and field.
unread() {
    jq -c '[.rules[] | .rule as $rule | .unread[] | [$rule, .field, .line, .events, .elsewhere]] | sort' <<<"$output"
}

@test "fields that a rule reads and that no event had are told, where they are read" {
    rule acme.deaf 'severity: low' 'when: {eventName: AssumeRole, userIdentiy.type: {not: Root}}'
    rule acme.typo 'severity: low' 'when: {eventName: AssumeRole}' 'lua: |' '  function rule(event)' \
        '    local who = event.userIdentity' \
        '    return event.eventName == "AssumeRole" and not get(event, "requestParameters.roleNam")' \
        '      and who.arn == nil' '  end' 'dedup: {by: [awsRegoin, awsRegion], period: 0}'
    rule acme.unasked 'severity: low' 'when: {eventName: Never, misspelt: x}'
    rule acme.absent 'severity: low' 'when: {eventName: AssumeRole, errorCode: [{exists: false}]}' \
        'exceptions: [{when: {sourceIpAdress: x}, reason: none}]'
    local roles
    roles=$(jq -s 'map(select(.eventName == "AssumeRole")) | length' events.ndjson)
    for how in -j1 -j3 --in-process; do
        replay --stats -f json "$how" events.ndjson
        [ "$(unread)" = "$(echo '[["acme.absent","sourceIpAdress",6,@,false],["acme.deaf","userIdentiy.type",5,@,false],["acme.typo","awsRegoin",12,@,false],["acme.typo","requestParameters.roleNam",9,@,false],["acme.typo","userIdentity.arn",10,@,false]]' | sed "s/@/$roles/g")" ]
    done
    jq -c 'if .eventID == "e5" then .awsRegoin = "x" else . end' events.ndjson >one.ndjson
    replay --stats one.ndjson
    [[ $output == *"pack/acme.deaf.yaml:5: none of $roles events had 'userIdentiy.type'"* ]]
    [[ $output != *"had 'awsRegoin'"* ]]
}

@test "a field that another rule met is no name that nothing has" {
    rule acme.one 'severity: low' 'when: {eventName: ConsoleLogin}' 'context: [errorCode]'
    rule acme.two 'severity: low' 'when: {eventName: AssumeRole}' 'context: [errorCode]'
    jq -c 'if .eventName == "AssumeRole" then .errorCode = "Denied" else . end' events.ndjson >denied.ndjson
    replay --stats -f json denied.ndjson
    [ "$(unread | jq -c 'map(.[0, 1, 4])')" = '["acme.one","errorCode",true]' ]
    replay --stats denied.ndjson
    [[ $output != *errorCode* ]]
}

@test "what a rule costs is told: events, failures, time, and the memory of its Lua" {
    rule acme.big 'severity: low' 'when: {eventName: AssumeRole}' 'lua: |' \
        '  function rule(event)' '    local s = ("x"):rep(300000)' '    return #s == 1' '  end'
    replay --stats -f json events.ndjson
    jq -e --argjson n "$(jq -s 'map(select(.eventName == "AssumeRole")) | length' events.ndjson)" '
        (.rules | map({key: .rule, value: .}) | from_entries) as $r
        | $r["acme.big"].events == $n and $r["acme.big"].failures == 0 and $r["acme.big"].time_us > 0
        and $r["acme.big"].memory > 300000 and $r["acme.login"].memory == 0' <<<"$output"
}

@test "of a sample one record in N is read, the same ones wherever they stand" {
    for i in 1 2 3 4 5 6 7 8; do sed "s/:\"e/&$i-/" events.ndjson; done >all.ndjson
    rule acme.all 'severity: low' 'when: {eventSource: x.amazonaws.com}' 'dedup: {period: 0}'
    sampled() { tocsin replay -q -f json -r pack/acme.all.yaml "$@" | jq -r .event.eventID | sort; }
    sampled --sample 4 all.ndjson >of4
    [ "$(wc -l <of4)" -gt 350 ]
    [ "$(wc -l <of4)" -lt 520 ]
    sampled --sample 4 -j3 all.ndjson | diff of4 -
    tac all.ndjson >turned.ndjson
    sampled --sample 4 turned.ndjson | diff of4 -
    sampled --sample 1 all.ndjson | diff <(jq -r .eventID all.ndjson | sort) -
    run tocsin replay -r pack --sample 4 -o alerts all.ndjson
    [[ ${output//,/} == *" records: $((8 * 216 - $(wc -l <of4))) left out $(wc -l <of4) events; "* ]]
    replay --stats --sample 4 all.ndjson
    [[ $output == *"of a sample: one record of 4"* ]]
    replay --stats -f json --sample 4 all.ndjson
    [ "$(jq -c '[.sample, .events]' <<<"$output")" = "[4,$(wc -l <of4)]" ]
}

@test "a budget is not judged by a sample" {
    echo 'budget: 0/day' >>pack/acme.login.yaml
    run tocsin replay -r pack --budget 1/day --sample 4 events.ndjson
    [ "$status" -eq 2 ]
    [ "$output" = "tocsin replay: a budget counts every event: --budget goes without --sample" ]
    replay --stats --sample 2 events.ndjson
}

@test "alerts of the engine are counted as such, and no budget is theirs" {
    rule acme.broken 'severity: low' 'when: {eventName: AssumeRole}' 'lua: |' \
        '  function rule(event) error("broken") end'
    tocsin replay -q -f json -r pack events.ndjson >alerts 2>err
    run --separate-stderr tocsin replay -q --stats --budget 3/day -f json -r pack events.ndjson
    [ "$status" -eq 0 ]
    [ "$(jq -s 'map(select(.rule == "tocsin.rule.failing")) | length' alerts)" -gt 0 ]
    diff <(jq -s 'group_by(.rule) | map([.[0].rule, length])' alerts) \
        <(jq '.rules | map(select(.alerts > 0) | [.rule, .alerts]) | sort' <<<"$output")
    [ "$(jq -c .never_fired <<<"$output")" = '["acme.broken","acme.silent"]' ]
    run tocsin replay -q --budget tocsin.rule.failing=9/day -r pack events.ndjson
    [ "$status" -eq 2 ]
}

@test "of the shipped rules over recorded attacks it counts what jq counts" {
    [ -d "$SHARED/invictus" ] || skip "no $SHARED/invictus"
    for set in invictus traildiscover; do
        tocsin replay -q -f json -r "$ROOT/rules" "$SHARED/$set" >alerts 2>err || true
        tocsin replay -q --stats -f json -r "$ROOT/rules" "$SHARED/$set" >stats 2>err || true
        jq -s 'unique_by(.id) | group_by(.rule) | map({rule: .[0].rule, alerts: length})' alerts >want
        jq '.rules | map(select(.alerts > 0) | {rule, alerts}) | sort_by(.rule)' stats >got
        [ "$(jq length want)" -gt 10 ]
        diff got want
    done
}

# budgets STATUS OPTION...: those over their budget, by what is told.
budgets() {
    run --separate-stderr tocsin replay -q --stats -f json -r pack "${@:2}" events.ndjson
    echo "$output" "$stderr"
    [ "$status" -eq "$1" ]
    [ "$(jq -r '.rules[] | select(.over_budget) | .rule' <<<"$output" | sort)" = \
        "$(sed -n "s/.*rule '\(.*\)' raised.*/\1/p" <<<"$stderr" | sort)" ]
    over=$(jq -c '.rules | map(select(.over_budget) | .rule) | sort' <<<"$output")
}

@test "a rule that raises more than its budget is told and makes it exit 1" {
    budgets 0 --budget 3/day && [ "$over" = '[]' ]
    budgets 1 --budget 2/day && [ "$over" = '["acme.login"]' ]
    [[ $stderr == *"rule 'acme.login' raised 2.44 alerts a day, its budget is 2" ]]
    budgets 0 --budget 2.45/day && [ "$over" = '[]' ]
    budgets 1 --budget 2.44/day && [ "$over" = '["acme.login"]' ]
    budgets 0 --budget acme.role=1/day && [ "$over" = '[]' ]
    budgets 1 --budget acme.role=0.9/day && [ "$over" = '["acme.role"]' ]
    budgets 1 --budget 0/day && [ "$over" = '["acme.login","acme.role"]' ]
}

@test "who names a rule goes before its manifest, and that before the budget of all" {
    echo 'budget: 2/day' >>pack/acme.login.yaml
    budgets 1 && [ "$over" = '["acme.login"]' ]
    budgets 1 --budget 9/day && [ "$over" = '["acme.login"]' ]
    budgets 0 --budget 'acme.*=9/day' && [ "$over" = '[]' ]
    budgets 1 --budget 'acme.*=9/day' --budget 'acme.lo*=1/day' && [ "$over" = '["acme.login"]' ]
    budgets 0 --budget 'acme.lo*=1/day' --budget 'acme.*=9/day' && [ "$over" = '[]' ]
}

@test "a budget does not need the table, and alerts are printed as ever" {
    tocsin replay -q -r pack events.ndjson >want
    run --separate-stderr tocsin replay -q -r pack --budget 2/day events.ndjson
    [ "$status" -eq 1 ]
    [ "$output" = "$(<want)" ]
    [ "${#stderr_lines[@]}" -eq 1 ]
    echo 'budget: 2/day' >>pack/acme.login.yaml
    replay events.ndjson
}

@test "a budget that cannot be read, or is of no rule, is wrong usage" {
    local text
    for text in 5 /day five/day 5/week -1/day 1e3/day 5./day =5/day; do
        run tocsin replay -r pack --budget "$text" events.ndjson
        [ "$status" -eq 2 ]
        [ "$output" = "tocsin replay: --budget: neither N/day nor RULE=N/day: '$text'" ]
    done
    run tocsin replay -r pack --budget acme.logn=5/day events.ndjson
    [ "$status" -eq 2 ]
    [ "$output" = "tocsin replay: --budget: no rule is named so: 'acme.logn=5/day'" ]
}

@test "the manifest's budget is checked" {
    echo 'budget: 5' >>pack/acme.login.yaml
    run tocsin check pack
    [ "$status" -eq 1 ]
    [[ $output == *"pack/acme.login.yaml:"*"bad budget '5' (alerts a day, such as 5/day or 0.5/day)"*TC015* ]]
    sed -i 's/^budget: .*/budget: [5]/' pack/acme.login.yaml
    run tocsin check pack
    [ "$status" -eq 1 ]
    [[ $output == *"'budget' must be alerts a day such as 5/day, not a list"*TC013* ]]
    sed -i 's/^budget: .*/budget: 0.5\/day/' pack/acme.login.yaml
    run tocsin check pack
    [ "$status" -eq 0 ]
}
