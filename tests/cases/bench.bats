# The program behind `make bench`, for what it finds; no time is judged.

@test "workers, isolated rules and a shared state find the same" {
    BENCH_EVENTS=2000 BENCH_ROUNDS=1 run "$BUILD/bench/bench" "$BUILD"
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"throughput of -j 1 over --in-process"* ]]
    [[ $output == *"time of isolated rules over a shared state, daily"* ]]
    [[ $output == *"time of isolated rules over a shared state, busy"* ]]
}
