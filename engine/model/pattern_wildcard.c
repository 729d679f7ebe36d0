/* wildcard: `*` is any number of bytes; `\*` and `\\` are the characters themselves. */
#include "model/pattern_internal.h"

static size_t count_asterisks(struct str text) {
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) count += text.at[i] == '*';
    return count;
}

/* Pieces are found one after another, each as early as it can be, so the time is linear. */
static bool middle_holds(const struct test *test, struct str rest) {
    for (size_t i = 1; i + 1 < test->piece_count; i++) {
        struct str piece = test->pieces[i];
        const char *found = memmem(rest.at, rest.len, piece.at, piece.len);
        if (!found) return false;
        const char *end = rest.at + rest.len;
        rest.at = found + piece.len;
        rest.len = (size_t)(end - rest.at);
    }
    return true;
}

static bool wildcard_holds(const struct test *test, const struct json *leaf, bool *failed) {
    (void)failed;
    if (leaf->type != JSON_STRING) return false;
    struct str first = test->pieces[0], last = test->pieces[test->piece_count - 1];
    if (test->piece_count == 1) return str_eq(leaf->string, first);
    if (leaf->string.len < first.len + last.len) return false;
    struct str middle = {leaf->string.at + first.len, leaf->string.len - first.len - last.len};
    return str_starts(leaf->string, first) && str_ends(leaf->string, last) &&
           middle_holds(test, middle);
}

/* Asterisks cut the text into pieces, one after another in one buffer, escapes resolved. */
bool wildcard_compile(struct compiler *compiler, struct test *test, const struct yaml *argument) {
    if (argument->type != YAML_STRING)
        return argument_refused(compiler, argument, "wildcard", "a string");
    struct str text = argument->text;
    char *to = arena_alloc(compiler->arena, text.len + 1);
    struct str *piece = arena_list(compiler->arena, struct str, count_asterisks(text) + 1);
    test->pieces = piece;
    piece->at = to;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i], next = i + 1 < text.len ? text.at[i + 1] : 0;
        if (c == '*' && next == '*')
            return diags_reject(compiler->diags, "TC021", argument->place,
                "two '*' in a row in '%.*s'", STR_ARG(text));
        if (c == '\\' && next != '*' && next != '\\')
            return diags_reject(compiler->diags, "TC021", argument->place,
                "'\\' stands before something else than '*' or '\\' in '%.*s'", STR_ARG(text));
        if (c == '*') {
            (++piece)->at = to;
            continue;
        }
        if (c == '\\') c = text.at[++i];
        *to++ = c;
        piece->len++;
    }
    test->piece_count = (size_t)(piece - test->pieces) + 1;
    test->holds = wildcard_holds;
    return true;
}
