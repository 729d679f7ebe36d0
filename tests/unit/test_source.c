#include "check.h"

#include "base/buf.h"
#include "text/source.h"
#include "text/source_whole.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static char path[64]; /* of a file in memory */

static const size_t chunks[] = {1, 2, 3, 7, 1000, 64 * 1024, SIZE_MAX};

enum { CHUNKS = sizeof chunks / sizeof *chunks };

static void write_file(struct str bytes) {
    int fd = open(path, O_WRONLY | O_TRUNC);
    assert_int_equal(write(fd, bytes.at, bytes.len), bytes.len);
    close(fd);
}

static void add_member(struct buf *to, struct str bytes) {
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 1, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, bytes.len);
    z.next_in = (Bytef *)bytes.at;
    z.avail_in = (uInt)bytes.len;
    z.next_out = (Bytef *)buf_reserve(to, room);
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    to->len += z.total_out;
    deflateEnd(&z);
}

static struct source *open_source(size_t chunk) {
    struct diag diag = {0};
    struct source *source = source_open(path, &diag);
    assert_non_null(source);
    source_limit_chunk(source, chunk);
    return source;
}

/* The last answer of source_read: 0 or -1. */
static ssize_t read_rest(struct source *source, struct buf *to, struct diag *diag) {
    ssize_t got;
    while ((got = source_read(source, buf_reserve(to, 4096), 4096, diag)) > 0)
        to->len += (size_t)got;
    return got;
}

static void check_reads(struct str file, struct str expected, ssize_t last, bool cut) {
    write_file(file);
    for (size_t i = 0; i < CHUNKS; i++) {
        struct buf text = {0};
        struct diag diag = {0};
        struct source *source = open_source(chunks[i]);
        assert_int_equal(read_rest(source, &text, &diag), last);
        assert_int_equal(text.len, expected.len);
        assert_memory_equal(buf_text(&text), expected.at, expected.len);
        assert_int_equal(source_is_cut(source), cut);
        assert_int_equal(diag.set, last < 0);
        source_close(source);
        buf_release(&text);
    }
}

static void test_plain(void **state) {
    (void)state;
    check_reads(STR(""), STR(""), 0, false);
    check_reads(STR("x"), STR("x"), 0, false);
    check_reads(STR("\x1F"), STR(""), 0, true);
    check_reads(STR("\x1Fz"), STR("\x1Fz"), 0, false);
    check_reads(STR("some\0text\n"), STR("some\0text\n"), 0, false);
}

static void test_gzip(void **state) {
    (void)state;
    struct buf file = {0}, text = {0};
    for (int i = 0; i < 9000; i++) buf_add_format(&text, "line %d\n", i * 7919 % 10007);
    add_member(&file, buf_str(&text));
    check_reads(buf_str(&file), buf_str(&text), 0, false);
    add_member(&file, STR(""));
    add_member(&file, STR("second"));
    buf_add_text(&text, "second");
    check_reads(buf_str(&file), buf_str(&text), 0, false);
    buf_add(&file, "\0\0\0\0\0", 5);
    check_reads(buf_str(&file), buf_str(&text), 0, false);
    buf_release(&file);
    buf_release(&text);
}

static void test_gzip_cut(void **state) {
    (void)state;
    struct buf file = {0};
    add_member(&file, STR("first"));
    size_t first = file.len;
    add_member(&file, STR("second"));
    for (size_t len = 1; len <= file.len; len++) {
        write_file((struct str){file.at, len});
        struct source *source = open_source(3);
        struct buf text = {0};
        assert_int_equal(read_rest(source, &text, NULL), 0);
        assert_int_equal(source_is_cut(source), len != first && len != file.len);
        assert_true(str_starts(STR("firstsecond"), buf_str(&text)));
        source_close(source);
        buf_release(&text);
    }
    buf_release(&file);
}

static void check_fails(struct str file, struct str before, const char *message) {
    write_file(file);
    struct source *source = open_source(64 * 1024);
    struct buf text = {0}, expected = {0};
    struct diag diag = {0}, again = {0};
    assert_int_equal(read_rest(source, &text, &diag), -1);
    assert_true(str_eq(buf_str(&text), before));
    assert_int_equal(source_read(source, buf_reserve(&text, 1), 1, &again), -1);
    assert_string_equal(diag.text, again.text);
    buf_add_format(&expected, "cannot inflate '%s': %s", path, message);
    assert_string_equal(diag.text, buf_text(&expected));
    source_close(source);
    buf_release(&text);
    buf_release(&expected);
}

static void test_gzip_bad(void **state) {
    (void)state;
    struct buf file = {0};
    const struct str text = STR("some text, some text, some text");
    add_member(&file, text);
    size_t len = file.len;
    buf_add_text(&file, "x");
    check_fails(buf_str(&file), text, "something else follows the compressed data");
    file.len = len;
    buf_add(&file, "\0\0x", 3);
    check_fails(buf_str(&file), text, "something else follows the compressed data");
    file.len = len;
    file.at[len - 6] ^= 1;
    check_fails(buf_str(&file), text, "incorrect data check");
    file.at[len - 6] ^= 1;
    file.at[2] = 7;
    check_fails(buf_str(&file), STR(""), "unknown compression method");
    buf_release(&file);
}

/* Whatever one byte is changed to, reading ends, and never gives more than a little. */
static void test_gzip_hostile(void **state) {
    (void)state;
    struct buf file = {0};
    add_member(&file, STR("first first first"));
    add_member(&file, STR("second"));
    for (size_t i = 0; i < file.len * 8; i++) {
        file.at[i / 8] ^= (char)(1 << i % 8);
        write_file(buf_str(&file));
        struct source *source = open_source(1 + i % 9);
        struct buf text = {0};
        read_rest(source, &text, NULL);
        assert_true(text.len < 100000);
        source_close(source);
        buf_release(&text);
        file.at[i / 8] ^= (char)(1 << i % 8);
    }
    buf_release(&file);
}

static void check_skip(struct source *source, uint64_t offset, struct str expected) {
    struct diag diag = {0};
    struct buf text = {0};
    assert_true(source_skip(source, offset, &diag));
    assert_int_equal(read_rest(source, &text, &diag), 0);
    assert_int_equal(text.len, expected.len);
    assert_memory_equal(buf_text(&text), expected.at, expected.len);
    source_close(source);
    buf_release(&text);
}

static void test_skip(void **state) {
    (void)state;
    struct str text = STR("0123456789");
    struct buf file = {0};
    struct diag diag = {0};
    add_member(&file, text);
    for (uint64_t offset = 0; offset <= text.len; offset++) {
        struct str rest = {text.at + offset, text.len - offset};
        write_file(text);
        check_skip(open_source(64 * 1024), offset, rest);
        write_file(buf_str(&file));
        check_skip(open_source(2), offset, rest);
    }
    struct source *source = open_source(2);
    assert_false(source_skip(source, text.len + 1, &diag));
    assert_non_null(strstr(diag.text, "cannot go on at byte 11 of"));
    source_close(source);
    buf_release(&file);
}

static void test_pipe(void **state) {
    (void)state;
    int ends[2], standard = dup(STDIN_FILENO);
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "0123456789", 10), 10);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    struct source *source = source_open("-", NULL);
    assert_int_equal(source_fd(source), STDIN_FILENO);
    check_skip(source, 4, STR("456789"));
    dup2(standard, STDIN_FILENO);
    close(standard);
}

static void check_growing(size_t chunk) {
    struct buf file = {0}, text = {0};
    add_member(&file, STR("first"));
    add_member(&file, STR("second"));
    write_file(STR(""));
    struct source *source = open_source(chunk);
    int fd = open(path, O_WRONLY | O_APPEND);
    for (size_t i = 0; i < file.len; i++) {
        assert_int_equal(read_rest(source, &text, NULL), 0);
        assert_int_equal(source_raw_offset(source), i);
        assert_int_equal(write(fd, file.at + i, 1), 1);
    }
    assert_int_equal(read_rest(source, &text, NULL), 0);
    assert_true(str_is(buf_str(&text), "firstsecond"));
    close(fd);
    source_close(source);
    buf_release(&file);
    buf_release(&text);
}

static void test_growing(void **state) {
    (void)state;
    check_growing(64 * 1024);
    check_growing(SIZE_MAX);
}

/* ---- members that are taken whole, held against the stream ---- */

static unsigned seed = 1;

static unsigned any(unsigned below) {
    seed = seed * 1103515245u + 12345u;
    return (seed >> 8) % below;
}

static void make_text(struct buf *text) {
    static const unsigned sizes[] = {1, 20, 300, 70000, 200000};
    unsigned size = any(sizes[any(sizeof sizes / sizeof *sizes)]), letters = 2 + any(200);
    buf_reset(text);
    while (text->len < size) buf_add_char(text, (char)any(letters));
}

static void make_member(struct buf *to) {
    static unsigned char name[] = "events.json";
    struct buf text = {0};
    z_stream z = {0};
    gz_header header = {.name = any(2) ? name : NULL, .hcrc = any(6) == 0};
    make_text(&text);
    assert_int_equal(deflateInit2(&z, (int)any(10), Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
    deflateSetHeader(&z, &header);
    size_t room = deflateBound(&z, text.len) + 64;
    z.next_in = (Bytef *)text.at;
    z.avail_in = (uInt)text.len;
    z.next_out = (Bytef *)buf_reserve(to, room);
    z.avail_out = (uInt)room;
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    to->len += z.total_out;
    deflateEnd(&z);
    buf_release(&text);
}

static void spoil(struct buf *file) {
    size_t at = any(3) ? any((unsigned)file->len) : file->len - 1 - any(18);
    switch (any(6)) {
    case 0: file->len = any((unsigned)file->len); break;
    case 1:
    case 2: file->at[at] ^= (char)(1 << any(8)); break;
    case 3: buf_add(file, "\0\0\0\0\0\0\0\0\0", 1 + any(9)); break;
    case 4: buf_add(file, "\0x", 2); break;
    default: break;
    }
}

/* What it gave, how it ended and what was said. */
static void read_outcome(size_t chunk, struct buf *outcome) {
    struct diag diag = {0};
    struct source *source = open_source(chunk);
    ssize_t last = read_rest(source, outcome, &diag);
    const char *fault = source_fault(source);
    buf_add_format(outcome, "%zd %d %s %s %llu", last, source_is_cut(source), diag.text,
        fault ? fault : "", last ? 0ull : (unsigned long long)source_raw_offset(source));
    source_close(source);
}

static void test_whole(void **state) {
    (void)state;
    for (int i = 0; i < 1000; i++) {
        struct buf file = {0}, streamed = {0}, whole = {0};
        for (unsigned n = 1 + any(3); n > 0; n--) make_member(&file);
        spoil(&file);
        write_file(buf_str(&file));
        read_outcome(64 * 1024, &streamed);
        read_outcome(SIZE_MAX, &whole);
        if (!str_eq(buf_str(&streamed), buf_str(&whole)))
            fail_msg("file %d: %zu bytes, …%s, but %zu, …%s", i, streamed.len,
                buf_text(&streamed) + streamed.len - 60, whole.len,
                buf_text(&whole) + whole.len - 60);
        buf_release(&file);
        buf_release(&streamed);
        buf_release(&whole);
    }
}

/* Of the file, after one byte was read from it. */
static uint64_t bytes_read_for_one(void) {
    char byte;
    struct source *source = open_source(SIZE_MAX);
    assert_int_equal(source_read(source, &byte, 1, NULL), 1);
    uint64_t raw = source_raw_offset(source);
    source_close(source);
    return raw;
}

static void add_noise(struct buf *text, size_t size) {
    while (text->len < size) buf_add_char(text, (char)any(256));
}

static void test_bounds(void **state) {
    (void)state;
    enum { AHEAD = 64 * 1024 };
    struct buf file = {0}, text = {0};
    add_noise(&text, 3 * AHEAD);
    add_member(&file, buf_str(&text));
    write_file(buf_str(&file));
    assert_int_equal(bytes_read_for_one(), file.len);
    add_noise(&text, WHOLE_FILE);
    file.len = 0;
    add_member(&file, buf_str(&text));
    write_file(buf_str(&file));
    assert_int_equal(bytes_read_for_one(), AHEAD);
    file.len = 0;
    buf_reset(&text);
    memset(buf_reserve(&text, WHOLE_TEXT + 1), 'x', WHOLE_TEXT + 1);
    text.len = WHOLE_TEXT + 1;
    add_member(&file, buf_str(&text));
    write_file(buf_str(&file));
    assert_true(file.len < WHOLE_FILE);
    assert_int_equal(bytes_read_for_one(), AHEAD);
    buf_release(&file);
    buf_release(&text);
}

static void test_no_file(void **state) {
    (void)state;
    struct diag diag = {0};
    assert_null(source_open("/nowhere/at/all", &diag));
    assert_string_equal(diag.text, "cannot open '/nowhere/at/all': No such file or directory");
    diag_clear(&diag);
    assert_null(source_open("/tmp", &diag));
    assert_string_equal(diag.text, "cannot open '/tmp': is a directory");
}

int main(void) {
    snprintf(path, sizeof path, "/proc/self/fd/%d", memfd_create("source", 0));
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_gzip),
        cmocka_unit_test(test_gzip_cut),
        cmocka_unit_test(test_gzip_bad),
        cmocka_unit_test(test_gzip_hostile),
        cmocka_unit_test(test_skip),
        cmocka_unit_test(test_pipe),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_whole),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_no_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
