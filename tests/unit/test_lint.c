/* Mistakes that are seeded into a rule: each is found, with its code, at the place of the mark § and
 * nowhere else; and what looks like them is left alone. */
#include "findings.h"

#include "base/file.h"
#include "flow/rules.h"
#include "model/finding.h"
#include "script/arity.h"
#include "text/syntax.h"

#define LUA(code) "when: {eventName: [CreateUser]}\nlua: |\n" code
#define RULE(line) LUA("  function rule(event)\n    " line "\n  end\n")
#define TITLE(line) LUA("  function title(event)\n    " line "\n  end\n")

static const char mark[] = "§";
static const char head[] = "id: t.x\ntitle: T\nseverity: low\nlog: aws.cloudtrail\n";

static struct world world;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    world_release(&world);
    return 0;
}

/* The text without its mark, and where that stood. */
static const char *unmark(const char *text, unsigned *line, unsigned *column) {
    const char *at = strstr(text, mark), *from = text;
    *line = 1;
    if (!at) return text;
    for (const char *c = text; c < at; c++)
        if (*c == '\n') ++*line, from = c + 1;
    *column = (unsigned)(at - from) + 1;
    return arena_format(&world.arena, "%.*s%s", (int)(at - text), text, at + strlen(mark));
}

static void check(const char *path) {
    struct str name = str_of(path);
    struct place place = {0};
    struct schema_strings paths = {&name, &place, 1};
    struct rules_options options = {.paths = &paths, .data_dir = ".", .check = true};
    rules_free(rules_load(&options, &world.diags));
}

static bool is_ours(const struct diag_entry *entry) {
    return entry->code && (strncmp(entry->code, "TC2", 3) == 0 || !strcmp(entry->code, "TC030"));
}

static const char *list(void) {
    buf_reset(&world.text);
    for (size_t i = 0; i < world.diags.count; i++) {
        const struct diag_entry *entry = &world.diags.list[i];
        if (is_ours(entry) || entry->level == DIAG_ERROR)
            buf_add_format(&world.text, "%u:%u: %s [%s]\n", entry->place.line, entry->place.column,
                entry->text, entry->code ? entry->code : "");
    }
    return buf_text(&world.text);
}

struct row {
    const char *code, *text;
    const char *says; /* part of the message */
};

static bool is_so(const struct row *row) {
    unsigned line, column = 0;
    const char *whole = arena_format(&world.arena, "%s%s", head, row->text);
    const char *text = unmark(whole, &line, &column);
    world_clear(&world);
    check(world_file(&world, "x.yaml", text));
    const char *found = list();
    const char *wanted = row->code ? arena_format(&world.arena, "%u:%u: ", line, column) : "";
    const char *code = row->code ? arena_format(&world.arena, " [%s]\n", row->code) : "";
    bool one = row->code ? strncmp(found, wanted, strlen(wanted)) == 0 && strstr(found, code) &&
                               strchr(found, '\n')[1] == '\0'
                         : !*found;
    bool so = one && (!row->says || strstr(found, row->says));
    if (!so)
        print_error("%s\nexpected %s%s%s\n, found\n%s", text, wanted, row->says ? row->says : "",
            code, found);
    return so;
}

static void expect_all(const struct row *rows, size_t count) {
    size_t wrong = 0;
    for (size_t i = 0; i < count; i++) wrong += !is_so(&rows[i]);
    assert_int_equal(wrong, 0);
}

/* ---- what is found ---- */

static const struct row mistakes[] = {
    /* paths */
    {"TC201", "when: {§userIdentty.type: Root}", "did you mean 'userIdentity'"},
    {"TC201", "when:\n  userIdentity:\n    §tpye: Root", "did you mean 'userIdentity.type'"},
    {"TC201", "when: {§EventName: CreateUser}", "did you mean 'eventName'"},
    {"TC201", "when: {§userName: alice}", "did you mean 'userIdentity.userName'"},
    {"TC201", "when: {eventName: CreateUser, §sourceIP: 192.0.2.1}", "'sourceIPAddress'"},
    {"TC201", "when:\n  $or:\n    - {eventName: CreateUser}\n    - {§evntName: DeleteUser}", NULL},
    {"TC201", "when: {§somethingElse: 1}", "has no field 'somethingElse'"},
    {"TC201", "when: {§eventName.length: 1}", NULL},
    {"TC201", "when: {eventName: CreateUser}\ndedup: {by: [§recipientAccountID]}", NULL},
    {"TC201", "when: {eventName: CreateUser}\ncontext: [eventName, §userIdentity.arm]", NULL},
    {"TC201", "when: {eventName: CreateUser}\nthreshold: {count: 2, within: 5m, unique: §userAgnt}",
        NULL},
    {"TC201", "when: {eventName: CreateUser}\nfirst_seen: {by: [§awsReigon], within: 1d}", NULL},
    {"TC201",
        "when: {eventName: CreateUser}\naggregate: {sum: §additionlEventData.bytes, over: 5, within: "
        "1h}",
        NULL},
    {"TC201",
        "when: {eventName: CreateUser}\nexceptions:\n  - when: {§userIdentity.ran: x}\n"
        "    reason: r",
        NULL},
    {"TC201", RULE("return event.§userIdentty.type == 'Root'"), "'userIdentity'"},
    {"TC201", RULE("return event.userIdentity.§userNmae == 'x'"), "'userIdentity.userName'"},
    {"TC201", RULE("local who = event.userIdentity\n    return who.§tpye == 'Root'"), NULL},
    {"TC201", RULE("return get(event, §'userIdentity.sessionContex.x') ~= nil"), NULL},
    {"TC201",
        RULE("for _, r in ipairs(event.resources) do if r.§Arn == 'x' then return true end end"),
        "'resources.ARN'"},
    {"TC201", RULE("return event[§'userIdentity.type'] == 'Root'"), "one name here"},
    {"TC201",
        LUA("  local function who(event) return event.§userIdentiti.arn end\n"
            "  function title(event) return who(event) or '' end\n"),
        NULL},
    /* names of calls and services */
    {"TC202", "when: {eventSource: iam.amazonaws.com, eventName: [§CreateUsr]}", "'CreateUser'"},
    {"TC202", "when: {eventSource: s3.amazonaws.com, eventName: [§RunInstances]}",
        "it is of 'ec2.amazonaws.com'"},
    {"TC202", "when: {eventName: [{anything-but: [§DeleteBukcet]}]}", "'DeleteBucket'"},
    {"TC202", RULE("return event.eventName == §'ConsoleLogn'"), "'ConsoleLogin'"},
    {"TC202", RULE("return one_of(event.eventName, 'CreateUser', §'DeleteUesr')"), NULL},
    {"TC202",
        LUA("  local calls = {CreateUser = true, §DeletUser = true}\n"
            "  function rule(event) return calls[event.eventName] == true end\n"),
        NULL},
    {"TC203", "when: {eventSource: §iam.amazonaw.com}", "'iam.amazonaws.com'"},
    {"TC203", "when: {eventSource: §iam}", "'iam.amazonaws.com'"},
    /* ATT&CK */
    {"TC204", "when: {eventName: CreateUser}\nattack: [§T1089]", NULL},
    {"TC204", "when: {eventName: CreateUser}\nattack: [TA0003/§T1098.099]", "'T1098'"},
    {"TC204", "when: {eventName: CreateUser}\nattack: [§TA0012]", NULL},
    /* expressions */
    {"TC205", "when: {userAgent: [{regex: §(a+)+$}]}", NULL},
    {"TC205", "when: {userAgent: [{regex: §'^(\\w|\\d)*$'}]}", "alternatives"},
    {"TC205", RULE("return regex.test(event.userAgent, §'(.*)*x')"), NULL},
    {"TC231", RULE("return regex.test(event.userAgent, §'(a')"), "bad regular expression"},
    /* types */
    {"TC206", "when: {userIdentity.sessionContext.attributes.mfaAuthenticated: §false}",
        "write \"false\""},
    {"TC206", "when: {readOnly: [§'true']}", "is true or false"},
    {"TC226", RULE("return event.recipientAccountId == §123456789012"), "write \"123456789012\""},
    {"TC226", RULE("return event.readOnly == §'true'"), "neither"},
    {"TC226", RULE("return event.userIdentity.sessionContext.attributes.mfaAuthenticated == §true"),
        NULL},
    /* names in Lua */
    {"TC210", RULE("return §reegx.test(event.eventName, 'x')"), "'regex'"},
    {"TC210", RULE("return event.eventName == §None"), "it is written 'nil'"},
    {"TC211", RULE("return regex.§mtach(event.eventName, 'x') ~= nil"), "'match'"},
    {"TC211",
        LUA("  local aws = require 'aws'\n  function rule(event) return aws.is_root(event) end\n"
            "  function title(event) return aws.§actr(event) end\n"),
        "'actor'"},
    {"TC212", LUA("  local n = 0\n  function rule(event) §n = n + 1 return n > 3 end\n"),
        "no state"},
    {"TC213", LUA("  function §tittle(event) return 'x' end\n"), "'title'"},
    {"TC213", LUA("  function §helper(x) return x end\n"), "nothing calls"},
    {"TC214",
        "lua: |\n  function rule(event)\n    return event.§eventName == 'CreateUser'\n  end\n",
        "when"},
    {"TC220", RULE("local §who = event.userIdentity\n    return event.errorCode == nil"),
        "never read"},
    {"TC220", LUA("  local function §unused() return 1 end\n"), "nothing calls"},
    {"TC220", RULE("local §n = 0\n    n = 2\n    return event.errorCode == nil"), "is written"},
    {"TC221", RULE("§who = event.userIdentity\n    return true"), "write 'local who'"},
    {"TC222", RULE("§event.userIdentity.type = 'x'\n    return true"), "changes the event"},
    {"TC223", RULE("return event.§get('eventName') == 'x'"), "write get(event, …)"},
    {"TC223", RULE("return §event:get('eventName') == 'x'"), "no methods"},
    /* comparisons */
    {"TC224", RULE("return event.requestParameters.tags §== {}"), "is never true"},
    {"TC224", RULE("return event.eventName §~= {'CreateUser'}"), "is always true"},
    {"TC225", RULE("return §not event.eventName == 'CreateUser'"), "a ~= b"},
    {"TC227", RULE("return event.awsRegion ~= 'a' §or event.awsRegion ~= 'b'"), "always true"},
    {"TC227", RULE("return event.awsRegion == 'a' §and event.awsRegion == 'b'"), "never true"},
    {"TC227", RULE("return event.awsRegion §== event.awsRegion"), "the same"},
    {"TC228", RULE("if event.awsRegion == 'a' or §'b' then return true end"), "one_of"},
    {"TC229",
        TITLE("if event.errorCode == nil then return 'a'\n    §elseif event.errorCode == nil then "
              "return 'b' end\n    return 'c'"),
        "never reached"},
    /* calls */
    {"TC230", RULE("return §get(event) ~= nil"), "takes 2 to 3 arguments, not 1"},
    {"TC230", RULE("return regex.§test(event.eventName) == true"), "takes 2 arguments, not 1"},
    {"TC230",
        LUA("  local aws = require 'aws'\n  function rule(event) return aws.§is_root() end\n"),
        "takes 1 argument, not 0"},
    {"TC230",
        LUA("  local function f(a) return a end\n  function rule(event) return §f(event, 1) == 1 "
            "end\n"),
        "takes 0 to 1"},
    {"TC230", RULE("return §event.eventName:sub() == 'x'"), NULL},
    {"TC232", RULE("return §event.eventName:startswith('Create')"), "glob"},
    {"TC232", RULE("return §event.eventName:lwoer() == 'x'"), "'lower'"},
    /* ways */
    {"TC233", RULE("if event.errorCode then return true else return false end\n    §return false"),
        "never reached"},
    {"TC234", LUA("  §function rule(event)\n    local _ = event.errorCode == nil\n  end\n"),
        "answers nothing"},
    {"TC234", LUA("  §function title(event) event.errorCode:lower() end\n"), NULL},
    {"TC235", RULE("return §event.errorCode"), "true or false"},
    {"TC235", RULE("return event.errorCode == nil and §'yes'"), NULL},
    {"TC236", LUA("  function severity(event) return event.errorCode and §'hgih' or 'low' end\n"),
        "'high'"},
    /* syntax */
    {"TC030", LUA("  function rule(event)\n    §if event.x then\n      return true\n  end\n"),
        "'if' has no 'end'"},
    {"TC030", LUA("  §function rule(event)\n    return true\n"), "'function' has no 'end'"},
    {"TC030", RULE("§if event.a then return true\n    else if event.b then return false end"),
        "line 9 says 'else if'"},
    {"TC030", RULE("return event.eventName §!= 'x'"), "'~='"},
    {"TC030", RULE("if event.eventName §= 'x' then return true end"), "'=='"},
    {"TC030", RULE("return event.eventName == §'x"), "does not end"},
    {"TC030", RULE("return event.a §&& event.b"), "'and'"},
    {"TC030", RULE("§# only root\n    return true"), "'--'"},
    {"TC030", RULE("§elif event.a then return true end"), "'elseif'"},
    {"TC030", RULE("local x = 1\n    x §+= 1\n    return true"), "x = x + "},
    {"TC030", LUA("  §def rule(event)\n    return true\n  end\n"), "'function'"},
    {"TC030", LUA("  function rule(event)\n    return true\n  end\n  §end\n"), "closes nothing"},
    {"TC030", RULE("return string.format('%d' §event.x)"), NULL},
};

static void mistakes_are_found(void **state) {
    (void)state;
    expect_all(mistakes, sizeof mistakes / sizeof *mistakes);
}

/* ---- what is left alone ---- */

static const struct row good[] = {
    {NULL, "when: {requestParameters.anything.at.all: 1, responseElements: [{exists: false}]}",
        NULL},
    {NULL, "when: {eventSource: new-service.amazonaws.com, eventName: [DoSomething]}", NULL},
    {NULL,
        "when: {eventSource: new-service.amazonaws.com}\nlua: |\n  function rule(event)\n"
        "    return event.eventName == 'CreateUsr' end\n",
        NULL},
    {NULL, "when: {eventName: [CreateFunction20150331, UpdateFunctionCode20150331v2]}", NULL},
    {NULL, "when: {eventName: [SomethingQuiteNew, {prefix: Create}]}", NULL},
    {NULL, "when: {eventSource: [iam.amazonaws.com, ec2.amazonaws.com], eventName: RunInstances}",
        NULL},
    {NULL, "when: {userIdentity: [{exists: true}]}\ncontext: [userIdentity.sessionContext]", NULL},
    {NULL, "when: {eventName: CreateUser}\nattack: [TA0003/T1098.001, T1078.004, TA0040, T0801]",
        NULL},
    {NULL, "when: {userAgent: [{regex: '^(\\w+\\.)+com$'}, {regex: '(?i)(kali|parrot)+'}]}", NULL},
    {NULL, "when: {readOnly: true, recipientAccountId: 123456789012}", NULL},
    {NULL, RULE("return event.requestParameters.x == 5 or event.requestParameters.y == {} .. ''"),
        NULL},
    {NULL, RULE("local _ = event.requestParameters.x\n    return event.errorCode ~= nil"), NULL},
    {NULL, RULE("local first, second = event.eventName:find('x')\n    return second ~= nil"), NULL},
    {NULL,
        RULE(
            "for key, value in pairs(event.requestParameters) do if value then return true end end"),
        NULL},
    {NULL, RULE("return not (event.eventName == 'CreateUser')"), NULL},
    {NULL, RULE("return not event.readOnly == false"), NULL},
    {NULL, RULE("return (event.errorCode or 'none') == 'none'"), NULL},
    {NULL, RULE("return event.awsRegion == 'a' or event.awsRegion == 'b'"), NULL},
    {NULL, RULE("return event.awsRegion ~= 'a' and event.awsRegion ~= 'b'"), NULL},
    {NULL, TITLE("return event.errorCode == 'x' and 'a' or 'b'"), NULL},
    {NULL, TITLE("return string.format('%s %s', event.eventName, event.eventSource)"), NULL},
    {NULL, TITLE("return table.concat({event.eventName, 'x'}, ' ')"), NULL},
    {NULL, RULE("return any(event.resources, function(event) return event.foo == 'x' end)"), NULL},
    {NULL, RULE("local o = {}\n    o.field = event.eventName\n    return o.field == 'CreateUser'"),
        NULL},
    {NULL, RULE("local t = {}\n    t[#t + 1] = event.eventName\n    return #t > 3"), NULL},
    {NULL, RULE("local function f(...) return ... end\n    return f(1, 2, 3) == 1"), NULL},
    {NULL, RULE("return regex.test(table.unpack({event.eventName, 'x'}))"), NULL},
    {NULL,
        RULE(
            "local p = json.decode(event.requestParameters.policy)\n    return p.Statement ~= nil"),
        NULL},
    {NULL,
        RULE("if event.errorCode then goto done end\n    do return true end\n    ::done::\n    "
             "return false"),
        NULL},
    {NULL,
        RULE("while true do if event.errorCode then break end return true end\n    return false"),
        NULL},
    {NULL,
        LUA("  function helper(x) return x end\n  function rule(event) return helper(event.requestParameters.x == nil) "
            "end\n"),
        NULL},
    {NULL, RULE("local e = event\n    e = {}\n    return e.whatever == nil"), NULL},
    {NULL, LUA("  function rule(event) return params.x == event.requestParameters.y end\n"), NULL},
    {NULL, RULE("return get(event, 'requestParameters.a.b', {}) ~= nil"), NULL},
    {NULL, RULE("return get(event, 'readOnly', 'none') == 'none'"), NULL},
    {NULL, RULE("return event.userIdentity.arn:find('x', 1, true) ~= nil"), NULL},
    {NULL, RULE("return 1 == 1.0 and #event.resources > 0"), NULL},
};

static void good_rules_are_left_alone(void **state) {
    (void)state;
    expect_all(good, sizeof good / sizeof *good);
}

static void shipped_rules_are_left_alone(void **state) {
    (void)state;
    check("rules");
    check("examples/rule");
    assert_string_equal(list(), "");
}

static void each_code_is_explained(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++)
        if (!finding_find(str_of(mistakes[i].code))) fail_msg("%s", mistakes[i].code);
    for (const struct finding *row = findings_of_lua; row->code; row++) {
        size_t i = 0, count = sizeof mistakes / sizeof *mistakes;
        while (i < count && strcmp(mistakes[i].code, row->code) != 0) i++;
        if (i == count) fail_msg("no mistake of the kind %s", row->code);
    }
}

/* What is wrong in an example is found in it, and nothing in what is right. */
static void examples_are_what_they_say(void **state) {
    (void)state;
    for (const struct finding *row = findings_of_lua; row->code; row++) {
        bool has_when = strstr(row->bad, "when:") || strcmp(row->code, "TC214") == 0;
        const char *when = has_when ? "" : "when: {eventName: [CreateUser]}\n";
        world_clear(&world);
        check(world_file(
            &world, "x.yaml", arena_format(&world.arena, "%s%s%s\n", head, when, row->bad)));
        if (!strstr(list(), row->code)) fail_msg("%s\n%s", row->bad, list());
        when = strstr(row->good, "when:") ? "" : "when: {eventName: [CreateUser]}\n";
        world_clear(&world);
        check(world_file(
            &world, "x.yaml", arena_format(&world.arena, "%s%s%s\n", head, when, row->good)));
        if (*list()) fail_msg("%s\n%s", row->good, list());
    }
}

/* ---- how many arguments the library takes ---- */

/* How many parameters `module.name` has; -1: there is none. ARITY_ANY: any number. */
static int count_parameters(const struct syntax_chunk *chunk, const char *name) {
    for (const struct syntax *node = chunk->body; node; node = node->next) {
        bool is = node->kind == SYNTAX_ASSIGN && node->list->kind == SYNTAX_INDEX &&
                  str_is(node->list->right->text, name);
        if (!is || node->values->kind != SYNTAX_FUNCTION) continue;
        int count = 0;
        for (const struct syntax *one = node->values->list; one; one = one->next) count++;
        return node->values->is_variadic ? ARITY_ANY : count;
    }
    return -1;
}

static void check_module(const char *module, const char *prefix) {
    const char *path = arena_format(&world.arena, "lua/%s.lua", module);
    struct syntax_chunk chunk = {0};
    struct place place;
    struct diag diag = {0};
    buf_reset(&world.text);
    assert_true(file_read(path, 1 << 20, &world.text, &diag));
    struct str source = arena_copy(&world.arena, buf_str(&world.text));
    assert_int_equal(syntax_parse(&world.arena, source, &chunk, &place, &diag), SYNTAX_FINE);
    for (const struct arity *row = arities; row->name; row++) {
        size_t len = strlen(prefix);
        if (strncmp(row->name, prefix, len) != 0 || (!len && strchr(row->name, '.'))) continue;
        int count = count_parameters(&chunk, row->name + len);
        if (count != row->most && (len || count >= 0))
            fail_msg("%s has %d parameters", row->name, count);
    }
}

static void modules_take_what_is_said(void **state) {
    (void)state;
    check_module("aws", "aws.");
    check_module("text", "text.");
    check_module("prelude", "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(each_code_is_explained, set_up, tear_down),
        cmocka_unit_test_setup_teardown(examples_are_what_they_say, set_up, tear_down),
        cmocka_unit_test_setup_teardown(modules_take_what_is_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(good_rules_are_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(shipped_rules_are_left_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
