/* What a rule's Lua did, as it is told to who asks why; and that looking changes no answer. */
#include "rule_try.h"

#include "script/rule_trace.h"
#include "text/json_short.h"

#define EVENT                                                                                      \
    "{\"eventName\":\"Stop\",\"userIdentity\":{\"type\":\"Root\",\"arn\":null},"                   \
    "\"list\":[{\"n\":1},{\"n\":2}],\"a.b\":{\"c\":true}}"

static void print_note(struct buf *to, const struct trace_note *note) {
    buf_add_format(to, "%u%s ", note->line, note->inside ? "+" : "");
    buf_add_str(to, note->what);
    if (note->value) buf_add_char(to, '=');
    if (note->value) json_print_short(to, note->value, 24);
    if (note->kind == TRACE_CALL) buf_add_format(to, " -> %.*s", STR_ARG(note->answer));
    buf_add_text(to, "; ");
}

static void print_trace(struct buf *to, const struct rule_trace *trace) {
    for (const struct trace_asked *asked = trace->asked; asked; asked = asked->next) {
        for (const struct trace_note *note = asked->notes; note; note = note->next)
            print_note(to, note);
        buf_add_format(to, "%s in %u: ", rule_function_names[asked->function], asked->line);
        buf_add_str(to, asked->error.len ? asked->error : asked->answer);
        if (asked->cut) buf_add_text(to, ", cut");
        buf_add_char(to, '\n');
    }
}

/* Asked `rule` with somebody looking; the code begins in line 7. */
static void traces(const char *code, const char *expected) {
    struct try try;
    struct rule_trace trace = {0};
    struct buf got = {0};
    try_begin(&try, code);
    try_event(&try, EVENT);
    enum rule_answer before = rule_script_matches(try.script, &try.diag);
    diag_clear(&try.diag);
    rule_script_trace(try.script, &trace);
    assert_int_equal(rule_script_matches(try.script, &try.diag), before);
    rule_script_trace(try.script, NULL);
    diag_clear(&try.diag);
    assert_int_equal(rule_script_matches(try.script, &try.diag), before);
    print_trace(&got, &trace);
    assert_string_equal(buf_text(&got), expected);
    buf_release(&got);
    rule_trace_release(&trace);
    try_end(&try);
}

static void reads_have_paths_and_values(void **state) {
    (void)state;
    traces("function rule(event)\n"
           "  if event.userIdentity.type ~= 'Root' then return true end\n"
           "  local who = event.userIdentity\n"
           "  return who.arn == event.requestParameters.name\n"
           "end",
        "8 userIdentity.type=\"Root\"; 10 userIdentity.arn=null; 10 requestParameters; "
        "rule in 10: true\n");
    traces("function rule(event) return event['a.b'].c end", "7 a\\.b.c=true; rule in 7: true\n");
}

static void what_is_read_again_is_told_once(void **state) {
    (void)state;
    traces("function rule(event)\n"
           "  return event.eventName == 'a' or event.eventName == 'b'\n"
           "end",
        "8 eventName=\"Stop\"; rule in 8: false\n");
}

static void what_is_walked_is_told_whole(void **state) {
    (void)state;
    traces("function rule(event)\n"
           "  for _, one in ipairs(event.list) do\n"
           "    if one.n == 2 then return true end\n"
           "  end\n"
           "end",
        "8 list=[{\"n\":1},{\"n\":2}]; 9 list[1].n=1; 9 list[2].n=2; rule in 9: true\n");
}

static void calls_of_the_library_have_arguments_and_answers(void **state) {
    (void)state;
    traces("local aws = require 'aws'\n"
           "function rule(event)\n"
           "  if not glob(event.eventName, 'St*') then return false end\n"
           "  if event.eventName:find('z', 1, true) then return false end\n"
           "  return aws.is_root(event)\n"
           "end",
        "9 eventName=\"Stop\"; 9 glob(\"Stop\", \"St*\") -> true; "
        "10 string.find(\"Stop\", \"z\", 1, true) -> nil; 11 aws.is_root(event) -> true; "
        "11+ userIdentity.type=\"Root\"; 11+ userIdentity.invokedBy; 11+ eventType; "
        "rule in 11: true\n");
}

static void a_function_of_its_own_is_no_call_of_the_library(void **state) {
    (void)state;
    traces("local function named(event, name)\n"
           "  return event.eventName == name\n"
           "end\n"
           "function rule(event)\n"
           "  return named(event, 'Go')\n"
           "end",
        "8 eventName=\"Stop\"; rule in 8: false\n");
}

static void a_failure_is_told_with_what_led_to_it(void **state) {
    (void)state;
    traces("function rule(event)\n"
           "  return regex.match(event.list, 'x')\n"
           "end",
        "8 list=[{\"n\":1},{\"n\":2}]; 8 regex.match(list, \"x\") -> ; rule in 8: "
        "rules/x.yaml:8: regex.match: argument 1 is a table, expected a string\n");
}

static void a_loop_is_not_followed_for_ever(void **state) {
    (void)state;
    traces("function rule(event)\n"
           "  while true do local x = event.eventName end\n"
           "end",
        "8 eventName=\"Stop\"; rule in 8: rules/x.yaml:8: took too many steps, cut\n");
}

static void no_more_notes_are_kept_than_can_be_read(void **state) {
    (void)state;
    struct try try;
    struct rule_trace trace = {0};
    size_t notes = 0;
    try_begin(&try, "function rule(event) for i = 1, 300 do local x = event['k' .. i] end end");
    try_event(&try, EVENT);
    rule_script_trace(try.script, &trace);
    assert_int_equal(rule_script_matches(try.script, &try.diag), RULE_NO);
    for (const struct trace_note *note = trace.asked->notes; note; note = note->next) notes++;
    assert_int_equal(notes, 200);
    assert_true(trace.asked->cut);
    rule_trace_release(&trace);
    try_end(&try);
}

static void other_functions_are_asked_in_their_turn(void **state) {
    (void)state;
    struct try try;
    struct rule_trace trace = {0};
    struct buf got = {0};
    try_begin(&try, "function title(event) return 'Root did ' .. event.eventName end\n"
                    "function unique(event) return event.userIdentity.type end");
    try_event(&try, EVENT);
    rule_script_trace(try.script, &trace);
    assert_string_equal(try_text(&try, RULE_TITLE), "Root did Stop");
    assert_string_equal(try_answer(&try, RULE_UNIQUE), "\"Root\"");
    print_trace(&got, &trace);
    assert_string_equal(buf_text(&got), "7 eventName=\"Stop\"; title in 7: Root did Stop\n"
                                        "8 userIdentity.type=\"Root\"; unique in 8: \"Root\"\n");
    buf_release(&got);
    rule_trace_release(&trace);
    try_end(&try); /* the trace is gone before its script */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_have_paths_and_values),
        cmocka_unit_test(what_is_read_again_is_told_once),
        cmocka_unit_test(what_is_walked_is_told_whole),
        cmocka_unit_test(calls_of_the_library_have_arguments_and_answers),
        cmocka_unit_test(a_function_of_its_own_is_no_call_of_the_library),
        cmocka_unit_test(a_failure_is_told_with_what_led_to_it),
        cmocka_unit_test(a_loop_is_not_followed_for_ever),
        cmocka_unit_test(no_more_notes_are_kept_than_can_be_read),
        cmocka_unit_test(other_functions_are_asked_in_their_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
