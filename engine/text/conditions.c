#include "text/conditions.h"

#include <stdlib.h>

struct search {
    struct conditions *conditions;
    struct arena *arena;
};

/* ---- what decides ---- */

static bool joins(const struct syntax *node) {
    return node->kind == SYNTAX_BINARY && (str_is(node->text, "and") || str_is(node->text, "or"));
}

static bool negates(const struct syntax *node) {
    return node->kind == SYNTAX_UNARY && str_is(node->text, "not");
}

static bool compares(const struct syntax *node) {
    static const char *const signs[] = {"==", "~=", "<", "<=", ">", ">="};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
        if (str_is(node->text, signs[i])) return true;
    return false;
}

/* Whatever it is computed from, it is always true or always false. */
static bool is_settled(const struct syntax *node) {
    switch (node->kind) {
    case SYNTAX_NIL:
    case SYNTAX_TRUE:
    case SYNTAX_FALSE:
    case SYNTAX_NUMBER:
    case SYNTAX_STRING:
    case SYNTAX_FUNCTION:
    case SYNTAX_TABLE: return true;
    case SYNTAX_UNARY: return !negates(node) || is_settled(node->right);
    case SYNTAX_BINARY: return !compares(node);
    default: return false;
    }
}

static const struct syntax *first_part(const struct syntax *node) {
    while (node->kind == SYNTAX_BINARY) node = node->left;
    return node;
}

static void add(struct search *search, const struct syntax *node) {
    struct conditions *conditions = search->conditions;
    const struct syntax *first = first_part(node);
    conditions->list = arena_grow(search->arena, conditions->list, conditions->count);
    conditions->list[conditions->count++] = (struct condition){
        .source = node->source, .line = first->line, .column = first->column};
}

static const struct syntax *without_parens(const struct syntax *node) {
    while (node->kind == SYNTAX_PARENS) node = node->right;
    return node;
}

static void decide(struct search *search, const struct syntax *node) {
    node = without_parens(node);
    const struct syntax *inner = node;
    while (negates(inner)) inner = without_parens(inner->right);
    if (joins(inner)) {
        decide(search, inner->left);
        decide(search, inner->right);
    } else if (!is_settled(node)) {
        add(search, node);
    }
}

static bool visit(void *context, const struct syntax *node) {
    struct search *search = context;
    bool asks = node->kind == SYNTAX_CLAUSE || node->kind == SYNTAX_WHILE ||
                node->kind == SYNTAX_REPEAT || joins(node);
    if (asks && node->left) decide(search, node->left);
    return true;
}

/* ---- their order ---- */

static int order(const void *left, const void *right) {
    const char *a = ((const struct condition *)left)->source.at;
    const char *b = ((const struct condition *)right)->source.at;
    return (a > b) - (a < b);
}

/* What is joined inside a condition is met twice. */
static void drop_doubles(struct conditions *conditions) {
    size_t kept = 0;
    for (size_t i = 0; i < conditions->count; i++)
        if (kept == 0 || order(&conditions->list[kept - 1], &conditions->list[i]) != 0)
            conditions->list[kept++] = conditions->list[i];
    conditions->count = kept;
}

void conditions_find(
    struct conditions *conditions, struct arena *arena, const struct syntax *body) {
    struct search search = {conditions, arena};
    *conditions = (struct conditions){0};
    syntax_walk(body, visit, &search);
    if (conditions->count)
        qsort(conditions->list, conditions->count, sizeof *conditions->list, order);
    drop_doubles(conditions);
}

/* ---- rewriting ---- */

/* Up to `end`, with the conditions from number `next` on that begin before it; answers the number of
 * the next one. Another condition inside one of them ends before it does. */
static size_t rewrite(struct buf *to, const char *at, const char *end,
    const struct conditions *conditions, size_t next, const char *name) {
    while (next < conditions->count && conditions->list[next].source.at < end) {
        struct str source = conditions->list[next].source;
        buf_add(to, at, (size_t)(source.at - at));
        buf_add_format(to, "%s(%zu,(", name, next);
        at = source.at + source.len;
        next = rewrite(to, source.at, at, conditions, next + 1, name);
        buf_add_text(to, "))");
    }
    buf_add(to, at, (size_t)(end - at));
    return next;
}

void conditions_rewrite(
    struct buf *to, struct str code, const struct conditions *conditions, const char *name) {
    rewrite(to, code.at, code.at + code.len, conditions, 0, name);
}
