/* The part of rule_script that looks at the compiled code. */
#ifndef SCRIPT_RULE_CHECK_H
#define SCRIPT_RULE_CHECK_H

#include "script/rule_script.h"
#include "script/sandbox.h"

void rule_check(struct sandbox *sandbox, const struct manifest *manifest, struct diags *diags);

#endif
