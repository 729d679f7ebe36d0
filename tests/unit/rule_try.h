/* A rule made of a few lines of Lua and asked about an event made of a line of JSON. */
#ifndef RULE_TRY_H
#define RULE_TRY_H

#include "check.h"

#include "script/rule_script.h"

struct try {
    struct arena arena;
    struct manifest manifest;
    struct rule_script *script;
    struct diags diags;
    struct diag diag;
    struct event event;
    struct buf text;
};

static const struct json *try_json(struct try *try, const char *text) {
    struct diag diag = {0};
    const struct json *json = json_parse(&try->arena, str_of(text), NULL, &diag);
    if (!json) fail_msg("%s: %s", text, diag.text);
    return json;
}

static inline bool try_load(struct try *try, const char *code, const char *params) {
    *try = (struct try){0};
    try->manifest.lua = (struct manifest_lua){"rules/x.yaml", 7, str_of(code)};
    try->manifest.when = (struct pattern *)try; /* there is one: `rule` may be missing */
    if (params) try->manifest.params = try_json(try, params);
    try->script = rule_script_new(&try->manifest, &LIMITS_DEFAULT, "lua", &try->diags);
    return try->script != NULL;
}

static inline void try_begin(struct try *try, const char *code) {
    if (!try_load(try, code, NULL)) fail_msg("%s: %s", code, try->diags.list[0].text);
}

static inline void try_event(struct try *try, const char *event) {
    try->event.root = try_json(try, event);
    rule_script_event(try->script, &try->event);
}

static inline void try_end(struct try *try) {
    rule_script_free(try->script);
    diags_release(&try->diags);
    buf_release(&try->text);
    arena_release(&try->arena);
}

/* What `function` answers as text, or its diagnostic. */
static inline const char *try_text(struct try *try, enum rule_function function) {
    buf_reset(&try->text);
    diag_clear(&try->diag);
    bool done = rule_script_text(try->script, function, &try->text, &try->diag);
    return done ? buf_text(&try->text) : try->diag.text;
}

static inline const char *try_answer(struct try *try, enum rule_function function) {
    buf_reset(&try->text);
    diag_clear(&try->diag);
    bool done = rule_script_json(try->script, function, &try->text, &try->diag);
    return done ? buf_text(&try->text) : try->diag.text;
}

/* tostring(expression), asked about the event. `lines` go before it. */
static inline void try_expression(
    const char *lines, const char *expression, const char *event, const char *expected) {
    struct try try;
    char code[4096];
    snprintf(
        code, sizeof code, "function title(event) %s return tostring(%s) end", lines, expression);
    try_begin(&try, code);
    try_event(&try, event);
    const char *got = try_text(&try, RULE_TITLE);
    if (strcmp(got, expected) != 0)
        fail_msg("%s; %s\n  is       %s\n  expected %s", lines, expression, got, expected);
    try_end(&try);
}

#endif
