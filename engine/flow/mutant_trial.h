/* One mutant put to the tests of its rule: the rule is read anew with the change, and judged and
 * compared as in any test. In this process, which must have the rule's Lua. */
#ifndef FLOW_MUTANT_TRIAL_H
#define FLOW_MUTANT_TRIAL_H

#include "flow/mutant.h"
#include "flow/testing.h"

enum mutant_outcome {
    MUTANT_UNTRIED, /* there was no time for it */
    MUTANT_KILLED,  /* a test fails */
    MUTANT_LIVES,   /* none does */
    MUTANT_NONE,    /* it does not load, and so is none */
};

struct mutant_trial {
    const struct testing *testing; /* of the set that the rule is of */
    uint32_t rule;
    const bool *wanted; /* of each of its tests */
};

/* The document of the rule is changed meanwhile, and as it was afterwards. */
enum mutant_outcome mutant_try(const struct mutant_trial *trial, struct mutant *mutant);

#endif
