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
static void add_literal(struct gate *gate, const struct test *test, const struct yaml *literal) {
    bool is_number = literal->type == YAML_INTEGER || literal->type == YAML_FLOAT;
    gate->numbers |= is_number;
    if (is_number || literal->type == YAML_STRING)
        words_add(&gate->words, literal->text);
    else
        add_constants(gate, test);
}

/* Regular expressions are not asked: one may cost more than to parse the record. */
static void add_other(struct gate *gate, const struct test *test) {
    add_constants(gate, test);
    gate->numbers = true;
    if (test_is_regex(test) || gate->rest_count == GATE_TESTS)
        gate->strings = true;
    else
        gate->rest[gate->rest_count++] = test;
}

static void add_test(struct gate *gate, const struct test *test) {
    const struct yaml *literal = test_literal(test);
    if (literal)
        add_literal(gate, test, literal);
    else if (test_is_prefix(test))
        prefixes_add(&gate->prefixes, test->text);
    else
        add_other(gate, test);
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
