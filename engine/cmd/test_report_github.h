/* Annotations of GitHub Actions. */
#ifndef CMD_TEST_REPORT_GITHUB_H
#define CMD_TEST_REPORT_GITHUB_H

#include "base/buf.h"
#include "base/diag.h"

/* One line: `level` is "error" or "warning". */
void test_report_annotate(struct buf *to, const char *level, const struct place *place,
    struct str title, struct str text);

#endif
