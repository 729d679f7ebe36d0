#include "cmd/test_report.h"

#include "text/json.h"

static void begin_line(struct buf *to, const struct manifest *rule) {
    buf_add_char(to, '{');
    json_print_member(to, "rule", rule->id);
}

static void add_place(struct buf *to, const struct place *place) {
    json_print_member(to, "file", str_of(place->file));
    json_print_member_integer(to, "line", place->line);
    json_print_member_integer(to, "column", place->column);
}

static void end_line(struct buf *to) {
    buf_add_text(to, "}\n");
    fwrite(to->at, 1, to->len, stdout);
    buf_release(to);
}

static void add_difference(struct buf *to, const struct difference *difference) {
    buf_add_char(to, '{');
    json_print_member(to, "what", difference->what);
    json_print_member(to, "expected", difference->expected);
    json_print_member(to, "got", difference->got);
    add_place(to, &difference->place);
    buf_add_char(to, '}');
}

static void add_differences(struct buf *to, const struct differences *differences) {
    struct buf why = {0};
    test_report_why(&why, differences);
    json_print_member(to, "why", buf_str(&why));
    json_print_key(to, "differences");
    buf_add_char(to, '[');
    for (size_t i = 0; i < differences->count; i++) {
        if (i) buf_add_char(to, ',');
        add_difference(to, &differences->list[i]);
    }
    buf_add_char(to, ']');
    buf_release(&why);
}

static void result(struct test_report *report, const struct test_result *told) {
    struct buf line = {0};
    (void)report;
    begin_line(&line, told->rule);
    json_print_member(&line, "test", told->test->name);
    add_place(&line, &told->test->place);
    json_print_member_bool(&line, "passed", told->differences->count == 0);
    if (told->differences->count) add_differences(&line, told->differences);
    end_line(&line);
}

static void gap(struct test_report *report, const struct test_gap *told) {
    struct buf line = {0};
    (void)report;
    begin_line(&line, told->rule);
    json_print_member(&line, "missing", str_of(told->missing));
    add_place(&line, &told->rule->id_place);
    json_print_member_bool(&line, "required", told->fails);
    end_line(&line);
}

const struct test_reporter test_report_json = {NULL, result, gap, NULL};
