#include "flow/explain_private.h"

#include "flow/describe.h"

/* One rule being explained. */
struct asking {
    struct explanation *explanation;
    struct explained_rule *explained;
    const struct event *event;
    struct arena *arena;
    struct matching matching; /* as it was found with somebody looking */
    enum rule_answer answer;
};

/* ---- its Lua, once more ---- */

static void describe(struct asking *asking) {
    struct match ignored = {0};
    struct str dedup;
    struct diag diag = {0};
    bool matched = asking->answer == RULE_YES && asking->matching.exception == MATCHING_NONE;
    if (matched)
        describe_match(
            asking->explained->rule, asking->event, &asking->matching, "", asking->arena, &ignored);
    else if (asking->explained->resolves)
        describe_dedup(asking->explained->rule, asking->event, asking->arena, &dedup, &diag);
}

static void ask(struct asking *asking) {
    const struct rule *rule = asking->explained->rule;
    struct diag diag = {0};
    if (rule->script) rule_script_trace(rule->script, &asking->explained->trace);
    if (rule->script) rule_script_event(rule->script, asking->event);
    asking->answer = matching_ask(&asking->matching, rule, asking->event, &diag);
    describe(asking);
    if (rule->script) rule_script_done(rule->script);
    if (rule->script) rule_script_trace(rule->script, NULL);
}

/* What its process died of, or was killed for, is not asked in this one. */
static bool may_ask(struct asking *asking, struct rules *rules) {
    struct explained_rule *explained = asking->explained;
    struct diags diags = {0};
    if (explained->failure == FAILURE_CRASH || explained->failure == FAILURE_DEADLINE) {
        explained->untraced = "its process had to end";
        return false;
    }
    bool good = rules_load_lua(rules, (struct rule *)explained->rule, &diags);
    if (!good) explained->untraced = arena_text(asking->arena, diags.list[0].text);
    diags_release(&diags);
    return good;
}

/* ---- patterns ---- */

static void account(
    struct asking *asking, const struct pattern *pattern, struct pattern_account *account) {
    if (pattern) pattern_explain(pattern, asking->event->root, asking->arena, account);
}

static void account_exceptions(struct asking *asking) {
    const struct manifest *manifest = asking->explained->rule->manifest;
    struct explained_rule *explained = asking->explained;
    explained->exception_count = manifest->exception_count;
    explained->exceptions = arena_list(
        asking->arena, struct explained_exception, manifest->exception_count);
    for (uint32_t i = 0; i < manifest->exception_count; i++) {
        struct explained_exception *exception = &explained->exceptions[i];
        exception->exception = &manifest->exceptions[i];
        exception->over = matching_is_over(&manifest->exceptions[i], asking->event);
        exception->held = asking->matching.exception == i;
        account(asking, manifest->exceptions[i].when, &exception->account);
    }
}

static void account_steps(struct asking *asking) {
    const struct memory_rule *memory = &asking->explained->rule->manifest->memory;
    struct explained_rule *explained = asking->explained;
    explained->step_count = memory->step_count;
    explained->steps = arena_list(asking->arena, struct explained_step, memory->step_count);
    for (size_t i = 0; i < memory->step_count; i++) {
        explained->steps[i].step = &memory->steps[i];
        explained->steps[i].met = asking->matching.steps & 1u << i;
        account(asking, memory->steps[i].when, &explained->steps[i].account);
    }
}

/* ---- the whole ---- */

/* That it goes no further than to no match is told by no verdict. */
static enum explained_verdict no_match(const struct asking *asking) {
    bool is_sequence = asking->explained->rule->manifest->memory.kind == MEMORY_SEQUENCE;
    const struct trace_asked *asked = asking->explained->trace.asked;
    bool lua_said_no = asked && asked->function == RULE_RULE && !str_is(asked->answer, "true");
    return is_sequence && !lua_said_no ? EXPLAINED_STEPS : EXPLAINED_LUA;
}

static bool selects(const struct asking *asking) {
    struct diag limit = {0};
    return matching_selects(asking->explained->rule, asking->event, &limit) && !limit.set;
}

void explain_rule(
    struct explanation *explanation, const struct explain_plan *plan, struct explained_rule *rule) {
    const struct manifest *manifest = rule->rule->manifest;
    struct asking asking = {explanation, rule, explanation->event, &explanation->arena,
        {.exception = MATCHING_NONE}, RULE_NO};
    bool other = !str_eq(manifest->log, explanation->event->log->id);
    if (other || !manifest->enabled) {
        if (!rule->verdict && !other) rule->verdict = EXPLAINED_DISABLED;
        return;
    }
    account(&asking, manifest->when, &rule->when);
    bool selected = selects(&asking);
    if ((selected || rule->resolves) && may_ask(&asking, plan->rules)) ask(&asking);
    if (!rule->verdict) rule->verdict = selected ? no_match(&asking) : EXPLAINED_WHEN;
    explain_memory(explanation, plan, rule);
    if (!selected) return;
    account_steps(&asking);
    account_exceptions(&asking);
}
