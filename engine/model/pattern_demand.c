/* What a pattern demands, so that an index can pass over it where that is not there. */
#include "model/pattern_internal.h"

static const struct field *field_at(const struct branch *branch, struct str path) {
    for (size_t i = 0; i < branch->count; i++)
        if (str_eq(branch->entries[i].field->dotted, path)) return branch->entries[i].field;
    return NULL;
}

bool pattern_demands(const struct pattern *pattern, struct str path,
    void (*take)(void *context, struct str text), void *context) {
    for (size_t i = 0; i < pattern->count; i++) {
        const struct field *field = field_at(&pattern->branches[i], path);
        if (!field) return false;
        for (size_t t = 0; t < field->tests.count; t++) {
            const struct test *test = &field->tests.list[t];
            if (!literal_is_string(test)) return false;
            take(context, test->literal->text);
        }
    }
    return true;
}
