# What `tocsin new` writes passes `check` and `test` as it is.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SHARED=$ROOT/../shared/data

setup() {
    case $BUILD in /*) ;; *) PATH=$ROOT/$BUILD:$PATH ;; esac
    cd "$BATS_TEST_TMPDIR" || return 1
}

# An event that names an account, keys, people and addresses.
event() {
    cat <<'END'
{"eventVersion": "1.08", "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey",
 "eventTime": "2024-05-14T02:17:31Z", "eventID": "9c5a13a1-6f2e-4d3b-8a77-0d5f4c1b2e3f",
 "awsRegion": "us-east-1", "sourceIPAddress": "91.14.7.33", "recipientAccountId": "902345678901",
 "userAgent": "aws-cli/1.2.3.4 (91.14.7.33) from fe80:1:2::3",
 "userIdentity": {"type": "AssumedRole", "principalId": "AROAJ45Q7YFFA2WXYZABC:maria.weber@corp.example.org",
  "arn": "arn:aws:sts::902345678901:assumed-role/Admin/maria.weber@corp.example.org",
  "accountId": "902345678901", "accessKeyId": "ASIAQWERTYUIOPASDFGH",
  "sessionContext": {"sessionIssuer": {"type": "Role", "userName": "Admin", "principalId": "AROAJ45Q7YFFA2WXYZABC",
   "arn": "arn:aws:iam::902345678901:role/Admin"}}},
 "requestParameters": {"userName": "juergen", "note": "for juergen of %3A812345678902%3A, 10.20.30.40, 0.0.0.0/0"},
 "responseElements": {"accessKey": {"accessKeyId": "AKIAQWERTYUIOPASDFGH", "userName": "juergen"},
  "sessionToken": "IQoJb3JpZ2luX2VjEJr", "arn": "arn:aws:iam::902345678901:user/staff/juergen"}}
END
}

@test "a pack passes check and test, and so does a rule that is made in it of an event" {
    run tocsin new pack detections
    [ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 2 ]
    cd detections
    event >event.json
    run tocsin new rule team.key-made --from event.json
    [ "$status" -eq 0 ] && [ "${#lines[@]}" -eq 2 ]
    run tocsin check
    [ "$status" -eq 0 ] && [ "$output" = '2 rules: no error' ]
    run tocsin test
    [ "$status" -eq 0 ] && [ "$output" = '2 rules: 6 passed, 0 failed' ]
    run tocsin check . # its configuration is no rule
    [ "$status" -eq 0 ] && [ "$output" = '2 rules: no error' ]
    run tocsin replay -q event.json
    [[ $output == *' medium   team.key-made '* ]]
}

@test "the tests of a rule made of an event can fail: each clause that is taken out is missed" {
    event >event.json
    tocsin new rule -q a.b . --from event.json
    for clause in eventSource eventName; do
        sed "/^  $clause:/d" a.b.yaml >changed.yaml
        run tocsin test changed.yaml
        [ "$status" -eq 1 ]
        [[ $output == *'2 passed, 1 failed' ]]
    done
}

@test "what is characteristic becomes a clause" {
    rule() { # of an event with these members
        echo '{"eventVersion": "1", "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin", '"$1}" |
            tocsin new rule -q a.b . --from -
        sed -n '/^when:/,/^dedup/p' a.b.yaml | sed '1d;$d'
        tocsin test a.b.yaml | tail -1
        rm a.b.yaml
    }
    run rule '"userIdentity": {"type": "Root"}, "responseElements": {"ConsoleLogin": "Success"}, "additionalEventData": {"MFAUsed": "No"}'
    [ "$output" = "$(printf '%s\n' '  eventSource: signin.amazonaws.com' '  eventName: ConsoleLogin' \
        '  userIdentity.type: Root # root itself, which has next to nothing to do' \
        '  responseElements.ConsoleLogin: Success' \
        '  additionalEventData.MFAUsed: No # without a second factor' '1 rule: 6 passed, 0 failed')" ]
    run rule '"userIdentity": {"type": "IAMUser"}, "errorCode": "AccessDenied", "requestParameters": {"mode": "fast", "deep": {"a": 1}, "n": 5}'
    [ "$output" = "$(printf '%s\n' '  eventSource: signin.amazonaws.com' '  eventName: ConsoleLogin' \
        '  errorCode: AccessDenied # it failed' '  # It said more; take in what makes it suspicious:' \
        '  # requestParameters.mode: fast' '  # requestParameters.n: 5' '1 rule: 4 passed, 0 failed')" ]
}

@test "ids, people, addresses and secrets are masked, the same by the same" {
    event >event.json
    tocsin new rule -q a.b . --from event.json
    run grep -nE '9023|8123|QWERTY|J45Q|maria|weber|corp|juergen|91\.14|10\.20|fe80|IQoJ|9c5a' a.b.yaml
    echo "$output"
    [ "$status" -eq 1 ]
    run sed -n '/^test_base:/,/^tests:/p' a.b.yaml
    for text in 'arn:aws:sts::111122223333:assumed-role/Admin/alice@example.com' 'recipientAccountId: "111122223333"' \
        'AROACKCEVSQ6C2EXAMPLE:alice@example.com' 'accessKeyId: ASIAIOSFODNN7EXAMPLE' 'userName: alice' \
        'user/staff/alice' 'sourceIPAddress: "192.0.2.1"' 'aws-cli/1.2.3.4 (192.0.2.1) from 2001:db8::1' \
        '%3A444455556666%3A, 10.0.0.1, 0.0.0.0/0' 'sessionToken: masked' 'role/Admin' 'userName: Admin' 2024-05-14T02:17:31Z; do
        [[ $output == *"$text"* ]] || { echo "missing: $text"; echo "$output"; return 1; }
    done
}

@test "the event is found in whatever form it comes, and by its id" {
    event | jq -c . >one.json
    jq -c '.eventID = "second" | .eventName = "DeleteAccessKey"' one.json >two.json
    jq -sc '{Records: .}' one.json two.json | gzip >log.json.gz
    tocsin new rule -q first . --from log.json.gz
    tocsin new rule -q second . --from log.json.gz --event second
    grep -q 'eventName: CreateAccessKey' first.yaml
    grep -q 'eventName: DeleteAccessKey' second.yaml
    run tocsin new rule third . --from log.json.gz --event third
    [ "$status" -eq 4 ]
    [[ $output == *"no event 'third' in 'log.json.gz'"* ]]
    [ ! -e third.yaml ]
}

@test "an event that YAML cannot say is there as JSON text" {
    for members in '"\u0000": "a\u0000b"' "\"$(printf 'k%.0s' {1..2000})\": 1" '"huge": 1e999' \
        "\"deep\": $(printf '[%.0s' {1..60})$(printf ']%.0s' {1..60})" \
        '"odd": ["\u2028\u0085\ufeff\ud83d\ude00\u007f", "true", "007", "1e3", "~", "", " a ", "a: b", "- c", "#", 12345678901234567890, 1.50]'; do
        echo "{\"eventVersion\": \"1\", \"eventSource\": \"s3.amazonaws.com\", \"eventName\": \"X\", $members}" |
            tocsin new rule -q a.b . --from -
        run tocsin test a.b.yaml
        [ "$status" -eq 0 ] && [ "$output" = '1 rule: 3 passed, 0 failed' ]
        rm a.b.yaml
    done
}

@test "an event of another log makes a rule, too" {
    tocsin replay -q -f json -r "$ROOT/rules/aws/root" "$ROOT/examples/events" | head -1 >alert.json
    [ -s alert.json ]
    tocsin new rule -q a.b . --from alert.json
    run tocsin test a.b.yaml
    [ "$status" -eq 0 ] && [ "$output" = '1 rule: 2 passed, 0 failed' ]
}

@test "nothing is written over, and what is wrong is said" {
    tocsin new rule -q a.b .
    cp a.b.yaml before
    run tocsin new rule a.b .
    [ "$status" -eq 4 ] && [[ $output == *"'a.b.yaml' is there already" ]]
    cmp a.b.yaml before
    mkdir full && touch full/x
    run tocsin new pack full
    [ "$status" -eq 4 ] && [[ $output == *"'full' is there already, and not empty" ]]
    run tocsin new rule 'A b'
    [ "$status" -eq 2 ] && [[ $output == *"bad id 'A b'"* ]]
    run tocsin new rule tocsin.mine
    [ "$status" -eq 2 ] && [[ $output == *"'tocsin.' is the engine's own"* ]]
    run tocsin new rule
    [ "$status" -eq 2 ]
    run tocsin new rules x
    [ "$status" -eq 2 ]
    run tocsin new rule a.b . x
    [ "$status" -eq 2 ]
    run tocsin new rule c.d . --from no-such-file
    [ "$status" -eq 4 ]
    echo '{"a": 1}' >unknown.json
    run tocsin new rule c.d . --from unknown.json
    [ "$status" -eq 4 ] && [[ $output == *"no event of a known log in 'unknown.json'" ]]
    echo '[{"a": 1]' >broken.json
    run tocsin new rule c.d . --from broken.json
    [ "$status" -eq 4 ] && [[ $output == *"'broken.json': record 1 in line 1: "* ]]
    [ ! -e c.d.yaml ]
}

@test "a pack has what its files speak of" {
    tocsin new pack -q p
    cd p
    for file in .github/workflows/rules.yml .gitlab-ci.yml .githooks/pre-commit .editorconfig .luarc.json \
        .vscode/settings.json .tocsin/manifest.schema.json .tocsin/config.schema.json .tocsin/lua/aws.lua \
        .tocsin/lua/library/event.lua README.md tocsin.yaml; do
        [ -f "$file" ] || { echo "no $file"; return 1; }
    done
    [ -x .githooks/pre-commit ] && [ -x .githooks/install ]
    jq -e '."yaml.schemas" | keys[]' .vscode/settings.json | xargs ls
    jq -re '."Lua.workspace.library"[]' .vscode/settings.json | xargs ls -d
    jq -re '."workspace.library"[]' .luarc.json | xargs ls -d
    diff .tocsin/manifest.schema.json <(tocsin schema manifest)
    python3 -c 'import yaml' 2>/dev/null || skip 'no python3-yaml: the CI files are not read'
    python3 -c 'import yaml
github, gitlab = (yaml.safe_load(open(name)) for name in (".github/workflows/rules.yml", ".gitlab-ci.yml"))
assert all("run" in step or "uses" in step for step in github["jobs"]["rules"]["steps"])
assert gitlab["rules"]["artifacts"]["reports"]["junit"] == "junit.xml"'
}

@test "the commands of the hook and of CI are commands, and say nothing against a new pack" {
    tocsin new pack -q p
    cd p
    grep -ohE '\btocsin (check|test)\b( -[^|>&;]*)?' .githooks/pre-commit .github/workflows/rules.yml .gitlab-ci.yml |
        sed 's/ *$//' | sort -u >commands
    [ "$(wc -l <commands)" -ge 6 ]
    while read -ra words; do
        run "${words[@]}"
        [ "$status" -eq 0 ] || { echo "${words[*]}: $output"; return 1; }
        [[ $output != *::* ]] || { echo "${words[*]}: $output"; return 1; }
    done <commands
}

@test "the hook lets nothing through that does not pass" {
    command -v git >/dev/null || skip 'no git'
    tocsin new pack -q p
    cd p
    git init -q . && sh .githooks/install && git add -A
    commit() { git -c user.name=a -c user.email=a@example.com commit -qm x; }
    commit
    sed -i 's/^severity: medium/severity: hgih/' rules/*.yaml
    git add -A
    run commit
    [ "$status" -ne 0 ]
    [[ $output == *"unknown severity 'hgih' (did you mean 'high'?)"* ]]
}

@test "editor files come to rules that are there, and only .tocsin is written anew" {
    mkdir -p rules .tocsin && echo mine >.editorconfig && echo old >.tocsin/manifest.schema.json
    tocsin new editor -q .
    [ "$(cat .editorconfig)" = mine ]
    [ -f .vscode/settings.json ]
    diff .tocsin/manifest.schema.json <(tocsin schema manifest)
}

@test "each event of the collection makes a rule that passes check and test" {
    [ -d "$SHARED/traildiscover" ] || skip 'no ../shared/data/traildiscover'
    local made=0 empty=0 name
    for file in "$SHARED"/traildiscover/logExamples/*; do
        name=${file##*/} name=${name,,} name=${name//[^a-z0-9._-]/-}
        if tocsin new rule -q "t.$name" rules --from "$file" 2>why; then
            made=$((made + 1))
        else
            grep -qE "no event( of a known log)? in '" why || { cat why; return 1; }
            empty=$((empty + 1))
        fi
    done
    [ "$made" -ge 562 ] && [ "$empty" -le 22 ]
    run tocsin check rules
    [ "$status" -eq 0 ] && [[ $output == *"$made rules: no error"* ]]
    run tocsin test rules
    [ "$status" -eq 0 ] && [[ $output == *' passed, 0 failed' ]]
}
