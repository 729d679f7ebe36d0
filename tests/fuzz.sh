#!/usr/bin/env bash
# Feeds fuzz targets with random inputs, one target after the other: tests/fuzz.sh TARGET SECONDS RUNS.
# No target: all of them. Inputs that reach new code are kept in engine/build/fuzz/corpus/TARGET and are
# where the next call begins; an input that breaks something, in engine/build/fuzz/broken.
set -u
cd "$(dirname "$0")/.."
build=engine/build/fuzz
target=$1 seconds=$2 runs=$3
[ -n "$seconds$runs" ] || seconds=60
limits=(-max_len=2000 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1)
[ -z "$seconds" ] || limits+=("-max_total_time=$seconds")
[ -z "$runs" ] || limits+=("-runs=$runs")
# A small quarantine: an input is done with long before it is full, and memory stays near.
export ASAN_OPTIONS=detect_stack_use_after_return=1:quarantine_size_mb=8 UBSAN_OPTIONS=print_stacktrace=1
mkdir -p $build/broken
bad=0

stat_of() {
    sed -n "s/^stat::$1: *//p" "$2"
}

# What broke it, in one line, and where the rest is.
tell_finding() {
    local log=$1 name=$2 input why
    input=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
    why=$(grep -m1 -E 'not so:|ERROR: |runtime error:' "$log" | sed 's/^==[0-9]*== *//')
    printf '%-10s BROKEN after %s runs: %s\n' "$name" "$(stat_of number_of_executed_units "$log")" \
        "${why:-it ended without a word}"
    printf '  %-8s %s\n' log "$log"
    [ -n "$input" ] || return
    printf '  %-8s %s\n' input "$input" replay "$build/fuzzer/$name $input" \
        mended "goes to tests/fuzz/found/$name/, where make test replays it"
}

fuzz() {
    local name=$1 log=$build/broken/$1.log words=()
    mkdir -p "$build/corpus/$name"
    [ ! -f "tests/fuzz/$name.dict" ] || words=("-dict=tests/fuzz/$name.dict")
    local folders=("$build/corpus/$name" "tests/fuzz/seeds/$name")
    [ ! -d "tests/fuzz/found/$name" ] || folders+=("tests/fuzz/found/$name")
    if nice -n 10 "$build/fuzzer/$name" "${limits[@]}" "${words[@]}" \
        "-artifact_prefix=$build/broken/$name-" "${folders[@]}" >"$log" 2>&1; then
        printf '%-10s %9s runs, %6s a second, nothing found\n' "$name" \
            "$(stat_of number_of_executed_units "$log")" "$(stat_of average_exec_per_sec "$log")"
    else
        bad=1
        tell_finding "$log" "$name"
    fi
}

for file in tests/fuzz/fuzz_*.c; do
    name=$(basename "$file" .c)
    name=${name#fuzz_}
    if [ -z "$target" ] || [ "$target" = "$name" ]; then fuzz "$name"; fi
done
exit $bad
