# Whatever attackers put into events, Slack, PagerDuty and webhooks get what they take: valid JSON
# within their limits, text that shows as text, and an event that is the event (payloads.jq judges).

load lib.bash

export ROUTING_KEY=r0ut1ngk3yr0ut1ngk3yr0ut1ngk3y00

# faults_of LOG JUDGE: what the judge of payloads.jq says against the messages in the log.
faults_of() {
    jq -r -L "$BATS_TEST_DIRNAME" "include \"payloads\"; .n as \$n | $2 | \"message \(\$n): \" + ." "$1" |
        tee /dev/stderr
}

# Our own, always; as a JSON array.
own_strings() {
    jq -n '[
        "<!channel>", "<!here|here>", "<@U123>", "<#C123>", "<!subteam^S1>", "<https://evil|click>",
        "https://evil.example/|click", "https://good.example@evil.example/", "&lt;!channel&gt;",
        "&amp;lt;", "*bold* _i_ ~s~ `c`",
        "```\ncode\n```", "> quote", "\n\n\n", "", " ", "\t", ":tada:", "@channel @here",
        "\u202egpj.exe", "a\u2066b\u2069c", "<\u200b!channel>", "\ufeff<!here>", "\udb40\udc61tag", "\u061c",
        "\u0000", "a\u0000b", "\u001b[31mred\u0007", "\u0085\u009b31m", "a\r\nb\u2028c\u2029d",
        "${HOOK_SECRET}", "${ROUTING_KEY}", "${file:/etc/passwd}", "{{routing_key}}",
        "placeholder", "placeholder0123456789abcdef0123456789abcdef", "%s%n%s", "\\\"},\"blocks\":[]",
        "\ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc66", "\uffff\ufffe",
        ("\u0001" * 20000),
        (("A", "&", "<!channel>", "\"", "\n", "a ", "\u202e", "\ud83d\ude00", "e\u0301", "placeholder")
            | . * (100000 / utf8bytelength | floor))
    ]'
}

# An event for each string of an array of JSON, which it says in every field, at length where that
# reaches a message.
hostile_events() {
    jq -c 'to_entries[] | .key as $n | .value as $s | $s[:500] as $short | {
        eventVersion: "1.08", eventTime: "2024-05-01T00:00:00Z", eventSource: "hostile.amazonaws.com",
        eventName: $s, eventID: "event-\($n)", awsRegion: $short, sourceIPAddress: $s,
        userIdentity: {type: "IAMUser", arn: $s, userName: $s, principalId: $short, accountId: $short},
        requestParameters: {displayName: $s, ($short): [$short, {($short): null}]},
        errorCode: $short, errorMessage: $s, recipientAccountId: $short
    }'
}

write_hostile_config() {
    local here='allow_http: true, allow_loopback: true'
    url_of() { echo "url: \"http://127.0.0.1:$(cat "$1.port")/$1\""; }
    cat >tocsin.yaml <<END
rules: ["$BATS_TEST_DIRNAME/payloads"]
inputs: [{file: in}]
store: tocsin.db
destinations:
  slack: {type: slack, $(url_of slack), $here}
  pagerduty: {type: pagerduty, routing_key: "\${ROUTING_KEY}", $(url_of pagerduty), $here}
  hook: {type: webhook, secret: "\${HOOK_SECRET}", $(url_of hook), $here}
routes: [{to: [slack, pagerduty, hook], updates: 1s}]
END
}

have_got() { [ "$(cat slack.log pagerduty.log hook.log | wc -l)" -ge "$1" ]; }

# send_all SECONDS: every event of in/ through `run` to all three.
send_all() {
    local name
    for name in slack pagerduty hook; do start_receiver $name; done
    write_hostile_config
    start_run
    wait_for "$1" have_got $(($(cat in/* | wc -l) * 3)) || { cat run.out; wc -l ./*.log; return 1; }
    stop_run
}

# lacks TEXT FILE...: a function, because errexit passes over what begins with "!".
lacks() { ! grep -F -e "$@"; }

ids_of() { jq -r "$2" "$1" | sort; }

judge_all() {
    local name
    ids_of in/a.ndjson .eventID >expected
    ids_of hook.log '.body | fromjson | .event.eventID' | diff expected -
    for name in slack pagerduty hook; do
        [ "$(jq -r '.answered / 100 | floor' $name.log | sort -u)" = 2 ]
        [ "$(jq -r '.headers["webhook-id"]' $name.log | sort -u | wc -l)" -eq "$(wc -l <expected)" ]
    done
    [ -z "$(faults_of slack.log slack_faults)" ]
    [ -z "$(faults_of pagerduty.log "pagerduty_faults(\"$ROUTING_KEY\")")" ]
    jq -cS . in/a.ndjson | sort >sent
    jq -cS '.body | fromjson | .event' hook.log | sort | cmp sent -
    lacks "$HOOK_SECRET" slack.log pagerduty.log hook.log run.out
    lacks "$ROUTING_KEY" slack.log hook.log run.out
    [ ! -s run.out ]
}

@test "hostile strings in every field of an event" {
    own_strings | hostile_events >in/a.ndjson
    send_all 60
    judge_all
    jq -r '.body | fromjson | .blocks[0].text.text' slack.log | grep -qF '&lt;!channel&gt; said &lt;!channel&gt;'
    jq -r '.body | fromjson | .payload.summary' pagerduty.log | grep -qF '<!channel> said <!channel>'
}

@test "the big list of naughty strings in every field of an event" {
    list=$SHARED/json/blns/blns.json
    [ -f "$list" ] || skip "no $list"
    hostile_events <"$list" >in/a.ndjson
    send_all 120
    judge_all
}

# again NUMBER READ-ONLY: the events, for the rule whose alerts grow and end.
again() { jq -c ".eventSource = \"again.amazonaws.com\" | .eventID += \"-$1\" | .readOnly = $2"; }

@test "hostile strings in what is told again" {
    own_strings | hostile_events >strings
    { again 1 false <strings; again 2 false <strings; } >in/a.ndjson
    for name in slack pagerduty hook; do start_receiver $name; done
    write_hostile_config
    start_run
    wait_for 60 have_got $(($(wc -l <strings) * 6))
    again 3 true <strings >>in/a.ndjson
    wait_for 60 have_got $(($(wc -l <strings) * 9))
    stop_run
    jq -r '.body | fromjson | "\(.state)\(.more.count)"' hook.log | sort | uniq -c |
        awk '{print $2, $1}' | diff - <(printf '%s\n' open0 resolved0 updated1 | sed "s/0/null/; s/\$/ $(wc -l <strings)/")
    [ -z "$(faults_of slack.log slack_faults)" ]
    [ -z "$(faults_of pagerduty.log "pagerduty_faults(\"$ROUTING_KEY\")")" ]
    [ "$(jq -r '.body | fromjson | .dedup_key' pagerduty.log | sort | uniq -c | awk '{print $1}' | sort -u)" = 3 ]
    lacks "$HOOK_SECRET" slack.log pagerduty.log hook.log run.out
}

@test "the judges find what is wrong" {
    bad() { jq -cn "{n: 1, body: ($1 | tojson)}" >bad.log; }
    said() { faults_of bad.log "$1" | grep -qF "$2"; }
    slack() { bad "{text: \"t\", blocks: $1}"; said slack_faults "$2"; }
    slack '[{type: "header", text: {type: "plain_text", text: "<!channel>"}}]' 'not escaped'
    slack '[{type: "section", text: {type: "mrkdwn", text: "*bold* move"}}]' "somebody else's"
    slack '[{type: "section", text: {type: "mrkdwn", text: "<https://evil|click>"}}]' "somebody else's"
    slack '[{type: "header", text: {type: "plain_text", text: "\u202egpj"}}]' 'nobody sees'
    slack '[{type: "header", text: {type: "plain_text", text: ("a" * 151)}}]' 'bad header'
    slack '[{type: "section", text: {type: "plain_text", text: ("a" * 3001)}}]' 'over 3000'
    slack '[range(51) | {type: "header", text: {type: "plain_text", text: "a"}}]' 'over 50'
    bad '{routing_key: "k", event_action: "trigger", dedup_key: "d", payload: {summary: ("a" * 1025), source: "s", component: "\u0007"}}'
    said 'pagerduty_faults("k")' 'bad summary'
    said 'pagerduty_faults("k")' 'nobody sees'
    said 'pagerduty_faults("other")' 'no routing key'
    bad '{routing_key: "k", event_action: "resolve", dedup_key: "d", payload: {}}'
    said 'pagerduty_faults("k")' 'nobody reads'
}
