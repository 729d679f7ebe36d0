#include "flow/verdict.h"

#include "base/clock.h"

enum entry {
    ENTRY_RECORD = 1,
    ENTRY_AGAIN,
    ENTRY_EVENT,
    ENTRY_MATCH,
    ENTRY_SUPPRESSED,
    ENTRY_FAILURE,
    ENTRY_ANSWERED,
    ENTRY_COST,
    ENTRY_END,
    ENTRY_RESOLUTION,
    ENTRY_DAY
};

/* ---- writing ---- */

void verdict_put_record(struct wire_out *out, uint32_t record, const struct verdict *verdict) {
    wire_put_number(out, ENTRY_RECORD);
    wire_put_number(out, record);
    wire_put_str(out, verdict->rejected);
    wire_put_number(out, verdict->events);
    wire_put_number(out, verdict->unrecognised);
}

void verdict_put_again(struct wire_out *out, uint32_t record) {
    wire_put_number(out, ENTRY_AGAIN);
    wire_put_number(out, record);
}

void verdict_put_event(struct wire_out *out, const struct event *event) {
    struct buf json = {0};
    json_print(&json, event->root);
    wire_put_number(out, ENTRY_EVENT);
    wire_put_str(out, event->id);
    wire_put_number(out, (uint64_t)event->time_ms);
    wire_put_str(out, buf_str(&json));
    buf_release(&json);
}

/* The strings of a body one after the other: one more is written and read without a line here. */
enum { BODY_STRINGS = sizeof(struct alert_body) / sizeof(struct str) };

static void put_body(struct wire_out *out, const struct alert_body *body) {
    const struct str *strings = (const struct str *)body;
    for (size_t i = 0; i < BODY_STRINGS; i++) wire_put_str(out, strings[i]);
}

static void put_roles(struct wire_out *out, const struct match *match) {
    wire_put_number(out, match->role_count);
    for (size_t i = 0; i < match->role_count; i++) {
        wire_put_number(out, match->roles[i].step);
        wire_put_str(out, match->roles[i].key);
    }
}

void verdict_put_match(struct wire_out *out, uint32_t rule, const struct match *match) {
    wire_put_number(out, ENTRY_MATCH);
    wire_put_number(out, rule);
    wire_put_str(out, match->title);
    wire_put_str(out, match->severity);
    wire_put_str(out, match->dedup);
    wire_put_number(out, (uint64_t)match->period_ms);
    wire_put_number(out, match->unjudged);
    wire_put_str(out, match->value);
    wire_put_str(out, match->address);
    put_roles(out, match);
    put_body(out, &match->body);
}

void verdict_put_resolution(struct wire_out *out, uint32_t rule, struct str dedup) {
    wire_put_number(out, ENTRY_RESOLUTION);
    wire_put_number(out, rule);
    wire_put_str(out, dedup);
}

void verdict_put_suppressed(struct wire_out *out, const struct suppressed *suppressed) {
    wire_put_number(out, ENTRY_SUPPRESSED);
    wire_put_number(out, suppressed->rule);
    wire_put_number(out, suppressed->exception);
    wire_put_number(out, (uint64_t)suppressed->time_ms);
}

void verdict_put_failure(
    struct wire_out *out, uint32_t rule, enum failure_kind kind, struct str reason) {
    wire_put_number(out, ENTRY_FAILURE);
    wire_put_number(out, rule);
    wire_put_number(out, kind);
    wire_put_str(out, reason);
}

void verdict_put_answered(struct wire_out *out, uint32_t rule) {
    wire_put_number(out, ENTRY_ANSWERED);
    wire_put_number(out, rule);
}

void verdict_put_cost(struct wire_out *out, const struct cost_of_rule *cost) {
    wire_put_number(out, ENTRY_COST);
    wire_put_number(out, cost->rule);
    wire_put(out, &cost->cost, sizeof cost->cost);
}

void verdict_put_day(struct wire_out *out, int64_t day) {
    wire_put_number(out, ENTRY_DAY);
    wire_put_number(out, (uint64_t)day);
}

void verdict_put_end(struct wire_out *out, struct cursor next) {
    wire_put_number(out, ENTRY_END);
    wire_put_number(out, next.record);
    wire_put_number(out, next.event);
    wire_put_number(out, next.rule);
}

/* ---- reading ---- */

struct reading {
    struct wire_in in;
    const struct rules *rules;
    struct arena *arena;
    const struct verdicts *verdicts;
    struct verdict *verdict; /* NULL before the first record */
    struct str event_id, event;
    int64_t time_ms;
    struct cursor *next;
};

static void read_record(struct reading *reading) {
    uint64_t record = wire_number(&reading->in);
    struct verdict verdict = {.rejected = wire_copy(&reading->in, reading->arena)};
    verdict.events = wire_number(&reading->in);
    verdict.unrecognised = wire_number(&reading->in);
    verdict.time_ms = CLOCK_UNKNOWN;
    if (record >= reading->verdicts->count) reading->in.bad = true;
    if (reading->in.bad) return;
    reading->verdict = reading->verdicts->list[record];
    *reading->verdict = verdict;
}

static void read_again(struct reading *reading) {
    uint64_t record = wire_number(&reading->in);
    if (record >= reading->verdicts->count) reading->in.bad = true;
    if (!reading->in.bad) reading->verdict = reading->verdicts->list[record];
}

static void note_time(struct verdict *verdict, int64_t time_ms) {
    bool later = verdict->time_ms == CLOCK_UNKNOWN || time_ms > verdict->time_ms;
    if (time_ms != CLOCK_UNKNOWN && later) verdict->time_ms = time_ms;
}

static void read_event(struct reading *reading) {
    reading->event_id = wire_copy(&reading->in, reading->arena);
    reading->time_ms = (int64_t)wire_number(&reading->in);
    reading->event = wire_copy(&reading->in, reading->arena);
    if (reading->verdict) note_time(reading->verdict, reading->time_ms);
}

/* What a match or failure is of; NULL when it cannot be. */
static const struct manifest *read_rule(struct reading *reading, uint32_t *index) {
    uint64_t rule = wire_number(&reading->in);
    *index = (uint32_t)rule;
    if (rule >= reading->rules->count || !reading->verdict || !reading->event.at)
        reading->in.bad = true;
    return reading->in.bad ? NULL : reading->rules->list[rule].manifest;
}

static void read_body(struct reading *reading, struct alert_body *body) {
    struct str *strings = (struct str *)body;
    for (size_t i = 0; i < BODY_STRINGS; i++) strings[i] = wire_copy(&reading->in, reading->arena);
    body->event = reading->event;
}

/* False: a step that its rule has not, or more of them than it can have. */
static bool read_roles(
    struct reading *reading, const struct manifest *manifest, struct match *match) {
    size_t steps = manifest && manifest->memory.step_count ? manifest->memory.step_count : 1;
    uint64_t count = wire_number(&reading->in);
    if (count > steps) return false;
    match->roles = arena_list(reading->arena, struct memory_role, count);
    for (; match->role_count < count; match->role_count++) {
        struct memory_role *role = &match->roles[match->role_count];
        uint64_t step = wire_number(&reading->in);
        role->step = (uint32_t)step;
        role->key = wire_copy(&reading->in, reading->arena);
        if (step >= steps) return false;
    }
    return true;
}

static void read_match(struct reading *reading) {
    uint32_t rule;
    const struct manifest *manifest = read_rule(reading, &rule);
    struct match match = {
        .event_id = reading->event_id,
        .time_ms = reading->time_ms,
        .rules_version = str_of(reading->rules->version),
    };
    match.title = wire_copy(&reading->in, reading->arena);
    match.severity = wire_copy(&reading->in, reading->arena);
    match.dedup = wire_copy(&reading->in, reading->arena);
    match.period_ms = (int64_t)wire_number(&reading->in);
    match.unjudged = wire_number(&reading->in);
    match.value = wire_copy(&reading->in, reading->arena);
    match.address = wire_copy(&reading->in, reading->arena);
    if (match.period_ms < 0 || !read_roles(reading, manifest, &match)) reading->in.bad = true;
    read_body(reading, &match.body);
    if (reading->in.bad) return;
    match.rule = manifest->id;
    match.log = manifest->log;
    match.manifest = manifest;
    struct verdict *verdict = reading->verdict;
    verdict->matches = arena_grow(reading->arena, verdict->matches, verdict->match_count);
    verdict->matches[verdict->match_count++] = match;
}

static void read_resolution(struct reading *reading) {
    uint32_t rule;
    struct resolution resolution = {
        .manifest = read_rule(reading, &rule), .time_ms = reading->time_ms};
    resolution.dedup = wire_copy(&reading->in, reading->arena);
    if (reading->in.bad) return;
    struct verdict *verdict = reading->verdict;
    verdict->resolutions = arena_grow(
        reading->arena, verdict->resolutions, verdict->resolution_count);
    verdict->resolutions[verdict->resolution_count++] = resolution;
}

static void read_suppressed(struct reading *reading) {
    uint64_t rule = wire_number(&reading->in), exception = wire_number(&reading->in);
    int64_t time_ms = (int64_t)wire_number(&reading->in);
    struct verdict *verdict = reading->verdict;
    if (rule >= reading->rules->count || !verdict) reading->in.bad = true;
    if (reading->in.bad) return;
    if (exception >= reading->rules->list[rule].manifest->exception_count) reading->in.bad = true;
    if (reading->in.bad) return;
    verdict->suppressed = arena_grow(
        reading->arena, verdict->suppressed, verdict->suppressed_count);
    verdict->suppressed[verdict->suppressed_count++] = (struct suppressed){
        (uint32_t)rule, (uint32_t)exception, time_ms};
}

static void add_trial(
    struct reading *reading, uint32_t rule, uint32_t failure, enum failure_kind failed) {
    struct verdict *verdict = reading->verdict;
    verdict->trials = arena_grow(reading->arena, verdict->trials, verdict->trial_count);
    verdict->trials[verdict->trial_count++] = (struct trial){rule, failure};
    standings_note(reading->verdicts->standings, reading->arena, rule, failed);
}

static void read_answered(struct reading *reading) {
    uint64_t rule = wire_number(&reading->in);
    if (rule >= reading->rules->count || !reading->verdict) reading->in.bad = true;
    if (!reading->in.bad) add_trial(reading, (uint32_t)rule, TRIAL_ANSWERED, FAILURE_NONE);
}

static void read_failure(struct reading *reading) {
    uint32_t rule = 0;
    const struct manifest *manifest = read_rule(reading, &rule);
    uint64_t kind = wire_number(&reading->in);
    struct str reason = wire_copy(&reading->in, reading->arena);
    if (kind >= FAILURE_KINDS) reading->in.bad = true;
    if (reading->in.bad) return;
    struct verdict *verdict = reading->verdict;
    verdict->failures = arena_grow(reading->arena, verdict->failures, verdict->failure_count);
    verdict->failures[verdict->failure_count] = (struct failure){
        (enum failure_kind)kind, manifest->id, reading->event_id, reason, reading->event};
    add_trial(reading, rule, (uint32_t)verdict->failure_count++, (enum failure_kind)kind);
}

static void read_cost(struct reading *reading) {
    struct costs *costs = reading->verdicts->costs;
    struct cost_of_rule cost = {.rule = (uint32_t)wire_number(&reading->in)};
    wire_take(&reading->in, &cost.cost, sizeof cost.cost);
    if (cost.rule >= reading->rules->count) reading->in.bad = true;
    if (reading->in.bad) return;
    costs->list = arena_grow(reading->arena, costs->list, costs->count);
    costs->list[costs->count++] = cost;
}

static void read_day(struct reading *reading) {
    struct days *days = reading->verdicts->days;
    int64_t day = (int64_t)wire_number(&reading->in);
    if (reading->in.bad) return;
    days->list = arena_grow(reading->arena, days->list, days->count);
    days->list[days->count++] = day;
}

static void read_end(struct reading *reading) {
    reading->next->record = (uint32_t)wire_number(&reading->in);
    reading->next->event = (uint32_t)wire_number(&reading->in);
    reading->next->rule = (uint32_t)wire_number(&reading->in);
}

bool verdicts_read(struct str entries, const struct rules *rules, struct arena *arena,
    const struct verdicts *verdicts, struct cursor *next) {
    struct reading reading = {.in = {entries.at, entries.at + entries.len, false},
        .rules = rules,
        .arena = arena,
        .verdicts = verdicts,
        .next = next};
    while (!wire_ended(&reading.in)) {
        switch (wire_number(&reading.in)) {
        case ENTRY_RECORD: read_record(&reading); break;
        case ENTRY_AGAIN: read_again(&reading); break;
        case ENTRY_EVENT: read_event(&reading); break;
        case ENTRY_MATCH: read_match(&reading); break;
        case ENTRY_RESOLUTION: read_resolution(&reading); break;
        case ENTRY_SUPPRESSED: read_suppressed(&reading); break;
        case ENTRY_FAILURE: read_failure(&reading); break;
        case ENTRY_ANSWERED: read_answered(&reading); break;
        case ENTRY_COST: read_cost(&reading); break;
        case ENTRY_DAY: read_day(&reading); break;
        case ENTRY_END: read_end(&reading); break;
        default: reading.in.bad = true;
        }
    }
    return !reading.in.bad;
}
