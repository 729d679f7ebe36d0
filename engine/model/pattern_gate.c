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

/* A number is a word too: it matches a string that is spelled as it is. */
/* Regular expressions are not asked: one may cost more than to parse the record. */
static void add_other(struct gate *gate, const struct test *test) {
    add_constants(gate, test);
    gate->numbers = true;
    if (test->kind == TEST_REGEX || gate->rest_count == GATE_TESTS)
        gate->strings = true;
    else
        gate->rest[gate->rest_count++] = test;
}

/* A number is a word too: it matches a string that is spelled as it is. */
static void add_test(struct gate *gate, const struct test *test) {
    gate->numbers |= test->kind == TEST_NUMBER;
    switch (test->kind) {
    case TEST_STRING:
    case TEST_NUMBER: words_add(&gate->words, test_text(test)); break;
    case TEST_CONSTANT: add_constants(gate, test); break;
    case TEST_PREFIX: prefixes_add(&gate->prefixes, test_text(test)); break;
    default: add_other(gate, test); break;
    }
}

void gate_add(struct gate *gate, const struct tests *tests) {
    for (size_t i = 0; i < tests->count; i++) add_test(gate, &tests->list[i]);
}

void gate_seal(struct gate *gate) {
    prefixes_seal(&gate->prefixes);
}

bool gate_string(const struct gate *gate, struct str string) {
    if (gate->strings || words_has(&gate->words, string)) return true;
    if (prefixes_begin(&gate->prefixes, string)) return true;
    for (size_t i = 0; i < gate->rest_count; i++)
        if (holds(gate->rest[i], (struct json){.type = JSON_STRING, .string = string})) return true;
    return false;
}

void gate_release(struct gate *gate) {
    words_release(&gate->words);
    prefixes_release(&gate->prefixes);
}
