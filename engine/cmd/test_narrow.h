/* Which manifests can hold a test that is asked for, by their bytes: so that one test of a large pack
 * is run without reading the pack. A guess that leaves out too much is found by who makes it: the
 * rules do not load, or no test is found. */
#ifndef CMD_TEST_NARROW_H
#define CMD_TEST_NARROW_H

#include "cmd/test_select.h"

/* Whether anything is asked for that may leave out files. */
bool test_narrows(const struct selection *selection);

/* The files under the paths that are worth reading, in the arena. */
struct schema_strings test_narrow(
    const struct selection *selection, const struct schema_strings *paths, struct arena *arena);

#endif
