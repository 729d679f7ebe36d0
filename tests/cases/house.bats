# The house itself: floors, and what each command says of itself.

@test "every include points sideways or down, every library has one home" {
    run bash tests/floors.sh
    echo "$output"
    [ "$status" -eq 0 ]
}

@test "help of every command fits a screen of 80 by 24" {
    for command in "" run replay test check alerts; do
        run bash -c "tocsin help $command"
        [ "$status" -eq 0 ]
        [ "${#lines[@]}" -le 24 ]
        for line in "${lines[@]}"; do [ "${#line}" -le 100 ]; done
    done
}
