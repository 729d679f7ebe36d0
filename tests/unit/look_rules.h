/* Patterns, a look that was made of them, and the plain way to which it is held: parse the record and
 * ask every pattern about every event. */
#ifndef LOOK_RULES_H
#define LOOK_RULES_H

#include "base/mem.h"
#include "model/event.h"
#include "model/pattern_internal.h"
#include "model/pattern_look.h"

/* Stands in for rules/logs/: every object is an event that is no envelope. */
static const char *look_wrappers[] = {"Records", "detail", "Message", NULL};
static const struct log_types look_types = {.wrappers = look_wrappers};

const struct log_type *log_types_recognise(const struct log_types *types, const struct json *json) {
    static const struct log_type type = {.id = {"any", 3}};
    for (const char **key = types->wrappers; *key; key++)
        if (json_get_text(json, *key)) return NULL;
    return &type;
}

struct look_rules {
    struct pattern **list;
    size_t count;
};

/* Each document is a pattern; those that are none are left out. */
static inline struct look_rules look_rules_compile(struct arena *arena, struct str yaml) {
    struct look_rules rules = {0};
    struct diags diags = {0};
    struct yaml_documents documents = {0};
    yaml_parse(&documents, arena, "patterns", yaml, &diags);
    for (size_t i = 0; i < documents.count; i++) {
        struct pattern *pattern = pattern_compile(arena, &documents.list[i], &diags);
        if (!pattern) continue;
        rules.list = arena_grow(arena, rules.list, rules.count);
        rules.list[rules.count++] = pattern;
    }
    diags_release(&diags);
    return rules;
}

static inline void look_rules_release(struct look_rules *rules) {
    for (size_t i = 0; i < rules->count; i++) pattern_release(rules->list[i]);
}

/* Of those that can tell, the one whose turn it is: a look must be right whichever is chosen. */
static inline const struct field *look_choose(const struct branch *branch, size_t turn) {
    const struct field *chosen = NULL;
    for (size_t i = 0; i < branch->count; i++) {
        const struct field *field = branch->entries[(i + turn) % branch->count].field;
        if (field_is_leaf(field)) chosen = field;
    }
    return chosen;
}

static inline struct pattern_accesses look_accesses(
    struct arena *arena, const struct look_rules *rules, size_t turn) {
    struct pattern_accesses accesses = {0};
    for (size_t i = 0; i < rules->count; i++) {
        const struct pattern *pattern = rules->list[i];
        for (size_t b = 0; b < pattern->count; b++) {
            accesses.list = arena_grow(arena, accesses.list, accesses.count);
            accesses.list[accesses.count++] = (struct pattern_access){
                (uint32_t)i, look_choose(&pattern->branches[b], turn)};
        }
    }
    return accesses;
}

static inline struct look *look_of(
    struct arena *arena, const struct look_rules *rules, size_t turn) {
    struct pattern_accesses accesses = look_accesses(arena, rules, turn);
    return look_new(&accesses, look_wrappers);
}

/* Whether a pattern matches an event of the record. */
static inline bool look_matches(
    struct arena *arena, const struct look_rules *rules, struct str record) {
    struct events events;
    if (!events_parse(&events, arena, &look_types, record, NULL)) return false;
    for (size_t i = 0; i < events.count; i++)
        for (size_t r = 0; r < rules->count; r++) {
            bool failed = false;
            if (pattern_matches(rules->list[r], events.list[i].root, &failed) || failed)
                return true;
        }
    return false;
}

/* Asks with the bytes at the end of their memory, so that a sanitizer sees what reads on. */
static inline bool look_asked(const struct look *look, struct str record) {
    char *copy = mem_alloc(record.len ? record.len : 1);
    if (record.len) memcpy(copy, record.at, record.len);
    bool wanted = look_wants(look, (struct str){copy, record.len});
    mem_free(copy);
    return wanted;
}

#endif
