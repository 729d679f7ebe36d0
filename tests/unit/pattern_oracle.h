/* A second opinion on patterns, written from event-ruler's description and as naively as can be: an
 * event is flattened to a list of leaves, each with its path and its place in every array above it;
 * a pattern is multiplied out to lists of fields; then every consistent choice is tried. */
#ifndef PATTERN_ORACLE_H
#define PATTERN_ORACLE_H

#include "tree.h"

enum {
    ORACLE_LEAVES = 64,
    ORACLE_ARRAYS = 32,
    ORACLE_FIELDS = 8,
    ORACLE_BRANCHES = 16,
    ORACLE_PATH = 64,
};

/* For each array of the event: 0 is outside of it or directly in it, else the index + 1. */
struct oracle_place {
    signed char in[ORACLE_ARRAYS];
};

struct oracle_leaf {
    char path[ORACLE_PATH];
    const struct json *value;
    struct oracle_place place;
};

struct oracle_event {
    struct oracle_leaf leaves[ORACLE_LEAVES];
    size_t count;
    int arrays;
};

struct oracle_path {
    char text[ORACLE_PATH];
};

static inline struct oracle_path oracle_below(const char *path, struct str key) {
    struct oracle_path below = {{0}};
    size_t length = strlen(path);
    if (length + key.len + 2 > sizeof below.text) abort();
    memcpy(below.text, path, length);
    if (length) below.text[length++] = '.';
    memcpy(below.text + length, key.at, key.len);
    return below;
}

static inline void oracle_flatten(struct oracle_event *event, const char *path,
    const struct json *value, struct oracle_place *place) {
    if (value->type == JSON_OBJECT) {
        for (size_t i = 0; i < value->count; i++) {
            struct oracle_path below = oracle_below(path, value->members[i].key);
            oracle_flatten(event, below.text, &value->members[i].value, place);
        }
        return;
    }
    if (value->type == JSON_ARRAY) {
        int array = event->arrays++;
        for (size_t i = 0; i < value->count; i++) {
            const struct json *item = &value->items[i];
            bool is_scalar = item->type != JSON_ARRAY && item->type != JSON_OBJECT;
            place->in[array] = (signed char)(is_scalar ? 0 : i + 1);
            oracle_flatten(event, path, item, place);
        }
        place->in[array] = 0;
        return;
    }
    struct oracle_leaf *leaf = &event->leaves[event->count++];
    strcpy(leaf->path, path);
    leaf->value = value;
    leaf->place = *place;
}

struct oracle_field {
    char path[ORACLE_PATH];
    const struct yaml *tests;
    bool has_not;
};

struct oracle_branch {
    struct oracle_field fields[ORACLE_FIELDS];
    size_t count;
};

struct oracle_branches {
    struct oracle_branch list[ORACLE_BRANCHES];
    size_t count;
    bool is_too_big; /* for this oracle, which then says nothing */
};

static inline bool oracle_has_not(const struct yaml *tests) {
    for (size_t i = 0; i < tests->count; i++)
        if (tests->items[i].type == YAML_MAP && str_is(tests->items[i].members[0].key, "not"))
            return true;
    return false;
}

static inline void oracle_multiply(
    struct oracle_branches *branches, const char *path, const struct yaml *map) {
    for (size_t m = 0; m < map->count; m++) {
        const struct yaml_member *member = &map->members[m];
        if (str_is(member->key, "$or")) {
            struct oracle_branches all = {0};
            for (size_t i = 0; i < member->value.count; i++) {
                struct oracle_branches some = *branches;
                oracle_multiply(&some, path, &member->value.items[i]);
                all.is_too_big |= some.is_too_big || all.count + some.count > ORACLE_BRANCHES;
                for (size_t b = 0; b < some.count && !all.is_too_big; b++)
                    all.list[all.count++] = some.list[b];
            }
            *branches = all;
            continue;
        }
        struct oracle_path below = oracle_below(path, member->key);
        if (member->value.type == YAML_MAP) {
            oracle_multiply(branches, below.text, &member->value);
            continue;
        }
        for (size_t b = 0; b < branches->count; b++) {
            struct oracle_branch *branch = &branches->list[b];
            branches->is_too_big |= branch->count == ORACLE_FIELDS;
            if (branches->is_too_big) return;
            struct oracle_field *field = &branch->fields[branch->count++];
            memcpy(field->path, below.text, sizeof below.text);
            field->tests = &member->value;
            field->has_not = oracle_has_not(&member->value);
        }
    }
}

static inline bool oracle_number(const struct json *leaf, double *to) {
    *to = leaf->type == JSON_INTEGER ? (double)leaf->integer : leaf->number.value;
    return leaf->type == JSON_INTEGER || leaf->type == JSON_FLOAT;
}

static inline bool oracle_equal(const struct yaml *wanted, const struct json *leaf) {
    double number;
    switch (wanted->type) {
    case YAML_NULL: return leaf->type == JSON_NULL;
    case YAML_BOOL: return leaf->type == JSON_BOOL && leaf->boolean == wanted->boolean;
    case YAML_STRING: return leaf->type == JSON_STRING && str_eq(leaf->string, wanted->text);
    default:
        if (leaf->type == JSON_STRING) return str_eq(leaf->string, wanted->text);
        return oracle_number(leaf, &number) && number == wanted->number;
    }
}

/* Backtracking over every split, where the real one goes by pieces. */
static inline bool oracle_glob(const char *glob, size_t globs, const char *text, size_t texts) {
    if (globs == 0) return texts == 0;
    if (*glob == '*')
        return oracle_glob(glob + 1, globs - 1, text, texts) ||
               (texts > 0 && oracle_glob(glob, globs, text + 1, texts - 1));
    if (*glob == '\\') glob++, globs--;
    return texts > 0 && *glob == *text && oracle_glob(glob + 1, globs - 1, text + 1, texts - 1);
}

static inline bool oracle_same_letters(struct str a, struct str b) {
    return a.len == b.len && strncasecmp(a.at, b.at, a.len) == 0;
}

static inline bool oracle_in_range(const struct yaml *range, double number) {
    for (size_t i = 0; i + 1 < range->count; i += 2) {
        struct str comparison = range->items[i].text;
        double bound = range->items[i + 1].number;
        if (str_is(comparison, "=") && !(number == bound)) return false;
        if (str_is(comparison, "<") && !(number < bound)) return false;
        if (str_is(comparison, "<=") && !(number <= bound)) return false;
        if (str_is(comparison, ">") && !(number > bound)) return false;
        if (str_is(comparison, ">=") && !(number >= bound)) return false;
    }
    return true;
}

static inline bool oracle_test(const struct yaml *test, const struct json *leaf);

static inline bool oracle_operator(
    struct str name, const struct yaml *argument, const struct json *leaf) {
    bool is_string = leaf->type == JSON_STRING;
    double number;
    if (str_is(name, "exists")) return argument->boolean;
    if (str_is(name, "anything-but") && argument->type == YAML_MAP) {
        const struct yaml_member *inner = &argument->members[0];
        for (size_t i = 0; i < inner->value.count; i++)
            if (oracle_operator(inner->key, &inner->value.items[i], leaf)) return false;
        return true;
    }
    if (str_is(name, "anything-but")) {
        for (size_t i = 0; i < argument->count; i++)
            if (oracle_test(&argument->items[i], leaf)) return false;
        return true;
    }
    if (str_is(name, "numeric"))
        return oracle_number(leaf, &number) && oracle_in_range(argument, number);
    if (!is_string) return false;
    if (str_is(name, "prefix") && argument->type == YAML_MAP) {
        struct str text = argument->members[0].value.text;
        struct str head = {leaf->string.at, text.len};
        return leaf->string.len >= text.len && oracle_same_letters(head, text);
    }
    if (str_is(name, "prefix")) return str_starts(leaf->string, argument->text);
    if (str_is(name, "suffix")) return str_ends(leaf->string, argument->text);
    if (str_is(name, "contains") || str_is(name, "regex"))
        return strstr(leaf->string.at, argument->text.at);
    if (str_is(name, "equals-ignore-case"))
        return oracle_same_letters(leaf->string, argument->text);
    return oracle_glob(argument->text.at, argument->text.len, leaf->string.at, leaf->string.len);
}

static inline bool oracle_test(const struct yaml *test, const struct json *leaf) {
    if (test->type != YAML_MAP) return oracle_equal(test, leaf);
    if (str_is(test->members[0].key, "not")) return false;
    return oracle_operator(test->members[0].key, &test->members[0].value, leaf);
}

static inline bool oracle_consistent(
    const struct oracle_place *chosen, const struct oracle_place *place) {
    for (int i = 0; i < ORACLE_ARRAYS; i++)
        if (chosen->in[i] && place->in[i] && chosen->in[i] != place->in[i]) return false;
    return true;
}

/* `exists: false` and `not`, over all leaves that agree with what was chosen. */
static inline bool oracle_whole(const struct oracle_event *event, const struct oracle_field *field,
    const struct yaml *test, const struct oracle_place *chosen) {
    size_t leaves = 0;
    bool is_not = str_is(test->members[0].key, "not");
    for (size_t i = 0; i < event->count; i++) {
        const struct oracle_leaf *leaf = &event->leaves[i];
        if (strcmp(leaf->path, field->path) != 0) continue;
        if (!oracle_consistent(chosen, &leaf->place)) continue;
        leaves++;
        const struct yaml *inner = &test->members[0].value;
        for (size_t t = 0; is_not && t < inner->count; t++)
            if (oracle_test(&inner->items[t], leaf->value)) return false;
    }
    return is_not ? leaves > 0 : leaves == 0;
}

static inline bool oracle_solve(const struct oracle_event *event,
    const struct oracle_branch *branch, size_t at, const struct oracle_place *chosen) {
    if (at == branch->count) return true;
    const struct oracle_field *field = &branch->fields[at];
    for (size_t t = 0; t < field->tests->count; t++) {
        const struct yaml *test = &field->tests->items[t];
        bool is_whole = test->type == YAML_MAP && (str_is(test->members[0].key, "not") ||
                                                      (str_is(test->members[0].key, "exists") &&
                                                          !test->members[0].value.boolean));
        if (is_whole) {
            if (oracle_whole(event, field, test, chosen) &&
                oracle_solve(event, branch, at + 1, chosen))
                return true;
            continue;
        }
        for (size_t i = 0; i < event->count; i++) {
            const struct oracle_leaf *leaf = &event->leaves[i];
            struct oracle_place next = *chosen;
            if (strcmp(leaf->path, field->path) != 0) continue;
            if (!oracle_consistent(chosen, &leaf->place)) continue;
            if (!oracle_test(test, leaf->value)) continue;
            for (int a = 0; a < ORACLE_ARRAYS; a++) next.in[a] |= leaf->place.in[a];
            if (oracle_solve(event, branch, at + 1, &next)) return true;
        }
    }
    return false;
}

static inline int oracle_order(const void *left, const void *right) {
    const struct oracle_field *a = left, *b = right;
    return a->has_not != b->has_not ? (a->has_not ? 1 : -1) : strcmp(a->path, b->path);
}

static inline void oracle_read_pattern(struct oracle_branches *branches, const struct yaml *yaml) {
    memset(branches, 0, sizeof *branches);
    branches->count = 1;
    oracle_multiply(branches, "", yaml);
    for (size_t i = 0; i < branches->count; i++)
        qsort(branches->list[i].fields, branches->list[i].count, sizeof(struct oracle_field),
            oracle_order);
}

static inline bool oracle_matches(
    const struct oracle_branches *branches, const struct json *value) {
    struct oracle_event event;
    struct oracle_place nowhere = {{0}};
    event.count = 0;
    event.arrays = 0;
    oracle_flatten(&event, "", value, &nowhere);
    for (size_t i = 0; i < branches->count; i++)
        if (oracle_solve(&event, &branches->list[i], 0, &nowhere)) return true;
    return false;
}

#endif
