#include "base/plain.h"
#include "flow/mutant_private.h"
#include "text/json_short.h"

#include <stdlib.h>

enum { SHOWN = 60 /* bytes of what is changed */ };

/* ---- changes of the document ---- */

static struct str show(struct mutants *to, const struct yaml *value, struct str key) {
    struct arena arena = {0};
    struct buf json = {0}, text = {0};
    if (!value) return STR("");
    json_print_short(&json, yaml_to_json(&arena, value), SHOWN);
    if (key.len) buf_add_format(&text, "%.*s: ", STR_ARG(key));
    plain_print(&text, buf_str(&json));
    struct str copy = arena_copy(&to->arena, buf_str(&text));
    buf_release(&json);
    buf_release(&text);
    arena_release(&arena);
    return copy;
}

static struct mutant *add(
    struct mutants *to, const char *kind, struct place place, struct yaml *at, struct yaml value) {
    to->list = arena_grow(&to->arena, to->list, to->count);
    struct mutant *mutant = &to->list[to->count++];
    *mutant = (struct mutant){.kind = kind, .place = place, .at = at, .value = value};
    mutant->before = mutant->after = STR("");
    return mutant;
}

void mutant_add(struct mutants *to, const char *kind, struct yaml *at, const struct yaml *before,
    const struct yaml *after, struct yaml value) {
    struct mutant *mutant = add(to, kind, before->place, at, value);
    mutant->before = show(to, before, STR(""));
    mutant->after = show(to, after, STR(""));
}

struct yaml mutant_scalar(const struct yaml *old, enum yaml_type type, struct str text) {
    return (struct yaml){.type = type, .place = old->place, .text = text};
}

void mutant_change(struct mutants *to, const char *kind, struct yaml *at, struct yaml value) {
    mutant_add(to, kind, at, at, &value, value);
}

void mutant_turn(struct mutants *to, const char *kind, struct yaml *value) {
    if (!value || value->type != YAML_BOOL) return;
    const char *text = value->boolean ? "false" : "true";
    struct yaml other = mutant_scalar(value, YAML_BOOL, str_of(text));
    other.boolean = !value->boolean;
    mutant_change(to, kind, value, other);
}

struct yaml mutant_moved(struct mutants *to, const struct yaml *number, int by) {
    struct yaml moved = mutant_scalar(number, number->type, number->text);
    moved.integer = number->integer + by;
    moved.number = number->number + by;
    const char *text = number->type == YAML_INTEGER
                           ? arena_format(&to->arena, "%lld", (long long)moved.integer)
                           : arena_format(&to->arena, "%.17g", moved.number);
    moved.text = str_of(text);
    return moved;
}

void mutant_drop_item(struct mutants *to, const char *kind, struct yaml *list, size_t number) {
    struct yaml rest = *list;
    rest.count = 0;
    rest.items = arena_list(&to->arena, struct yaml, list->count);
    for (size_t i = 0; i < list->count; i++)
        if (i != number) rest.items[rest.count++] = list->items[i];
    mutant_add(to, kind, list, &list->items[number], NULL, rest);
}

void mutant_drop_member(struct mutants *to, const char *kind, struct yaml *map, size_t number) {
    const struct yaml_member *dropped = &map->members[number];
    struct yaml rest = *map;
    rest.count = 0;
    rest.members = arena_list(&to->arena, struct yaml_member, map->count);
    for (size_t i = 0; i < map->count; i++)
        if (i != number) rest.members[rest.count++] = map->members[i];
    struct mutant *mutant = add(to, kind, dropped->place, map, rest);
    mutant->before = show(to, &dropped->value, dropped->key);
}

void mutant_drop_each(struct mutants *to, const char *kind, struct yaml *list) {
    if (!list || list->type != YAML_LIST || list->count < 2) return;
    for (size_t i = 0; i < list->count; i++) mutant_drop_item(to, kind, list, i);
}

struct yaml *mutant_get(const struct yaml *map, const char *key) {
    return map && map->type == YAML_MAP ? (struct yaml *)yaml_get(map, key) : NULL;
}

/* ---- changes of the Lua ---- */

struct str mutant_code(
    struct arena *arena, const struct manifest *manifest, const struct mutant *mutant) {
    struct str code = manifest->lua.code;
    struct buf text = {0};
    buf_add(&text, code.at, mutant->span.from);
    buf_add_str(&text, mutant->text);
    buf_add(&text, code.at + mutant->span.to, code.len - mutant->span.to);
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

/* ---- the whole ---- */

static void add_exceptions(struct mutants *to, struct yaml *list) {
    if (!list || list->type != YAML_LIST) return;
    for (size_t i = 0; i < list->count; i++) {
        struct yaml *when = mutant_get(&list->items[i], "when");
        mutant_drop_item(to, "exception-dropped", list, i);
        if (when) to->list[to->count - 1].before = show(to, when, STR("when"));
        mutants_of_pattern(to, when);
    }
}

/* Whether each step of the rule's sequence asks for the same field itself. */
static bool steps_ask(const struct yaml *document, struct str key) {
    const struct yaml *steps = mutant_get(mutant_get(document, "sequence"), "steps");
    if (!steps || steps->type != YAML_LIST) return false;
    for (size_t i = 0; i < steps->count; i++) {
        const struct yaml *when = mutant_get(&steps->items[i], "when");
        bool asks = false;
        for (size_t j = 0; when && when->type == YAML_MAP && j < when->count; j++)
            asks = asks || str_eq(when->members[j].key, key);
        if (!asks) return false;
    }
    return true;
}

/* The field of a clause of `when` that is dropped. */
static struct str dropped_key(const struct yaml *when, const struct mutant *mutant) {
    size_t i = 0;
    while (i < mutant->value.count && str_eq(mutant->value.members[i].key, when->members[i].key))
        i++;
    return when->members[i].key;
}

/* A clause that the steps repeat decides nothing: it is there for the index. */
static void add_when(struct mutants *to, const struct yaml *document) {
    struct yaml *when = mutant_get(document, "when");
    size_t kept = 0;
    mutants_of_pattern(to, when);
    for (size_t i = 0; i < to->count; i++) {
        const struct mutant *mutant = &to->list[i];
        bool drops = mutant->at == when && mutant->value.count < when->count;
        if (!drops || !steps_ask(document, dropped_key(when, mutant))) to->list[kept++] = *mutant;
    }
    to->count = kept;
}

static int by_place(const void *left, const void *right) {
    const struct mutant *a = left, *b = right;
    if (!a->at != !b->at && strcmp(a->place.file, b->place.file) != 0) return a->at ? -1 : 1;
    if (a->place.line != b->place.line) return a->place.line < b->place.line ? -1 : 1;
    if (a->place.column != b->place.column) return a->place.column < b->place.column ? -1 : 1;
    return a->number < b->number ? -1 : 1;
}

static void sort(struct mutants *mutants) {
    for (size_t i = 0; i < mutants->count; i++) mutants->list[i].number = i;
    if (mutants->count) qsort(mutants->list, mutants->count, sizeof *mutants->list, by_place);
}

/* The document is this program's own, and is put back after each trial. */
void mutants_find(struct mutants *mutants, const struct manifest *manifest) {
    const struct yaml *document = manifest->document;
    *mutants = (struct mutants){0};
    add_when(mutants, document);
    add_exceptions(mutants, mutant_get(document, "exceptions"));
    mutants_of_memory(mutants, document);
    mutants_of_lua(mutants, manifest);
    sort(mutants);
}

void mutants_release(struct mutants *mutants) {
    arena_release(&mutants->arena);
    *mutants = (struct mutants){0};
}
