# No rule can stop the engine, change another rule, or fail in silence: tests/hostile, by the command
# line alone. A unit test of the same name measures each call.

load lib.bash

HOSTILE=$ROOT/tests/hostile
THEMES=(errors functions loops memory patterns reach recursion swallowed)

# The events, with the field of blanks that an attacker would send.
make_hostile_events() {
    local blanks events
    blanks=$(printf '%200000s' '')
    events=$(<"$HOSTILE/events.ndjson")
    echo "${events//@BLANKS@/$blanks}" >events.ndjson
}

is_slow() {
    case $BUILD in *asan*) return 0 ;; esac
    return 1
}

# rules_of THEME...: the options that name them, with the canary in their midst.
rules_of() {
    RULES=()
    local theme
    for theme in "$@"; do
        RULES+=(-r "$HOSTILE/$theme")
        [ "${#RULES[@]}" -ne 4 ] || RULES+=(-r "$HOSTILE/canary.yaml")
    done
}

# What the canary said, but for the hash of the rule set. The engine's own alerts do not count.
canary() {
    grep '"rule":"canary"' "$1" | sed -E 's/"rules_version":"[^"]*"//'
}

# Failures of functions stand in the alert; as lines that judge.awk reads.
function_failures() {
    jq -r 'select(.rule | startswith("hostile.functions.")) | .rule as $rule | .event_ids[] as $event |
        .errors[] | "rule '\''\($rule)'\'' failed on event '\''\($event)'\'': \(.)"' "$1"
}

# judge LOG THEME...: prints what is wrong.
judge() {
    local log=$1 slow=0
    shift
    is_slow && slow=1
    local manifests=("${@/#/$HOSTILE/}")
    awk -v events=2 -v slow=$slow -f "$HOSTILE/judge.awk" "${manifests[@]/%//rules.yaml}" "$log"
}

@test "replay: the canary sings as if it were alone, and each failure is told with its reason" {
    make_hostile_events
    tocsin replay -q -f json -r "$HOSTILE/canary.yaml" events.ndjson >alone
    [ "$(wc -l <alone)" -eq 5 ]
    rules_of "${THEMES[@]}"
    tocsin replay -f json "${RULES[@]}" events.ndjson >alerts 2>log
    diff <(canary alone) <(canary alerts)
    [ "$(jq -c 'select(.rule == "canary") | [.title, .severity, .context]' alerts | sort -u | wc -l)" -eq 1 ]
    jq -es 'map(select(.rule == "canary")) | all(.severity == "critical" and .errors == [])' alerts
    # whoever answered true has reached what it must not
    [ "$(jq -r .rule alerts | grep -vE '^(canary$|hostile\.functions\.|tocsin\.)' | wc -l)" -eq 0 ]
    function_failures alerts >>log
    run judge log "${THEMES[@]}"
    echo "$output"
    [ -z "$output" ]
}

@test "run: failures are kept with their reason, and the canary's alerts are raised" {
    make_hostile_events
    rules_of errors recursion swallowed
    {
        echo 'rules:'
        for rule in "${RULES[@]}"; do [ "$rule" = -r ] || echo "  - $rule"; done
        echo 'store: tocsin.db'
    } >tocsin.yaml
    tocsin run -q -c tocsin.yaml events.ndjson 2>log
    tocsin alerts list -f json >alerts
    [ "$(jq -r 'select(.rule == "canary") | .id' alerts | wc -l)" -eq 5 ]
    tocsin alerts list --failed-rules >kept
    grep -q 'hostile.swallowed.loop-in-sort.*took too many steps' kept
    grep -q 'hostile.recursion.plain.*used too much memory' kept
    grep -q 'hostile.errors.throw-table.*raised a table' kept
}

@test "test: a rule that is killed fails its test, and the rule beside it passes" {
    {
        cat "$HOSTILE/canary.yaml"
        echo 'tests: [{name: sings, event: {eventSource: hostile.example.com, userIdentity: {userName: alice}}, expect: alert}]'
        echo ---
        sed -n '/^id: hostile.loops.while$/,/^---/p' "$HOSTILE/loops/rules.yaml" | grep -v '^---'
        echo 'tests: [{name: ends, event: {eventName: Hostile}, expect: nothing}]'
    } >both.yaml
    run tocsin test both.yaml
    [ "$status" -eq 1 ]
    [[ "$output" == *"got       an error: both.yaml:"*": took too"* ]]
    [[ "$output" == *"2 rules: 1 passed, 1 failed"* ]]
}

@test "a rule that dies while it is loaded is refused within 500 ms, with its place" {
    make_hostile_events
    local file name spent
    for file in "$HOSTILE"/load/*.yaml; do
        name=$(basename "$file")
        cp "$file" .
        TIMEFORMAT='%U %S'
        status=0
        spent=$({ time tocsin replay -q -r "$name" events.ndjson >out 2>err; } 2>&1) || status=$?
        echo "$name: $status after $spent: $(head -1 err)"
        [ "$status" -eq 3 ]
        [ ! -s out ]
        grep -qE "^$name:[0-9]+(:[0-9]+)?: error: ." err
        is_slow || awk -v spent="$spent" 'BEGIN { split(spent, s, " "); exit s[1] + s[2] >= 0.5 }'
        run tocsin check "$name"
        [ "$status" -eq 1 ]
    done
    [ "$(ls "$HOSTILE"/load/*.yaml | wc -l)" -ge 20 ]
}

@test "one rule that dies while it is loaded keeps every command from starting" {
    make_hostile_events
    mkdir rules
    cp "$HOSTILE/canary.yaml" "$HOSTILE/load/endless.yaml" rules
    echo 'rules: [rules]' >tocsin.yaml
    for command in 'run -q' 'replay -q' 'test'; do
        # shellcheck disable=SC2086 # options are words
        run tocsin $command $([ "$command" = test ] && echo rules || echo events.ndjson)
        [ "$status" -eq 3 ]
        [[ "$output" == *"rules/endless.yaml:8: error: took too"* ]]
    done
}

@test "a manifest and the configuration lower the limits, and neither is exceeded" {
    make_hostile_events
    mkdir rules
    cat >rules/loop.yaml <<'YAML'
id: loop
title: A short loop
severity: low
log: aws.cloudtrail
when: {eventName: Hostile}
lua: |
  function rule(event)
    for i = 1, 300000 do end
    return true
  end
YAML
    tocsin replay -q -r rules events.ndjson >out
    [ "$(grep -c 'A short loop' out)" -eq 1 ]
    printf 'rules: [rules]\nlimits: {steps: 200000}\n' >tocsin.yaml
    tocsin replay events.ndjson >out 2>err
    grep -q 'loop.yaml:8: took too many steps' err
    rm tocsin.yaml
    echo 'limits: {steps: 200000}' >>rules/loop.yaml
    tocsin replay -r rules events.ndjson >out 2>err
    grep -q 'loop.yaml:8: took too many steps' err
    echo 'limits: {steps: 9000000}' >more
    sed -i '$d' rules/loop.yaml
    cat more >>rules/loop.yaml
    run tocsin check rules
    [ "$status" -eq 0 ]
    [[ "$output" == *"rules/loop.yaml:11:9: warning: 'limits' asks for more than"* ]]
}
