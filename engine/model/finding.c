#include "model/finding.h"

const struct finding *finding_at(size_t i) {
    const struct finding *const ranges[] = {findings_of_files, findings_of_rules, findings_of_lua};
    for (size_t range = 0; range < sizeof ranges / sizeof *ranges; range++)
        for (const struct finding *row = ranges[range]; row->code; row++)
            if (i-- == 0) return row;
    return NULL;
}

const struct finding *finding_find(struct str code) {
    const struct finding *row;
    for (size_t i = 0; (row = finding_at(i)); i++)
        if (str_is(code, row->code)) return row;
    return NULL;
}

bool finding_may_be_ignored(const struct finding *finding) {
    return finding->level != DIAG_ERROR || finding->loads;
}
