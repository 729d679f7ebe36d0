#include "check.h"

#include "base/clock.h"
#include "base/file.h"
#include "model/pattern_explain.h"
#include "tree.h"

#include <pthread.h>

/* Lines of a file of rows: see tests/unit/pattern.rows for the form. */
struct reader {
    const char *path;
    unsigned line;
    struct arena arena;
    struct diags diags;
    size_t next_diag;
    struct pattern *pattern;
    bool is_open;
    size_t rows;
};

static void finish_pattern(struct reader *reader) {
    if (reader->is_open && reader->next_diag < reader->diags.count) {
        const struct diag_entry *entry = &reader->diags.list[reader->next_diag];
        fail_msg("%s:%u: unexpected: %u:%u: %s", reader->path, reader->line, entry->place.line,
            entry->place.column, entry->text);
    }
    pattern_release(reader->pattern);
    diags_release(&reader->diags);
    diags_init(&reader->diags);
    reader->next_diag = 0;
    reader->pattern = NULL;
    arena_reset(&reader->arena);
}

static void open_pattern(struct reader *reader, struct str text) {
    finish_pattern(reader);
    reader->is_open = true;
    reader->pattern = pattern_compile(
        &reader->arena, tree_yaml(&reader->arena, text), &reader->diags);
    diags_sort(&reader->diags);
    assert_true((reader->pattern == NULL) == (reader->diags.errors > 0));
}

/* Who explains it says the same: where it matches every clause holds, and where it does not one fails,
 * or they hold apart from each other. */
static void expect_account(struct reader *reader, const struct json *event, bool expected) {
    struct pattern_account account;
    pattern_explain(reader->pattern, event, &reader->arena, &account);
    bool agrees = account.matches == expected && account.apart == (!expected && !account.failed);
    if (!agrees || (expected && account.failed))
        fail_msg("%s:%u: the explanation says otherwise: %s, %zu failed", reader->path,
            reader->line, account.matches ? "it matches" : "it does not match", account.failed);
}

static void expect_answer(struct reader *reader, struct str text, bool expected) {
    bool failed = false;
    if (!reader->pattern) {
        finish_pattern(reader);
        fail_msg("%s:%u: there is no pattern to ask", reader->path, reader->line);
    }
    const struct json *event = tree_json(&reader->arena, text);
    if (pattern_matches(reader->pattern, event, &failed) != expected || failed)
        fail_msg("%s:%u: the pattern %s", reader->path, reader->line,
            expected ? "does not match" : "matches");
    if (event->type == JSON_OBJECT) expect_account(reader, event, expected);
}

static void expect_error(struct reader *reader, struct str expected) {
    char found[600];
    if (reader->next_diag == reader->diags.count)
        fail_msg("%s:%u: no such error", reader->path, reader->line);
    const struct diag_entry *entry = &reader->diags.list[reader->next_diag++];
    snprintf(found, sizeof found, "%u:%u: %s", entry->place.line, entry->place.column, entry->text);
    if (!str_is(expected, found)) fail_msg("%s:%u: %s", reader->path, reader->line, found);
}

static void read_row(struct reader *reader, struct str line) {
    if (line.len == 0 || line.at[0] == '#') return;
    struct str rest = {line.at + 2, line.len > 2 ? line.len - 2 : 0};
    bool is_mark = line.len > 1 && line.at[1] == ' ' && memchr("+-!", line.at[0], 3);
    if (!is_mark) {
        open_pattern(reader, line);
        return;
    }
    reader->rows++;
    if (line.at[0] == '!') expect_error(reader, rest);
    if (line.at[0] != '!') expect_answer(reader, rest, line.at[0] == '+');
}

/* Reads all lines, or those between ```pattern and ``` where the file is prose. */
static size_t read_rows(const char *path, bool is_prose) {
    struct reader reader = {.path = path};
    struct buf text;
    struct diag diag = {0};
    bool inside = !is_prose;
    buf_init(&text);
    arena_init(&reader.arena);
    diags_init(&reader.diags);
    if (!file_read(path, 1 << 20, &text, &diag)) fail_msg("%s", diag.text);
    for (const char *at = text.at, *end = text.at + text.len; at < end;) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        struct str line = {at, (size_t)((stop ? stop : end) - at)};
        at += line.len + 1;
        reader.line++;
        if (is_prose && str_starts(line, STR("```"))) {
            inside = str_is(line, "```pattern");
        } else if (inside) {
            read_row(&reader, line);
        }
    }
    finish_pattern(&reader);
    diags_release(&reader.diags);
    arena_release(&reader.arena);
    buf_release(&text);
    return reader.rows;
}

static void rows_hold(void **state) {
    (void)state;
    assert_true(read_rows("tests/unit/pattern.rows", false) > 600);
}

static void examples_of_the_manual_hold(void **state) {
    (void)state;
    assert_true(read_rows("rules/PATTERNS.md", true) > 60);
}

struct subject {
    struct arena arena;
    struct diags diags;
    struct pattern *pattern;
};

static void subject_init(struct subject *subject, const char *pattern) {
    arena_init(&subject->arena);
    diags_init(&subject->diags);
    subject->pattern = pattern_compile(
        &subject->arena, tree_yaml(&subject->arena, str_of(pattern)), &subject->diags);
}

static void subject_release(struct subject *subject) {
    pattern_release(subject->pattern);
    diags_release(&subject->diags);
    arena_release(&subject->arena);
}

static double seconds_since(int64_t start) {
    return (double)(clock_monotonic_ms() - start) / 1e3;
}

static struct json string_of(struct arena *arena, char fill, size_t length) {
    char *at = arena_alloc(arena, length + 1);
    memset(at, fill, length);
    return (struct json){.type = JSON_STRING, .string = {at, length}};
}

static struct json object_of(struct arena *arena, const char *key, struct json value) {
    struct json_member *member = arena_new(arena, struct json_member);
    *member = (struct json_member){str_of(key), value};
    return (struct json){.type = JSON_OBJECT, .count = 1, .members = member};
}

static struct json array_of(struct arena *arena, struct json value, size_t count) {
    struct json *items = arena_list(arena, struct json, count);
    for (size_t i = 0; i < count; i++) items[i] = value;
    return (struct json){.type = JSON_ARRAY, .count = count, .items = items};
}

static void wildcards_are_linear(void **state) {
    static const char *const patterns[] = {"{a: [{wildcard: \"*a*a*a*a*b\"}]}",
        "{a: [{wildcard: \"*aaaaaaab*aaaaaaab*c*\"}]}",
        "{a: [{anything-but: {wildcard: [\"*a*a*a*a*a*a*a*a*a*b*c\"]}}]}"};
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        struct subject subject;
        subject_init(&subject, patterns[i]);
        struct json event = object_of(
            &subject.arena, "a", string_of(&subject.arena, 'a', 100 * 1000));
        int64_t start = clock_monotonic_ms();
        for (int n = 0; n < 10; n++)
            assert_int_equal(pattern_matches(subject.pattern, &event, NULL), i == 2);
        assert_true(seconds_since(start) < 0.5);
        subject_release(&subject);
    }
}

/* Arrays in arrays, 500 deep, under a pattern that could choose at each of them. */
static void deep_arrays_are_not_exponential(void **state) {
    struct subject subject;
    (void)state;
    subject_init(&subject,
        "{a: [1], a.b: [{exists: false}, 7], a.c: [1], a.d: [{exists: false}], a.e: [2]}");
    struct json value = array_of(
        &subject.arena, (struct json){.type = JSON_INTEGER, .integer = 1}, 2);
    for (int i = 0; i < 500; i++) {
        struct json two = array_of(&subject.arena, value, 2);
        two.items[0] = object_of(
            &subject.arena, "c", (struct json){.type = JSON_INTEGER, .integer = 1});
        value = two;
    }
    struct json event = object_of(&subject.arena, "a", value);
    int64_t start = clock_monotonic_ms();
    assert_false(pattern_matches(subject.pattern, &event, NULL));
    assert_true(seconds_since(start) < 0.5);
    subject_release(&subject);
}

static void sibling_arrays_are_not_multiplied(void **state) {
    struct subject subject;
    (void)state;
    subject_init(&subject, "{a: {x: [1]}, b: {x: [1]}, c: {x: [1]}, d: {x: [2]}}");
    struct json one = object_of(
        &subject.arena, "x", (struct json){.type = JSON_INTEGER, .integer = 1});
    struct json_member members[4];
    for (int i = 0; i < 4; i++)
        members[i] = (struct json_member){
            {&"abcd"[i], 1}, array_of(&subject.arena, one, 10 * 1000)};
    struct json event = {.type = JSON_OBJECT, .count = 4, .members = members};
    int64_t start = clock_monotonic_ms();
    for (int n = 0; n < 10; n++) assert_false(pattern_matches(subject.pattern, &event, NULL));
    assert_true(seconds_since(start) < 0.5);
    subject_release(&subject);
}

static void a_regex_at_its_limit_is_told(void **state) {
    struct subject subject;
    bool failed = false;
    (void)state;
    subject_init(&subject, "{a: [{regex: \"^(a+)+$\"}]}");
    struct json text = string_of(&subject.arena, 'a', 5000);
    ((char *)(uintptr_t)text.string.at)[4999] = 'b';
    struct json event = object_of(&subject.arena, "a", text);
    assert_false(pattern_matches(subject.pattern, &event, &failed));
    assert_true(failed);
    assert_false(pattern_matches(subject.pattern, &event, NULL));
    subject_release(&subject);
}

static void *ask_many_times(void *at) {
    const struct subject *subject = at;
    struct arena arena;
    arena_init(&arena);
    const struct json *yes = tree_json(&arena, STR("{\"a\": \"user/bob\", \"b\": \"x-17\"}"));
    const struct json *no = tree_json(&arena, STR("{\"a\": \"user/eve\", \"b\": \"x-17\"}"));
    bool right = true;
    for (int i = 0; i < 2000; i++)
        right &= pattern_matches(subject->pattern, yes, NULL) &&
                 !pattern_matches(subject->pattern, no, NULL);
    arena_release(&arena);
    return right ? at : NULL;
}

static void threads_share_a_pattern(void **state) {
    struct subject subject;
    pthread_t threads[4];
    void *answer;
    (void)state;
    subject_init(&subject, "{a: [{regex: \"^user/(bob|al)\"}], b: [{regex: \"\\\\d+$\"}]}");
    for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, ask_many_times, &subject);
    for (int i = 0; i < 4; i++) {
        pthread_join(threads[i], &answer);
        assert_ptr_equal(answer, &subject);
    }
    subject_release(&subject);
}

static void combinations_have_a_limit(void **state) {
    struct subject subject;
    struct buf text;
    (void)state;
    buf_init(&text);
    buf_add_char(&text, '{');
    for (int i = 0; i < 10; i++) buf_add_format(&text, "k%d: {$or: [{a: 1}, {b: 2}]}, ", i);
    subject_init(&subject, buf_text(&text));
    assert_null(subject.pattern);
    assert_int_equal(subject.diags.count, 1);
    assert_string_equal(subject.diags.list[0].text, "more than 1000 combinations of '$or'");
    subject_release(&subject);
    buf_release(&text);
}

static void fields_have_a_limit(void **state) {
    struct subject subject;
    struct buf text;
    (void)state;
    buf_init(&text);
    for (int i = 0; i < 10001; i++) buf_add_format(&text, "%sf%d: [x]", i ? ", " : "{", i);
    buf_add_text(&text, "}");
    subject_init(&subject, buf_text(&text));
    assert_null(subject.pattern);
    assert_string_equal(subject.diags.list[0].text, "more than 10000 fields in a pattern");
    subject_release(&subject);
    buf_release(&text);
}

static void long_paths_have_a_limit(void **state) {
    struct subject subject;
    struct buf text;
    (void)state;
    buf_init(&text);
    buf_add_text(&text, "{\"");
    for (int i = 0; i < 100000; i++) buf_add_text(&text, "a.");
    buf_add_text(&text, "a\": 1}");
    subject_init(&subject, buf_text(&text));
    assert_null(subject.pattern);
    assert_string_equal(
        subject.diags.list[0].text, "path of more than 512 names: no event is so deep");
    subject_release(&subject);
    buf_release(&text);
}

static void only_an_object_matches(void **state) {
    struct subject subject;
    (void)state;
    subject_init(&subject, "{a: [{exists: false}]}");
    assert_true(pattern_matches(subject.pattern, &(struct json){.type = JSON_OBJECT}, NULL));
    assert_false(pattern_matches(subject.pattern, &(struct json){.type = JSON_ARRAY}, NULL));
    assert_false(pattern_matches(subject.pattern, &(struct json){.type = JSON_NULL}, NULL));
    assert_false(pattern_matches(subject.pattern, NULL, NULL));
    subject_release(&subject);
    pattern_release(NULL);
}

/* Every row with some bytes changed: whatever it means then, it is compiled or refused. */
static void mutations_do_no_harm(void **state) {
    struct buf rows;
    struct diag diag = {0};
    uint64_t seed = 7;
    (void)state;
    buf_init(&rows);
    if (!file_read("tests/unit/pattern.rows", 1 << 20, &rows, &diag)) fail_msg("%s", diag.text);
    for (const char *at = rows.at, *stop; (stop = strchr(at, '\n')); at = stop + 1) {
        if (*at != '{') continue;
        for (int n = 0; n < 20; n++) {
            struct subject subject;
            char *copy = mem_copy(at, (size_t)(stop - at));
            for (int i = 0; i < 3; i++) {
                seed = seed * 6364136223846793005u + 1442695040888963407u;
                copy[(seed >> 33) % (size_t)(stop - at)] = "\"{}[],:*\\.0/$\xff"[(seed >> 20) % 14];
            }
            subject_init(&subject, copy);
            assert_true((subject.pattern == NULL) == (subject.diags.errors > 0));
            const struct json *event = tree_json(
                &subject.arena, STR("{\"a\": [\"x\", {\"b\": 1}], \"\": 2}"));
            if (subject.pattern) pattern_matches(subject.pattern, event, NULL);
            subject_release(&subject);
            mem_free(copy);
        }
    }
    buf_release(&rows);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(rows_hold),
        cmocka_unit_test(examples_of_the_manual_hold),
        cmocka_unit_test(wildcards_are_linear),
        cmocka_unit_test(deep_arrays_are_not_exponential),
        cmocka_unit_test(sibling_arrays_are_not_multiplied),
        cmocka_unit_test(a_regex_at_its_limit_is_told),
        cmocka_unit_test(threads_share_a_pattern),
        cmocka_unit_test(combinations_have_a_limit),
        cmocka_unit_test(fields_have_a_limit),
        cmocka_unit_test(long_paths_have_a_limit),
        cmocka_unit_test(only_an_object_matches),
        cmocka_unit_test(mutations_do_no_harm),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
