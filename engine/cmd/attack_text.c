#include "cmd/attack.h"
#include "cmd/table.h"

enum { COLUMNS = 5 };

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

/* ---- the table ---- */

static struct str name_of(struct arena *arena, const struct attack_cell *cell) {
    const struct attack_tactic *tactic = attack_tactic_of(cell->tactic);
    if (cell->technique.len) return str_of(arena_format(arena, "  %.*s", STR_ARG(cell->technique)));
    if (tactic) return str_of(arena_format(arena, "%s %s", tactic->id, tactic->name));
    return cell->tactic.len ? cell->tactic : STR("without a tactic");
}

static struct str drafts_of(struct arena *arena, const struct attack_cell *cell) {
    if (!cell->drafts) return (struct str){0};
    return str_of(arena_format(arena, "%zu draft%s", cell->drafts, plural(cell->drafts)));
}

static struct str rules_of(struct arena *arena, const struct attack_cell *cell, bool verbose) {
    struct buf text = {0};
    if (verbose && cell->technique.len) attack_cell_print(&text, cell);
    struct str rules = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return rules;
}

static void add_cell(struct table *table, const struct attack_cell *cell, bool verbose) {
    struct arena arena = {0};
    const struct str cells[COLUMNS] = {
        name_of(&arena, cell),
        str_of(arena_format(&arena, "%5zu", cell->count)),
        str_of(cell->count ? severity_names[cell->severity] : ""),
        drafts_of(&arena, cell),
        rules_of(&arena, cell, verbose),
    };
    table_add(table, cells);
    arena_release(&arena);
}

static void print_table(FILE *to, const struct attack_report *report) {
    struct table table;
    const struct str head[COLUMNS] = {STR("technique"), STR("rules"), STR("severity")};
    table_init(&table, COLUMNS);
    table_add(&table, head);
    for (size_t i = 0; i < report->map.count; i++)
        add_cell(&table, &report->map.cells[i], report->verbose);
    table_print(&table, to);
    table_release(&table);
}

/* ---- totals ---- */

static size_t count_tactics(void) {
    size_t count = 0;
    while (attack_tactics[count].id) count++;
    return count;
}

static void print_without(FILE *to, const struct attack_cell *without, bool verbose) {
    struct buf rules = {0};
    if (!without->count) return;
    attack_cell_print(&rules, without);
    fprintf(to, "%zu rule%s without ATT&CK id%s%s\n", without->count, plural(without->count),
        verbose ? ": " : "", verbose ? buf_text(&rules) : "");
    buf_release(&rules);
}

static void print_totals(FILE *to, const struct attack_report *report) {
    const struct attack_map *map = &report->map;
    fprintf(to, "\n%zu rule%s", map->all.count, plural(map->all.count));
    if (map->all.drafts) fprintf(to, " (%zu draft%s)", map->all.drafts, plural(map->all.drafts));
    fprintf(to, ": %zu technique%s in %zu of %zu tactics of ATT&CK %.*s\n", map->techniques,
        plural(map->techniques), map->tactics, count_tactics(),
        STR_ARG(attack_release(report->known)));
    print_without(to, &map->without, report->verbose);
}

/* ---- the gap ---- */

static void print_gap(FILE *to, const struct attack_report *report) {
    size_t wanted = report->wanted.count;
    for (size_t i = 0; i < report->missing.count; i++)
        fprintf(to, "%-9s  no rule\n", report->missing.ids[i].at);
    for (size_t i = 0; i < report->drafted.count; i++)
        fprintf(to, "%-9s  drafts alone\n", report->drafted.ids[i].at);
    fprintf(to, "%zu of %zu technique%s without a rule\n", report->missing.count, wanted,
        plural(wanted));
}

void attack_print_text(FILE *to, const struct attack_report *report) {
    if (report->gap) {
        print_gap(to, report);
        return;
    }
    print_table(to, report);
    print_totals(to, report);
}
