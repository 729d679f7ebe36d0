#!/usr/bin/env bash
# Floors, lengths, headers that compile alone, style, static analysis. Exits 1 at any finding.
set -u
cd "$(dirname "$0")/.."
bad=0

step() {
    echo "== $1"
    shift
    "$@" || bad=1
}

flags=(-std=c11 -D_GNU_SOURCE -Iengine -Itests/unit '-DVERSION="0"' '-DDATA_DIR="/"')
# shellcheck disable=SC2207 # flags are words
libs=($(pkg-config --cflags lua5.4 libcjson libcurl yaml-0.1 sqlite3 libpcre2-8))

headers_alone() {
    local header
    for header in engine/*/*.h; do
        cc "${flags[@]}" "${libs[@]}" -Wall -Wextra -fsyntax-only -x c "$header" || return 1
    done
}

# No function over 60 lines; a table of rows is no function.
lengths() {
    ctags --languages=C --c-kinds=f --fields=+ne -f - engine/*/*.c |
        awk -F'\t' '{ for (i = 4; i <= NF; i++) { split($i, kv, ":"); at[kv[1]] = kv[2] }
            n = at["end"] - at["line"] + 1
            if (n > 60) { print $2 ":" at["line"] ": " $1 " has " n " lines"; bad = 1 } }
            END { exit bad }'
}

files() {
    wc -l engine/*/*.[ch] | awk '$2 != "total" && $1 > 400 { print $2 " has " $1 " lines"; bad = 1 }
        END { exit bad }'
}

# Words whose meaning depends on who calls, or that cannot be bounded.
banned() {
    ! grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|setlocale|atol|rand)\(' engine/*/*.c
}

step 'floors' bash tests/floors.sh
step 'headers compile alone' headers_alone
step 'functions of at most 60 lines' lengths
step 'files of at most 400 lines' files
step 'no banned function' banned
step 'style' clang-format --dry-run -Werror engine/*/*.[ch] tests/unit/*.[ch] tests/fuzz/*.[ch] \
    tests/bench/*.[ch]
step 'cppcheck' cppcheck --quiet --std=c11 --enable=warning,portability --inline-suppr \
    --suppress=missingIncludeSystem --error-exitcode=1 -Iengine '-DVERSION="0"' engine
# Left out: checks that question how C is written here (lengths beside strings, lists of pointers).
tidy=-*,bugprone-*,clang-analyzer-*
for check in bugprone-easily-swappable-parameters bugprone-reserved-identifier \
    bugprone-narrowing-conversions bugprone-assignment-in-if-condition bugprone-sizeof-expression \
    bugprone-implicit-widening-of-multiplication-result bugprone-not-null-terminated-result \
    'clang-analyzer-security.insecureAPI.*' clang-analyzer-optin.performance.Padding \
    clang-analyzer-valist.Uninitialized; do
    tidy+=,-$check
done
step 'clang-tidy' clang-tidy --quiet --warnings-as-errors='*' --checks="$tidy" engine/*/*.c -- \
    "${flags[@]}" "${libs[@]}"
[ "$bad" -eq 0 ] && echo "lint: nothing found"
exit $bad
