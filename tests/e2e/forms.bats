# The same events in whatever form they come give the same alerts.

load lib.bash

ids() { tocsin replay -q -f json -r "$ROOT/tests/e2e/rules" "$@" | jq -r '.event_ids[0]' | sort; }

@test "NDJSON, Records, an array, pretty-printed, concatenated, gzip'd: the same alerts" {
    make_events 500 >a.ndjson
    expected_ids 500 >expected
    jq -s '{Records: .}' a.ndjson >records.json
    jq -cs '{Records: .}' a.ndjson >records-line.json
    jq -s . a.ndjson >array.json
    jq . a.ndjson >pretty.json
    tr -d '\n' <a.ndjson >concatenated.json
    head -c 20000 a.ndjson | gzip >members.gz
    tail -c +20001 a.ndjson | gzip >>members.gz
    for file in *.json; do gzip -k "$file"; done
    for file in a.ndjson *.json *.gz; do
        ids "$file" | diff expected - || { echo "$file differs"; return 1; }
        ids - <"$file" | diff expected - || { echo "$file on standard input differs"; return 1; }
    done
}

@test "EventBridge's detail, a Message, and Records inside a Message are unwrapped" {
    make_events 30 >a.ndjson
    expected_ids 30 >expected
    jq -c '{"detail-type": "AWS API Call via CloudTrail", detail: .}' a.ndjson | ids - | diff expected -
    jq -c '{Type: "Notification", Message: tojson}' a.ndjson | ids - | diff expected -
    jq -cs '{Type: "Notification", Message: ({Records: .} | tojson)}' a.ndjson | ids - | diff expected -
}

@test "a broken record, a cut line and a stranger are told with their place, the rest goes on" {
    make_events 30 >a.ndjson
    { sed -n 1,9p a.ndjson; echo '{"broken": }'; sed -n 10,15p a.ndjson; sed -n 16p a.ndjson | cut -c 1-100
      sed -n 17,30p a.ndjson; echo '{"some": "thing else"}'; echo 42; } >b.ndjson
    run tocsin replay --strict -r "$ROOT/tests/e2e/rules" b.ndjson -o alerts.txt
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$(wc -l <alerts.txt)" -eq 3 ]
    [[ $output == *"b.ndjson:10: "* ]]
    [[ $output == *"b.ndjson:17: "* ]]
    [[ $output == *"no log type recognises this record: {\"some\": \"thing else\"}"* ]]
    [[ $output == *"b.ndjson:33: "*"not an object"* ]]
    run tocsin replay -q -r "$ROOT/tests/e2e/rules" b.ndjson
    [ "$status" -eq 0 ]
}

@test "a cut gzip gives what is whole, and says that it is cut" {
    make_events 5000 | gzip >whole.gz
    head -c $(($(stat -c %s whole.gz) - 2000)) whole.gz >cut.gz
    run tocsin replay -r "$ROOT/tests/e2e/rules" cut.gz -o alerts.txt
    echo "$output"
    [ "$(wc -l <alerts.txt)" -gt 300 ]
    [[ $output == *"cut.gz:"*"cannot be used"* ]]
}

@test "real records: the detections of shipped rules, in every form" {
    [ -d "$SHARED/invictus" ] || skip "no ../shared/data/invictus here"
    mkdir rules
    cp -R "$ROOT"/rules/aws rules/
    # Every match an alert of its own, so that event ids can be compared.
    find rules -name '*.yaml' | while read -r file; do
        awk '/^dedup:/ { skip = 1; next } skip && /^ / { next } { skip = 0; print }
            END { print "dedup: {period: 0}" }' "$file" >one && mv one "$file"
    done
    all() { tocsin replay -q -f json -r rules "$@" | jq -r '.rule + " " + .event_ids[0]' | sort -u; }
    all "$SHARED/invictus/CloudTrail" >got
    grep -v '^#' "$ROOT/tests/data/invictus_rules.txt" | while read -r detection rule; do
        jq -r --arg id "$detection" '.simple[] | select(.id == $id) | .eventIDs[]' \
            "$SHARED/invictus/expected_simple.json" | sort >expected
        awk -v rule="$rule" '$1 == rule { print $2 }' got | diff expected - || { echo "$rule differs"; exit 1; }
    done

    mkdir gz
    for file in "$SHARED"/invictus/CloudTrail/*; do gzip -c "$file" >"gz/${file##*/}.gz"; done
    all gz | diff got -
    cat "$SHARED"/invictus/CloudTrail/* | jq -c '.Records[]' | all - | diff got -
    cat "$SHARED"/invictus/CloudTrail/* | jq -s 'map(.Records[])' >array.json
    all array.json | diff got -
    cat "$SHARED"/invictus/CloudTrail/* | jq '.Records[]' | all - | diff got -
}
