# The page of replay --html, in Chromium without a window: its numbers held against jq, its controls,
# and events that would like to be more than text.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
source "$ROOT/tests/browser.bash"
bats_require_minimum_version 1.5.0

setup_file() {
    export REPORT=$BATS_FILE_TMPDIR
    cd "$REPORT"
    mkdir pack
    rule acme.login 'severity: high' 'attack: [TA0001/T1078]' 'when: {eventName: ConsoleLogin}' \
        'dedup: {by: [eventID], period: 0}' 'runbook: Ask whoever it was.' 'budget: 2/day' \
        'references: ["https://example.org/login", "javascript:alert(1)"]' 'exceptions:' \
        '  - {when: {awsRegion: region-2}, reason: the lab}'
    rule acme.role 'severity: low' 'when: {eventName: [AssumeRole, {prefix: Switch}]}' \
        'dedup: {by: [awsRegion], period: 1d}' 'lua: |' '  function rule(event)' \
        '    return event.userIdentity.userName ~= "nobody"' '  end'
    rule acme.silent 'severity: critical' 'attack: [TA0003/T1098]' 'when: {eventName: Never}'
    awk 'BEGIN { for (i = 0; i < 240; i++) {
        printf "{\"eventVersion\":\"1.08\",\"eventSource\":\"x.amazonaws.com\",\"eventID\":\"e%d\",\"big\":123456789012345678901,", i
        printf "\"eventName\":\"%s\",", i % 7 == 0 ? "ConsoleLogin" : i % 5 == 0 ? "AssumeRole" : "List"
        printf "\"userIdentity\":{\"arn\":\"arn:aws:iam::1:user/u%d\",\"userName\":\"u%d\"},", i % 4, i % 4
        printf "\"awsRegion\":\"region-%d\",\"eventTime\":\"2026-01-%02dT%02d:00:00Z\"}\n", i % 3, i / 24 + 1, i % 24
    } }' >events.ndjson
    tocsin replay -q -r pack --html report.html events.ndjson || [ $? -eq 1 ] # over budget
    tocsin replay -q -r pack -f json events.ndjson | jq -sc 'group_by(.id) | map(max_by(.revision))' >alerts.json
    browser_start "$REPORT" || return 0
    export BROWSER BROWSER_PID
}

teardown_file() {
    browser_stop
}

setup() {
    [ -n "${BROWSER:-}" ] || skip 'needs chromium and chromium-driver'
    cd "$REPORT"
}

# rule ID LINE...
rule() {
    printf '%s\n' "id: $1" "title: T of $1" 'log: aws.cloudtrail' "${@:2}" >"pack/$1.yaml"
}

# Opens the page anew, with a fragment, and waits until its table stands.
open_page() {
    browser_log >/dev/null
    browser_open "file://${2:-$REPORT/report.html}?$BATS_TEST_NUMBER.$RANDOM#${1:-}"
    [ "$(js '{ while (!document.documentElement.dataset.ready) await new Promise(go => setTimeout(go, 20));
        return true }')" = true ]
}

# The page that is open, with another fragment.
turn() {
    js "{ const before = document.documentElement.dataset.ready; location.hash = '$1';
        while (document.documentElement.dataset.ready === before) await new Promise(go => setTimeout(go, 10)) }" >/dev/null
}

# eq ACTUAL WANTED
eq() {
    [ "$1" = "$2" ] || { printf 'is:     %s\nwanted: %s\n' "$1" "$2"; return 1; }
}

text() {
    js "{ return document.querySelector('$1').textContent }"
}

# The cells of a column of the alerts that are shown, as a JSON array.
column() {
    js "{ return [...document.querySelectorAll('table.alerts tbody td[data-name=\"$1\"]')].map(one => one.textContent) }"
}

@test "numbers are those that jq counts" {
    open_page
    eq "$(text h1)" "$(jq 'length' alerts.json) alerts in 240 events"
    eq "$(js '{ return Object.fromEntries([...document.querySelectorAll(".totals li")].map(one =>
            [one.querySelector(".severity").textContent, Number(one.querySelector("b").textContent)])
            .filter(one => one[1])) }' | jq -Sc .)" \
        "$(jq -Sc 'group_by(.severity) | map({key: .[0].severity, value: length}) | from_entries' alerts.json)"
    eq "$(js '{ return [...document.querySelectorAll("#rules-table tbody tr")].map(row =>
            [row.querySelector("button").textContent, Number(row.querySelector(".counted span").textContent)]) }')" \
        "$(jq -c 'group_by(.rule) | map([.[0].rule, length]) | sort_by(-.[1])' alerts.json)"
    eq "$(js '{ return [...document.querySelectorAll("#actors-table tbody tr")].map(row =>
            [row.querySelector("button").textContent, Number(row.querySelector(".counted span").textContent)]).sort() }')" \
        "$(jq -c 'group_by(.event.userIdentity.arn) | map([.[0].event.userIdentity.arn, length])' alerts.json)"
    eq "$(js '{ return [...document.querySelectorAll("#regions-table tbody tr")].map(row =>
            [row.querySelector("button").textContent, Number(row.querySelector(".counted span").textContent)]).sort() }')" \
        "$(jq -c 'group_by(.event.awsRegion) | map([.[0].event.awsRegion, length])' alerts.json)"
    eq "$(js '{ return [...document.querySelectorAll("#time-table tbody tr")].map(row =>
            Number(row.children[1].textContent)).reduce((a, b) => a + b) }')" "$(jq length alerts.json)"
    eq "$(browser_log)" '[]'
}

@test "what never fired, exceptions, budgets, ATT&CK and cost are told" {
    open_page
    [[ $(text '#rules .silent') == *acme.silent* ]]
    [[ $(text '#rules .lead') == *'1 rule over budget'*acme.login* ]]
    eq "$(text '#exceptions-table tbody .number')" \
        "$(jq -s 'map(select(.eventName == "ConsoleLogin" and .awsRegion == "region-2")) | length' events.ndjson)"
    [[ $(text '.cell.fired button') == T1078*"$(jq 'map(select(.rule == "acme.login")) | length' alerts.json) alerts" ]]
    [[ $(text '.cell.covered b') == T1098 ]]
    [[ $(text '#attack .gap') != *T1078\ * ]]
    [[ $(text '#attack .gap') == *T1556* ]]
    [[ $(text '#cost-table tbody') == *acme.role*µs* ]]
}

@test "alerts are sorted by each column, and say how" {
    open_page sort=-count
    eq "$(js '{ return document.querySelector("table.alerts [aria-sort=descending]").textContent }')" Matches
    eq "$(column Matches | jq -c 'map(tonumber) | . == (sort | reverse)')" true
    js '{ document.querySelector("table.alerts th:first-child button").click() }' >/dev/null
    eq "$(js '{ await new Promise(go => setTimeout(go, 100)); return location.hash }')" '#sort=-time'
    eq "$(column 'Time (UTC)' | jq -c '. == (sort | reverse)')" true
    turn sort=severity
    eq "$(column Severity | jq -r '.[0], .[-1]' | paste -sd' ')" 'low high'
}

@test "alerts are filtered by severity, rule, identity, time and text" {
    open_page severity=low
    eq "$(js '{ await new Promise(go => setTimeout(go, 100)); return document.activeElement.id }')" alerts # what a link asks for
    eq "$(text .shown)" "$(jq '"\(map(select(.severity == "low")) | length) of \(length) alerts"' -r alerts.json)"
    turn 'actor=arn%3Aaws%3Aiam%3A%3A1%3Auser%2Fu1&rule=acme.login'
    eq "$(column Identity | jq 'length')" \
        "$(jq 'map(select(.rule == "acme.login" and .event.userIdentity.userName == "u1")) | length' alerts.json)"
    turn 'from=2026-01-03T00:00:00.000Z&to=2026-01-04T00:00:00.000Z'
    eq "$(column Title | jq length)" "$(jq 'map(select(.time | startswith("2026-01-03"))) | length' alerts.json)"
    turn 'q=123456789012345678901'
    [[ $(text '#alerts') == *'No alert is like that.'* ]]
    turn 'q=123456789012345678901&in=1&severity=high'
    eq "$(column Title | jq length)" "$(jq 'map(select(.severity == "high")) | length' alerts.json)"
    js '{ const box = document.querySelector("#search"); box.focus(); box.value = "region-1"; box.dispatchEvent(new Event("input")) }' >/dev/null
    eq "$(js '{ await new Promise(go => setTimeout(go, 500)); return location.hash }')" '#q=region-1&in=1&severity=high'
    eq "$(column Region | jq -c unique)" '["region-1"]'
}

@test "an alert is opened with the keyboard, and shows event and explanation" {
    open_page rule=acme.role
    js '{ document.querySelector("table.alerts th:last-child button").focus() }' >/dev/null
    press '\uE004'
    press '\uE007'
    js '{ while (!document.querySelector("pre.json")) await new Promise(go => setTimeout(go, 20)) }' >/dev/null
    local id
    id=$(js '{ return document.activeElement.dataset.alert }')
    eq "$(js '{ return [document.activeElement.getAttribute("aria-expanded"),
        new URLSearchParams(location.hash.slice(1)).get("alert")] }')" "[\"true\",\"$id\"]"
    eq "$(text .raw\ pre.json | jq -Sc .eventID)" "$(jq -c --arg id "$id" '.[] | select(.id == $id) | .event.eventID' alerts.json)"
    [[ $(text .raw\ pre.json) == *'"big": 123456789012345678901'* ]]
    [[ $(text .clauses) == *eventName*AssumeRole* ]]
    [[ $(text .told) == *'Its Lua rule answered true on line'*'read userIdentity.userName = "u'* ]]
    press '\uE007'
    eq "$(js '{ await new Promise(go => setTimeout(go, 100)); return document.querySelector("pre.json") }')" null
    eq "$(browser_log)" '[]'
}

@test "only http and https become links" {
    open_page rule=acme.login
    js '{ document.querySelector(".open").click(); while (!document.querySelector("pre.json")) await new Promise(go => setTimeout(go, 20)) }' >/dev/null
    eq "$(js '{ return [...document.querySelectorAll(".detail a")].map(one => one.getAttribute("href")) }')" '["https://example.org/login"]'
    [[ $(text .told) == *'javascript:alert(1)'* ]]
}

@test "the theme follows the system, and the switch" {
    open_page theme=dark
    eq "$(js '{ return getComputedStyle(document.body).backgroundColor }')" 'rgb(21, 23, 26)'
    js '{ const box = document.querySelector("#theme"); box.value = "light"; box.dispatchEvent(new Event("change")) }' >/dev/null
    eq "$(js '{ return getComputedStyle(document.body).backgroundColor }')" 'rgb(253, 252, 249)'
}

@test "hostile events stay text, and nothing is asked for" {
    mkdir -p bad
    printf '%s\n' 'id: acme.bad' 'title: T' 'severity: high' 'log: aws.cloudtrail' 'when: {eventName: [{exists: true}]}' \
        'dedup: {period: 0}' 'lua: |' '  function title(event) return event.text end' \
        '  function reference(event) return event.link end' '  function runbook(event) return event.text end' >bad/bad.yaml
    local i=0 text
    while IFS= read -r text; do
        printf '{"eventVersion":"1","eventSource":"%s","eventName":"%s","eventID":"b%d","awsRegion":"%s","userIdentity":{"arn":"%s"},"text":"%s","link":"javascript:document.title=1","%s":"%s"}\n' \
            "$text" "$text" $((i++)) "$text" "$text" "$text" "$text" "$text"
    done >hostile.ndjson <<'TEXT'
<script>window.hit=1</script>
</script><script>window.hit=1</script>
<img src=x onerror=window.hit=1>
<!--<script>
]]><svg onload=window.hit=1>
line\u2028and\u2029separators\u202etxt.exe
nul\u0000inside
<style>*{display:none}</style><link rel=stylesheet href=http://127.0.0.1:9/x>
${window.hit=1}`'&quot;&lt;&amp;
__proto__
TEXT
    printf '{"eventVersion":"1","eventSource":"\xff\xfe","eventName":"\xc3\x28","eventID":"b99","text":"\xed\xa0\x80"}\n' >>hostile.ndjson
    printf '{"eventVersion":"1","eventSource":"s","eventName":"n","eventID":"b100","text":"%s"}\n' "$(head -c 100000 /dev/zero | tr '\0' x)" >>hostile.ndjson
    tocsin replay -q -r bad --html hostile.html hostile.ndjson
    open_page sort=title "$REPORT/hostile.html"
    eq "$(text .shown)" '12 alerts'
    js '{ for (let i = 0; i < 12; i++) {
            document.querySelectorAll("button.open")[i].click();
            for (let j = 0; j < 200 && !document.querySelector("pre.json"); j++) await new Promise(go => setTimeout(go, 10));
            await new Promise(go => setTimeout(go, 10));
        } }' >/dev/null
    eq "$(js '{ return [window.hit, document.title, document.images.length, document.querySelectorAll("main style, main script, main link, main a[href^=java]").length] }')" \
        '[null,"Tocsin replay",0,0]'
    eq "$(js '{ return performance.getEntriesByType("resource").length }')" 0
    eq "$(browser_log)" '[]'
    [[ $(column Title) == *'</script><script>window.hit=1</script>'* ]]
    [[ $(column Title) == *'nul\\u0000inside'* ]]
    [[ $(column Title) == *'\\u202etxt.exe'* ]]
    [ "$(stat -c %s hostile.html)" -lt 300000 ]
}

@test "the policy lets nothing in that is not in the file" {
    open_page
    eq "$(js '{ const one = document.createElement("script"); one.textContent = "window.hit = 1"; document.body.append(one); return window.hit }')" null
    js '{ const one = new Image(); one.src = "http://127.0.0.1:9/x.png"; document.body.append(one); await new Promise(go => setTimeout(go, 100)) }' >/dev/null
    [[ $(browser_log) == *"violates the following Content Security Policy"*"img-src"* ]]
}

@test "the page of diff: numbers as in its JSON, the rule's source side by side" {
    rm -rf new && cp -r pack new
    sed -i 's/^severity: low/severity: medium/; s/~= "nobody"/~= "u1"/; s/    return/    local name = event.userIdentity.userName\n    return/' new/acme.role.yaml
    sed -i 's/region-2/region-1/' new/acme.login.yaml
    rm new/acme.silent.yaml
    rule acme.more 'severity: info' 'when: {eventName: List, awsRegion: region-0}' && mv pack/acme.more.yaml new
    tocsin diff -q -f json --html diff.html pack new events.ndjson >diff.json
    open_page '' "$REPORT/diff.html"
    eq "$(text h1)" "$(jq -r '.alerts | "Alerts: \(.gained) gained, \(.lost) lost, \(.changed) changed"' diff.json)"
    eq "$(js '{ return [...document.querySelectorAll("#rules-table tbody tr")].map(row =>
            [row.querySelector("a").textContent, ...[...row.querySelectorAll(".number")].map(one => Number(one.textContent))]) }')" \
        "$(jq -c '.by_rule | map([.rule, .gained.count, .lost.count, .changed.count, .old.alerts, .new.alerts])' diff.json)"
    eq "$(js '{ return [...document.querySelectorAll("#each td.come")].map(one => one.textContent) }' | jq -c 'index("medium") != null
        and index("  local name = event.userIdentity.userName") != null')" true
    eq "$(js '{ return [...document.querySelectorAll("#each td.gone")].map(one => one.textContent) }' | jq -c 'index("low") != null')" true
    js '{ document.querySelector("#rules-table tbody a").click() }' >/dev/null
    eq "$(js '{ return document.activeElement.querySelector("h3").textContent }')" "$(jq -r '.by_rule[0] | "\(.rule) \(.state)"' diff.json)"
    eq "$(browser_log)" '[]'
}

@test "the page of coverage: numbers as in its JSON, what was not seen marked in place" {
    mkdir -p covered
    printf '%s\n' 'id: acme.covered' 'title: T' 'severity: low' 'log: aws.cloudtrail' 'when: {eventName: [A, B]}' 'lua: |' \
        '  function rule(event)' '    if event.awsRegion == "x" then' '      return false' '    end' '    return event.n > 1' '  end' \
        'tests:' '  - {name: one, event: {eventName: A, n: 2}, expect: alert}' >covered/covered.yaml
    tocsin test -q -f json --html coverage.html covered | jq -c 'select(.coverage).coverage' >coverage.json
    open_page '' "$REPORT/coverage.html"
    [[ $(text h1) == "$(jq .percent coverage.json) %"* ]]
    eq "$(text '.sums tr:first-child .number')" "$(jq -r '.lines | "\(.seen) of \(.all)"' coverage.json)"
    eq "$(js '{ return [...document.querySelectorAll(".source .missed .line")].map(one => Number(one.textContent)) }')" \
        "$(jq -c '.rules[0].lua.source | map(select(.runs == 0).line)' coverage.json)"
    eq "$(js '{ return [...document.querySelectorAll(".source mark")].map(one => [one.textContent, one.title]) }')" \
        '[["event.awsRegion == \"x\"","never true"]]'
    [[ $(text '.source .partly .said') == *'never: "B"'* ]]
    eq "$(browser_log)" '[]'
}

@test "on a phone the page is no wider than the screen" {
    browser_ask goog/cdp/execute '{"cmd": "Emulation.setDeviceMetricsOverride", "params": {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": true}}' >/dev/null
    local id page
    id=$(jq -r '.[0].id' alerts.json)
    for page in report hostile diff coverage; do
        open_page "alert=$id&q=script" "$REPORT/$page.html"
        eq "$(js '{ return document.documentElement.scrollWidth }')" 390
    done
    browser_ask goog/cdp/execute '{"cmd": "Emulation.clearDeviceMetricsOverride", "params": {}}' >/dev/null
}

@test "without a browser: the page holds its totals, and one script that its policy names" {
    [[ $(grep -A1 '<noscript>' report.html) == *"240 events, $(jq length alerts.json) alerts: 0 critical"* ]]
    run -1 grep -qE '(src|href)="?(https?:)?//' report.html
    run -1 grep -q "unsafe-inline" report.html
    run -4 tocsin replay -q -r pack --html nowhere/report.html events.ndjson
    [[ $output == *"cannot open 'nowhere/report.html'"* ]]
}
