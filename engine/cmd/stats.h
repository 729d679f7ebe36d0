/* What `replay --stats` tells: what each rule would have raised over the events that were read. */
#ifndef CMD_STATS_H
#define CMD_STATS_H

#include "cmd/options.h"
#include "cmd/stats_days.h"
#include "cmd/stats_unread.h"
#include "flow/batch.h"
#include "flow/tally.h"

enum { STATS_SEVERITIES = SEVERITY_CRITICAL + 1, STATS_KEYS = 5 };

struct stats_key {
    struct str dedup;
    int64_t alerts;
};

/* Of one rule, or of those alerts of the engine itself that have its id. */
struct stats_rule {
    struct str id;
    const struct manifest *manifest; /* NULL: the engine's own */
    int64_t alerts, matches, suppressed;
    double budget;         /* alerts a day, or BUDGET_NONE */
    int64_t *by_exception; /* of `suppressed`, as many as the manifest has exceptions */
    struct rule_cost cost;
    /* After stats_end: */
    struct stats_key keys[STATS_KEYS]; /* those with most alerts first, equals by name */
    size_t key_count;
    struct stats_series series; /* days with an alert or a match */
    struct stats_unread *unread;
    size_t unread_count;
};

struct stats_alert;

struct stats {
    struct arena arena;
    struct stats_rule
        *list; /* those enabled and own ones; after stats_end those with most alerts first */
    size_t count;
    size_t *by_id, known; /* places of the rules' own, by their ids */
    struct stats_alert *raised;
    size_t raised_count;
    int64_t alerts, severities[STATS_SEVERITIES]; /* by enum severity */
    struct stats_days by_day;
    struct stats_series days; /* after stats_end: those with events */
    int64_t sample;           /* of so many records one was read; 0: all were */
};

/* Borrows the rules. */
void stats_init(struct stats *stats, const struct rules *rules);
void stats_release(struct stats *stats);

void stats_add_alert(struct stats *stats, const struct alert *alert);
void stats_add_batch(struct stats *stats, const struct rules *rules, const struct batch *batch);
/* `costs` are of each rule. */
void stats_end(struct stats *stats, const struct rules *rules, const struct rule_cost *costs);

/* Alerts for each day with events; of no day, all of them. */
double stats_a_day(const struct stats *stats, const struct stats_rule *rule);

/* Of the alerts of the rule those of its first key, 0 to 1. */
double stats_top_share(const struct stats_rule *rule);

/* Its budget. */
bool stats_exceeds(const struct stats *stats, const struct stats_rule *rule);

void stats_print_text(const struct stats *stats, FILE *to);
void stats_print_json(struct buf *to, const struct stats *stats, const struct tally *tally);

#endif
