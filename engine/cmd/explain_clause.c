#include "cmd/explain_text.h"

#include "base/plain.h"
#include "text/json_short.h"

void text_color(struct text *text, const char *color, const char *word) {
    if (text->view->color) buf_add_text(text->to, color);
    buf_add_text(text->to, word);
    if (text->view->color) buf_add_text(text->to, "\033[0m");
}

void text_mark(struct text *text, bool good) {
    text_color(text, good ? "\033[32m" : "\033[31m", good ? "ok" : "no");
    buf_add_text(text->to, "  ");
}

void text_begin(struct text *text, const char *word) {
    buf_add_format(text->to, "  %-11s", word);
}

void text_end(struct text *text) {
    buf_add_char(text->to, '\n');
}

void text_cut(struct text *text, struct str s, size_t most) {
    size_t len = s.len < most ? s.len : most;
    while (len > 0 && len < s.len && ((unsigned char)s.at[len] & 0xC0) == 0x80) len--;
    plain_print(text->to, (struct str){s.at, len});
    if (len < s.len) buf_add_text(text->to, "…");
}

void text_json(struct text *text, const struct json *json) {
    buf_reset(&text->scratch);
    json_print_short(&text->scratch, json, TEXT_VALUE);
    plain_print(text->to, buf_str(&text->scratch));
}

void text_word(struct text *text, const char *word, struct str value) {
    text_begin(text, word);
    text_cut(text, value, text->view->all ? value.len : TEXT_LONG);
    text_end(text);
}

/* ---- clauses ---- */

static void add_wanted(struct text *text, const struct yaml *wanted) {
    struct arena arena = {0};
    text_color(text, "\033[2m", "   wanted ");
    text_json(text, yaml_to_json(&arena, wanted));
    arena_release(&arena);
}

static void add_found(struct text *text, const struct pattern_clause *clause) {
    size_t kept = clause->found_count < PATTERN_FOUND ? clause->found_count : PATTERN_FOUND;
    buf_add_text(text->to, " = ");
    for (size_t i = 0; i < kept; i++) {
        if (i) buf_add_text(text->to, ", ");
        text_json(text, clause->found[i]);
        if (kept > 3 && i == 2) break;
    }
    if (kept > 3) buf_add_format(text->to, ", … (%zu)", clause->found_count);
}

static void add_missing(struct text *text, const struct pattern_clause *clause) {
    buf_add_text(text->to, " is not there");
    if (clause->near) {
        buf_add_text(text->to, " (there is '");
        plain_print(text->to, clause->there);
        if (clause->there.len) buf_add_char(text->to, '.');
        plain_print(text->to, str_of(clause->near));
        buf_add_text(text->to, "')");
    } else if (clause->there.len && clause->there_value->type != JSON_OBJECT) {
        buf_add_text(text->to, " (");
        plain_print(text->to, clause->there);
        buf_add_text(text->to, " = ");
        text_json(text, clause->there_value);
        buf_add_char(text->to, ')');
    }
}

/* What is wanted is what was found. */
static bool says_it(const struct pattern_clause *clause) {
    struct arena arena = {0};
    bool same = clause->holds && clause->found_count == 1 &&
                json_equal(yaml_to_json(&arena, clause->wanted), clause->found[0]);
    arena_release(&arena);
    return same;
}

static void add_clause(struct text *text, const char *word, const struct pattern_clause *clause) {
    text_begin(text, word);
    text_mark(text, clause->holds);
    plain_print(text->to, clause->path);
    if (clause->found_count)
        add_found(text, clause);
    else
        add_missing(text, clause);
    if (!says_it(clause)) add_wanted(text, clause->wanted);
    if (clause->limited) buf_add_text(text->to, "   a regular expression met its limit");
    text_end(text);
}

/* Those that hold are left out of a rule that only came near. */
void text_account(
    struct text *text, const char *word, const struct pattern_account *account, bool whole) {
    for (size_t i = 0; i < account->count; i++) {
        const struct pattern_clause *clause = &account->clauses[i];
        if (!whole && clause->holds && !account->apart) continue;
        add_clause(text, word, clause);
        word = "";
    }
    if (account->apart)
        text_word(text, word, STR("each holds, but no element of an array has them all"));
    if (whole && account->alternatives > 1) {
        text_begin(text, "");
        buf_add_format(text->to, "%s of %zu alternatives", account->matches ? "one" : "the nearest",
            account->alternatives);
        text_end(text);
    }
}
