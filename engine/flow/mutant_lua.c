/* Which parts of a rule's Lua are changed: the functions that decide, those that make text where a
 * test expects something of it, and what these use. */
#include "flow/mutant_lua.h"

#include "base/file.h"
#include "script/rule_script.h"

enum { FILE_LIMIT = 4 << 20 };

enum use { UNUSED, FOR_TEXT, DECIDES };

/* ---- what tests expect ---- */

static bool holds_key(const struct yaml *details, const char *key) {
    if (!details) return false;
    if (details->type == YAML_MAP) return yaml_get(details, key) != NULL;
    for (size_t i = 0; details->type == YAML_LIST && i < details->count; i++)
        if (holds_key(&details->items[i], key)) return true;
    return false;
}

static bool is_expected(const struct manifest *manifest, const char *key) {
    for (size_t i = 0; i < manifest->test_count; i++)
        if (holds_key(manifest->tests[i].details, key)) return true;
    return false;
}

/* A function by which nothing is decided but what people read. */
static const char *text_key(struct str function) {
    static const char *const keys[][2] = {{"title", "title"}, {"description", "description"},
        {"runbook", "runbook"}, {"reference", "references"}, {"alert_context", "context"}};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (str_is(function, keys[i][0])) return keys[i][1];
    return NULL;
}

static enum use use_of_global(const struct manifest *manifest, struct str name) {
    const char *key = text_key(name);
    if (!key) return DECIDES;
    return is_expected(manifest, key) ? FOR_TEXT : UNUSED;
}

/* ---- parts: the statements of the chunk ---- */

/* What a function or a local is good for. Statements of another kind run for all. */
static enum use use_of(const struct manifest *manifest, const struct syntax *part) {
    const struct syntax *name = part->list;
    bool names = part->kind == SYNTAX_LOCAL || part->kind == SYNTAX_ASSIGN;
    if (!names || !name || name->kind != SYNTAX_NAME) return DECIDES;
    enum use use = UNUSED;
    if (part->kind == SYNTAX_ASSIGN && !name->local) return use_of_global(manifest, name->text);
    for (; name; name = name->next) {
        const struct syntax_local *local = name->local;
        if (local && (enum use)local->mark > use) use = (enum use)local->mark;
    }
    return use;
}

struct marking {
    enum use use;
    bool changed;
};

static bool mark(void *context, const struct syntax *node) {
    struct marking *marking = context;
    struct syntax_local *local = node->kind == SYNTAX_NAME ? node->local : NULL;
    if (local && local->mark < (int)marking->use) {
        local->mark = (int)marking->use;
        marking->changed = true;
    }
    return true;
}

static bool mark_part(const struct manifest *manifest, const struct syntax *part) {
    struct marking marking = {use_of(manifest, part), false};
    struct syntax alone = *part;
    alone.next = NULL;
    if (part->list && part->list->kind == SYNTAX_NAME) alone.list = NULL; /* what it declares */
    if (marking.use != UNUSED) syntax_walk(&alone, mark, &marking);
    return marking.changed;
}

static void mark_used(const struct manifest *manifest, const struct syntax_chunk *chunk) {
    bool changed = true;
    while (changed) {
        changed = false;
        for (const struct syntax *part = chunk->body; part; part = part->next)
            changed = mark_part(manifest, part) || changed;
    }
}

/* ---- the whole ---- */

static void add_part(struct lua_mutants *mutants, const struct syntax *part) {
    enum use use = use_of(mutants->manifest, part);
    bool is_global = part->kind == SYNTAX_ASSIGN && part->list->kind == SYNTAX_NAME &&
                     !part->list->local;
    struct syntax alone = *part;
    if (use == UNUSED) return;
    mutants->is_text = use == FOR_TEXT;
    mutants->is_rule = is_global && str_is(part->list->text, "rule");
    alone.next = NULL;
    lua_mutants_add(mutants, &alone);
}

void mutants_of_lua(struct mutants *to, const struct manifest *manifest) {
    const struct manifest_lua *lua = &manifest->lua;
    struct lua_mutants mutants = {.to = to, .manifest = manifest};
    struct arena arena = {0};
    struct syntax_chunk chunk = {0};
    struct place place;
    struct diag diag = {0};
    struct buf file = {0};
    if (!lua->code.len) return;
    file_read(lua->file, FILE_LIMIT, &file, NULL);
    mutants.file = buf_str(&file);
    if (syntax_parse(&arena, lua->code, &chunk, &place, &diag) == SYNTAX_FINE) {
        mark_used(manifest, &chunk);
        for (const struct syntax *part = chunk.body; part; part = part->next)
            add_part(&mutants, part);
    }
    buf_release(&file);
    arena_release(&arena);
}
