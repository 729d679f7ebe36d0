# What attackers put into events arrives as text: valid JSON, within limits, mentioning nobody.

load lib.bash

@test "NUL, 64-bit integers, lone surrogates, duplicate keys and invalid UTF-8 arrive as valid JSON" {
    start_receiver hook
    write_config hook
    printf '%s\xff%s\n' '{"eventVersion":"1","eventSource":"servicecatalog.amazonaws.com","eventName":"Other","eventName":"CreatePortfolio","userIdentity":{"type":"Root"},"eventID":"odd","n":9007199254740993,"big":123456789012345678901234567890,"nul":"a\u0000b","lone":"\ud800x","pair":"\ud83d\ude00","empty":{},"none":[],"bad":"' '"}' >in/a.ndjson
    start_run
    wait_for 10 has_delivered hook 1
    stop_run
    jq -r .body hook.log >body
    jq -e '.event.eventName == "CreatePortfolio" and .event.nul == "a\u0000b" and .event.lone == "\ufffdx"
        and .event.pair == "😀" and .event.bad == "\ufffd" and .event.empty == {} and .event.none == []' body
    grep -q '"n":9007199254740993' body
    grep -q '"big":123456789012345678901234567890' body
    [ "$(grep -o '"eventName":' body | wc -l)" -eq 1 ]
    [ "$(jq -r '.notes[] | .note + " " + .path' body)" = "duplicate-key eventName
long-integer big
nul nul
lone-surrogate lone
invalid-utf8 bad" ]
}

have_got() { [ "$(wc -l <hook.log)" -ge "$1" ]; }

@test "the deepest event that is one arrives, and the one with most values" {
    start_receiver hook
    write_config hook
    local head='{"eventVersion":"1","eventSource":"servicecatalog.amazonaws.com","eventName":"CreatePortfolio","userIdentity":{"type":"Root"}'
    {
        printf '%s,"eventID":"deep","recipientAccountId":"1","x":' "$head"
        awk 'BEGIN { for (i = 0; i < 499; i++) printf "["; for (i = 0; i < 499; i++) printf "]"; print "}" }'
        printf '%s,"eventID":"wide","recipientAccountId":"2","x":[0' "$head"
        awk 'BEGIN { for (i = 0; i < 249990; i++) printf ",0"; print "]}" }'
    } >in/a.ndjson
    start_run
    wait_for 20 have_got 2
    stop_run
    jq -r .body hook.log | grep -o '"event_ids":[^,]*' | sort >ids # jq 1.6 reads 256 levels
    cat ids
    [ "$(cat ids)" = '"event_ids":["deep"]
"event_ids":["wide"]' ]
}

@test "a signature that openssl agrees with, under a key that stays the same" {
    start_receiver hook
    echo '/ 500 200' >hook.script
    write_config hook
    make_events 10 >in/a.ndjson
    start_run
    wait_for 20 has_delivered hook 1
    stop_run
    [ "$(jq -r '.headers["webhook-id"]' hook.log | sort -u | wc -l)" -eq 1 ]
    tail -1 hook.log >last
    jq -j '.headers["webhook-id"] + "." + .headers["webhook-timestamp"] + "." + .body' last >signed
    key=$(printf %s "${HOOK_SECRET#whsec_}" | base64 -d | od -An -tx1 | tr -d ' \n')
    expected=v1,$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$key" -binary signed | base64)
    [ "$(jq -r '.headers["webhook-signature"]' last)" = "$expected" ]
}

@test "a secret is in no log, no store and no diagnostic" {
    export TOKEN=t0ps3cr3t/with-path
    start_receiver hook
    cat >tocsin.yaml <<EOF
rules: ["$ROOT/tests/e2e/rules"]
inputs: [{file: in}]
store: tocsin.db
destinations:
  hook: {type: webhook, url: "http://127.0.0.1:$(cat hook.port)/\${TOKEN}", secret: "\${HOOK_SECRET}", allow_http: true, allow_loopback: true}
EOF
    echo '/ 400' >hook.script
    make_events 10 >in/a.ndjson
    tocsin run -v -c tocsin.yaml >run.out 2>&1 &
    RUN=$!
    wait_for 10 grep -q 400 run.out
    stop_run
    tocsin alerts list -c tocsin.yaml >list
    grep -q 't0ps3cr3t' hook.log
    ! grep -r 't0ps3cr3t\|dG9jc2lu' run.out list tocsin.db*
}
