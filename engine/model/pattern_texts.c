#include "model/pattern_texts.h"

/* A text of a kind. */
struct slot {
    struct str text;
    enum test_kind kind;
    uint32_t hash;
    struct rule_list rules;
    uint64_t told; /* the event for which they were added last */
};

struct lengths {
    size_t *list;
    size_t count;
};

/* Open addressing; `places` hold the number of a slot and 1, or 0. At most half of them are taken. */
struct texts {
    struct slot *slots;
    size_t slot_count;
    uint32_t *places;
    uint32_t mask;
    size_t longest; /* of the whole texts */
    struct lengths prefixes, suffixes;
};

void rule_list_add(struct rule_list *rules, struct arena *arena, uint32_t rule) {
    if (rules->count && rules->list[rules->count - 1] == rule) return;
    rules->list = arena_grow(arena, rules->list, rules->count);
    rules->list[rules->count++] = rule;
}

/* A number test makes two slots. */
struct texts *texts_new(struct arena *arena, size_t tests) {
    struct texts *texts = arena_new(arena, struct texts);
    uint32_t places = 4;
    while (places < 4 * tests) places *= 2;
    texts->slots = arena_list(arena, struct slot, 2 * tests);
    texts->places = arena_list(arena, uint32_t, places);
    texts->mask = places - 1;
    return texts;
}

/* ---- numbers: equal ones have the same eight bytes, and one more that says what these are ---- */

enum { NUMBER_KEY = 9 };

static bool is_whole(double number) {
    const double limit = 9223372036854775808.0; /* 2^63 */
    return number >= -limit && number < limit && number == (double)(int64_t)number;
}

static void whole_key(char key[NUMBER_KEY], int64_t whole) {
    key[0] = 'i';
    memcpy(key + 1, &whole, sizeof whole);
}

static void double_key(char key[NUMBER_KEY], double number) {
    if (is_whole(number)) {
        whole_key(key, (int64_t)number);
        return;
    }
    key[0] = 'd';
    memcpy(key + 1, &number, sizeof number);
}

/* ---- finding ---- */

static uint32_t hash_of(enum test_kind kind, struct str text) {
    const uint64_t factor = 0x9E3779B97F4A7C15;
    uint64_t hash = text.len * factor + kind;
    for (size_t i = 0; i < text.len; i += 8) {
        uint64_t word = 0;
        memcpy(&word, text.at + i, text.len - i < 8 ? text.len - i : 8);
        hash = (hash ^ word) * factor;
        hash ^= hash >> 32;
    }
    return (uint32_t)hash;
}

/* Where the text is, or would be. */
static uint32_t *place_of(
    const struct texts *texts, enum test_kind kind, struct str text, uint32_t hash) {
    for (uint32_t at = hash & texts->mask;; at = (at + 1) & texts->mask) {
        uint32_t *place = &texts->places[at];
        if (!*place) return place;
        const struct slot *slot = &texts->slots[*place - 1];
        if (slot->hash == hash && slot->kind == kind && str_eq(slot->text, text)) return place;
    }
}

static void ask(const struct texts *texts, enum test_kind kind, struct str text, uint64_t event,
    struct marks *found) {
    uint32_t place = *place_of(texts, kind, text, hash_of(kind, text));
    if (!place) return;
    struct slot *slot = &texts->slots[place - 1];
    if (slot->told == event) return;
    slot->told = event;
    for (size_t i = 0; i < slot->rules.count; i++) marks_add(found, slot->rules.list[i]);
}

static void ask_string(
    const struct texts *texts, struct str text, uint64_t event, struct marks *found) {
    if (text.len <= texts->longest) ask(texts, TEST_STRING, text, event, found);
    for (size_t i = 0; i < texts->prefixes.count; i++) {
        size_t len = texts->prefixes.list[i];
        if (len > text.len) continue;
        ask(texts, TEST_PREFIX, (struct str){text.at, len}, event, found);
    }
    for (size_t i = 0; i < texts->suffixes.count; i++) {
        size_t len = texts->suffixes.list[i];
        if (len > text.len) continue;
        ask(texts, TEST_SUFFIX, (struct str){text.at + text.len - len, len}, event, found);
    }
}

void texts_ask(struct texts *texts, const struct json *leaf, uint64_t event, struct marks *found) {
    char key[NUMBER_KEY];
    if (leaf->type == JSON_STRING) ask_string(texts, leaf->string, event, found);
    if (!number_is(leaf)) return;
    if (leaf->type == JSON_INTEGER)
        whole_key(key, leaf->integer);
    else
        double_key(key, leaf->number.value);
    ask(texts, TEST_NUMBER, (struct str){key, NUMBER_KEY}, event, found);
}

/* ---- adding ---- */

static void add(
    struct texts *texts, struct arena *arena, enum test_kind kind, struct str text, uint32_t rule) {
    uint32_t hash = hash_of(kind, text);
    uint32_t *place = place_of(texts, kind, text, hash);
    if (!*place) {
        texts->slots[texts->slot_count] = (struct slot){.text = text, .kind = kind, .hash = hash};
        *place = (uint32_t)++texts->slot_count;
    }
    rule_list_add(&texts->slots[*place - 1].rules, arena, rule);
}

static void add_length(struct lengths *lengths, struct arena *arena, size_t length) {
    for (size_t i = 0; i < lengths->count; i++)
        if (lengths->list[i] == length) return;
    lengths->list = arena_grow(arena, lengths->list, lengths->count);
    lengths->list[lengths->count++] = length;
}

static void add_number(
    struct texts *texts, struct arena *arena, const struct yaml *number, uint32_t rule) {
    char key[NUMBER_KEY];
    if (number->type == YAML_INTEGER)
        whole_key(key, number->integer);
    else
        double_key(key, number->number);
    add(texts, arena, TEST_NUMBER, arena_copy(arena, (struct str){key, NUMBER_KEY}), rule);
}

void texts_add(struct texts *texts, struct arena *arena, const struct test *test, uint32_t rule) {
    struct str text = test_text(test);
    if (test->kind == TEST_PREFIX) add_length(&texts->prefixes, arena, text.len);
    if (test->kind == TEST_SUFFIX) add_length(&texts->suffixes, arena, text.len);
    if (test->kind == TEST_NUMBER) add_number(texts, arena, test->literal, rule);
    enum test_kind kind = test->kind == TEST_NUMBER ? TEST_STRING : test->kind;
    if (kind == TEST_STRING && text.len > texts->longest) texts->longest = text.len;
    add(texts, arena, kind, text, rule);
}
