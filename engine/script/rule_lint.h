/* What can be known of a rule's Lua from its text alone: names and paths that are misspelt, values
 * that nobody uses, comparisons that come out the same for every event. Says nothing where it is not
 * certain, and nothing of code that does not compile. */
#ifndef SCRIPT_RULE_LINT_H
#define SCRIPT_RULE_LINT_H

#include "model/manifest_check.h"

void rule_lint(const struct manifest *manifest, const struct known *known, struct diags *diags);

/* Reports why the code is no Lua; false where it is some, or nothing is known. */
bool rule_lint_syntax(const struct manifest_lua *lua, struct diags *diags);

#endif
