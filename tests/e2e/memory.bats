# Memory does not grow with the size of the input. MB=2000 for the long form.

load lib.bash

MB=${MB:-60}
LIMIT_KB=65536

peak() {
    command time -f %M -o peak.txt "$@" >alerts.json
    tail -1 peak.txt
}

unlimited() { [[ $BUILD == *asan* ]] && skip "a sanitizer keeps memory of its own"; return 0; }

# About $1 MB of records: 2,000 of them, again and again.
many() {
    local i
    make_events 2000 | grep -v CreatePortfolio >block
    for ((i = 0; i < $1 * 1000000 / $(stat -c %s block); i++)); do cat block; done
    make_events 10
}

@test "$MB MB of NDJSON through standard input in under 64 MB" {
    unlimited
    many "$MB" | peak tocsin replay -q -f json -r "$ROOT/tests/e2e/rules" - >kb
    echo "# peak $(cat kb) kB" >&3
    [ "$(wc -l <alerts.json)" -eq 1 ]
    [ "$(cat kb)" -lt "$LIMIT_KB" ]
}

@test "$((MB / 2)) MB in one gzip'd {\"Records\":[…]} in under 64 MB" {
    unlimited
    { printf '{"Records":['; many $((MB / 2)) | sed '$!s/$/,/' | tr -d '\n'; printf ']}'; } | gzip -1 >one.json.gz
    peak tocsin replay -q -f json -r "$ROOT/tests/e2e/rules" one.json.gz >kb
    echo "# peak $(cat kb) kB" >&3
    [ "$(wc -l <alerts.json)" -eq 1 ]
    [ "$(cat kb)" -lt "$LIMIT_KB" ]
}

@test "4,000 alerts out of one record in under 64 MB" {
    unlimited
    make_events 40000 | grep CreatePortfolio | jq -cs '{Message: ({Records: .} | tojson)}' >one.json
    peak tocsin replay -q -f json -r "$ROOT/tests/e2e/rules" one.json >kb
    echo "# peak $(cat kb) kB" >&3
    [ "$(wc -l <alerts.json)" -eq 4000 ]
    [ "$(cat kb)" -lt "$LIMIT_KB" ]
}
