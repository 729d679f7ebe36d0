#include "script/rule_lint.h"

void rule_lint(const struct manifest *manifest, const struct known *known, struct diags *diags) {
    (void)manifest, (void)known, (void)diags;
}
