#include "text/syntax_parts.h"

enum { LARGEST = 256 * 1024 };

/* ---- blocks ---- */

struct opening opening_here(const struct parser *parser, const char *word) {
    return (struct opening){word, parser->token.line, parser->token.column, parser->indent, 0};
}

static void fail_open(struct parser *parser, const struct opening *opening, const char *word) {
    bool is_end = strcmp(word, "end") == 0;
    if (is_end && parser->suspect.word) opening = &parser->suspect;
    const char *hint = opening->else_if ? arena_format(parser->arena,
                                              ": line %u says 'else if' and may mean 'elseif'",
                                              parser->lines_before + opening->else_if)
                                        : "";
    parser_fail_at(
        parser, opening->line, opening->column, "'%s' has no '%s'%s", opening->word, word, hint);
}

/* An `end` that stands elsewhere than the block's beginning may be meant for another block: that is
 * where one is missing when the source ends too early. */
void parser_close(struct parser *parser, const struct opening *opening, const char *word) {
    if (token_is(parser, word)) {
        bool astray = parser->token.begins_line && parser->token.line != opening->line &&
                      parser->token.column != opening->indent && strcmp(word, "end") == 0;
        if (astray && !parser->suspect.word) parser->suspect = *opening;
        parser_next(parser);
    } else if (parser->token.kind == TOKEN_END) {
        fail_open(parser, opening, word);
    } else {
        const char *wanted = arena_format(parser->arena, "'%s' for the '%s' of line %u", word,
            opening->word, parser->lines_before + opening->line);
        parser_unexpected(parser, wanted);
    }
}

static bool ends_block(const struct parser *parser) {
    return parser->token.kind == TOKEN_END || token_is(parser, "end") || token_is(parser, "else") ||
           token_is(parser, "elseif") || token_is(parser, "until");
}

static struct syntax *read_statement(struct parser *parser);

static struct syntax *read_return(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_RETURN);
    parser_next(parser);
    if (!ends_block(parser) && !token_is(parser, ";")) statement->values = expressions_read(parser);
    parser_take(parser, ";");
    if (!ends_block(parser)) parser_unexpected(parser, "'end' behind 'return'");
    return statement;
}

/* What is declared in it is visible in it. */
struct syntax *block_read(struct parser *parser) {
    struct syntax *first = NULL, **end = &first;
    struct visible *visible = parser->visible;
    if (!parser_enter(parser)) return NULL;
    while (!ends_block(parser)) {
        bool returns = token_is(parser, "return");
        if (parser_take(parser, ";")) continue;
        end = node_append(end, returns ? read_return(parser) : read_statement(parser));
        if (returns) break;
    }
    parser_leave(parser);
    parser->visible = visible;
    return first;
}

static struct syntax *read_loop(struct parser *parser) {
    parser->loops++;
    struct syntax *body = block_read(parser);
    parser->loops--;
    return body;
}

/* ---- branches and loops ---- */

static struct syntax *read_clause(struct parser *parser, bool has_condition) {
    struct syntax *clause = node_new(parser, SYNTAX_CLAUSE);
    parser_next(parser);
    if (has_condition) {
        clause->left = expression_read(parser);
        parser_need(parser, "then");
    }
    clause->body = block_read(parser);
    return clause;
}

static struct syntax *read_if(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_IF), **end = &statement->list;
    struct opening opening = opening_here(parser, "if");
    end = node_append(end, read_clause(parser, true));
    while (token_is(parser, "elseif")) end = node_append(end, read_clause(parser, true));
    if (token_is(parser, "else")) {
        unsigned line = parser->token.line;
        struct syntax *clause = read_clause(parser, false);
        bool else_if = clause->body && clause->body->kind == SYNTAX_IF &&
                       clause->body->line == line;
        if (else_if) opening.else_if = line;
        node_append(end, clause);
    }
    parser_close(parser, &opening, "end");
    return statement;
}

static struct syntax *read_while(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_WHILE);
    struct opening opening = opening_here(parser, "while");
    parser_next(parser);
    statement->left = expression_read(parser);
    parser_need(parser, "do");
    statement->body = read_loop(parser);
    parser_close(parser, &opening, "end");
    return statement;
}

static struct syntax *read_do(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_DO);
    struct opening opening = opening_here(parser, "do");
    parser_next(parser);
    statement->body = block_read(parser);
    parser_close(parser, &opening, "end");
    return statement;
}

/* The condition sees the locals of the body. */
static struct syntax *read_repeat(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_REPEAT), **end = &statement->body;
    struct opening opening = opening_here(parser, "repeat");
    struct visible *visible = parser->visible;
    parser_next(parser);
    parser->loops++;
    if (!parser_enter(parser)) return statement;
    while (!ends_block(parser)) {
        bool returns = token_is(parser, "return");
        if (parser_take(parser, ";")) continue;
        end = node_append(end, returns ? read_return(parser) : read_statement(parser));
        if (returns) break;
    }
    parser_leave(parser);
    parser->loops--;
    parser_close(parser, &opening, "until");
    statement->left = expression_read(parser);
    parser->visible = visible;
    return statement;
}

static struct syntax *read_names(struct parser *parser) {
    struct syntax *first = NULL, **end = &first;
    do {
        struct syntax *name = node_new(parser, SYNTAX_NAME);
        name->text = parser_name(parser);
        end = node_append(end, name);
    } while (parser_take(parser, ","));
    return first;
}

static void read_for_head(struct parser *parser, struct syntax *statement) {
    statement->list = read_names(parser);
    if (!statement->list->next && parser_take(parser, "=")) {
        statement->kind = SYNTAX_FOR;
        statement->values = expression_read(parser);
        parser_need(parser, ",");
        statement->values->next = expression_read(parser);
        if (parser_take(parser, ",")) statement->values->next->next = expression_read(parser);
    } else {
        if (!token_is(parser, "in")) parser_unexpected(parser, "'=' or 'in'");
        parser_next(parser);
        statement->values = expressions_read(parser);
    }
    parser_need(parser, "do");
}

static struct syntax *read_for(struct parser *parser) {
    struct syntax *statement = node_new(parser, SYNTAX_FOR_IN);
    struct opening opening = opening_here(parser, "for");
    struct visible *visible = parser->visible;
    parser_next(parser);
    read_for_head(parser, statement);
    for (struct syntax *name = statement->list; name; name = name->next) {
        struct syntax_local *local = scope_declare(parser, name, SYNTAX_LOOP);
        bool is_second = statement->kind == SYNTAX_FOR_IN && name == statement->list->next;
        if (is_second && !statement->values->next) local->value = statement->values;
    }
    statement->body = read_loop(parser);
    parser_close(parser, &opening, "end");
    parser->visible = visible;
    return statement;
}

/* ---- statements ---- */

static struct syntax *read_label(struct parser *parser) {
    struct syntax *label = node_new(parser, SYNTAX_LABEL);
    parser_next(parser);
    label->text = parser_name(parser);
    parser_need(parser, "::");
    return label;
}

static struct syntax *read_jump(struct parser *parser) {
    bool breaks = token_is(parser, "break");
    struct syntax *jump = node_new(parser, breaks ? SYNTAX_BREAK : SYNTAX_GOTO);
    if (breaks && !parser->loops) parser_fail(parser, "'break' outside of a loop");
    parser_next(parser);
    if (!breaks) jump->text = parser_name(parser);
    return jump;
}

static struct syntax *read_statement(struct parser *parser) {
    static const struct {
        const char *word;
        struct syntax *(*read)(struct parser *);
    } statements[] = {{"if", read_if}, {"while", read_while}, {"do", read_do}, {"for", read_for},
        {"repeat", read_repeat}, {"function", named_function_read}, {"local", local_read},
        {"::", read_label}, {"break", read_jump}, {"goto", read_jump}};
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++)
        if (token_is(parser, statements[i].word)) return statements[i].read(parser);
    return assignment_read(parser);
}

enum syntax_result syntax_parse(struct arena *arena, struct str source, struct syntax_chunk *chunk,
    struct place *place, struct diag *diag) {
    struct parser parser = {.arena = arena,
        .at = source.at,
        .end = source.at + source.len,
        .line_start = source.at,
        .line = 1,
        .lines_before = chunk->line ? chunk->line - 1 : 0,
        .diag = diag};
    if (source.len > LARGEST) return SYNTAX_TOO_DEEP;
    parser_next(&parser);
    chunk->body = block_read(&parser);
    chunk->locals = parser.locals;
    if (!diag->set && parser.token.kind != TOKEN_END)
        parser_fail(&parser, "%s closes nothing", token_shown(&parser));
    *place = parser.place;
    if (parser.too_deep) return SYNTAX_TOO_DEEP;
    return diag->set ? SYNTAX_WRONG : SYNTAX_FINE;
}

void syntax_walk(const struct syntax *node, bool (*visit)(void *context, const struct syntax *node),
    void *context) {
    for (; node; node = node->next) {
        if (!visit(context, node)) continue;
        syntax_walk(node->left, visit, context);
        syntax_walk(node->right, visit, context);
        syntax_walk(node->list, visit, context);
        syntax_walk(node->values, visit, context);
        syntax_walk(node->body, visit, context);
    }
}
