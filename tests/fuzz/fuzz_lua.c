/* Lua source as a rule: it loads or is refused with a place; a second load of it answers the same;
 * and neither the event nor another rule ever sees what it did. */
#include "fuzz.h"

#include "model/log_type.h"
#include "script/rule_lint.h"
#include "script/rule_script.h"

static const char event_text[] =
    "{\"eventName\":\"CreateUser\",\"eventTime\":\"2023-07-10T09:00:00Z\",\"n\":[1,2.5,null,-0,1e400],"
    "\"big\":9223372036854775807,\"userIdentity\":{\"type\":\"Root\",\"arn\":\"arn:aws:iam::1:root\","
    "\"none\":null,\"ok\":true},\"ip\":\"10.1.2.3\",\"text\":\"a b\\u0000%a\",\"list\":[{\"k\":1},[],{}]}";
static const char canary_code[] =
    "function rule(event) return event.userIdentity.type == 'Root' and #event.n == 5 end\n"
    "function title(event)\n"
    "  local all = {}\n"
    "  for key, value in pairs(event) do all[#all + 1] = key .. '=' .. type(value) end\n"
    "  return table.concat(all, ' ') .. ('x%a'):rep(2) .. tostring(string.find(event.ip, '%d+', 3))\n"
    "end\n";

static const struct limits limits = {50, 2 << 20, 1 << 20, 50000};

struct rule {
    struct manifest manifest;
    struct rule_script *script; /* NULL: refused */
    struct diags diags;
    struct buf said; /* what its functions answered, a line each */
    bool killed;     /* by a limit, which need not be met at the same place again */
};

static struct arena arena; /* of what lasts as long as the program */
static struct event event;
static struct log_types types;
static struct rule canary;
static char *expected;

/* The names of calls are left out: to look for the one that is meant takes long. */
static void lint(struct rule *rule) {
    struct arena passing = {0};
    struct known known = {.log = log_types_find(&types, STR("aws.cloudtrail")), .arena = &passing};
    rule_lint(&rule->manifest, &known, &rule->diags);
    arena_release(&passing);
}

static void load(struct rule *rule, const char *file, struct str code) {
    *rule = (struct rule){.manifest.lua = {file, 1, code}};
    rule->script = rule_script_new(&rule->manifest, &limits, "lua", &rule->diags);
    demand(!rule->script == (rule->diags.errors > 0), "%zu errors", rule->diags.errors);
    if (rule->script) rule_script_check(rule->script, &rule->diags);
    if (rule->script) lint(rule);
    diags_sort(&rule->diags);
    for (size_t i = 0; i < rule->diags.count; i++) {
        rule->killed |= strstr(rule->diags.list[i].text, "took too ") != NULL;
        buf_add_format(
            &rule->said, "%u: %s\n", rule->diags.list[i].place.line, rule->diags.list[i].text);
    }
}

static void release(struct rule *rule) {
    rule_script_free(rule->script);
    diags_release(&rule->diags);
    buf_release(&rule->said);
}

static void note(struct rule *rule, bool done, struct diag *diag) {
    enum failure_kind failure = rule_script_failure(rule->script);
    demand(done == (failure == FAILURE_NONE) && done == !diag->set, "%s", diag->text);
    rule->killed |= failure != FAILURE_NONE && failure != FAILURE_ERROR;
    buf_add_format(&rule->said, " %s\n", diag->text);
    diag_clear(diag);
}

static void ask_function(struct rule *rule, enum rule_function function) {
    struct diag diag = {0};
    struct buf *said = &rule->said;
    if (function == RULE_RULE) {
        enum rule_answer answer = rule_script_matches(rule->script, &diag);
        buf_add_text(said, answer == RULE_YES ? "yes" : "no");
        note(rule, answer != RULE_FAILED, &diag);
    } else if (function == RULE_DESTINATIONS || function == RULE_ALERT_CONTEXT) {
        size_t before = said->len;
        bool done = rule_script_json(rule->script, function, said, &diag);
        struct str json = {said->at + before, said->len - before};
        struct arena passing = {0};
        demand(!done || json_parse(&passing, json, NULL, NULL), "%.*s", STR_ARG(json));
        arena_release(&passing);
        note(rule, done, &diag);
    } else {
        note(rule, rule_script_text(rule->script, function, said, &diag), &diag);
    }
}

static void ask(struct rule *rule) {
    rule_script_event(rule->script, &event);
    for (int i = 0; i < RULE_FUNCTIONS && !rule->killed; i++)
        if (rule_script_has(rule->script, i)) ask_function(rule, i);
    rule_script_done(rule->script);
}

static void set_up(void) {
    demand(log_types_load(&types, &arena, "rules/logs", &canary.diags), "no log types");
    event.root = json_parse(&arena, str_of(event_text), NULL, NULL);
    load(&canary, "canary.yaml", str_of(canary_code));
    demand(canary.script, "the canary does not load");
    buf_reset(&canary.said);
    ask(&canary);
    expected = arena_text(&arena, buf_text(&canary.said));
}

static void check_others(void) {
    struct buf printed = {0};
    json_print(&printed, event.root);
    demand(str_is(buf_str(&printed), event_text), "the event is %s", buf_text(&printed));
    buf_reset(&canary.said);
    ask(&canary);
    demand(str_is(buf_str(&canary.said), expected), "the canary says %s", buf_text(&canary.said));
    buf_release(&printed);
}

/* Loading takes most of the time, so one input of four is loaded twice. */
static bool is_chosen(struct str code) {
    unsigned sum = 0;
    for (size_t i = 0; i < code.len; i++) sum += (unsigned char)code.at[i];
    return sum % 4 == 0;
}

static void check_again(const struct rule *rule, struct str code) {
    struct rule again;
    load(&again, "rule.yaml", code);
    if (again.script) ask(&again);
    if (!rule->killed && !again.killed)
        demand(str_eq(buf_str(&rule->said), buf_str(&again.said)), "it says first\n%sand then\n%s",
            buf_text(&rule->said), buf_text(&again.said));
    release(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct str code = fuzz_input(bytes, size);
    struct rule rule;
    if (!expected) set_up();
    load(&rule, "rule.yaml", code);
    if (rule.script) ask(&rule);
    if (is_chosen(code)) check_again(&rule, code);
    check_others();
    release(&rule);
    return 0;
}
