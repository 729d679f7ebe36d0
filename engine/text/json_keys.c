#include "text/json_keys.h"

#include <stdlib.h>

enum { FEW_MEMBERS = 32 }; /* so many are searched one by one */

/* ---- few ---- */

static bool stands_before(const struct json *object, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (str_eq(object->members[i].key, object->members[at].key)) return true;
    return false;
}

/* One of 64, the same for equal keys: most keys of a record are told apart by it. */
static uint64_t bit_of(struct str key) {
    size_t sum = key.len, last = key.len - 1;
    if (key.len) sum += 3u * (size_t)key.at[0] + 5u * (size_t)key.at[last * 3 / 4];
    if (key.len) sum += 7u * (size_t)key.at[last / 2] + (size_t)key.at[last];
    return UINT64_C(1) << (sum % 64);
}

static bool any_duplicate(const struct json *object) {
    uint64_t seen = 0;
    for (size_t i = 0; i < object->count; i++) {
        uint64_t bit = bit_of(object->members[i].key);
        if ((seen & bit) && stands_before(object, i)) return true;
        seen |= bit;
    }
    return false;
}

static void note_duplicate(struct json_member *winner) {
    winner->value.notes |= JSON_NOTE_DUPLICATE_KEY;
}

static bool is_last_of_key(struct json *object, size_t at) {
    for (size_t i = at + 1; i < object->count; i++)
        if (str_eq(object->members[i].key, object->members[at].key)) {
            note_duplicate(&object->members[i]);
            return false;
        }
    return true;
}

static void drop_few_duplicates(struct json *object) {
    size_t kept = 0, count = object->count;
    for (size_t i = 0; i < count; i++)
        if (is_last_of_key(object, i)) object->members[kept++] = object->members[i];
    object->count = kept;
}

/* ---- many ---- */

static int by_key_and_place(const void *a, const void *b, void *members) {
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    const struct json_member *list = members;
    int order = str_cmp(list[i].key, list[j].key);
    return order ? order : (i > j) - (i < j);
}

static uint32_t *sort_members(struct arena *arena, struct json *object) {
    uint32_t *order = arena_list_room(arena, uint32_t, object->count);
    for (size_t i = 0; i < object->count; i++) order[i] = (uint32_t)i;
    qsort_r(order, object->count, sizeof *order, by_key_and_place, object->members);
    return order;
}

/* Members that stand again later lose their place: `order` tells which. */
static void drop_many_duplicates(struct arena *arena, struct json *object, const uint32_t *order) {
    size_t count = object->count, kept = 0;
    bool *again = arena_list(arena, bool, count);
    for (size_t i = 1; i < count; i++) {
        struct json_member *one = &object->members[order[i - 1]],
                           *next = &object->members[order[i]];
        again[order[i - 1]] = str_eq(one->key, next->key);
        if (again[order[i - 1]]) note_duplicate(next);
    }
    for (size_t i = 0; i < count; i++)
        if (!again[i]) object->members[kept++] = object->members[i];
    object->count = kept;
}

static void settle_many(struct arena *arena, struct json *object) {
    size_t count = object->count;
    uint32_t *order = sort_members(arena, object);
    drop_many_duplicates(arena, object, order);
    object->by_key = object->count == count ? order : sort_members(arena, object);
}

void json_keys_settle(struct arena *arena, struct json *object) {
    if (object->count > FEW_MEMBERS)
        settle_many(arena, object);
    else if (any_duplicate(object))
        drop_few_duplicates(object);
}
