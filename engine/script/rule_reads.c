#include "script/rule_reads.h"

#include "script/lint.h"

struct finding_reads {
    struct lint lint;
    struct arena *arena;
    struct rule_reads reads;
};

/* Whether `path` leads to `other`, or is it. */
static bool leads_to(struct str path, struct str other) {
    bool begins = other.len >= path.len && memcmp(other.at, path.at, path.len) == 0;
    return begins && (other.len == path.len || other.at[path.len] == '.');
}

static void add(struct finding_reads *finding, struct str path, struct place place) {
    struct rule_reads *reads = &finding->reads;
    size_t kept = 0;
    for (size_t i = 0; i < reads->count; i++)
        if (leads_to(path, reads->list[i].path)) return;
    for (size_t i = 0; i < reads->count; i++)
        if (!leads_to(reads->list[i].path, path)) reads->list[kept++] = reads->list[i];
    reads->count = kept;
    reads->list = arena_grow(finding->arena, reads->list, reads->count);
    reads->list[reads->count++] = (struct rule_read){arena_copy(finding->arena, path), place};
}

/* A dot in a name would look like two names. */
static bool may_read(const struct syntax *node) {
    if (node->kind != SYNTAX_INDEX) return node->kind == SYNTAX_CALL;
    const struct str name = node->right->text;
    return node->right->kind != SYNTAX_STRING || !name.len || !memchr(name.at, '.', name.len);
}

static bool visit(void *context, const struct syntax *node) {
    struct finding_reads *finding = context;
    struct str path = may_read(node) ? lint_path(&finding->lint, node) : (struct str){0};
    if (path.at && path.len) add(finding, path, lint_place(&finding->lint, node));
    return true;
}

struct rule_reads rule_reads_find(const struct manifest *manifest, struct arena *arena) {
    struct finding_reads finding = {.lint = {.manifest = manifest}, .arena = arena};
    struct lint *lint = &finding.lint;
    struct place place;
    struct diag diag = {0};
    const struct str code = manifest->lua.code;
    if (code.len && syntax_parse(&lint->arena, code, &lint->chunk, &place, &diag) == SYNTAX_FINE) {
        lint_mark_events(lint);
        syntax_walk(lint->chunk.body, visit, &finding);
    }
    arena_release(&lint->arena);
    return finding.reads;
}
