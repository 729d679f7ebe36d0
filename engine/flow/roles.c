#include "flow/roles.h"

#include <inttypes.h>
#include <math.h>

/* One match whose roles are sought. */
struct seeking {
    const struct rule *rule;
    const struct memory_rule *memory;
    const struct event *event;
    struct arena *arena;
    struct match *match;
    struct diag *diag;
};

static void add_role(struct seeking *seeking, uint32_t step, struct str key) {
    struct match *match = seeking->match;
    match->roles = arena_grow(seeking->arena, match->roles, match->role_count);
    match->roles[match->role_count++] = (struct memory_role){step, key};
}

static struct str taken(struct seeking *seeking, struct buf *buf) {
    struct str copy = arena_copy(seeking->arena, buf_str(buf));
    buf_release(buf);
    return copy;
}

/* ---- values ---- */

static const struct json *value_at(const struct seeking *seeking, struct str path) {
    const struct json *value = json_path(seeking->event->root, path);
    return value && value->type != JSON_NULL ? value : NULL;
}

/* Of unique(event), as JSON; len 0: nothing. */
static struct str asked(struct seeking *seeking) {
    struct buf answer = {0};
    rule_script_json(seeking->rule->script, RULE_UNIQUE, &answer, seeking->diag);
    return taken(seeking, &answer);
}

static struct str text_at(struct seeking *seeking, struct str path) {
    const struct json *value = value_at(seeking, path);
    struct buf text = {0};
    if (value) json_print(&text, value);
    return taken(seeking, &text);
}

static struct str number_at(struct seeking *seeking, struct str path) {
    const struct json *value = value_at(seeking, path);
    if (value && value->type == JSON_INTEGER)
        return str_of(arena_format(seeking->arena, "%" PRId64, value->integer));
    if (value && value->type == JSON_FLOAT && isfinite(value->number.value))
        return str_of(arena_format(seeking->arena, "%.17g", value->number.value));
    return (struct str){0};
}

static bool has_all(const struct seeking *seeking, const struct schema_strings *by) {
    for (size_t i = 0; i < by->count; i++)
        if (!value_at(seeking, by->list[i])) return false;
    return true;
}

/* The values at the paths, and `more` where it is not empty, as a JSON array. */
static struct str key_of(
    struct seeking *seeking, const struct schema_strings *by, struct str more) {
    struct buf key = {0};
    buf_add_char(&key, '[');
    for (size_t i = 0; i < by->count; i++) {
        if (i) buf_add_char(&key, ',');
        json_print(&key, value_at(seeking, by->list[i]));
    }
    if (more.len && by->count) buf_add_char(&key, ',');
    buf_add_str(&key, more);
    buf_add_char(&key, ']');
    return taken(seeking, &key);
}

/* ---- of each kind ---- */

static void find_of_threshold(struct seeking *seeking) {
    const struct memory_rule *memory = seeking->memory;
    struct str *value = &seeking->match->value;
    if (memory->is_unique)
        *value = memory->unique_asked ? asked(seeking) : text_at(seeking, memory->unique);
    if (!memory->is_unique || value->len) add_role(seeking, 0, (struct str){0});
}

static void find_of_aggregate(struct seeking *seeking) {
    seeking->match->value = number_at(seeking, seeking->memory->of);
    if (seeking->match->value.len) add_role(seeking, 0, (struct str){0});
}

static void find_of_first_seen(struct seeking *seeking) {
    const struct rule_script *script = seeking->rule->script;
    bool asks = script && rule_script_has(script, RULE_UNIQUE);
    if (!has_all(seeking, &seeking->memory->by)) return;
    struct str said = asks ? asked(seeking) : (struct str){0};
    if (asks && said.len == 0) return;
    add_role(seeking, 0, key_of(seeking, &seeking->memory->by, said));
}

static void find_of_sequence(struct seeking *seeking, uint32_t steps) {
    for (uint32_t i = 0; i < seeking->memory->step_count; i++) {
        const struct schema_strings *own = &seeking->memory->steps[i].by;
        const struct schema_strings *by = own->count ? own : &seeking->memory->by;
        if (steps & 1u << i && has_all(seeking, by))
            add_role(seeking, i, key_of(seeking, by, (struct str){0}));
    }
}

/* ---- the whole ---- */

void roles_find(const struct rule *rule, const struct event *event, uint32_t steps,
    struct arena *arena, struct match *match, struct diag *diag) {
    const struct memory_rule *memory = &rule->manifest->memory;
    struct seeking seeking = {rule, memory, event, arena, match, diag};
    switch (memory->kind) {
    case MEMORY_NONE: break;
    case MEMORY_THRESHOLD: find_of_threshold(&seeking); break;
    case MEMORY_FIRST_SEEN: find_of_first_seen(&seeking); break;
    case MEMORY_SEQUENCE: find_of_sequence(&seeking, steps); break;
    case MEMORY_AGGREGATE: find_of_aggregate(&seeking); break;
    }
}

void roles_join(const struct rule *rule, struct match *match) {
    enum memory_kind kind = rule->manifest->memory.kind;
    bool joins = kind == MEMORY_THRESHOLD || kind == MEMORY_AGGREGATE;
    if (joins && match->role_count) match->roles[0].key = match->dedup;
}
