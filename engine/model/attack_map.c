#include "model/attack_map.h"

#include <stdlib.h>

const struct attack_tactic attack_tactics[] = {
    {"TA0043", "Reconnaissance", "reconnaissance"},
    {"TA0042", "Resource Development", "resource-development"},
    {"TA0001", "Initial Access", "initial-access"},
    {"TA0002", "Execution", "execution"},
    {"TA0003", "Persistence", "persistence"},
    {"TA0004", "Privilege Escalation", "privilege-escalation"},
    {"TA0005", "Defense Evasion", "defense-evasion"},
    {"TA0006", "Credential Access", "credential-access"},
    {"TA0007", "Discovery", "discovery"},
    {"TA0008", "Lateral Movement", "lateral-movement"},
    {"TA0009", "Collection", "collection"},
    {"TA0011", "Command and Control", "command-and-control"},
    {"TA0010", "Exfiltration", "exfiltration"},
    {"TA0040", "Impact", "impact"},
    {0},
};

const struct attack_tactic *attack_tactic_of(struct str id) {
    for (const struct attack_tactic *tactic = attack_tactics; tactic->id; tactic++)
        if (str_is(id, tactic->id)) return tactic;
    return NULL;
}

bool attack_is_draft(const struct manifest *rule) {
    return rule->status == STATUS_DRAFT;
}

/* ---- filling ---- */

/* Rules come one after the other, so that one that is there already is the last. */
static void add_rule(struct arena *arena, struct attack_cell *cell, const struct manifest *rule) {
    if (cell->count && cell->rules[cell->count - 1] == rule) return;
    cell->rules = arena_grow(arena, cell->rules, cell->count);
    cell->rules[cell->count++] = rule;
    cell->drafts += attack_is_draft(rule);
    if (rule->severity > cell->severity) cell->severity = rule->severity;
}

static struct attack_cell *cell_of(
    struct attack_map *map, struct str tactic, struct str technique) {
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->cells[i].tactic, tactic) && str_eq(map->cells[i].technique, technique))
            return &map->cells[i];
    map->cells = arena_grow(map->arena, map->cells, map->count);
    map->cells[map->count] = (struct attack_cell){
        .tactic = tactic, .technique = technique, .severity = -1};
    return &map->cells[map->count++];
}

/* `TA0003/T1098`, `TA0003` or `T1098`. */
static void add_id(struct attack_map *map, struct str id, const struct manifest *rule) {
    size_t tactic_len = str_starts(id, STR("TA")) ? strlen("TA0000") : 0;
    size_t skip = tactic_len + (id.len > tactic_len && id.at[tactic_len] == '/');
    struct str tactic = {id.at, tactic_len}, technique = {id.at + skip, id.len - skip};
    add_rule(map->arena, cell_of(map, tactic, (struct str){0}), rule);
    if (technique.len) add_rule(map->arena, cell_of(map, tactic, technique), rule);
}

static void add_manifest(struct attack_map *map, const struct manifest *rule) {
    map->disabled += !rule->enabled;
    if (!rule->enabled) return;
    add_rule(map->arena, &map->all, rule);
    if (!rule->attack.count) add_rule(map->arena, &map->without, rule);
    for (size_t i = 0; i < rule->attack.count; i++) add_id(map, rule->attack.list[i], rule);
}

/* ---- order ---- */

static int by_id(const void *left, const void *right) {
    const struct manifest *const *a = left, *const *b = right;
    return str_cmp((*a)->id, (*b)->id);
}

static size_t rank(struct str tactic) {
    const struct attack_tactic *found = attack_tactic_of(tactic);
    size_t others = sizeof attack_tactics / sizeof *attack_tactics;
    return found ? (size_t)(found - attack_tactics) : tactic.len ? others : others + 1;
}

static int by_tactic(const void *left, const void *right) {
    const struct attack_cell *a = left, *b = right;
    size_t rank_a = rank(a->tactic), rank_b = rank(b->tactic);
    if (rank_a != rank_b) return rank_a < rank_b ? -1 : 1;
    int order = str_cmp(a->tactic, b->tactic);
    return order ? order : str_cmp(a->technique, b->technique);
}

/* ---- counts ---- */

static bool is_first(const struct attack_map *map, const struct attack_cell *cell) {
    for (const struct attack_cell *one = map->cells; one < cell; one++)
        if (str_eq(one->technique, cell->technique)) return false;
    return true;
}

static void count(struct attack_map *map) {
    for (size_t i = 0; i < map->count; i++) {
        const struct attack_cell *cell = &map->cells[i];
        if (cell->technique.len)
            map->techniques += is_first(map, cell);
        else
            map->tactics += cell->count && attack_tactic_of(cell->tactic);
    }
}

void attack_map_build(
    struct attack_map *map, struct arena *arena, const struct manifests *manifests) {
    *map = (struct attack_map){.arena = arena, .all.severity = -1, .without.severity = -1};
    struct manifest **sorted = arena_list(arena, struct manifest *, manifests->count + 1);
    for (size_t i = 0; i < manifests->count; i++) sorted[i] = manifests->list[i];
    qsort(sorted, manifests->count, sizeof *sorted, by_id);
    for (const struct attack_tactic *tactic = attack_tactics; tactic->id; tactic++)
        cell_of(map, str_of(tactic->id), (struct str){0});
    for (size_t i = 0; i < manifests->count; i++) add_manifest(map, sorted[i]);
    qsort(map->cells, map->count, sizeof *map->cells, by_tactic);
    count(map);
}

/* ---- asking ---- */

static bool is_within(struct str technique, struct str above) {
    if (!str_starts(technique, above)) return false;
    return technique.len == above.len || technique.at[above.len] == '.';
}

enum attack_cover attack_map_cover(const struct attack_map *map, struct str technique) {
    enum attack_cover cover = COVER_NONE;
    for (size_t i = 0; i < map->count; i++) {
        const struct attack_cell *cell = &map->cells[i];
        if (!cell->technique.len || !is_within(cell->technique, technique)) continue;
        if (cell->drafts < cell->count) return COVER_RULE;
        cover = COVER_DRAFT;
    }
    return cover;
}

void attack_cell_print(struct buf *to, const struct attack_cell *cell) {
    for (size_t i = 0; i < cell->count; i++) {
        if (i) buf_add_text(to, ", ");
        buf_add_str(to, cell->rules[i]->id);
        if (attack_is_draft(cell->rules[i])) buf_add_text(to, " (draft)");
    }
}
