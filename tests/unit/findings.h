/* For tests of what reads YAML: diagnostics as text, files in a directory of their own, and seeded
 * mutations. Patterns and JSON text are other modules': the stand-ins here are enough for manifests
 * that are not about them, and are weak, so that real ones may be linked instead. */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "check.h"

#include "base/mem.h"
#include "model/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct world {
    struct arena arena;
    struct diags diags;
    struct buf text;
    char dir[32];
};

static inline void world_init(struct world *world) {
    arena_init(&world->arena);
    diags_init(&world->diags);
    buf_init(&world->text);
    strcpy(world->dir, "/tmp/tocsin-XXXXXX");
    assert_non_null(mkdtemp(world->dir));
}

static inline void world_release(struct world *world) {
    char command[64];
    snprintf(command, sizeof command, "rm -rf '%s'", world->dir);
    assert_int_equal(system(command), 0);
    arena_release(&world->arena);
    diags_release(&world->diags);
    buf_release(&world->text);
}

/* Forgets what was found so far. */
static inline void world_clear(struct world *world) {
    diags_release(&world->diags);
    buf_reset(&world->text);
}

/* Writes dir/name and returns its path. */
static inline const char *world_file(struct world *world, const char *name, const char *text) {
    const char *path = arena_format(&world->arena, "%s/%s", world->dir, name);
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs(text, to);
    fclose(to);
    return path;
}

/* Every finding as "line:column: text\n", by place. */
static inline const char *world_findings(struct world *world) {
    buf_reset(&world->text);
    diags_sort(&world->diags);
    for (size_t i = 0; i < world->diags.count; i++) {
        const struct diag_entry *entry = &world->diags.list[i];
        buf_add_format(
            &world->text, "%u:%u: %s\n", entry->place.line, entry->place.column, entry->text);
    }
    return buf_text(&world->text);
}

/* xorshift64: the same mutations on every machine. */
static inline uint64_t next_random(uint64_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static inline void mutate_once(struct buf *text, uint64_t *state) {
    static const char *const pieces[] = {"\t", "\n", "  ", ": ", "- ", "{", "}", "[", "]", "\"",
        "'", "|\n", ">", "&a ", "*a ", "!!x ", "#", "${", "}", "$${", "null", "0", "-1", "\xff",
        "\xc3", "<<: ", "---\n", "? ", "id: ", "tests:\n", "\r", "%", "@", "..", "/"};
    size_t at = text->len ? next_random(state) % text->len : 0;
    size_t len = text->len - at ? next_random(state) % (text->len - at) % 16 : 0;
    char *tail = mem_copy(buf_text(text) + at, text->len - at);
    size_t tail_len = text->len - at;
    text->len = at;
    uint64_t kind = next_random(state) % 4;
    const char *piece = pieces[next_random(state) % (sizeof pieces / sizeof *pieces)];
    if (kind < 2) buf_add_text(text, piece);
    if (kind == 2) buf_add(text, tail, len); /* twice */
    size_t skipped = kind == 0 || kind == 3 ? len : 0;
    buf_add(text, tail + skipped, tail_len - skipped);
    mem_free(tail);
}

/* The text with a few changes. */
static inline void mutate(struct buf *to, const char *text, uint64_t *state) {
    buf_reset(to);
    buf_add_text(to, text);
    for (uint64_t left = 1 + next_random(state) % 4; left > 0; left--) mutate_once(to, state);
}

/* ---- stand-ins ---- */

#define WEAK __attribute__((weak))

struct pattern {
    const struct yaml *yaml;
};

WEAK struct pattern *pattern_compile(
    struct arena *arena, const struct yaml *yaml, struct diags *diags) {
    if (yaml->type != YAML_MAP) {
        diags_error(diags, yaml->place, "a pattern must be a map");
        return NULL;
    }
    struct pattern *pattern = arena_new(arena, struct pattern);
    pattern->yaml = yaml;
    return pattern;
}

WEAK void pattern_release(struct pattern *pattern) {
    (void)pattern;
}

/* Every key of the pattern is a string of the object. */
WEAK bool pattern_matches(const struct pattern *pattern, const struct json *value, bool *failed) {
    (void)failed;
    size_t found = 0;
    for (size_t i = 0; i < pattern->yaml->count; i++)
        for (size_t j = 0; value->type == JSON_OBJECT && j < value->count; j++)
            found += str_eq(pattern->yaml->members[i].key, value->members[j].key) &&
                     value->members[j].value.type == JSON_STRING;
    return found == pattern->yaml->count;
}

/* Knows an object from an array and from what is neither; not what is inside. */
WEAK const struct json *json_parse(
    struct arena *arena, struct str text, unsigned *notes, struct diag *diag) {
    (void)notes;
    while (text.len && strchr(" \n", text.at[text.len - 1])) text.len--;
    struct json *json = arena_new(arena, struct json);
    json->type = str_starts(text, STR("[")) ? JSON_ARRAY : JSON_OBJECT;
    bool whole = text.len > 1 && strchr("{[", text.at[0]) && strchr("]}", text.at[text.len - 1]);
    if (!whole) diag_set(diag, "unexpected end at byte %zu", text.len);
    return whole ? json : NULL;
}

#endif
