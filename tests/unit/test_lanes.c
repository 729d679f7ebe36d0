/* Records by the lanes are held against records by the grammar alone. */
#include "check.h"

#include "base/buf.h"
#include "base/mem.h"
#include "text/json.h"
#include "text/records_state.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static const char *const wrappers[] = {"Records", "detail", NULL};

static const struct record_filter everything;

static char path[64]; /* of a file in memory */

static unsigned seed = 1;

static unsigned any(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

/* ---- what was read ---- */

struct found {
    uint64_t begin, end; /* offsets */
    uint64_t line, column, index;
    enum record_status status;
    bool parses;
};

struct finds {
    struct found *list;
    size_t count;
    enum record_status last;
};

static void release(struct finds *finds) {
    mem_free(finds->list);
    *finds = (struct finds){0};
}

static void write_file(struct str bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static bool parses(const struct record *record) {
    struct arena arena = {0};
    bool good = json_parse_record(&arena, record->bytes, NULL, NULL) != NULL;
    arena_release(&arena);
    return good;
}

static uint64_t offset_of(struct str input, const struct record *record) {
    const char *line = input.at;
    for (uint64_t i = 1; i < record->line; i++)
        line = (const char *)memchr(line, '\n', (size_t)(input.at + input.len - line)) + 1;
    size_t mark = record->line == 1 && str_starts(input, STR("\xEF\xBB\xBF")) ? 3 : 0;
    return (uint64_t)(line - input.at) + mark + record->column - 1;
}

static void note(
    struct finds *finds, struct str input, const struct record *record, enum record_status status) {
    uint64_t begin = offset_of(input, record);
    assert_memory_equal(input.at + begin, record->bytes.at, record->bytes.len);
    finds->list = mem_grow(finds->list, finds->count);
    finds->list[finds->count++] = (struct found){begin, begin + record->bytes.len, record->line,
        record->column, record->index, status, status != RECORD_BAD && parses(record)};
}

static struct finds read_all(
    struct str input, size_t chunk, bool by_grammar, struct record_filter filter) {
    struct finds finds = {0};
    struct record record;
    struct source *source = source_open(path, NULL);
    source_limit_chunk(source, chunk);
    struct records *records = records_new(source, wrappers, (struct record_position){0});
    if (by_grammar) records_by_grammar(records);
    records_filter(records, filter);
    while ((finds.last = records_next(records, &record, NULL)) != RECORD_END) {
        if (finds.last == RECORD_CUT) finds.last = records_reject_tail(records, &record);
        if (finds.last > RECORD_BAD) break;
        note(&finds, input, &record, finds.last);
        assert_true(finds.count < 2 * input.len + 2);
    }
    records_free(records);
    return finds;
}

/* ---- random input ---- */

static bool compact; /* no white space in a text */

static void add_space(struct buf *to) {
    if (compact) return;
    static const char *const spaces[] = {"", "", "", "", "", " ", "\n", "\r\n", "\t", "  \n  "};
    buf_add_text(to, spaces[any(sizeof spaces / sizeof *spaces)]);
}

static void add_string(struct buf *to) {
    static const char *const parts[] = {"a", "w", "{", "}", "[", "]", "\\\"", "\\\\", ":", ",", " ",
        "\\n", "\\u0041", "\xC3\xA4", "\\\\\\\"", "Records", "arn:aws:iam::123456789012:user/x"};
    buf_add_char(to, '"');
    for (unsigned n = any(5); n > 0; n--)
        buf_add_text(to, parts[any(sizeof parts / sizeof *parts)]);
    buf_add_char(to, '"');
}

static void add_value(struct buf *to, unsigned depth);

static void add_members(struct buf *to, unsigned depth, bool keys) {
    for (unsigned n = any(4); n > 0; n--) {
        add_space(to);
        if (keys && any(12) == 0)
            buf_add_text(to, any(2) ? "\"Records\"" : "\"Rec\\u006Frds\"");
        else if (keys)
            add_string(to);
        if (keys) add_space(to);
        if (keys) buf_add_char(to, ':');
        if (keys) add_space(to);
        add_value(to, depth);
        add_space(to);
        if (n > 1) buf_add_char(to, ',');
    }
    add_space(to);
}

static void add_object(struct buf *to, unsigned depth) {
    buf_add_char(to, '{');
    add_members(to, depth, true);
    buf_add_char(to, '}');
}

static void add_array(struct buf *to, unsigned depth) {
    buf_add_char(to, '[');
    add_members(to, depth, false);
    buf_add_char(to, ']');
}

static void add_value(struct buf *to, unsigned depth) {
    static const char *const plain[] = {"1", "-1.5e3", "true", "null", "\"\"", "0"};
    unsigned what = any(depth ? 8 : 4);
    if (what < 2)
        buf_add_text(to, plain[any(sizeof plain / sizeof *plain)]);
    else if (what < 4)
        add_string(to);
    else if (what < 6)
        add_object(to, depth - 1);
    else
        add_array(to, depth - 1);
}

static void add_elements(struct buf *to) {
    static const char *const between[] = {",", ",\n", "\n,", " , ", ",\r\n  "};
    const char *comma = between[any(sizeof between / sizeof *between)];
    for (unsigned n = any(6); n > 0; n--) {
        any(12) ? add_object(to, 3) : add_value(to, 2);
        if (n > 1) buf_add_text(to, comma);
    }
}

static void add_wrapper(struct buf *to) {
    buf_add_text(to, any(3) ? "{\"Records\":[" : "{\"x\":[{}], \"detail\" :\n[");
    add_elements(to);
    buf_add_text(to, any(3) ? "]}" : "],\"y\":{\"z\":[1]},\"Records\":[{}]}");
}

static void add_text(struct buf *to) {
    unsigned what = any(8);
    if (what == 0) buf_add_char(to, '[');
    if (what == 0 && any(4))
        add_elements(to);
    else if (what < 2)
        add_wrapper(to);
    else if (what < 3)
        add_value(to, 3);
    else
        add_object(to, 3);
    if (what == 0) buf_add_char(to, ']');
}

/* Valid. */
static void make_input(struct buf *input) {
    static const char *const ends[] = {"\n", "\n", "\n", "\r\n", "\n\n", " \n", "", " ", "\n "};
    const char *end = any(3) ? "\n" : NULL;
    buf_reset(input);
    if (any(20) == 0) buf_add_text(input, "\xEF\xBB\xBF");
    for (unsigned n = 1 + any(8); n > 0; n--) {
        add_text(input);
        bool number = input->len && strchr("0123456789", input->at[input->len - 1]);
        buf_add_text(input, end ? end : ends[any(sizeof ends / sizeof *ends)]);
        if (number) buf_add_char(input, ' ');
    }
}

static void spoil(struct buf *input) {
    static const char bytes[] = "{}[]\",:\\\n ue1-.\0\xFF\x01t";
    size_t at = any((unsigned)input->len);
    if (any(3)) {
        input->at[at] = bytes[any(sizeof bytes - 1)];
    } else {
        input->len--;
        memmove(input->at + at, input->at + at + 1, input->len - at);
    }
}

/* ---- valid input ---- */

static bool is_same(const struct found *a, const struct found *b) {
    return a->begin == b->begin && a->end == b->end && a->line == b->line &&
           a->column == b->column && a->index == b->index && a->status == b->status;
}

static void check_same(const struct finds *a, const struct finds *b, const struct buf *input) {
    bool same = a->count == b->count && a->last == b->last;
    for (size_t i = 0; same && i < a->count; i++) same = is_same(&a->list[i], &b->list[i]);
    if (!same) fail_msg("%zu and %zu records in\n%s", a->count, b->count, buf_text(input));
}

static void test_valid(void **state) {
    (void)state;
    struct buf input = {0};
    for (int i = 0; i < 10000; i++) {
        make_input(&input);
        write_file(buf_str(&input));
        struct finds grammar = read_all(buf_str(&input), SIZE_MAX, true, everything);
        struct finds lanes = read_all(
            buf_str(&input), any(2) ? SIZE_MAX : 1 + any(90), false, everything);
        check_same(&grammar, &lanes, &input);
        release(&grammar);
        release(&lanes);
    }
    buf_release(&input);
}

/* ---- broken input ---- */

/* Given as itself or inside of another one: the grammar finds elements of what it takes for broken. */
static bool is_found(const struct found *record, const struct finds *lanes) {
    for (size_t i = 0; i < lanes->count; i++) {
        const struct found *found = &lanes->list[i];
        bool around = found->begin <= record->begin && found->end >= record->end;
        if (around && found->status == RECORD_GOOD) return true;
    }
    return false;
}

struct losses {
    size_t lost, of;
};

/* How many of the records that the grammar finds the lanes do not. */
static void count_losses(const struct buf *input, struct losses *losses) {
    size_t chunk = any(2) ? SIZE_MAX : 1 + any(90);
    struct finds grammar = read_all(buf_str(input), SIZE_MAX, true, everything);
    struct finds lanes = read_all(buf_str(input), chunk, false, everything);
    for (size_t i = 0; i < grammar.count; i++) {
        if (grammar.list[i].status != RECORD_GOOD) continue;
        losses->of++;
        losses->lost += !is_found(&grammar.list[i], &lanes);
    }
    release(&grammar);
    release(&lanes);
}

static struct losses count_all(int inputs, unsigned faults, bool cuts) {
    struct losses losses = {0};
    struct buf input = {0};
    for (int i = 0; i < inputs; i++) {
        make_input(&input);
        for (unsigned n = 1 + any(faults); n > 0 && input.len > 1; n--) spoil(&input);
        if (cuts && any(4) == 0) input.len = any((unsigned)input.len + 1);
        write_file(buf_str(&input));
        count_losses(&input, &losses);
    }
    buf_release(&input);
    return losses;
}

static void test_fault(void **state) {
    (void)state;
    compact = true;
    struct losses losses = count_all(20000, 1, true);
    compact = false;
    assert_true(losses.of > 40000);
    assert_int_equal(losses.lost, 0);
}

/* Both ways guess where texts are spoilt more than once and their lines begin anywhere: the lanes
 * find more, and now and then one less. */
static void test_faults(void **state) {
    (void)state;
    struct losses losses = count_all(20000, 3, true);
    assert_true(losses.of > 40000);
    if (losses.lost > losses.of / 10000) fail_msg("lost %zu of %zu", losses.lost, losses.of);
}

/* ---- what nobody wants ---- */

static bool has_w(const void *context, struct str bytes) {
    (void)context;
    return memchr(bytes.at, 'w', bytes.len) != NULL;
}

static bool is_given_or_passed(const struct found *record, const struct finds *finds) {
    for (size_t i = 0; i < finds->count; i++) {
        const struct found *found = &finds->list[i];
        bool same = found->begin == record->begin && found->end == record->end;
        bool around = found->begin <= record->begin && found->end >= record->end;
        if ((same && found->status == record->status) || (around && found->status == RECORD_PASSED))
            return true;
    }
    return false;
}

/* What is passed over begins and ends as an object and holds nothing wanted; all else is given. */
static void check_passed(struct str input, const struct finds *all, const struct finds *some) {
    for (size_t i = 0; i < some->count; i++) {
        const struct found *found = &some->list[i];
        struct str bytes = {input.at + found->begin, found->end - found->begin};
        bool object = str_starts(bytes, STR("{")) && str_ends(bytes, STR("}"));
        bool good = !has_w(NULL, bytes) && object && found->index != 1;
        if (found->status == RECORD_PASSED && !good) fail_msg("passed over %.*s", STR_ARG(bytes));
    }
    for (size_t i = 0; i < all->count; i++)
        if (!is_given_or_passed(&all->list[i], some))
            fail_msg("lost record %zu of\n%.*s", i + 1, STR_ARG(input));
}

static void test_unwanted(void **state) {
    (void)state;
    struct buf input = {0};
    for (int i = 0; i < 10000; i++) {
        make_input(&input);
        write_file(buf_str(&input));
        size_t chunk = any(2) ? SIZE_MAX : 1 + any(90);
        struct record_filter filter = {has_w, NULL};
        struct finds all = read_all(buf_str(&input), SIZE_MAX, true, everything);
        struct finds some = read_all(buf_str(&input), chunk, false, filter);
        check_passed(buf_str(&input), &all, &some);
        release(&all);
        release(&some);
    }
    buf_release(&input);
}

static bool has_x(const void *context, struct str bytes) {
    ++*(size_t *)(uintptr_t)context;
    return memchr(bytes.at, 'x', bytes.len) != NULL;
}

/* A line is asked about once, as a whole; of those that nobody wants a sample is given. */
static void test_lines(void **state) {
    (void)state;
    struct buf input = {0};
    size_t asked = 0, given[RECORD_PASSED + 1] = {0};
    for (int i = 1; i <= 4000; i++)
        buf_add_text(&input, i % 100 == 0 ? "{\"a\":\"x\"}\r\n" : "{\"a\":tru}{}\n");
    write_file(buf_str(&input));
    struct finds finds = read_all(
        buf_str(&input), SIZE_MAX, false, (struct record_filter){has_x, &asked});
    for (size_t i = 0; i < finds.count; i++) {
        const struct found *found = &finds.list[i];
        given[found->status]++;
        bool sample = found->index % RECORD_SAMPLE == 1;
        if (sample) assert_int_equal(found->status, RECORD_GOOD);
    }
    /* The samples hold two records each: of the second each is asked about. */
    assert_int_equal(given[RECORD_GOOD], 40 + 4);
    assert_int_equal(given[RECORD_PASSED], 3960);
    assert_int_equal(asked, 4000);
    assert_int_equal(finds.last, RECORD_END);
    release(&finds);
    buf_release(&input);
}

int main(void) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", memfd_create("lanes", 0));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_valid),
        cmocka_unit_test(test_fault),
        cmocka_unit_test(test_faults),
        cmocka_unit_test(test_unwanted),
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
