#include "flow/matching.h"

#include "base/clock.h"

bool rule_asks_lua(const struct rule *rule) {
    if (rule->script) return true;
    for (size_t i = 0; rule->steps && i < rule->manifest->memory.step_count; i++)
        if (rule->steps[i] && rule->steps[i]->script) return true;
    return false;
}

bool matching_selects(const struct rule *rule, const struct event *event, struct diag *diag) {
    bool failed = false;
    if (!rule->manifest->when) return true;
    bool holds = pattern_matches(rule->manifest->when, event->root, &failed);
    if (failed) diag_set(diag, "a regular expression in 'when' met its limit");
    return holds;
}

bool matching_resolves(const struct rule *rule, const struct event *event, struct diag *diag) {
    const struct pattern *when = rule->manifest->resolve.when;
    bool failed = false;
    bool holds = when && pattern_matches(when, event->root, &failed);
    if (failed) diag_set(diag, "a regular expression in 'resolve' met its limit");
    return holds && !failed;
}

static enum rule_answer ask_lua(
    struct matching *matching, const struct rule *rule, struct diag *diag) {
    if (!rule->script || !rule_script_has(rule->script, RULE_RULE)) return RULE_YES;
    enum rule_answer answer = rule_script_matches(rule->script, diag);
    if (answer == RULE_FAILED) matching->failure = rule_script_failure(rule->script);
    return answer;
}

/* ---- exceptions ---- */

bool matching_is_over(const struct manifest_exception *exception, const struct event *event) {
    if (exception->until_ms == INT64_MAX) return false;
    return event->time_ms == CLOCK_UNKNOWN || event->time_ms >= exception->until_ms;
}

static void find_exception(
    struct matching *matching, const struct manifest *manifest, const struct event *event) {
    matching->exception = MATCHING_NONE;
    for (uint32_t i = 0; i < manifest->exception_count; i++) {
        const struct manifest_exception *exception = &manifest->exceptions[i];
        bool failed = false;
        if (matching_is_over(exception, event)) continue;
        bool holds = pattern_matches(exception->when, event->root, &failed);
        matching->exception_failed |= failed;
        if (!holds || failed) continue;
        matching->exception = i;
        return;
    }
}

/* ---- steps ---- */

/* Where a regular expression failed, the step's or that of a rule, which Lua has not. */
static enum rule_answer limited(struct matching *matching) {
    matching->failure = FAILURE_CPU;
    return RULE_FAILED;
}

/* The whole of another rule, but for its memory. */
static enum rule_answer ask_named(struct matching *matching, const struct rule *named,
    const struct event *event, struct diag *diag) {
    struct matching inner = {0};
    bool selected = matching_selects(named, event, diag);
    if (diag->set) return limited(matching);
    if (!selected) return RULE_NO;
    if (named->script) rule_script_event(named->script, event);
    enum rule_answer answer = ask_lua(matching, named, diag);
    if (named->script) rule_script_done(named->script);
    if (answer == RULE_YES) find_exception(&inner, named->manifest, event);
    return answer == RULE_YES && inner.exception != MATCHING_NONE ? RULE_NO : answer;
}

static enum rule_answer ask_step(struct matching *matching, const struct rule *rule, size_t number,
    const struct event *event, struct diag *diag) {
    const struct memory_step *step = &rule->manifest->memory.steps[number];
    bool failed = false;
    if (rule->steps[number]) return ask_named(matching, rule->steps[number], event, diag);
    bool holds = pattern_matches(step->when, event->root, &failed);
    if (!failed) return holds ? RULE_YES : RULE_NO;
    diag_set(diag, "a regular expression in step '%.*s' met its limit", STR_ARG(step->name));
    return limited(matching);
}

static enum rule_answer ask_steps(struct matching *matching, const struct rule *rule,
    const struct event *event, struct diag *diag) {
    for (size_t i = 0; i < rule->manifest->memory.step_count; i++) {
        enum rule_answer answer = ask_step(matching, rule, i, event, diag);
        if (answer == RULE_FAILED) return answer;
        if (answer == RULE_YES) matching->steps |= 1u << i;
    }
    return matching->steps ? RULE_YES : RULE_NO;
}

/* ---- the whole ---- */

enum rule_answer matching_ask(struct matching *matching, const struct rule *rule,
    const struct event *event, struct diag *diag) {
    *matching = (struct matching){.exception = MATCHING_NONE};
    enum rule_answer answer = ask_lua(matching, rule, diag);
    if (answer == RULE_YES && rule->manifest->memory.kind == MEMORY_SEQUENCE)
        answer = ask_steps(matching, rule, event, diag);
    if (answer == RULE_YES) find_exception(matching, rule->manifest, event);
    return answer;
}
