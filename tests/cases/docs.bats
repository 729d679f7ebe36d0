# What the manual shows works.

setup() {
    root=$PWD
    cd "$BATS_TEST_TMPDIR"
}

# The rules in a page, each with what its tests say of it.
rules_of() {
    mkdir -p rules
    awk '/^```yaml$/ { begins = 1; number++; next } /^```/ { on = 0 }
        begins { on = /^id: /; begins = 0 }
        on { print >("rules/" number ".yaml") }' "$root/$1"
}

try() {
    rules_of "$1"
    [ "$(find rules -name '*.yaml' | wc -l)" -ge "$2" ]
    tocsin check rules
    tocsin test rules
}

@test "the rules for those who come from Panther" {
    try rules/FROM_PANTHER.md 1
}

@test "the rules for those who come from Sigma" {
    try rules/FROM_SIGMA.md 1
}

@test "the rules of the guide" {
    try rules/README.md 3
}

@test "the rules of the page on what they are up against" {
    try rules/SAFETY.md 1
}

@test "every link of the manual leads somewhere" {
    cd "$root"
    run python3 tests/cases/links.py
    echo "$output"
    [ "$status" -eq 0 ]
}
