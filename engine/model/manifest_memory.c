/* The keys that say what a rule remembers; what they mean is in rules/MEMORY.md. */
#include "model/manifest_parts.h"

enum { LATENESS_MS = 5 * 60 * 1000, MOST_KEYS = 1000000, MOST_EVENTS = 10000, MOST_COUNT = 100000 };

#define KEY(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct memory_rule, field), .help = (about)

#define WITHIN                                                                                     \
    {                                                                                              \
        KEY("within", SCHEMA_DURATION, within_ms, "how long what happens belongs together"),       \
            .required = true, .low = 1                                                             \
    }

#define LATENESS                                                                                   \
    { KEY("lateness", SCHEMA_DURATION, lateness_ms, "how long late events are waited for") }

static const char keys_that_exclude[] =
    "a rule has one of 'threshold', 'first_seen', 'sequence' and 'aggregate'";

void memory_rule_defaults(struct memory_rule *rule) {
    rule->lateness_ms = LATENESS_MS;
    rule->ordered = true;
    rule->most_keys = MOST_KEYS;
    rule->most_events = MOST_EVENTS;
}

static bool check_path(struct schema_context *context, struct str path, struct place place) {
    return schema_check_paths(context, &(struct schema_strings){&path, &place, 1});
}

/* Reads the map of one of the four keys. */
static bool read_kind(struct schema_context *inner, enum memory_kind kind,
    const struct schema_row *rows, const struct yaml *value, struct memory_rule *rule) {
    if (rule->kind)
        return diags_reject(inner->diags, "TC017", value->place, "%s", keys_that_exclude);
    rule->kind = kind;
    rule->place = value->place;
    bool good = schema_read(inner, rows, value, rule);
    return schema_check_paths(inner, &rule->by) && good;
}

/* ---- threshold ---- */

static bool read_unique(struct schema_context *context, const struct yaml *value, void *into) {
    struct memory_rule *rule = into;
    rule->is_unique = true;
    rule->unique_asked = value->type == YAML_BOOL && value->boolean;
    if (rule->unique_asked) return true;
    if (value->type != YAML_STRING)
        return diags_reject(
            context->diags, "TC013", value->place, "'unique' must be a path, or true");
    rule->unique = value->text;
    rule->path_place = value->place;
    return check_path(context, value->text, value->place);
}

bool memory_threshold_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {KEY("count", SCHEMA_INTEGER, count, "how many matches, or different values"),
            .required = true, .low = 1, .high = MOST_COUNT},
        WITHIN,
        {.key = "unique",
            .type = SCHEMA_CUSTOM,
            .parse = read_unique,
            .help = "path whose different values are counted; true: what Lua answers"},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'threshold'"};
    return read_kind(&inner, MEMORY_THRESHOLD, rows, value, into);
}

/* ---- first_seen ---- */

bool memory_first_seen_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {KEY("by", SCHEMA_STRINGS, by, "paths whose values are new together")},
        WITHIN,
        {KEY("learn", SCHEMA_DURATION, learn_ms, "how long nothing fires at the beginning")},
        LATENESS,
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'first_seen'"};
    struct memory_rule *rule = into;
    bool good = read_kind(&inner, MEMORY_FIRST_SEEN, rows, value, rule);
    rule->unique_asked = good && rule->by.count == 0;
    return good;
}

/* ---- aggregate ---- */

static bool read_figure(struct schema_context *context, const struct yaml *value,
    struct memory_rule *rule, enum aggregate_kind kind) {
    rule->aggregate = kind;
    if (value->type != YAML_STRING)
        return diags_reject(context->diags, "TC013", value->place, "'%s' must be a path, not %s",
            kind == AGGREGATE_SUM ? "sum" : "avg", yaml_type_name(value->type));
    rule->of = value->text;
    rule->path_place = value->place;
    return check_path(context, value->text, value->place);
}

static bool read_sum(struct schema_context *context, const struct yaml *value, void *into) {
    return read_figure(context, value, into, AGGREGATE_SUM);
}

static bool read_avg(struct schema_context *context, const struct yaml *value, void *into) {
    return read_figure(context, value, into, AGGREGATE_AVG);
}

static bool check_aggregate(
    struct schema_context *context, const struct yaml *map, struct memory_rule *rule) {
    const struct yaml *rank = yaml_get(map, "percentile"), *of = yaml_get(map, "of");
    if (!!yaml_get(map, "sum") + !!yaml_get(map, "avg") + !!rank != 1)
        return diags_reject(context->diags, "TC017", map->place,
            "'aggregate' needs one of 'sum', 'avg' and 'percentile'");
    if (!rank != !of)
        return diags_reject(context->diags, "TC017", map->place,
            of ? "'of' belongs to 'percentile'"
               : "'percentile' needs 'of', the path of the number");
    if (!rank) return true;
    rule->aggregate = AGGREGATE_PERCENTILE;
    if (!(rule->rank > 0 && rule->rank <= 100))
        return diags_reject(context->diags, "TC014", rank->place,
            "'percentile' must be above 0 and at most 100, not %.*s", STR_ARG(rank->text));
    rule->path_place = of->place;
    return check_path(context, rule->of, of->place);
}

bool memory_aggregate_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {.key = "sum", .type = SCHEMA_CUSTOM, .parse = read_sum, .help = "path of the number"},
        {.key = "avg", .type = SCHEMA_CUSTOM, .parse = read_avg, .help = "path of the number"},
        {KEY("percentile", SCHEMA_NUMBER, rank, "which, by nearest rank")},
        {KEY("of", SCHEMA_STRING, of, "path of the number of a percentile")},
        {KEY("over", SCHEMA_NUMBER, over, "what the figure must be more than"), .required = true},
        WITHIN,
        LATENESS,
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'aggregate'"};
    return read_kind(&inner, MEMORY_AGGREGATE, rows, value, into) &&
           check_aggregate(&inner, value, into);
}

/* ---- sequence ---- */

#define STEP(name, kind, about)                                                                    \
    .key = #name, .type = (kind), .offset = offsetof(struct memory_step, name), .help = (about)

static const struct schema_row step_rows[] = {
    {STEP(name, SCHEMA_NAME, "what the step is called"), .required = true},
    {STEP(when, SCHEMA_CUSTOM, "pattern of its events"), .parse = manifest_when_read},
    {STEP(rule, SCHEMA_NAME, "id of a rule that matches its events")},
    {STEP(by, SCHEMA_STRINGS, "where its events hold the values of the sequence's 'by'")},
    {STEP(count, SCHEMA_INTEGER, "how many events it needs"), .low = 1, .high = MEMORY_STEP_COUNT},
    {STEP(absent, SCHEMA_BOOL, "it must not be met")},
    {0},
};

static bool check_step(
    struct schema_context *context, const struct yaml *map, const struct memory_step *step) {
    if (!yaml_get(map, "when") == !yaml_get(map, "rule"))
        return diags_reject(context->diags, "TC017", map->place,
            "a step needs one of 'when' and 'rule': step '%.*s' has %s", STR_ARG(step->name),
            yaml_get(map, "when") ? "both" : "none");
    if (step->absent && yaml_get(map, "count"))
        return diags_reject(context->diags, "TC017", schema_place(map, "count"),
            "'count' of a step that must be absent");
    return schema_check_paths(context, &step->by);
}

static bool read_step(
    struct schema_context *context, const struct yaml *map, struct memory_step *step) {
    struct schema_context inner = {context->arena, context->diags, "a step"};
    step->place = map->place;
    step->count = 1;
    if (!schema_read(&inner, step_rows, map, step)) return false;
    step->rule_place = schema_place(map, "rule");
    return check_step(&inner, map, step);
}

static bool read_steps(struct schema_context *context, const struct yaml *value, void *into) {
    struct memory_rule *rule = into;
    bool good = true;
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place, "'steps' must be a list, not %s",
            yaml_type_name(value->type));
    if (value->count < 2 || value->count > MEMORY_STEPS)
        return diags_reject(context->diags, "TC014", value->place,
            "a sequence has 2 to %d steps, not %zu", MEMORY_STEPS, value->count);
    rule->step_count = value->count;
    rule->steps = arena_list(context->arena, struct memory_step, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_step(context, &value->items[i], &rule->steps[i]) && good;
    return good;
}

static bool check_name(
    struct schema_context *context, const struct memory_rule *rule, size_t number) {
    const struct memory_step *step = &rule->steps[number];
    for (size_t i = 0; i < number; i++)
        if (str_eq(rule->steps[i].name, step->name))
            return diags_reject(context->diags, "TC017", step->place, "two steps are called '%.*s'",
                STR_ARG(step->name));
    return true;
}

static bool check_by(struct schema_context *context, const struct memory_rule *rule,
    const struct memory_step *step) {
    if (step->by.count == 0 || step->by.count == rule->by.count) return true;
    return diags_reject(context->diags, "TC017", step->by.places[0],
        "'by' of step '%.*s' has %zu paths, and that of the sequence %zu", STR_ARG(step->name),
        step->by.count, rule->by.count);
}

static bool check_absent(
    struct schema_context *context, const struct memory_rule *rule, size_t number) {
    const struct memory_step *step = &rule->steps[number];
    if (!step->absent) return true;
    if (!rule->ordered)
        return diags_reject(context->diags, "TC017", step->place,
            "an absent step needs a sequence that is ordered");
    if (number > 0 && rule->steps[number - 1].absent)
        return diags_reject(
            context->diags, "TC017", step->place, "two absent steps next to each other");
    return true;
}

static bool check_sequence(struct schema_context *context, const struct memory_rule *rule) {
    bool good = true;
    if (rule->by.count == 0)
        return diags_reject(
            context->diags, "TC016", rule->place, "'by' of a sequence names no path");
    for (size_t i = 0; i < rule->step_count; i++) {
        good = check_name(context, rule, i) && good;
        good = check_by(context, rule, &rule->steps[i]) && good;
        good = check_absent(context, rule, i) && good;
    }
    return good;
}

bool memory_sequence_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {KEY("by", SCHEMA_STRINGS, by, "paths whose values belong together"), .required = true},
        WITHIN,
        {KEY("ordered", SCHEMA_BOOL, ordered, "false: the steps are met in any order")},
        {.key = "steps",
            .type = SCHEMA_CUSTOM,
            .required = true,
            .parse = read_steps,
            .help = "what must happen"},
        LATENESS,
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'sequence'"};
    return read_kind(&inner, MEMORY_SEQUENCE, rows, value, into) && check_sequence(&inner, into);
}

/* ---- memory ---- */

bool memory_bounds_read(struct schema_context *context, const struct yaml *value, void *into) {
    static const struct schema_row rows[] = {
        {KEY("keys", SCHEMA_INTEGER, most_keys, "of a rule"), .low = 1, .high = MOST_KEYS},
        {KEY("events", SCHEMA_INTEGER, most_events, "of a key"), .low = 1, .high = MOST_EVENTS},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "'memory'"};
    return schema_read(&inner, rows, value, into);
}

/* ---- the whole ---- */

/* How many matches of a key must be remembered for it ever to fire. */
static int64_t least_events(const struct memory_rule *rule) {
    int64_t least = rule->kind == MEMORY_THRESHOLD ? rule->count : 0;
    for (size_t i = 0; i < rule->step_count; i++) least += rule->steps[i].count;
    return least;
}

bool memory_rule_check(
    struct schema_context *context, const struct manifest *manifest, const struct yaml *document) {
    const struct memory_rule *rule = &manifest->memory;
    if (rule->kind == MEMORY_NONE && yaml_get(document, "memory"))
        return diags_reject(context->diags, "TC017", schema_place(document, "memory"),
            "'memory' of a rule that remembers nothing");
    if (rule->unique_asked && manifest->lua.code.len == 0)
        return diags_reject(context->diags, "TC031", rule->place,
            rule->kind == MEMORY_THRESHOLD ? "'unique: true' needs Lua with a function 'unique'"
                                           : "'first_seen' needs 'by', or Lua with a function "
                                             "'unique'");
    if (least_events(rule) <= rule->most_events) return true;
    return diags_reject(context->diags, "TC014", rule->place,
        "never fires: it needs more matches than the %lld that a key remembers",
        (long long)rule->most_events);
}
