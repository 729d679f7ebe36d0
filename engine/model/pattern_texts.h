/* Inside the index: the texts and numbers that tests at one path look for, and the rules that each
 * of them finds. Looking a leaf up takes a step for each length that a prefix or suffix has here,
 * however many there are. Only pattern_index.c and pattern_texts.c include it. */
#ifndef MODEL_PATTERN_TEXTS_H
#define MODEL_PATTERN_TEXTS_H

#include "base/marks.h"
#include "model/pattern_internal.h"

struct rule_list {
    uint32_t *list; /* ascending */
    size_t count;
};

void rule_list_add(
    struct rule_list *rules, struct arena *arena, uint32_t rule); /* not below the last */

struct texts;

/* With room for `tests` tests; lives in the arena and borrows the tests. */
struct texts *texts_new(struct arena *arena, size_t tests);

/* A test that has a text, and a rule not below the last one that was added. */
void texts_add(struct texts *texts, struct arena *arena, const struct test *test, uint32_t rule);

/* Adds the rules that the leaf finds. Those of one text are added once while `event` stays the same;
 * it is not 0. */
void texts_ask(struct texts *texts, const struct json *leaf, uint64_t event, struct marks *found);

#endif
