#include "flow/evaluate.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/candidates.h"
#include "flow/describe.h"
#include "flow/given_rule.h"
#include "flow/matching.h"

/* Of a rule in the request being judged. */
struct stand {
    uint64_t request;   /* the one that it is of */
    uint32_t left;      /* kills; flow/suspension.h */
    bool answered_told; /* and not killed since */
};

struct evaluator {
    struct rules *rules;
    struct candidates *candidates;
    struct stand *stands;     /* of each rule, stale where they are of another request */
    uint64_t request;         /* counts them */
    struct cost_meter *meter; /* NULL: nobody asked for it yet */
    struct given_rule given;  /* of the test that was judged last */
    struct arena arena;       /* of one record */
};

struct evaluator *evaluator_new(struct rules *rules) {
    struct evaluator *evaluator = mem_alloc(sizeof *evaluator);
    evaluator->rules = rules;
    evaluator->candidates = candidates_new(rules);
    evaluator->stands = mem_alloc(rules->count * sizeof *evaluator->stands);
    return evaluator;
}

void evaluator_free(struct evaluator *evaluator) {
    if (!evaluator) return;
    arena_release(&evaluator->arena);
    candidates_free(evaluator->candidates);
    cost_meter_free(evaluator->meter);
    given_rule_release(&evaluator->given);
    mem_free(evaluator->stands);
    mem_free(evaluator);
}

/* ---- what is known of the rules ---- */

static struct stand *stand_of(struct evaluator *evaluator, uint64_t rule) {
    struct stand *stand = &evaluator->stands[rule];
    if (stand->request != evaluator->request)
        *stand = (struct stand){evaluator->request, SUSPENSION_KILLS, false};
    return stand;
}

static void read_standings(struct wire_in *in, struct evaluator *evaluator) {
    size_t rules = evaluator->rules->count;
    evaluator->request++;
    for (uint64_t count = wire_number(in); count > 0 && !in->bad; count--) {
        uint64_t rule = wire_number(in), left = wire_number(in);
        if (rule < rules) stand_of(evaluator, rule)->left = (uint32_t)left;
    }
}

/* ---- one pair ---- */

/* A request being judged. */
struct judging {
    struct evaluator *evaluator;
    struct wire_out *out;
    struct pulse *pulse;
    struct request_head head;
    struct cursor at;
    const struct event *event;
    bool metered; /* what each rule costs is wanted */
    struct period period;
    bool dated;        /* the days of events are wanted; */
    int64_t day_told;  /* the last of them that was told */
    size_t event_told; /* bytes that it takes of this answer; 0: it was not told yet */
    bool is_test;      /* of `tested` alone */
    uint32_t tested;
    const struct manifest_test *given; /* the rule is otherwise in it; NULL: it is not */
};

static void tell_event(struct judging *judging) {
    size_t before = judging->out->len;
    if (judging->event_told) return;
    verdict_put_event(judging->out, judging->event);
    judging->event_told = judging->out->len - before;
}

static void add_match(
    struct judging *judging, const struct rule *rule, const struct matching *matching) {
    struct match match = {0};
    tell_event(judging);
    describe_match(rule, judging->event, matching, judging->evaluator->rules->version,
        &judging->evaluator->arena, &match);
    verdict_put_match(judging->out, judging->at.rule, &match);
}

/* An exception that is given in a test is none of the rule. */
static void add_suppressed(struct judging *judging, uint32_t exception) {
    if (judging->is_test && judging->given) return;
    struct suppressed suppressed = {judging->at.rule, exception, judging->event->time_ms};
    verdict_put_suppressed(judging->out, &suppressed);
}

static struct stand *stand_at(const struct judging *judging) {
    return stand_of(judging->evaluator, judging->at.rule);
}

static void add_unjudged(struct judging *judging, const struct rule *rule, struct str reason) {
    struct match match = {0};
    describe_unjudged(rule, judging->event, judging->evaluator->rules->version, reason,
        &judging->evaluator->arena, &match);
    verdict_put_match(judging->out, judging->at.rule, &match);
}

static void add_failure(struct judging *judging, enum failure_kind kind, struct str reason) {
    const struct rule *rule = &judging->evaluator->rules->list[judging->at.rule];
    struct stand *stand = stand_at(judging);
    tell_event(judging);
    verdict_put_failure(judging->out, judging->at.rule, kind, reason);
    if (rule->manifest->on_error == ON_ERROR_ALERT) add_unjudged(judging, rule, reason);
    *stand = (struct stand){stand->request, standing_after(stand->left, kind), false};
}

static void add_answered(struct judging *judging) {
    struct stand *stand = stand_at(judging);
    if (!stand->answered_told) verdict_put_answered(judging->out, judging->at.rule);
    *stand = (struct stand){stand->request, standing_after(stand->left, FAILURE_NONE), true};
}

/* A test is asked in any case. */
static bool refuses_suspended(const struct judging *judging, const struct rule *rule,
    enum failure_kind *kind, struct diag *diag) {
    if (!rule_asks_lua(rule) || judging->is_test || stand_at(judging)->left > 0) return false;
    *kind = FAILURE_SUSPENDED;
    diag_set(diag, "the rule is suspended, after it was stopped too often");
    return true;
}

enum outcome { OUTCOME_NONE, OUTCOME_SUPPRESSED, OUTCOME_MATCHED };

static enum outcome judge_selected(
    struct judging *judging, const struct rule *rule, enum failure_kind *kind, struct diag *diag) {
    struct matching matching;
    if (refuses_suspended(judging, rule, kind, diag)) return OUTCOME_NONE;
    if (rule->script) rule_script_event(rule->script, judging->event);
    enum rule_answer answer = matching_ask(&matching, rule, judging->event, diag);
    bool matched = answer == RULE_YES && matching.exception == MATCHING_NONE;
    if (answer == RULE_FAILED) *kind = matching.failure;
    if (matched) add_match(judging, rule, &matching);
    if (answer == RULE_YES && !matched) add_suppressed(judging, matching.exception);
    if (rule->script) rule_script_done(rule->script);
    if (answer != RULE_YES) return OUTCOME_NONE;
    return matched ? OUTCOME_MATCHED : OUTCOME_SUPPRESSED;
}

/* Between rule_script_event and rule_script_done. */
static void add_resolution(
    struct judging *judging, const struct rule *rule, enum failure_kind *kind, struct diag *diag) {
    struct str dedup;
    if (describe_dedup(rule, judging->event, &judging->evaluator->arena, &dedup, diag)) {
        tell_event(judging);
        verdict_put_resolution(judging->out, judging->at.rule, dedup);
    } else {
        *kind = rule_script_failure(rule->script);
    }
}

/* Whether the event says that alerts of the rule are over. */
static void judge_resolution(
    struct judging *judging, const struct rule *rule, enum failure_kind *kind, struct diag *diag) {
    *kind = FAILURE_CPU;
    if (!matching_resolves(rule, judging->event, diag)) return;
    if (refuses_suspended(judging, rule, kind, diag)) return;
    if (rule->script) rule_script_event(rule->script, judging->event);
    add_resolution(judging, rule, kind, diag);
    if (rule->script) rule_script_done(rule->script);
}

static uint64_t now_ns(const struct judging *judging) {
    return judging->metered ? cost_now_ns() : 0;
}

static void meter(struct judging *judging, const struct rule *rule, enum outcome outcome,
    struct rule_cost *cost) {
    struct cost_meter *meter = judging->evaluator->meter;
    uint32_t number = judging->at.rule;
    enum field_stage stage = outcome          ? FIELD_MATCHED
                             : cost->selected ? FIELD_SELECTED
                                              : FIELD_ASKED;
    cost->asked = 1;
    cost->matched = outcome == OUTCOME_MATCHED;
    cost->memory = rule->script ? rule_script_memory(rule->script) : 0;
    cost->fields = cost_meter_fields(meter, number, stage, judging->event->root);
    cost_meter_note(meter, number, cost);
}

/* `when` is asked of a suspended rule, too: an event that it does not select is no failure. */
static void judge_rule(struct judging *judging, const struct rule *rule) {
    struct diag diag = {0};
    enum failure_kind kind = FAILURE_CPU; /* of a regular expression in `when` */
    enum outcome outcome = OUTCOME_NONE;
    uint64_t began = now_ns(judging);
    bool selected = matching_selects(rule, judging->event, &diag);
    uint64_t chosen = now_ns(judging);
    if (selected) outcome = judge_selected(judging, rule, &kind, &diag);
    if (!diag.set) judge_resolution(judging, rule, &kind, &diag);
    bool answered = selected && rule_asks_lua(rule);
    if (diag.set)
        add_failure(judging, kind, str_of(diag.text));
    else if (answered)
        add_answered(judging);
    if (!judging->metered) return;
    uint64_t lua_ns = answered ? now_ns(judging) - chosen : 0;
    struct rule_cost cost = {.selected = selected,
        .pattern_ns = chosen - began,
        .answered = answered,
        .lua_ns = lua_ns,
        .failed = diag.set};
    meter(judging, rule, outcome, &cost);
}

static void judge_given(struct judging *judging) {
    struct evaluator *evaluator = judging->evaluator;
    struct diag diag = {0};
    const struct rule *rule = given_rule_find(
        &evaluator->given, evaluator->rules, judging->tested, judging->given, &diag);
    if (rule)
        judge_rule(judging, rule);
    else
        add_failure(judging, FAILURE_ERROR, str_of(diag.text));
}

/* An answer that has no room is taken back: what is told in its place is short. */
static void judge_pair(struct judging *judging, const struct rule *rule) {
    struct wire_out *out = judging->out;
    size_t before = out->len;
    size_t told = judging->event_told;
    struct stand stand = *stand_at(judging);
    pulse_mark(judging->pulse, judging->at, before);
    if (judging->head.failed) {
        add_failure(judging, judging->head.failed, judging->head.reason);
        judging->head.failed = FAILURE_NONE;
    } else if (judging->is_test && judging->given) {
        judge_given(judging);
    } else {
        judge_rule(judging, rule);
    }
    if (!out->full) return;
    *out = (struct wire_out){out->at, before, out->room, false};
    judging->event_told = told;
    *stand_at(judging) = stand;
    add_failure(judging, FAILURE_MEMORY, STR("its answer is too long"));
}

/* ---- one record ---- */

/* The rules to be asked about an event; of a test, its own in any case. */
static struct rule_numbers rules_for(struct judging *judging, const struct event *event) {
    if (judging->is_test) return (struct rule_numbers){&judging->tested, 1};
    return candidates_find(judging->evaluator->candidates, event);
}

static void tell_day(struct judging *judging, const struct event *event) {
    if (!judging->dated || event->time_ms == CLOCK_UNKNOWN) return;
    int64_t day = day_of(event->time_ms);
    if (day == judging->day_told) return;
    judging->day_told = day;
    verdict_put_day(judging->out, day);
}

/* False: the answer is long enough, `at` says where to go on. */
static bool judge_event(struct judging *judging, const struct event *event) {
    const struct rules *rules = judging->evaluator->rules;
    uint32_t from = judging->at.rule;
    struct cursor reading = {judging->at.record, judging->at.event, CURSOR_NONE};
    pulse_mark(judging->pulse, reading, judging->out->len);
    const struct rule_numbers numbers = rules_for(judging, event);
    tell_day(judging, event);
    judging->event = event;
    judging->event_told = 0;
    for (size_t i = 0; i < numbers.count; i++) {
        if (numbers.list[i] < from) continue;
        judging->at.rule = numbers.list[i];
        if (judging->out->len > ANSWER_ENOUGH + judging->event_told) return false;
        judge_pair(judging, &rules->list[judging->at.rule]);
    }
    return true;
}

/* A record that is gone on with was told before. */
static bool judge_events(
    struct judging *judging, const struct events *events, struct verdict *verdict) {
    struct cursor *at = &judging->at;
    verdict->events = events->count;
    verdict->unrecognised = events->unrecognised;
    if (at->event == 0 && (at->rule == 0 || at->rule == CURSOR_NONE))
        verdict_put_record(judging->out, at->record, verdict);
    else
        verdict_put_again(judging->out, at->record);
    if (at->rule == CURSOR_NONE) at->rule = 0;
    for (; at->event < events->count; at->event++, at->rule = 0)
        if (!judge_event(judging, &events->list[at->event])) return false;
    return true;
}

/* What is of another time is as if it were not in the record. */
static void keep_period(const struct period *period, struct events *events) {
    size_t kept = 0;
    for (size_t i = 0; i < events->count; i++)
        if (period_holds(period, events->list[i].time_ms)) events->list[kept++] = events->list[i];
    events->count = kept;
}

static bool judge_record(struct judging *judging, struct str bytes) {
    struct evaluator *evaluator = judging->evaluator;
    struct verdict verdict = {0};
    struct events events;
    struct diag diag = {0};
    judging->is_test = false;
    if (events_parse(&events, &evaluator->arena, &evaluator->rules->types, bytes, &diag)) {
        keep_period(&judging->period, &events);
        return judge_events(judging, &events, &verdict);
    }
    verdict.rejected = str_of(diag.text);
    verdict_put_record(judging->out, judging->at.record, &verdict);
    return true;
}

static bool judge_test(struct judging *judging, const struct tested *tested) {
    struct rules *rules = judging->evaluator->rules;
    struct verdict verdict = {0};
    struct arena *arena = &judging->evaluator->arena;
    struct event *event = arena_new(arena, struct event);
    const struct manifest_test *test = tested_test(rules, tested);
    const struct json *root = tested_event(test, tested);
    if (!root) return true;
    const struct manifest *manifest = rules->list[tested->rule].manifest;
    event_make(event, arena, log_types_find(&rules->types, manifest->log), root);
    judging->is_test = true;
    judging->tested = tested->rule;
    judging->given = test->rule ? test : NULL;
    return judge_events(judging, &(struct events){event, 1, 0}, &verdict);
}

/* ---- the whole ---- */

static bool judge_item(struct judging *judging, struct wire_in *in) {
    uint64_t item = wire_number(in);
    uint32_t record = (uint32_t)wire_number(in);
    struct cursor reading = {record, 0, CURSOR_NONE};
    judging->at = record == judging->head.from.record ? judging->head.from : reading;
    pulse_mark(judging->pulse, reading, judging->out->len);
    arena_reset(&judging->evaluator->arena);
    if (item == REQUEST_RECORD) return judge_record(judging, wire_str(in));
    struct tested tested;
    wire_take(in, &tested, sizeof tested);
    return judge_test(judging, &tested);
}

static void begin_metering(struct judging *judging, bool metered) {
    struct evaluator *evaluator = judging->evaluator;
    if (metered && !evaluator->meter) evaluator->meter = cost_meter_new(evaluator->rules);
    judging->metered = metered;
}

void evaluator_judge(
    struct evaluator *evaluator, struct str request, struct wire_out *answer, struct pulse *pulse) {
    struct wire_in in = {request.at, request.at + request.len, false};
    struct judging judging = {.evaluator = evaluator,
        .out = answer,
        .pulse = pulse,
        .head = request_read_head(&in),
        .day_told = INT64_MIN};
    read_standings(&in, evaluator);
    begin_metering(&judging, wire_number(&in));
    judging.dated = request_read_period(&in, &judging.period);
    struct cursor next = {CURSOR_NONE, 0, 0};
    while (!wire_ended(&in)) {
        if (judge_item(&judging, &in)) continue;
        next = judging.at;
        break;
    }
    if (judging.metered) cost_meter_take(evaluator->meter, answer, verdict_put_cost);
    verdict_put_end(answer, next);
    pulse_mark(pulse, next, answer->len);
}
