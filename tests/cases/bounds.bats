# Files made to keep their reader busy: each is refused in its time, at its place.

setup() {
    cd "$BATS_TEST_TMPDIR"
    head='id: example.x\ntitle: x\nseverity: low\nlog: aws.cloudtrail\n'
}

# refused FILE LAST: `check` says so within 10 seconds (a busy machine takes 1), in the last finding
refused() {
    run timeout 10 tocsin check "$1"
    echo "$status: ${output: -400}"
    [ "$status" -eq 1 ]
    [[ $output == *"$2"* ]]
}

# times COUNT FORMAT: FORMAT for each number
times() {
    awk -v n="$1" -v format="$2" 'BEGIN { for (i = 1; i <= n; i++) printf format, i }'
}

@test "a manifest of too many documents, values, tags or keys" {
    times 400000 '--- a\n...\n' >x.yaml
    refused x.yaml "x.yaml:2001:1: error: more than 1000 documents in a file [TC004]
    --- a
    ^"
    times 600000 '- x\n' >x.yaml
    refused x.yaml "x.yaml:500000:3: error: more than 500000 keys and values in a file [TC004]
    - x
      ^"
    times 200000 '%%TAG !a%d! b\n' >x.yaml
    refused x.yaml "x.yaml:1:1: error: tags ('%TAG') are not supported [TC003]
    %TAG !a1! b
    ^"
    times 1000000 'a:\n' >x.yaml
    refused x.yaml "error: more than 500000 keys and values in a file"
    times 4000000 '[' >x.yaml
    refused x.yaml "x.yaml:1:33: error: more than 32 lists and maps inside one another"
}

@test "a manifest with more mistakes than anybody reads" {
    times 240000 'k%d: 1\n' >x.yaml
    refused x.yaml "x.yaml:1001:1: error: too many findings: no more are kept"
    { printf '%b' "$head"; echo 'when: {a: b}'; echo 'tests:'; times 70000 '- {name: x, event: {}}\n'; } >x.yaml
    refused x.yaml "error: too many findings: no more are kept"
    { printf '%b' "$head"; echo 'when:'; times 140000 '  k%d: [1]\n'; } >x.yaml
    refused x.yaml "error: more than 10000 fields in a pattern"
}

@test "an event that is too deep, has too many values or is too long is kept, and the next ones are read" {
    {
        echo '{"eventVersion":"1","eventSource":"s","eventName":"x","eventID":"good"}'
        printf '{"a":'
        times 1000 '['
        printf '\n{"a":[0'
        times 300000 ',0'
        printf ']}\n{"a":"'
        times 500000 'xxxxxxxxxx'
        printf '"}\n'
        echo '{"eventVersion":"1","eventSource":"s","eventName":"x","eventID":"good too"}'
    } >events
    printf '%b' "$head" 'when: {eventName: x}\ndedup: {period: 0}\n' >x.yaml
    run tocsin replay -r x.yaml -f json events
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"events:2: record 2 cannot be used: nested deeper than 500 at line 2 column 505"* ]]
    [[ $output == *"events:3: record 3 cannot be used: more than 250000 values"* ]]
    [[ $output == *"events:4: record 4 cannot be used: longer than 4 MiB"* ]]
    [[ $output == *'"event_ids":["good"]'* ]]
    [[ $output == *'"event_ids":["good too"]'* ]]
}

# record NAME: the event around the JSON of standard input
record() {
    printf '{"eventVersion":"1","eventSource":"s","eventName":"x","eventID":"%s","a":' "$1"
    cat
    printf '}\n'
}

@test "a worker judges in time what is longest when it is printed" {
    {
        { printf '"'; head -c 4190000 /dev/zero | tr '\0' '\377'; printf '"'; } | record bytes
        { printf '"'; times 690000 '\\u0000'; printf '"'; } | record nuls
        { printf '"'; times 2090000 '\\"'; printf '"'; } | record quotes
        { printf '[0'; times 249990 ',-1000000000000'; printf ']'; } | record numbers
        echo 0 | record last
    } >events
    printf '%b' "$head" 'when: {eventName: x}\ndedup: {period: 0}\n' >x.yaml
    run tocsin replay -r x.yaml -f json -o alerts events
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"5 records: 5 events; 5 matches, 5 alerts"* ]]
    [[ $output != *"worker"* ]]
    [ "$(jq -r '"\(.event.eventID) \(.event.a | length)"' alerts | sort | tr '\n' ' ')" = \
        "bytes 4190000 last 0 nuls 690000 numbers 249991 quotes 2090000 " ]
}

# Calls get 5 ms, and this event takes far longer to print.
@test "what takes long to tell of is told once" {
    {
        { printf '"'; head -c 4190000 /dev/zero | tr '\0' '\377'; printf '"'; } | record bytes
        echo 0 | record last
    } >events
    printf '%b' "$head" 'when: {eventName: x}\ncontext: [a]\ndedup: {by: [a], period: 0}\n' >x.yaml
    printf '%s\n' 'rules: [x.yaml]' 'limits: {time: 5ms}' >tocsin.yaml
    run tocsin replay -j 1 -f json -o alerts events
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -c "worker ended" <<<"$output")" -le 1 ]
    [[ $output == *"2 records: 2 events"* ]]
    [[ $(jq -r '.event.eventID' alerts) == *last* ]]
}
