/* What `check` finds in a rule set beyond what each file says: rules that are alike, patterns that
 * never match, rules without tests; and which findings are ignored. */
#ifndef FLOW_RULES_FINDINGS_H
#define FLOW_RULES_FINDINGS_H

#include "flow/rules.h"

void rules_find(const struct rules *rules, struct diags *diags);

/* Takes away what the manifests ignore. */
void rules_ignore(const struct rules *rules, struct diags *diags);

/* What they ignore and is not there, of those in which all was looked for. */
void rules_check_ignores(const struct rules *rules, struct diags *diags);

#endif
