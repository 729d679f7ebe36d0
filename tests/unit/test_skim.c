#include "check.h"

#include "base/buf.h"
#include "text/skim.h"
#include "text/skim_wide.h"

#include <sys/mman.h>
#include <unistd.h>

/* The bytes end where memory does: who reads on is killed. */
static char *edge;

static struct str at_edge(struct str bytes) {
    return (struct str){memcpy(edge - bytes.len, bytes.at, bytes.len), bytes.len};
}

static unsigned seed = 1;

static unsigned any(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

static void read_wide(struct block *block, const char *at) {
#ifdef SKIM_WIDE
    if (wide_is_there()) block_read_wide(block, at);
    if (wide_is_there()) return;
#endif
    block_read_plain(block, at);
}

static void test_blocks(void **state) {
    (void)state;
    static const char likely[] = "{}[]\",:\\\n \t\r\v\0\x1F!z;|~^y\x7F\xFB\xDB\xA2\x80\x8A";
    for (int i = 0; i < 20000; i++) {
        char bytes[BLOCK_SIZE];
        struct block block, wide, plain;
        for (size_t k = 0; k < sizeof bytes; k++)
            bytes[k] = any(2) ? likely[any(sizeof likely)] : (char)any(256);
        block_read(&block, bytes);
        read_wide(&wide, bytes);
        block_read_plain(&plain, bytes);
        assert_memory_equal(&block, &plain, sizeof block);
        assert_memory_equal(&wide, &plain, sizeof block);
    }
}

static enum skim_answer skim(struct str bytes, size_t *length) {
    struct skim skim = {0};
    enum skim_answer answer = skim_object(&skim, at_edge(bytes));
    *length = answer == SKIM_WHOLE ? skim.length : 0;
    return answer;
}

/* As it grows byte by byte: not whole before it is, odd at last, and the same at the end. */
static enum skim_answer skim_growing(struct str bytes, size_t step, size_t *length) {
    struct skim skim = {0};
    enum skim_answer answer = SKIM_MORE;
    for (size_t len = 1; answer == SKIM_MORE && len <= bytes.len; len += step)
        answer = skim_object(&skim, at_edge((struct str){bytes.at, len}));
    if (answer == SKIM_MORE) answer = skim_object(&skim, at_edge(bytes));
    *length = answer == SKIM_WHOLE ? skim.length : 0;
    return answer;
}

/* `text` with so much of a string or white space before its end that it crosses blocks everywhere. */
static void check(const char *text, enum skim_answer expected, size_t expected_length) {
    for (size_t pad = 0; pad < 2 * BLOCK_SIZE; pad++) {
        struct buf bytes = {0};
        size_t length;
        buf_add_text(&bytes, "{\"");
        for (size_t i = 0; i < pad; i++) buf_add_char(&bytes, 'x');
        buf_add_text(&bytes, "\":");
        size_t before = bytes.len;
        buf_add_text(&bytes, text);
        size_t whole = expected == SKIM_WHOLE ? before + expected_length : 0;
        if (skim(buf_str(&bytes), &length) != expected || length != whole)
            fail_msg("%s: at once, length %zu", buf_text(&bytes), length);
        for (size_t step = 1; step < 70; step += 23)
            if (skim_growing(buf_str(&bytes), step, &length) != expected || length != whole)
                fail_msg("%s: by %zu, length %zu", buf_text(&bytes), step, length);
        buf_release(&bytes);
    }
}

static void test_objects(void **state) {
    (void)state;
    check("1}", SKIM_WHOLE, 2);
    check("{}}{", SKIM_WHOLE, 3);
    check("[]} ]", SKIM_WHOLE, 3);
    check("\"}\"}", SKIM_WHOLE, 4);
    check("\"\\\"}\"}", SKIM_WHOLE, 6);
    check("\"\\\\\"}\"}", SKIM_WHOLE, 5);
    check("\"\\\\\\\"}\"}\n", SKIM_WHOLE, 8);
    check("[{},{\"b\":[[1],[ {} , {}\n, {} ]]}]}\"", SKIM_WHOLE, 34);
    check("{ \"b\" : \n\t [\r\n\n  {\n } ] } }", SKIM_WHOLE, 27);
    check("\"\xC3\xA4\xFF\x01\"}", SKIM_WHOLE, 7);
}

static void test_unfinished(void **state) {
    (void)state;
    check("", SKIM_MORE, 0);
    check("{", SKIM_MORE, 0);
    check("[1,2]", SKIM_MORE, 0);
    check("\"}", SKIM_MORE, 0);
    check("\"}\\\"}", SKIM_MORE, 0);
    check("\"}\\", SKIM_MORE, 0);
    check("\"\"", SKIM_MORE, 0);
}

static void test_odd(void **state) {
    (void)state;
    check("]", SKIM_ODD, 0);
    check("[}", SKIM_ODD, 0);
    check("[1,{\"b\":2]}", SKIM_ODD, 0);
    check("1,{}}", SKIM_ODD, 0);
    check("1{}}", SKIM_ODD, 0);
    check("1,[]}", SKIM_ODD, 0);
    check("[1 {}]}", SKIM_ODD, 0);
    check("[:{}]}", SKIM_ODD, 0);
    check("[\n{}]}", SKIM_ODD, 0);
    check("\n[]}", SKIM_ODD, 0);
    check("\\\"b\"}", SKIM_ODD, 0);
    check("\"x\n\"}", SKIM_ODD, 0);
    check("\"x}, \"b\":1}", SKIM_ODD, 0);
    check("x\"b\"}", SKIM_ODD, 0);
    check("\"b\"1}", SKIM_ODD, 0);
    check("\"b\"\"c\"}", SKIM_ODD, 0);
    check("{}\"b\":1}", SKIM_ODD, 0);
}

static void test_depth(void **state) {
    (void)state;
    for (int depth = 1; depth < 100; depth++) {
        struct buf bytes = {0};
        size_t length;
        for (int i = 0; i < depth; i++) buf_add_text(&bytes, i % 3 ? "[" : "{\"a\":");
        buf_add_text(&bytes, "1");
        for (int i = depth; i-- > 0;) buf_add_text(&bytes, i % 3 ? "]" : "}");
        enum skim_answer answer = skim(buf_str(&bytes), &length);
        assert_int_equal(answer, depth <= 64 ? SKIM_WHOLE : SKIM_ODD);
        buf_release(&bytes);
    }
}

/* What of the lines is inside of the object. */
static void test_lines(void **state) {
    (void)state;
    static const struct {
        const char *text;
        bool lines;
    } rows[] = {
        {"{}\n", false}, {"{\n}", true}, {"{\"a\":\"\\n\"}\n", false}, {"{ \"a\":\r\n1}", true}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct skim skim = {0};
        assert_int_equal(skim_object(&skim, at_edge(str_of(rows[i].text))), SKIM_WHOLE);
        assert_int_equal(skim.lines, rows[i].lines);
    }
}

static bool note_array(const void *context, struct str before) {
    struct buf *seen = *(struct buf *const *)context;
    buf_add_format(seen, "%zu ", before.len);
    return before.len > 20;
}

static void test_arrays(void **state) {
    (void)state;
    struct buf seen = {0}, *to = &seen;
    struct skim skim = {.odd_array = note_array, .context = &to};
    struct str text = STR("{\"a\":[[],{\"b\":[]}],\"c\" : [[]],\"d\":[],\"e\":[]}");
    assert_int_equal(skim_object(&skim, at_edge(text)), SKIM_ODD);
    assert_string_equal(buf_text(&seen), "5 25 ");
    buf_release(&seen);
}

int main(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED || mprotect(pages + page, page, PROT_NONE) != 0) return 1;
    edge = pages + page;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_blocks),
        cmocka_unit_test(test_objects),
        cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_odd),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_lines),
        cmocka_unit_test(test_arrays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
