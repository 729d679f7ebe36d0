#include "rule_try.h"

#include "base/file.h"
#include "script/library.h"

#include <stdio.h>
#include <stdlib.h>

/* ---- the manual: every example is run ---- */

struct manual {
    struct buf text;
    const char *at; /* where reading stands */
    char event[4096];
    size_t examples;
};

static const char modules[] = "local aws, text = require 'aws', require 'text' "
                              "local message = require 'message'\n";

/* Takes the next fenced block of a language; its text lasts until the manual is released. */
static bool next_block(struct manual *manual, const char *fence, struct str *block) {
    const char *begin = strstr(manual->at, fence);
    if (!begin) return false;
    begin += strlen(fence);
    const char *end = strstr(begin, "\n```");
    *block = (struct str){begin, (size_t)(end - begin) + 1};
    manual->at = end + 4;
    return true;
}

static void run_example(struct manual *manual, char *line) {
    char *arrow = strstr(line, "-->");
    if (!arrow) fail_msg("no '-->' in '%s'", line);
    const char *expected = arrow + 3 + strspn(arrow + 3, " ");
    *arrow = '\0';
    struct try try;
    char code[2048];
    snprintf(code, sizeof code, "%sfunction title(event) return tostring((%s)) end", modules, line);
    try_begin(&try, code);
    try_event(&try, manual->event);
    const char *got = try_text(&try, RULE_TITLE);
    if (strcmp(got, expected) != 0)
        fail_msg("%s\n  is            %s\n  the manual says %s", line, got, expected);
    rule_script_check(try.script, &try.diags);
    if (try.diags.count) fail_msg("%s: %s", line, try.diags.list[0].text);
    try_end(&try);
    manual->examples++;
}

static void test_manual(void **state) {
    (void)state;
    struct manual manual = {0};
    struct str block = {0};
    struct diag diag = {0};
    if (!file_read("lua/README.md", 1 << 20, &manual.text, &diag)) fail_msg("%s", diag.text);
    manual.at = buf_text(&manual.text);
    assert_true(next_block(&manual, "```json\n", &block));
    snprintf(manual.event, sizeof manual.event, "%.*s", STR_ARG(block));
    while (next_block(&manual, "```lua\n", &block)) {
        char *lines = strndup(block.at, block.len), *rest = lines, *line;
        while ((line = strsep(&rest, "\n")))
            if (*line) run_example(&manual, line);
        free(lines);
    }
    assert_true(manual.examples > 70);
    buf_release(&manual.text);
}

/* ---- every function is in the manual and in the annotations ---- */

struct names {
    struct buf manual, annotations;
    size_t count;
};

static void expect_name(struct names *names, const char *library, const char *name) {
    char full[128], annotation[160];
    snprintf(full, sizeof full, "%s%s%s", library, *library ? "." : "", name);
    snprintf(annotation, sizeof annotation, "function %s(", full);
    if (!strstr(buf_text(&names->manual), full)) fail_msg("lua/README.md lacks %s", full);
    if (!strstr(buf_text(&names->annotations), annotation))
        fail_msg("the annotations lack %s", full);
    names->count++;
}

static void read_annotations(struct names *names) {
    static const char *const suffixes[] = {".lua", NULL};
    struct arena arena = {0};
    struct paths paths = {0};
    assert_true(paths_walk(&paths, &arena, "lua", suffixes, NULL));
    for (size_t i = 0; i < paths.count; i++)
        assert_true(file_read(paths.list[i], 1 << 20, &names->annotations, NULL));
    paths_release(&paths);
    arena_release(&arena);
}

static void test_everything_is_documented(void **state) {
    (void)state;
    static const struct {
        const char *name;
        const luaL_Reg *functions;
    } libraries[] = {{"", lib_glob}, {"regex", lib_regex}, {"cidr", lib_cidr}, {"time", lib_time},
        {"json", lib_json}, {"hash", lib_hash}, {"lookup", lib_lookup}};
    struct names names = {0};
    assert_true(file_read("lua/README.md", 1 << 20, &names.manual, NULL));
    read_annotations(&names);
    for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
        for (const luaL_Reg *row = libraries[i].functions; row->name; row++)
            expect_name(&names, libraries[i].name, row->name);
    static const char *const prelude[] = {"get", "any", "all", "one_of"};
    for (size_t i = 0; i < 4; i++) expect_name(&names, "", prelude[i]);
    assert_true(names.count > 20);
    buf_release(&names.manual);
    buf_release(&names.annotations);
}

/* Those of the Lua modules, found by asking them. */
static void test_modules_are_documented(void **state) {
    (void)state;
    struct names names = {0};
    assert_true(file_read("lua/README.md", 1 << 20, &names.manual, NULL));
    read_annotations(&names);
    static const char *const list[] = {"aws", "text", "message"};
    for (size_t i = 0; i < 3; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code,
            "local m = require '%s'\nfunction destinations() local names = {} "
            "for name in pairs(m) do names[#names + 1] = name end return names end",
            list[i]);
        try_begin(&try, code);
        try_event(&try, "{}");
        const struct json *members = try_json(&try, try_answer(&try, RULE_DESTINATIONS));
        assert_true(members->count > 2);
        for (size_t j = 0; j < members->count; j++)
            expect_name(&names, list[i], members->items[j].string.at);
        try_end(&try);
    }
    buf_release(&names.manual);
    buf_release(&names.annotations);
}

/* ---- what the manual does not show ---- */

struct row {
    const char *expression, *expected;
};

static void try_rows(const char *event, const struct row *rows) {
    for (; rows->expression; rows++) {
        struct try try;
        char code[2048];
        snprintf(code, sizeof code, "%sfunction title(event) return tostring(%s) end", modules,
            rows->expression);
        try_begin(&try, code);
        try_event(&try, event);
        const char *got = try_text(&try, RULE_TITLE);
        if (strcmp(got, rows->expected) != 0)
            fail_msg("%s\n  is       %s\n  expected %s", rows->expression, got, rows->expected);
        try_end(&try);
    }
}

static void test_globals(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"get(event, '')", "nil"},
        {"get(nil, 'a.b', 5)", "5"},
        {"get(event, 'a.b')", "1"},
        {"get(event, 'a.b.c', 'd')", "d"},
        {"get(event, 'a..b', 'd')", "d"},
        {"get(event, 'list.2', 'd')", "d"},
        {"get(event, 'list.3')", "x"},
        {"get(event, 'list.0', 'd')", "d"},
        {"any(nil, nil)", "false"},
        {"any(event.a, 1)", "false"},
        {"any(event.list, json.null)", "true"},
        {"all(event.list, function(v) return v ~= 5 end)", "true"},
        {"one_of(nil, nil)", "false"},
        {"one_of(1, nil, 1)", "true"},
        {"one_of('1', 1)", "false"},
        {"one_of('x', event.list)", "true"},
        {"glob('', '')", "true"},
        {"glob('', '*')", "true"},
        {"glob('abc', 'a*b*c')", "true"},
        {"glob('abcb', 'a*b')", "true"},
        {"glob('abcd', 'a*b')", "false"},
        {"glob('é', '?')", "true"},
        {"glob('a.c', 'a.c')", "true"},
        {"glob('axc', 'a.c')", "false"},
        {"glob('a', '**a**')", "true"},
        {"glob(5, '5')", "true"},
        {"glob({}, '5')", "rules/x.yaml:8: glob: argument 1 is a table, expected a string"},
        {"glob('x')", "rules/x.yaml:8: glob: argument 2 is missing, expected a string"},
        {0},
    };
    try_rows("{\"a\":{\"b\":1},\"list\":[1,null,\"x\"]}", rows);
}

static void test_regex(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"select('#', regex.match('ab', '(a)(b)'))", "2"},
        {"select('#', regex.match('ab', 'ab'))", "1"},
        {"regex.match('b', '(a)?(b)')", "nil"},
        {"regex.match('x', '()')", ""},
        {"regex.match('x', 'y')", "nil"},
        {"regex.match('x', '(')",
            "rules/x.yaml:8: regex.match: missing closing parenthesis at character 2 in '('"},
        {"regex.match('x')",
            "rules/x.yaml:8: regex.match: argument 2 is missing, expected a string"},
        {"regex.match(json.null, 'x')", "nil"},
        {"regex.test(nil, 'x')", "false"},
        {"regex.replace('aXbX', 'X', '')", "ab"},
        {"regex.replace('abc', '', '-')", "-a-b-c-"},
        {"regex.replace('é', '', '-')", "-é-"},
        {"regex.replace('ab', '(a)(b)', '$2$1$$$0$9$')", "ba$ab$"},
        {"regex.replace(nil, 'x', 'y')", "nil"},
        {"regex.test('a\\0b', 'a\\\\x00b')", "true"},
        {"regex.test('\\xFFabc', 'abc')", "true"},
        {"regex.test(('a'):rep(5000) .. '!', '(a+)+$')",
            "rules/x.yaml:8: regex.test: '(a+)+$' needs too many steps on a text of 5001 bytes"},
        {0},
    };
    try_rows("{}", rows);
}

static void test_strings(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"('hello world'):find('o w')", "5"},
        {"('hello'):find('l+')", "3"},
        {"select(2, ('hello'):find('l+'))", "4"},
        {"('hello'):find('xyz')", "nil"},
        {"('hello'):find('', 10)", "nil"},
        {"('hello'):find('', 6)", "6"},
        {"('a.b'):find('.', 2, true)", "2"},
        {"('key = value'):match('^(%w+)%s*=%s*(%w+)$')", "key"},
        {"('  trim '):match('^%s*(.-)%s*$') .. '|'", "trim|"},
        {"('THE (quick) fox'):find('%((%a+)%)')", "5"},
        {"('f(a(b)c)d'):match('%b()')", "(a(b)c)"},
        {"('THE (quick) fox'):gsub('%f[%a]%a+', 'x')", "x (x) x"},
        {"('abc'):gsub('%w', '%0%0')", "aabbcc"},
        {"('abc'):gsub('', '-')", "-a-b-c-"},
        {"select(2, ('abc'):gsub('', '-'))", "4"},
        {"('hello world'):gsub('o', {o = '0'}, 1)", "hell0 world"},
        {"('abc'):gsub('b', function() return nil end)", "abc"},
        {"('abc'):gsub('^a', 'x')", "xbc"},
        {"('aaa'):gsub('^a', 'x')", "xaa"},
        {"('abc'):gsub('(b)()', '%2')", "a3c"},
        {"('x=1, y=2'):gsub('(%w)=(%w)', '%2=%1')", "1=x, 2=y"},
        {"('abcabc'):match('(a)(b)c%1%2')", "a"},
        {"('[]]'):match('[]]+')", "]]"},
        {"('a-b'):match('[a-]+')", "a-"},
        {"('a^b'):match('[b^]+', 2)", "^b"},
        {"('a\\0b'):match('%z*[%z]?') == nil", "false"},
        {"('a\\0b'):find('\\0')", "2"},
        {"('0123456789'):match('%d%d%d%d%d%d%d%d%d%d$')", "0123456789"},
        {"('x'):match('()')", "1"},
        {"('a$'):match('$$')", "$"},
        {"('ab'):match('a?b?c?$')", "ab"},
        {"('x'):match('(')", "rules/x.yaml:8: unfinished capture"},
        {"('x'):match('%')", "rules/x.yaml:8: malformed pattern (ends with '%')"},
        {"('x'):match('[a')", "rules/x.yaml:8: malformed pattern (missing ']')"},
        {"('x'):match('x)')", "rules/x.yaml:8: invalid pattern capture"},
        {"('x'):gsub('x', '%2')", "rules/x.yaml:8: invalid capture index %2 in replacement string"},
        {"(function() local t = {} for k, v in ('a=1, b=2'):gmatch('(%w)=(%w)') do "
         "t[#t + 1] = k .. v end return table.concat(t, ' ') end)()",
            "a1 b2"},
        {"(function() local n = 0 for _ in ('abc'):gmatch('') do n = n + 1 end return n end)()",
            "4"},
        {"('%5.1f|%-4s|%q|%d'):format(3.14159, 'ab', 'x', 7)", "  3.1|ab  |\"x\"|7"},
        {"('ab'):rep(3, ',')", "ab,ab,ab"},
        {0},
    };
    try_rows("{}", rows);
}

static void test_networks_and_times(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"cidr.contains('10.0.0.0/8', '10.255.0.1')", "true"},
        {"cidr.contains('10.0.0.0/9', '10.128.0.0')", "false"},
        {"cidr.contains('10.0.0.1', '10.0.0.1')", "true"},
        {"cidr.contains('0.0.0.0/0', '1.2.3.4')", "true"},
        {"cidr.contains('::/0', '1.2.3.4')", "false"},
        {"cidr.contains('10.0.0.0/8', nil)", "false"},
        {"cidr.contains('10.0.0.0/33', '10.0.0.1')",
            "rules/x.yaml:8: cidr.contains: '10.0.0.0/33' is no network"},
        {"cidr.contains('10.0.0.0/', '10.0.0.1')",
            "rules/x.yaml:8: cidr.contains: '10.0.0.0/' is no network"},
        {"cidr.contains({'x'}, '10.0.0.1')", "rules/x.yaml:8: cidr.contains: 'x' is no network"},
        {"cidr.is_private('8.8.8.8')", "false"},
        {"cidr.is_private('::ffff:10.1.2.3')", "true"},
        {"cidr.is_private('fe80::1')", "true"},
        {"cidr.is_ip('1.2.3')", "false"},
        {"cidr.is_ip('1.2.3.4\\0')", "false"},
        {"cidr.is_ip(('1'):rep(1000))", "false"},
        {"time.parse('1969-12-31T23:59:59Z')", "-1"},
        {"time.hour('1969-12-31T23:59:59.5Z')", "23"},
        {"time.weekday('1969-12-31T23:59:59.5Z')", "3"},
        {"time.weekday(0)", "4"},
        {"time.weekday('2023-07-16T00:00:00Z')", "7"},
        {"time.parse('yesterday')", "nil"},
        {"time.format(1e300)", "nil"},
        {"time.format(0/0)", "nil"},
        {"time.hour({})",
            "rules/x.yaml:8: time.hour: argument 1 is a table, expected seconds or a text"},
        {0},
    };
    try_rows("{}", rows);
}

static void test_aws(void **state) {
    (void)state;
    static const struct {
        const char *event, *expression, *expected;
    } rows[] = {
        {"{}", "aws.actor(event)", "unknown"},
        {"{\"userIdentity\":{\"type\":\"Root\"}}", "aws.actor(event)", "root"},
        {"{\"userIdentity\":{\"type\":\"Root\"}}", "aws.is_root(event)", "true"},
        {"{\"userIdentity\":{\"type\":\"Root\",\"invokedBy\":\"x.amazonaws.com\"}}",
            "aws.is_root(event)", "false"},
        {"{\"userIdentity\":{\"type\":\"IAMUser\",\"userName\":\"bob\"}}", "aws.actor(event)",
            "bob"},
        {"{\"userIdentity\":{\"type\":\"AssumedRole\",\"principalId\":\"A:s\",\"arn\":"
         "\"arn:aws:sts::1:assumed-role/R/s\"}}",
            "aws.actor(event)", "R/s"},
        {"{\"userIdentity\":{\"type\":\"AWSService\",\"invokedBy\":\"ec2.amazonaws.com\"}}",
            "aws.actor(event)", "ec2.amazonaws.com"},
        {"{\"userIdentity\":\"odd\"}", "aws.actor(event)", "unknown"},
        {"{\"userIdentity\":{\"type\":5,\"userName\":[],\"arn\":{}}}", "aws.actor(event)",
            "unknown"},
        {"{\"errorCode\":\"AccessDenied\"}", "aws.denied(event)", "true"},
        {"{\"errorCode\":\"Client.UnauthorizedOperation\"}", "aws.denied(event)", "true"},
        {"{\"errorCode\":\"NoSuchBucket\"}", "aws.denied(event)", "false"},
        {"{\"errorCode\":\"\",\"errorMessage\":\"\"}", "aws.succeeded(event)", "true"},
        {"{\"errorMessage\":\"x\"}", "aws.succeeded(event)", "false"},
        {"{\"eventSource\":\"signin.amazonaws.com\",\"eventName\":\"ConsoleLogin\","
         "\"responseElements\":{\"ConsoleLogin\":\"Failure\"}}",
            "aws.succeeded(event)", "false"},
        {"{\"additionalEventData\":{\"MFAUsed\":\"No\"}}", "aws.mfa(event)", "false"},
        {"{}", "aws.mfa(event)", "nil"},
        {"{\"sourceIPAddress\":\"iam.amazonaws.com\"}", "aws.source_ip(event)", "nil"},
        {"{}", "aws.arn('x')", "nil"},
        {"{}", "aws.arn('arn:aws:iam::1:root').name", "root"},
        {"{}", "aws.arn('arn:aws:iam::1:root').kind", "nil"},
        {"{}", "aws.policy('x')", "nil"},
        {"{}", "aws.policy('5')", "nil"},
        {"{}", "#aws.statements('{\"Statement\":[{},{}]}')", "2"},
        {"{}", "#aws.statements(nil)", "0"},
        {"{}",
            "aws.is_public_policy('{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":"
            "{\"AWS\":[\"1\",\"*\"]}}]}')",
            "true"},
        {"{}",
            "aws.is_public_policy('{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\","
            "\"Condition\":{\"a\":1}}]}')",
            "false"},
        {"{}", "aws.is_public_policy({})", "false"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row row[] = {{rows[i].expression, rows[i].expected}, {0}};
        try_rows(rows[i].event, row);
    }
}

static void test_text(void **state) {
    (void)state;
    static const struct row rows[] = {
        {"text.truncate('abc', 3)", "abc"},
        {"text.truncate('abcd', 3)", "ab…"},
        {"text.truncate('abcd', 1)", "…"},
        {"text.truncate('abcd', 0)", ""},
        {"text.truncate('', 0)", ""},
        {"text.truncate('\\xFF\\xFE\\x80', 1) ~= nil", "true"},
        {"text.truncate(5, 1)",
            "rules/x.yaml:8: text.truncate: argument 1 is a number, expected a string"},
        {"text.truncate_bytes('ééé', 6)", "ééé"},
        {"text.truncate_bytes('éééé', 6)", "é…"},
        {"text.truncate_bytes('éé', 2)", "é"},
        {"text.truncate_bytes('é', 1)", ""},
        {"text.strip_control('a\\r\\nb\\0c\\127d\\27[31m')", "a bcd[31m"},
        {"text.strip_control('\\u{200E}a\\u{2066}b\\u{061C}\\u{85}é')", "abé"},
        {0},
    };
    try_rows("{}", rows);
}

/* ---- real records ---- */

/* Asks everything of `aws`, and walks through all of the event, which must print as it came. */
static const char everything[] =
    "local aws = require 'aws'\n"
    "local function walk(t) for _, v in pairs(t) do if type(v) == 'table' then walk(v) end end end\n"
    "function rule(event)\n"
    "  for _, ask in pairs{aws.is_root, aws.is_console_login, aws.is_assumed_role,\n"
    "    aws.is_service_call, aws.succeeded, aws.denied, aws.mfa, aws.account, aws.source_ip} do\n"
    "    ask(event)\n"
    "  end\n"
    "  assert(aws.actor(event) ~= 'unknown' and aws.actor(event) ~= '')\n"
    "  local document = event.requestParameters.policyDocument\n"
    "  assert(document == nil or #aws.statements(document) > 0)\n"
    "end\n"
    "function title(event) walk(event) return json.encode(event) end\n";

static void ask_everything(struct try *try, const struct json *record) {
    struct buf printed = {0};
    try->event.root = record;
    rule_script_event(try->script, &try->event);
    diag_clear(&try->diag);
    if (rule_script_matches(try->script, &try->diag) != RULE_NO) fail_msg("%s", try->diag.text);
    json_print(&printed, record);
    assert_string_equal(try_text(try, RULE_TITLE), buf_text(&printed));
    rule_script_done(try->script);
    buf_release(&printed);
}

static void test_real_records(void **state) {
    (void)state;
    static const char dir[] = "../shared/data/invictus/CloudTrail";
    static const char *const suffixes[] = {".json", NULL};
    struct paths paths = {0};
    struct try try;
    if (!path_is_directory(dir)) {
        print_message("skipped: no %s\n", dir);
        skip();
    }
    try_begin(&try, everything);
    assert_true(paths_walk(&paths, &try.arena, dir, suffixes, NULL));
    for (size_t i = 0; i < paths.count; i++) {
        struct buf text = {0};
        assert_true(file_read(paths.list[i], 1 << 24, &text, NULL));
        const struct json *records = json_get_text(try_json(&try, buf_text(&text)), "Records");
        for (size_t j = 0; j < records->count; j++) ask_everything(&try, &records->items[j]);
        buf_release(&text);
    }
    assert_true(paths.count > 0);
    paths_release(&paths);
    try_end(&try);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_manual),
        cmocka_unit_test(test_everything_is_documented),
        cmocka_unit_test(test_modules_are_documented),
        cmocka_unit_test(test_globals),
        cmocka_unit_test(test_regex),
        cmocka_unit_test(test_strings),
        cmocka_unit_test(test_networks_and_times),
        cmocka_unit_test(test_aws),
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_real_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
