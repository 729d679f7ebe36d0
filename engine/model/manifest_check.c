#include "model/manifest_check.h"

#include "base/suggest.h"
#include "model/log_fields.h"
#include "model/pattern_fields.h"

struct check {
    const struct known *known;
    struct diags *diags;
};

/* ---- paths ---- */

static void check_paths(const struct check *check, const struct schema_strings *paths) {
    for (size_t i = 0; i < paths->count; i++)
        known_check_path(check->known, paths->list[i], paths->places[i], check->diags);
}

static void check_memory(const struct check *check, const struct memory_rule *memory) {
    check_paths(check, &memory->by);
    known_check_path(check->known, memory->unique, memory->path_place, check->diags);
    known_check_path(check->known, memory->of, memory->path_place, check->diags);
    for (size_t i = 0; i < memory->step_count; i++) check_paths(check, &memory->steps[i].by);
}

/* ---- what fields are compared with ---- */

/* The texts that a field is compared with as a whole, those of `anything-but` and `not` too. */
struct texts {
    struct arena *arena;
    const struct yaml **list;
    size_t count;
    bool others; /* there are tests of another kind */
};

static void collect_texts(struct texts *texts, const struct yaml *tests) {
    if (tests->type == YAML_LIST) {
        for (size_t i = 0; i < tests->count; i++) collect_texts(texts, &tests->items[i]);
    } else if (tests->type == YAML_MAP) {
        texts->others = true;
        for (size_t i = 0; i < tests->count; i++)
            if (str_is(tests->members[i].key, "anything-but") ||
                str_is(tests->members[i].key, "not"))
                collect_texts(texts, &tests->members[i].value);
    } else if (tests->type == YAML_STRING) {
        texts->list = arena_grow(texts->arena, texts->list, texts->count);
        texts->list[texts->count++] = tests;
    }
}

static struct texts texts_of(
    const struct pattern_fields *fields, struct str path, struct arena *arena) {
    struct texts texts = {.arena = arena};
    for (size_t i = 0; i < fields->count; i++)
        if (str_eq(fields->list[i].path, path)) collect_texts(&texts, fields->list[i].tests);
    return texts;
}

static bool any_source_has(
    const struct check *check, const struct texts *sources, struct str name) {
    for (size_t i = 0; i < sources->count; i++)
        if (!name_list_has_source(check->known->names, sources->list[i]->text) ||
            name_list_has(check->known->names, sources->list[i]->text, name))
            return true;
    return false;
}

static void check_names(const struct check *check, const struct pattern_fields *fields) {
    const struct known *known = check->known;
    if (!known->names) return;
    struct texts names = texts_of(fields, known->log->names.of, known->arena);
    struct texts sources = texts_of(fields, known->log->names.by, known->arena);
    for (size_t i = 0; i < sources.count; i++)
        known_check_source(known, sources.list[i]->text, sources.list[i]->place, check->diags);
    bool one = sources.count == 1 && !sources.others;
    for (size_t i = 0; i < names.count; i++) {
        struct str name = names.list[i]->text;
        if (!sources.others && any_source_has(check, &sources, name)) continue;
        known_check_name(
            known, one ? sources.list[0]->text : STR(""), name, names.list[i]->place, check->diags);
    }
}

bool manifest_sources_known(const struct manifest *manifest, const struct known *known) {
    for (size_t i = 0; known->names && i < pattern_branch_count(manifest->when); i++) {
        struct pattern_fields fields = pattern_branch(manifest->when, i, known->arena);
        struct texts sources = texts_of(&fields, known->log->names.by, known->arena);
        for (size_t k = 0; k < sources.count; k++)
            if (!name_list_has_source(known->names, sources.list[k]->text)) return false;
    }
    return true;
}

/* ---- types: true is not "true" ---- */

static void report_string(
    const struct check *check, const struct pattern_field *field, const struct yaml *test) {
    const char *quoted = arena_format(check->known->arena, "\"%.*s\"", STR_ARG(test->text));
    diags_find(check->diags, "TC206", DIAG_WARNING, test->place,
        "'%.*s' is a string, and %.*s is none: write %s", STR_ARG(field->path), STR_ARG(test->text),
        quoted);
    diags_suggest(check->diags, test->text, quoted);
}

static void check_type(
    const struct check *check, const struct pattern_field *field, const struct yaml *test) {
    enum log_field_type type = log_fields_type(check->known->log, field->path);
    if (type == LOG_FIELD_STRING && test->type == YAML_BOOL) report_string(check, field, test);
    if (type == LOG_FIELD_BOOLEAN && test->type == YAML_STRING)
        diags_find(check->diags, "TC206", DIAG_WARNING, test->place,
            "'%.*s' is true or false, and \"%.*s\" is neither", STR_ARG(field->path),
            STR_ARG(test->text));
}

static void check_types(const struct check *check, const struct pattern_field *field) {
    const struct yaml *tests = field->tests;
    if (tests->type != YAML_LIST) check_type(check, field, tests);
    for (size_t i = 0; i < tests->count && tests->type == YAML_LIST; i++)
        check_type(check, field, &tests->items[i]);
}

/* ---- expressions ---- */

static void check_regexes(const struct check *check, const struct yaml *tests) {
    for (size_t i = 0; i < tests->count && tests->type == YAML_LIST; i++)
        check_regexes(check, &tests->items[i]);
    for (size_t i = 0; i < tests->count && tests->type == YAML_MAP; i++) {
        const struct yaml_member *member = &tests->members[i];
        if (str_is(member->key, "regex") && member->value.type == YAML_STRING)
            known_check_regex(member->value.text, member->value.place, check->diags);
        else
            check_regexes(check, &member->value);
    }
}

/* ---- patterns ---- */

static void check_pattern(const struct check *check, const struct pattern *pattern) {
    for (size_t i = 0; i < pattern_branch_count(pattern); i++) {
        struct pattern_fields fields = pattern_branch(pattern, i, check->known->arena);
        for (size_t k = 0; k < fields.count; k++) {
            const struct pattern_field *field = &fields.list[k];
            known_check_path(check->known, field->path, field->place, check->diags);
            check_types(check, field);
            check_regexes(check, field->tests);
        }
        check_names(check, &fields);
    }
}

/* ---- ATT&CK ---- */

static void check_attack_id(const struct check *check, struct str id, struct place place) {
    const struct attack *attack = check->known->attack;
    if (attack_has(attack, id)) return;
    diags_find(check->diags, "TC204", DIAG_WARNING, place, "no '%.*s' in ATT&CK %.*s%s",
        STR_ARG(id), STR_ARG(attack_release(attack)), suggest_text(attack_meant(attack, id)));
}

static void check_attack(const struct check *check, const struct schema_strings *ids) {
    for (size_t i = 0; i < ids->count && check->known->attack; i++) {
        struct str id = ids->list[i];
        const char *slash = memchr(id.at, '/', id.len);
        size_t len = slash ? (size_t)(slash - id.at) : id.len;
        check_attack_id(check, (struct str){id.at, len}, ids->places[i]);
        if (!slash) continue;
        struct place behind = ids->places[i];
        behind.column += (unsigned)len + 1;
        check_attack_id(check, (struct str){slash + 1, id.len - len - 1}, behind);
    }
}

/* ---- all of it ---- */

void manifest_check(
    const struct manifest *manifest, const struct known *known, struct diags *diags) {
    struct check check = {known, diags};
    if (manifest->faulty) return;
    check_attack(&check, &manifest->attack);
    check_pattern(&check, manifest->when);
    check_pattern(&check, manifest->resolve.when);
    check_paths(&check, &manifest->dedup.by);
    check_paths(&check, &manifest->context);
    check_memory(&check, &manifest->memory);
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        check_pattern(&check, manifest->memory.steps[i].when);
    for (size_t i = 0; i < manifest->exception_count; i++)
        check_pattern(&check, manifest->exceptions[i].when);
}
