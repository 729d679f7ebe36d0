/* How often exceptions of rules held, out of the store; for people and for programs. */
#ifndef CMD_EXCEPTIONS_H
#define CMD_EXCEPTIONS_H

#include "cmd/options.h"
#include "flow/rules.h"
#include "model/store.h"

/* Those that hit; with `rules`, not NULL, also those of theirs that never did. */
bool exceptions_print(struct store *store, const struct rules *rules, const struct options *options,
    FILE *to, struct diag *diag);

/* A line of the log for each that hit. */
void exceptions_log(struct store *store);

#endif
