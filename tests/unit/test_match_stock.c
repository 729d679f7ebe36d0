/* The string functions of rules against Lua's own, on random questions that are likely to match.
 * COMPARISONS=5000000 says how many. */
#include "check.h"

#include "match_stock.h"

#include <stdio.h>
#include <stdlib.h>

enum { COMPARISONS = 100000, STEPS = 100000, MOST = 64 };

static uint64_t seed = 20261126;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

/* `0` stands for a NUL. */
static const char *const parts[] = {"a", "b", ".", "%a", "%d", "%s", "%.", "%%", "%w", "%p", "%l",
    "%u", "%x", "%c", "%g", "[ab]", "[^a]", "[a-x]", "[]]", "[^]a]", "[%a.]", "[^%s]", "[a-]",
    "[%W0]", "%z", "%f[%z]", "(", ")", "()", "(a)", "(.-)", "(a*)", "%1", "%2", "%0", "%b()",
    "%bab", "%f[%a]", "%f[^a]", "%f", "*", "+", "-", "?", "*", "-", "$", "^", "[", "%", "x", "1",
    "%S", "%W", "%A", "%b(", "0", "\xff"};
static const char *const replacements[] = {"a", "%0", "%1", "%2", "%%", "<", "%", "%a", "0"};
static const int64_t numbers[] = {INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 1, 1000, -1000};

#define PICK(list) ((list)[roll(sizeof(list) / sizeof *(list))])

static void add_part(char *to, size_t *len, const char *part) {
    bool escaped = false;
    for (; *part; part++) {
        to[(*len)++] = *part == '0' && !escaped ? '\0' : *part;
        escaped = *part == '%';
    }
}

static struct str random_subject(char *to) {
    static const char letters[] = "aaaaabbbb.%(()1 ]x\0\xff";
    size_t len = roll(5) ? roll(12) : roll(MOST);
    for (size_t i = 0; i < len; i++) to[i] = letters[roll(sizeof letters - 1)];
    return (struct str){to, len};
}

static struct str random_pattern(char *to) {
    size_t len = 0;
    if (roll(6) == 0) add_part(to, &len, "^");
    for (unsigned i = roll(8); i > 0; i--) add_part(to, &len, PICK(parts));
    if (roll(6) == 0) add_part(to, &len, "$");
    return (struct str){to, len};
}

static struct str random_replacement(char *to) {
    size_t len = 0;
    for (unsigned i = roll(4); i > 0; i--) add_part(to, &len, PICK(replacements));
    return (struct str){to, len};
}

static struct match_question random_question(char (*room)[MOST]) {
    struct match_question question = {.kind = roll(ASK_KINDS),
        .subject = random_subject(room[0]),
        .pattern = random_pattern(room[1]),
        .with = random_replacement(room[2]),
        .has_number = roll(2)};
    int64_t near = roll(2) ? (int64_t)roll(4) : (int64_t)roll(24) - 12;
    question.number = roll(40) ? near : PICK(numbers);
    return question;
}

static void add_quoted(struct buf *to, struct str text) {
    buf_add_char(to, '"');
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        buf_add_format(to, c < ' ' || c > '~' ? "\\%03u" : "%c", c);
    }
    buf_add_char(to, '"');
}

static void fail_pair(const struct match_pair *pair, const struct match_question *question) {
    struct buf text = {0};
    buf_add_format(&text, "%s ", match_kinds[question->kind]);
    add_quoted(&text, question->subject);
    add_quoted(&text, question->pattern);
    add_quoted(&text, question->with);
    if (question->has_number) buf_add_format(&text, " %lld", (long long)question->number);
    fail_msg("%s\n  ours  %s\n  stock %s", buf_text(&text), buf_text(&pair->ours_said),
        buf_text(&pair->stock_said));
}

struct tally {
    long stopped, errors, matched;
};

static void count(struct tally *tally, const struct match_pair *pair, enum match_outcome outcome) {
    struct str said = buf_str(&pair->ours_said);
    bool error = str_starts(said, STR(SANDBOX_CHUNK ":"));
    tally->stopped += outcome == MATCH_STOPPED;
    tally->errors += error;
    tally->matched += !error && said.len && !str_is(said, "nil") && !str_ends(said, STR(" 0"));
}

static void test_like_stock(void **state) {
    (void)state;
    const char *wanted = getenv("COMPARISONS");
    long comparisons = wanted ? atol(wanted) : COMPARISONS;
    char room[3][MOST];
    struct tally tally = {0};
    struct match_pair pair;
    assert_true(match_pair_open(&pair, STEPS));
    for (long i = 0; i < comparisons; i++) {
        struct match_question question = random_question(room);
        enum match_outcome outcome = match_ask(&pair, &question);
        if (outcome == MATCH_DIFFERENT) fail_pair(&pair, &question);
        count(&tally, &pair, outcome);
    }
    printf("# %ld comparisons: %ld matched, %ld errors, ours stopped %ld times, no difference\n",
        comparisons, tally.matched, tally.errors, tally.stopped);
    assert_true(tally.matched > comparisons / 10 && tally.stopped < comparisons / 100);
    match_pair_close(&pair);
}

static void test_budget(void **state) {
    (void)state;
    struct match_pair pair;
    struct match_question question = {.kind = ASK_FIND,
        .subject = STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"),
        .pattern = STR(".-.-.-.-.-.-.-.-.-b")};
    assert_true(match_pair_open(&pair, STEPS));
    assert_int_equal(match_ask(&pair, &question), MATCH_STOPPED);
    question.pattern = STR("a+");
    assert_int_equal(match_ask(&pair, &question), MATCH_SAME);
    assert_string_equal(buf_text(&pair.ours_said), "1 58");
    match_pair_close(&pair);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_like_stock),
        cmocka_unit_test(test_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
