/* Which nodes of a rule's Lua are looked at, each once, and what is passed over: text for people. */
#include "flow/mutant_lua.h"

/* ---- calls ---- */

static bool is_name(const struct syntax *node, const char *name) {
    return node && node->kind == SYNTAX_NAME && str_is(node->text, name);
}

static bool is_library(const struct syntax *function, const char *table, const char *name) {
    return function->kind == SYNTAX_INDEX && is_name(function->left, table) &&
           str_is(function->right->text, name);
}

/* Whose string is no value that the rule asks for: a module, a message, a form of text, what stands
 * between texts. */
static bool takes_text(const struct syntax *call) {
    const struct syntax *function = call->left;
    if (call->kind == SYNTAX_METHOD) return str_is(call->text, "format");
    return is_name(function, "require") || is_name(function, "error") ||
           is_library(function, "string", "format") || is_library(function, "table", "concat");
}

/* ---- the walk ---- */

static void add_below(struct lua_mutants *mutants, const struct syntax *node);

static void add_one(struct lua_mutants *mutants, const struct syntax *node) {
    struct syntax alone;
    if (!node) return;
    alone = *node;
    alone.next = NULL;
    lua_mutants_add(mutants, &alone);
}

/* What is joined is text: it makes a name for something, and decides nothing by itself. */
static void add_joined(struct lua_mutants *mutants, const struct syntax *node) {
    const struct syntax *const sides[] = {node->left, node->right};
    for (size_t i = 0; i < 2; i++)
        if (sides[i]->kind != SYNTAX_STRING) add_one(mutants, sides[i]);
}

static void add_call(struct lua_mutants *mutants, const struct syntax *node) {
    bool text = takes_text(node);
    if (!text || node->left->kind != SYNTAX_PARENS) add_one(mutants, node->left);
    for (const struct syntax *argument = node->list; argument; argument = argument->next)
        if (!text || argument->kind != SYNTAX_STRING) add_one(mutants, argument);
}

static void add_clause(struct lua_mutants *mutants, const struct syntax *node) {
    lua_decide(mutants, node->left, "true");
    lua_decide(mutants, node->left, "false");
    add_below(mutants, node);
}

/* Without an end it would only be stopped. */
static void add_loop(struct lua_mutants *mutants, const struct syntax *node) {
    lua_decide(mutants, node->left, node->kind == SYNTAX_WHILE ? "false" : "true");
    add_below(mutants, node);
}

/* An empty text in place of nothing is mostly as good as any other. */
static void add_binary(struct lua_mutants *mutants, const struct syntax *node) {
    if (str_is(node->text, "..")) {
        add_joined(mutants, node);
        return;
    }
    bool is_default = str_is(node->text, "or") && node->right->kind == SYNTAX_STRING;
    add_one(mutants, node->left);
    lua_turn_binary(mutants, node);
    if (!is_default || node->right->text.len) add_one(mutants, node->right);
}

static void add_function(struct lua_mutants *mutants, const struct syntax *node) {
    mutants->depth++;
    lua_mutants_add(mutants, node->body);
    mutants->depth--;
}

static void add_below(struct lua_mutants *mutants, const struct syntax *node) {
    lua_mutants_add(mutants, node->left);
    lua_mutants_add(mutants, node->right);
    lua_mutants_add(mutants, node->list);
    lua_mutants_add(mutants, node->values);
    lua_mutants_add(mutants, node->body);
}

static void add_node(struct lua_mutants *mutants, const struct syntax *node) {
    switch (node->kind) {
    case SYNTAX_TRUE:
    case SYNTAX_FALSE: lua_turn_constant(mutants, node); return;
    case SYNTAX_NUMBER: lua_move_number(mutants, node); return;
    case SYNTAX_STRING: lua_change_string(mutants, node); return;
    case SYNTAX_BINARY: add_binary(mutants, node); return;
    case SYNTAX_CALL:
    case SYNTAX_METHOD: add_call(mutants, node); return;
    case SYNTAX_FUNCTION: add_function(mutants, node); return;
    case SYNTAX_CLAUSE: add_clause(mutants, node); return;
    case SYNTAX_WHILE:
    case SYNTAX_REPEAT: add_loop(mutants, node); return;
    case SYNTAX_LOCAL: lua_mutants_add(mutants, node->values); return;
    case SYNTAX_UNARY: lua_drop_unary(mutants, node); break;
    case SYNTAX_RETURN: lua_turn_answer(mutants, node); break;
    case SYNTAX_TABLE: lua_drop_elements(mutants, node); break;
    default: break;
    }
    add_below(mutants, node);
}

void lua_mutants_add(struct lua_mutants *mutants, const struct syntax *node) {
    for (; node; node = node->next) add_node(mutants, node);
}
