#include "flow/evaluate.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/describe.h"

struct evaluator {
    struct rules *rules;
    const struct log_type **logs; /* of each rule, NULL for one that is not enabled */
};

struct evaluator *evaluator_new(struct rules *rules) {
    struct evaluator *evaluator = mem_alloc(sizeof *evaluator);
    evaluator->rules = rules;
    evaluator->logs = mem_alloc(rules->count * sizeof *evaluator->logs);
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (manifest->enabled) evaluator->logs[i] = log_types_find(&rules->types, manifest->log);
    }
    return evaluator;
}

void evaluator_free(struct evaluator *evaluator) {
    if (!evaluator) return;
    mem_free(evaluator->logs);
    mem_free(evaluator);
}

static void add_failure(struct verdict *verdict, struct arena *arena, const struct rule *rule,
    const struct event *event, enum failure_kind kind, const char *reason) {
    verdict->failures = arena_grow(arena, verdict->failures, verdict->failure_count);
    verdict->failures[verdict->failure_count++] = (struct failure){kind, rule->manifest->id,
        event->id, str_of(arena_text(arena, reason)), describe_event(event, arena)};
}

static struct match *add_match(struct verdict *verdict, struct arena *arena) {
    verdict->matches = arena_grow(arena, verdict->matches, verdict->match_count);
    return &verdict->matches[verdict->match_count++];
}

static bool selects(const struct rule *rule, const struct event *event, struct diag *diag) {
    bool failed = false;
    if (!rule->manifest->when) return true;
    bool holds = pattern_matches(rule->manifest->when, event->root, &failed);
    if (failed) diag_set(diag, "a regular expression in 'when' met its limit");
    return holds;
}

static enum rule_answer ask(const struct rule *rule, struct diag *diag) {
    if (!rule->script || !rule_script_has(rule->script, RULE_RULE)) return RULE_YES;
    return rule_script_matches(rule->script, diag);
}

static void judge_rule(struct evaluator *evaluator, const struct rule *rule,
    const struct event *event, struct arena *arena, struct verdict *verdict) {
    struct diag diag = {0};
    enum failure_kind kind = FAILURE_CPU; /* of a regular expression in `when` */
    bool selected = selects(rule, event, &diag);
    if (selected) {
        if (rule->script) rule_script_event(rule->script, event);
        enum rule_answer answer = ask(rule, &diag);
        if (answer == RULE_FAILED) kind = rule_script_failure(rule->script);
        if (answer == RULE_YES)
            describe_match(
                rule, event, evaluator->rules->version, arena, add_match(verdict, arena));
        if (rule->script) rule_script_done(rule->script);
    }
    if (diag.set) add_failure(verdict, arena, rule, event, kind, diag.text);
}

static void judge_event(struct evaluator *evaluator, const struct event *event, struct arena *arena,
    struct verdict *verdict) {
    for (size_t i = 0; i < evaluator->rules->count; i++)
        if (evaluator->logs[i] == event->log)
            judge_rule(evaluator, &evaluator->rules->list[i], event, arena, verdict);
    if (event->time_ms != CLOCK_UNKNOWN &&
        (verdict->time_ms == CLOCK_UNKNOWN || event->time_ms > verdict->time_ms))
        verdict->time_ms = event->time_ms;
}

void evaluator_judge(
    struct evaluator *evaluator, struct str record, struct arena *arena, struct verdict *verdict) {
    struct diag diag = {0};
    struct events events = {0};
    *verdict = (struct verdict){.time_ms = CLOCK_UNKNOWN};
    if (!events_parse(&events, arena, &evaluator->rules->types, record, &diag)) {
        verdict->rejected = str_of(arena_text(arena, diag.text));
        return;
    }
    verdict->events = events.count;
    verdict->unrecognised = events.unrecognised;
    for (size_t i = 0; i < events.count; i++)
        judge_event(evaluator, &events.list[i], arena, verdict);
}

void evaluator_judge_event(struct evaluator *evaluator, const struct rule *rule,
    const struct json *root, struct arena *arena, struct verdict *verdict) {
    *verdict = (struct verdict){.time_ms = CLOCK_UNKNOWN, .events = 1};
    struct event event;
    event_make(&event, arena, log_types_find(&evaluator->rules->types, rule->manifest->log), root);
    judge_rule(evaluator, rule, &event, arena, verdict);
}
