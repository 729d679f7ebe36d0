#include "flow/explain_private.h"

#include "base/clock.h"

/* The pipeline under way. */
struct judging {
    struct explanation *explanation;
    const struct explain_plan *plan;
};

static struct explained_rule *rule_of(struct explanation *explanation, struct str id) {
    for (size_t i = 0; i < explanation->rule_count; i++)
        if (str_eq(explanation->rules[i].rule->manifest->id, id)) return &explanation->rules[i];
    return NULL; /* one of the engine's own */
}

/* ---- what was found of the event ---- */

static void copy_body(struct arena *arena, struct alert_body *body) {
    struct str *const texts[] = {&body->event, &body->context, &body->errors, &body->notes,
        &body->references, &body->tags, &body->attack, &body->destinations, &body->description,
        &body->runbook};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
}

static void copy_roles(struct arena *arena, struct match *match) {
    const struct memory_role *roles = match->roles;
    match->roles = arena_list(arena, struct memory_role, match->role_count);
    for (size_t i = 0; i < match->role_count; i++)
        match->roles[i] = (struct memory_role){roles[i].step, arena_copy(arena, roles[i].key)};
}

static const struct match *copy_match(struct arena *arena, const struct match *match) {
    struct match *copy = arena_new(arena, struct match);
    *copy = *match;
    struct str *const texts[] = {&copy->rule, &copy->log, &copy->severity, &copy->title,
        &copy->dedup, &copy->event_id, &copy->rules_version, &copy->value, &copy->address};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = arena_copy(arena, *texts[i]);
    copy_body(arena, &copy->body);
    copy_roles(arena, copy);
    return copy;
}

static void take_matches(struct explanation *explanation, const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->match_count; i++) {
        const struct match *match = &verdict->matches[i];
        struct explained_rule *rule = rule_of(explanation, match->rule);
        if (!rule) continue;
        if (rule->verdict != EXPLAINED_ALERT) rule->verdict = EXPLAINED_MATCH;
        rule->match = copy_match(&explanation->arena, match);
        rule->unjudged = match->unjudged;
    }
}

static void take_failures(struct explanation *explanation, const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->failure_count; i++) {
        const struct failure *failure = &verdict->failures[i];
        struct explained_rule *rule = rule_of(explanation, failure->rule);
        if (!rule) continue;
        if (!rule->unjudged) rule->verdict = EXPLAINED_FAILED;
        rule->failure = failure->kind;
        rule->failure_reason = arena_copy(&explanation->arena, failure->reason);
    }
}

/* Of rules that read alerts, those that this event raised. */
static void take_of_alerts(struct explanation *explanation, const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        take_matches(explanation, verdict);
        for (size_t j = 0; j < verdict->match_count; j++) {
            struct explained_rule *rule = rule_of(explanation, verdict->matches[j].rule);
            if (rule) rule->of_alerts++;
        }
        take_failures(explanation, verdict);
    }
}

static void take_suppressed(struct explanation *explanation, const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->suppressed_count; i++)
        explanation->rules[verdict->suppressed[i].rule].verdict = EXPLAINED_EXCEPTION;
}

static void take_resolutions(struct explanation *explanation, const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->resolution_count; i++) {
        const struct resolution *resolution = &verdict->resolutions[i];
        struct explained_rule *rule = rule_of(explanation, resolution->manifest->id);
        rule->resolves = true;
        rule->resolved_dedup = arena_copy(&explanation->arena, resolution->dedup);
    }
}

/* Batches of alerts that rules read come behind that of the event. An alert may be told before. */
static void take_verdict(void *context, const struct batch *batch) {
    struct judging *judging = context;
    if (batch->unread_to) take_of_alerts(judging->explanation, batch);
    if (batch->unread_to || batch->count == 0) return;
    const struct verdict *verdict = &batch->list[0].verdict;
    take_matches(judging->explanation, verdict);
    take_failures(judging->explanation, verdict);
    take_suppressed(judging->explanation, verdict);
    take_resolutions(judging->explanation, verdict);
}

/* ---- alerts ---- */

static const struct json *alert_tree(struct arena *arena, const struct alert *alert) {
    struct buf text = {0};
    alert_print(&text, alert);
    const struct json *tree = json_parse(arena, arena_copy(arena, buf_str(&text)), NULL, NULL);
    buf_release(&text);
    return tree;
}

static bool take_alert(void *context, const struct alert *alert) {
    struct judging *judging = context;
    struct explanation *explanation = judging->explanation;
    struct arena *arena = &explanation->arena;
    struct explained_rule *rule = rule_of(explanation, alert->rule);
    explanation->alerts = arena_grow(arena, explanation->alerts, explanation->alert_count);
    struct explained_alert *taken = &explanation->alerts[explanation->alert_count++];
    *taken = (struct explained_alert){
        .rule = arena_copy(arena, alert->rule), .alert = alert_tree(arena, alert)};
    explain_deliveries(explanation, judging->plan, taken, alert);
    if (!rule) return true;
    rule->verdict = EXPLAINED_ALERT;
    rule->alert = taken->alert;
    return true;
}

/* ---- the pipeline ---- */

static bool put(struct pipeline *pipeline, struct str bytes, struct diag *diag) {
    struct record record = {.bytes = bytes, .line = 1, .index = 1};
    struct batch *batch = batch_pool_take(pipeline->pool);
    batch_reset(batch);
    batch->source = "-";
    batch_add(batch, &record, "-", false);
    return pipeline_put(pipeline, batch, diag) && pipeline_finish(pipeline, diag);
}

static bool judge_into(
    struct judging *judging, struct store *store, struct str record, struct diag *diag) {
    const volatile sig_atomic_t never = 0;
    struct pipeline pipeline;
    pipeline_init(&pipeline, judging->plan->rules, judging->plan->judge, store, &clock_wall);
    pipeline.stop = &never;
    pipeline.committed = take_verdict;
    pipeline.committed_context = judging;
    pipeline.committer.tell = take_alert;
    pipeline.committer.tell_context = judging;
    bool good = put(&pipeline, record, diag);
    pipeline_release(&pipeline);
    return good;
}

bool explain_judge(struct explanation *explanation, const struct explain_plan *plan,
    struct str record, struct diag *diag) {
    struct judging judging = {explanation, plan};
    struct store *store = store_open("", STORE_TEMPORARY, diag);
    if (!store) return false;
    bool good = judge_into(&judging, store, record, diag);
    store_close(store);
    return good;
}
