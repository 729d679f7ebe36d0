#include "cmd/diff.h"

/* A value and the path it stands under. Maps are what their values are: `userIdentity: {type: Root}` is
 * `userIdentity.type: Root`. */
struct leaf {
    struct str path;
    const struct json *value;
};

struct leaves {
    struct arena *arena;
    struct leaf *list;
    size_t count;
};

/* ---- to paths and values ---- */

/* Told in another way. */
static bool is_apart(struct str path) {
    return str_is(path, "lua") || str_is(path, "tests") || str_is(path, "exceptions");
}

/* Saying so is not saying anything. */
static bool is_default(struct str path, const struct json *value) {
    if (str_is(path, "enabled")) return value->type == JSON_BOOL && value->boolean;
    return str_is(path, "status") && str_is(json_string(value), "stable");
}

/* In a pattern a scalar is a list of one. */
static const struct json *bare(struct str path, const struct json *value) {
    bool alone = value->type == JSON_ARRAY && value->count == 1;
    return alone && str_starts(path, STR("when.")) ? value->items : value;
}

static void add_leaf(struct leaves *leaves, struct str path, const struct json *value) {
    if (is_default(path, value)) return;
    leaves->list = arena_grow(leaves->arena, leaves->list, leaves->count);
    leaves->list[leaves->count++] = (struct leaf){path, bare(path, value)};
}

static void add_leaves(struct leaves *leaves, struct str path, const struct json *value) {
    if (is_apart(path)) return;
    if (value->type != JSON_OBJECT || value->count == 0) {
        add_leaf(leaves, path, value);
        return;
    }
    for (size_t i = 0; i < value->count; i++) {
        struct str key = value->members[i].key;
        char *below = path.len
                          ? arena_format(leaves->arena, "%.*s.%.*s", STR_ARG(path), STR_ARG(key))
                          : arena_format(leaves->arena, "%.*s", STR_ARG(key));
        add_leaves(leaves, str_of(below), &value->members[i].value);
    }
}

static const struct json *find(const struct leaves *leaves, struct str path) {
    for (size_t i = 0; i < leaves->count; i++)
        if (str_eq(leaves->list[i].path, path)) return leaves->list[i].value;
    return NULL;
}

/* ---- what differs ---- */

static void add(struct diff_changes *changes, struct arena *arena, const char *path,
    const struct json *old, const struct json *new) {
    changes->list = arena_grow(arena, changes->list, changes->count);
    changes->list[changes->count++] = (struct diff_change){str_of(path), {old, new}};
}

static bool is_same(const struct json *old, const struct json *new) {
    return old && new &&json_equal(old, new);
}

static void compare_leaves(
    struct diff_changes *changes, struct arena *arena, const struct json *documents[DIFF_SIDES]) {
    struct leaves old = {.arena = arena}, new = {.arena = arena};
    add_leaves(&old, (struct str){0}, documents[DIFF_OLD]);
    add_leaves(&new, (struct str){0}, documents[DIFF_NEW]);
    for (size_t i = 0; i < old.count; i++) {
        const struct json *other = find(&new, old.list[i].path);
        if (!is_same(old.list[i].value, other))
            add(changes, arena, old.list[i].path.at, old.list[i].value, other);
    }
    for (size_t i = 0; i < new.count; i++)
        if (!find(&old, new.list[i].path))
            add(changes, arena, new.list[i].path.at, NULL, new.list[i].value);
}

/* ---- Lua, exceptions, tests ---- */

static const struct json *string_of(struct arena *arena, struct str text) {
    struct json *json = arena_new(arena, struct json);
    json->type = JSON_STRING;
    json->string = text;
    return json;
}

static const struct json *number_of(struct arena *arena, size_t number) {
    struct json *json = arena_new(arena, struct json);
    json->type = JSON_INTEGER;
    json->integer = (int64_t)number;
    return json;
}

/* Wherever it stands. */
static void compare_lua(struct diff_changes *changes, struct arena *arena,
    const struct manifest *old, const struct manifest *new) {
    struct str was = old->lua.code, is = new->lua.code;
    if (str_eq(was, is)) return;
    add(changes, arena, "lua", was.len ? string_of(arena, was) : NULL,
        is.len ? string_of(arena, is) : NULL);
}

static bool has(const struct json *list, const struct json *item) {
    for (size_t i = 0; list && i < list->count; i++)
        if (json_equal(&list->items[i], item)) return true;
    return false;
}

/* Each that came or went, whatever their order. */
static void compare_exceptions(
    struct diff_changes *changes, struct arena *arena, const struct json *documents[DIFF_SIDES]) {
    const struct json *old = json_get_text(documents[DIFF_OLD], "exceptions");
    const struct json *new = json_get_text(documents[DIFF_NEW], "exceptions");
    for (size_t i = 0; old && i < old->count; i++)
        if (!has(new, &old->items[i])) add(changes, arena, "exceptions", &old->items[i], NULL);
    for (size_t i = 0; new &&i < new->count; i++)
        if (!has(old, &new->items[i])) add(changes, arena, "exceptions", NULL, &new->items[i]);
}

static void compare_tests(struct diff_changes *changes, struct arena *arena,
    const struct json *documents[DIFF_SIDES], const struct manifest *old,
    const struct manifest *new) {
    const struct json *was = json_get_text(documents[DIFF_OLD], "tests");
    const struct json *is = json_get_text(documents[DIFF_NEW], "tests");
    if (is_same(was, is) || (!was && !is)) return;
    add(changes, arena, "tests", number_of(arena, old->test_count),
        number_of(arena, new->test_count));
}

struct diff_changes diff_manifests(
    struct arena *arena, const struct manifest *old, const struct manifest *new) {
    struct diff_changes changes = {0};
    const struct json *documents[DIFF_SIDES] = {
        yaml_to_json(arena, old->document), yaml_to_json(arena, new->document)};
    compare_leaves(&changes, arena, documents);
    compare_lua(&changes, arena, old, new);
    compare_exceptions(&changes, arena, documents);
    compare_tests(&changes, arena, documents, old, new);
    return changes;
}
