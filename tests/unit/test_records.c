#include "check.h"

#include "base/file.h"
#include "text/json.h"
#include "text/records_state.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static const char *const wrappers[] = {"Records", "detail", "Message", NULL};
static const size_t chunks[] = {1, 2, 3, 7, 64 * 1024};

enum { CHUNKS = sizeof chunks / sizeof *chunks };

static char path[64];   /* of a file in memory */
static bool by_grammar; /* without lanes */

static void write_file(struct str bytes) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static void write_gzip(struct str bytes) {
    gzFile file = gzopen(path, "wb1");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, bytes.at, (unsigned)bytes.len), (int)bytes.len);
    assert_int_equal(gzclose(file), Z_OK);
}

static struct records *read_from(size_t chunk, struct record_position from) {
    struct diag diag = {0};
    struct source *source = source_open(path, &diag);
    assert_non_null(source);
    source_limit_chunk(source, chunk);
    struct records *records = records_new(source, wrappers, from);
    if (by_grammar) records_by_grammar(records);
    return records;
}

/* What was read, one line a record: "+1:1 {…}" is good, "-2:7 reason | bytes" bad. */
struct listing {
    struct buf text;
    size_t count, good;
    struct record_position after[64]; /* each of the first records */
    size_t starts[64];                /* of their lines in the text */
};

/* A record is good when who parses it says so, too. */
static bool is_good(const struct record *record, enum record_status status, struct buf *reason) {
    struct arena arena = {0};
    struct diag diag = {0};
    bool good = status == RECORD_GOOD && json_parse_record(&arena, record->bytes, NULL, &diag);
    buf_add_text(reason, status == RECORD_GOOD ? diag.text : record->reason);
    if (status == RECORD_BAD && record->reason_line)
        buf_add_format(reason, " at line %llu column %llu", (unsigned long long)record->reason_line,
            (unsigned long long)record->reason_column);
    if (by_grammar) assert_int_equal(good, status == RECORD_GOOD);
    arena_release(&arena);
    return good;
}

static void list(struct listing *listing, const struct record *record, enum record_status status,
    struct record_position after) {
    struct buf reason = {0};
    bool good = is_good(record, status, &reason);
    if (listing->count < 64) {
        listing->after[listing->count] = after;
        listing->starts[listing->count] = listing->text.len;
    }
    listing->count++;
    listing->good += good;
    buf_add_format(&listing->text, "%c%llu:%llu ", good ? '+' : '-',
        (unsigned long long)record->line, (unsigned long long)record->column);
    if (!good) buf_add_format(&listing->text, "%s | ", buf_text(&reason));
    buf_add(&listing->text, record->bytes.at, record->bytes.len);
    buf_add_char(&listing->text, '\n');
    buf_release(&reason);
}

static void read_all(struct listing *listing, size_t chunk, struct record_position from) {
    struct records *records = read_from(chunk, from);
    struct record record;
    struct diag diag = {0};
    uint64_t index = from.index;
    enum record_status status;
    while ((status = records_next(records, &record, &diag)) != RECORD_END) {
        if (status == RECORD_CUT) status = records_reject_tail(records, &record);
        if (status != RECORD_GOOD && status != RECORD_BAD) break;
        assert_int_equal(record.index, ++index);
        list(listing, &record, status, records_position(records));
    }
    if (status == RECORD_FAILED) buf_add_format(&listing->text, "! %s\n", diag.text);
    records_free(records);
}

static void check_text(const struct listing *listing, size_t from, const char *expected) {
    const char *text = buf_text(&listing->text) + from;
    if (strcmp(text, expected) != 0) fail_msg("expected\n%sbut read\n%s", expected, text);
}

static void check_resumption(const struct listing *whole, size_t chunk) {
    for (size_t i = 0; i < whole->count && i < 64; i++) {
        struct listing rest = {0};
        read_all(&rest, chunk, whole->after[i]);
        const char *expected = i + 1 < whole->count && i + 1 < 64
                                   ? buf_text(&whole->text) + whole->starts[i + 1]
                                   : "";
        if (i + 1 < 64) check_text(&rest, 0, expected);
        buf_release(&rest.text);
    }
}

/* The same from every chunk size, and from every position on. */
static void check_file(const char *expected) {
    for (size_t i = 0; i < CHUNKS; i++) {
        struct listing listing = {0};
        read_all(&listing, chunks[i], (struct record_position){0});
        check_text(&listing, 0, expected);
        check_resumption(&listing, chunks[i]);
        buf_release(&listing.text);
    }
}

static void check_bytes(struct str input, const char *expected) {
    write_file(input);
    check_file(expected);
    write_gzip(input);
    check_file(expected);
}

struct form {
    const char *input, *expected;
};

static void check_form(struct form form, bool grammar) {
    by_grammar = grammar;
    check_bytes(str_of(form.input), form.expected);
    by_grammar = false;
}

static void check_forms(const struct form *form) {
    for (; form->input; form++) {
        check_form(*form, true);
        check_form(*form, false);
    }
}

static void test_forms(void **state) {
    (void)state;
    static const struct form forms[] = {
        {"", ""},
        {" \n\t\r\n", ""},
        {"{}", "+1:1 {}\n"},
        {"{\"a\":1}\n{\"b\":[{}]}\r\n\n{\"c\":\"}\\\"{\"}\n",
            "+1:1 {\"a\":1}\n+2:1 {\"b\":[{}]}\n+4:1 {\"c\":\"}\\\"{\"}\n"},
        {"{\"a\":1}{\"b\":2} {\"c\":3}", "+1:1 {\"a\":1}\n+1:8 {\"b\":2}\n+1:16 {\"c\":3}\n"},
        {"{\n  \"a\": 1\n}\n{\n}\n", "+1:1 {\n  \"a\": 1\n}\n+4:1 {\n}\n"},
        {"[]", ""},
        {"[{\"a\":1},{\"b\":2}]\n", "+1:2 {\"a\":1}\n+1:10 {\"b\":2}\n"},
        {"[\n  {},\n  {}\n]\n[{}]{}", "+2:3 {}\n+3:3 {}\n+5:2 {}\n+5:5 {}\n"},
        {"{\"Records\":[]}", ""},
        {"{\"Records\":[{\"a\":1},{\"b\":2}]}\n", "+1:13 {\"a\":1}\n+1:21 {\"b\":2}\n"},
        {"{\"digest\":{\"x\":[1]},\"Records\":[{}],\"n\":null,\"Records\":[{}]} {}",
            "+1:32 {}\n+1:56 {}\n+1:61 {}\n"},
        {"{\"\\u0052ecords\":[{}]}", "+1:18 {}\n"},
        {"{\"R\\u0065cords\\u0000\":[{}]}", "+1:1 {\"R\\u0065cords\\u0000\":[{}]}\n"},
        {"[{\"Records\":[{\"a\":1},{}]},{\"b\":2}]",
            "+1:14 {\"a\":1}\n+1:22 {}\n+1:27 {\"b\":2}\n"},
        {"{\"detail\":{\"a\":1}}", "+1:1 {\"detail\":{\"a\":1}}\n"},
        {"{\"Message\":\"[\"}", "+1:1 {\"Message\":\"[\"}\n"},
        {"{\"a\":{\"Records\":[{}]}}", "+1:1 {\"a\":{\"Records\":[{}]}}\n"},
        {"{\"Records\":[{\"Records\":[{}]}]}", "+1:13 {\"Records\":[{}]}\n"},
        {"\xEF\xBB\xBF{\"a\":1}\n{}", "+1:1 {\"a\":1}\n+2:1 {}\n"},
        {NULL, NULL},
    };
    check_forms(forms);
}

static void test_no_objects(void **state) {
    (void)state;
    static const struct form forms[] = {
        {"1 {}", "-1:1 not an object: a number | 1\n+1:3 {}\n"},
        {"12", "-1:1 not an object: a number | 12\n"},
        {"null\n\"x\"\ntrue{}",
            "-1:1 not an object: null | null\n-2:1 not an object: a string | \"x\"\n"
            "-3:1 not an object: a boolean | true\n+3:5 {}\n"},
        {"[1,{},[{}],false]",
            "-1:2 not an object: a number | 1\n+1:4 {}\n-1:7 not an object: an array | [{}]\n"
            "-1:12 not an object: a boolean | false\n"},
        {"{\"Records\":[-1.5e3,{}]}", "-1:13 not an object: a number | -1.5e3\n+1:20 {}\n"},
        {NULL, NULL},
    };
    check_forms(forms);
}

static void test_broken_lines(void **state) {
    (void)state;
    static const struct form forms[] = {
        {"{\"a\":\"tr\n{\"b\":2}\n{\"c\":3}\n",
            "-1:1 unexpected end of line in a string at line 1 column 9 | {\"a\":\"tr\n\n"
            "+2:1 {\"b\":2}\n+3:1 {\"c\":3}\n"},
        {"{\"a\":\n{\"b\":2}\n{\"c\":3}\n",
            "-1:1 unexpected '{' at line 3 column 1 | {\"a\":\n\n+2:1 {\"b\":2}\n+3:1 {\"c\":3}\n"},
        {"{\"a\":[1,\n{\"b\":2}\n",
            "-1:1 unexpected end at line 3 column 1 | {\"a\":[1,\n\n+2:1 {\"b\":2}\n"},
        {"{\"a\":\n{\"b\":[\n{\"c\":3}\n{\"d\":4}\n",
            "-1:1 unexpected '{' at line 4 column 1 | {\"a\":\n\n"
            "-2:1 unexpected '{' at line 4 column 1 | {\"b\":[\n\n"
            "+3:1 {\"c\":3}\n+4:1 {\"d\":4}\n"},
        {"{\"a\":1\n{\"b\":2}",
            "-1:1 unexpected '{' at line 2 column 1 | {\"a\":1\n\n+2:1 {\"b\":2}\n"},
        {"{}\nhello\nworld\n{}\n",
            "+1:1 {}\n-2:1 unexpected 'h' at line 2 column 1 | hello\nworld\n"
            "\n+4:1 {}\n"},
        {"{}]}\n{}", "+1:1 {}\n-1:3 unexpected ']' at line 1 column 3 | ]}\n\n+2:1 {}\n"},
        {"{},\n{},\n[]", "+1:1 {}\n-1:3 unexpected ',' at line 1 column 3 | ,\n\n"
                         "+2:1 {}\n-2:3 unexpected ',' at line 2 column 3 | ,\n\n"},
        {"foo", "-1:1 unexpected 'o' in a literal at line 1 column 2 | foo\n"},
        {"{\"Records\":[{\"a\":1}],\"x\":tru}\n{}",
            "+1:13 {\"a\":1}\n-1:29 unexpected '}' in a literal at line 1 column 29 | }\n\n"
            "+2:1 {}\n"},
        {NULL, NULL},
    };
    check_forms(forms);
}

static void test_broken_elements(void **state) {
    (void)state;
    static const struct form forms[] = {
        {"[{},,{}]", "+1:2 {}\n-1:5 unexpected ',' at line 1 column 5 | \n+1:6 {}\n"},
        {"[{},]{}", "+1:2 {}\n-1:5 unexpected ']' at line 1 column 5 | \n+1:6 {}\n"},
        {"[{}{}]", "+1:2 {}\n-1:4 unexpected '{' at line 1 column 4 | \n+1:4 {}\n"},
        {"[{}},{}]", "+1:2 {}\n-1:4 unexpected '}' at line 1 column 4 | }\n+1:6 {}\n"},
        {"[{\"a\":[1,2},{}]", "-1:2 unexpected '}' at line 1 column 11 | {\"a\":[1,2}\n+1:13 {}\n"},
        {"[{\"a\":{\"b\":1},{\"c\":2},{}]",
            "-1:2 unexpected '{' at line 1 column 15 | {\"a\":{\"b\":1},\n+1:15 {\"c\":2}\n+1:23 {}\n"},
        {"[{\"a\":\"x},{\"b\":\"y\"},{}]",
            "-1:2 unexpected 'b' at line 1 column 13 | {\"a\":\"x},{\"b\":\"y\"}\n+1:21 {}\n"},
        {"[{\"a\":\"x\ny z\",\"b\":1},{}]",
            "-1:2 unexpected end of line in a string at line 1 column 9 | "
            "{\"a\":\"x\ny z\",\"b\":1}\n+2:13 {}\n"},
        {"{\"Records\":[\n{\"a\":1,\n{\"b\":2},\n{}\n]}\n{}",
            "-2:1 unexpected '{' at line 3 column 1 | {\"a\":1,\n\n+3:1 {\"b\":2}\n+4:1 {}\n+6:1 {}\n"},
        {"{\"Records\":[{\"a\":1},{\"b\":\n{\"Records\":[{\"c\":3}]}\n{}\n",
            "+1:13 {\"a\":1}\n-1:21 unexpected '{' at line 3 column 1 | {\"b\":\n\n"
            "+2:13 {\"c\":3}\n+3:1 {}\n"},
        {"[{\"a\":1}\n{\"b\":2}\n{\"c\":3}\n",
            "+1:2 {\"a\":1}\n-2:1 unexpected '{' at line 2 column 1 | \n+2:1 {\"b\":2}\n"
            "+3:1 {\"c\":3}\n"},
        {NULL, NULL},
    };
    check_forms(forms);
}

/* What is wrong between the brackets is found by who parses the record, and takes nothing else with
 * it. */
static void test_broken_inside(void **state) {
    (void)state;
    static const struct {
        const char *input, *by_grammar, *by_lanes;
    } rows[] = {
        {"{\"a\":01}\n{}", "-1:1 unexpected '1' at line 1 column 7 | {\"a\":01}\n\n+2:1 {}\n",
            "-1:1 unexpected '1' at byte 7 | {\"a\":01}\n+2:1 {}\n"},
        {"{\"a\" 1}{}\n{}", "-1:1 unexpected '1' at line 1 column 6 | {\"a\" 1}{}\n\n+2:1 {}\n",
            "-1:1 unexpected '1' at byte 6 | {\"a\" 1}\n+1:8 {}\n+2:1 {}\n"},
        {"[{\"a\":tru,\"b\":[1,2]},{}]",
            "-1:2 unexpected ',' in a literal at line 1 column 10 | {\"a\":tru,\"b\":[1,2]}\n"
            "+1:22 {}\n",
            "-1:2 unexpected ',' in a literal at byte 9 | {\"a\":tru,\"b\":[1,2]}\n+1:22 {}\n"},
        {"{\"Records\":[{\n\"a\":.5},\n{}]}",
            "-1:13 unexpected '.' at line 2 column 5 | {\n\"a\":.5}\n+3:1 {}\n",
            "-1:13 unexpected '.' at line 2 column 5 | {\n\"a\":.5}\n+3:1 {}\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        check_form((struct form){rows[i].input, rows[i].by_grammar}, true);
        check_form((struct form){rows[i].input, rows[i].by_lanes}, false);
    }
}

static void test_cut(void **state) {
    (void)state;
    static const struct form forms[] = {
        {"{\"a\":1}\n{\"b",
            "+1:1 {\"a\":1}\n-2:1 unexpected end in a string at line 2 column 4 | {\"b\n"},
        {"{\"Records\":[{},{\"a\":",
            "+1:13 {}\n-1:16 unexpected end at line 1 column 21 | {\"a\":\n"},
        {"{\"Records\":[{},",
            "+1:13 {}\n-1:16 the input ends inside the array or object around its records | \n"},
        {"{\"Records\":[{}]",
            "+1:13 {}\n-1:16 the input ends inside the array or object around its records | \n"},
        {"[", "-1:2 the input ends inside the array or object around its records | \n"},
        {NULL, NULL},
    };
    check_forms(forms);
}

/* Each line swallows all that follow it: that ends, and what follows is found. */
static void test_swallowing(void **state) {
    (void)state;
    struct buf input = {0};
    for (int i = 0; i < 200; i++) buf_add_text(&input, "{\"a\":[\n");
    for (int i = 0; i < 100000; i++) buf_add_text(&input, "{},");
    buf_add_text(&input, "]\n{\"b\":1}\n{\"c\":2}\n");
    write_file(buf_str(&input));
    struct listing listing = {0};
    read_all(&listing, 64 * 1024, (struct record_position){0});
    assert_int_equal(listing.count, 15 + 1 + 2);
    assert_int_equal(listing.good, 2);
    check_resumption(&listing, 64 * 1024);
    buf_release(&listing.text);
    buf_release(&input);
}

static void test_growing(void **state) {
    (void)state;
    const char *text =
        "[{\"a\":1},{\"Records\":[{\"b\":\"\\u0041\"}, {}]}] {\"c\":12}\n{\"d\":tru\n{}\n";
    write_file(STR(""));
    struct listing listing = {0};
    struct records *records = read_from(64 * 1024, (struct record_position){0});
    FILE *file = fopen(path, "ab");
    for (size_t i = 0; i <= strlen(text); i++) {
        struct record record;
        enum record_status status;
        while ((status = records_next(records, &record, NULL)) <= RECORD_BAD)
            list(&listing, &record, status, records_position(records));
        bool inside = (i > 0 && i < 42) || (i > 43 && i < 51) || (i > 52 && i < 63);
        if ((status == RECORD_CUT) != inside) fail_msg("after %zu bytes: %d", i, status);
        fputc(text[i], file);
        fflush(file);
    }
    fclose(file);
    check_text(&listing, 0,
        "+1:2 {\"a\":1}\n+1:22 {\"b\":\"\\u0041\"}\n+1:38 {}\n+1:44 {\"c\":12}\n"
        "-2:1 unexpected end of line in a literal at line 2 column 9 | {\"d\":tru\n\n+3:1 {}\n");
    records_free(records);
    buf_release(&listing.text);
}

static void fill(struct buf *to, const char *head, size_t size, const char *tail) {
    buf_add_text(to, head);
    char *at = buf_reserve(to, size);
    memset(at, 'x', size);
    to->len += size;
    buf_add_text(to, tail);
}

static void test_oversize(void **state) {
    (void)state;
    struct buf input = {0};
    fill(&input, "{}\n{\"a\":\"", RECORD_LIMIT, "\"}\n");
    fill(&input, "{\"a\":\"", RECORD_LIMIT - 8, "\"}\n");
    fill(&input, "{\"before\":\"", RECORD_LIMIT, "\",\"Records\":[{},");
    fill(&input, "{\"a\":\"", RECORD_LIMIT + 100000, "\\x\"},{}],");
    fill(&input, "\"b\":\"", RECORD_LIMIT, "\"}\n{}\n");
    write_file(buf_str(&input));
    buf_release(&input);
    static const struct {
        enum record_status status;
        uint64_t line;
        size_t len;
    } expected[] = {{RECORD_GOOD, 1, 2}, {RECORD_BAD, 2, RECORD_KEPT},
        {RECORD_GOOD, 3, RECORD_LIMIT}, {RECORD_GOOD, 4, 2}, {RECORD_BAD, 4, RECORD_KEPT},
        {RECORD_GOOD, 4, 2}, {RECORD_GOOD, 5, 2}};
    for (size_t chunk = 1000; chunk < 100000; chunk += 64 * 1024) {
        struct records *records = read_from(chunk, (struct record_position){0});
        struct record record;
        for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
            assert_int_equal(records_next(records, &record, NULL), expected[i].status);
            assert_int_equal(record.line, expected[i].line);
            assert_int_equal(record.bytes.len, expected[i].len);
            if (i == 1) assert_string_equal(record.reason, "longer than 4 MiB");
        }
        assert_int_equal(records_next(records, &record, NULL), RECORD_END);
        records_free(records);
    }
}

static void check_bounds(bool grammar) {
    static const char *const reasons[] = {
        "", "", "more than 250000 values", "", "nested deeper than 500 at line 3 column 505", ""};
    by_grammar = grammar;
    struct records *records = read_from(100000, (struct record_position){0});
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
        struct record record;
        struct buf reason = {0};
        enum record_status status = records_next(records, &record, NULL);
        assert_int_equal(is_good(&record, status, &reason), !*reasons[i]);
        assert_true(str_starts(buf_str(&reason), str_of(reasons[i])));
        buf_release(&reason);
    }
    records_free(records);
    by_grammar = false;
}

/* Behind a record that is too deep, and in one that has too many values, the next ones are found. */
static void test_bounds(void **state) {
    (void)state;
    struct buf input = {0};
    buf_add_text(&input, "{\"a\":");
    for (int i = 1; i < RECORD_DEPTH; i++) buf_add_text(&input, "[");
    for (int i = 1; i < RECORD_DEPTH; i++) buf_add_text(&input, "]");
    buf_add_text(&input, "}\n{\"Records\":[{\"a\":[0");
    for (int i = 3; i < RECORD_VALUES; i++) buf_add_text(&input, ",0");
    buf_add_text(&input, "]},{\"a\":[0");
    for (int i = 3; i <= RECORD_VALUES; i++) buf_add_text(&input, ",0");
    buf_add_text(&input, "]},{}]}\n{\"a\":");
    for (int i = 1; i <= RECORD_DEPTH; i++) buf_add_text(&input, "[");
    buf_add_text(&input, "\n{}\n");
    write_file(buf_str(&input));
    buf_release(&input);
    check_bounds(true);
    check_bounds(false);
}

static void test_corrupt_gzip(void **state) {
    (void)state;
    write_gzip(STR("{\"a\":1}\n{\"b\":2}\n{\"c\":"));
    FILE *file = fopen(path, "rb+");
    fseek(file, -8, SEEK_END);
    int byte = fgetc(file);
    fseek(file, -8, SEEK_END);
    fputc(byte ^ 1, file);
    fclose(file);
    struct records *records = read_from(64 * 1024, (struct record_position){0});
    struct record record;
    struct diag diag = {0};
    assert_int_equal(records_next(records, &record, &diag), RECORD_GOOD);
    assert_int_equal(records_next(records, &record, &diag), RECORD_GOOD);
    assert_int_equal(records_next(records, &record, &diag), RECORD_FAILED);
    assert_non_null(strstr(diag.text, "incorrect data check"));
    assert_int_equal(records_reject_tail(records, &record), RECORD_BAD);
    assert_true(str_is(record.bytes, "{\"c\":"));
    assert_int_equal(records_reject_tail(records, &record), RECORD_END);
    assert_int_equal(records_next(records, &record, &diag), RECORD_FAILED);
    records_free(records);
}

/* ---- real input ---- */

static void check_real(const char *dir, size_t expected) {
    struct paths paths = {0};
    struct arena names = {0};
    size_t count = 0;
    if (!path_is_directory(dir)) {
        print_message("skipped: no %s\n", dir);
        skip();
    }
    assert_true(paths_walk(&paths, &names, dir, NULL, NULL));
    for (size_t i = 0; i < paths.count; i++) {
        struct records *records = records_new(
            source_open(paths.list[i], NULL), wrappers, (struct record_position){0});
        struct record record;
        enum record_status status;
        while ((status = records_next(records, &record, NULL)) == RECORD_GOOD) {
            assert_non_null(json_parse(&names, record.bytes, NULL, NULL));
            count++;
        }
        if (status != RECORD_END) fail_msg("%s: %s", paths.list[i], record.reason);
        records_free(records);
    }
    paths_release(&paths);
    arena_release(&names);
    assert_int_equal(count, expected);
}

static void test_real_wrappers(void **state) {
    (void)state;
    check_real("../shared/data/invictus/CloudTrail", 1448);
}

static void test_real_arrays(void **state) {
    (void)state;
    check_real("../shared/data/traildiscover/logExamples", 563);
}

/* ---- hostile input ---- */

static unsigned seed = 1;

static unsigned any(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

static void mutate(char *at, size_t len) {
    static const char bytes[] = "{}[]\",:\\\n ue1-.\0\xFF\x01t";
    for (unsigned i = any(3); i < 3 && len; i++)
        at[any((unsigned)len)] = bytes[any(sizeof bytes - 1)];
}

static const char *next_line(const char *line, struct str input) {
    return (const char *)memchr(line, '\n', (size_t)(input.at + input.len - line)) + 1;
}

/* Every byte is in a record, or is white space or the skeleton around records. */
static void check_order(const struct record *record, struct str input, uint64_t *end) {
    const char *line = input.at;
    for (uint64_t i = 1; i < record->line; i++) line = next_line(line, input);
    uint64_t begin = (uint64_t)(line - input.at) + record->column - 1;
    assert_true(begin >= *end);
    assert_true(begin + record->bytes.len <= input.len);
    assert_memory_equal(input.at + begin, record->bytes.at, record->bytes.len);
    *end = begin + record->bytes.len;
}

static size_t read_hostile(struct str input, size_t chunk, struct listing *listing) {
    struct records *records = read_from(chunk, (struct record_position){0});
    struct record record;
    uint64_t end = 0;
    enum record_status status;
    while ((status = records_next(records, &record, NULL)) != RECORD_END) {
        if (status == RECORD_CUT) status = records_reject_tail(records, &record);
        assert_true(status == RECORD_GOOD || status == RECORD_BAD);
        check_order(&record, input, &end);
        list(listing, &record, status, records_position(records));
        assert_true(listing->count < 2 * input.len + 2);
    }
    records_free(records);
    return listing->good;
}

static void test_hostile(void **state) {
    (void)state;
    static const char *const inputs[] = {
        "{\"Records\":[{\"a\":\"x\",\"b\":[1,{\"c\":null}]},{\"d\":\"\\u00e9\"},{}],\"e\":{}}\n{\"f\":1}",
        "[\n {\"a\": \"x\"},\n {\"b\": [1, 2]},\n {\"Records\": [{}, {\"c\": {}}]}\n]\n",
        "{\"a\":1}\n{\"b\":{\"c\":[{}]}}\n{\"d\":\"\\\"{\"}\n{\"e\":-1.5}\n",
    };
    for (int i = 0; i < 6000; i++) {
        char text[256];
        size_t len = (size_t)snprintf(text, sizeof text, "%s", inputs[any(3)]);
        mutate(text, len);
        if (any(4) == 0) len = any((unsigned)len + 1);
        struct str input = {text, len};
        write_file(input);
        struct listing whole = {0}, split = {0};
        read_hostile(input, 64 * 1024, &whole);
        read_hostile(input, 1 + any(5), &split);
        assert_true(str_eq(buf_str(&whole.text), buf_str(&split.text)));
        if (i % 8 == 0) check_resumption(&whole, 64 * 1024);
        buf_release(&whole.text);
        buf_release(&split.text);
    }
}

/* One line of many is spoilt: all others are found. */
static void test_hostile_line(void **state) {
    (void)state;
    static const char spoilt[] =
        "{\"id\":5,\"a\":[{\"b\":\"c\\\"d\"},{\"e\":[]}],\"f\":{\"g\":1e5}}";
    for (int i = 0; i < 6000; i++) {
        char line[sizeof spoilt];
        struct buf input = {0};
        memcpy(line, spoilt, sizeof spoilt);
        mutate(line, sizeof spoilt - 1);
        if (any(2)) line[any(sizeof spoilt)] = '\0';
        buf_add_format(&input, "{\"id\":1}\n{\"id\":2,\"s\":\"]}\"}\n%s\n", line);
        buf_add_text(&input, "{\"id\":3}\n{\"id\":4,\"x\":[{}]}\n");
        write_file(buf_str(&input));
        struct listing listing = {0};
        read_hostile(buf_str(&input), 64 * 1024, &listing);
        for (int id = 1; id <= 4; id++) {
            char wanted[16];
            snprintf(wanted, sizeof wanted, " {\"id\":%d", id);
            if (!strstr(buf_text(&listing.text), wanted))
                fail_msg("lost %d of\n%s", id, buf_text(&input));
        }
        buf_release(&listing.text);
        buf_release(&input);
    }
}

int main(void) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", memfd_create("records", 0));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_no_objects),
        cmocka_unit_test(test_broken_lines),
        cmocka_unit_test(test_broken_elements),
        cmocka_unit_test(test_broken_inside),
        cmocka_unit_test(test_cut),
        cmocka_unit_test(test_swallowing),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_oversize),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_corrupt_gzip),
        cmocka_unit_test(test_real_wrappers),
        cmocka_unit_test(test_real_arrays),
        cmocka_unit_test(test_hostile),
        cmocka_unit_test(test_hostile_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
