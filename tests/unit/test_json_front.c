/* The front door: what is JSON, what is not, and how much of it is too much. */
#include "check.h"

#include "base/file.h"
#include "text/json.h"

#include <stdlib.h>

static struct arena arena;

static int forget(void **state) {
    (void)state;
    arena_release(&arena);
    return 0;
}

/* ---- tests/unit/json.rows ---- */

struct counts {
    size_t yes, no, may;
};

static void unescape(struct buf *to, struct str row) {
    for (size_t i = 0; i < row.len; i++) {
        char digits[3] = {0};
        bool byte = row.at[i] == '%';
        if (byte) memcpy(digits, row.at + i + 1, 2);
        buf_add_char(to, byte ? (char)strtol(digits, NULL, 16) : row.at[i]);
        i += byte ? 2 : 0;
    }
}

static void check_row(struct str row, struct counts *counts) {
    struct buf text = {0};
    struct diag diag = {0};
    size_t word = (size_t)((const char *)memchr(row.at, ' ', row.len) - row.at);
    unescape(&text, (struct str){row.at + word + 1, row.len - word - 1});
    bool no = str_starts(row, STR("no ")), taken = json_parse(&arena, buf_str(&text), NULL, &diag);
    if (taken == no) fail_msg("%.*s: %s", STR_ARG(row), taken ? "was taken" : diag.text);
    if (no && !strstr(diag.text, " at byte ") && !strstr(diag.text, " at line "))
        fail_msg("%.*s: no place in '%s'", STR_ARG(row), diag.text);
    counts->no += no;
    counts->yes += str_starts(row, STR("yes "));
    counts->may += str_starts(row, STR("may "));
    buf_release(&text);
}

/* What the RFC leaves to the reader is taken: an event that was refused is one nobody judges. */
static void every_row_is_judged_as_the_rfc_does(void **state) {
    (void)state;
    struct buf rows = {0};
    struct counts counts = {0};
    assert_true(file_read("tests/unit/json.rows", 1 << 20, &rows, NULL));
    for (const char *at = rows.at; *at;) {
        struct str row = {at, strcspn(at, "\n")};
        if (row.len == 2) row = STR("no "); /* an editor took the blank */
        if (row.len && *at != '#') check_row(row, &counts);
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    assert_true(counts.yes >= 54 && counts.no >= 197 && counts.may >= 36);
    buf_release(&rows);
}

/* Every text that is cut, and every one with a byte more, is told from the whole. */
static void no_part_of_a_text_is_taken_for_the_whole(void **state) {
    (void)state;
    const struct str whole = STR(
        "{\"a\":[-1.5e+3,\"\\u00e9\\n\",{\"b\":[true,false,null]}],\"c\":{}}");
    struct buf more = {0};
    assert_non_null(json_parse(&arena, whole, NULL, NULL));
    for (size_t len = 0; len < whole.len; len++)
        assert_null(json_parse(&arena, (struct str){whole.at, len}, NULL, NULL));
    for (int byte = 0; byte < 256; byte++) {
        bool space = byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
        buf_reset(&more);
        buf_add_str(&more, whole);
        buf_add_char(&more, (char)byte);
        assert_int_equal(json_parse(&arena, buf_str(&more), NULL, NULL) != NULL, space);
    }
    buf_release(&more);
}

/* ---- bounds ---- */

static void nest(struct buf *to, size_t depth, const char *open, const char *close) {
    buf_reset(to);
    for (size_t i = 0; i < depth; i++) buf_add_text(to, open);
    buf_add_text(to, "1");
    for (size_t i = 0; i < depth; i++) buf_add_text(to, close);
}

static const char *fault(
    const struct json *(*parse)(struct arena *, struct str, unsigned *, struct diag *),
    const struct buf *text) {
    static struct diag diag;
    diag = (struct diag){0};
    parse(&arena, buf_str(text), NULL, &diag);
    arena_reset(&arena);
    return diag.text;
}

static void depth_has_a_bound(void **state) {
    (void)state;
    static const char *const forms[][2] = {{"[", "]"}, {"{\"a\":", "}"}};
    struct buf text = {0};
    for (size_t i = 0; i < 2; i++) {
        nest(&text, JSON_DEPTH, forms[i][0], forms[i][1]);
        assert_string_equal(fault(json_parse, &text), "");
        nest(&text, RECORD_DEPTH, forms[i][0], forms[i][1]);
        assert_string_equal(fault(json_parse_record, &text), "");
    }
    nest(&text, JSON_DEPTH + 1, "[", "]");
    assert_string_equal(fault(json_parse, &text), "nested deeper than 512 at byte 513");
    nest(&text, 100000, "{\"a\":", "}");
    assert_string_equal(fault(json_parse_record, &text), "nested deeper than 500 at byte 2501");
    buf_release(&text);
}

static void list_of(struct buf *to, size_t values) {
    buf_reset(to);
    for (size_t i = 1; i < values; i++) buf_add_text(to, i == 1 ? "[0" : ",0");
    buf_add_text(to, "]");
}

static void values_have_a_bound(void **state) {
    (void)state;
    struct buf text = {0};
    list_of(&text, RECORD_VALUES);
    assert_string_equal(fault(json_parse_record, &text), "");
    list_of(&text, RECORD_VALUES + 1);
    assert_string_equal(fault(json_parse_record, &text), "more than 250000 values at byte 500000");
    list_of(&text, JSON_VALUES + 1);
    assert_string_equal(fault(json_parse, &text), "more than 2000000 values at byte 4000000");
    buf_release(&text);
}

/* A byte that cannot begin a value is what is wrong, even behind the last value there may be. */
static void a_fault_is_told_before_a_bound(void **state) {
    (void)state;
    struct buf text = {0};
    list_of(&text, RECORD_VALUES);
    ((char *)text.at)[text.len - 1] = ',';
    buf_add_char(&text, ']');
    assert_string_equal(fault(json_parse_record, &text), "unexpected ']' at byte 500000");
    buf_release(&text);
}

static void size_has_a_bound(void **state) {
    (void)state;
    struct buf text = {0};
    buf_add_char(&text, '"');
    while (text.len < RECORD_LIMIT - 1) buf_add_char(&text, 'x');
    buf_add_char(&text, '"');
    assert_string_equal(fault(json_parse_record, &text), "");
    buf_add_char(&text, ' ');
    assert_string_equal(fault(json_parse_record, &text), "longer than 4 MiB at byte 4194305");
    assert_string_equal(fault(json_parse, &text), "");
    buf_release(&text);
}

/* What an event may be, the alert around it may be too. */
static void an_alert_has_room_for_any_event(void **state) {
    (void)state;
    struct buf event = {0}, alert = {0};
    nest(&event, RECORD_DEPTH, "{\"a\":", "}");
    buf_add_format(
        &alert, "{\"event\":%s,\"context\":{\"a\":%s}}", buf_text(&event), buf_text(&event));
    assert_string_equal(fault(json_parse, &alert), "");
    buf_release(&event);
    buf_release(&alert);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(every_row_is_judged_as_the_rfc_does, forget),
        cmocka_unit_test_teardown(no_part_of_a_text_is_taken_for_the_whole, forget),
        cmocka_unit_test_teardown(depth_has_a_bound, forget),
        cmocka_unit_test_teardown(values_have_a_bound, forget),
        cmocka_unit_test_teardown(a_fault_is_told_before_a_bound, forget),
        cmocka_unit_test_teardown(size_has_a_bound, forget),
        cmocka_unit_test_teardown(an_alert_has_room_for_any_event, forget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
