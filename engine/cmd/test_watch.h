/* `tocsin test --watch`: the tests again whenever a file is saved that they depend on. */
#ifndef CMD_TEST_WATCH_H
#define CMD_TEST_WATCH_H

#include "cmd/options.h"
#include "text/schema.h"

/* Each run is a process of its own, begun before anything was read, and its exit code is what
 * `run_once` says. `touched` NULL: all tests. Does not return but by a failure. */
int test_watch(const struct options *options,
    int (*run_once)(const struct options *options, const struct schema_strings *touched));

#endif
