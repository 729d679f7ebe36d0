/* Findings as people, scripts, code scanning and the annotations of GitHub want them. */
#ifndef CMD_FINDINGS_H
#define CMD_FINDINGS_H

#include "base/diag.h"

enum findings_format { FINDINGS_TEXT, FINDINGS_JSON, FINDINGS_SARIF, FINDINGS_GITHUB };

void findings_print(const struct diags *diags, enum findings_format format, FILE *to, bool color);

/* SARIF 2.1.0: one run, with a rule for each code there is. */
void findings_print_sarif(const struct diags *diags, FILE *to);

#endif
