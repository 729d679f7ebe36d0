#include "model/pattern_cover.h"

#include "model/pattern_internal.h"

static const struct field *field_beside(const struct branch *branch, const struct field *field) {
    for (size_t i = 0; i < branch->count; i++)
        if (field_path_order(branch->entries[i].field, field) == 0) return branch->entries[i].field;
    return NULL;
}

/* A string that is written out; what it stands for in an event is no other string. */
static bool literal_of(const struct test *test, struct json *leaf) {
    if (test->kind != TEST_STRING || test->scope != SCOPE_LEAF) return false;
    *leaf = (struct json){.type = JSON_STRING, .string = test_text(test)};
    return true;
}

static bool field_covers(const struct field *wide, const struct field *narrow) {
    struct json leaf;
    if (field_tests_order(wide, narrow) == 0) return true;
    for (size_t i = 0; i < narrow->tests.count; i++)
        if (!literal_of(&narrow->tests.list[i], &leaf) || !tests_hold(&wide->tests, &leaf, NULL))
            return false;
    return true;
}

static bool branch_covers(const struct branch *wide, const struct branch *narrow) {
    for (size_t i = 0; i < wide->count; i++) {
        const struct field *beside = field_beside(narrow, wide->entries[i].field);
        if (!beside || !field_covers(wide->entries[i].field, beside)) return false;
    }
    return true;
}

static bool some_branch_covers(const struct pattern *wide, const struct branch *narrow) {
    for (size_t i = 0; i < wide->count; i++)
        if (branch_covers(&wide->branches[i], narrow)) return true;
    return false;
}

bool pattern_covers(const struct pattern *wide, const struct pattern *narrow) {
    for (size_t i = 0; i < narrow->count; i++)
        if (!some_branch_covers(wide, &narrow->branches[i])) return false;
    return true;
}

/* ---- nothing in common ---- */

/* None of the strings of the one passes the other. */
static bool holds_none_of(const struct field *field, const struct field *strings) {
    struct json leaf;
    if (!field_is_leaf(field)) return false;
    for (size_t i = 0; i < strings->tests.count; i++)
        if (!literal_of(&strings->tests.list[i], &leaf) || tests_hold(&field->tests, &leaf, NULL))
            return false;
    return true;
}

static bool is_absent_only(const struct field *field) {
    return field->has_absent && !field->has_leaf && !field->has_none;
}

static bool fields_exclude(const struct field *a, const struct field *b) {
    bool a_is_there = !a->has_absent, b_is_there = !b->has_absent;
    if ((is_absent_only(a) && b_is_there) || (is_absent_only(b) && a_is_there)) return true;
    return holds_none_of(a, b) || holds_none_of(b, a);
}

static bool is_single(const struct pattern *single, const struct field *field) {
    for (size_t i = 0; i < single->count; i++)
        if (!field_beside(&single->branches[i], field)) return false;
    return true;
}

static bool branches_exclude(
    const struct branch *a, const struct branch *b, const struct pattern *single) {
    for (size_t i = 0; i < a->count; i++) {
        const struct field *field = a->entries[i].field, *beside = field_beside(b, field);
        if (beside && is_single(single, field) && fields_exclude(field, beside)) return true;
    }
    return false;
}

bool pattern_excludes(
    const struct pattern *a, const struct pattern *b, const struct pattern *single) {
    for (size_t i = 0; i < a->count; i++)
        for (size_t k = 0; k < b->count; k++)
            if (!branches_exclude(&a->branches[i], &b->branches[k], single)) return false;
    return true;
}
