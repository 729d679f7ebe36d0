#include "cmd/stats.h"

#include "base/clock.h"

#include <stdlib.h>

struct stats_alert {
    size_t rule; /* its place */
    struct str dedup;
};

/* ---- rules by their ids ---- */

static int by_id(const void *left, const void *right, void *context) {
    const struct stats *stats = context;
    const size_t *a = left, *b = right;
    return str_cmp(stats->list[*a].id, stats->list[*b].id);
}

static size_t add_rule(struct stats *stats, struct str id, const struct manifest *manifest) {
    struct stats_rule rule = {
        .id = arena_copy(&stats->arena, id), .manifest = manifest, .budget = BUDGET_NONE};
    if (manifest) rule.by_exception = arena_list(&stats->arena, int64_t, manifest->exception_count);
    stats->list = arena_grow(&stats->arena, stats->list, stats->count);
    stats->list[stats->count] = rule;
    return stats->count++;
}

void stats_init(struct stats *stats, const struct rules *rules) {
    *stats = (struct stats){0};
    arena_init(&stats->arena);
    for (size_t i = 0; i < rules->count; i++)
        if (rules->list[i].manifest->enabled)
            add_rule(stats, rules->list[i].manifest->id, rules->list[i].manifest);
    stats->known = stats->count;
    stats->by_id = arena_list(&stats->arena, size_t, stats->known);
    for (size_t i = 0; i < stats->known; i++) stats->by_id[i] = i;
    qsort_r(stats->by_id, stats->known, sizeof *stats->by_id, by_id, stats);
}

void stats_release(struct stats *stats) {
    arena_release(&stats->arena);
    stats_days_release(&stats->by_day);
}

static size_t find_own(struct stats *stats, struct str id) {
    for (size_t i = stats->known; i < stats->count; i++)
        if (str_eq(stats->list[i].id, id)) return i;
    return add_rule(stats, id, NULL);
}

static size_t find(struct stats *stats, struct str id) {
    size_t low = 0, high = stats->known;
    while (low < high) {
        size_t middle = low + (high - low) / 2, at = stats->by_id[middle];
        int order = str_cmp(stats->list[at].id, id);
        if (order == 0) return at;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return find_own(stats, id);
}

/* ---- what was found ---- */

static void add_day(
    struct stats *stats, size_t rule, int64_t time_ms, int64_t alerts, int64_t matches) {
    if (time_ms == CLOCK_UNKNOWN) return;
    stats_days_add(&stats->by_day, &(struct stats_day){rule, day_of(time_ms), alerts, matches});
}

void stats_add_alert(struct stats *stats, const struct alert *alert) {
    size_t rule = find(stats, alert->rule);
    enum severity severity;
    add_day(stats, rule, alert->time_ms, 1, 0);
    stats->alerts++;
    stats->list[rule].alerts++;
    if (severity_parse(alert->severity, &severity)) stats->severities[severity]++;
    stats->raised = arena_grow(&stats->arena, stats->raised, stats->raised_count);
    stats->raised[stats->raised_count++] = (struct stats_alert){
        rule, arena_copy(&stats->arena, alert->dedup)};
}

static void add_suppressed(
    struct stats *stats, const struct rules *rules, const struct suppressed *suppressed) {
    const struct manifest *manifest = rules->list[suppressed->rule].manifest;
    struct stats_rule *rule = &stats->list[find(stats, manifest->id)];
    rule->suppressed++;
    rule->by_exception[suppressed->exception]++;
}

static void add_match(struct stats *stats, const struct match *match) {
    size_t rule = find(stats, match->rule);
    stats->list[rule].matches++;
    add_day(stats, rule, match->time_ms, 0, 1);
}

void stats_add_batch(struct stats *stats, const struct rules *rules, const struct batch *batch) {
    for (size_t i = 0; i < batch->days.count; i++)
        stats_days_add(
            &stats->by_day, &(struct stats_day){STATS_EVENTS, batch->days.list[i], 0, 0});
    for (size_t i = 0; i < batch->count; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        for (size_t j = 0; j < verdict->match_count; j++) add_match(stats, &verdict->matches[j]);
        for (size_t j = 0; j < verdict->suppressed_count; j++)
            add_suppressed(stats, rules, &verdict->suppressed[j]);
    }
}

/* ---- the end ---- */

static int by_dedup(const void *left, const void *right) {
    const struct stats_alert *a = left, *b = right;
    if (a->rule != b->rule) return a->rule < b->rule ? -1 : 1;
    return str_cmp(a->dedup, b->dedup);
}

/* Keys come in the order of their names. */
static void rank(struct stats_rule *rule, struct stats_key key) {
    size_t at = rule->key_count < STATS_KEYS ? rule->key_count++ : STATS_KEYS;
    for (; at && rule->keys[at - 1].alerts < key.alerts; at--)
        if (at < STATS_KEYS) rule->keys[at] = rule->keys[at - 1];
    if (at < STATS_KEYS) rule->keys[at] = key;
}

static void find_keys(struct stats *stats) {
    const struct stats_alert *raised = stats->raised;
    size_t count = stats->raised_count, next;
    if (count) qsort(stats->raised, count, sizeof *stats->raised, by_dedup);
    for (size_t i = 0; i < count; i = next) {
        for (next = i + 1; next < count && by_dedup(&raised[i], &raised[next]) == 0;) next++;
        rank(
            &stats->list[raised[i].rule], (struct stats_key){raised[i].dedup, (int64_t)(next - i)});
    }
}

static int noisiest_first(const void *left, const void *right) {
    const struct stats_rule *a = left, *b = right;
    if (a->alerts != b->alerts) return a->alerts < b->alerts ? 1 : -1;
    if (a->matches != b->matches) return a->matches < b->matches ? 1 : -1;
    return str_cmp(a->id, b->id);
}

static void take_costs(
    struct stats *stats, const struct rules *rules, const struct rule_cost *costs) {
    for (size_t i = 0; i < rules->count; i++) {
        if (!rules->list[i].manifest->enabled) continue;
        stats->list[find(stats, rules->list[i].manifest->id)].cost = costs[i];
    }
}

static void take_days(struct stats *stats) {
    stats_days_end(&stats->by_day);
    stats->days = stats_days_of(&stats->by_day, STATS_EVENTS);
    for (size_t i = 0; i < stats->count; i++)
        stats->list[i].series = stats_days_of(&stats->by_day, i);
}

void stats_end(struct stats *stats, const struct rules *rules, const struct rule_cost *costs) {
    take_costs(stats, rules, costs);
    stats_find_unread(stats);
    take_days(stats);
    find_keys(stats);
    if (stats->count) qsort(stats->list, stats->count, sizeof *stats->list, noisiest_first);
}

static size_t days_of(const struct stats *stats) {
    return stats->days.count ? stats->days.count : 1;
}

double stats_a_day(const struct stats *stats, const struct stats_rule *rule) {
    return (double)rule->alerts / (double)days_of(stats);
}

bool stats_exceeds(const struct stats *stats, const struct stats_rule *rule) {
    return budget_exceeded(rule->budget, rule->alerts, days_of(stats));
}

double stats_top_share(const struct stats_rule *rule) {
    return rule->alerts ? (double)rule->keys[0].alerts / (double)rule->alerts : 0;
}
