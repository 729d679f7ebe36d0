# What the rules cover of ATT&CK: `tocsin attack`.

dir=tests/cases/attack
pack=$dir/pack.yaml

# in_file LINE...: a file with these lines.
in_file() {
    printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/file"
    echo "$BATS_TEST_TMPDIR/file"
}

@test "each format prints what it printed before" {
    tocsin attack -v $pack | diff $dir/golden.text -
    tocsin attack -f json $pack | diff $dir/golden.json -
    run tocsin attack -f navigator --gap $dir/wanted.txt -o "$BATS_TEST_TMPDIR/layer" $pack
    [ "$status" -eq 1 ] && [ -z "$output" ]
    diff $dir/golden.navigator "$BATS_TEST_TMPDIR/layer"
}

@test "names of rules are shown when asked for" {
    run tocsin attack $pack
    [ "$status" -eq 0 ]
    [[ $output != *pack.* ]]
}

@test "a layer is one by the documented format" {
    python3 -c 'import yaml, jsonschema' 2>/dev/null || skip 'no python3-yaml or python3-jsonschema'
    tocsin attack -f navigator rules >"$BATS_TEST_TMPDIR/rules.json"
    run python3 -B tests/cases/validate.py $dir/layer.schema.json $dir/golden.navigator \
        "$BATS_TEST_TMPDIR/rules.json"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

# What the manifests say, read without the engine: TACTIC/TECHNIQUE, how many, the highest severity.
counted() {
    find rules -name '*.yaml' -not -path 'rules/logs/*' -exec awk '
        BEGIN { split("info low medium high critical", names); for (i in names) level[names[i]] = i }
        /^severity:/ { severity[FILENAME] = level[$2] }
        /^attack:/ { attack[FILENAME] = $0 }
        END {
            for (file in attack) for (rest = attack[file]; match(rest, /TA[0-9]+\/T[0-9.]+/);) {
                id = substr(rest, RSTART, RLENGTH)
                rest = substr(rest, RSTART + RLENGTH)
                count[id]++
                if (severity[file] > highest[id]) highest[id] = severity[file]
            }
            for (id in count) print id, count[id], names[highest[id]]
        }' {} + | sort
}

@test "the numbers of the shipped rules are those of their manifests" {
    counted >"$BATS_TEST_TMPDIR/counted"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/counted")" -gt 40 ]
    tocsin attack -f json rules >"$BATS_TEST_TMPDIR/json"
    jq -r '.tactics[] | .tactic as $tactic | .techniques[] |
        "\($tactic)/\(.technique) \(.rules | length) \(.severity)"' "$BATS_TEST_TMPDIR/json" |
        sort | diff "$BATS_TEST_TMPDIR/counted" -
    [ "$(jq .techniques "$BATS_TEST_TMPDIR/json")" -eq \
        "$(sed 's/ .*//; s/.*\///' "$BATS_TEST_TMPDIR/counted" | sort -u | wc -l)" ]
    [ "$(jq .rules "$BATS_TEST_TMPDIR/json")" -eq \
        "$(find rules -name '*.yaml' -not -path 'rules/logs/*' | wc -l)" ]
}

@test "the layer of the rules has no gap for them, and says the same in its scores" {
    tocsin attack -f navigator rules >"$BATS_TEST_TMPDIR/layer.json"
    run tocsin attack --gap "$BATS_TEST_TMPDIR/layer.json" rules
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == '0 of '*' techniques without a rule' ]]
    [ "$(jq '[.techniques[].score] | add' "$BATS_TEST_TMPDIR/layer.json")" -eq \
        "$(counted | awk '{ sum += $2 } END { print sum }')" ]
}

@test "the gap is what no enabled rule names, and what drafts alone name is told" {
    run tocsin attack --gap $dir/wanted.txt $pack
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$output" = "T1098.003  no rule
T1496      no rule
T1485      drafts alone
2 of 6 techniques without a rule" ]
    run tocsin attack -f json --gap $dir/wanted.txt $pack
    [ "$status" -eq 1 ]
    [ "$(jq -c '.gap | [.techniques, .missing, .drafts]' <<<"$output")" = \
        '[6,["T1098.003","T1496"],["T1485"]]' ]
}

@test "a rule for a part is one for the technique, and not the other way round" {
    run tocsin attack --gap "$(in_file T1136)" $pack
    [ "$status" -eq 0 ]
    run tocsin attack --gap "$(in_file T1537.001)" $pack
    [ "$status" -eq 1 ]
}

@test "of a layer, what is disabled or only opened is not wanted" {
    run tocsin attack --gap "$(in_file '[{"techniques": [
        {"techniqueID": "T1190", "enabled": false},
        {"techniqueID": "T1059", "showSubtechniques": true},
        {"techniqueID": "T1110", "showSubtechniques": true, "score": 1}]},' \
        '{"techniques": [{"techniqueID": "T1537"}]}]')" $pack
    echo "$output"
    [ "$status" -eq 1 ]
    [ "$output" = "T1110      no rule
1 of 2 techniques without a rule" ]
}

@test "what ATT&CK does not have is warned of" {
    run tocsin attack --gap "$(in_file T1098.099)" $pack
    echo "$output"
    [ "$status" -eq 1 ]
    [[ $output == *"warn"*"wants 'T1098.099', which ATT&CK 18.0 does not have"* ]]
}

@test "a list that cannot be read, or that holds none, is no empty gap" {
    for text in 'T109' 'TA0003/T1098' 'T1098.0011' 'T1098
what' '{"name": "x"}' '{"techniques": [{"techniqueID": 3}]}' '[{]' '' '# T1098' '[]'; do
        run tocsin attack --gap "$(in_file "$text")" $pack
        echo "$text: $output"
        [ "$status" -eq 4 ]
        [[ $output == *error*"$BATS_TEST_TMPDIR/file"* ]]
    done
    run tocsin attack --gap "$(in_file T1098 what)" $pack
    [[ $output == *"/file:2: no technique 'what' (such as T1098 or T1098.001)" ]]
}

@test "rules of the configuration are taken with its overrides, named ones as they are written" {
    root=$PWD
    cd "$BATS_TEST_TMPDIR"
    printf '%s\n' "rules: ['$root/$pack']" 'overrides: [{rules: pack.both, enabled: false}]' >tocsin.yaml
    [ "$(tocsin attack -f json | jq -c '[.rules, .disabled]')" = '[5,2]' ]
    for config in '' '-c tocsin.yaml'; do
        # shellcheck disable=SC2086 # options, apart
        [ "$(tocsin attack $config -f json "$root/$pack" | jq -c '[.rules, .disabled]')" = '[6,1]' ]
    done
}

@test "rules that do not load exit 3" {
    run tocsin attack no-such-rules
    [ "$status" -eq 3 ]
}
