# What shells, manual readers and editors are given: from the same rows, and whole.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SHARED=$ROOT/../shared/data

setup() {
    cd "$ROOT" || return 1
}

commands() {
    tocsin help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'
}

# Every option of a command, as its help lists them.
options() {
    tocsin help "$1" | sed -n '/^options:/,$p' | grep -oE '(^| )--?[a-z][a-z-]*' | tr -d ' ' | sort -u
}

# complete WORD...: what bash would offer for the last word.
complete_words() {
    bash -c '
        source <(tocsin completion bash)
        compopt() { :; }
        COMP_WORDS=(tocsin "$@") COMP_CWORD=$#
        _tocsin
        printf "%s\n" "${COMPREPLY[@]}"' bash "$@" | sort
}

@test "bash completes commands, options, choices, words and files" {
    [ "$(complete_words rep)" = replay ]
    [ "$(complete_words '')" = "$({ commands; echo help; } | sort)" ]
    [ "$(complete_words replay --format '')" = "$(printf 'json\ntext')" ]
    [ "$(complete_words replay --form)" = --format ]
    [ "$(complete_words alerts re)" = retry ]
    [ "$(complete_words schema '' | xargs)" = 'alert config manifest' ]
    [ "$(complete_words new p)" = pack ]
    [ "$(complete_words man che)" = check ]
    [ "$(complete_words help che)" = check ]
    [ "$(complete_words check engine/cmd/mai)" = engine/cmd/main.c ]
    [ "$(complete_words run -c Makef)" = Makefile ]
    [ -z "$(complete_words run -j '')" ]
}

@test "bash offers each option of each command" {
    for command in $(commands); do
        diff <(options "$command") <(complete_words "$command" -) || return 1
    done
}

@test "zsh is told of each option of each command" {
    tocsin completion zsh >"$BATS_TEST_TMPDIR/_tocsin"
    for command in $(commands); do
        sed -n "/^    $command) _arguments/,/;;\$/p" "$BATS_TEST_TMPDIR/_tocsin" |
            grep -oE -- "(^ *|\*'|[{,]|')--?[a-z][a-z-]*" | grep -oE -- '--?[a-z][a-z-]*' |
            sort -u >"$BATS_TEST_TMPDIR/told"
        diff <(options "$command") "$BATS_TEST_TMPDIR/told" || return 1
    done
    command -v zsh >/dev/null || skip 'no zsh: what it makes of it is not known'
    zsh -n "$BATS_TEST_TMPDIR/_tocsin"
}

@test "an unknown shell and an unknown command are told" {
    run tocsin completion fish
    [ "$status" -eq 2 ] && [[ $output == *'bash or zsh'* ]]
    run tocsin man nothing
    [ "$status" -eq 2 ]
}

@test "there is a page of the manual for each command, and it names each option" {
    for command in $(commands); do
        tocsin man "$command" >"$BATS_TEST_TMPDIR/page"
        diff <(options "$command") \
            <(sed -n '/^\.SH OPTIONS/,/^\.SH SEE/p' "$BATS_TEST_TMPDIR/page" | grep '^.f[BI]' |
                sed 's/\\f[BRI]//g; s/\\-/-/g' | grep -oE '(^| )--?[a-z][a-z-]*' | tr -d ' ' | sort -u) || return 1
        tocsin man | grep -q "^\.BR tocsin.-$command (1)"
    done
}

@test "groff finds nothing wrong with the manual" {
    command -v groff >/dev/null || skip 'no groff'
    for command in '' $(commands); do
        # shellcheck disable=SC2086 # nothing for the page of all
        run bash -c "tocsin man $command | groff -man -ww -z -Tutf8 2>&1"
        [ "$status" -eq 0 ] && [ -z "$output" ] || { echo "$command: $output"; return 1; }
    done
}

# ---- definitions for the Lua language server ----

@test "every function of the manual is defined for editors" {
    local name missing=0
    for name in $(grep -oE '`(regex|cidr|time|json|hash|lookup)\.[a-z0-9_]+\(|^### [a-z_]+\(' lua/README.md |
        grep -oE '[a-z0-9_.]+\($' | tr -d '('); do
        [ "$name" = require ] && continue
        grep -qE "^function ${name//./\\.}\(" lua/library/*.lua || { echo "no $name"; missing=1; }
    done
    for name in $(grep -oE '`(aws|text|message)\.[a-z0-9_]+\(' lua/README.md | grep -oE '[a-z0-9_.]+\($' | tr -d '('); do
        grep -qE "^function [a-zA-Z]+\.${name#*.}\(" "lua/${name%%.*}.lua" || { echo "no $name"; missing=1; }
    done
    [ "$missing" -eq 0 ]
}

# Names of the fields of a class in the definitions.
fields() {
    awk -v class="$1" '/^---@class/ { inside = $2 == class ":" || $2 == class }
        inside && /^---@field/ { sub(/\?$/, "", $2); print $2 }' lua/library/event.lua | sort
}

@test "every class that the definitions name is defined" {
    grep -hoE '^---@(field|param) [A-Za-z_?]+ [A-Z][A-Za-z]+|^---@return [A-Z][A-Za-z]+' lua/library/*.lua lua/*.lua |
        grep -oE '[A-Z][A-Za-z]+$' | sort -u >"$BATS_TEST_TMPDIR/named"
    [ -s "$BATS_TEST_TMPDIR/named" ]
    while read -r class; do
        grep -qE "^---@(class|alias) $class\b" lua/library/*.lua lua/*.lua || { echo "no $class"; return 1; }
    done <"$BATS_TEST_TMPDIR/named"
}

# Which of the paths on standard input lead to no field of the definitions.
undefined_paths() {
    awk 'FNR == NR { if ($1 == "---@class") { class = $2; sub(/:$/, "", class) }
            if ($1 == "---@field") { type[class, $2] = $3; sub(/\[\]$/, "", type[class, $2]) }
            next }
        { class = "Event"; count = split($0, names, ".")
          for (i = 1; i <= count && names[i] != "*" && class != "any"; i++) {
              if (!((class, names[i]) in type)) { print; break }
              class = type[class, names[i]] } }' lua/library/event.lua -
}

@test "every field that check knows of CloudTrail is defined" {
    [ "$(printf '%s\n' userIdentity.sessionContext.sessionIssuer.arn requestParameters.x resources.ARN | undefined_paths)" = '' ]
    [ "$(printf '%s\n' eventNam userIdentity.sessionContext.arn | undefined_paths | wc -l)" -eq 2 ]
    sed -n '/^fields:/,/^[a-z]*:/s/^  - //p' rules/logs/aws.cloudtrail.yaml >"$BATS_TEST_TMPDIR/known"
    [ -s "$BATS_TEST_TMPDIR/known" ] || skip 'the log type lists no fields'
    run undefined_paths <"$BATS_TEST_TMPDIR/known"
    echo "$output"
    [ "$status" -eq 0 ] && [ -z "$output" ]
}

@test "every field of real records of CloudTrail is defined" {
    [ -d "$SHARED/traildiscover" ] || skip 'no ../shared/data/traildiscover'
    cat "$SHARED"/traildiscover/logExamples/* | jq -c '.. | objects | select(has("eventVersion") and has("eventName"))' \
        >"$BATS_TEST_TMPDIR/records"
    find "$SHARED/invictus/CloudTrail" -type f -exec cat {} + | jq -c '.Records[]' >>"$BATS_TEST_TMPDIR/records"
    [ "$(wc -l <"$BATS_TEST_TMPDIR/records")" -gt 1000 ]
    undefined() { # CLASS FILTER: keys that the records have there and the class does not
        jq -r "[$2] | .[] | objects | keys[]" "$BATS_TEST_TMPDIR/records" | sort -u | comm -23 - <(fields "$1")
    }
    [ -z "$(undefined Event .)" ]
    [ -z "$(undefined UserIdentity .userIdentity)" ]
    [ -z "$(undefined SessionContext .userIdentity.sessionContext)" ]
    [ -z "$(undefined SessionIssuer .userIdentity.sessionContext.sessionIssuer)" ]
    [ -z "$(undefined SessionAttributes .userIdentity.sessionContext.attributes)" ]
    [ -z "$(undefined TlsDetails .tlsDetails)" ]
    [ -z "$(undefined Resource '.resources[]?')" ]
}
