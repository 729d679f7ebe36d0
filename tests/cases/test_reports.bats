# What `tocsin test` prints, in each format: golden files, and readers that are not ours.

dir=tests/cases/test

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR
}

print() {
    tocsin test -v -f "$@" $dir/golden.yaml | sed 's/timestamp="[^"]*"/timestamp="2024-01-01T00:00:00"/'
}

@test "each format prints what it printed before" {
    for format in text tap junit json github; do
        print $format >"$BATS_TEST_TMPDIR/$format"
        diff $dir/golden.$format "$BATS_TEST_TMPDIR/$format"
    done
}

@test "in one process or in several, the same is printed" {
    for options in "-j 1" "-j 3" --in-process; do
        # shellcheck disable=SC2086 # options, apart
        print json $options >"$BATS_TEST_TMPDIR/json"
        diff $dir/golden.json "$BATS_TEST_TMPDIR/json"
    done
}

@test "what fails exits 1 in each format" {
    for format in text tap junit json github; do
        run tocsin test -f $format $dir/golden.yaml
        [ "$status" -eq 1 ]
    done
}

@test "JUnit is valid XML, and its counts are those of its cases" {
    run python3 - $dir/golden.junit <<'END'
import sys, xml.etree.ElementTree as tree
for suite in tree.parse(sys.argv[1]).getroot():
    cases = suite.findall("testcase")
    failed = [case for case in cases if case.find("failure") is not None]
    print(suite.get("name"), suite.get("tests"), len(cases), suite.get("failures"), len(failed))
END
    [ "$output" = "golden.reads 9 9 8 8
golden.silent 1 1 0 0" ]
}

@test "JUnit is valid by schema" {
    command -v xmllint || skip "no xmllint"
    xmllint --noout --schema $dir/junit.xsd $dir/golden.junit
    tocsin test -f junit --require-tests $dir/golden.yaml >"$BATS_TEST_TMPDIR/x.xml" || true
    xmllint --noout --schema $dir/junit.xsd "$BATS_TEST_TMPDIR/x.xml"
}

@test "TAP is read by Perl's harness" {
    command -v prove || skip "no prove"
    # Debian's knows version 13, of which 14 is made to be readable.
    sed '1s/14/13/' $dir/golden.tap >"$BATS_TEST_TMPDIR/x.tap"
    run prove -e cat "$BATS_TEST_TMPDIR/x.tap"
    echo "$output"
    [[ $output == *"Failed tests:  2-9"* ]]
    [[ $output != *"Parse errors"* ]]
}

@test "JSON is read by jq, each line an object" {
    run jq -rs 'map(select(.passed == false)) | map(.differences | length) | join(" ")' $dir/golden.json
    [ "$output" = "3 1 1 1 1 1 1 3" ]
    run jq -r 'select(.missing) | "\(.rule): \(.missing) \(.required)"' $dir/golden.json
    [ "$output" = "golden.silent: test that expects an alert false" ]
}

@test "an annotation's text and properties end where they should" {
    ! grep -vE '^::(error|warning) file=[^:,]+,line=[0-9]+,col=[0-9]+,title=[^:,]+::|^2 rules: ' $dir/golden.github
}

@test "colour marks what differs, and only where it is wanted" {
    run tocsin test --color always --filter 'title*' $dir/golden.yaml
    [[ $output == *$'expected  "b\033[32men\033[0m read'* ]]
    [[ $output == *$'got       "b\033[31mob\033[0m read'* ]]
    run tocsin test --filter 'title*' $dir/golden.yaml
    [[ $output != *$'\033'* ]]
}
