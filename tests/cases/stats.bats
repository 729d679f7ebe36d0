# What rules would have raised: replay of a period, its statistics and budgets. Each number is counted
# by jq, too.

setup() {
    cd "$BATS_TEST_TMPDIR"
    mkdir pack
    rule acme.login 'severity: high' 'when: {eventName: ConsoleLogin}' \
        'dedup: {by: [awsRegion], period: 0}' 'exceptions:' \
        '  - {when: {awsRegion: region-2}, reason: the lab}' \
        '  - {when: {awsRegion: region-9}, reason: nobody}'
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
