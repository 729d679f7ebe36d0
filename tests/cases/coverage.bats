# `tocsin test --coverage`: what of the rules their tests have seen.

bats_require_minimum_version 1.5.0

setup() {
    export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
    mkdir "$BATS_TEST_TMPDIR/pack"
    cd "$BATS_TEST_TMPDIR"
}

# `rule NAME`: its Lua is standard input, its tests are TESTS, what else it has is MORE. Of the Lua the
# first line is line 8 of the file.
rule() {
    {
        printf '%s\n' "id: pack.$1" 'title: T' 'severity: low' 'log: aws.cloudtrail' \
            "when: ${WHEN:-"{eventSource: s}"}" "${MORE:-"tags: [t]"}" 'lua: |'
        sed 's/^/  /'
        printf '%s\n' 'tests:' "$TESTS"
    } >"pack/$1.yaml"
}

# `test_of NAME EXPECT FIELDS`
test_of() {
    echo "  - {name: $1, event: {eventSource: s, $3}, expect: $2}"
}

# Numbers of the lines that never ran, those of which a part did with a `+`.
missed() {
    tocsin test --coverage "$@" pack |
        sed -nE 's/^  [^ :]*:([0-9]+): never ran( in full)?: .*/\1\2/p' | sed 's/ in full/+/' | xargs
}

# Those that are counted.
counted() {
    tocsin test -f lcov pack | sed -n 's/^DA:\([0-9]*\),.*/\1/p' | xargs
}

every_form() {
    TESTS=$(test_of a alert 'eventName: A'; test_of z nothing 'eventName: Z')
    rule every <<'END'
local limit = 100

local function unused(value)
  return value .. "end" -- end
end

local function kind(event)
  if event.eventName == "A" then
    return "a"
  elseif event.eventName == "B" then
    return "b"
  else
    return "c"
  end
end

local short = function(x) return x end

function rule(event)
  local ok = event.eventSource == "s" and
    event.eventName ~= "Z"
  if not ok then
    return false
  end
  local sum = 0
  for _, item in ipairs({1, 2}) do
    if item == 3 then
      goto done
    end
    sum = sum + item
  end
  ::done::
  while sum > limit do
    sum = sum - 1
  end
  repeat
    sum = sum + 1
  until sum > 3
  for i = 1, 0 do
    sum = sum - i
  end
  if sum == 0 then return false end
  return kind(event) == "a" or
    limit == 0
end

function title(event)
  return ("%s %s"):format(
    event.eventName,
    event.awsRegion or
      "nowhere"
  )
end
END
}

# Leaving the loop closes it at the label; the answer of `a or b` is made on the line of `b`.
@test "each form of control flow: which lines count, and which never ran" {
    every_form
    [ "$(counted)" = "5 8 11 15 16 17 18 20 24 26 27 28 29 30 32 33 34 35 37 39 40 41 44 45 46 47 49 50 51 54 55 56 57" ]
    [ "$(missed)" = "11 17 18 20 24+ 35 41 47" ]
}

@test "text: each rule, what was not seen with its place and source, and the sum" {
    MORE='exceptions: [{reason: R, owner: O, when: {userAgent: x}}]' WHEN='{eventSource: s, awsRegion: [a, b]}' \
        TESTS=$(test_of a alert 'awsRegion: a'; test_of b alert 'awsRegion: b'; test_of c nothing 'awsRegion: c, userAgent: x') \
        rule some <<'END'
function rule(event)
  if event.errorCode then return false end
  return true
end
function title(event)
  if event.awsRegion == "c" then
    return "never"
  end
  return "T"
end
END
    run tocsin test --coverage pack
    [ "$status" -eq 0 ]
    diff -u - <(echo "$output") <<'END'
1 rule: 3 passed, 0 failed
coverage of pack.some: 73 % (6 of 7 lines, 2 of 4 branches, 4 of 6 outcomes of clauses, 2 of 2 alternatives)
  pack/some.yaml:5:8: never false: eventSource: "s"
  pack/some.yaml:6:43: never true: userAgent: "x"
  pack/some.yaml:14: never ran: return "never"
  pack/some.yaml:9:8: never true: event.errorCode
  pack/some.yaml:13:8: never true: event.awsRegion == "c"
coverage: 73 % (6 of 7 lines, 2 of 4 branches, 4 of 6 outcomes of clauses, 2 of 2 alternatives)
END
}

@test "exceptions are asked about what \`when\` selects, and not where a test has its own" {
    MORE='exceptions: [{reason: R, owner: O, when: {userAgent: x}}]' \
        TESTS=$(test_of a alert 'eventName: A') rule own <<<'function title(event) return "T" end'
    [[ $(tocsin test --coverage pack) == *"never true: userAgent"* ]]
    sed -i 's/eventName: A}/userAgent: x}, given: {exceptions: []}/' pack/own.yaml
    [[ $(tocsin test --coverage pack) == *"never asked: userAgent"* ]]
    sed -i 's/, given: .*, expect: alert/, expect: nothing/' pack/own.yaml
    [[ $(tocsin test --coverage pack) == *"never false: userAgent"* ]]
}

@test "alternatives of \$or are asked each by itself, and once" {
    WHEN='{eventSource: s, $or: [{eventName: A}, {eventName: B, awsRegion: r}]}' \
        TESTS=$(test_of a alert 'eventName: A'; test_of r nothing 'eventName: C, awsRegion: r') \
        rule or <<<'function title(event) return "T" end'
    run tocsin test --coverage pack
    [[ ${lines[1]} == *": 72 % (1 of 1 lines, 6 of 8 outcomes of clauses, 1 of 2 alternatives)" ]]
    [ "${lines[2]}" = '  pack/or.yaml:5:8: never false: eventSource: "s"' ]
    [ "${lines[3]}" = '  pack/or.yaml:5:46: never true of $or: {"eventName":"B","awsRegion":"r"}' ]
    [ "${lines[4]}" = '  pack/or.yaml:5:47: never true: eventName: "B"' ]
}

@test "a clause that fails alone holds where the element does that others chose" {
    WHEN='{eventSource: s, items: {a: 1, b: [{not: 2}]}}' \
        TESTS=$(test_of a alert 'items: [{a: 1, b: 3}, {a: 2, b: 2}]') \
        rule same <<<'function title(event) return "T" end'
    [[ $(tocsin test --coverage pack) == *"never false: items.b"* ]]
}

@test "lcov is a trace file: lines, and conditions and clauses as branches" {
    WHEN='{eventSource: s, awsRegion: a}' \
        TESTS=$(test_of a alert 'awsRegion: a'; test_of b nothing 'awsRegion: b') rule some <<'END'
function title(event)
  if event.errorCode then return "failed" end
  return "T"
end
local function unused()
  return 1
end
END
    run tocsin test -f lcov pack
    [ "$status" -eq 0 ]
    diff -u - <(echo "$output") <<'END'
TN:
SF:pack/some.yaml
DA:5,2
BRDA:5,8,0,2
BRDA:5,8,1,0
BRDA:5,24,0,1
BRDA:5,24,1,1
DA:8,1
DA:9,1
DA:10,1
DA:13,0
BRDA:9,8,0,0
BRDA:9,8,1,1
BRF:6
BRH:4
LF:5
LH:4
end_of_record
END
    sed -i 's/expect: nothing/expect: alert/' pack/some.yaml
    run --separate-stderr tocsin test -f lcov pack
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = end_of_record ]
    [[ $stderr == "FAIL pack.some: b: expected an alert, got nothing"* ]]
}

@test "Lua in a file of its own has its own section" {
    TESTS=$(test_of a alert 'eventName: A') rule own </dev/null
    sed -i 's/^lua: |/lua: own.lua/' pack/own.yaml
    printf '%s\n' 'function title(event)' '  if event.x then' '    return "x"' '  end' '  return "T"' end >pack/own.lua
    run tocsin test -f lcov pack
    [ "$(grep -c end_of_record <<<"$output")" -eq 2 ]
    [[ $output == *$'SF:pack/own.lua\nDA:1,1\nDA:2,1\nDA:3,0\nDA:5,1\nBRDA:2,6,0,0\nBRDA:2,6,1,1\nBRF:2\nBRH:1\nLF:4\nLH:3\nend_of_record' ]]
    run tocsin test --coverage pack
    [[ $output == *'  pack/own.lua:3: never ran: return "x"'* ]]
}

@test "tests with params of their own, and timelines, count" {
    MORE='params: {names: []}' TESTS=$(test_of a alert 'eventName: A') rule given <<'END'
function rule(event)
  for _, name in ipairs(params.names) do
    if name == event.eventName then
      return false
    end
  end
  return true
end
END
    [ "$(missed)" = "10 11" ]
    echo '  - {name: b, event: {eventSource: s, eventName: A}, given: {params: {names: [A]}}, expect: nothing}' \
        >>pack/given.yaml
    [ -z "$(missed)" ]
    [ "$(missed --filter '*: a')" = "10 11" ]
    sed -i 's/name: b, event: \(.*\), given/name: b, timeline: [{event: \1}], given/' pack/given.yaml
    [ -z "$(missed)" ]
}

@test "--min makes less than that a failure, alone and with other formats" {
    every_form
    run --separate-stderr tocsin test -q --min 90 pack
    [ "$status" -eq 1 ]
    [ -z "$output" ]
    [ "$stderr" = "tocsin test: coverage is 64 %, less than 90 %" ]
    tocsin test -q --min 64 pack
    run --separate-stderr tocsin test -f json --min 74 pack
    [ "$status" -eq 1 ]
    [ "$(jq -s 'map(select(.test)) | length' <<<"$output")" -eq 2 ]
    jq -es '.[-1].coverage | .percent == 64 and .rules[0].rule == "pack.every"' <<<"$output"
    run --separate-stderr tocsin test -f tap --min 74 pack
    [[ $stderr == *"coverage of pack.every: 64 %"* ]]
    run tocsin test --min 101 pack
    [ "$status" -eq 2 ]
}

# `same PATH`: each test ends the same way when somebody counts.
same() {
    diff <(tocsin test -v --in-process "$1") <(tocsin test -v --coverage "$1" | grep -v -e '^coverage' -e '^  [^ ]*:[0-9]')
}

@test "answers are the same with and without" {
    every_form
    same pack
    same "$BATS_TEST_DIRNAME/coverage"
    same "$BATS_TEST_DIRNAME/../../rules"
}

# Twenty rules with their tests. What is expected of each was found by reading Lua and tests, not by
# running: coverage/seen.jq says what its marks mean.
@test "agrees with what was read off twenty rules with every form of control flow" {
    tocsin test --coverage -f json "$BATS_TEST_DIRNAME/coverage" |
        jq -r -f "$BATS_TEST_DIRNAME/coverage/seen.jq" | sed 's/ *$//' | sort -s -t $'\t' -k 1,1 >seen
    cd "$BATS_TEST_DIRNAME/coverage"
    [ "$(find . -name '*.expected' | wc -l)" -eq 20 ]
    awk '{ gsub(/^\.\/|\.expected$/, "", FILENAME); print "coverage." FILENAME "\t" $0 }' ./*.expected |
        sort -s -t $'\t' -k 1,1 | diff -u - "$BATS_TEST_TMPDIR/seen"
}

# Conditions pass through a function while somebody counts.
@test "a message names the same line, and a budget is the same" {
    TESTS=$(test_of a alert 'eventName: A'; test_of b alert 'eventName: B'; test_of c alert 'n: 1') rule hard <<'END'
function rule(event)
  if event.eventName == "A" then
    return nothing.of(that) and
      true
  end
  while event.eventName == "B" or event.n do event.x = not event.x and 1 end
end
END
    same pack
    run tocsin test --coverage pack
    [[ $output == *"hard.yaml:10: attempt to call a nil value (field 'of')"* ]]
    [[ $output == *"took too many steps"* ]]
}

@test "code that could not be rewritten without a difference has no conditions" {
    TESTS=$(test_of a alert 'eventName: A') rule own <<'END'
local env = _ENV
function rule(event) return event.a == nil or event.b end
END
    run tocsin test --coverage pack
    [[ $output == *"coverage of pack.own: 75 % (2 of 2 lines, 1 of 2 outcomes of clauses)"* ]]
}

@test "conditions: which never were true, false or asked, each with its place and source" {
    every_form
    run tocsin test --coverage pack
    diff -u - <(grep -E ':[0-9]+:[0-9]+: never' <<<"$output" | cut -c19-) <<'END'
5:8: never false: eventSource: "s"
15:8: never false: event.eventName == "A"
17:12: never asked: event.eventName == "B"
27:16: never false: event.eventSource == "s"
34:10: never true: item == 3
40:11: never true: sum > limit
45:11: never false: sum > 3
49:8: never true: sum == 0
50:12: never false: kind(event) == "a"
57:7: never true: event.awsRegion
END
}

@test "alternatives: those that never held, of many the first ones" {
    MORE='exceptions: [{reason: R, owner: O, when: {userAgent: [{anything-but: [x, y]}]}}]' \
        WHEN='{eventSource: s, eventName: [A, B, {prefix: C}, D, E, F, G, H]}' \
        TESTS=$(test_of a alert 'eventName: A, userAgent: y'; test_of z nothing 'eventName: Z') rule some </dev/null
    sed -i '/^lua: /d' pack/some.yaml
    run tocsin test --coverage pack
    diff -u - <(tail -n +2 <<<"$output") <<'END'
coverage of pack.some: 37 % (4 of 6 outcomes of clauses, 2 of 10 alternatives)
  pack/some.yaml:5:8: never false: eventSource: "s"
  pack/some.yaml:5:39: never true of eventName: "B", {"prefix":"C"}, "D", "E", "F" and 2 more
  pack/some.yaml:6:43: never true: userAgent: [{"anything-but":["x","y"]}]
  pack/some.yaml:6:71: never true of userAgent: "x"
coverage: 37 % (4 of 6 outcomes of clauses, 2 of 10 alternatives)
END
}

@test "json: behind the results all of it, with the source" {
    every_form
    sed -i 's/^when: .*/when: {eventSource: [s, t]}/' pack/every.yaml
    run tocsin test -f json --coverage pack
    jq -es '
        def rule: .[-1].coverage.rules[0];
        (.[-1].coverage | [.percent, .lines.all, .lines.seen, .branches.all, .branches.seen]) == [64, 32, 24, 20, 10]
        and (rule | [.rule, .title, .file, .alternatives.seen]) == ["pack.every", "T", "pack/every.yaml", 1]
        and (rule.lua.source | .[0] == {line: 8, text: "local limit = 100", runs: 1}
            and .[1] == {line: 9, text: "", runs: null} and .[3].runs == 0 and .[16].part and length == 53)
        and rule.lua.conditions[0] == {line: 15, column: 8, text: "event.eventName == \"A\"", true: 1, false: 0}
        and (rule.clauses[0] | [.path, .wanted, .true, .false] == ["eventSource", ["s", "t"], 2, 0]
            and .alternatives[1] == {line: 5, column: 25, wanted: "t", true: 0})' <<<"$output"
}

# `none XPATH`: nothing in report.xml is like this.
none() {
    local count
    count=$(xmllint --nonet --xpath "count($1)" report.xml)
    [ "$count" -eq 0 ] || { echo "$count of $1"; return 1; }
}

# What the document type asks for: children in their order, and attributes that have to be there.
has_structure() {
    local rates='@line-rate and @branch-rate and @complexity'
    none "/*[not(self::coverage and $rates and @lines-covered and @lines-valid and @branches-covered
        and @branches-valid and @version and @timestamp)]"
    none '/coverage[not(*[1][self::sources/source] and *[2][self::packages] and count(*) = 2)]'
    none "//packages/*[not(self::package and @name and $rates and classes and count(*) = 1)]"
    none "//classes/*[not(self::class and @name and @filename and $rates
        and *[1][self::methods] and *[2][self::lines] and count(*) = 2)]"
    none '//methods/*'
    none '//lines/*[not(self::line and @number > 0 and @hits >= 0)]'
    none '//line[not(@branch = "true" and @condition-coverage and conditions and count(*) = 1
        or @branch = "false" and count(*) = 0)]'
    none '//conditions/*[not(self::condition and @number and @type and @coverage)] | //condition/*'
    none '//line[@number = preceding-sibling::line/@number]'
    none '//*[@line-rate < 0 or @line-rate > 1 or @branch-rate < 0 or @branch-rate > 1]'
}

@test "cobertura is XML of its document type, with the sums of lcov" {
    WHEN='{eventSource: s, $or: [{eventName: [A, B]}, {awsRegion: "<&\""}]}' \
        TESTS=$(test_of a alert 'eventName: A'; test_of b nothing 'awsRegion: b') rule some <<'END'
function title(event)
  if event.errorCode and event.x then return "failed" end
  return "T"
end
END
    TESTS=$(test_of a alert 'eventName: A') rule own </dev/null
    sed -i 's/^lua: |/lua: own.lua/' pack/own.yaml
    printf '%s\n' 'function title(event)' '  return event.x or "T"' end >pack/own.lua
    tocsin test -f cobertura pack >report.xml
    xmllint --nonet --noout report.xml
    has_structure
    tocsin test -f lcov pack >report.info
    sum() { awk -F: -v key="$1" '$1 == key { sum += $2 } END { print sum }' report.info; }
    [ "$(xmllint --nonet --xpath 'concat(/*/@lines-valid, " ", /*/@lines-covered, " ", count(//line), " ",
        count(//line[@hits > 0]))' report.xml)" = "$(sum LF) $(sum LH) $(sum LF) $(sum LH)" ]
    [ "$(xmllint --nonet --xpath 'concat(/*/@branches-valid, " ", /*/@branches-covered)' report.xml)" = \
        "$(sum BRF) $(sum BRH)" ]
    [ "$(xmllint --nonet --xpath 'string(//class[@filename = "pack/own.lua"]//line[@number = 2]/@condition-coverage)' \
        report.xml)" = "50% (1/2)" ]
    sed -i 's/expect: nothing/expect: alert/' pack/some.yaml
    run --separate-stderr tocsin test -f cobertura pack
    [ "$status" -eq 1 ]
    [ "${lines[-1]}" = "</coverage>" ]
    [[ $stderr == "FAIL pack.some: b: expected an alert, got nothing"* ]]
}

@test "the tests of the shipped rules see every line, and of the rest 95 %" {
    tocsin test --coverage -f json "$BATS_TEST_DIRNAME/../../rules" | jq -es '.[-1].coverage
        | .lines.all == .lines.seen and ([.branches, .outcomes, .alternatives] | all(.seen >= .all * 0.95))'
}
