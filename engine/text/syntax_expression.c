#include "text/syntax_parts.h"

enum { UNARY_PRIORITY = 12, CHAIN = 1000 /* of what stands one behind the other */ };

static struct syntax *read_binary(struct parser *parser, int limit);

struct syntax *node_new(struct parser *parser, enum syntax_kind kind) {
    struct syntax *node = arena_new(parser->arena, struct syntax);
    node->kind = kind;
    node->line = parser->token.line;
    node->column = parser->token.column;
    node->text = parser->token.text;
    return node;
}

struct syntax **node_append(struct syntax **end, struct syntax *node) {
    *end = node;
    while (*end) end = &(*end)->next;
    return end;
}

bool parser_enter(struct parser *parser) {
    if (++parser->depth <= SYNTAX_DEPTH) return true;
    parser->too_deep = true;
    parser_fail(parser, "too deep");
    return false;
}

void parser_leave(struct parser *parser) {
    parser->depth--;
}

/* ---- operands ---- */

static struct syntax *read_name(struct parser *parser) {
    struct syntax *name = node_new(parser, SYNTAX_NAME);
    name->text = parser_name(parser);
    name->local = scope_find(parser, name->text);
    if (name->local) name->local->reads++;
    return name;
}

static struct syntax *read_field(struct parser *parser) {
    struct syntax *field = node_new(parser, SYNTAX_FIELD);
    if (parser_take(parser, "[")) {
        field->left = expression_read(parser);
        parser_need(parser, "]");
        parser_need(parser, "=");
        field->right = expression_read(parser);
        return field;
    }
    field->right = expression_read(parser);
    struct syntax *key = field->right;
    if (key->kind != SYNTAX_NAME || !parser_take(parser, "=")) return field;
    if (key->local) key->local->reads--;
    key->kind = SYNTAX_STRING;
    key->local = NULL;
    field->left = key;
    field->right = expression_read(parser);
    return field;
}

static bool is_several(const struct syntax *value) {
    return value && (value->kind == SYNTAX_CALL || value->kind == SYNTAX_METHOD ||
                        value->kind == SYNTAX_VARARG);
}

static struct syntax *read_table(struct parser *parser) {
    struct syntax *table = node_new(parser, SYNTAX_TABLE), **end = &table->list, *last = NULL;
    struct opening opening = opening_here(parser, "{");
    parser_need(parser, "{");
    while (!token_is(parser, "}") && !parser->diag->set) {
        last = read_field(parser);
        end = node_append(end, last);
        if (!parser_take(parser, ",") && !parser_take(parser, ";")) break;
    }
    table->is_variadic = last && !last->left && is_several(last->right);
    parser_close(parser, &opening, "}");
    return table;
}

static void read_parameters(struct parser *parser, struct syntax *function) {
    struct syntax **end = &function->list;
    parser_need(parser, "(");
    while (!token_is(parser, ")") && !parser->diag->set) {
        if (parser_take(parser, "...")) {
            function->is_variadic = true;
            break;
        }
        struct syntax *name = node_new(parser, SYNTAX_NAME);
        name->text = parser_name(parser);
        scope_declare(parser, name, SYNTAX_PARAMETER);
        end = node_append(end, name);
        if (!parser_take(parser, ",")) break;
    }
    parser_need(parser, ")");
}

struct syntax *function_read(
    struct parser *parser, struct syntax *function, const struct opening *opening, bool is_method) {
    struct syntax *outer = parser->function;
    struct visible *visible = parser->visible;
    unsigned loops = parser->loops;
    parser->function = function;
    parser->loops = 0;
    function->is_method = is_method;
    if (is_method) scope_declare(parser, NULL, SYNTAX_PARAMETER);
    read_parameters(parser, function);
    function->body = block_read(parser);
    parser_close(parser, opening, "end");
    parser->function = outer;
    parser->visible = visible;
    parser->loops = loops;
    return function;
}

static struct syntax *read_anonymous(struct parser *parser) {
    struct syntax *function = node_new(parser, SYNTAX_FUNCTION);
    struct opening opening = opening_here(parser, "function");
    parser_next(parser);
    return function_read(parser, function, &opening, false);
}

static struct syntax *read_vararg(struct parser *parser) {
    if (parser->function && !parser->function->is_variadic)
        parser_fail(parser, "'...' in a function whose parameters do not end in '...'");
    return node_new(parser, SYNTAX_VARARG);
}

static struct syntax *read_constant(struct parser *parser, enum syntax_kind kind) {
    struct syntax *constant = node_new(parser, kind);
    parser_next(parser);
    return constant;
}

static struct syntax *read_simple(struct parser *parser) {
    if (parser->token.kind == TOKEN_NUMBER) return read_constant(parser, SYNTAX_NUMBER);
    if (parser->token.kind == TOKEN_STRING) return read_constant(parser, SYNTAX_STRING);
    if (token_is(parser, "nil")) return read_constant(parser, SYNTAX_NIL);
    if (token_is(parser, "true")) return read_constant(parser, SYNTAX_TRUE);
    if (token_is(parser, "false")) return read_constant(parser, SYNTAX_FALSE);
    if (token_is(parser, "{")) return read_table(parser);
    if (token_is(parser, "function")) return read_anonymous(parser);
    if (!token_is(parser, "...")) return suffixed_read(parser);
    struct syntax *vararg = read_vararg(parser);
    parser_next(parser);
    return vararg;
}

/* ---- a name and what follows it ---- */

static struct syntax *read_primary(struct parser *parser) {
    if (!token_is(parser, "(")) {
        if (parser->token.kind != TOKEN_NAME) parser_unexpected(parser, "a value");
        return read_name(parser);
    }
    struct syntax *parens = node_new(parser, SYNTAX_PARENS);
    struct opening opening = opening_here(parser, "(");
    parser_next(parser);
    parens->right = expression_read(parser);
    parser_close(parser, &opening, ")");
    return parens;
}

static void read_arguments(struct parser *parser, struct syntax *call) {
    if (parser->token.kind == TOKEN_STRING) {
        call->list = read_constant(parser, SYNTAX_STRING);
    } else if (token_is(parser, "{")) {
        call->list = read_table(parser);
    } else if (token_is(parser, "(")) {
        struct opening opening = opening_here(parser, "(");
        parser_next(parser);
        if (!token_is(parser, ")")) call->list = expressions_read(parser);
        parser_close(parser, &opening, ")");
    } else {
        parser_unexpected(parser, "the arguments of a call");
    }
    struct syntax *last = call->list;
    while (last && last->next) last = last->next;
    call->is_variadic = is_several(last);
}

static struct syntax *read_index(struct parser *parser, struct syntax *left) {
    struct syntax *index = node_new(parser, SYNTAX_INDEX);
    bool dot = token_is(parser, ".");
    parser_next(parser);
    index->left = left;
    index->line = left->line, index->column = left->column;
    if (dot) {
        index->right = node_new(parser, SYNTAX_STRING);
        index->right->text = parser_name(parser);
        return index;
    }
    index->right = expression_read(parser);
    parser_need(parser, "]");
    return index;
}

static struct syntax *read_call(struct parser *parser, struct syntax *left) {
    struct syntax *call = node_new(parser, SYNTAX_CALL);
    call->left = left;
    call->line = left->line, call->column = left->column;
    if (parser_take(parser, ":")) {
        call->kind = SYNTAX_METHOD;
        call->text = parser_name(parser);
    }
    read_arguments(parser, call);
    return call;
}

struct syntax *suffixed_read(struct parser *parser) {
    struct syntax *node = read_primary(parser);
    for (int i = 0; !parser->diag->set; i++) {
        bool calls = token_is(parser, ":") || token_is(parser, "(") || token_is(parser, "{") ||
                     parser->token.kind == TOKEN_STRING;
        if (i == CHAIN) parser->depth = SYNTAX_DEPTH, parser_enter(parser);
        if (token_is(parser, ".") || token_is(parser, "["))
            node = read_index(parser, node);
        else if (calls)
            node = read_call(parser, node);
        else
            return node;
    }
    return node;
}

/* ---- operators ---- */

static struct syntax *mark(struct parser *parser, struct syntax *node, const char *begin) {
    if (!parser->diag->set) node->source = (struct str){begin, (size_t)(parser->last_end - begin)};
    return node;
}

static struct syntax *read_unary(struct parser *parser) {
    static const char *const signs[] = {"not", "-", "#", "~"};
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        if (!token_is(parser, signs[i])) continue;
        struct syntax *unary = node_new(parser, SYNTAX_UNARY);
        parser_next(parser);
        unary->right = read_binary(parser, UNARY_PRIORITY);
        return unary;
    }
    return read_simple(parser);
}

/* How strongly an operator binds what is left of it and what is right; NULL: it is none. */
struct binding {
    const char *sign;
    int left, right;
};

static const struct binding *binding_of(const struct parser *parser) {
    static const struct binding bindings[] = {{"or", 1, 1}, {"and", 2, 2}, {"<", 3, 3}, {">", 3, 3},
        {"<=", 3, 3}, {">=", 3, 3}, {"~=", 3, 3}, {"==", 3, 3}, {"|", 4, 4}, {"~", 5, 5},
        {"&", 6, 6}, {"<<", 7, 7}, {">>", 7, 7}, {"..", 9, 8}, {"+", 10, 10}, {"-", 10, 10},
        {"*", 11, 11}, {"/", 11, 11}, {"//", 11, 11}, {"%", 11, 11}, {"^", 14, 13}};
    for (size_t i = 0; i < sizeof bindings / sizeof *bindings; i++)
        if (token_is(parser, bindings[i].sign)) return &bindings[i];
    return NULL;
}

static struct syntax *read_operand(struct parser *parser) {
    const char *begin = parser->token.begin;
    return mark(parser, read_unary(parser), begin);
}

static struct syntax *read_operators(struct parser *parser, struct syntax *left, int limit) {
    const struct binding *binding;
    for (int i = 0; (binding = binding_of(parser)) && binding->left > limit; i++) {
        struct syntax *binary = node_new(parser, SYNTAX_BINARY);
        if (i == CHAIN) parser->depth = SYNTAX_DEPTH;
        parser_next(parser);
        binary->left = left;
        binary->right = read_binary(parser, binding->right);
        left = mark(parser, binary, left->source.at);
    }
    return left;
}

static struct syntax *read_binary(struct parser *parser, int limit) {
    if (!parser_enter(parser)) return node_new(parser, SYNTAX_NIL);
    struct syntax *node = read_operators(parser, read_operand(parser), limit);
    parser_leave(parser);
    return node;
}

struct syntax *expression_read(struct parser *parser) {
    return read_binary(parser, 0);
}

struct syntax *expressions_read(struct parser *parser) {
    struct syntax *first = NULL, **end = node_append(&first, expression_read(parser));
    while (parser_take(parser, ",")) end = node_append(end, expression_read(parser));
    return first;
}
