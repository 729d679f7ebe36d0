# What `make bench` runs, on few events and for what it finds; no time is judged.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
case $BUILD in /*) ;; *) BUILD=$ROOT/$BUILD ;; esac

# A folder of its own, so that the work load of a real bench stays.
setup() {
    cd "$ROOT"
    mkdir -p "$BATS_TEST_TMPDIR/build/bench"
    ln -s "$BUILD/tocsin" "$BUILD/receiver" "$BATS_TEST_TMPDIR/build/"
    ln -s "$BUILD/bench/bench" "$BATS_TEST_TMPDIR/build/bench/"
    export BENCH_MB=0.5 BENCH_RULES=10 BENCH_ROUNDS=1 BENCH_PATIENCE=0.01 BENCH_SECONDS=0 \
        BENCH_EVENTS=0 BENCH_KEYS=0 BENCH_LOAD=tests/bench/make_load.py PYTHONPATH=tests/bench
}

bench() {
    run python3 -B tests/bench/bench.py "$BATS_TEST_TMPDIR/build"
    echo "$output"
}

@test "the bench and its peers find what is there, and tell it as a table, as JSON and as a picture" {
    BENCH_RULES=100 BENCH_SECONDS=0.5 BENCH_EVENTS=1000 BENCH_KEYS=4000 bench
    [ "$status" -eq 0 ]
    [[ $output == *"W100 without when"*"Python, every rule"* ]]
    [[ $output == *"half of the alerts within"* ]]
    [[ $output == *"throughput of -j 1, cpu"*"time of isolated rules, busy, cpu"* ]]
    [[ $output == *"match of a known key, threshold, replay"*"peak memory, threshold, run"* ]]
    folder=$BATS_TEST_TMPDIR/build/bench
    jq -e '.complaints == [] and ([.speeds[] | select(.engine == "tocsin") | .rules] == ["w100", "w1"])
        and ([.rows[] | select(.what == "W100 without when" and .median > 0)] | length == 1)' "$folder/bench.json"
    python3 -c 'import sys, xml.dom.minidom as dom
assert len(dom.parse(sys.argv[1]).getElementsByTagName("polyline")) >= 4' "$folder/bench.svg"
}

@test "a way that does not find what is there is told, and the bench fails" {
    cat >"$BATS_TEST_TMPDIR/make_wrong.py" <<'EOF'
import json, runpy, sys
sys.path.insert(0, "tests/bench")
runpy.run_path("tests/bench/make_load.py", run_name="__main__")
with open(sys.argv[1] + "/expected.json", "r+") as file:
    known = json.load(file)
    known["matches"]["w1"] += 1
    file.seek(0)
    json.dump(known, file)
EOF
    BENCH_LOAD=$BATS_TEST_TMPDIR/make_wrong.py bench
    [ "$status" -eq 1 ]
    [[ $output == *"bench: tocsin, w1: found "*" in the events, not "* ]]
    [[ $output == *"bench: Python, every rule, w1: found "* ]]
}

@test "the work load is the same each time, and a small one is the beginning of a larger one" {
    for mb in 0.2 0.5 0.5; do
        rm -rf "$BATS_TEST_TMPDIR/$mb.old"
        [ ! -e "$BATS_TEST_TMPDIR/$mb" ] || mv "$BATS_TEST_TMPDIR/$mb" "$BATS_TEST_TMPDIR/$mb.old"
        python3 -B tests/bench/make_load.py "$BATS_TEST_TMPDIR/$mb" --mb "$mb" --rules 100 --gz 2
    done
    cd "$BATS_TEST_TMPDIR"
    diff -r -x gz 0.5 0.5.old
    cmp -n "$(stat -c %s 0.2/corpus.ndjson)" 0.2/corpus.ndjson 0.5/corpus.ndjson
    cmp <(gzip -dc 0.5/gz/*.gz | jq -c '.Records[]') <(jq -c . 0.5/corpus.ndjson)
}

@test "the time of a process that lost its parent counts" {
    cat >"$BATS_TEST_TMPDIR/orphan.py" <<'EOF'
import os, time
if os.fork() == 0:
    while time.process_time() < 0.3:
        pass
EOF
    run python3 -B - "$BATS_TEST_TMPDIR" <<'EOF'
import sys
import program
program.become_reaper()
cost = program.run(["python3", sys.argv[1] + "/orphan.py"], sys.argv[1] + "/out")
print(cost)
assert cost.cpu > 0.3
EOF
    echo "$output"
    [ "$status" -eq 0 ]
}
