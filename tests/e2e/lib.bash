# What end-to-end tests share: events, a receiver that answers as told, a configuration, waiting.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
BUILD=${BUILD:-engine/build}
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac
PATH=$BUILD:$PATH
SHARED=$ROOT/../shared/data
export HOOK_SECRET=whsec_dG9jc2luIGVuZCB0byBlbmQga2V5

setup() {
    WORK=$BATS_TEST_TMPDIR
    mkdir -p "$WORK/in"
    cd "$WORK" || return 1
}

teardown() {
    local pid
    for pid in $(jobs -p); do kill -9 "$pid" 2>/dev/null; done
    wait 2>/dev/null || true
}

# make_events COUNT [FIRST]: NDJSON; every tenth is root creating a portfolio.
make_events() {
    awk -v n="$1" -v first="${2:-1}" 'BEGIN {
        for (i = first; i < first + n; i++) {
            hit = i % 10 == 0
            printf "{\"eventVersion\":\"1.08\",\"userIdentity\":{\"type\":\"%s\",\"accountId\":\"111122223333\"},", \
                hit ? "Root" : "IAMUser"
            printf "\"eventTime\":\"2024-05-01T%02d:%02d:%02dZ\",", int(i / 3600) % 24, int(i / 60) % 60, i % 60
            printf "\"eventSource\":\"servicecatalog.amazonaws.com\",\"eventName\":\"%s\",", \
                hit ? "CreatePortfolio" : "ListPortfolios"
            printf "\"awsRegion\":\"eu-central-1\",\"sourceIPAddress\":\"192.0.2.%d\",", i % 250 + 1
            printf "\"requestParameters\":{\"displayName\":\"portfolio %d\"},\"responseElements\":null,", i
            printf "\"eventID\":\"event-%07d\",\"recipientAccountId\":\"111122223333\"}\n", i
        }
    }'
}

# The events of make_events that must become alerts, sorted.
expected_ids() {
    awk -v n="$1" 'BEGIN { for (i = 10; i <= n; i += 10) printf "event-%07d\n", i }' | sort
}

# start_receiver NAME [PORT]: its port in NAME.port, what it got in NAME.log, how it answers in
# NAME.script (read again when it changes).
start_receiver() {
    rm -f "$1.port"
    touch "$1.script" "$1.log"
    receiver --port "${2:-0}" --port-file "$1.port" --log "$1.log" --script "$1.script" \
        >>"$1.out" 2>&1 &
    echo $! >"$1.pid"
    wait_for 20 test -s "$1.port"
}

stop_receiver() {
    kill "$(cat "$1.pid")"
    wait "$(cat "$1.pid")" 2>/dev/null || true
}

# wait_for SECONDS COMMAND...: until the command succeeds.
wait_for() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        sleep 0.1
    done
}

# destination NAME: one line of a configuration, for the receiver of that name.
destination() {
    printf '  %s: {type: webhook, url: "http://127.0.0.1:%s/%s", secret: "${HOOK_SECRET}", allow_http: true, allow_loopback: true}\n' \
        "$1" "$(cat "$1.port")" "$1"
}

# write_config RECEIVER...: tocsin.yaml that follows in/ and sends to all of them.
write_config() {
    local name
    {
        echo "rules: [\"$ROOT/tests/e2e/rules\"]"
        echo 'inputs: [{file: in}]'
        echo 'store: tocsin.db'
        echo 'destinations:'
        for name in "$@"; do destination "$name"; done
    } >tocsin.yaml
}

start_run() {
    tocsin run -q -c tocsin.yaml "$@" >>run.out 2>&1 &
    RUN=$!
}

stop_run() {
    kill -TERM "$RUN"
    wait "$RUN"
}

# Event ids of the alerts that a receiver answered with 2xx, each delivery once a line.
delivered() {
    jq -r 'select(.answered >= 200 and .answered < 300) | .body | fromjson | .event_ids[0]' "$1.log"
}

has_delivered() {
    [ "$(delivered "$1" | sort -u | wc -l)" -ge "$2" ]
}
