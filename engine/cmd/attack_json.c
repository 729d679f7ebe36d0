#include "cmd/attack.h"

#include "text/json.h"

static void print_rules(
    struct buf *to, const char *key, const struct attack_cell *cell, bool only_drafts) {
    json_print_key(to, key);
    buf_add_char(to, '[');
    for (size_t i = 0; i < cell->count; i++) {
        if (only_drafts && !attack_is_draft(cell->rules[i])) continue;
        json_print_comma(to);
        json_print_string(to, cell->rules[i]->id);
    }
    buf_add_char(to, ']');
}

static void print_severity(struct buf *to, const struct attack_cell *cell) {
    json_print_key(to, "severity");
    if (cell->count)
        json_print_string(to, str_of(severity_names[cell->severity]));
    else
        buf_add_text(to, "null");
}

static void print_technique(struct buf *to, const struct attack_cell *cell) {
    json_print_comma(to);
    buf_add_char(to, '{');
    json_print_member(to, "technique", cell->technique);
    print_severity(to, cell);
    print_rules(to, "rules", cell, false);
    print_rules(to, "drafts", cell, true);
    buf_add_char(to, '}');
}

static void print_or_null(struct buf *to, const char *key, struct str text) {
    json_print_key(to, key);
    if (text.len)
        json_print_string(to, text);
    else
        buf_add_text(to, "null");
}

/* Leaves its list of techniques open. */
static void begin_tactic(struct buf *to, const struct attack_cell *cell) {
    const struct attack_tactic *tactic = attack_tactic_of(cell->tactic);
    json_print_comma(to);
    buf_add_char(to, '{');
    print_or_null(to, "tactic", cell->tactic);
    print_or_null(to, "name", str_of(tactic ? tactic->name : NULL));
    json_print_member_integer(to, "rules", cell->count);
    json_print_member_integer(to, "drafts", cell->drafts);
    print_severity(to, cell);
    json_print_key(to, "techniques");
    buf_add_char(to, '[');
}

static void print_tactics(struct buf *to, const struct attack_map *map) {
    json_print_key(to, "tactics");
    buf_add_char(to, '[');
    for (size_t i = 0; i < map->count; i++) {
        if (map->cells[i].technique.len) {
            print_technique(to, &map->cells[i]);
            continue;
        }
        if (i) buf_add_text(to, "]}");
        begin_tactic(to, &map->cells[i]);
    }
    buf_add_text(to, "]}]");
}

static void print_ids(struct buf *to, const char *key, const struct attack_list *list) {
    json_print_key(to, key);
    buf_add_char(to, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_print_comma(to);
        json_print_string(to, list->ids[i]);
    }
    buf_add_char(to, ']');
}

static void print_gap(struct buf *to, const struct attack_report *report) {
    json_print_key(to, "gap");
    buf_add_char(to, '{');
    json_print_member(to, "file", str_of(report->gap));
    json_print_member_integer(to, "techniques", report->wanted.count);
    print_ids(to, "missing", &report->missing);
    print_ids(to, "drafts", &report->drafted);
    buf_add_char(to, '}');
}

void attack_json(struct buf *to, const struct attack_report *report) {
    const struct attack_map *map = &report->map;
    buf_add_char(to, '{');
    json_print_member(to, "attack", attack_release(report->known));
    json_print_member_integer(to, "rules", map->all.count);
    json_print_member_integer(to, "drafts", map->all.drafts);
    json_print_member_integer(to, "disabled", map->disabled);
    json_print_member_integer(to, "techniques", map->techniques);
    print_tactics(to, map);
    print_rules(to, "without", &map->without, false);
    if (report->gap) print_gap(to, report);
    buf_add_char(to, '}');
}

void attack_print_json(FILE *to, const struct attack_report *report) {
    struct buf text = {0};
    attack_json(&text, report);
    buf_add_char(&text, '\n');
    fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}
