#include "model/pattern_gate.h"

static bool holds(const struct test *test, struct json leaf) {
    bool failed = false;
    return test->holds(test, &leaf, &failed) || failed;
}

static void add_constants(struct gate *gate, const struct test *test) {
    gate->null |= holds(test, (struct json){.type = JSON_NULL});
    gate->yes |= holds(test, (struct json){.type = JSON_BOOL, .boolean = true});
    gate->no |= holds(test, (struct json){.type = JSON_BOOL, .boolean = false});
}

/* Regular expressions are not asked: one may cost more than to parse the record. */
static void add_other(struct gate *gate, const struct test *test) {
    add_constants(gate, test);
    if (test_is_constant(test)) return;
    gate->numbers = true;
    if (test->kind == TEST_REGEX || gate->rest_count == GATE_TESTS)
        gate->strings = true;
    else
        gate->rest[gate->rest_count++] = test;
}

static void add_test(struct gate *gate, const struct test *test) {
    gate->numbers |= test->kind == TEST_NUMBER;
    switch (test->kind) {
    case TEST_NUMBER: /* a string may be spelled so, too */
    case TEST_STRING: words_add(&gate->words, test_text(test)); break;
    case TEST_PREFIX: affixes_add(&gate->prefixes, test_text(test)); break;
    case TEST_SUFFIX: affixes_add(&gate->suffixes, test_text(test)); break;
    default: add_other(gate, test);
    }
}

void gate_add(struct gate *gate, const struct tests *tests) {
    for (size_t i = 0; i < tests->count; i++) add_test(gate, &tests->list[i]);
}

void gate_seal(struct gate *gate) {
    gate->suffixes.at_end = true;
    affixes_seal(&gate->prefixes);
    affixes_seal(&gate->suffixes);
}

bool gate_string(const struct gate *gate, struct str string) {
    if (gate->strings || words_has(&gate->words, string)) return true;
    if (affixes_fit(&gate->prefixes, string) || affixes_fit(&gate->suffixes, string)) return true;
    for (size_t i = 0; i < gate->rest_count; i++)
        if (holds(gate->rest[i], (struct json){.type = JSON_STRING, .string = string})) return true;
    return false;
}

void gate_release(struct gate *gate) {
    words_release(&gate->words);
    affixes_release(&gate->prefixes);
    affixes_release(&gate->suffixes);
}
