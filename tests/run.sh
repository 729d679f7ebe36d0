#!/usr/bin/env bash
# Runs suites and counts: tests/run.sh unit fuzz cases e2e, or tests/run.sh SUITE NAME for one of them.
# Every suite speaks TAP; a program that dies without a word counts as one failure.
set -u
cd "$(dirname "$0")/.."
export BUILD=${BUILD:-engine/build}
PATH=$PWD/$BUILD:$PATH
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
export XDG_CACHE_HOME=$out/cache # what `tocsin test` remembers
passed=0 failed=0 skipped=0

# counts one TAP stream in $1, whose program ended with $2; $3 is its name. cmocka writes a test that
# was skipped as `not ok 2 # SKIP name`.
count() {
    local ok not skip
    skip=$(grep -ciE '^(not )?ok .*# skip' "$1")
    ok=$(grep '^ok ' "$1" | grep -vciE '# skip')
    not=$(grep '^not ok ' "$1" | grep -vciE '# skip')
    [ "$2" -ne 0 ] && [ "$not" -eq 0 ] && not=1
    passed=$((passed + ok)) failed=$((failed + not)) skipped=$((skipped + skip))
    printf '%-28s %4d passed, %d failed%s\n' "$3" "$ok" "$not" "$([ "$skip" -gt 0 ] && echo ", $skip skipped")"
    [ "$not" -eq 0 ] || cat "$1"
}

run_unit() {
    local program name
    for program in "$BUILD"/unit/test_*; do
        [ -x "$program" ] && [ ! -d "$program" ] || continue
        name=${program##*/test_}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        CMOCKA_MESSAGE_OUTPUT=TAP "$program" >"$out/tap" 2>&1
        count "$out/tap" $? "unit $name"
    done
}

# The files of seeds/ and found/, put to each fuzz target once.
run_fuzz() {
    local program name files
    for program in "$BUILD"/replay/*; do
        [ -x "$program" ] || continue
        name=${program##*/}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        files=$(find tests/fuzz/seeds/"$name" tests/fuzz/found/"$name" -type f 2>/dev/null | sort)
        # shellcheck disable=SC2086 # a list of names
        "$program" $files >"$out/tap" 2>&1
        count "$out/tap" $? "fuzz $name"
    done
}

run_bats() {
    local file name
    for file in tests/"$1"/*.bats; do
        name=$(basename "$file" .bats)
        [ -z "$2" ] || [ "$2" = "$name" ] || continue
        bats --tap "$file" >"$out/tap" 2>&1
        count "$out/tap" $? "$1 $name"
    done
}

# Each transcript is a test of its own: commands and what they print (tests/transcript.sh).
run_transcripts() {
    local file name
    for file in tests/cases/*.t *.md */*.md rules/logs/*.md; do
        grep -qE '^(\$ | *```(sh|console)$)' "$file" || continue
        name=$(echo "${file#tests/cases/}" | tr / -)
        name=${name%.*}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        bash tests/transcript.sh "$file" >"$out/tap" 2>&1
        count "$out/tap" $? "cases $name"
    done
}

run() {
    case $1 in
    unit) run_unit "$2" ;;
    fuzz) run_fuzz "$2" ;;
    cases) run_transcripts "$2" && run_bats cases "$2" ;;
    e2e) run_bats e2e "$2" ;;
    *) echo "tests/run.sh: no suite '$1'" >&2 && exit 2 ;;
    esac
}

if [ $# -eq 2 ] && [[ ! $2 =~ ^(unit|fuzz|cases|e2e)$ ]]; then
    run "$1" "$2"
else
    for suite in "$@"; do run "$suite" ""; done
fi
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
