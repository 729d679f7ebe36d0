#include "model/pattern_index.h"

#include "base/mem.h"
#include "model/pattern_texts.h"

#include <stdlib.h>

/* Of clauses, for one event: a leaf that is asked is one, and so are 8 bytes of it; of a regular
 * expression what regex_search_within counts. Some 20 ms at most. */
enum { CLAUSE_WORK = 1000000, BYTES_A_STEP = 8 };

/* What rules ask that cannot be looked up, in the same words. */
struct clause {
    const struct tests *tests;
    struct rule_list rules;
};

/* The paths that begin with the same keys. */
struct step {
    struct str key;
    struct step *children; /* by key */
    size_t child_count;
    struct texts *texts; /* NULL where none is looked up here */
    struct clause *clauses;
    size_t clause_count;
    size_t open;    /* the first of them, which do not hold so far, */
    uint64_t event; /* in this one */
};

struct pattern_index {
    struct arena arena;
    struct step root;
    struct rule_list always;
    struct marks found;
    uint32_t *list;
    uint64_t event; /* counts them, from 1 */
    size_t work;    /* that is left for this one */
};

/* ---- making ---- */

/* Those of the same path one after another, texts before clauses, the same clauses together. */
static int order_accesses(const void *left, const void *right) {
    const struct pattern_access *a = left, *b = right;
    int order = field_path_order(a->field, b->field);
    if (order) return order;
    bool a_is_text = field_is_text(a->field), b_is_text = field_is_text(b->field);
    if (a_is_text != b_is_text) return a_is_text ? -1 : 1;
    if (!a_is_text) order = field_tests_order(a->field, b->field);
    return order ? order : (a->rule > b->rule) - (a->rule < b->rule);
}

static size_t make_texts(struct pattern_index *index, struct step *step,
    const struct pattern_access *list, size_t count) {
    size_t end = 0, tests = 0;
    for (; end < count && field_is_text(list[end].field); end++)
        tests += list[end].field->tests.count;
    if (tests) step->texts = texts_new(&index->arena, tests);
    for (size_t i = 0; i < end; i++)
        for (size_t t = 0; t < list[i].field->tests.count; t++)
            texts_add(step->texts, &index->arena, &list[i].field->tests.list[t], list[i].rule);
    return end;
}

static void make_clauses(struct pattern_index *index, struct step *step,
    const struct pattern_access *list, size_t count) {
    step->clauses = arena_list(&index->arena, struct clause, count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || field_tests_order(list[i - 1].field, list[i].field) != 0)
            step->clauses[step->clause_count++].tests = &list[i].field->tests;
        struct clause *clause = &step->clauses[step->clause_count - 1];
        rule_list_add(&clause->rules, &index->arena, list[i].rule);
    }
}

/* How many of the first accesses share the key at `depth`. */
static size_t same_key(const struct pattern_access *list, size_t count, size_t depth) {
    size_t same = 1;
    while (same < count && str_eq(list[same].field->keys[depth], list[0].field->keys[depth]))
        same++;
    return same;
}

/* `list` has the accesses whose paths begin with the step's, which has `depth` keys. */
static void make_step(struct pattern_index *index, struct step *step,
    const struct pattern_access *list, size_t count, size_t depth) {
    size_t own = 0;
    while (own < count && list[own].field->key_count == depth) own++;
    size_t texts = make_texts(index, step, list, own);
    make_clauses(index, step, list + texts, own - texts);
    step->children = arena_list(&index->arena, struct step, count - own);
    for (size_t at = own, same; at < count; at += same) {
        struct step *child = &step->children[step->child_count++];
        child->key = list[at].field->keys[depth];
        same = same_key(list + at, count - at, depth);
        make_step(index, child, list + at, same, depth + 1);
    }
}

struct pattern_index *pattern_index_new(const struct pattern_accesses *accesses, uint32_t bound) {
    struct pattern_index *index = mem_alloc(sizeof *index);
    struct pattern_access *found = mem_alloc(accesses->count * sizeof *found);
    size_t count = 0;
    for (size_t i = 0; i < accesses->count; i++)
        if (accesses->list[i].field)
            found[count++] = accesses->list[i];
        else
            rule_list_add(&index->always, &index->arena, accesses->list[i].rule);
    if (count) qsort(found, count, sizeof *found, order_accesses);
    make_step(index, &index->root, found, count, 0);
    marks_init(&index->found, &index->arena, bound);
    index->list = arena_list(&index->arena, uint32_t, bound);
    mem_free(found);
    return index;
}

void pattern_index_free(struct pattern_index *index) {
    if (!index) return;
    arena_release(&index->arena);
    mem_free(index);
}

/* ---- asking ---- */

static void add_all(struct pattern_index *index, const struct rule_list *rules) {
    for (size_t i = 0; i < rules->count; i++) marks_add(&index->found, rules->list[i]);
}

static bool test_may_hold(
    struct pattern_index *index, const struct test *test, const struct json *leaf) {
    size_t bytes = leaf->type == JSON_STRING ? leaf->string.len : 0,
           cost = 1 + bytes / BYTES_A_STEP;
    if (cost > index->work) index->work = 0;
    if (!index->work) return true;
    index->work -= cost;
    if (test->kind != TEST_REGEX) return test->holds(test, leaf, NULL);
    return leaf->type == JSON_STRING &&
           regex_search_within(test->regex, leaf->string, 0, NULL, &index->work) != REGEX_NO;
}

static bool clause_may_hold(
    struct pattern_index *index, const struct clause *clause, const struct json *leaf) {
    for (size_t i = 0; i < clause->tests->count; i++)
        if (test_may_hold(index, &clause->tests->list[i], leaf)) return true;
    return false;
}

/* One that holds changes places with the last open one, and is not asked again. */
static void ask_clauses(struct pattern_index *index, struct step *step, const struct json *leaf) {
    if (step->event != index->event) step->open = step->clause_count;
    step->event = index->event;
    for (size_t i = step->open; i-- > 0;) {
        struct clause clause = step->clauses[i];
        if (!clause_may_hold(index, &clause, leaf)) continue;
        add_all(index, &clause.rules);
        step->clauses[i] = step->clauses[--step->open];
        step->clauses[step->open] = clause;
    }
}

static void ask_leaf(struct pattern_index *index, struct step *step, const struct json *leaf) {
    if (step->texts) texts_ask(step->texts, leaf, index->event, &index->found);
    if (step->clause_count) ask_clauses(index, step, leaf);
}

static struct step *child_of(const struct step *step, struct str key) {
    size_t low = 0, high = step->child_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_cmp(step->children[middle].key, key);
        if (order == 0) return &step->children[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static void ask(struct pattern_index *index, struct step *step, const struct json *value);

/* By what is fewer: the keys that are asked for, or those that are there. */
static void ask_object(struct pattern_index *index, struct step *step, const struct json *object) {
    if (step->child_count <= object->count) {
        for (size_t i = 0; i < step->child_count; i++)
            ask(index, &step->children[i], json_get(object, step->children[i].key));
        return;
    }
    for (size_t i = 0; i < object->count; i++) {
        struct step *child = child_of(step, object->members[i].key);
        if (child) ask(index, child, &object->members[i].value);
    }
}

/* An array stands for each of its elements. */
static void ask(struct pattern_index *index, struct step *step, const struct json *value) {
    if (!value) return;
    if (value->type == JSON_ARRAY)
        for (size_t i = 0; i < value->count; i++) ask(index, step, &value->items[i]);
    else if (value->type == JSON_OBJECT)
        ask_object(index, step, value);
    else
        ask_leaf(index, step, value);
}

struct rule_numbers pattern_index_ask(struct pattern_index *index, const struct json *event) {
    index->event++;
    index->work = CLAUSE_WORK;
    add_all(index, &index->always);
    ask(index, &index->root, event);
    return (struct rule_numbers){index->list, marks_take(&index->found, index->list)};
}
