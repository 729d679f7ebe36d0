/* The tests of any number of fields as one question: may this value pass one of them? No is certain.
 * What it costs hardly grows with the number of texts, prefixes and suffixes, and is little: where
 * an answer would be dear, it is yes. Only pattern*.c include it. */
#ifndef MODEL_PATTERN_GATE_H
#define MODEL_PATTERN_GATE_H

#include "base/affixes.h"
#include "base/words.h"
#include "model/pattern_internal.h"

enum { GATE_TESTS = 32 };

/* Begins zeroed. */
struct gate {
    struct words words;
    struct affixes prefixes, suffixes;
    const struct test *rest[GATE_TESTS];
    size_t rest_count;
    bool strings, numbers, yes, no, null; /* whether any string, any number, true … may pass */
};

void gate_release(struct gate *gate);

/* Borrows the tests, all of which are of SCOPE_LEAF. */
void gate_add(struct gate *gate, const struct tests *tests);
void gate_seal(struct gate *gate); /* after the last was added */

bool gate_string(const struct gate *gate, struct str string); /* sealed */

#endif
