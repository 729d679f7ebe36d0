#include "flow/rule_fields.h"

#include "model/pattern_fields.h"
#include "script/rule_reads.h"

struct finding_fields {
    struct arena *arena;
    struct rule_field *list;
    size_t count;
};

static void add(
    struct finding_fields *finding, struct str path, struct place place, enum field_stage stage) {
    if (finding->count == RULE_FIELDS) return;
    for (size_t i = 0; i < finding->count; i++)
        if (str_eq(finding->list[i].path, path)) return;
    finding->list = arena_grow(finding->arena, finding->list, finding->count);
    finding->list[finding->count++] = (struct rule_field){path, place, stage};
}

/* `exists: false`, alone or among others. */
static bool may_be_absent(const struct yaml *tests) {
    for (size_t i = 0; tests->type == YAML_LIST && i < tests->count; i++)
        if (may_be_absent(&tests->items[i])) return true;
    const struct yaml *exists = tests->type == YAML_MAP ? yaml_get(tests, "exists") : NULL;
    return exists && exists->type == YAML_BOOL && !exists->boolean;
}

static void add_pattern(
    struct finding_fields *finding, const struct pattern *pattern, enum field_stage stage) {
    for (size_t i = 0; i < pattern_branch_count(pattern); i++) {
        const struct pattern_fields fields = pattern_branch(pattern, i, finding->arena);
        for (size_t j = 0; j < fields.count; j++)
            if (!may_be_absent(fields.list[j].tests))
                add(finding, fields.list[j].path, fields.list[j].place, stage);
    }
}

static void add_lua(struct finding_fields *finding, const struct manifest *manifest) {
    const struct rule_reads reads = rule_reads_find(manifest, finding->arena);
    for (size_t i = 0; i < reads.count; i++)
        add(finding, reads.list[i].path, reads.list[i].place, FIELD_SELECTED);
}

static void add_paths(struct finding_fields *finding, const struct schema_strings *paths) {
    for (size_t i = 0; i < paths->count; i++)
        add(finding, paths->list[i], paths->places[i], FIELD_MATCHED);
}

struct rule_fields rule_fields_of(const struct manifest *manifest, struct arena *arena) {
    struct finding_fields finding = {.arena = arena};
    add_pattern(&finding, manifest->when, FIELD_ASKED);
    add_pattern(&finding, manifest->resolve.when, FIELD_ASKED);
    add_lua(&finding, manifest);
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        add_pattern(&finding, manifest->memory.steps[i].when, FIELD_SELECTED);
    add_paths(&finding, &manifest->dedup.by);
    add_paths(&finding, &manifest->context);
    for (size_t i = 0; i < manifest->exception_count; i++)
        add_pattern(&finding, manifest->exceptions[i].when, FIELD_MATCHED);
    return (struct rule_fields){finding.list, finding.count};
}

uint64_t rule_fields_met(const struct rule_fields *fields, uint64_t known, enum field_stage stage,
    const struct json *event) {
    uint64_t met = 0;
    for (size_t i = 0; i < fields->count; i++) {
        uint64_t bit = (uint64_t)1 << i;
        bool unknown = !(known & bit) && fields->list[i].stage <= stage;
        if (unknown && json_path_holds(event, fields->list[i].path)) met |= bit;
    }
    return met;
}
