# Chromium without a window, driven over WebDriver (W3C) with curl and jq. For tests of pages.

# Starts one session; `browser_ask` and what follows speak to it. False: it is not installed.
browser_start() {
    command -v chromedriver >/dev/null && command -v chromium >/dev/null || return 1
    local log=$1/chromedriver.log port
    HOME=$1 chromedriver --port=0 >"$log" 2>&1 3>&- &
    BROWSER_PID=$!
    for _ in $(seq 100); do
        port=$(sed -n 's/.*started successfully on port \([0-9]*\).*/\1/p' "$log")
        [ -z "$port" ] || break
        sleep 0.1
    done
    BROWSER=http://127.0.0.1:$port/session
    local options='{"capabilities": {"alwaysMatch": {"browserName": "chrome",
        "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": {"args": ["--headless=new",
        "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
        "--disable-extensions", "--disable-background-networking", "--disable-component-update",
        "--window-size=1280,900"]}}}}'
    BROWSER=$BROWSER/$(curl -fsS "$BROWSER" -d "$options" | jq -r .value.sessionId)
}

browser_stop() {
    [ -z "${BROWSER_PID:-}" ] && return
    curl -sS -X DELETE "$BROWSER" >/dev/null
    kill "$BROWSER_PID"
    wait "$BROWSER_PID" 2>/dev/null || true
}

# browser_ask COMMAND JSON: what it answers, as JSON.
browser_ask() {
    curl -sS "$BROWSER/$1" -H 'Content-Type: application/json' --data-binary "$2" | jq -c .value
}

browser_open() {
    browser_ask url "$(jq -nc --arg url "$1" '{url: $url}')" >/dev/null
}

# The value that a block of JavaScript returns in the page, or a promise of it, as JSON; a string bare.
js() {
    local code=$1
    code=${code//\\/\\\\} code=${code//\"/\\\"} code=${code//$'\n'/ }
    local answer
    answer=$(curl -sS "$BROWSER/execute/async" -H 'Content-Type: application/json' --data-binary @- <<JSON
{"script": "const done = arguments[0]; (async () => $code)().then(done, error => done(String(error)))", "args": []}
JSON
    )
    case $answer in
    '{"value":'[\"\[\{]*) jq -rc .value <<<"$answer" ;;
    *) answer=${answer#'{"value":'} && echo "${answer%\}}" ;; # a number or a word: jq takes its time
    esac
}

# Presses keys, by their names in WebDriver: press '\uE004' is Tab, '\uE007' Enter.
press() {
    local key actions=()
    for key; do
        actions+=("{\"type\": \"keyDown\", \"value\": \"$key\"}" "{\"type\": \"keyUp\", \"value\": \"$key\"}")
    done
    local list
    list=$(IFS=,; echo "${actions[*]}")
    browser_ask actions "{\"actions\": [{\"type\": \"key\", \"id\": \"keys\", \"actions\": [$list]}]}" >/dev/null
}

# What the page and the browser had to say since this was asked last: errors, refused requests.
browser_log() {
    browser_ask se/log '{"type": "browser"}'
}

browser_picture() {
    curl -sS "$BROWSER/screenshot" | jq -r .value | base64 -d >"$1"
}

# browser_size WIDTH HEIGHT
browser_size() {
    browser_ask window/rect "{\"width\": $1, \"height\": $2}" >/dev/null
}
