/* Text whose letters may have either case: letter by letter, by Unicode's full mappings, so ß is SS
 * but not ss. Both spellings of each letter are made when the pattern is compiled; matching compares
 * bytes. Neither spelling of a letter begins or ends the other, so the first that fits is right. */
#include "model/pattern_internal.h"

#include <ctype.h>
#include <locale.h>
#include <wctype.h>

/* Bytes of the character at the start of `s`; 1 where it is no UTF-8. */
static size_t character(struct str s, wint_t *point) {
    unsigned char lead = (unsigned char)s.at[0];
    size_t length = lead < 0xC2 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : lead < 0xF5 ? 4 : 1;
    if (length > s.len) length = 1;
    *point = length == 1 ? lead : lead & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) *point = *point << 6 | ((unsigned char)s.at[i] & 0x3F);
    return length;
}

static struct str spelling(struct arena *arena, wint_t point) {
    char *at = arena_alloc(arena, 5);
    size_t length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = length; i-- > 1; point >>= 6) at[i] = (char)(0x80 | (point & 0x3F));
    at[0] = (char)(leads[length] | point);
    return (struct str){at, length};
}

/* `locale` is unset where the whole text is ASCII. */
static struct letter letter_of(
    struct arena *arena, struct str as_written, wint_t point, locale_t locale) {
    bool is_ascii = point < 0x80, is_raw_byte = as_written.len == 1 && !is_ascii;
    if (is_raw_byte) return (struct letter){as_written, as_written};
    wint_t lower = is_ascii ? (wint_t)tolower((int)point) : towlower_l(point, locale);
    wint_t upper = is_ascii ? (wint_t)toupper((int)point) : towupper_l(point, locale);
    struct letter letter = {
        lower == point ? as_written : spelling(arena, lower),
        upper == point ? as_written : spelling(arena, upper),
    };
    expansion_apply(&letter, point);
    return letter;
}

static bool is_ascii(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if ((unsigned char)text.at[i] >= 0x80) return false;
    return true;
}

static void add_letters(struct arena *arena, struct test *test, struct str rest, locale_t locale) {
    test->letters = arena_list(arena, struct letter, rest.len + 1);
    while (rest.len) {
        wint_t point;
        size_t length = character(rest, &point);
        struct str as_written = {rest.at, length};
        test->letters[test->letter_count++] = letter_of(arena, as_written, point, locale);
        rest = (struct str){rest.at + length, rest.len - length};
    }
}

/* A locale object of our own says what a letter's other case is, whatever the process runs in. */
bool letters_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    if (argument->type != YAML_STRING)
        return argument_refused(compiler, argument, "equals-ignore-case", "a string");
    locale_t locale = (locale_t)0;
    if (!is_ascii(argument->text)) {
        locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
        if (!locale)
            return diags_reject(
                compiler->diags, "TC005", argument->place, "cannot load the locale 'C.UTF-8'");
    }
    add_letters(compiler->arena, test, argument->text, locale);
    if (locale) freelocale(locale);
    return true;
}

bool letters_begin(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    if (leaf->type != JSON_STRING) return false;
    struct str rest = leaf->string;
    for (size_t i = 0; i < test->letter_count; i++) {
        const struct letter *letter = &test->letters[i];
        struct str spelt = str_starts(rest, letter->lower) ? letter->lower : letter->upper;
        if (!str_starts(rest, spelt)) return false;
        rest = (struct str){rest.at + spelt.len, rest.len - spelt.len};
    }
    return true;
}

/* Takes the letters off the end of `rest`. */
static bool end_with_letters(const struct test *test, struct str *rest) {
    for (size_t i = test->letter_count; i-- > 0;) {
        const struct letter *letter = &test->letters[i];
        struct str spelt = str_ends(*rest, letter->lower) ? letter->lower : letter->upper;
        if (!str_ends(*rest, spelt)) return false;
        rest->len -= spelt.len;
    }
    return true;
}

bool letters_end(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    struct str rest = leaf->type == JSON_STRING ? leaf->string : (struct str){0};
    return leaf->type == JSON_STRING && end_with_letters(test, &rest);
}

bool letters_equal(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    struct str rest = leaf->type == JSON_STRING ? leaf->string : (struct str){0};
    return leaf->type == JSON_STRING && end_with_letters(test, &rest) && rest.len == 0;
}
