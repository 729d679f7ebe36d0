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

/* ---- its page ---- */

static void add_indented(struct buf *to, const char *text) {
    while (*text) {
        size_t len = strcspn(text, "\n");
        buf_add_format(to, "    %.*s\n", (int)len, text);
        text += len + (text[len] == '\n');
    }
}

static void add_example(struct buf *to, const char *title, const char *lines) {
    if (!lines) return;
    buf_add_format(to, "\n%s:\n\n", title);
    add_indented(to, lines);
}

static void add_ignoring(struct buf *to, const struct finding *finding) {
    if (!finding_may_be_ignored(finding)) {
        buf_add_text(to, "\nIt cannot be ignored: nothing loads with it.\n");
        return;
    }
    buf_add_text(to, "\nWhere it is fine, in the manifest, or in tocsin.yaml for all:\n\n");
    buf_add_format(
        to, "    ignore_findings:\n      - {code: %s, reason: why it is fine}\n", finding->code);
}

void finding_explain(const struct finding *finding, struct buf *to) {
    buf_add_format(to, "%s, %s: %s\n\n%s\n", finding->code, diag_level_name(finding->level),
        finding->title, finding->meaning);
    add_example(to, "Wrong", finding->bad);
    add_example(to, "Right", finding->good);
    add_ignoring(to, finding);
}
