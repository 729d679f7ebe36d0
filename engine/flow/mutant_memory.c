/* Changes of what a rule remembers: counts, times, limits, steps, and the keys that belong together. */
#include "base/clock.h"
#include "flow/mutant_private.h"

/* ---- numbers and times ---- */

static void move(struct mutants *to, const char *kind, struct yaml *number, int64_t least) {
    if (!number || (number->type != YAML_INTEGER && number->type != YAML_FLOAT)) return;
    mutant_change(to, kind, number, mutant_moved(to, number, 1));
    if (number->number > (double)least)
        mutant_change(to, kind, number, mutant_moved(to, number, -1));
}

static void set_time(struct mutants *to, struct yaml *time, int64_t ms) {
    char text[CLOCK_TEXT];
    clock_format_duration(ms, text);
    struct yaml other = mutant_scalar(time, YAML_STRING, str_of(arena_text(&to->arena, text)));
    mutant_change(to, "time-moved", time, other);
}

/* Twice as long, and half as long. */
static void move_time(struct mutants *to, struct yaml *time) {
    int64_t ms = time ? clock_parse_duration(time->text) : 0;
    if (ms < 2) return;
    set_time(to, time, ms * 2);
    set_time(to, time, ms / 2);
}

static void drop(struct mutants *to, const char *kind, struct yaml *map, const char *key) {
    for (size_t i = 0; map && map->type == YAML_MAP && i < map->count; i++)
        if (str_is(map->members[i].key, key)) mutant_drop_member(to, kind, map, i);
}

/* ---- the keys ---- */

static void add_threshold(struct mutants *to, struct yaml *map) {
    move(to, "count-moved", mutant_get(map, "count"), 1);
    move_time(to, mutant_get(map, "within"));
    drop(to, "key-dropped", map, "unique");
}

static void add_first_seen(struct mutants *to, struct yaml *map) {
    mutant_drop_each(to, "key-dropped", mutant_get(map, "by"));
    move_time(to, mutant_get(map, "within"));
    move_time(to, mutant_get(map, "learn"));
}

static void add_aggregate(struct mutants *to, struct yaml *map) {
    move(to, "limit-moved", mutant_get(map, "over"), INT64_MIN);
    move(to, "limit-moved", mutant_get(map, "percentile"), 1);
    move_time(to, mutant_get(map, "within"));
}

/* ---- sequences ---- */

static void add_step(struct mutants *to, struct yaml *step) {
    mutants_of_pattern(to, mutant_get(step, "when"));
    move(to, "count-moved", mutant_get(step, "count"), 1);
    mutant_turn(to, "absent-turned", mutant_get(step, "absent"));
    drop(to, "key-dropped", step, "by");
}

static struct str name_of(const struct yaml *step) {
    const struct yaml *name = mutant_get(step, "name");
    return name ? name->text : STR("?");
}

/* With the one behind it, unless any order will do. */
static void swap_step(struct mutants *to, struct yaml *steps, size_t first) {
    struct yaml swapped = *steps;
    swapped.items = arena_list(&to->arena, struct yaml, steps->count);
    memcpy(swapped.items, steps->items, steps->count * sizeof *steps->items);
    swapped.items[first] = steps->items[first + 1];
    swapped.items[first + 1] = steps->items[first];
    struct str a = name_of(&steps->items[first]), b = name_of(&steps->items[first + 1]);
    mutant_add(to, "steps-swapped", steps, &steps->items[first], NULL, swapped);
    struct mutant *mutant = &to->list[to->count - 1];
    mutant->before = str_of(arena_format(&to->arena, "%.*s, %.*s", STR_ARG(a), STR_ARG(b)));
    mutant->after = str_of(arena_format(&to->arena, "%.*s, %.*s", STR_ARG(b), STR_ARG(a)));
}

static void add_steps(struct mutants *to, struct yaml *steps, bool ordered) {
    for (size_t i = 0; steps && steps->type == YAML_LIST && i < steps->count; i++) {
        if (steps->count > 2) mutant_drop_item(to, "step-dropped", steps, i);
        if (ordered && i + 1 < steps->count) swap_step(to, steps, i);
        add_step(to, &steps->items[i]);
    }
}

static void add_sequence(struct mutants *to, struct yaml *map) {
    struct yaml *ordered = mutant_get(map, "ordered");
    mutant_drop_each(to, "key-dropped", mutant_get(map, "by"));
    move_time(to, mutant_get(map, "within"));
    mutant_turn(to, "order-turned", ordered);
    add_steps(to, mutant_get(map, "steps"), !ordered || ordered->boolean);
}

/* ---- alerts ---- */

/* One path alone: the title is the key then. */
static void add_dedup(struct mutants *to, struct yaml *map) {
    struct yaml *by = mutant_get(map, "by");
    if (by && by->type == YAML_LIST && by->count > 1)
        mutant_drop_each(to, "key-dropped", by);
    else
        drop(to, "key-dropped", map, "by");
}

static void add_resolve(struct mutants *to, struct yaml *map) {
    bool both = mutant_get(map, "after") && mutant_get(map, "when");
    if (both) drop(to, "clause-dropped", map, "after");
    if (both) drop(to, "clause-dropped", map, "when");
    move_time(to, mutant_get(map, "after"));
    mutants_of_pattern(to, mutant_get(map, "when"));
}

void mutants_of_memory(struct mutants *to, const struct yaml *document) {
    static const struct {
        const char *key;
        void (*add)(struct mutants *, struct yaml *);
    } rows[] = {{"threshold", add_threshold}, {"first_seen", add_first_seen},
        {"sequence", add_sequence}, {"aggregate", add_aggregate}, {"dedup", add_dedup},
        {"resolve", add_resolve}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct yaml *map = mutant_get(document, rows[i].key);
        if (map) rows[i].add(to, map);
    }
}
