# What a change of rules does: two versions over the same events. Each number is counted by jq, too, over
# two replays.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SHARED=$ROOT/../shared/data

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir old tmp
    export TMPDIR=$PWD/tmp
    rule old acme.login 'severity: high' 'when: {eventName: ConsoleLogin}' 'dedup: {by: [awsRegion], period: 3h}' \
        'context: [awsRegion]'
    rule old acme.burst 'severity: low' 'when: {eventName: AssumeRole}' 'dedup: {by: [awsRegion], period: 6h}' \
        'threshold: {count: 3, within: 13h}'
    rule old acme.gone 'severity: info' 'when: {eventName: List}' 'dedup: {period: 1d}'
    rule old acme.same 'severity: info' 'when: {eventName: List, awsRegion: [region-1]}' 'dedup: {period: 1d}'
    cp -r old new
    rm new/acme.gone.yaml
    sed -i 's/count: 3/count: 4/' new/acme.burst.yaml
    sed -i 's/^severity: high/severity: critical/; s/^context: .*/context: [awsRegion, eventName]/' new/acme.login.yaml
    printf '%s\n' 'exceptions:' '  - {when: {awsRegion: region-2}, reason: the lab}' >>new/acme.login.yaml
    rule new acme.added 'severity: medium' 'when: {eventName: List, awsRegion: region-0}' 'dedup: {period: 12h}'
    awk 'BEGIN {
        for (i = 0; i < 240; i++) {
            printf "{\"eventVersion\":\"1.08\",\"eventSource\":\"x.amazonaws.com\",\"eventID\":\"e%d\",", i
            printf "\"eventName\":\"%s\",", i % 7 == 0 ? "ConsoleLogin" : i % 2 == 0 ? "AssumeRole" : "List"
            printf "\"awsRegion\":\"region-%d\",\"eventTime\":\"2026-01-%02dT%02d:%02d:00Z\"}\n", i % 3, i / 48 + 1, i / 2 % 24, i % 2 * 30
        }
    }' >events.ndjson
    tac events.ndjson | awk 'NR % 5 { print; next } { late = late $0 "\n" } END { printf "%s", late }' >late.ndjson
}

# rule DIR ID LINE...
rule() {
    printf '%s\n' "id: $2" "title: T of $2" 'log: aws.cloudtrail' "${@:3}" >"$1/$2.yaml"
}

bats_require_minimum_version 1.5.0

# counted OLD NEW INPUT...: what diff must say, by jq over two replays.
counted() {
    tocsin replay -q -f json -r "$1" "${@:3}" >old.alerts 2>/dev/null
    tocsin replay -q -f json -r "$2" "${@:3}" >new.alerts 2>/dev/null
    jq -n --slurpfile o old.alerts --slurpfile n new.alerts '
        def last: reduce .[] as $a ({}; .[$a.id] = ($a | del(.revision, .rules_version, .state)));
        ($o | last) as $o | ($n | last) as $n
        | {old: ($o | length), new: ($n | length),
           gained: [$n | keys[] | select($o[.] | not)], lost: [$o | keys[] | select($n[.] | not)],
           changed: [$n | keys[] | select($o[.] and $o[.] != $n[.])]} as $all
        | $all + {fields: [$all.changed[] as $i | ([$n[$i], $o[$i] | keys[]] | unique[]) as $k
              | select($o[$i][$k] != $n[$i][$k])
              | select($k != "event_ids" or $o[$i].count == $n[$i].count)
              | [$i, $k, $o[$i][$k], $n[$i][$k]]] | sort,
            rules: [([$o[], $n[] | .rule] | unique[]) as $r
              | {rule: $r, old: [$o[] | select(.rule == $r)] | length, new: [$n[] | select(.rule == $r)] | length,
                 gained: [$all.gained[] | select($n[.].rule == $r)], lost: [$all.lost[] | select($o[.].rule == $r)],
                 changed: [$all.changed[] | select($n[.].rule == $r)]}
              | select((.gained + .lost + .changed) | length > 0)]}'
}

# As counted says it, of what diff -f json said.
told() {
    jq '{old: .old.alerts, new: .new.alerts, gained: [.by_rule[].gained.ids[]] | sort,
         lost: [.by_rule[].lost.ids[]] | sort, changed: [.by_rule[].changed.ids[]] | sort,
         fields: [.by_rule[].changed.samples[] | .id as $i | .changes[] | [$i, .path, .old, .new]] | sort,
         rules: [.by_rule[] | {rule, old: .old.alerts, new: .new.alerts, gained: .gained.ids | sort,
             lost: .lost.ids | sort, changed: .changed.ids | sort}
             | select((.gained + .lost + .changed) | length > 0)] | sort_by(.rule)}'
}

same() {
    counted "$@" >want
    tocsin diff -q -f json --limit 100000 "$@" >got 2>/dev/null
    diff want <(told <got)
    jq -e '(.alerts | [.gained, .lost, .changed]) == [([.by_rule[].gained.count] | add), ([.by_rule[].lost.count] | add), ([.by_rule[].changed.count] | add)]' got
}

@test "alerts gained, lost and changed are those that jq finds in two replays" {
    same old new events.ndjson
    jq -e '(.gained | length) > 5 and (.lost | length) > 5 and (.changed | length) > 5 and (.fields | length) > (.changed | length)' want
    jq -e '.rules | map(.rule) == ["acme.added", "acme.burst", "acme.gone", "acme.login"]' want
    same new old events.ndjson
    same old new late.ndjson
    [ "$(jq -s 'length - (map(.id) | unique | length)' new.alerts)" -gt 3 ]
}

@test "results are the same bytes for any number of processes" {
    tocsin diff -q -f json -j1 old new events.ndjson late.ndjson >want
    for how in -j2 -j5 --in-process; do
        tocsin diff -q -f json $how old new events.ndjson late.ndjson >got
        cmp want got
    done
}

@test "matches and what exceptions suppress are counted for each version" {
    tocsin diff -q -f json old new events.ndjson >got
    for side in old new; do
        tocsin replay -q --stats -f json -r $side events.ndjson >stats
        [ "$(jq -c "[.$side.matches, .$side.suppressed, .$side.alerts]" got)" = "$(jq -c '[.matches, .suppressed, .alerts]' stats)" ]
        diff <(jq -c ".by_rule[] | [.rule, .$side.matches, .$side.suppressed]" got | grep -v ',0,0' | sort) \
            <(jq -c '.rules[] | [.rule, .matches, .suppressed]' stats | grep -v acme.same | sort)
    done
}

@test "what differs in the rules is told by path, with both values" {
    tocsin diff -q -f json old new events.ndjson >got
    [ "$(jq -c .rules got)" = '{"same":1,"added":1,"removed":1,"changed":2}' ]
    [ "$(jq -c '.by_rule | sort_by(.rule)[] | [.rule, .state, .changes]' got)" = "$(
        cat <<'END'
["acme.added","added",[]]
["acme.burst","changed",[{"path":"threshold.count","old":3,"new":4}]]
["acme.gone","removed",[]]
["acme.login","changed",[{"path":"severity","old":"high","new":"critical"},{"path":"context","old":["awsRegion"],"new":["awsRegion","eventName"]},{"path":"exceptions","new":{"when":{"awsRegion":"region-2"},"reason":"the lab"}}]]
END
    )" ]
}

@test "how a rule is written is no difference" {
    cp -r old other
    cat >other/acme.login.yaml <<'END'
# somebody else's way
enabled: true
when:
  eventName: ["ConsoleLogin"]   # a list of one
title: "T of acme.login"
context:
  - awsRegion
dedup: {period: 3h, by: [awsRegion]}
log: aws.cloudtrail
severity: high
id: acme.login
END
    run tocsin diff -q --exit-code old other events.ndjson
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "rules: 0 added, 0 removed, 0 changed, 4 same" ]
}

@test "the same rules twice differ in nothing" {
    run tocsin diff -q --exit-code old old events.ndjson
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "rules: 0 added, 0 removed, 0 changed, 4 same" ]
    [[ ${lines[1]} == "alerts: "*" +0 -0 ~0" ]]
    [ "${lines[2]}" = "nothing differs" ]
    [ "${#lines[@]}" -eq 3 ]
    [ "$(tocsin diff -q -f json old old events.ndjson | jq -c .by_rule)" = '[]' ]
    [[ $(tocsin diff -q -f markdown old old events.ndjson) == *"Nothing differs." ]]
}

@test "Lua, tests and a rule that is switched off are told, and shown short" {
    rm new/*.yaml
    cp old/*.yaml new
    echo 'lua: "function rule(event) return event.awsRegion ~= json.null end"' >>new/acme.same.yaml
    printf '%s\n' 'tests:' '  - {name: a, event: {eventName: x}, expect: nothing}' >>new/acme.gone.yaml
    echo 'enabled: false' >>new/acme.login.yaml
    tocsin diff -q old new events.ndjson >got
    grep -x '  lua: + "function rule(event) return event.awsRegion ~= json.null end.*' got
    grep -x '  enabled: + false' got
    ! grep acme.gone got
    grep -x 'rules: 0 added, 0 removed, 3 changed (1 in tests alone), 1 same' got
    [ "$(tocsin diff -q -f json old new events.ndjson | jq -c '.by_rule[] | select(.rule == "acme.gone") | .changes')" = \
        '[{"path":"tests","old":0,"new":1}]' ]
    echo 'severity: low' | tee -a new/acme.gone.yaml >/dev/null
    sed -i '0,/^severity: .*/{/^severity/d}' new/acme.gone.yaml
    tocsin diff -q old new events.ndjson | grep -x '  tests: + 1\|  tests: 0 -> 1'
}

@test "rules whose alerts differ most come first" {
    tocsin diff -q -f json old new events.ndjson >got
    jq -e '[.by_rule[] | [-(.gained.count + .lost.count + .changed.count), .rule]] | . == sort and length > 2' got
    jq -e '.by_rule | .[0].rule > .[-1].rule' got
}

@test "--limit says how many alerts are shown, and the rest is counted" {
    tocsin diff -q --limit 2 old new events.ndjson >got
    lost=$(tocsin diff -q -f json old new events.ndjson | jq '.by_rule[] | select(.rule == "acme.login") | .lost.count')
    [ "$lost" -gt 3 ]
    sed -n '/^acme.login/,/^$/p' got >login
    [ "$(grep -c '^  - 2026' login)" -eq 2 ]
    grep -x "  - $((lost - 2)) more" login
}

@test "exit codes" {
    tocsin diff -q old new events.ndjson >/dev/null
    run tocsin diff -q --exit-code old new events.ndjson
    [ "$status" -eq 1 ]
    run tocsin diff -q old new
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "tocsin diff: name two versions of the rules, and events: OLD NEW INPUT..." ]
    run tocsin diff -q --since yesterday old new events.ndjson
    [ "$status" -eq 2 ]
    [ "$output" = "tocsin diff: --since: neither a time such as 2023-07-10T11:45:00Z nor 7d: 'yesterday'" ]
    run tocsin diff -q old nothing events.ndjson
    [ "$status" -eq 3 ]
    run tocsin diff -q old new nothing.ndjson
    [ "$status" -eq 4 ]
    [ "$(grep -c 'nothing.ndjson' <<<"$output")" -eq 1 ]
    echo '{"broken' >>events.ndjson
    run tocsin diff -q old new events.ndjson
    [ "$status" -eq 0 ]
    [ "$(grep -c 'cannot be used' <<<"$output")" -eq 1 ]
    run tocsin diff -q --strict old new events.ndjson
    [ "$status" -eq 1 ]
}

@test "only events of the period count" {
    local from=2026-01-02T05:00:00Z to=2026-01-04T00:00:00Z
    jq -c "select(.eventTime >= \"$from\" and .eventTime < \"$to\")" events.ndjson >period.ndjson
    tocsin diff -q old new period.ndjson >want
    tocsin diff -q --since $from --until $to old new events.ndjson >got
    cmp want got
}

@test "a rule that fails in the new version is counted, and told once" {
    echo 'lua: "function rule(event) return event.eventName < 5 end"' >>new/acme.same.yaml
    tocsin diff -q -f json old new events.ndjson >got 2>told
    failed=$(jq -s 'map(select(.eventName == "List" and .awsRegion == "region-1")) | length' events.ndjson)
    [ "$(jq -c '.by_rule[] | select(.rule == "acme.same") | [.old.failures, .new.failures]' got)" = "[0,$failed]" ]
    [ "$(grep -c "rule 'acme.same' failed on event" told)" -eq "$failed" ]
    [ "$(jq -r '.by_rule[] | select(.state == "own") | .rule' got)" = tocsin.rule.failing ]
    tocsin diff -q new old events.ndjson 2>told
    [ ! -s told ]
}

# ---- revisions ----

repository() {
    git init -q repo
    cd repo
    git config user.email a@example.com
    git config user.name a
    mkdir -p deep/pack
    cp ../old/*.yaml deep/pack
    git add -A
    git commit -q -m old
    git tag was
    rm deep/pack/*
    cp ../new/*.yaml deep/pack
}

@test "a version may be of a git revision: a directory, or a file" {
    tocsin diff -q old new events.ndjson | grep -v '^rules:' >want
    repository
    tocsin diff -q was:deep/pack deep/pack ../events.ndjson | grep -v '^rules:' >got
    cmp ../want got
    git add -A
    git commit -q -m new
    tocsin diff -q HEAD~1:deep/pack HEAD:deep/pack ../events.ndjson | grep -v '^rules:' >got
    cmp ../want got
    cd deep
    tocsin diff -q was:./pack HEAD:../deep/pack ../../events.ndjson | grep -v '^rules:' >got
    cmp ../../want got
    cd ..
    run tocsin diff -q was:deep/pack/acme.burst.yaml deep/pack/acme.burst.yaml ../events.ndjson
    [ "${lines[0]}" = "rules: 0 added, 0 removed, 1 changed, 0 same" ]
    [ -z "$(ls ../tmp)" ]
}

@test "files beside the manifests come with the revision, links and filters do not" {
    repository
    echo 'function rule(event) return event.awsRegion == "region-1" end' >deep/pack/one.lua
    ln -s /etc/passwd deep/pack/link.yaml
    echo '*.lua filter=evil' >.gitattributes
    git add -A
    git config filter.evil.smudge "touch $PWD/smudged; cat"
    echo 'lua: one.lua' >>deep/pack/acme.added.yaml
    git add -A
    git commit -q -m lua
    rm -f smudged
    run tocsin diff -q was:deep/pack HEAD:deep/pack ../events.ndjson
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"acme.added (added)"* ]]
    [ ! -e smudged ]
}

@test "what git does not have is told in one line" {
    repository
    refuse() {
        run tocsin diff -q "$1" deep/pack ../events.ndjson
        echo "$output"
        [ "$status" -eq 3 ]
        [ "${#lines[@]}" -eq 1 ]
        [[ ${lines[0]} == *" error cannot read '$1': $2"* ]]
        [ -z "$(ls ../tmp)" ]
    }
    refuse nosuch:deep/pack "invalid object name 'nosuch'."
    refuse was:deep/pock "path 'deep/pock' does not exist in 'was'"
    refuse was..HEAD:deep/pack 'not one revision'
    (cd .. && rm -rf repo/.git && cd repo && GIT_CEILING_DIRECTORIES=$PWD/.. refuse was:deep/pack 'not a git repository')
    mkdir bin
    ln -s "$(command -v tocsin)" bin/tocsin
    TOCSIN_DATA=$ROOT PATH=$PWD/bin run tocsin diff -q was:deep/pack deep/pack ../events.ndjson
    [ "$status" -eq 3 ]
    [[ $output == *" error cannot read 'was:deep/pack': cannot run 'git': No such file or directory" ]]
}

@test "a file with a colon in its name is that file" {
    repository
    cp deep/pack/acme.burst.yaml was:deep
    tocsin diff -q was:deep was:deep ../events.ndjson
}

@test "a page of before stays where nothing is compared" {
    echo before >page.html
    echo 'severity: none' >>new/acme.login.yaml
    run tocsin diff -q --html page.html old new events.ndjson
    [ "$status" -eq 3 ]
    [ "$(<page.html)" = before ]
    run tocsin diff -q --html no/such/page.html old old events.ndjson
    [ "$status" -eq 4 ]
    [[ $output == *"cannot open 'no/such/page.html': No such file or directory"* ]]
}

@test "a revision that does not load is told with places in it" {
    repository
    sed -i 's/^severity: .*/severity: hgih/' deep/pack/acme.login.yaml
    git add -A
    git commit -q -m wrong
    for how in -j1 --in-process; do
        run tocsin diff -q $how was:deep/pack HEAD:deep/pack ../events.ndjson
        echo "$output"
        [ "$status" -eq 3 ]
        [[ ${lines[0]} == "HEAD:deep/pack/acme.login.yaml:4:11: error: unknown severity 'hgih'"* ]]
        [ "${lines[1]}" = "    severity: hgih" ]
        [ -z "$(ls ../tmp)" ]
    done
}

# ---- log types ----

@test "each version recognises its own log types, whatever their envelopes" {
    mkdir new/logs
    cat >new/logs/app.yaml <<'END'
id: app.log
time: at
identity: id
envelopes: [items]
match: {app: [{exists: true}]}
END
    printf '%s\n' 'id: acme.app' 'title: T' 'severity: low' 'log: app.log' 'when: {app: [shop]}' 'dedup: {period: 0}' >new/acme.app.yaml
    echo '{"items":[{"app":"shop","id":"1","at":"2026-01-01T00:00:00Z"},{"app":"shop","id":"2","at":"2026-01-01T00:00:01Z"}]}' >items.json
    same old new events.ndjson items.json
    jq -e '.rules[] | select(.rule == "acme.app") | .gained | length == 2' want
    run tocsin diff -q old new - <events.ndjson
    [ "$status" -eq 4 ]
    [[ $output == *" error cannot read standard input twice, and envelopes of log types differ"* ]]
    sed -i '/envelopes/d' new/logs/app.yaml
    jq -c '.items[]' items.json >items.ndjson
    same old new events.ndjson items.ndjson
    tocsin diff -q old new events.ndjson >want
    tocsin diff -q old new - <events.ndjson >got
    cmp want got
}

@test "a pack may bring its own version of a shipped log type" {
    cp -r "$ROOT/rules/logs" new
    cp -r "$ROOT/rules/logs" old
    sed -i 's/^lateness: .*//; $ a lateness: 2h' new/logs/aws.cloudtrail.yaml
    tocsin diff -q old new events.ndjson | head -2
}

# ---- Markdown ----

@test "Markdown holds what events say in code, on one line" {
    cp old/acme.login.yaml new/acme.login.yaml
    cat >>new/acme.login.yaml <<'END'
lua: |
  function title(event) return event.userAgent end
END
    jq -nc '"````\n</details> @everyone | <script>alert(1)</script> **x** [a](http://evil.example) \u202e\u0007 &amp; #1" as $bad
        | {eventVersion: "1.08", eventSource: $bad, eventName: "ConsoleLogin", eventID: "e1", awsRegion: $bad, userAgent: $bad, eventTime: "2026-01-01T00:00:00Z"}' >bad.json
    tocsin diff -q -f markdown old new bad.json >got
    cat got
    grep -F '@everyone' got
    # each line with something of the event lies between fences that are longer than its own backticks
    awk '/^`````/ { inside = !inside; next }
        /everyone|script|evil/ { if (!inside) exit 1; seen++ }
        END { exit !(seen && !inside) }' got
    LC_ALL=C.UTF-8 run -1 grep -P '[\x00-\x08\x0b-\x1f]|\x{202e}' got
    python3 - got <<'END'
import sys
text = open(sys.argv[1], encoding="utf-8").read()
assert text.count("<details>") == text.count("\n</details>\n") == 2
END
}

@test "Markdown stays under what a comment may hold, and says what is left out" {
    for i in $(seq 400); do
        rule new "acme.more-$i" 'severity: info' 'when: {eventName: List}' 'dedup: {by: [eventID], period: 0}'
    done
    tocsin diff -q -f markdown --limit 100 old new events.ndjson >got
    [ "$(wc -c <got)" -lt 65536 ]
    [ "$(wc -c <got)" -gt 50000 ]
    grep -E '^[0-9]+ further rules differ that are not in this table\.$' got
    grep -E '^Samples of [0-9]+ rules are left out: this would be too long\.$' got
    [ "$(grep -c '^<details>' got)" -eq "$(grep -c '^</details>' got)" ]
}

@test "shipped rules on real records: each number is that of two replays" {
    [ -d "$SHARED/invictus" ] || skip "no ../shared"
    cp -r "$ROOT/rules" shipped
    rm -rf shipped/logs
    cp -r shipped changed
    sed -i 's/threshold: {count: 5, within: 10m}/threshold: {count: 60, within: 10m}/' changed/aws/general/access-denied-series.yaml
    printf '%s\n' 'exceptions:' '  - {when: {eventName: [DescribeInstances]}, reason: inventory}' >>changed/aws/general/access-denied.yaml
    rule changed acme.listed 'severity: low' 'when: {eventSource: iam.amazonaws.com, eventName: [ListUsers, GetUser]}' 'dedup: {by: [userIdentity.arn], period: 1h}'
    same shipped changed "$SHARED/invictus/CloudTrail"
    jq -e '(.gained | length) > 0 and (.lost | length) > 0' want
}
