/* What the files that print an explanation for people share; for them alone. */
#ifndef CMD_EXPLAIN_TEXT_H
#define CMD_EXPLAIN_TEXT_H

#include "cmd/explain.h"

enum { TEXT_VALUE = 60, TEXT_LONG = 160 /* bytes of what is shown, where not all is */ };

struct text {
    struct buf *to;
    const struct explain_view *view;
    struct buf scratch;
};

/* What is not ours goes through base/plain.h. */
void text_color(struct text *text, const char *color, const char *word);
void text_mark(struct text *text, bool good); /* "ok" or "no" */
void text_cut(struct text *text, struct str s, size_t most);
void text_json(struct text *text, const struct json *json);

/* A line of a rule: a word in the margin, and what stands behind it. */
void text_begin(struct text *text, const char *word);
void text_end(struct text *text);
void text_word(struct text *text, const char *word, struct str value); /* the whole line */

/* Clause by clause; those that hold too where it is `whole`. */
void text_account(
    struct text *text, const char *word, const struct pattern_account *account, bool whole);

/* What its Lua was asked, and said. */
void text_trace(struct text *text, const struct explained_rule *rule);
bool text_was_asked(const struct rule_trace *trace, enum rule_function function);

#endif
