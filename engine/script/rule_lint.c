#include "script/rule_lint.h"

#include "base/file.h"
#include "script/column.h"
#include "script/lint.h"

#include <stdarg.h>

enum { FILE_LIMIT = 4 << 20 };

struct place lint_place(const struct lint *lint, const struct syntax *node) {
    return column_place(lint->file, &lint->manifest->lua, node->line, node->column);
}

void lint_find(const struct lint *lint, const char *code, enum diag_level level,
    const struct syntax *node, const char *format, ...) {
    struct buf text = {0};
    va_list args;
    va_start(args, format);
    buf_add_vformat(&text, format, args);
    va_end(args);
    diags_find(lint->diags, code, level, lint_place(lint, node), "%s", buf_text(&text));
    buf_release(&text);
}

static bool visit(void *context, const struct syntax *node) {
    static void (*const asked[])(struct lint *, const struct syntax *) = {lint_arguments,
        lint_assignment, lint_comparison, lint_condition, lint_event, lint_method, lint_return,
        lint_way};
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++) asked[i](context, node);
    return true;
}

void rule_lint(const struct manifest *manifest, const struct known *known, struct diags *diags) {
    const struct manifest_lua *lua = &manifest->lua;
    struct lint lint = {.manifest = manifest, .known = known, .diags = diags};
    struct place place;
    struct diag diag = {0};
    struct buf file = {0};
    if (!lua->code.len) return;
    file_read(lua->file, FILE_LIMIT, &file, NULL);
    lint.file = buf_str(&file);
    lint.knows_names = manifest_sources_known(manifest, known);
    if (syntax_parse(&lint.arena, lua->code, &lint.chunk, &place, &diag) == SYNTAX_FINE) {
        lint_mark_events(&lint);
        syntax_walk(lint.chunk.body, visit, &lint);
        lint_locals(&lint);
    }
    arena_release(&lint.arena);
    buf_release(&file);
}

bool rule_lint_syntax(const struct manifest_lua *lua, struct diags *diags) {
    struct arena arena = {0};
    struct syntax_chunk chunk = {.line = lua->line};
    struct buf file = {0};
    struct place place;
    struct diag diag = {0};
    bool wrong = syntax_parse(&arena, lua->code, &chunk, &place, &diag) == SYNTAX_WRONG;
    if (wrong) {
        file_read(lua->file, FILE_LIMIT, &file, NULL);
        place = column_place(buf_str(&file), lua, place.line, place.column);
        diags_reject(diags, "TC030", place, "%s", diag.text);
    }
    buf_release(&file);
    arena_release(&arena);
    return wrong;
}
