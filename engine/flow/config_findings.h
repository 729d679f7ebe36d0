/* What `check` finds in a configuration beside its rules: routes and destinations that lead nowhere. */
#ifndef FLOW_CONFIG_FINDINGS_H
#define FLOW_CONFIG_FINDINGS_H

#include "flow/rules.h"
#include "model/config.h"

/* `rules` may be NULL where they do not load: then nothing is said of who uses what. */
void config_find(const struct config *config, const struct rules *rules, struct diags *diags);

#endif
