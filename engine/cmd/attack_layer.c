/* A layer as LAYERFORMATv4_5.md of mitre-attack/attack-navigator describes it. */
#include "cmd/attack.h"

#include "text/json.h"

#define FEWEST "#d9e8f5"
#define MOST "#08519c"
#define DRAFTS "#bdbdbd"
#define MISSING "#fc8d59"

static void begin_technique(struct buf *to, struct str id) {
    json_print_comma(to);
    buf_add_char(to, '{');
    json_print_member(to, "techniqueID", id);
}

/* A colour goes before the gradient's. */
static void print_cell(
    struct buf *to, const struct attack_cell *cell, const struct attack_tactic *tactic) {
    struct buf comment = {0};
    attack_cell_print(&comment, cell);
    begin_technique(to, cell->technique);
    if (tactic) json_print_member(to, "tactic", str_of(tactic->shortname));
    json_print_member_integer(to, "score", cell->count);
    if (cell->drafts == cell->count) json_print_member(to, "color", STR(DRAFTS));
    json_print_member(to, "comment", buf_str(&comment));
    json_print_member_bool(to, "enabled", true);
    buf_add_char(to, '}');
    buf_release(&comment);
}

static void print_missing(struct buf *to, struct str id) {
    begin_technique(to, id);
    json_print_member(to, "color", STR(MISSING));
    json_print_member(to, "comment", STR("no rule"));
    json_print_member_bool(to, "enabled", true);
    buf_add_char(to, '}');
}

/* Below a tactic of another domain a layer of this one shows nothing. */
static bool is_shown(const struct attack_cell *cell) {
    if (!cell->technique.len) return false;
    return !cell->tactic.len || attack_tactic_of(cell->tactic);
}

static void print_techniques(struct buf *to, const struct attack_report *report) {
    json_print_key(to, "techniques");
    buf_add_char(to, '[');
    for (size_t i = 0; i < report->map.count; i++) {
        const struct attack_cell *cell = &report->map.cells[i];
        if (is_shown(cell)) print_cell(to, cell, attack_tactic_of(cell->tactic));
    }
    for (size_t i = 0; i < report->missing.count; i++) print_missing(to, report->missing.ids[i]);
    buf_add_char(to, ']');
}

static size_t highest_score(const struct attack_map *map) {
    size_t highest = 1;
    for (size_t i = 0; i < map->count; i++)
        if (is_shown(&map->cells[i]) && map->cells[i].count > highest)
            highest = map->cells[i].count;
    return highest;
}

/* Its end must be above its beginning. */
static void print_gradient(struct buf *to, const struct attack_map *map) {
    json_print_key(to, "gradient");
    buf_add_text(to, "{\"colors\":[\"" FEWEST "\",\"" MOST "\"]");
    json_print_member_integer(to, "minValue", 0);
    json_print_member_integer(to, "maxValue", highest_score(map));
    buf_add_char(to, '}');
}

static void print_item(struct buf *to, struct str label, struct str color) {
    json_print_comma(to);
    buf_add_char(to, '{');
    json_print_member(to, "label", label);
    json_print_member(to, "color", color);
    buf_add_char(to, '}');
}

static void print_legend(struct buf *to, const struct attack_report *report) {
    json_print_key(to, "legendItems");
    buf_add_char(to, '[');
    print_item(to, STR("few rules"), STR(FEWEST));
    print_item(to, STR("most rules"), STR(MOST));
    print_item(to, STR("drafts alone"), STR(DRAFTS));
    if (report->gap) print_item(to, STR("no rule"), STR(MISSING));
    buf_add_char(to, ']');
}

/* Layers name a release by its first number; the format came with Navigator 4.9. */
static void print_versions(struct buf *to, struct str release) {
    const char *dot = memchr(release.at, '.', release.len);
    struct str major = {release.at, dot ? (size_t)(dot - release.at) : release.len};
    json_print_key(to, "versions");
    buf_add_char(to, '{');
    json_print_member(to, "attack", major);
    json_print_member(to, "navigator", STR("4.9.0"));
    json_print_member(to, "layer", STR("4.5"));
    buf_add_char(to, '}');
}

static void print_layer(struct buf *to, const struct attack_report *report) {
    buf_add_char(to, '{');
    json_print_member(to, "name", STR("tocsin rules"));
    print_versions(to, attack_release(report->known));
    json_print_member(to, "domain", STR("enterprise-attack"));
    json_print_member(to, "description", STR("how many rules each technique has, and which"));
    json_print_key(to, "layout");
    buf_add_text(to, "{\"layout\":\"side\",\"expandedSubtechniques\":\"annotated\"}");
    print_techniques(to, report);
    print_gradient(to, &report->map);
    print_legend(to, report);
    buf_add_text(to, "}\n");
}

void attack_print_layer(FILE *to, const struct attack_report *report) {
    struct buf text = {0};
    print_layer(&text, report);
    fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}
