/* What `check` says of each rule beyond whether it loads. */
#ifndef FLOW_RULES_CHECK_H
#define FLOW_RULES_CHECK_H

#include "flow/rules.h"

/* Reads the lists that ship in `data_dir` and beside the log types, and adds findings. */
void rules_check(const struct rules *rules, const char *data_dir, struct diags *diags);

#endif
