/* Reading ahead, in parts and by threads, gives what reading from the first byte to the last gives. */
#include "check.h"

#include "base/buf.h"
#include "base/file.h"
#include "flow/reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

static const char *const wrappers[] = {"Records", NULL};

enum { FILES = 6 };

struct shelf {
    char dir[32];
    char *paths[FILES];
    size_t count;
};

static void shelf_init(struct shelf *shelf) {
    *shelf = (struct shelf){.dir = "/tmp/tocsin-test-XXXXXX"};
    assert_non_null(mkdtemp(shelf->dir));
}

static void shelf_release(struct shelf *shelf) {
    for (size_t i = 0; i < shelf->count; i++) {
        remove(shelf->paths[i]);
        free(shelf->paths[i]);
    }
    rmdir(shelf->dir);
}

static char *add_path(struct shelf *shelf) {
    char *path = malloc(64);
    snprintf(path, 64, "%s/%zu", shelf->dir, shelf->count);
    return shelf->paths[shelf->count++] = path;
}

static void add_file(struct shelf *shelf, struct str bytes) {
    FILE *file = fopen(add_path(shelf), "wb");
    assert_int_equal(fwrite(bytes.at, 1, bytes.len, file), bytes.len);
    assert_int_equal(fclose(file), 0);
}

static void add_gzip(struct shelf *shelf, struct str bytes) {
    gzFile file = gzopen(add_path(shelf), "wb1");
    assert_int_equal(gzwrite(file, bytes.at, (unsigned)bytes.len), (int)bytes.len);
    assert_int_equal(gzclose(file), Z_OK);
}

/* ---- the two ways ---- */

static void list(struct buf *to, const char *path, uint64_t index, uint64_t line, const char *bad,
    uint64_t bad_line, struct str bytes) {
    buf_add_format(to, "%s #%llu :%llu %s :%llu %zu ", path, (unsigned long long)index,
        (unsigned long long)line, bad ? bad : "good", (unsigned long long)bad_line, bytes.len);
    buf_add(to, bytes.at, bytes.len < 40 ? bytes.len : 40);
    buf_add_char(to, '\n');
}

static void read_plainly(struct buf *to, const char *path) {
    struct diag diag = {0};
    struct record record;
    struct records *records = records_new(
        source_open(path, &diag), wrappers, (struct record_position){0});
    for (;;) {
        enum record_status status = records_next(records, &record, &diag);
        if (status == RECORD_CUT) status = records_reject_tail(records, &record);
        if (status != RECORD_GOOD && status != RECORD_BAD) break;
        const char *bad = status == RECORD_BAD ? record.reason : NULL;
        uint64_t bad_line = bad ? record.reason_line : 0;
        list(to, path, record.index, record.line, bad, bad_line, record.bytes);
    }
    records_free(records);
}

static void take_batch(struct buf *to, const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *record = &batch->list[i];
        list(to, record->source, record->index, record->line, record->bad, record->bad_line,
            record->bytes);
    }
}

static size_t read_ahead(struct buf *to, const struct shelf *shelf, size_t threads) {
    struct batch_pool *pool = batch_pool_new();
    struct reader_options options = {.paths = shelf->paths,
        .count = shelf->count,
        .threads = threads,
        .pool = pool,
        .reading = {.wrappers = wrappers}};
    struct reader *reader = reader_new(&options);
    struct batch *batch;
    size_t batches = 0;
    for (; (batch = reader_next(reader)); batches++) {
        take_batch(to, batch);
        batch_pool_give(pool, batch);
    }
    reader_free(reader);
    batch_pool_free(pool);
    return batches;
}

static void check_same(const struct shelf *shelf) {
    struct buf plain = {0}, ahead = {0};
    size_t batches = 0;
    for (size_t i = 0; i < shelf->count; i++) read_plainly(&plain, shelf->paths[i]);
    for (size_t threads = 0; threads < 4; threads++) {
        buf_reset(&ahead);
        size_t now = read_ahead(&ahead, shelf, threads);
        assert_true(batches == 0 || now == batches);
        batches = now;
        assert_true(str_eq(buf_str(&plain), buf_str(&ahead)));
    }
    buf_release(&plain);
    buf_release(&ahead);
}

static size_t count_parts(const struct shelf *shelf) {
    struct parts *parts = parts_new(shelf->paths, shelf->count);
    struct part part;
    size_t count = 0;
    uint64_t from = 0;
    for (; parts_next(parts, &part); count++) {
        assert_int_equal(part.first, count == 0);
        assert_int_equal(part.from, from);
        from = part.to;
    }
    parts_free(parts);
    return count;
}

/* ---- inputs ---- */

enum { MUCH = 3 * PART_BYTES };

/* Lines of every kind, with places that look like the end of a text and are none. */
static void add_line(struct buf *to, int i) {
    buf_add_format(to, "{\"n\":%d,\"s\":\"}\\n{\",\"a\":[{\"b\":1},{\"c\":\"", i);
    for (int j = 0; j < i % 50; j++) buf_add_text(to, "x{\\\"}]");
    buf_add_text(to, "\"}]}");
    if (i % 100 == 50) buf_add_format(to, "{\"second\":%d}", i);
    if (i % 1000 == 70) buf_add_text(to, " ");
    if (i % 1000 == 80) buf_add_text(to, "\r");
    if (i % 1000 == 90) buf_add_text(to, "\n");
    if (i % 2000 == 7) buf_add_text(to, "\n{\"broken\":}\n{\"open\":1");
    buf_add_char(to, '\n');
}

static struct buf make_lines(size_t size) {
    struct buf text = {0};
    for (int i = 0; text.len < size; i++) add_line(&text, i);
    return text;
}

static void lines_are_read_in_parts(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(MUCH);
    shelf_init(&shelf);
    add_file(&shelf, buf_str(&text));
    assert_true(count_parts(&shelf) >= 3);
    check_same(&shelf);
    shelf_release(&shelf);
    buf_release(&text);
}

static void a_tail_is_of_its_own_part(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(MUCH);
    shelf_init(&shelf);
    add_file(&shelf, (struct str){text.at, text.len - 9});
    check_same(&shelf);
    shelf_release(&shelf);
    buf_release(&text);
}

/* One text cannot be cut, whatever its lines look like. */
static void one_text_is_one_part(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = {0};
    buf_add_text(&text, "{\"Records\":[\n{\"n\":0}\n");
    while (text.len < MUCH) buf_add_text(&text, ",{\n\"a\": {\n\"b\": [\n{},\n{}\n]}\n}\n");
    buf_add_text(&text, "]}\n");
    shelf_init(&shelf);
    add_file(&shelf, buf_str(&text));
    assert_int_equal(count_parts(&shelf), 1);
    check_same(&shelf);
    shelf_release(&shelf);
    buf_release(&text);
}

static void files_keep_their_order(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(PART_BYTES + PART_BYTES / 2);
    shelf_init(&shelf);
    add_file(&shelf, STR("{\"Records\":[{\"a\":1},{\"b\":2}]}"));
    add_file(&shelf, STR(""));
    add_gzip(&shelf, buf_str(&text));
    add_file(&shelf, buf_str(&text));
    add_file(&shelf, STR("[{\"a\":1},{\"b\":"));
    add_gzip(&shelf, STR("{\"a\":1}\n{\"b\":2}\n"));
    check_same(&shelf);
    shelf_release(&shelf);
    buf_release(&text);
}

static void what_cannot_be_opened_is_told_in_its_place(void **state) {
    (void)state;
    struct shelf shelf;
    struct batch_pool *pool = batch_pool_new();
    shelf_init(&shelf);
    add_file(&shelf, STR("{}\n"));
    add_path(&shelf);
    struct reader_options options = {.paths = shelf.paths,
        .count = shelf.count,
        .threads = 2,
        .pool = pool,
        .reading = {.wrappers = wrappers}};
    struct reader *reader = reader_new(&options);
    struct batch *first = reader_next(reader), *second = reader_next(reader);
    assert_int_equal(first->count, 1);
    assert_null(first->fault);
    assert_non_null(strstr(second->fault, "cannot open"));
    assert_null(reader_next(reader));
    batch_pool_give(pool, first);
    batch_pool_give(pool, second);
    reader_free(reader);
    batch_pool_free(pool);
    shelf_release(&shelf);
}

/* Its parts are opened one after the other: by then its name may stand for another file. */
static void a_file_that_is_replaced_is_told(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(MUCH);
    struct batch_pool *pool = batch_pool_new();
    char new[72];
    size_t faults = 0;
    shelf_init(&shelf);
    add_file(&shelf, buf_str(&text));
    struct reader_options options = {shelf.paths, shelf.count, 0, pool, {wrappers, {0}, 0}};
    struct reader *reader = reader_new(&options);
    struct batch *batch = reader_next(reader);
    add_file(&shelf, buf_str(&text));
    snprintf(new, sizeof new, "%s", shelf.paths[1]);
    assert_int_equal(rename(new, shelf.paths[0]), 0);
    for (; batch; batch = reader_next(reader)) {
        faults += batch->fault && strstr(batch->fault, "another file took its place");
        batch_pool_give(pool, batch);
    }
    assert_true(faults > 0);
    reader_free(reader);
    batch_pool_free(pool);
    shelf_release(&shelf);
    buf_release(&text);
}

/* Who takes no more need not wait for the rest. */
static void reading_may_be_broken_off(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(MUCH);
    struct batch_pool *pool = batch_pool_new();
    shelf_init(&shelf);
    for (int i = 0; i < FILES; i++) add_file(&shelf, buf_str(&text));
    for (size_t threads = 0; threads < 4; threads++) {
        struct reader_options options = {
            shelf.paths, shelf.count, threads, pool, {wrappers, {0}, 0}};
        struct reader *reader = reader_new(&options);
        for (size_t i = 0; i < threads; i++) batch_pool_give(pool, reader_next(reader));
        reader_free(reader);
    }
    batch_pool_free(pool);
    shelf_release(&shelf);
    buf_release(&text);
}

/* ---- passing over ---- */

static bool wants_nothing(const void *context, struct str bytes) {
    (void)context, (void)bytes;
    return false;
}

static void what_nobody_wants_is_counted(void **state) {
    (void)state;
    struct shelf shelf;
    struct buf text = make_lines(MUCH), whole = {0};
    struct batch_pool *pool = batch_pool_new();
    shelf_init(&shelf);
    add_file(&shelf, buf_str(&text));
    struct reader_options options = {
        shelf.paths, shelf.count, 2, pool, {wrappers, {wants_nothing, NULL}, 0}};
    struct reader *reader = reader_new(&options);
    struct batch *batch;
    size_t passed = 0, given = 0, bad = 0;
    for (size_t i = 0; (batch = reader_next(reader)); i++) {
        if (i == 0) assert_int_equal(batch->passed, 0);
        passed += batch->passed;
        given += batch->count;
        for (size_t j = 0; j < batch->count; j++) bad += batch->list[j].bad != NULL;
        batch_pool_give(pool, batch);
    }
    assert_true(passed > 0 && given > 0 && bad > 0);
    assert_true(given < passed);
    reader_free(reader);
    batch_pool_free(pool);
    shelf_release(&shelf);
    buf_release(&text);
    buf_release(&whole);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_are_read_in_parts),
        cmocka_unit_test(a_tail_is_of_its_own_part),
        cmocka_unit_test(one_text_is_one_part),
        cmocka_unit_test(files_keep_their_order),
        cmocka_unit_test(what_cannot_be_opened_is_told_in_its_place),
        cmocka_unit_test(a_file_that_is_replaced_is_told),
        cmocka_unit_test(reading_may_be_broken_off),
        cmocka_unit_test(what_nobody_wants_is_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
