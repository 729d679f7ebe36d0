/* The tests of a rule set, run in batches and told in their order. */
#ifndef CMD_TEST_RUN_H
#define CMD_TEST_RUN_H

#include "cmd/test_report.h"
#include "cmd/test_select.h"
#include "flow/coverage.h"
#include "flow/judge.h"
#include "flow/testing_timeline.h"

struct test_run {
    const struct options *options;
    struct selection selection;
    struct failed_tests *failed;
    struct testing testing;
    struct judge *judge;
    struct coverage *coverage; /* NULL: nobody asks for it */
    bool *fails;               /* of each rule: a test of it does; NULL: nobody asks */
    int64_t mutate_ms;         /* how long mutants are tried at most */
    int64_t spent_ms;          /* what the tests took */
    size_t jobs;
    struct test_report report;
};

/* The command's exit code. */
int test_run(struct test_run *run);

#endif
