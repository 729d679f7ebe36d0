#include "flow/rules.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "flow/rule_steps.h"
#include "flow/rules_check.h"
#include "flow/rules_findings.h"

#include <limits.h>
#include <stdlib.h>

enum { RULE_FILE_LIMIT = 4 * 1024 * 1024 };

static const char *const rule_files[] = {".yaml", ".yml", ".lua", NULL};

bool rules_load_logs(struct log_types *types, struct arena *arena, const char *data_dir,
    const struct schema_strings *paths, struct diags *diags) {
    const char *shipped = path_join(arena, data_dir, "rules/logs");
    bool good = log_types_load(types, arena, shipped, diags);
    for (size_t i = 0; i < paths->count; i++) {
        const char *own = path_join(arena, paths->list[i].at, "logs");
        char real[PATH_MAX], real_shipped[PATH_MAX];
        bool same = realpath(own, real) && realpath(shipped, real_shipped) &&
                    strcmp(real, real_shipped) == 0;
        if (path_is_directory(own) && !same)
            good = log_types_load(types, arena, own, diags) && good;
    }
    return good;
}

/* Those of the paths come first, so that they are what is meant by their ids. */
static bool load_own_logs(
    struct rules *rules, const struct rules_options *options, struct diags *diags) {
    const char *shipped = path_join(&rules->arena, options->data_dir, "rules/logs");
    bool good = true;
    for (size_t i = 0; i < options->paths->count; i++) {
        const char *own = path_join(&rules->arena, options->paths->list[i].at, "logs");
        if (path_is_directory(own))
            good = log_types_load(&rules->types, &rules->arena, own, diags) && good;
    }
    return log_types_fill(&rules->types, &rules->arena, shipped, diags) && good;
}

static bool load_logs(
    struct rules *rules, const struct rules_options *options, struct diags *diags) {
    if (options->own_logs) return load_own_logs(rules, options, diags);
    return rules_load_logs(&rules->types, &rules->arena, options->data_dir, options->paths, diags);
}

static bool load_manifests(
    struct rules *rules, const struct rules_options *options, struct diags *diags) {
    const struct schema_strings *paths = options->paths;
    bool good = true;
    rules->manifests.overrides = options->overrides;
    rules->manifests.only = options->only;
    for (size_t i = 0; i < paths->count; i++)
        good = manifests_load(&rules->manifests, &rules->arena, paths->list[i].at, diags) && good;
    if (!good || !options->overrides || options->only) return good;
    return overrides_check(options->overrides, &rules->manifests, diags);
}

static bool check_log(
    const struct rules *rules, const struct manifest *manifest, struct diags *diags) {
    if (manifest->log.len == 0 || log_types_find(&rules->types, manifest->log)) return true;
    struct suggest near = suggest_for(manifest->log);
    for (size_t i = 0; i < rules->types.count; i++)
        suggest_offer(&near, rules->types.list[i]->id.at);
    diags_reject(diags, "TC019", manifest->log_place, "unknown log type '%.*s'%s",
        STR_ARG(manifest->log), suggest_text(suggest_best(&near)));
    diags_suggest(diags, manifest->log, suggest_sure(&near));
    return false;
}

static void check_limits(
    const struct rules *rules, const struct manifest *manifest, struct diags *diags) {
    if (limits_exceed(&rules->limits, &manifest->limits))
        diags_find(diags, "TC105", DIAG_WARNING, manifest->limits_place,
            "'limits' asks for more than the configuration gives to rules");
}

struct rule_script *rules_script(
    const struct rules *rules, const struct manifest *manifest, struct diags *diags) {
    struct limits limits = limits_lower(&rules->limits, &manifest->limits);
    return rule_script_new(manifest, &limits, rules->lua_dir, diags);
}

static bool load_script(const struct rules *rules, struct rule *rule,
    const struct rules_options *options, struct diags *diags) {
    const struct manifest_lua *lua = &rule->manifest->lua;
    check_limits(rules, rule->manifest, diags);
    if (lua->code.len == 0 || options->without_lua) return true;
    if (options->begin) options->begin(options->context, (struct place){lua->file, lua->line, 0});
    rule->script = rules_script(rules, rule->manifest, diags);
    if (!rule->script) return false;
    if (options->check) rule_script_check(rule->script, diags);
    return true;
}

static bool load_missing(struct rules *rules, struct rule *rule, struct diags *diags) {
    struct rules_options options = {0};
    return rule->script || load_script(rules, rule, &options, diags);
}

bool rules_load_lua(struct rules *rules, struct rule *rule, struct diags *diags) {
    bool good = load_missing(rules, rule, diags);
    for (size_t i = 0; rule->steps && i < rule->manifest->memory.step_count; i++)
        if (rule->steps[i])
            good = load_missing(rules, &rules->list[rule->steps[i] - rules->list], diags) && good;
    return good;
}

static void list_rules(struct rules *rules) {
    rules->count = rules->manifests.count;
    rules->list = arena_list(&rules->arena, struct rule, rules->count);
    for (size_t i = 0; i < rules->count; i++) rules->list[i].manifest = rules->manifests.list[i];
}

/* The events that it matches, and those that say that its alerts are over. */
static const struct pattern *pattern_asked(struct arena *arena, const struct manifest *manifest) {
    const struct pattern *both[] = {manifest->when, manifest->resolve.when};
    return both[0] && both[1] ? pattern_any(arena, both, 2) : both[0];
}

static void find_asked(struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        rules->list[i].asked = pattern_asked(&rules->arena, rules->list[i].manifest);
}

/* Of tests that expect one event to be a match. */
static void find_hidden(const struct manifest_exception *exception, const struct manifest *manifest,
    struct diags *diags) {
    for (size_t i = 0; i < manifest->test_count; i++) {
        const struct manifest_test *test = &manifest->tests[i];
        if (!test->event || test->expect == EXPECT_NOTHING || test->given.excepts) continue;
        if (pattern_matches(exception->when, test->event, NULL))
            diags_find(diags, "TC102", DIAG_WARNING, exception->place,
                "exception hides what test '%.*s' of rule '%.*s' expects", STR_ARG(test->name),
                STR_ARG(manifest->id));
    }
}

/* An event that both raises an alert and ends it leaves nothing to look at. */
static void check_resolve(const struct manifest *manifest, struct diags *diags) {
    const struct pattern *when = manifest->resolve.when;
    for (size_t i = 0; when && i < manifest->test_count; i++) {
        const struct manifest_test *test = &manifest->tests[i];
        if (!test->event || test->expect == EXPECT_NOTHING) continue;
        if (pattern_matches(when, test->event, NULL))
            diags_find(diags, "TC104", DIAG_WARNING, manifest->resolve.place,
                "'resolve' ends at once what test '%.*s' expects", STR_ARG(test->name));
    }
}

static void check_exceptions(const struct manifest *manifest, struct diags *diags) {
    for (size_t i = 0; i < manifest->exception_count; i++) {
        const struct manifest_exception *exception = &manifest->exceptions[i];
        if (!exception->when || exception->until_ms == CLOCK_UNKNOWN) continue;
        if (exception->until_ms <= clock_wall_ms())
            diags_find(diags, "TC101", DIAG_WARNING, exception->place,
                "exception no longer applies: until %.*s", STR_ARG(exception->until));
        else
            find_hidden(exception, manifest, diags);
    }
}

/* What alone would never fire is tested with its memory, too. */
static void make_timeline(struct arena *arena, struct manifest_test *test) {
    if (test->timeline.count || test->expect == EXPECT_MATCH || test->expect == EXPECT_ERROR ||
        !test->event)
        return;
    test->timeline.events = arena_new(arena, struct timeline_event);
    test->timeline.events[0] = (struct timeline_event){.event = test->event, .id = STR("event-1")};
    test->timeline.count = 1;
    test->timeline.until_ms = -1;
}

static void date_tests(struct rules *rules, struct manifest *manifest) {
    const struct log_type *log = log_types_find(&rules->types, manifest->log);
    if (!log) return;
    const struct json *base = log->base;
    if (manifest->test_base) base = timeline_base(&rules->arena, base, manifest->test_base);
    for (size_t i = 0; i < manifest->test_count; i++) {
        struct manifest_test *test = &manifest->tests[i];
        if (test->event) test->event = timeline_base(&rules->arena, base, test->event);
        if (manifest->memory.kind != MEMORY_NONE) make_timeline(&rules->arena, test);
        timeline_date(&test->timeline, &rules->arena, log, base);
    }
}

static bool load_scripts(
    struct rules *rules, const struct rules_options *options, struct diags *diags) {
    bool good = true;
    rules->lua_dir = path_join(&rules->arena, options->data_dir, "lua");
    for (size_t i = 0; i < rules->count; i++) {
        good = check_log(rules, rules->manifests.list[i], diags) && good;
        date_tests(rules, rules->manifests.list[i]);
        if (options->check) check_exceptions(rules->manifests.list[i], diags);
        if (options->check) check_resolve(rules->manifests.list[i], diags);
        good = load_script(rules, &rules->list[i], options, diags) && good;
    }
    if (options->begin) options->begin(options->context, (struct place){0});
    return good;
}

/* Names count relative to the path they were found under, so that a copy of a pack elsewhere is of
 * the same version. */
static void hash_files(struct hash *hash, const char *path) {
    struct arena arena;
    struct paths files = {0};
    struct buf bytes;
    arena_init(&arena);
    buf_init(&bytes);
    paths_walk(&files, &arena, path, rule_files, NULL);
    for (size_t i = 0; i < files.count; i++) {
        buf_reset(&bytes);
        file_read(files.list[i], RULE_FILE_LIMIT, &bytes, NULL);
        hash_part(hash, str_of(files.list[i] + strlen(path)));
        hash_part(hash, buf_str(&bytes));
    }
    buf_release(&bytes);
    paths_release(&files);
    arena_release(&arena);
}

/* Where they stand changes nothing. */
static void hash_overrides(
    struct rules *rules, struct hash *hash, const struct overrides *overrides) {
    struct buf json = {0};
    if (!overrides || !overrides->tree) return;
    json_print(&json, yaml_to_json(&rules->arena, overrides->tree));
    hash_part(hash, buf_str(&json));
    buf_release(&json);
}

static void make_version(struct rules *rules, const struct rules_options *options) {
    const struct schema_strings *paths = options->paths;
    struct hash *hash = hash_new();
    hash_part(hash, STR(VERSION));
    hash_part(hash, (struct str){(const char *)&rules->limits, sizeof rules->limits});
    hash_files(hash, path_join(&rules->arena, options->data_dir, "lua"));
    hash_files(hash, path_join(&rules->arena, options->data_dir, "rules/logs"));
    for (size_t i = 0; i < paths->count; i++) hash_files(hash, paths->list[i].at);
    hash_overrides(rules, hash, options->overrides);
    hash_hex(hash, rules->version);
    hash_free(hash);
}

static bool load(struct rules *rules, const struct rules_options *options, struct diags *diags) {
    bool good = load_logs(rules, options, diags);
    good = load_manifests(rules, options, diags) && good;
    list_rules(rules);
    good = rule_steps_resolve(rules, diags) && good;
    find_asked(rules);
    return load_scripts(rules, options, diags) && good;
}

static bool load_and_check(
    struct rules *rules, const struct rules_options *options, struct diags *diags) {
    bool good = load(rules, options, diags), check = options->check && !options->without_lua;
    if (check) rules_find(rules, diags);
    if (check) rules_check(rules, options->data_dir, diags);
    rules_ignore(rules, diags);
    if (check) rules_check_ignores(rules, diags);
    return good && !(check && diags->errors);
}

struct rules *rules_load(const struct rules_options *given, struct diags *diags) {
    struct rules *rules = mem_alloc(sizeof *rules);
    struct rules_options options = *given;
    bool limited = options.limits && options.limits->steps;
    rules->limits = limited ? *options.limits : LIMITS_DEFAULT;
    arena_init(&rules->arena);
    if (!options.data_dir) options.data_dir = file_data_dir(&rules->arena);
    if (!load_and_check(rules, &options, diags)) {
        rules_free(rules);
        return NULL;
    }
    make_version(rules, &options);
    return rules;
}

static void add_rule(struct rules *rules, struct rule rule) {
    rules->list = arena_grow(&rules->arena, rules->list, rules->count);
    rules->list[rules->count++] = rule;
}

/* One that a step names is no sequence: it names no other. */
static void add_named(
    struct rules *rules, const struct rules *from, const struct manifest *manifest) {
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        for (size_t j = 0; j < from->count; j++)
            if (str_eq(from->list[j].manifest->id, manifest->memory.steps[i].rule))
                add_rule(rules, from->list[j]);
}

static bool load_alone(struct rules *rules, const struct rules *from, const struct yaml *document,
    struct str code, struct diags *diags) {
    struct rules_options options = {0};
    struct manifest *manifest = manifest_of(&rules->arena, document, code, diags);
    if (!manifest) return false;
    add_rule(rules, (struct rule){.manifest = manifest});
    add_named(rules, from, manifest);
    if (!rule_steps_resolve(rules, diags)) return false;
    find_asked(rules);
    date_tests(rules, manifest);
    return load_script(rules, &rules->list[0], &options, diags);
}

struct rules *rules_alone(
    const struct rules *from, const struct yaml *document, struct str code, struct diags *diags) {
    struct rules *rules = mem_alloc(sizeof *rules);
    *rules = (struct rules){
        .types = from->types, .limits = from->limits, .lua_dir = from->lua_dir, .is_alone = true};
    memcpy(rules->version, from->version, sizeof rules->version);
    if (load_alone(rules, from, document, code, diags)) return rules;
    rules_free(rules);
    return NULL;
}

static void free_alone(struct rules *rules) {
    if (rules->count) rule_script_free(rules->list[0].script);
    if (rules->count) manifest_release(rules->list[0].manifest);
    arena_release(&rules->arena);
    mem_free(rules);
}

void rules_free(struct rules *rules) {
    if (!rules) return;
    if (rules->is_alone) {
        free_alone(rules);
        return;
    }
    for (size_t i = 0; i < rules->count; i++) rule_script_free(rules->list[i].script);
    manifests_release(&rules->manifests);
    log_types_release(&rules->types);
    arena_release(&rules->arena);
    mem_free(rules);
}

/* An alert is sought by what it is known by, not by what a rule asks of it: hardly a record is one,
 * and words such as "severity" are in many. */
static const struct pattern *sought_by(const struct rules *rules, const struct rule *rule) {
    bool reads_alerts = str_is(rule->manifest->log, LOG_OF_ALERTS);
    return reads_alerts ? log_types_find(&rules->types, rule->manifest->log)->match : rule->asked;
}

static size_t add_sought(const struct rules *rules, const struct pattern **patterns) {
    size_t count = 0;
    for (size_t i = 0; i < rules->count; i++)
        if (rules->list[i].manifest->enabled) patterns[count++] = sought_by(rules, &rules->list[i]);
    return count;
}

struct look *rules_look(const struct rules *rules) {
    return rules_look_both(rules, NULL);
}

struct look *rules_look_both(const struct rules *rules, const struct rules *others) {
    struct arena arena = {0};
    size_t room = rules->count + (others ? others->count : 0);
    const struct pattern **patterns = arena_list(&arena, const struct pattern *, room);
    size_t count = add_sought(rules, patterns);
    if (others) count += add_sought(others, patterns + count);
    struct pattern_accesses accesses = pattern_accesses_choose(&arena, patterns, count);
    struct look *look = look_new(&accesses, rules->types.wrappers);
    arena_release(&arena);
    return look;
}
