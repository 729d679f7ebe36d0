#include "model/severity.h"

const char *const severity_names[] = {"info", "low", "medium", "high", "critical", NULL};

bool severity_parse(struct str text, enum severity *severity) {
    for (int i = 0; severity_names[i]; i++)
        if (str_is(text, severity_names[i])) {
            *severity = (enum severity)i;
            return true;
        }
    return false;
}
