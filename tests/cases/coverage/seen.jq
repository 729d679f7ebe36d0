# From the JSON of `tocsin test --coverage`, each rule's Lua with what was seen of it in front of each
# line: + it ran, - it never did, ~ in part, nothing where no code stands; and of each condition on it
# B both ways, T or F one way, . never asked.
select(.coverage) | .coverage.rules[] | .rule as $rule
| (.lua.conditions | group_by(.line) | map({key: (.[0].line | tostring), value: (map(
    if .true > 0 and .false > 0 then "B" elif .true > 0 then "T" elif .false > 0 then "F" else "." end) | join(""))})
    | from_entries) as $seen
| .lua.source[] | ($seen[.line | tostring] // "") as $outcomes
| (if .runs == null then " " elif .part then "~" elif .runs > 0 then "+" else "-" end) as $mark
| "\($rule)\t\($mark) \($outcomes)\(" " * (4 - ($outcomes | length)) // "")|\(.text)"
