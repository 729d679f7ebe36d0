#include "cmd/findings_help.h"

#include "model/finding.h"

static bool print_list(void) {
    const struct finding *finding;
    for (size_t i = 0; (finding = finding_at(i)); i++)
        printf("%s  %-7s  %s\n", finding->code, diag_level_name(finding->level), finding->title);
    return true;
}

bool findings_help(const char *topic) {
    const struct finding *finding = finding_find(str_of(topic));
    struct buf page = {0};
    if (strcmp(topic, "codes") == 0) return print_list();
    if (!finding) return false;
    finding_explain(finding, &page);
    fputs(buf_text(&page), stdout);
    buf_release(&page);
    return true;
}
