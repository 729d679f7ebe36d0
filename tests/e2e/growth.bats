# Alerts that grow and end, through `run` to those who are told: a summary of further matches, once in
# a while, and the end under the key of the beginning; and none of it twice, whenever `run` is killed.

load lib.bash

export ROUTING_KEY=r0ut1ngk3yr0ut1ngk3yr0ut1ngk3y00
KILLS=${KILLS:-8}

# event NAME ID ADDRESS [USER]: one that happens now.
event() {
    printf '{"eventVersion":"1.08","eventTime":"%s","eventSource":"signin.amazonaws.com","eventName":"%s",' \
        "$(date -u +%FT%T.%3NZ)" "$1"
    printf '"eventID":"%s","sourceIPAddress":"%s","userIdentity":{"type":"IAMUser","userName":"%s"}}\n' \
        "$2" "$3" "${4:-alice}"
}

# configure ROUTE: everybody is a destination.
configure() {
    local here='allow_http: true, allow_loopback: true'
    for name in hook slack pagerduty; do [ -e "$name.port" ] || start_receiver "$name"; done
    url_of() { echo "url: \"http://127.0.0.1:$(cat "$1.port")/$1\""; }
    cat >tocsin.yaml <<END
rules: ["$BATS_TEST_DIRNAME/growth"]
inputs: [{file: in}]
store: tocsin.db
destinations:
  hook: {type: webhook, secret: "\${HOOK_SECRET}", $(url_of hook), $here}
  slack: {type: slack, $(url_of slack), $here}
  pagerduty: {type: pagerduty, routing_key: "\${ROUTING_KEY}", $(url_of pagerduty), $here}
routes: [$1]
END
}

# Until it is gone: what comes next needs the store that it holds.
kill_run() {
    kill -9 "$RUN"
    wait "$RUN" 2>/dev/null || true
}

# of NAME FILTER: what it got, one message after the other.
of() { jq -c ".body | fromjson | $2" "$1.log"; }

has() { [ "$(of "$1" "$2" | grep -c .)" -ge "$3" ]; }

has_queued() { [ "$(sqlite3 tocsin.db 'select count(*) from delivery')" -eq "$1" ]; }

all_done() { [ "$(sqlite3 tocsin.db 'select count(*) from delivery where state <> 1')" -eq 0 ]; }

@test "further matches are told in short, and the end under the key of the beginning" {
    configure '{to: [hook, slack, pagerduty], updates: 1s}'
    start_run
    event Bad 1 192.0.2.1 >>in/a.ndjson
    wait_for 20 has hook 'select(.state == "open") | .id' 1
    { event Bad 2 192.0.2.1; event Bad 3 192.0.2.2; event Bad 4 192.0.2.3; event Bad 5 192.0.2.2; } >four
    cat four >>in/a.ndjson
    for name in hook pagerduty slack; do wait_for 20 has $name . 2; done
    event Good 6 192.0.2.1 >>in/a.ndjson
    for name in hook pagerduty slack; do wait_for 20 has $name . 3; done
    wait_for 20 all_done
    stop_run
    of hook '"\(.state) \(.revision) \(.count) \(.more.count) \(.more.addresses)"' | tr -d '"' | diff - <(
        printf '%s\n' 'open 1 1 null null' 'updated 2 5 4 3' 'resolved 3 5 null null')
    [ "$(jq -r '.headers["webhook-id"]' hook.log | sed 's/.*\.//' | tr '\n' ' ')" = "1 2 3 " ]
    of pagerduty '"\(.event_action) \(.payload.summary)"' | tr -d '"' | diff - <(
        printf '%s\n' 'trigger Failed sign-ins' 'trigger 4 more from 3 addresses: Failed sign-ins' 'resolve null')
    [ "$(of pagerduty .dedup_key | sort -u)" = "$(of hook .id | sort -u)" ]
    of slack .text | tail -2 | grep -c 'Failed sign-ins' | grep -qx 2
    of slack .text | sed -n 2p | grep -q '4 more from 3 addresses'
    of slack .text | sed -n 3p | grep -q 'Resolved. 5 matches'
}

@test "kill -9 between them tells nothing twice" {
    configure '{to: [hook], updates: 1s}'
    start_run
    { event Bad 1 192.0.2.1; event Bad 2 192.0.2.2; } >>in/a.ndjson
    wait_for 20 has hook 'select(.state == "updated")' 1
    wait_for 20 all_done
    kill_run
    event Good 3 192.0.2.1 >>in/a.ndjson
    start_run
    wait_for 20 has hook 'select(.state == "resolved")' 1
    wait_for 20 all_done
    kill_run
    event Bad 4 192.0.2.1 >>in/a.ndjson
    start_run
    wait_for 20 has hook 'select(.state == "open")' 2
    wait_for 20 all_done
    sleep 2
    stop_run
    [ "$(of hook .state | tr -d '"' | tr '\n' ' ')" = "open updated resolved open " ]
    [ "$(sqlite3 tocsin.db 'select count(*) from alert')" -eq 1 ]
}

@test "silence ends an alert by the clock, and more opens it again" {
    configure '{to: [hook]}'
    start_run
    event Odd 1 192.0.2.1 >>in/a.ndjson
    wait_for 20 has hook 'select(.state == "resolved")' 1
    event Odd 2 192.0.2.1 >>in/a.ndjson
    wait_for 20 has hook 'select(.state == "resolved")' 2
    stop_run
    [ "$(of hook '"\(.state)\(.revision)"' | tr -d '"' | tr '\n' ' ')" = "open1 resolved2 open3 resolved4 " ]
    [ "$(sqlite3 tocsin.db 'select count(*) from alert')" -eq 1 ]
}

@test "a destination that was down hears all of it in order" {
    configure '{to: [pagerduty], updates: 1s}'
    echo '/ 500' >pagerduty.script
    start_run
    { event Bad 1 192.0.2.1; event Bad 2 192.0.2.2; } >>in/a.ndjson
    wait_for 20 has_queued 2
    event Good 3 192.0.2.1 >>in/a.ndjson
    wait_for 20 has_queued 3
    echo '/ 202' >pagerduty.script
    wait_for 60 all_done
    stop_run
    [ "$(jq -r 'select(.answered == 202) | .body | fromjson | .event_action' pagerduty.log | tr '\n' ' ')" = \
        "trigger trigger resolve " ]
}

# Told by the end, each message once: the first match, and what is new in each update.
told() { jq -s '[.[] | select(.answered < 300)] | unique_by(.headers["webhook-id"]) | map(.body | fromjson)
    | map(.more.count // 1) | add' hook.log; }

have_told() { [ "$(told)" -ge "$1" ]; }

trickle() {
    local i
    for ((i = 1; i <= $1; i++)); do
        event Bad "$i" "192.0.2.$((i % 7))" >>in/a.ndjson
        sleep 0.05
    done
    touch grown
}

@test "$KILLS times kill -9: every match is told of once" {
    configure '{to: [hook], updates: 1s}'
    echo '/ fail 1/3' >hook.script
    trickle $((KILLS * 15)) &
    for ((i = 0; i < KILLS; i++)); do
        start_run
        sleep "0.$((RANDOM % 700 + 200))"
        kill_run
    done
    wait_for 60 test -e grown
    echo '/ 200' >hook.script
    start_run
    wait_for 60 have_told $((KILLS * 15))
    wait_for 20 all_done
    stop_run
    [ "$(told)" -eq $((KILLS * 15)) ]
    [ "$(sqlite3 tocsin.db 'select count(*) from alert')" -eq 1 ]
}
