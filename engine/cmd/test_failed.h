/* Which tests failed the last time they were run in this directory: a small file in the user's cache
 * ($XDG_CACHE_HOME/tocsin, else ~/.cache/tocsin), which nobody misses when it is gone. */
#ifndef CMD_TEST_FAILED_H
#define CMD_TEST_FAILED_H

#include "base/arena.h"
#include "base/diag.h"

struct failed_test {
    struct str rule, test;
    bool again; /* it was run now */
};

struct failed_tests {
    struct arena arena;
    const char *path; /* NULL: there is no place for it */
    bool known;       /* something was run here before */
    struct failed_test *list;
    size_t count;
    size_t before; /* of them, those that were read; behind them stand those that failed now */
};

void failed_tests_load(struct failed_tests *failed);
void failed_tests_release(struct failed_tests *failed);

bool failed_tests_has(const struct failed_tests *failed, struct str rule, struct str test);

/* What became of a test now. */
void failed_tests_note(struct failed_tests *failed, struct str rule, struct str test, bool passed);

/* What failed now, and what failed before and was not run now. False: it cannot be written. */
bool failed_tests_save(const struct failed_tests *failed, struct diag *diag);

#endif
