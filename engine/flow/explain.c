#include "flow/explain_private.h"

const char *const explained_verdict_names[EXPLAINED_VERDICTS + 1] = {
    [EXPLAINED_OTHER_LOG] = "other log",
    [EXPLAINED_DISABLED] = "disabled",
    [EXPLAINED_WHEN] = "when",
    [EXPLAINED_LUA] = "lua",
    [EXPLAINED_STEPS] = "steps",
    [EXPLAINED_EXCEPTION] = "exception",
    [EXPLAINED_FAILED] = "failed",
    [EXPLAINED_MATCH] = "match",
    [EXPLAINED_ALERT] = "alert",
};

static void explain_logs(
    struct explanation *explanation, const struct log_types *types, const struct json *object) {
    explanation->log_count = types->count;
    explanation->logs = arena_list(&explanation->arena, struct explained_log, types->count);
    for (size_t i = 0; i < types->count; i++) {
        struct explained_log *explained = &explanation->logs[i];
        explained->log = types->list[i];
        pattern_explain(types->list[i]->match, object, &explanation->arena, &explained->match);
    }
}

static bool parse(struct explanation *explanation, const struct rules *rules, struct str record,
    struct diag *diag) {
    struct events events;
    struct arena *arena = &explanation->arena;
    struct str copy = arena_copy(arena, record);
    if (!events_parse(&events, arena, &rules->types, copy, diag)) return false;
    if (events.count)
        explanation->event = events.list;
    else
        explain_logs(explanation, &rules->types, json_parse_record(arena, copy, NULL, diag));
    return !diag->set;
}

static void list_rules(struct explanation *explanation, const struct rules *rules) {
    explanation->rules = arena_list(&explanation->arena, struct explained_rule, rules->count);
    explanation->rule_count = rules->count;
    for (size_t i = 0; i < rules->count; i++) explanation->rules[i].rule = &rules->list[i];
}

bool explain(struct explanation *explanation, const struct explain_plan *plan, struct str record,
    struct diag *diag) {
    const struct rules *rules = plan->rules;
    if (!parse(explanation, rules, record, diag)) return false;
    if (!explanation->event) return true;
    list_rules(explanation, rules);
    if (!explain_judge(explanation, plan, record, diag)) return false;
    for (size_t i = 0; i < rules->count; i++)
        explain_rule(explanation, plan, &explanation->rules[i]);
    return true;
}

bool explain_alert(struct explanation *explanation, struct rules *rules, const struct rule *rule,
    struct str record) {
    const struct explain_plan plan = {.rules = rules};
    struct diag ignored = {0};
    if (!parse(explanation, rules, record, &ignored) || !explanation->event) return false;
    if (!str_eq(explanation->event->log->id, rule->manifest->log)) return false;
    explanation->rules = arena_new(&explanation->arena, struct explained_rule);
    explanation->rule_count = 1;
    *explanation->rules = (struct explained_rule){.rule = rule, .verdict = EXPLAINED_ALERT};
    explain_rule(explanation, &plan, explanation->rules);
    return true;
}

void explanation_release(struct explanation *explanation) {
    for (size_t i = 0; i < explanation->rule_count; i++)
        rule_trace_release(&explanation->rules[i].trace);
    arena_release(&explanation->arena);
    *explanation = (struct explanation){0};
}
