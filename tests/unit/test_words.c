/* Sets of words, prefixes and suffixes, against a list that is gone through. */
#include "check.h"

#include "base/affixes.h"
#include "base/arena.h"
#include "base/words.h"

enum { ROUNDS = 300, MOST = 40, ASKED = 100 };

static uint64_t seed = 11;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

/* Of few letters, so that they begin one another, and sometimes longer than a hash's step. */
static struct str random_word(struct arena *arena) {
    size_t len = roll(6) ? roll(5) : roll(80);
    char *at = arena_alloc(arena, len + 1);
    for (size_t i = 0; i < len; i++) at[i] = "ab\0\xFF"[roll(4)];
    return (struct str){at, len};
}

struct sets {
    struct words words;
    struct affixes prefixes, suffixes;
    struct str list[MOST];
    size_t count;
};

static void fill(struct sets *sets, struct arena *arena) {
    for (size_t count = roll(MOST); sets->count < count; sets->count++) {
        struct str word = random_word(arena);
        sets->list[sets->count] = word;
        words_add(&sets->words, word);
        affixes_add(&sets->prefixes, word);
        affixes_add(&sets->suffixes, word);
    }
    sets->suffixes.at_end = true;
    affixes_seal(&sets->prefixes);
    affixes_seal(&sets->suffixes);
}

static void ask(const struct sets *sets, struct str word) {
    bool has = false, begins = false, ends = false;
    for (size_t i = 0; i < sets->count; i++) {
        has |= str_eq(sets->list[i], word);
        begins |= str_starts(word, sets->list[i]);
        ends |= str_ends(word, sets->list[i]);
    }
    assert_int_equal(words_has(&sets->words, word), has);
    assert_int_equal(affixes_fit(&sets->prefixes, word), begins);
    assert_int_equal(affixes_fit(&sets->suffixes, word), ends);
}

static void test_random(void **state) {
    (void)state;
    struct arena arena = {0};
    for (int round = 0; round < ROUNDS; round++) {
        struct sets sets = {0};
        fill(&sets, &arena);
        for (int i = 0; i < ASKED; i++) ask(&sets, random_word(&arena));
        for (size_t i = 0; i < sets.count; i++) ask(&sets, sets.list[i]);
        words_release(&sets.words);
        affixes_release(&sets.prefixes);
        affixes_release(&sets.suffixes);
        arena_reset(&arena);
    }
    arena_release(&arena);
}

static void test_many(void **state) {
    (void)state;
    struct arena arena = {0};
    struct words words = {0};
    for (int i = 0; i < 20000; i++)
        words_add(&words, str_of(arena_format(&arena, "Create%dPolicy", i)));
    assert_int_equal(words.count, 20000);
    for (int i = 0; i < 40000; i++)
        assert_int_equal(
            words_has(&words, str_of(arena_format(&arena, "Create%dPolicy", i))), i < 20000);
    words_release(&words);
    assert_false(words_has(&words, STR("Create1Policy")));
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random),
        cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
