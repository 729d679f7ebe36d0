#include "check.h"

#include "base/pairs.h"

#include <sys/mman.h>
#include <unistd.h>

enum { LONGEST = 300 };

static uint64_t seed = 7;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

/* The end of a page, behind which nothing may be read. */
static char *guarded_end(void) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    char *at = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    assert_true(at != MAP_FAILED && mprotect(at + page, page, PROT_NONE) == 0);
    return at + page;
}

static bool is_pair(const struct pairs *pairs, const char *at) {
    for (size_t i = 0; i < pairs->count; i++)
        if (pairs->first[i][0] == (unsigned char)at[0] &&
            pairs->second[i][0] == (unsigned char)at[1])
            return true;
    return false;
}

static void check_search(const struct pairs *pairs, struct str bytes) {
    struct pairs_search search;
    size_t at;
    pairs_begin(&search, pairs, bytes);
    for (size_t i = 0; i + 1 < bytes.len; i++) {
        if (!is_pair(pairs, bytes.at + i)) continue;
        if (!pairs_next(&search, &at)) fail_msg("%zu of %zu is not found", i, bytes.len);
        assert_int_equal(at, i);
    }
    assert_false(pairs_next(&search, &at));
    assert_false(pairs_next(&search, &at));
}

/* Every length, so that a pair stands on every seam of blocks, and at the very end. */
static void test_search(void **state) {
    (void)state;
    static const char letters[] = "abcdefghijklmnop\0\x80\xFF";
    char *end = guarded_end();
    for (size_t count = 1; count <= PAIRS; count++)
        for (size_t len = 0; len <= LONGEST; len++) {
            struct pairs pairs = {0};
            unsigned sides = 3 + roll(sizeof letters - 4);
            while (pairs.count < count)
                pairs_add(&pairs, (char[]){letters[roll(16)], letters[roll(16)]});
            for (size_t i = 0; i < len; i++) (end - len)[i] = letters[roll(sides)];
            check_search(&pairs, (struct str){end - len, len});
        }
}

static void test_add(void **state) {
    (void)state;
    struct pairs pairs = {0};
    assert_true(pairs_add(&pairs, "ab") && pairs_add(&pairs, "ba") && pairs_add(&pairs, "ab"));
    assert_int_equal(pairs.count, 2);
    for (char c = 'c'; pairs.count < PAIRS; c++) assert_true(pairs_add(&pairs, (char[]){c, c}));
    assert_false(pairs_add(&pairs, "zz"));
    assert_true(pairs_add(&pairs, "ba"));
}

static void test_nothing(void **state) {
    (void)state;
    struct pairs pairs = {0};
    check_search(&pairs, STR("abc"));
    pairs_add(&pairs, "ab");
    check_search(&pairs, (struct str){NULL, 0});
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_add),
        cmocka_unit_test(test_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
