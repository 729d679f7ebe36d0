#!/usr/bin/env bash
# Runs suites and counts: tests/run.sh unit fuzz cases e2e, or tests/run.sh SUITE NAME for one of them.
# Every suite speaks TAP; a program that dies without a word counts as one failure. As many programs
# run at a time as the machine has cores, or JOBS; they are told in their order.
set -u
cd "$(dirname "$0")/.." || exit
export BUILD=${BUILD:-engine/build}
PATH=$PWD/$BUILD:$PATH
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
names=() commands=()
passed=0 failed=0 skipped=0

# add NAME COMMAND...: to be run
add() {
    names+=("$1")
    commands+=("$(printf '%q ' "${@:2}")")
}

# start NUMBER: its TAP becomes $out/NUMBER, and then its exit code $out/NUMBER.code. What `tocsin test`
# remembers is its own.
start() {
    (
        export XDG_CACHE_HOME=$out/$1.cache
        eval "${commands[$1]}" >"$out/$1" 2>&1
        echo $? >"$out/$1.ended"
        mv "$out/$1.ended" "$out/$1.code"
    ) &
}

start_all() {
    local number
    for number in "${!commands[@]}"; do
        while [ "$(jobs -rp | wc -l)" -ge "${JOBS:-$(nproc)}" ]; do wait -n; done
        start "$number"
    done
    wait
}

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

count_all() {
    local number
    for number in "${!names[@]}"; do
        until [ -f "$out/$number.code" ]; do sleep 0.05; done
        count "$out/$number" "$(cat "$out/$number.code")" "${names[$number]}"
    done
}

add_unit() {
    local program name
    for program in "$BUILD"/unit/test_*; do
        [ -x "$program" ] && [ ! -d "$program" ] || continue
        name=${program##*/test_}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        add "unit $name" env CMOCKA_MESSAGE_OUTPUT=TAP "$program"
    done
}

# The files of seeds/ and found/, put to each fuzz target once.
add_fuzz() {
    local program name files
    for program in "$BUILD"/replay/*; do
        [ -x "$program" ] || continue
        name=${program##*/}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        mapfile -t files < <(find tests/fuzz/seeds/"$name" tests/fuzz/found/"$name" -type f 2>/dev/null | sort)
        add "fuzz $name" "$program" "${files[@]}"
    done
}

add_bats() {
    local file name
    for file in tests/"$1"/*.bats; do
        name=$(basename "$file" .bats)
        [ -z "$2" ] || [ "$2" = "$name" ] || continue
        add "$1 $name" bats --tap "$file"
    done
}

# Each transcript is a test of its own: commands and what they print (tests/transcript.sh).
add_transcripts() {
    local file name
    for file in tests/cases/*.t *.md */*.md rules/logs/*.md; do
        grep -qE '^(\$ | *```(sh|console)$)' "$file" || continue
        name=$(echo "${file#tests/cases/}" | tr / -)
        name=${name%.*}
        [ -z "$1" ] || [ "$1" = "$name" ] || continue
        add "cases $name" bash tests/transcript.sh "$file"
    done
}

add_suite() {
    case $1 in
    unit) add_unit "$2" ;;
    fuzz) add_fuzz "$2" ;;
    cases) add_transcripts "$2" && add_bats cases "$2" ;;
    e2e) add_bats e2e "$2" ;;
    *) echo "tests/run.sh: no suite '$1'" >&2 && exit 2 ;;
    esac
}

if [ $# -eq 2 ] && [[ ! $2 =~ ^(unit|fuzz|cases|e2e)$ ]]; then
    add_suite "$1" "$2"
else
    for suite in "$@"; do add_suite "$suite" ""; done
fi
start_all &
count_all
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
