/* What a page counts and packs, within its bounds. */
#include "check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/hash.h"
#include "cmd/histogram.h"
#include "text/json_short.h"
#include "text/pack.h"

#include <libdeflate.h>
#include <stdlib.h>

static void add_numbered(struct counter *counter, int number) {
    struct arena arena = {0};
    counter_add(counter, str_of(arena_format(&arena, "text %d", number)));
    arena_release(&arena);
}

static void counts_texts(void **state) {
    (void)state;
    struct counter counter = {0};
    for (int i = 0; i < 30; i++) add_numbered(&counter, i % 7 % 4);
    counter_add(&counter, STR("a\0b"));
    counter_end(&counter);
    assert_int_equal(counter.count, 5);
    int64_t all = 0;
    for (size_t i = 0; i < counter.count; i++) {
        if (i) assert_true(counter.list[i - 1].times >= counter.list[i].times);
        all += counter.list[i].times;
    }
    assert_int_equal(all, 31);
    assert_true(str_eq(counter.list[4].text, STR("a\0b")));
    counter_release(&counter);
}

static void counts_no_more_than_it_has_room_for(void **state) {
    (void)state;
    struct counter counter = {0};
    for (int i = 0; i < COUNTER_MOST + 10; i++) add_numbered(&counter, i);
    add_numbered(&counter, 3);
    assert_int_equal(counter.count, COUNTER_MOST);
    assert_int_equal(counter.rest, 10);
    counter_end(&counter);
    assert_true(str_eq(counter.list[0].text, STR("text 3")));
    counter_release(&counter);
}

static int64_t sum(const struct histogram *histogram) {
    int64_t all = 0;
    for (size_t i = 0; i < histogram->count; i++)
        for (int j = 0; j < HISTOGRAM_SEVERITIES; j++) all += histogram->list[i].alerts[j];
    return all;
}

static void orders_buckets(void **state) {
    (void)state;
    struct histogram histogram = {0};
    struct buf text = {0};
    histogram_add(&histogram, 180000, SEVERITY_LOW);
    histogram_add(&histogram, 59999, SEVERITY_HIGH);
    histogram_add(&histogram, -1, SEVERITY_INFO);
    histogram_add(&histogram, 0, SEVERITY_HIGH);
    histogram_add(&histogram, CLOCK_UNKNOWN, SEVERITY_HIGH);
    histogram_json(&text, &histogram);
    assert_string_equal(buf_text(&text),
        "{\"width_ms\":60000,\"undated\":1,\"buckets\":[[-60000,1,0,0,0,0],[0,0,0,0,2,0],"
        "[180000,0,1,0,0,0]]}");
    buf_release(&text);
    histogram_release(&histogram);
}

static void widens_and_loses_nothing(void **state) {
    (void)state;
    struct histogram histogram = {0};
    for (int64_t i = 0; i < 50000; i++)
        histogram_add(&histogram, (i * 7919 % 50000 - 20000) * 61000, (enum severity)(i % 5));
    assert_true(histogram.count <= HISTOGRAM_MOST);
    assert_true(histogram.count > 100);
    assert_int_equal(sum(&histogram), 50000);
    for (size_t i = 1; i < histogram.count; i++)
        assert_true(histogram.list[i - 1].number < histogram.list[i].number);
    histogram_add(&histogram, INT64_MAX, SEVERITY_INFO);
    histogram_add(&histogram, INT64_MIN + 1, SEVERITY_INFO);
    assert_int_equal(sum(&histogram), 50000);
    assert_int_equal(histogram.undated, 2);
    histogram_release(&histogram);
}

/* The text of one chunk, as a browser unpacks it. */
static struct str unpack(struct str chunks, size_t number, char *to, size_t room) {
    struct buf bytes = {0};
    size_t got = 0;
    while (number--) {
        const char *end = memchr(chunks.at, '\n', chunks.len);
        chunks = (struct str){end + 1, chunks.len - (size_t)(end + 1 - chunks.at)};
    }
    const char *end = memchr(chunks.at, '\n', chunks.len);
    assert_true(base64_decode((struct str){chunks.at, (size_t)(end - chunks.at)}, &bytes));
    struct libdeflate_decompressor *one = libdeflate_alloc_decompressor();
    assert_int_equal(libdeflate_gzip_decompress(one, bytes.at, bytes.len, to, room, &got), 0);
    libdeflate_free_decompressor(one);
    buf_release(&bytes);
    return (struct str){to, got};
}

static void packs_texts_by_lines(void **state) {
    (void)state;
    static char large[PACK_CHUNK], room[2 * PACK_CHUNK];
    struct pack pack = {0};
    memset(large, 'x', sizeof large);
    struct pack_place first = pack_add(&pack, STR("{\"a\":1}"));
    struct pack_place second = pack_add(&pack, STR("{\"b\":2}"));
    struct pack_place third = pack_add(&pack, (struct str){large, sizeof large});
    pack_end(&pack);
    assert_int_equal(first.chunk, 0);
    assert_int_equal(second.index, 1);
    assert_int_equal(third.chunk, 1);
    assert_int_equal(pack.count, 2);
    assert_true(
        str_eq(unpack(buf_str(&pack.chunks), 0, room, sizeof room), STR("{\"a\":1}\n{\"b\":2}\n")));
    assert_int_equal(unpack(buf_str(&pack.chunks), 1, room, sizeof room).len, sizeof large + 1);
    pack_release(&pack);
}

/* What does not become smaller, until there is no room; and one that is too long. */
static void packs_no_more_than_it_has_room_for(void **state) {
    (void)state;
    static char noise[PACK_TEXT + 1];
    struct pack pack = {0};
    size_t taken = 0;
    srandom(1);
    assert_int_equal(pack_add(&pack, (struct str){noise, sizeof noise}).chunk, -1);
    for (int i = 0; i < 100; i++) {
        for (size_t j = 0; j < PACK_CHUNK; j++) noise[j] = (char)random();
        taken += pack_add(&pack, (struct str){noise, PACK_CHUNK}).chunk >= 0;
    }
    pack_end(&pack);
    assert_int_equal(taken + pack.left_out, 101);
    assert_true(pack.left_out > 1);
    assert_true(pack.chunks.len < PACK_SIZE + 3 * PACK_CHUNK);
    pack_release(&pack);
}

static void cuts_strings_that_stay_json(void **state) {
    (void)state;
    struct buf text = {0};
    json_print_string_cut(&text, STR("caf\xC3\xA9 \"x\""), 4);
    assert_string_equal(buf_text(&text), "\"caf…\"");
    buf_reset(&text);
    json_print_string_cut(&text, STR("a\"b"), 3);
    assert_string_equal(buf_text(&text), "\"a\\\"b\"");
    buf_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_texts),
        cmocka_unit_test(counts_no_more_than_it_has_room_for),
        cmocka_unit_test(orders_buckets),
        cmocka_unit_test(widens_and_loses_nothing),
        cmocka_unit_test(packs_texts_by_lines),
        cmocka_unit_test(packs_no_more_than_it_has_room_for),
        cmocka_unit_test(cuts_strings_that_stay_json),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
