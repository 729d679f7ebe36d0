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
coverage of pack.some: 76 % (6 of 7 lines, 4 of 6 outcomes of clauses)
  pack/some.yaml:5:8: never false: eventSource: "s"
  pack/some.yaml:6:43: never true: userAgent: "x"
  pack/some.yaml:14: never ran: return "never"
coverage: 76 % (6 of 7 lines, 4 of 6 outcomes of clauses)
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
    [[ ${lines[1]} == *": 77 % (1 of 1 lines, 6 of 8 outcomes of clauses)" ]]
    [ "${lines[2]}" = '  pack/or.yaml:5:8: never false: eventSource: "s"' ]
    [ "${lines[3]}" = '  pack/or.yaml:5:47: never true: eventName: "B"' ]
}

@test "a clause that fails alone holds where the element does that others chose" {
    WHEN='{eventSource: s, items: {a: 1, b: [{not: 2}]}}' \
        TESTS=$(test_of a alert 'items: [{a: 1, b: 3}, {a: 2, b: 2}]') \
        rule same <<<'function title(event) return "T" end'
    [[ $(tocsin test --coverage pack) == *"never false: items.b"* ]]
}

@test "lcov is a trace file: lines, and clauses as branches" {
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
BRF:4
BRH:3
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
    [[ $output == *$'SF:pack/own.lua\nDA:1,1\nDA:2,1\nDA:3,0\nDA:5,1\nLF:4\nLH:3\nend_of_record' ]]
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
    [ "$stderr" = "tocsin test: coverage is 73 %, less than 90 %" ]
    tocsin test -q --min 73 pack
    run --separate-stderr tocsin test -f json --min 74 pack
    [ "$status" -eq 1 ]
    [ "$(jq -s 'map(select(.test)) | length' <<<"$output")" -eq 2 ]
    [[ $stderr == *"coverage of pack.every: 73 %"* ]]
    run tocsin test --min 101 pack
    [ "$status" -eq 2 ]
}

@test "answers are the same with and without" {
    every_form
    diff <(tocsin test -v pack) <(tocsin test -v --coverage pack | grep -v -e '^coverage' -e '^  ')
}
