/* Changes of patterns: clauses and alternatives dropped, operators turned, values changed. */
#include "flow/mutant_private.h"

#define OTHER STR("mutated") /* a value that no event has */

/* Where an alternative stands: alone as a field's value, or in a list. */
struct slot {
    struct yaml *list; /* NULL: alone */
    size_t number;
    struct yaml *value;
};

static void add_tests(struct mutants *to, struct yaml *value);

/* ---- values ---- */

static void change_scalar(struct mutants *to, struct yaml *value) {
    const char *kind = "value-changed";
    mutant_turn(to, kind, value);
    if (value->type == YAML_INTEGER || value->type == YAML_FLOAT)
        mutant_change(to, kind, value, mutant_moved(to, value, 1));
    if (value->type == YAML_STRING)
        mutant_change(to, kind, value, mutant_scalar(value, YAML_STRING, OTHER));
}

/* ---- operators ---- */

static void rename_operator(struct mutants *to, struct yaml *map, const char *name) {
    struct yaml turned = *map;
    turned.members = arena_new(&to->arena, struct yaml_member);
    turned.members[0] = map->members[0];
    turned.members[0].key = str_of(name);
    mutant_change(to, "operator-turned", map, turned);
}

static struct yaml spliced(
    struct mutants *to, const struct slot *slot, const struct yaml *content) {
    bool several = content->type == YAML_LIST;
    size_t count = several ? content->count : 1;
    struct yaml list = *slot->list;
    list.count = 0;
    list.items = arena_list(&to->arena, struct yaml, slot->list->count + count);
    for (size_t i = 0; i < slot->list->count; i++)
        if (i != slot->number)
            list.items[list.count++] = slot->list->items[i];
        else
            for (size_t j = 0; j < count; j++)
                list.items[list.count++] = several ? content->items[j] : *content;
    return list;
}

/* What it takes stands in its place: `not` and `anything-but` say the contrary then. */
static void unwrap(struct mutants *to, const struct slot *slot) {
    const struct yaml *content = &slot->value->members[0].value;
    struct yaml *at = slot->list ? slot->list : slot->value;
    struct yaml value = slot->list ? spliced(to, slot, content) : *content;
    mutant_add(to, "operator-turned", at, slot->value, content, value);
}

static void turn_prefix(struct mutants *to, const struct slot *slot) {
    rename_operator(to, slot->value, "suffix");
}

static void turn_suffix(struct mutants *to, const struct slot *slot) {
    rename_operator(to, slot->value, "prefix");
}

static void turn_exists(struct mutants *to, const struct slot *slot) {
    mutant_turn(to, "operator-turned", &slot->value->members[0].value);
}

static void turn_anything_but(struct mutants *to, const struct slot *slot) {
    unwrap(to, slot);
    mutant_drop_each(to, "alternative-dropped", &slot->value->members[0].value);
}

static void turn_not(struct mutants *to, const struct slot *slot) {
    struct yaml *content = &slot->value->members[0].value;
    bool several = content->type == YAML_LIST && content->count > 1;
    unwrap(to, slot);
    if (several || content->type == YAML_MAP) add_tests(to, content);
}

static void turn_comparison(struct mutants *to, struct yaml *sign) {
    static const char *const pairs[][2] = {{"<", "<="}, {"<=", "<"}, {">", ">="}, {">=", ">"}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (str_is(sign->text, pairs[i][0]))
            mutant_change(
                to, "operator-turned", sign, mutant_scalar(sign, YAML_STRING, str_of(pairs[i][1])));
}

static void turn_numeric(struct mutants *to, const struct slot *slot) {
    struct yaml *list = &slot->value->members[0].value;
    for (size_t i = 0; list->type == YAML_LIST && i < list->count; i++) {
        struct yaml *item = &list->items[i];
        if (item->type == YAML_STRING)
            turn_comparison(to, item);
        else
            change_scalar(to, item);
    }
}

/* A network twice as large. */
static void turn_cidr(struct mutants *to, const struct slot *slot) {
    struct yaml *argument = &slot->value->members[0].value;
    const char *slash = memchr(argument->text.at, '/', argument->text.len);
    size_t len = slash ? (size_t)(slash - argument->text.at) : 0, bits = 0;
    for (size_t i = len + 1; slash && i < argument->text.len; i++)
        bits = bits * 10 + (size_t)(argument->text.at[i] - '0');
    if (bits == 0 || bits > 128) return;
    const char *text = arena_format(&to->arena, "%.*s/%zu", (int)len, argument->text.at, bits - 1);
    mutant_change(
        to, "operator-turned", argument, mutant_scalar(argument, YAML_STRING, str_of(text)));
}

/* There is nothing that they could be turned into. Beside others they are dropped. */
static void change_text(struct mutants *to, const struct slot *slot) {
    if (!slot->list || slot->list->count == 1) change_scalar(to, &slot->value->members[0].value);
}

static void turn_operator(struct mutants *to, const struct slot *slot) {
    static const struct {
        const char *name;
        void (*turn)(struct mutants *, const struct slot *);
    } rows[] = {{"prefix", turn_prefix}, {"suffix", turn_suffix}, {"exists", turn_exists},
        {"anything-but", turn_anything_but}, {"not", turn_not}, {"numeric", turn_numeric},
        {"cidr", turn_cidr}, {"equals-ignore-case", unwrap}, {"wildcard", change_text},
        {"regex", change_text}, {"contains", change_text}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(slot->value->members[0].key, rows[i].name)) rows[i].turn(to, slot);
}

/* ---- fields ---- */

static void add_slot(struct mutants *to, struct slot slot) {
    if (slot.value->type == YAML_MAP && slot.value->count == 1)
        turn_operator(to, &slot);
    else if (!slot.list || slot.list->count == 1)
        change_scalar(to, slot.value);
}

static void add_tests(struct mutants *to, struct yaml *value) {
    if (value->type != YAML_LIST) {
        add_slot(to, (struct slot){.value = value});
        return;
    }
    mutant_drop_each(to, "alternative-dropped", value);
    for (size_t i = 0; i < value->count; i++)
        add_slot(to, (struct slot){value, i, &value->items[i]});
}

static void add_or(struct mutants *to, struct yaml *list) {
    mutant_drop_each(to, "alternative-dropped", list);
    for (size_t i = 0; list->type == YAML_LIST && i < list->count; i++)
        mutants_of_pattern(to, &list->items[i]);
}

static void add_value(struct mutants *to, struct yaml_member *member) {
    bool is_map = member->value.type == YAML_MAP;
    if (str_is(member->key, "$or"))
        add_or(to, &member->value);
    else if (is_map && !pattern_is_operator(&member->value))
        mutants_of_pattern(to, &member->value);
    else
        add_tests(to, &member->value);
}

void mutants_of_pattern(struct mutants *to, struct yaml *map) {
    if (!map || map->type != YAML_MAP) return;
    for (size_t i = 0; i < map->count; i++) {
        if (map->count > 1) mutant_drop_member(to, "clause-dropped", map, i);
        add_value(to, &map->members[i]);
    }
}
