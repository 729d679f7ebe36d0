/* Event patterns: a YAML document that is the pattern, and one that is the event. The answer is that
 * of the naive oracle, where it understands both, and the same for a copy of the event; an
 * index names the pattern where it matches. */
#include "fuzz.h"

#include "model/pattern_index.h"
#include "pattern_oracle.h"

enum { MOST_TEXT = 20, MOST_DIGITS = 6, MOST_TESTS = 4, MOST_FIELDS = 4, MOST_LEAVES = 10 };

/* ---- what the oracle understands: plain lists, short ASCII, few choices ---- */

static bool knows_text(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~') return false;
    return text.len <= MOST_TEXT;
}

static bool is_one_of(struct str name, const char *const *names) {
    while (*names && !str_is(name, *names)) names++;
    return *names;
}

static const char *const operators[] = {"prefix", "suffix", "contains", "equals-ignore-case",
    "wildcard", "regex", "numeric", "cidr", "anything-but", "not", "exists", NULL};

static bool knows_key(struct str key) {
    if (!key.len || key.len > 11 || !knows_text(key)) return false;
    return !memchr(key.at, '.', key.len) && !memchr(key.at, '\\', key.len) &&
           (!memchr(key.at, '$', key.len) || str_is(key, "$or")) && !is_one_of(key, operators);
}

static bool knows_scalar(const struct yaml *yaml) {
    bool number = yaml->type == YAML_INTEGER || yaml->type == YAML_FLOAT;
    return yaml->type != YAML_LIST && yaml->type != YAML_MAP && knows_text(yaml->text) &&
           (!number || yaml->text.len <= MOST_DIGITS);
}

static bool knows_scalars(const struct yaml *list) {
    for (size_t i = 0; i < list->count && list->type == YAML_LIST; i++)
        if (!knows_scalar(&list->items[i])) return false;
    return list->type == YAML_LIST && list->count <= MOST_TESTS;
}

static bool knows_test(const struct yaml *test);

static bool knows_tests(const struct yaml *list) {
    for (size_t i = 0; i < list->count && list->type == YAML_LIST; i++)
        if (!knows_test(&list->items[i])) return false;
    return list->type == YAML_LIST && list->count <= MOST_TESTS;
}

static bool is_word(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < 'a' || text.at[i] > 'z') return false;
    return true;
}

static bool knows_test(const struct yaml *test) {
    static const char *const texts[] = {
        "exists", "prefix", "suffix", "contains", "equals-ignore-case", "wildcard", NULL};
    if (test->type != YAML_MAP) return knows_scalar(test);
    struct str name = test->members[0].key;
    const struct yaml *argument = &test->members[0].value;
    if (is_one_of(name, texts)) return knows_scalar(argument);
    if (str_is(name, "regex")) return is_word(argument->text);
    if (str_is(name, "numeric")) return knows_scalars(argument);
    if (str_is(name, "not")) return knows_tests(argument);
    if (!str_is(name, "anything-but")) return false;
    return knows_scalars(argument->type == YAML_MAP ? &argument->members[0].value : argument);
}

static bool knows_fields(const struct yaml *map, int depth, int *fields) {
    if (map->type != YAML_MAP || depth > 4) return false;
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml *value = &map->members[i].value;
        if (!knows_key(map->members[i].key)) return false;
        if (str_is(map->members[i].key, "$or")) {
            for (size_t k = 0; k < value->count; k++)
                if (!knows_fields(&value->items[k], depth, fields)) return false;
        } else if (value->type == YAML_MAP) {
            if (!knows_fields(value, depth + 1, fields)) return false;
        } else if (!knows_tests(value) || ++*fields > MOST_FIELDS) {
            return false;
        }
    }
    return true;
}

struct tally {
    int leaves, arrays;
};

static bool knows_event(const struct json *json, int depth, struct tally *tally) {
    if (depth > 4) return false;
    for (size_t i = 0; i < json->count && json->type == JSON_ARRAY; i++)
        if (!knows_event(&json->items[i], depth, tally)) return false;
    for (size_t i = 0; i < json->count && json->type == JSON_OBJECT; i++)
        if (!knows_key(json->members[i].key) ||
            !knows_event(&json->members[i].value, depth + 1, tally))
            return false;
    if (json->type == JSON_STRING && !knows_text(json->string)) return false;
    if (json->type == JSON_FLOAT && json->number.digits.len > MOST_DIGITS) return false;
    tally->arrays += json->type == JSON_ARRAY;
    tally->leaves += json->type != JSON_ARRAY && json->type != JSON_OBJECT;
    return tally->arrays < ORACLE_ARRAYS && tally->leaves <= MOST_LEAVES;
}

static bool oracle_knows(const struct yaml *pattern, const struct json *event) {
    int fields = 0;
    struct tally tally = {0};
    return event->type == JSON_OBJECT && knows_fields(pattern, 0, &fields) &&
           knows_event(event, 0, &tally);
}

/* ---- the same pattern, spelled as the oracle reads it: a list wherever one may stand ---- */

static void make_list(struct arena *arena, struct yaml *value) {
    struct yaml *one = arena_new(arena, struct yaml);
    if (value->type == YAML_LIST) return;
    *one = *value;
    *value = (struct yaml){.type = YAML_LIST, .place = one->place, .count = 1, .items = one};
}

static bool is_operator(const struct yaml *value) {
    return value->type == YAML_MAP && value->count && is_one_of(value->members[0].key, operators);
}

static void spell_test(struct arena *arena, struct yaml *test) {
    if (!is_operator(test)) return;
    struct yaml *argument = &test->members[0].value;
    bool is_not = str_is(test->members[0].key, "not");
    if (!is_not && !str_is(test->members[0].key, "anything-but")) return;
    if (!is_not && argument->type == YAML_MAP && argument->count)
        argument = &argument->members[0].value;
    make_list(arena, argument);
    for (size_t i = 0; i < argument->count && is_not; i++) spell_test(arena, &argument->items[i]);
}

static void spell_fields(struct arena *arena, struct yaml *map) {
    for (size_t i = 0; i < map->count && map->type == YAML_MAP; i++) {
        struct yaml *value = &map->members[i].value;
        bool is_or = str_is(map->members[i].key, "$or");
        if (value->type == YAML_MAP && !is_operator(value)) {
            spell_fields(arena, value);
            continue;
        }
        make_list(arena, value);
        for (size_t k = 0; k < value->count; k++)
            if (is_or)
                spell_fields(arena, &value->items[k]);
            else
                spell_test(arena, &value->items[k]);
    }
}

/* ---- what must hold ---- */

static void check_oracle(const struct yaml *yaml, const struct json *event, bool matches) {
    static struct oracle_branches branches;
    if (!oracle_knows(yaml, event)) return;
    oracle_read_pattern(&branches, yaml);
    if (branches.is_too_big) return;
    demand(oracle_matches(&branches, event) == matches, "we say %d", matches);
}

static void check_copy(
    struct arena *arena, const struct pattern *pattern, const struct json *event, bool matches) {
    struct buf printed = {0};
    json_print(&printed, event);
    const struct json *copy = json_parse(arena, buf_str(&printed), NULL, NULL);
    demand(copy && pattern_matches(pattern, copy, NULL) == matches, "%s", buf_text(&printed));
    buf_release(&printed);
}

static void check_index(
    struct arena *arena, const struct pattern *pattern, const struct json *event) {
    struct pattern_accesses accesses = pattern_accesses_choose(arena, &pattern, 1);
    struct pattern_index *index = pattern_index_new(&accesses, 1);
    for (int i = 0; i < 2; i++)
        demand(pattern_index_ask(index, event).count == 1, "the index misses it");
    pattern_index_free(index);
}

/* `spelled` is another reading of `yaml`. */
static void check(struct arena *arena, const struct pattern *pattern, struct yaml *spelled,
    const struct json *event) {
    bool matches = pattern_matches(pattern, event, NULL);
    demand(!matches || event->type == JSON_OBJECT, "no object");
    check_copy(arena, pattern, event, matches);
    spell_fields(arena, spelled);
    check_oracle(spelled, event, matches);
    if (matches) check_index(arena, pattern, event);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena arena = {0};
    struct diags diags = {0};
    struct yaml_documents documents = {0}, again = {0};
    struct str text = fuzz_input(bytes, size);
    bool good = yaml_parse(&documents, &arena, "x.yaml", text, &diags);
    if (good) yaml_parse(&again, &arena, "x.yaml", text, &diags);
    for (size_t i = 0; good && i + 1 < documents.count; i += 2) {
        size_t before = diags.errors;
        struct pattern *pattern = pattern_compile(&arena, &documents.list[i], &diags);
        demand(!pattern == (diags.errors > before), "%zu errors", diags.errors - before);
        if (!pattern) continue;
        check(&arena, pattern, &again.list[i], yaml_to_json(&arena, &documents.list[i + 1]));
        pattern_release(pattern);
    }
    diags_release(&diags);
    arena_release(&arena);
    return 0;
}
