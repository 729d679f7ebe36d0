/* TC0xx: what one file says. Each keeps its rule, or the configuration, from being loaded. */
#include "model/finding.h"

#define ERROR(number) .code = "TC" number, .level = DIAG_ERROR

const struct finding findings_of_files[] = {
    /* ---- YAML ---- */
    {ERROR("001"), .title = "this is no YAML",
        .meaning = "The file cannot be read on from here. A text that begins with one of\n"
                   "[ ] { } * & ! | > ' \" % @ or that holds ': ' stands in quotes; lines are\n"
                   "indented by blanks, never by tabs.",
        .bad = "title: \"Root logged in", .good = "title: \"Root logged in\""},
    {ERROR("002"), .title = "a key stands twice",
        .meaning = "YAML would keep one of the two in silence, and not say which.",
        .bad = "severity: high\nseverity: low", .good = "severity: high"},
    {ERROR("003"), .title = "YAML that manifests do not use",
        .meaning = "Anchors, aliases, tags, merge keys and keys that are no names are refused, so\n"
                   "that what a rule says stands where the rule is. A text that begins with\n"
                   "'&', '*' or '!' is written in quotes.",
        .bad = "title: *default", .good = "title: \"*default\""},
    {ERROR("004"), .title = "more than a file may hold",
        .meaning =
            "A file has at most 4 MiB, 1,000 documents and 500,000 values, 32 deep, so that\n"
            "none can make its reader hang. Divide it."},
    {ERROR("005"), .title = "a file cannot be read",
        .meaning = "It is not there, may not be opened, or is no file. Names are relative to the\n"
                   "file that names them.",
        .bad = "lua: missing.lua", .good = "lua: beside.lua"},
    /* ---- keys and values ---- */
    {ERROR("010"), .title = "an unknown key",
        .meaning =
            "A key that nobody reads is a mistake that stays silent: the rule would load and\n"
            "do something else than its author thinks. 'check --fix' corrects it where one\n"
            "known key is near.",
        .bad = "descripton: a person used the root account",
        .good = "description: a person used the root account"},
    {ERROR("011"), .title = "a key is missing",
        .meaning = "A rule has 'id', 'title', 'severity', 'log', and one of 'when', 'lua' and\n"
                   "'sequence'; the parts of a rule and of the configuration have keys that they\n"
                   "cannot do without, too.",
        .bad = "tests:\n  - name: root logs in\n    event: {eventName: ConsoleLogin}",
        .good = "tests:\n  - name: root logs in\n    event: {eventName: ConsoleLogin}\n"
                "    expect: alert"},
    {ERROR("012"), .title = "an unknown value",
        .meaning =
            "The key takes one of a few words. 'check --fix' corrects it where one of them is\n"
            "near.",
        .bad = "severity: hgih", .good = "severity: high"},
    {ERROR("013"), .title = "a value of the wrong type",
        .meaning =
            "A string, a number, true or false, a list or a map stands where another of them\n"
            "is expected. What looks like a number and is a text, such as an account id,\n"
            "stands in quotes. yes, no, on and off are strings.",
        .bad = "enabled: yes", .good = "enabled: true"},
    {ERROR("014"), .title = "a value that is too small or too large",
        .meaning = "There is more than the key allows, or less.",
        .bad = "threshold: {count: 0, within: 10m}", .good = "threshold: {count: 5, within: 10m}"},
    {ERROR("015"), .title = "a text of the wrong form",
        .meaning =
            "Names consist of a-z, 0-9, '.', '_' and '-'. Durations are 90s, 15m, 1h or 7d;\n"
            "sizes 64kB, 10MB or 1GB; dates 2027-01-31; ATT&CK ids TA0003, T1098, T1098.001\n"
            "or TA0003/T1098. In a path no name is empty.",
        .bad = "dedup: {period: 1 hour}", .good = "dedup: {period: 1h}"},
    {ERROR("016"), .title = "nothing stands there",
        .meaning = "A key without a value says nothing. Leave it out, or say something.",
        .bad = "runbook:", .good = "runbook: ask the owner of the account"},
    {ERROR("017"), .title = "keys that do not go together",
        .meaning = "One key excludes the other, or needs one that is not there.",
        .bad = "aggregate: {sum: bytes, of: bytes, over: 1000, within: 1h}",
        .good = "aggregate: {sum: bytes, over: 1000, within: 1h}"},
    {ERROR("018"), .title = "an id stands twice",
        .meaning = "A rule is known by its id: in the store, in overrides, in routes. Two of them\n"
                   "cannot be told apart. Ids that begin with 'tocsin.' are the engine's own.",
        .bad = "id: tocsin.root-login", .good = "id: acme.root-login"},
    {ERROR("019"), .title = "a name of nothing",
        .meaning = "There is no such rule, log type or destination.", .bad = "log: aws.cloudtrial",
        .good = "log: aws.cloudtrail"},
    /* ---- patterns ---- */
    {ERROR("020"), .title = "an unknown operator in a pattern",
        .meaning = "Under a field stand values and operators: prefix, suffix, wildcard,\n"
                   "equals-ignore-case, anything-but, numeric, cidr, exists, regex, contains, not.",
        .bad = "when: {eventName: [{prefx: Delete}]}",
        .good = "when: {eventName: [{prefix: Delete}]}"},
    {ERROR("021"), .title = "an operator with something that it does not take",
        .meaning =
            "Each operator takes what rules/PATTERNS.md says of it, and each stands in a map\n"
            "of its own.",
        .bad = "when: {sourceIPAddress: [{cidr: 10.0.0.1}]}",
        .good = "when: {sourceIPAddress: [{cidr: 10.0.0.0/8}]}"},
    {ERROR("022"), .title = "a pattern that holds always, or never",
        .meaning =
            "An empty list matches nothing, an empty map asks for nothing, a range whose lower\n"
            "bound is not below the upper one holds no number.",
        .bad = "when: {eventName: []}", .good = "when: {eventName: [DeleteTrail]}"},
    {ERROR("023"), .title = "a regular expression that is none",
        .meaning = "It does not compile; the message says at which byte. In YAML a backslash is\n"
                   "itself in '…' and without quotes, and begins an escape in \"…\".",
        .bad = "when: {eventName: [{regex: \"^(Delete\"}]}",
        .good = "when: {eventName: [{regex: \"^(Delete|Stop)\"}]}"},
    {ERROR("024"), .title = "a pattern that is too large",
        .meaning = "A pattern has at most 1,000 combinations of '$or' and 10,000 fields. What is\n"
                   "longer is a lookup table, or several rules."},
    {ERROR("025"), .title = "a field is asked twice",
        .meaning =
            "All fields of a pattern must hold, and the two lists do not become one. Write one\n"
            "list for 'any of'; both at once is not what was meant.",
        .bad = "when:\n  userIdentity: {type: Root}\n  userIdentity.type: IAMUser",
        .good = "when:\n  userIdentity.type: [Root, IAMUser]"},
    /* ---- Lua ---- */
    {ERROR("030"), .title = "the Lua does not load",
        .meaning =
            "It is no Lua, or fails when it is loaded, before any event: what stands outside\n"
            "of functions runs then.",
        .bad = "lua: |\n  function rule(event)\n    return event.eventName == \"DeleteTrail\"",
        .good =
            "lua: |\n  function rule(event)\n    return event.eventName == \"DeleteTrail\"\n  end"},
    {ERROR("031"), .title = "a function is missing in the Lua",
        .meaning = "The manifest counts on a function that the Lua does not have, or that is none.",
        .bad = "threshold: {count: 5, within: 10m, unique: true}",
        .good = "threshold: {count: 5, within: 10m, unique: true}\n"
                "lua: |\n  function unique(event) return event.userIdentity.arn end"},
    {ERROR("032"), .title = "'lua' is neither code nor a file",
        .meaning =
            "It is code behind 'lua: |', which keeps lines ('>' joins them), or the name of a\n"
            "file that lies beside the manifest or below.",
        .bad = "lua: ../shared/root.lua", .good = "lua: root.lua"},
    {ERROR("033"), .title = "loading does not come to an end",
        .meaning =
            "What stands outside of functions in the Lua runs when it is loaded, and must end."},
    /* ---- configuration ---- */
    {ERROR("040"), .title = "a value that the configuration names is not there",
        .meaning =
            "${NAME} is an environment variable, ${file:PATH} the content of a file; neither\n"
            "may be missing or empty, since an empty secret would sign nothing in silence.",
        .bad = "url: \"${SLACK_WEBHOOK\"", .good = "url: \"${SLACK_WEBHOOK}\""},
    {ERROR("041"), .title = "a destination's Lua does not load",
        .meaning = "Its message is made by lua/destination/TYPE.lua, beside the configuration or\n"
                   "shipped. There is no such file, or it is wrong.",
        .bad = "destinations:\n  soc: {type: slak, url: \"https://example.com/\"}",
        .good = "destinations:\n  soc: {type: slack, url: \"https://example.com/\"}"},
    /* ---- tests ---- */
    {ERROR("050"), .title = "a test's event is no JSON object",
        .meaning = "An event is a map, or JSON text of one object.", .bad = "event: |\n  [1, 2]",
        .good = "event: |\n  {\"eventName\": \"DeleteTrail\"}"},
    {ERROR("051"), .title = "a test that contradicts itself",
        .meaning =
            "It has one of 'event', 'event_file' and 'timeline', and expects what such a test\n"
            "can show.",
        .bad = "expect: {alert: false, severity: high}", .good = "expect: nothing"},
    /* ---- what is ignored ---- */
    {ERROR("060"), .title = "a finding that cannot be ignored",
        .meaning =
            "'ignore_findings' names a code that exists ('tocsin help codes' lists them) and\n"
            "that does not keep the rule from being loaded.",
        .bad = "tests: []\nignore_findings:\n  - {code: TC010, reason: we like this key}",
        .good = "tests: []\nignore_findings:\n  - {code: TC130, reason: tested in the lab}"},
    {0},
};
