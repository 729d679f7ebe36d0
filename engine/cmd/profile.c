#include "cmd/profile.h"

#include "base/mem.h"
#include "cmd/table.h"
#include "model/pattern_access.h"

#include <inttypes.h>
#include <stdlib.h>

enum { SHOWN = 20 };

struct line {
    const struct manifest *manifest;
    const struct rule_cost *cost;
};

static uint64_t all_ns(const struct rule_cost *cost) {
    return cost->pattern_ns + cost->lua_ns;
}

/* The dearest first, then by id. */
static int order(const void *left, const void *right) {
    const struct line *a = left, *b = right;
    uint64_t of_a = all_ns(a->cost), of_b = all_ns(b->cost);
    if (of_a != of_b) return of_a < of_b ? 1 : -1;
    return str_cmp(a->manifest->id, b->manifest->id);
}

/* NULL: the index finds the rule. `place` is where it says what the index cannot use. */
static const char *fault_of(const struct manifest *manifest, struct place *place) {
    const char *fault = pattern_access_fault(manifest->when, place);
    if (!place->file) *place = manifest->id_place;
    return fault;
}

/* ---- for people ---- */

static struct str each(struct arena *arena, uint64_t ns, uint64_t calls) {
    if (!calls) return STR("-");
    return str_of(arena_format(arena, "%.2f us", (double)ns / 1000.0 / (double)calls));
}

static struct str number(struct arena *arena, uint64_t value) {
    return str_of(arena_format(arena, "%" PRIu64, value));
}

static struct str memory(struct arena *arena, const struct rule_cost *cost) {
    if (!cost->memory) return STR("-");
    return str_of(arena_format(arena, "%" PRIu64 " kB", (cost->memory + 1023) / 1024));
}

static void add_line(struct table *table, const struct line *line, uint64_t whole_ns) {
    struct arena arena = {0};
    const struct rule_cost *cost = line->cost;
    double share = whole_ns ? 100.0 * (double)all_ns(cost) / (double)whole_ns : 0;
    const struct str cells[TABLE_COLUMNS] = {
        str_of(arena_format(&arena, "%5.1f %%", share)),
        number(&arena, cost->asked),
        line->manifest->when ? each(&arena, cost->pattern_ns, cost->asked) : STR("-"),
        number(&arena, cost->answered),
        each(&arena, cost->lua_ns, cost->answered),
        memory(&arena, cost),
        number(&arena, cost->matched),
        number(&arena, cost->failed),
        line->manifest->id,
    };
    table_add(table, cells);
    arena_release(&arena);
}

static void print_table(const struct line *lines, size_t count, size_t shown, FILE *to) {
    struct table table;
    uint64_t whole_ns = 0;
    const struct str head[TABLE_COLUMNS] = {STR("time"), STR("events"), STR("'when' each"),
        STR("Lua"), STR("Lua each"), STR("memory"), STR("matches"), STR("failures"), STR("rule")};
    table_init(&table, TABLE_COLUMNS);
    table_add(&table, head);
    for (size_t i = 0; i < count; i++) whole_ns += all_ns(lines[i].cost);
    for (size_t i = 0; i < shown; i++) add_line(&table, &lines[i], whole_ns);
    table_print(&table, to);
    table_release(&table);
    if (shown < count) fprintf(to, "and %zu more (-v)\n", count - shown);
}

static void print_faults(const struct line *lines, size_t count, FILE *to) {
    for (size_t i = 0; i < count; i++) {
        struct place place;
        const char *fault = fault_of(lines[i].manifest, &place);
        if (fault)
            fprintf(to, "%s:%u:%u: '%.*s' is asked about every event of its log: %s\n", place.file,
                place.line, place.column, STR_ARG(lines[i].manifest->id), fault);
    }
}

static size_t count_faults(const struct line *lines, size_t count) {
    struct place place;
    size_t faults = 0;
    for (size_t i = 0; i < count; i++) faults += fault_of(lines[i].manifest, &place) != NULL;
    return faults;
}

static void print_index(const struct line *lines, size_t count, bool passes, FILE *to) {
    size_t faults = count_faults(lines, count);
    if (faults)
        fprintf(to, "\n%zu of %zu rules cannot be found by what an event holds:\n", faults, count);
    else
        fprintf(to, "\nevery rule is found by what an event holds\n");
    print_faults(lines, count, to);
    if (!passes) fprintf(to, "every record is parsed\n");
}

/* ---- for programs ---- */

static void print_object(const struct line *line, FILE *to) {
    struct buf text = {0};
    struct place place;
    const char *fault = fault_of(line->manifest, &place);
    buf_add_char(&text, '{');
    json_print_member(&text, "rule", line->manifest->id);
    json_print_member_integer(&text, "events", line->cost->asked);
    json_print_member_integer(&text, "selected", line->cost->selected);
    json_print_member_integer(&text, "when_ns", line->cost->pattern_ns);
    json_print_member_integer(&text, "lua_events", line->cost->answered);
    json_print_member_integer(&text, "lua_ns", line->cost->lua_ns);
    json_print_member_integer(&text, "memory", line->cost->memory);
    json_print_member_integer(&text, "matches", line->cost->matched);
    json_print_member_integer(&text, "failures", line->cost->failed);
    json_print_key(&text, "not_indexed");
    if (fault)
        json_print_string(&text, str_of(fault));
    else
        buf_add_text(&text, "null");
    buf_add_text(&text, "}\n");
    fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}

/* ---- the whole ---- */

static struct line *enabled(
    const struct rules *rules, const struct rule_cost *costs, size_t *count) {
    struct line *lines = mem_alloc((rules->count + 1) * sizeof *lines);
    *count = 0;
    for (size_t i = 0; i < rules->count; i++)
        if (rules->list[i].manifest->enabled)
            lines[(*count)++] = (struct line){rules->list[i].manifest, &costs[i]};
    qsort(lines, *count, sizeof *lines, order);
    return lines;
}

void profile_print(const struct rules *rules, const struct rule_cost *costs, bool passes,
    const struct options *options, FILE *to) {
    size_t count;
    struct line *lines = enabled(rules, costs, &count);
    if (options->format == FORMAT_JSON) {
        for (size_t i = 0; i < count; i++) print_object(&lines[i], to);
    } else {
        print_table(lines, count, options->verbose || count < SHOWN ? count : SHOWN, to);
        print_index(lines, count, passes, to);
    }
    mem_free(lines);
}
