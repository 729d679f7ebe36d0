#include "flow/rules_check.h"

#include "base/file.h"
#include "model/manifest_check.h"
#include "script/rule_lint.h"

/* The list of names is read once for each log type, when its first rule comes. */
struct log_list {
    const struct log_type *log;
    const struct name_list *names;
};

struct lists {
    struct arena arena;
    struct log_list *logs;
    size_t count;
};

static const struct name_list *names_of(
    struct lists *lists, const struct log_type *log, struct diags *diags) {
    for (size_t i = 0; i < lists->count; i++)
        if (lists->logs[i].log == log) return lists->logs[i].names;
    lists->logs = arena_grow(&lists->arena, lists->logs, lists->count);
    struct log_list *fresh = &lists->logs[lists->count++];
    *fresh = (struct log_list){log, name_list_load(&log->names, &lists->arena, diags)};
    return fresh->names;
}

static void check_rule(struct lists *lists, struct known *known, const struct rules *rules,
    const struct rule *rule, struct diags *diags) {
    const struct manifest *manifest = rule->manifest;
    known->log = log_types_find(&rules->types, manifest->log);
    if (!known->log) return;
    known->names = names_of(lists, known->log, diags);
    manifest_check(manifest, known, diags);
    if (rule->script) rule_lint(manifest, known, diags);
}

void rules_check(const struct rules *rules, const char *data_dir, struct diags *diags) {
    struct lists lists = {0};
    struct known known = {.arena = &lists.arena};
    if (!rules->count) return;
    const char *path = path_join(&lists.arena, data_dir, "rules/attack.txt");
    known.attack = attack_load(path, &lists.arena, diags);
    for (size_t i = 0; i < rules->count; i++)
        check_rule(&lists, &known, rules, &rules->list[i], diags);
    arena_release(&lists.arena);
}
