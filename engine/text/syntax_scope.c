#include "text/syntax_parts.h"

struct syntax_local *scope_declare(struct parser *parser, struct syntax *name, int role) {
    struct syntax_local *local = arena_new(parser->arena, struct syntax_local);
    struct visible *visible = arena_new(parser->arena, struct visible);
    local->name = name ? name->text : STR("self");
    local->at = name;
    local->function = parser->function;
    local->role = role;
    if (name) name->local = local;
    if (parser->last_local)
        parser->last_local->next = local;
    else
        parser->locals = local;
    parser->last_local = local;
    *visible = (struct visible){local, parser->visible};
    parser->visible = visible;
    return local;
}

struct syntax_local *scope_find(const struct parser *parser, struct str name) {
    for (const struct visible *at = parser->visible; at; at = at->outer)
        if (str_eq(at->local->name, name)) return at->local;
    return NULL;
}
