#include "check.h"

#include "base/arena.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "base/file_new.h"
#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/regex.h"
#include "base/suggest.h"
#include "base/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void times_are_read_and_written(void **state) {
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
        const char *again; /* NULL: the same */
    } rows[] = {
        {"1970-01-01T00:00:00Z", 0, NULL},
        {"2023-07-10T11:45:00Z", 1688989500000, NULL},
        {"2023-07-10T11:45:00.5Z", 1688989500500, "2023-07-10T11:45:00.500Z"},
        {"2023-07-10T11:45:00.123456789Z", 1688989500123, "2023-07-10T11:45:00.123Z"},
        {"2023-07-10T13:45:00+02:00", 1688989500000, "2023-07-10T11:45:00Z"},
        {"2023-07-10t11:45:00z", 1688989500000, "2023-07-10T11:45:00Z"},
        {"2024-02-29T23:59:60Z", 1709251200000, "2024-03-01T00:00:00Z"},
        {"1969-12-31T23:59:59.999Z", -1, NULL},
        {"9999-12-31T23:59:59Z", 253402300799000, NULL},
        {"2023-02-29T00:00:00Z", CLOCK_UNKNOWN, NULL},
        {"2023-13-01T00:00:00Z", CLOCK_UNKNOWN, NULL},
        {"2023-07-10 11:45", CLOCK_UNKNOWN, NULL},
        {"2023-07-10T11:45:00", CLOCK_UNKNOWN, NULL},
        {"2023-07-10T11:45:00Zx", CLOCK_UNKNOWN, NULL},
        {"2023-07-10T11:45:00.Z", CLOCK_UNKNOWN, NULL},
        {"", CLOCK_UNKNOWN, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[CLOCK_TEXT];
        assert_int_equal(clock_parse(str_of(rows[i].text)), rows[i].ms);
        if (rows[i].ms == CLOCK_UNKNOWN) continue;
        clock_format(rows[i].ms, text);
        assert_string_equal(text, rows[i].again ? rows[i].again : rows[i].text);
    }
}

static void times_end_where_time_does(void **state) {
    (void)state;
    assert_int_equal(clock_add_ms(5, -7), -2);
    assert_true(clock_add_ms(INT64_MAX - 1, 2) == INT64_MAX);
    assert_true(clock_add_ms(INT64_MIN + 1, -2) == INT64_MIN);
}

static void durations_have_units(void **state) {
    (void)state;
    assert_int_equal(clock_parse_duration(STR("90s")), 90000);
    assert_int_equal(clock_parse_duration(STR("500ms")), 500);
    assert_int_equal(clock_parse_duration(STR("15m")), 900000);
    assert_int_equal(clock_parse_duration(STR("7d")), 604800000);
    assert_int_equal(clock_parse_duration(STR("0")), 0);
    char text[CLOCK_TEXT];
    const char *const whole[] = {"90s", "500ms", "15m", "25h", "7d", "0s"};
    for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
        clock_format_duration(clock_parse_duration(str_of(whole[i])), text);
        assert_string_equal(text, whole[i]);
    }
    static const char *const wrong[] = {"", "h", "1", "1 h", "-1h", "1h30m", "1.5h", "9999999999h"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(clock_parse_duration(str_of(wrong[i])), -1);
}

static const char *sure_of(struct str wanted, const char *const *names) {
    struct suggest suggest = suggest_for(wanted);
    for (; *names; names++) suggest_offer(&suggest, *names);
    return suggest_sure(&suggest);
}

static void a_name_is_sure_where_no_other_is_as_near(void **state) {
    (void)state;
    const char *const names[] = {"get", "set", "description", "high", NULL};
    assert_string_equal(sure_of(STR("hgih"), names), "high");
    assert_string_equal(sure_of(STR("descripton"), names), "description");
    assert_null(sure_of(STR("desciptn"), (const char *const[]){"descriptions", NULL})); /* 3 away */
    assert_null(sure_of(STR("bet"), names));
    assert_null(sure_of(STR("bet"), (const char *const[]){"set", "get", NULL}));
    assert_string_equal(
        sure_of(STR("bet"), (const char *const[]){"set", "get", "bet", NULL}), "bet");
}

static void near_names_are_suggested_and_far_ones_not(void **state) {
    (void)state;
    static const char *const names[] = {"info", "low", "medium", "high", "critical", NULL};
    assert_string_equal(suggest_from(STR("hgih"), names), "high");
    assert_string_equal(suggest_from(STR("Critcal"), names), "critical");
    assert_string_equal(suggest_from(STR("HIGH"), names), "high");
    const char *there[] = {"next", "get", NULL}, *back[] = {"get", "next", NULL};
    assert_string_equal(suggest_from(STR("veet"), there), "get");
    assert_string_equal(suggest_from(STR("veet"), back), "get");
    assert_null(suggest_from(STR("urgent"), names));
    assert_null(suggest_from(STR("xyz"), names));
    char longer[500];
    memset(longer, 'a', sizeof longer);
    assert_null(suggest_from((struct str){longer, sizeof longer}, names));
}

/* Wherever in the eight bytes that are looked at together the odd ones stand. */
static void utf8_is_told_from_other_bytes(void **state) {
    (void)state;
    static const char *const good[] = {
        "", "a", "\xC3\xB6", "\xE2\x82\xAC", "\xF0\x9F\x94\x94", "\xEF\xBF\xBD", "\x7F"};
    static const char *const bad[] = {"\x80", "\xC3", "\xC0\x80", "\xED\xA0\x80", "\xE2\x82",
        "\xF5\x80\x80\x80", "\xF0\x8F\xBF\xBF", "\xFF", "\xC3\xB6\xB6"};
    for (size_t before = 0; before < 18; before++)
        for (size_t behind = 0; behind < 18; behind++) {
            char text[64];
            for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
                int len = snprintf(text, sizeof text, "%.*s%s%.*s", (int)before,
                    "eighteen bytes, all", good[i], (int)behind, "eighteen bytes, all");
                assert_true(utf8_valid((struct str){text, (size_t)len}));
            }
            for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
                int len = snprintf(text, sizeof text, "%.*s%s%.*s", (int)before,
                    "eighteen bytes, all", bad[i], (int)behind, "eighteen bytes, all");
                assert_false(utf8_valid((struct str){text, (size_t)len}));
            }
        }
}

static void room_in_an_arena_is_aligned_and_ones_own(void **state) {
    (void)state;
    struct arena arena = {0};
    char *places[200];
    for (size_t i = 0; i < 200; i++) {
        places[i] = arena_room(&arena, i * 7);
        assert_int_equal((uintptr_t)places[i] % alignof(max_align_t), 0);
        if (i) memset(places[i], (int)i, i * 7);
    }
    char *last = arena_room(&arena, 999);
    arena_trim(&arena, last, 17);
    assert_ptr_equal(arena_room(&arena, 1), last + 32);
    for (size_t i = 0; i < 200; i++)
        for (size_t j = 0; j < i * 7; j++) assert_int_equal((unsigned char)places[i][j], i);
    arena_release(&arena);
}

static void an_arena_gives_zeroed_memory_again_and_again(void **state) {
    (void)state;
    struct arena arena = {0};
    for (int round = 0; round < 3; round++) {
        for (size_t size = 1; size < 300000; size = size * 3 + 1) {
            char *at = arena_alloc(&arena, size);
            for (size_t i = 0; i < size; i++) assert_int_equal(at[i], 0);
            memset(at, 0xAA, size);
        }
        arena_reset(&arena);
    }
    assert_string_equal(arena_format(&arena, "%d %s", 7, "bells"), "7 bells");
    arena_release(&arena);
}

static void a_list_in_an_arena_grows(void **state) {
    (void)state;
    struct arena arena = {0};
    size_t *list = NULL;
    for (size_t i = 0; i < 5000; i++) {
        list = arena_grow(&arena, list, i);
        list[i] = i;
    }
    for (size_t i = 0; i < 5000; i++) assert_int_equal(list[i], i);
    arena_release(&arena);
}

static void buffers_hold_any_byte(void **state) {
    (void)state;
    struct buf buf = {0};
    assert_string_equal(buf_text(&buf), "");
    buf_add(&buf, "a\0b", 3);
    buf_add_format(&buf, "%05d", 42);
    assert_true(str_eq(buf_str(&buf), STR("a\0b00042")));
    buf_drop(&buf, 3);
    assert_string_equal(buf_text(&buf), "00042");
    for (int i = 0; i < 10000; i++) buf_add_char(&buf, 'x');
    assert_int_equal(buf.len, 10005);
    buf_release(&buf);
}

static void digests_are_those_of_the_standards(void **state) {
    (void)state;
    struct buf hex = {0};
    assert_true(hash_digest("sha256", STR("abc"), &hex));
    assert_string_equal(buf_text(&hex), /* FIPS 180-4, example "abc" */
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_false(hash_digest("sha257", STR("abc"), &hex));
    buf_reset(&hex);
    unsigned char mac[HASH_SIZE]; /* RFC 4231, test case 2 */
    hash_hmac(STR("Jefe"), STR("what do ya want for nothing?"), mac);
    base64_encode((struct str){(char *)mac, sizeof mac}, &hex);
    assert_string_equal(buf_text(&hex), "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
    buf_release(&hex);
}

static void parts_of_a_hash_do_not_run_together(void **state) {
    (void)state;
    char one[HASH_HEX], two[HASH_HEX];
    struct hash *hash = hash_new();
    hash_part(hash, STR("ab"));
    hash_part(hash, STR("c"));
    hash_hex(hash, one);
    hash_free(hash);
    hash = hash_new();
    hash_part(hash, STR("a"));
    hash_part(hash, STR("bc"));
    hash_hex(hash, two);
    hash_free(hash);
    assert_string_not_equal(one, two);
}

static void base64_is_strict(void **state) {
    (void)state;
    static const struct {
        const char *text, *bytes; /* NULL: refused */
    } rows[] = {{"", ""}, {"Zg==", "f"}, {"Zm8=", "fo"}, {"Zm9v", "foo"}, {"Zm9", NULL},
        {"Z===", NULL}, {"Zm9v!A==", NULL}, {"=m9v", NULL}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf bytes = {0};
        assert_int_equal(base64_decode(str_of(rows[i].text), &bytes), rows[i].bytes != NULL);
        if (rows[i].bytes) assert_string_equal(buf_text(&bytes), rows[i].bytes);
        buf_release(&bytes);
    }
}

static void the_first_diagnostic_wins(void **state) {
    (void)state;
    struct diag diag = {0};
    assert_false(diag_set(&diag, "cannot open '%s'", "x"));
    assert_false(diag_set(&diag, "something else"));
    assert_string_equal(diag.text, "cannot open 'x'");
    assert_false(diag_set(NULL, "nobody asks"));
}

static void diagnostics_show_line_and_caret(void **state) {
    (void)state;
    char file[] = "/tmp/tocsin-diag-XXXXXX", *text;
    size_t len;
    FILE *source = fdopen(mkstemp(file), "w"), *to = open_memstream(&text, &len);
    fputs("id: a\n\tkey: wärt x\n", source);
    fclose(source);
    struct diags diags = {0};
    diags_warn(&diags, (struct place){file, 2, 13}, "later");
    assert_false(diags_error(&diags, (struct place){file, 1, 5}, "first '%s'", "a"));
    diags_error(&diags, (struct place){0}, "nowhere");
    diags_sort(&diags);
    assert_int_equal(diags.errors, 2);
    diags_print(&diags, to, false);
    fclose(to);
    struct buf expected = {0};
    buf_add_format(&expected,
        "error: nowhere\n"
        "%s:1:5: error: first 'a'\n    id: a\n        ^\n"
        "%s:2:13: warning: later\n     key: wärt x\n               ^\n",
        file, file);
    assert_string_equal(text, buf_text(&expected));
    buf_release(&expected);
    diags_release(&diags);
    free(text);
    remove(file);
}

/* More findings than anybody reads are counted; the last one kept says so. */
static void findings_have_a_limit(void **state) {
    (void)state;
    struct diags diags = {0};
    for (unsigned i = 0; i < 100000; i++)
        diags_error(&diags, (struct place){"a", 100000 - i, 1}, "%u", i);
    assert_int_equal(diags.errors, 100000);
    assert_int_equal(diags.count, DIAGS_MOST + 1);
    assert_string_equal(diags.list[DIAGS_MOST].text, "too many findings: no more are kept");
    diags_sort(&diags);
    assert_int_equal(diags.list[0].place.line, 100000 - DIAGS_MOST);
    assert_string_equal(diags.list[1].text, "999");
    assert_string_equal(diags.list[DIAGS_MOST].text, "0");
    diags_release(&diags);
}

/* What is printed below the first line of a finding in this source. */
static void excerpt_is(struct str source, unsigned column, const char *expected) {
    char file[] = "/tmp/tocsin-diag-XXXXXX", *text;
    size_t len;
    FILE *in = fdopen(mkstemp(file), "w"), *to = open_memstream(&text, &len);
    fwrite(source.at, 1, source.len, in);
    fclose(in);
    struct diags diags = {0};
    diags_error(&diags, (struct place){file, 1, column}, "x");
    diags_print(&diags, to, false);
    fclose(to);
    assert_string_equal(strchr(text, '\n') + 1, expected);
    diags_release(&diags);
    free(text);
    remove(file);
}

static void diagnostics_show_a_hostile_source_as_text(void **state) {
    (void)state;
    excerpt_is(STR("a\x1b[2J\xff"
                   "b\0c\r\n"),
        9, "    a\\x1b[2J\\xffb\\x00c\n                     ^\n");
    excerpt_is(STR("\xe2\x80\xae"
                   "a b"),
        5, "    \\u202ea b\n           ^\n");
    excerpt_is(STR("w\xc3\xa4r"), 3, "    w\xc3\xa4r\n     ^\n");
    excerpt_is(STR("\x80\x80\x80\x80\x80"), 9,
        "    \\x80\\x80\\x80\\x80\\x80\n                        ^\n");
    excerpt_is(STR(""), 1, "");
    excerpt_is(STR("\n"), 1, "    \n    ^\n");
}

static void diagnostics_show_a_long_line_in_part(void **state) {
    (void)state;
    char line[3000], *text = line;
    struct buf expected = {0};
    for (int i = 0; i < 1000; i++, text += 3) memcpy(text, "€", 3);
    buf_add_text(&expected, "    …");
    for (int i = 0; i < 80; i++) buf_add_text(&expected, "€");
    buf_add_format(&expected, "…\n%*s^\n", 4 + 1 + 54, "");
    excerpt_is((struct str){line, sizeof line}, 1501, buf_text(&expected));
    buf_release(&expected);
}

static void a_file_name_is_shown_as_text(void **state) {
    (void)state;
    char *text;
    size_t len;
    FILE *to = open_memstream(&text, &len);
    struct diags diags = {0};
    diags_error(&diags, (struct place){"a\x1b[2J\n.yaml", 1, 0}, "x");
    diags_print(&diags, to, false);
    fclose(to);
    assert_string_equal(text, "a\\x1b[2J\\n.yaml:1: error: x\n");
    diags_release(&diags);
    free(text);
}

static void secrets_are_hidden(void **state) {
    (void)state;
    char text[] = "posting to https://hooks/T0/B0/s3cr3t: s3cr3t refused";
    log_hide("s3cr3t");
    log_hide("s3c");
    log_redact(text);
    assert_string_equal(text, "posting to https://hooks/T0/B0/***: *** refused");
}

static void a_regex_meets_its_limit(void **state) {
    (void)state;
    struct diag diag = {0};
    struct regex_groups groups;
    char long_text[5000];
    memset(long_text, 'a', sizeof long_text);
    struct regex *regex = regex_new(STR("^(a+)+$"), &diag);
    long_text[sizeof long_text - 1] = '!';
    assert_int_equal(
        regex_search(regex, (struct str){long_text, sizeof long_text}, 0, NULL), REGEX_LIMIT);
    regex_free(regex);
    regex = regex_new(STR("(\\w+)@(\\w+)?"), &diag);
    assert_int_equal(regex_search(regex, STR("\xff bob@ \xfe"), 0, &groups), REGEX_YES);
    assert_true(str_is(groups.list[1], "bob"));
    regex_free(regex);
    assert_null(regex_new(STR("(a"), &diag));
    assert_string_equal(diag.text, "missing closing parenthesis at character 3");
}

/* None of these backtracks much: they run through the text, from each place or within one match. */
static void a_regex_that_runs_far_meets_its_limit(void **state) {
    (void)state;
    static const char *const patterns[] = {"[ab]*+[cd]", "(?:[ab]*+[cd]|.)*+[xy]", "(?=[ab]*[cd])a",
        "(*NO_START_OPT)[ab]+c", "(?:a?){50}[bc]", "(a*)\\1[bc]"};
    enum { LEN = 200000 };
    char *text = mem_alloc(LEN);
    memset(text, 'a', LEN);
    for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++) {
        struct diag diag = {0};
        size_t work = 1000000, before = work;
        struct regex *regex = regex_new(str_of(patterns[i]), &diag);
        assert_non_null(regex);
        assert_true(regex_size(regex) > 0);
        assert_int_equal(regex_search_within(regex, STR("aab"), 0, NULL, &work),
            regex_search(regex, STR("aab"), 0, NULL));
        assert_true(before - work < 1000);
        assert_int_equal(regex_search(regex, (struct str){text, LEN}, 0, NULL), REGEX_LIMIT);
        regex_free(regex);
    }
    mem_free(text);
}

/* A list of words may be long; it is not counted then, but bounded all the same. */
static void a_long_regex_is_bounded(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf pattern = {0}, text = {0};
    for (int i = 0; i < 1200; i++) buf_add_format(&pattern, "word%d|", i);
    buf_add_text(&pattern, "last");
    struct regex *regex = regex_new(buf_str(&pattern), &diag);
    assert_non_null(regex);
    assert_int_equal(regex_search(regex, STR("a word1199 is there"), 0, NULL), REGEX_YES);
    assert_int_equal(regex_search(regex, STR("there is none"), 0, NULL), REGEX_NO);
    regex_free(regex);
    for (int i = 0; i < 4000; i++) buf_add_text(&text, "word");
    regex = regex_new(buf_str(&pattern), &diag);
    assert_int_equal(regex_search(regex, buf_str(&text), 0, NULL), REGEX_LIMIT);
    regex_free(regex);
    buf_add_text(&pattern, "|[ab]*+[cd]");
    assert_null(regex_new(buf_str(&pattern), &diag));
    assert_non_null(strstr(diag.text, "too large"));
    buf_release(&text);
    buf_release(&pattern);
}

static void a_regex_is_not_too_long(void **state) {
    (void)state;
    struct diag diag = {0};
    char pattern[REGEX_LONGEST + 1];
    memset(pattern, 'a', sizeof pattern);
    struct regex *regex = regex_new((struct str){pattern, REGEX_LONGEST}, &diag);
    assert_non_null(regex);
    assert_int_equal(regex_search(regex, (struct str){pattern, REGEX_LONGEST}, 0, NULL),
        REGEX_LIMIT); /* its product with the text is too large */
    assert_int_equal(regex_search(regex, STR("aab"), 0, NULL), REGEX_NO);
    regex_free(regex);
    assert_null(regex_new((struct str){pattern, sizeof pattern}, &diag));
    assert_string_equal(diag.text, "the expression is too long");
}

static void paths_are_joined_and_walked_in_order(void **state) {
    (void)state;
    struct arena arena = {0};
    struct paths paths = {0};
    struct diag diag = {0};
    static const char *const headers[] = {".h", NULL};
    assert_string_equal(path_join(&arena, "a/b", "c"), "a/b/c");
    assert_string_equal(path_join(&arena, "a/", "/c"), "/c");
    assert_string_equal(path_directory(&arena, "/x"), "/");
    assert_string_equal(path_directory(&arena, "x"), ".");
    assert_true(paths_walk(&paths, &arena, "engine/base", headers, &diag));
    assert_true(paths.count >= 10);
    for (size_t i = 1; i < paths.count; i++)
        assert_true(strcmp(paths.list[i - 1], paths.list[i]) < 0);
    assert_false(paths_walk(&paths, &arena, "no/such/place", NULL, &diag));
    assert_string_equal(diag.text, "cannot open 'no/such/place': No such file or directory");
    paths_release(&paths);
    arena_release(&arena);
}

static void must_hold(const char *path, const char *content, mode_t mode) {
    struct diag diag = {0};
    struct buf text = {0};
    struct stat st;
    assert_true(file_read(path, 100, &text, &diag));
    assert_string_equal(buf_text(&text), content);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
    buf_release(&text);
}

static void a_file_is_replaced_whole(void **state) {
    (void)state;
    struct diag diag = {0};
    char dir[] = "/tmp/tocsin-test-XXXXXX", path[64], link[64];
    assert_non_null(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a/b", dir);
    snprintf(link, sizeof link, "%s/link", dir);
    assert_true(file_replace(path, STR("one"), &diag));
    must_hold(path, "one", 0600);
    assert_int_equal(chmod(path, 0640), 0);
    assert_int_equal(symlink(path, link), 0);
    assert_true(file_replace(link, STR("two"), &diag));
    must_hold(path, "two", 0640);
    assert_false(file_replace(dir, STR("three"), &diag));
    assert_non_null(strstr(diag.text, "cannot write '/tmp/tocsin-test-"));
    assert_int_equal(remove(link), 0);
    assert_int_equal(remove(path), 0);
    *strrchr(path, '/') = '\0';
    assert_int_equal(remove(path), 0); /* nothing is left beside it */
    assert_int_equal(remove(dir), 0);
}

static void a_link_back_is_not_walked(void **state) {
    (void)state;
    struct arena arena = {0};
    struct paths paths = {0};
    char dir[] = "/tmp/tocsin-walk-XXXXXX";
    assert_non_null(mkdtemp(dir));
    char *file = path_join(&arena, dir, "file"), *inner = path_join(&arena, dir, "inner");
    char *back = path_join(&arena, inner, "back"), *again = path_join(&arena, inner, "again");
    fclose(fopen(file, "w"));
    assert_int_equal(mkdir(inner, 0700), 0);
    assert_int_equal(symlink("..", back), 0);
    assert_int_equal(symlink(".", again), 0);
    assert_true(paths_walk(&paths, &arena, dir, NULL, NULL));
    assert_int_equal(paths.count, 1);
    assert_string_equal(paths.list[0], file);
    char *const made[] = {back, again, inner, file, dir};
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) assert_int_equal(remove(made[i]), 0);
    paths_release(&paths);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_and_written),
        cmocka_unit_test(times_end_where_time_does),
        cmocka_unit_test(durations_have_units),
        cmocka_unit_test(near_names_are_suggested_and_far_ones_not),
        cmocka_unit_test(a_name_is_sure_where_no_other_is_as_near),
        cmocka_unit_test(utf8_is_told_from_other_bytes),
        cmocka_unit_test(an_arena_gives_zeroed_memory_again_and_again),
        cmocka_unit_test(room_in_an_arena_is_aligned_and_ones_own),
        cmocka_unit_test(a_list_in_an_arena_grows),
        cmocka_unit_test(buffers_hold_any_byte),
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(parts_of_a_hash_do_not_run_together),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(the_first_diagnostic_wins),
        cmocka_unit_test(diagnostics_show_line_and_caret),
        cmocka_unit_test(findings_have_a_limit),
        cmocka_unit_test(diagnostics_show_a_hostile_source_as_text),
        cmocka_unit_test(diagnostics_show_a_long_line_in_part),
        cmocka_unit_test(a_file_name_is_shown_as_text),
        cmocka_unit_test(secrets_are_hidden),
        cmocka_unit_test(a_regex_meets_its_limit),
        cmocka_unit_test(a_regex_that_runs_far_meets_its_limit),
        cmocka_unit_test(a_long_regex_is_bounded),
        cmocka_unit_test(a_regex_is_not_too_long),
        cmocka_unit_test(paths_are_joined_and_walked_in_order),
        cmocka_unit_test(a_file_is_replaced_whole),
        cmocka_unit_test(a_link_back_is_not_walked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
