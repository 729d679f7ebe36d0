# The findings of `check`: each has a code, a page and, where it may, can be ignored; every format is
# read by somebody else.

bats_require_minimum_version 1.5.0
findings=$BATS_TEST_DIRNAME/findings

# golden NAME: what is there is what standard input says; UPDATE=1 writes it anew
golden() {
    if [ -n "${UPDATE-}" ]; then cat >"$findings/$1"; else diff "$findings/$1" -; fi
}

rule() {
    printf '%s\n' 'id: t.x' 'title: T' 'severity: low' 'log: aws.cloudtrail' "$@" >x.yaml
}

@test "text, one line a finding for tools, and annotations" {
    cd "$findings/pack"
    for format in text json github; do
        run --separate-stderr tocsin check -f "$format"
        [ "$status" -eq 1 ]
        { [ "$format" = text ] && echo "$stderr" || echo "$output"; } | golden "check.$format"
    done
}

@test "JSON is one object a line, and a finding that is sure says what would do" {
    cd "$findings/pack"
    tocsin check -f json | python3 -c '
import json, sys
rows = [json.loads(line) for line in sys.stdin]
for row in rows:
    assert set(row) <= {"code", "level", "file", "line", "column", "message", "fix"}, row
    assert row["level"] in ("error", "warning", "note") and row["message"], row
assert {"was": "hgih", "fix": "high"} in [row.get("fix") for row in rows]
assert len(rows) == 5, len(rows)'
}

@test "SARIF has what version 2.1.0 requires, and its places are those of the files" {
    cd "$findings/pack"
    run --separate-stderr tocsin check -f sarif
    [ "$status" -eq 1 ]
    python3 "$findings/sarif.py" <<<"$output" | golden check.sarif
}

@test "a message cannot end an annotation and begin another" {
    cd "$BATS_TEST_TMPDIR"
    mkdir 'a,b:c%'
    cd 'a,b:c%'
    rule 'when: {eventName: A}' '"k\n::error::x": 1'
    run tocsin check -f github ../'a,b:c%'
    echo "$output"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == '::error file=../a%2Cb%3Ac%25/x.yaml,line=6,col=1,title=tocsin TC010::'*'%0A::error'* ]]
}

@test "data goes to the file of -o" {
    cd "$findings/pack"
    run tocsin check -f json -o "$BATS_TEST_TMPDIR/out"
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$(wc -l <"$BATS_TEST_TMPDIR/out")" -eq 5 ]
}

@test "warnings are findings with --strict, notes are not" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: [A, A]}'
    run tocsin check x.yaml
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "1 rule: no error, 1 warning, 1 note" ]
    run tocsin check --strict x.yaml
    [ "$status" -eq 1 ]
    rule 'when: {eventName: [A]}'
    run tocsin check --strict x.yaml
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "1 rule: no error, 1 note" ]
}

# ---- codes ----

@test "every finding of the engine has a row, every row a finding, and both are of one level" {
    run bash -c "grep -hoE 'diags_(reject|find)\([^;]*' -z engine/{base,text,model,script,flow,cmd}/*.c | tr '\0' '\n' |
        tr '\n' ' ' | grep -oE 'diags_(reject|find)\([^\"]*\"TC[0-9]{3}\"(, DIAG_[A-Z]+)?' |
        sed -E 's/.*reject.*\"(TC...)\".*/\1 error/; s/.*find.*\"(TC...)\", DIAG_(.*)/\1 \L\2/' | sort -u"
    [ "$status" -eq 0 ]
    diff <(grep ^TC[01] <<<"$output") <(tocsin help codes | awk '/^TC[01]/ { print $1, $2 }')
    # Those are about the program, not about what somebody wrote.
    run bash -c "grep -lE 'diags_(error|warn)\(' engine/{text,model,flow,cmd}/*.c | sort | xargs"
    echo "$output"
    [ "$output" = "engine/cmd/setup.c engine/flow/nursery.c" ]
}

@test "each code has a page, and rules/FINDINGS.md is made of them" {
    run tocsin help TC012
    [ "$status" -eq 0 ]
    [ "${lines[0]}" = "TC012, error: an unknown value" ]
    run tocsin help TC999
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "tocsin: no finding has the code 'TC999'" ]
    bash "$findings/markdown.sh" | diff rules/FINDINGS.md -
}

@test "what a page calls wrong has the finding, and what it calls right has none" {
    export SLACK_WEBHOOK=https://example.com
    python3 "$findings/pack.py" examples "$BATS_TEST_TMPDIR"
    count=0
    for dir in "$BATS_TEST_TMPDIR"/TC*/*; do
        cd "$dir"
        run tocsin check
        code=$(basename "$(dirname "$dir")")
        echo "$code $dir: $output"
        case $dir in
        *Wrong) [[ $output == *" [$code]"* ]] ;;
        *) [[ $output != *": error: "* && $output != *": warning: "* ]] ;;
        esac
        count=$((count + 1))
    done
    [ "$count" -gt 60 ]
}

@test "a pack of 500 good rules has no finding, one with mistakes has each of them" {
    cd "$BATS_TEST_TMPDIR"
    python3 "$findings/pack.py" good good
    run tocsin check --strict good
    echo "$output"
    [ "$output" = "500 rules: no error" ]
    python3 "$findings/pack.py" seeded seeded
    run --separate-stderr tocsin check -f json seeded
    [ "$status" -eq 1 ]
    python3 "$findings/pack.py" compare seeded <<<"$output"
}

# ---- routes and destinations ----

@test "routes and destinations that lead nowhere are found" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: A}' 'status: draft'
    printf '%s\n' 'rules: [x.yaml]' 'destinations:' \
        '  a: {type: webhook, url: "https://x.example"}' '  b: {type: webhook, url: "https://x.example"}' 'routes:' \
        '  - {when: {rule: t.y}, to: a}' '  - {when: {severity: [high, low]}, to: a}' \
        '  - {when: {severity: low}, to: a}' '  - {when: {severity: medium}, to: a}' \
        '  - {to: a, continue: true}' '  - {to: a}' '  - {when: {rule: t.x}, to: a}' >tocsin.yaml
    run --separate-stderr tocsin check -f json
    echo "$output"
    [ "$status" -eq 0 ]
    [ "$(grep -oE 'TC...|"line":[0-9]+' <<<"$output" | paste -sd' ')" = \
        'TC112 "line":4 TC113 "line":6 TC111 "line":8 TC111 "line":12' ]
    sed -i "s/^lua:.*//; s/status: draft/&\nlua: 'function destinations(event) return {\"b\"} end'/" x.yaml
    run --separate-stderr tocsin check -f json
    [[ $output != *TC112* ]]
}

# ---- what is ignored ----

@test "a finding is ignored in its rule alone, or everywhere, and only where it is found" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: A}' 'ignore_findings: [{code: TC130, reason: r}]' '---' 'id: t.y' 'title: T' \
        'severity: low' 'log: aws.cloudtrail' 'when: {eventName: B}'
    run --separate-stderr tocsin check -f json x.yaml
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *'"line":8,'* ]]
    printf '%s\n' 'rules: [x.yaml]' 'ignore_findings: [{code: TC130, reason: r}]' >tocsin.yaml
    run --separate-stderr tocsin check -f json
    [ -z "$output" ]
    printf '%s\n' 'rules: [x.yaml]' 'ignore_findings: [{code: TC110, reason: r}]' >tocsin.yaml
    run --separate-stderr tocsin check -f json
    [[ $output == *TC107*tocsin.yaml* ]]
}

@test "what keeps a rule from loading cannot be ignored, and a reason must be given" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: A}' 'ignore_findings: [{code: TC010, reason: r}, {code: TC130}]'
    run tocsin check x.yaml
    [ "$status" -eq 1 ]
    [[ $output == *"x.yaml:6:26: error: TC010 cannot be ignored: an unknown key, and nothing loads [TC060]"* ]]
    [[ $output == *"missing key 'reason' in an ignored finding [TC011]"* ]]
}

# ---- --fix ----

misspelt() {
    printf '%s\n' '# kept: hgih' 'id: t.x   # kept' 'titel: 12' 'severity: hgih' "log: 'aws.cloudtrial'" \
        'when: {eventName: [{prefx: Delete}], a: {"prefx": 1}}' 'enabled: yes'
}

@test "--fix corrects what is sure, and nothing else" {
    cd "$BATS_TEST_TMPDIR"
    misspelt >x.yaml
    chmod 640 x.yaml
    ln -s x.yaml link.yaml
    run tocsin check --fix link.yaml
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$(grep -c ' fixed: ' <<<"$output")" -eq 5 ]
    [ "${lines[0]}" = "link.yaml:3:1: fixed: 'titel' is now 'title'" ]
    diff x.yaml <(misspelt | sed '3s/.*/title: "12"/; 4s/hgih/high/; 6s/{prefx/{prefix/; 7s/yes/true/')
    [ -L link.yaml ]
    [ "$(stat -c %a x.yaml)" = 640 ]
    run tocsin check --fix x.yaml
    [[ $output != *" fixed: "* ]]
}

@test "--dry-run shows the difference, which patch takes, and writes nothing" {
    cd "$BATS_TEST_TMPDIR"
    misspelt >x.yaml
    cp x.yaml before.yaml
    run --separate-stderr tocsin check --fix --dry-run x.yaml
    [ "$status" -eq 1 ]
    cmp x.yaml before.yaml
    echo "$output" >difference
    grep -q '^+severity: high$' difference
    patch -p0 <difference
    grep -q '^severity: high$' x.yaml
    ! grep -q titel x.yaml
}

@test "a name that is as near to another is not corrected" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: [{peffix: Delete}]}'
    cp x.yaml before.yaml
    run tocsin check --fix x.yaml
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"unknown operator 'peffix' (did you mean 'prefix'?)"* ]]
    cmp x.yaml before.yaml
}

# ---- check - ----

@test "what an editor shows is checked in the place of the file, among the others" {
    cd "$BATS_TEST_TMPDIR"
    mkdir rules
    rule 'when: {eventName: A}' 'lua: x.lua'
    mv x.yaml rules/x.yaml
    echo 'function rule(event) return true end' >rules/x.lua
    sed 's/t.x/t.y/; s/: A/: B/' rules/x.yaml >rules/y.yaml
    sed 's/severity/sevrity/' rules/x.yaml >buffer
    run --separate-stderr tocsin check -f json - --path "$PWD/rules/x.yaml" <buffer
    echo "$output"
    [ "$status" -eq 1 ]
    [ "${#lines[@]}" -eq 1 ]
    [[ $output == *"\"file\":\"$PWD/rules/x.yaml\",\"line\":3,\"column\":1,"* ]]
    run tocsin check - --path rules/x.yaml <buffer
    [[ $output == *"    sevrity: low"* ]]
    sed 's/t.x/t.a/' rules/x.yaml | { run --separate-stderr tocsin check -f json - --path rules/z.yaml; echo "$output"; [[ $output == *TC110* ]]; }
    run tocsin check -f json - --path rules/x.lua <<<'function rule(event) return end end'
    [ "$status" -eq 1 ]
    [[ $output == *'"file":"rules/x.lua","line":1,'* ]]
    run tocsin check - --path elsewhere/new.yaml <buffer
    [ "$status" -eq 1 ]
    [[ $output == *"elsewhere/new.yaml:3:1: error: "* ]]
}

@test "a configuration may be what an editor shows" {
    cd "$BATS_TEST_TMPDIR"
    rule 'when: {eventName: A}'
    echo 'rules: [x.yaml]' >tocsin.yaml
    run tocsin check - --path tocsin.yaml <<<'rulse: [x.yaml]'
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"tocsin.yaml:1:1: error: unknown key 'rulse'"*"[TC010]"* ]]
}

@test "options of check that need another say so" {
    for words in "-" "--path x.yaml" "--dry-run" "- --path x.yaml --fix"; do
        # shellcheck disable=SC2086 # words
        run tocsin check $words </dev/null
        [ "$status" -eq 2 ]
    done
}
