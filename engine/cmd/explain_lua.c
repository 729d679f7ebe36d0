#include "cmd/explain_text.h"

#include "base/plain.h"

#include <ctype.h>

/* The line of the rule's code, without what is around it; empty where that has no such line. */
static struct str source_line(const struct manifest *manifest, unsigned line) {
    struct str rest = manifest->lua.code;
    if (line < manifest->lua.line) return (struct str){0};
    for (unsigned at = manifest->lua.line; at < line && rest.len; at++) {
        const char *end = memchr(rest.at, '\n', rest.len);
        size_t passed = end ? (size_t)(end - rest.at) + 1 : rest.len;
        rest = (struct str){rest.at + passed, rest.len - passed};
    }
    const char *end = rest.len ? memchr(rest.at, '\n', rest.len) : NULL;
    if (end) rest.len = (size_t)(end - rest.at);
    while (rest.len && (*rest.at == ' ' || *rest.at == '\t')) rest.at++, rest.len--;
    return rest;
}

static bool begins_with_word(struct str code, const char *word) {
    size_t len = strlen(word);
    return str_starts(code, str_of(word)) &&
           (code.len == len || !isalnum((unsigned char)code.at[len]));
}

/* Where the `return` begins whose last line this is; the line itself where it is of none. */
static unsigned statement_line(const struct manifest *manifest, unsigned line) {
    enum { MOST_LINES = 30 };
    for (unsigned at = line; at >= manifest->lua.line && line - at < MOST_LINES; at--) {
        struct str code = source_line(manifest, at);
        if (begins_with_word(code, "return")) return at;
        bool is_other = begins_with_word(code, "end") || memmem(code.at, code.len, "return", 6) ||
                        memmem(code.at, code.len, "function", 8);
        if (is_other) break;
    }
    return line;
}

static void add_place(struct text *text, const struct manifest *manifest, unsigned last) {
    unsigned line = statement_line(manifest, last);
    if (!line) return;
    struct str code = source_line(manifest, line);
    if (text->view->color) buf_add_text(text->to, "\033[2m");
    buf_add_format(text->to, "   %s:%u", manifest->lua.file, line);
    if (code.len) buf_add_text(text->to, ": ");
    text_cut(text, code, TEXT_LONG / 2);
    if (text->view->color) buf_add_text(text->to, "\033[0m");
}

static void add_note(struct text *text, const struct trace_note *note) {
    bool read = note->kind == TRACE_READ;
    text_begin(text, "");
    if (note->line)
        buf_add_format(text->to, "%4u  ", note->line);
    else
        buf_add_text(text->to, "      ");
    if (note->inside) buf_add_text(text->to, "  ");
    plain_print(text->to, note->what.len ? note->what : STR("event"));
    if (read && !note->value) {
        buf_add_text(text->to, " is not there");
    } else {
        buf_add_text(text->to, " = ");
        if (read) text_json(text, note->value);
        if (!read && note->answer.len) plain_print(text->to, note->answer);
        if (!read && !note->answer.len) buf_add_text(text->to, "(an error)");
    }
    text_end(text);
}

static void add_notes(struct text *text, const struct trace_asked *asked) {
    for (const struct trace_note *note = asked->notes; note; note = note->next)
        add_note(text, note);
    if (asked->cut) text_word(text, "", STR("      … and more than is kept"));
}

static void add_asked(
    struct text *text, const struct manifest *manifest, const struct trace_asked *asked) {
    text_begin(text, rule_function_names[asked->function]);
    if (asked->error.len) {
        text_color(text, "\033[31m", "failed: ");
        plain_print(text->to, asked->error);
    } else {
        text_cut(text, asked->answer, text->view->all ? asked->answer.len : TEXT_LONG);
    }
    bool decides = asked->function == RULE_RULE;
    if (decides && !asked->error.len) add_place(text, manifest, asked->line);
    text_end(text);
    if (decides || text->view->all || asked->error.len) add_notes(text, asked);
}

bool text_was_asked(const struct rule_trace *trace, enum rule_function function) {
    for (const struct trace_asked *asked = trace->asked; asked; asked = asked->next)
        if (asked->function == function) return true;
    return false;
}

void text_trace(struct text *text, const struct explained_rule *rule) {
    const struct manifest *manifest = rule->rule->manifest;
    for (const struct trace_asked *asked = rule->trace.asked; asked; asked = asked->next)
        if (text->view->all || asked->function == RULE_RULE || asked->error.len)
            add_asked(text, manifest, asked);
    if (!rule->untraced) return;
    text_begin(text, "lua");
    buf_add_format(text->to, "not asked again: %s", rule->untraced);
    text_end(text);
}
