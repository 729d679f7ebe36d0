#!/usr/bin/env bash
# Runs a transcript and compares: each `$ command` against the lines below it. Speaks TAP.
#
# In a .t file a line `$ …` is a command (`> …` continues it), what follows is what it prints on both
# streams, and a last line `[3]` is its exit code when it is not 0. `…` in an expected line stands for
# anything. In a Markdown file the blocks that begin with ```console are read so; in blocks of ```sh
# every line is a command that must succeed.
set -u
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export WORK=$work NO_COLOR=1
number=0 failures=0

as_transcript() {
    case $1 in
    *.md) awk '
        /^ *```/ { inside = $0 ~ /```console/ ? "console" : $0 ~ /```sh$/ ? "sh" : ""; next }
        inside == "console" { sub(/^ {0,4}/, ""); print NR "\t" $0 }
        inside == "sh" && NF { sub(/^ {0,4}/, ""); print NR "\t$ " $0 " >/dev/null 2>&1" }' "$1" ;;
    *) awk '{ print NR "\t" $0 }' "$1" ;;
    esac
}

# The expected text $1 as a bash pattern: `…` matches anything, all else itself.
matches() {
    local expected=$1 pattern
    printf -v pattern '%q' "$expected"
    [[ $2 == "$expected" ]] && return 0
    pattern=$(printf '%s' "$expected" | sed -E 's/[][\\*?]/\\&/g; s/…/*/g')
    # shellcheck disable=SC2053 # a pattern is meant
    [[ $2 == $pattern ]]
}

finish() {
    [ -n "$command" ] || return 0
    local got code flags=
    # What builds, tests and installs is only looked at: it would run this very test again.
    [[ $command == *make\ * ]] && flags=n
    got=$(cd "$root" && MAKEFLAGS=$flags timeout 120 bash -c "$command" 2>&1 </dev/null)
    code=$?
    [ "$code" -eq 0 ] || got+=${got:+$'\n'}"[$code]"
    number=$((number + 1))
    if [ "$unchecked" = yes ] && [ "$code" -eq 0 ] || matches "$expected" "$got"; then
        echo "ok $number - line $line: ${command%% >/dev/null*}"
        return
    fi
    failures=$((failures + 1))
    echo "not ok $number - line $line: $command"
    diff <(printf '%s\n' "$expected") <(printf '%s\n' "$got") | sed 's/^/# /'
}

command='' expected='' line=0 unchecked=no
while IFS=$'\t' read -r at text; do
    case $text in
    '$ '*)
        finish
        command=${text#'$ '} expected='' line=$at
        [[ $command == *'>/dev/null 2>&1' ]] && unchecked=yes || unchecked=no ;;
    '> '*) command+=$'\n'${text#'> '} ;;
    *) [ -n "$command" ] && expected+=${expected:+$'\n'}$text ;;
    esac
done < <(as_transcript "$1")
finish
echo "1..$number"
[ "$failures" -eq 0 ]
