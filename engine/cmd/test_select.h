/* Which tests are run: by the options, by what failed the last time, and by the files that changed. */
#ifndef CMD_TEST_SELECT_H
#define CMD_TEST_SELECT_H

#include "cmd/options.h"
#include "cmd/test_failed.h"
#include "flow/rules.h"

struct selection {
    const struct options *options;
    const struct failed_tests *failed;
    const struct schema_strings *touched; /* paths of files; NULL: all rules are meant */
};

/* A path as those of `touched` are written: without `./` before it. */
struct str selection_path(const char *path);

/* Whether the rule is meant at all, and whether this test of it is. */
bool selection_has_rule(const struct selection *selection, const struct rule *rule);
bool selection_has_test(
    const struct selection *selection, const struct rule *rule, const struct manifest_test *test);

/* Whether all tests of the rule are looked at: it is not asked for by the name of a test. */
bool selection_is_whole(const struct selection *selection, const struct rule *rule);

bool selection_has_any(const struct selection *selection, const struct rules *rules);

/* What a name for nothing may have been meant as, for a message: the nearest tag or id, else "". */
const char *selection_suggest(const struct selection *selection, const struct rules *rules);

#endif
