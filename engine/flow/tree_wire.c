#include "flow/tree_wire.h"

/* ---- writing ---- */

static void put_place(struct wire_out *out, struct place place) {
    wire_put_number(out, place.line);
    wire_put_number(out, place.column);
}

static void put(struct wire_out *out, const struct yaml *value) {
    struct yaml plain = *value; /* without addresses of this process */
    plain.place.file = plain.text.at = NULL;
    plain.items = NULL;
    plain.members = NULL;
    wire_put(out, &plain, sizeof plain);
    wire_put_str(out, value->text);
    for (size_t i = 0; value->type == YAML_LIST && i < value->count; i++)
        put(out, &value->items[i]);
    for (size_t i = 0; value->type == YAML_MAP && i < value->count; i++) {
        wire_put_str(out, value->members[i].key);
        put_place(out, value->members[i].place);
        put(out, &value->members[i].value);
    }
}

void tree_put(struct wire_out *out, const struct yaml *tree) {
    wire_put_text(out, tree->place.file);
    put(out, tree);
}

/* ---- reading ---- */

struct reading {
    struct wire_in *in;
    struct arena *arena;
    const char *file;
    size_t depth;
};

static void take(struct reading *reading, struct yaml *value);

static void take_items(struct reading *reading, struct yaml *list) {
    list->items = arena_list(reading->arena, struct yaml, list->count);
    for (size_t i = 0; i < list->count && !reading->in->bad; i++) take(reading, &list->items[i]);
}

static void take_members(struct reading *reading, struct yaml *map) {
    map->members = arena_list(reading->arena, struct yaml_member, map->count);
    for (size_t i = 0; i < map->count && !reading->in->bad; i++) {
        struct yaml_member *member = &map->members[i];
        member->key = wire_copy(reading->in, reading->arena);
        member->place.file = reading->file;
        member->place.line = (unsigned)wire_number(reading->in);
        member->place.column = (unsigned)wire_number(reading->in);
        take(reading, &member->value);
    }
}

/* No value is shorter than its struct: more of them than there are bytes cannot be meant. */
static bool is_possible(const struct reading *reading, const struct yaml *value) {
    size_t left = (size_t)(reading->in->end - reading->in->at);
    return reading->depth <= YAML_DEPTH && value->count <= left / sizeof *value;
}

static void take(struct reading *reading, struct yaml *value) {
    wire_take(reading->in, value, sizeof *value);
    value->text = wire_copy(reading->in, reading->arena);
    value->place.file = reading->file;
    value->items = NULL;
    value->members = NULL;
    reading->depth++;
    if (!is_possible(reading, value)) reading->in->bad = true;
    if (!reading->in->bad && value->type == YAML_LIST) take_items(reading, value);
    if (!reading->in->bad && value->type == YAML_MAP) take_members(reading, value);
    reading->depth--;
}

struct yaml *tree_take(struct wire_in *in, struct arena *arena) {
    struct reading reading = {.in = in, .arena = arena, .file = wire_copy(in, arena).at};
    struct yaml *tree = arena_new(arena, struct yaml);
    take(&reading, tree);
    return tree;
}
