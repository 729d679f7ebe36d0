/* What a record costs in allocations, from its bytes to its verdict: none, once the first few were
 * seen. Counted under the names that base/mem.c calls; a sanitizer brings its own, and nothing is counted. */
#include "check.h"

#include "base/mem.h"
#include "flow/judge.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>

typedef void *malloc_call(size_t size);
typedef void *calloc_call(size_t count, size_t size);
typedef void *realloc_call(void *at, size_t size);

malloc_call __libc_malloc;
calloc_call __libc_calloc;
realloc_call __libc_realloc;

#ifdef __SANITIZE_ADDRESS__
enum { COUNTED = false };
#else
enum { COUNTED = true };
#endif

static volatile size_t allocations;

void *__libc_malloc(size_t size) {
    static malloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_malloc");
    allocations++;
    return next(size);
}

void *__libc_calloc(size_t count, size_t size) {
    static calloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_calloc");
    allocations++;
    return next(count, size);
}

void *__libc_realloc(void *at, size_t size) {
    static realloc_call *next;
    if (!next) *(void **)&next = dlsym(RTLD_NEXT, "__libc_realloc");
    allocations++;
    return next(at, size);
}

#define TRAIL                                                                                      \
    "{\"eventVersion\":\"1.08\",\"eventSource\":\"s3.amazonaws.com\",\"eventName\":\"GetObject\"," \
    "\"eventTime\":\"2023-07-10T11:42:36Z\",\"eventID\":\"5f2a2b41-d500-fe85-1b81-db08aaf20406\""

static const char *const records[] = {
    TRAIL ",\"readOnly\":true,\"n\":375,\"resources\":[{\"type\":\"AWS::S3::Bucket\"}]}",
    TRAIL
    ",\"escaped\":\"a\\\"b\",\"unit\":\"\\u0041\\u0000\",\"point\":1.5,\"latin\":\"J\xC3\xB6rg\xFF\"}",
    TRAIL ",\"again\":1,\"again\":2}",
    TRAIL
    ",\"k0\":0,\"k1\":1,\"k2\":2,\"k3\":3,\"k4\":4,\"k5\":5,\"k6\":6,\"k7\":7,\"k8\":8,\"k9\":9,"
    "\"l0\":0,\"l1\":1,\"l2\":2,\"l3\":3,\"l4\":4,\"l5\":5,\"l6\":6,\"l7\":7,\"l8\":8,\"l9\":9,"
    "\"m0\":0,\"m1\":1,\"m2\":2,\"m3\":3,\"m4\":4,\"m5\":5,\"m6\":6,\"m7\":7,\"m8\":8,\"m9\":9}",
    "{\"detail\":" TRAIL "}}",
    "{\"Message\":\"{\\\"Records\\\":[]}\"}",
    "{\"no\":\"log\"}",
};

enum { RECORDS = sizeof records / sizeof *records };

static void judge_all(struct judge *judge, struct batch *batch) {
    batch_reset(batch);
    for (size_t i = 0; i < RECORDS; i++)
        batch_add(batch, &(struct record){.bytes = str_of(records[i])}, "-", false);
    assert_true(judge_submit(judge, batch, NULL) && judge_wait(judge, batch, NULL));
    for (size_t i = 0; i < RECORDS; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        assert_int_equal(verdict->rejected.len, 0);
        assert_int_equal(verdict->events, i < 5);
        assert_int_equal(verdict->match_count + verdict->failure_count, 0);
    }
}

static void no_record_that_matches_nothing_allocates(void **state) {
    (void)state;
    struct str dir = STR("rules");
    struct schema_strings paths = {.list = &dir, .count = 1};
    struct diags diags = {0};
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &paths, .without_lua = true}, &diags);
    assert_non_null(rules);
    struct judge *judge = judge_here(rules);
    struct batch *batch = mem_alloc(sizeof *batch);
    batch_init(batch);
    for (int i = 0; i < 3; i++) judge_all(judge, batch);
    size_t before = allocations;
    assert_int_equal(before > 0, COUNTED);
    for (int i = 0; i < 100; i++) judge_all(judge, batch);
    assert_int_equal(allocations - before, 0);
    batch_release(batch);
    mem_free(batch);
    judge_free(judge);
    rules_free(rules);
    diags_release(&diags);
}

/* A large record costs blocks of its arena, not more the more it holds. */
static void a_large_record_allocates_blocks_only(void **state) {
    (void)state;
    struct buf text = {0};
    struct arena arena = {0};
    buf_add_text(&text, "[{\"first\":\"of many\"}");
    for (int i = 0; i < 50000; i++) buf_add_format(&text, ",{\"number\":%d,\"a\":[\"b\"]}", i);
    buf_add_char(&text, ']');
    size_t before = allocations;
    assert_non_null(json_parse_record(&arena, buf_str(&text), NULL, NULL));
    size_t used = allocations - before;
    if ((used == 0) == COUNTED || used > 64) fail_msg("%zu allocations", used);
    arena_release(&arena);
    buf_release(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_record_that_matches_nothing_allocates),
        cmocka_unit_test(a_large_record_allocates_blocks_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
