# The JSON Schemas hold what `check` holds, said by a reader that is not ours.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)

setup() {
    python3 -c 'import yaml, jsonschema' 2>/dev/null || skip 'no python3-yaml or python3-jsonschema'
    cd "$ROOT" || return 1
    WORK=$BATS_TEST_TMPDIR
    for name in manifest config alert; do tocsin schema "$name" >"$WORK/$name.json"; done
}

validate() {
    python3 -B tests/cases/validate.py "$WORK/$1.json" "${@:2}"
}

@test 'every shipped rule and every rule of the tests is one by the schema' {
    mapfile -t files < <(find rules examples/rule examples/new/rule.yaml tests/e2e/rules tests/hostile \
        -name '*.yaml' -not -path 'rules/logs/*')
    [ "${#files[@]}" -gt 100 ]
    run validate manifest "${files[@]}"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test 'every shipped configuration is one by the schema' {
    run validate config examples/tocsin.yaml examples/demo/tocsin.yaml examples/new/pack/tocsin.yaml
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test 'every alert is one by the schema' {
    tocsin replay -q -f json -r rules examples/events >"$WORK/alerts.json"
    # What is odd about an event is a key that only such an alert has.
    sed 's/{/{"eventVersion": "0", /' examples/events/event.json |
        tocsin replay -q -f json -r rules - >>"$WORK/alerts.json"
    grep -q '"notes":\[{"note":"duplicate-key"' "$WORK/alerts.json"
    [ "$(wc -l <"$WORK/alerts.json")" -gt 10 ]
    run validate alert "$WORK/alerts.json"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

# A good rule, with the lines of standard input laid over it: a key that stands there is replaced.
rule() {
    cat >"$WORK/over.yaml"
    {
        for line in 'id: a.b' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'when: {eventName: X}'; do
            grep -q "^${line%%:*}:" "$WORK/over.yaml" || echo "$line"
        done
        grep -v '^-' "$WORK/over.yaml"
    } >"$WORK/rule.yaml"
}

# refused_by_both SCHEMA FILE...: check and the schema find something in each of the files.
refused_by_both() {
    local file fine=0 option=()
    [ "$1" = config ] && option=(-c)
    validate "$@" >"$WORK/found" || true
    for file in "${@:2}"; do
        if tocsin check --in-process "${option[@]}" "$file" >/dev/null 2>&1; then
            echo "check takes: $(cat "$file")" && fine=1
        fi
        grep -q "^$file:" "$WORK/found" || { echo "the schema takes: $(cat "$file")" && fine=1; }
    done
    [ "$fine" -eq 0 ]
}

@test 'what check refuses of a rule, the schema refuses' {
    rule </dev/null && tocsin check "$WORK/rule.yaml" && validate manifest "$WORK/rule.yaml"
    mkdir "$WORK/mistakes"
    local number=100
    while IFS= read -r line; do
        rule <<<"$line"
        mv "$WORK/rule.yaml" "$WORK/mistakes/$((number += 1)).yaml"
    done <<'END'
severty: low
severity: hgih
severity: [low]
title: 5
title: ""
title:
id: A.B
id: tocsin.own
enabled: "yes"
enabled: no
tags: [a, 5]
attack: T107
status: stble
dedup: {by: [a], period: 1 hour}
dedup: {by: [a], perod: 1h}
limits: {time: 1h, memory: 8 MB}
limits: {steps: 5}
when: {}
when: [eventName]
when: {eventName: []}
when: {eventName: [{prefx: a}]}
when: {eventName: [{prefix: a, suffix: b}]}
when: {eventName: [{exists: "true"}]}
when: {eventName: [{numeric: 5}]}
when: {eventName: [{regex: ""}]}
when: {$or: [{eventName: x}]}
when: {eventName: [[a]]}
params: [a]
threshold: {count: 0, within: 1h}
threshold: {count: 5}
threshold: {count: 5, within: 1h, unique: false}
first_seen: {by: [a], within: 0}
aggregate: {sum: bytes, within: 1h}
memory: {keys: 0}
resolve: {after: soon}
exceptions: [{when: {eventName: X}}]
exceptions: [{when: {eventName: X}, reason: r, ownr: o}]
destinations: {a: b}
tests: [{name: n, event: {}, expect: alrt}]
tests: [{name: n, expect: alert}]
tests: [{event: {}, expect: alert}]
tests: [{name: n, event: 5, expect: alert}]
tests: [{name: n, event: {}, expect: {alert: true, severty: low}}]
tests: [{name: n, event: {}, expect: {alert: true, count: 0}}]
tests: [{name: n, event: {}, expect: {title: {contans: x}}}]
tests: [{name: n, event: {}, expect: {title: {contains: x, regex: y}}}]
tests: [{name: n, event: {}, expect: {severity: hgih}}]
tests: [{name: n, event: {}, expect: alert, given: {parms: {}}}]
test_base: 5
tests: [{name: n, timeline: [{event: {}}], expect: nothing}]
tests: [{name: n, event: {}, timeline: [{at: 0s}], expect: nothing}]
sequence: {by: [a], within: 1h, steps: [{name: x, when: {a: b}}, {name: y}]}
END
    [ "$number" -gt 140 ]
    refused_by_both manifest "$WORK"/mistakes/*
}

@test 'what check refuses of a configuration, the schema refuses' {
    mkdir "$WORK/mistakes"
    local number=100
    while IFS= read -r line; do
        echo "$line" >"$WORK/mistakes/$((number += 1)).yaml"
    done <<'END'
inptus: [{file: x}]
inputs: {file: x}
inputs: [{path: x}]
keep: {age: 90}
keep: {size: 10 GB}
shutdown: soon
destinations: [{type: slack}]
destinations: {a: {url: "https://example.com/"}}
destinations: {a: {type: webhook, url: "https://example.com/", timeout: 0}}
destinations: {A: {type: webhook, url: "https://example.com/"}}
routes: [{when: {severity: high}}]
routes: [{to: [], conitnue: true}]
overrides: [{enabled: false}]
overrides: [{rules: "*", severty: low}]
limits: {tmie: 50ms}
END
    [ "$number" -gt 110 ]
    refused_by_both config "$WORK"/mistakes/*
}

@test 'below when an editor offers what is known of the events, and takes any other path' {
    paths() { jq -r '.definitions.pattern.properties | keys[]' "$WORK/$1.json"; }
    paths manifest | grep -qx userIdentity.sessionContext.attributes.mfaAuthenticated
    paths manifest | grep -qx requestParameters
    paths config | grep -qx severity
    [ -z "$(paths manifest | grep '[*]')" ]
    rule <<<'when: {any.other: [{prefix: x}]}' && validate manifest "$WORK/rule.yaml"
}

@test 'an unknown schema is told' {
    run tocsin schema manfest
    [ "$status" -eq 2 ]
    [[ $output == *"no schema 'manfest' (did you mean 'manifest'?)"* ]]
}
