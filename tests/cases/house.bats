# The house itself: floors, and what each command says of itself.

@test "every include points sideways or down, every library has one home" {
    run bash tests/floors.sh
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "help of every command fits a screen of 80 by 24" {
    for command in "" $(tocsin help | sed -n 's/^  \([a-z]*\)  *.*/\1/p'); do
        run bash -c "tocsin help $command"
        [ "$status" -eq 0 ]
        [ "$(wc -l <<<"$output")" -le 23 ]
        for line in "${lines[@]}"; do [ "${#line}" -le 80 ]; done
    done
}

@test "a test that was skipped is no failure, one that failed is" {
    mkdir -p "$BATS_TEST_TMPDIR/unit"
    program=$BATS_TEST_TMPDIR/unit/test_x
    printf '#!/bin/sh\necho ok 1 - a\necho "not ok 2 # SKIP b"\n' >"$program"
    chmod +x "$program"
    BUILD=$BATS_TEST_TMPDIR run bash tests/run.sh unit x
    echo "$output"
    [ "$status" -eq 0 ]
    [ "${lines[-1]}" = "1 passed, 0 failed, 1 skipped" ]
    echo 'echo "not ok 3 - c"' >>"$program"
    BUILD=$BATS_TEST_TMPDIR run bash tests/run.sh unit x
    [ "$status" -eq 1 ]
}

@test "an installed program finds its library, from any directory and for any prefix" {
    to=$BATS_TEST_TMPDIR/to
    env -u MAKEFLAGS make install BUILD="$BUILD" PREFIX="$to"
    cd "$BATS_TEST_TMPDIR"
    run "$to/bin/tocsin" check
    echo "$output"
    [ "$status" -eq 0 ]
    [[ $output == *"rules: no error" ]]
    "$to/bin/tocsin" new pack -q pack
    cd pack
    run "$to/bin/tocsin" test
    echo "$output"
    [ "$status" -eq 0 ]
    [ -s "$to/share/man/man1/tocsin-replay.1" ]
    [ -s "$to/share/bash-completion/completions/tocsin" ]
    [ -s "$to/share/zsh/site-functions/_tocsin" ]
}

@test "without its packages make says so in one line" {
    run env -u MAKEFLAGS PKG_CONFIG_LIBDIR=/nowhere make --no-print-directory BUILD="$BATS_TEST_TMPDIR/build"
    echo "$output"
    [ "$status" -eq 2 ]
    [ "${lines[0]}" = "packages are missing; they come with: sh engine/packages.sh build" ]
    [[ $output != *"  CC "* ]]
}

@test "what CI runs can be run" {
    [ -x .ci/run ]
    bash -n .ci/run
}

@test "every fuzz target has seeds, and make names them where one is asked for that is none" {
    for file in tests/fuzz/fuzz_*.c; do
        name=$(basename "$file" .c)
        [ -n "$(find "tests/fuzz/seeds/${name#fuzz_}" -type f)" ]
    done
    run env -u MAKEFLAGS make --no-print-directory fuzz T=nothing
    echo "$output"
    [ "$status" -eq 2 ]
    [[ ${lines[0]} == "make fuzz: no target 'nothing', there are: json "* ]]
}
