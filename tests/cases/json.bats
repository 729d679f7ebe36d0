# tests/unit/json.rows, put to readers that are none of ours: SQLite says what is JSON, jq what it means.
# test_json_front.c holds our reader to the same rows.

setup() {
    ROWS=$PWD/tests/unit/json.rows
    cd "$BATS_TEST_TMPDIR"
}

# rows WORD: the text of each of its rows in hex; not those that hold NUL, which ends SQLite's text
rows() {
    awk -v word="$1" '
        BEGIN { for (i = 1; i < 128; i++) code[sprintf("%c", i)] = sprintf("%02X", i) }
        $1 == word && !/%00/ {
            text = substr($0, length(word) + 2)
            hex = ""
            for (i = 1; i <= length(text); i++) {
                c = substr(text, i, 1)
                hex = hex (c == "%" ? substr(text, i + 1, 2) : code[c])
                if (c == "%") i += 2
            }
            print hex
        }' "$ROWS"
}

# valid WORD ANSWER: rows of which SQLite's json_valid says so, in hex
valid() {
    rows "$1" | sed "s/.*/select hex(x'&') where json_valid(cast(x'&' as text)) = $2;/" | sqlite3 :memory:
}

@test "SQLite takes what our reader takes, and refuses what it refuses" {
    [ "$(rows yes | wc -l)" -ge 54 ]
    [ "$(rows no | wc -l)" -ge 190 ]
    run valid yes 0
    echo "taken by ours alone: $output"
    [ -z "$output" ]
    run valid no 1
    echo "refused by ours alone: $output"
    [ -z "$output" ]
}

# One record for each row that is JSON, as the value of `v`.
records() {
    {
        rows yes
        rows may
    } | while IFS= read -r hex; do
        printf '{"eventVersion":"1","eventSource":"s","eventName":"Row","eventID":"%s","v":' "$hex"
        printf '%b' "$(echo "$hex" | sed 's/../\\x&/g')" | tr '\n' ' '
        printf '}\n'
    done
}

@test "jq reads from an alert's event what it reads from the record" {
    printf '%s\n' 'id: example.row' 'title: Row' 'severity: low' 'log: aws.cloudtrail' \
        'when: {eventName: Row}' 'dedup: {period: 0}' >row.yaml
    records >records
    [ "$(wc -l <records)" -ge 85 ]
    tocsin replay -q -r row.yaml --format json records >alerts
    # jq 1.6 refuses some lone surrogates: the lines that it reads are compared; and it counts the
    # bytes that are no UTF-8 otherwise than Unicode recommends: U+FFFD stands for several
    jq -cSR 'fromjson? | [.eventID, .v]' records | sed 's/\xEF\xBF\xBD\(\xEF\xBF\xBD\)*/?/g' | sort >expected
    [ "$(wc -l <expected)" -ge 80 ]
    jq -cS '[.event.eventID, .event.v]' alerts | sed 's/\xEF\xBF\xBD\(\xEF\xBF\xBD\)*/?/g' | sort >all
    grep -Ff <(cut -d, -f1 expected) all >actual
    diff expected actual
}

@test "an alert says what is odd about its event" {
    printf '%s\n' 'id: example.row' 'title: Row' 'severity: low' 'log: aws.cloudtrail' \
        'when: {eventName: Row}' >row.yaml
    printf '%s\n' '{"eventVersion":"1","eventSource":"s","eventName":"Get","eventName":"Row","a.b":["\u0000"],
        "requestParameters":{"omitted":true,"originalSize":102401},"n":18446744073709551616}' >odd
    tocsin replay -q -r row.yaml --format json odd >alerts
    jq -c 'keys_unsorted[-5:], .notes[]' alerts >actual
    cat actual
    diff - actual <<'END'
["errors","notes","state","revision","rules_version"]
{"note":"duplicate-key","path":"eventName"}
{"note":"nul","path":"a\\.b.1"}
{"note":"omitted","path":"requestParameters"}
{"note":"long-integer","path":"n"}
END
}

@test "the rule of rules/SAFETY.md that asks for notes does what its tests say" {
    awk '/^id: example.odd-policy/ { on = 1 } /^```/ { on = 0 } on' "$OLDPWD/rules/SAFETY.md" >odd.yaml
    run tocsin test odd.yaml
    echo "$output"
    [ "$output" = "1 rule: 3 passed, 0 failed" ]
}
