/* Statistics for programs: one object, documented in rules/README.md. */
#include "cmd/stats.h"

#include <inttypes.h>

static void add_rate(struct buf *to, const char *key, double value) {
    json_print_key(to, key);
    buf_add_format(to, "%.10g", value);
}

static void add_date(struct buf *to, const char *key, const struct stats_day *day) {
    struct arena arena = {0};
    json_print_key(to, key);
    if (day)
        json_print_string(to, stats_date(&arena, day->day));
    else
        buf_add_text(to, "null");
    arena_release(&arena);
}

static void add_series(struct buf *to, const struct stats_series *series) {
    json_print_key(to, "by_day");
    buf_add_char(to, '[');
    for (size_t i = 0; i < series->count; i++) {
        buf_add_text(to, i ? ",{" : "{");
        add_date(to, "day", &series->list[i]);
        json_print_member_integer(to, "alerts", series->list[i].alerts);
        json_print_member_integer(to, "matches", series->list[i].matches);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_worst(struct buf *to, const struct stats_series *series) {
    const struct stats_day *worst = stats_worst_day(series);
    json_print_key(to, "worst_day");
    if (!worst) {
        buf_add_text(to, "null");
        return;
    }
    buf_add_char(to, '{');
    add_date(to, "day", worst);
    json_print_member_integer(to, "alerts", worst->alerts);
    buf_add_char(to, '}');
}

static void add_key(struct buf *to, const struct stats_key *key) {
    json_print_member(to, "dedup", key->dedup);
    json_print_member_integer(to, "alerts", key->alerts);
}

static void add_top(struct buf *to, const struct stats_rule *rule) {
    json_print_key(to, "top");
    if (!rule->key_count) {
        buf_add_text(to, "null");
        return;
    }
    buf_add_char(to, '{');
    add_key(to, &rule->keys[0]);
    add_rate(to, "share", stats_top_share(rule));
    buf_add_char(to, '}');
}

static void add_keys(struct buf *to, const struct stats_rule *rule) {
    json_print_key(to, "keys");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rule->key_count; i++) {
        buf_add_text(to, i ? ",{" : "{");
        add_key(to, &rule->keys[i]);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_budget(struct buf *to, const struct stats *stats, const struct stats_rule *rule) {
    if (rule->budget < 0) {
        json_print_key(to, "budget");
        buf_add_text(to, "null");
    } else {
        add_rate(to, "budget", rule->budget);
    }
    json_print_member_bool(to, "over_budget", stats_exceeds(stats, rule));
}

static void add_exceptions(struct buf *to, const struct stats_rule *rule) {
    json_print_key(to, "exceptions");
    buf_add_char(to, '[');
    for (size_t i = 0; rule->manifest && i < rule->manifest->exception_count; i++) {
        const struct manifest_exception *exception = &rule->manifest->exceptions[i];
        if (i) buf_add_char(to, ',');
        buf_add_char(to, '{');
        json_print_member(to, "id", str_of(exception->id));
        json_print_member(to, "reason", exception->reason);
        json_print_member_integer(to, "suppressed", rule->by_exception[i]);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_cost(struct buf *to, const struct rule_cost *cost) {
    json_print_member_integer(to, "events", (int64_t)cost->asked);
    json_print_member_integer(to, "failures", (int64_t)cost->failed);
    json_print_member_integer(to, "time_us", (int64_t)((cost->pattern_ns + cost->lua_ns) / 1000));
    json_print_member_integer(to, "memory", (int64_t)cost->memory);
}

static void add_unread(struct buf *to, const struct stats_rule *rule) {
    json_print_key(to, "unread");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rule->unread_count; i++) {
        const struct stats_unread *unread = &rule->unread[i];
        buf_add_text(to, i ? ",{" : "{");
        json_print_member(to, "field", unread->field.path);
        json_print_member(to, "file", str_of(unread->field.place.file));
        json_print_member_integer(to, "line", unread->field.place.line);
        json_print_member_integer(to, "events", (int64_t)unread->events);
        json_print_member_bool(to, "elsewhere", unread->elsewhere);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_rule(struct buf *to, const struct stats *stats, const struct stats_rule *rule) {
    buf_add_char(to, '{');
    json_print_member(to, "rule", rule->id);
    json_print_member_integer(to, "alerts", rule->alerts);
    add_rate(to, "alerts_a_day", stats_a_day(stats, rule));
    add_budget(to, stats, rule);
    json_print_member_integer(to, "matches", rule->matches);
    json_print_member_integer(to, "suppressed", rule->suppressed);
    add_top(to, rule);
    add_keys(to, rule);
    add_worst(to, &rule->series);
    add_series(to, &rule->series);
    add_exceptions(to, rule);
    add_unread(to, rule);
    add_cost(to, &rule->cost);
    buf_add_char(to, '}');
}

static void add_severities(struct buf *to, const struct stats *stats) {
    json_print_key(to, "severities");
    buf_add_char(to, '{');
    for (int i = 0; i < STATS_SEVERITIES; i++)
        json_print_member_integer(to, severity_names[i], stats->severities[i]);
    buf_add_char(to, '}');
}

static void add_rules(struct buf *to, const struct stats *stats) {
    json_print_key(to, "rules");
    buf_add_char(to, '[');
    for (size_t i = 0; i < stats->count; i++) {
        if (i) buf_add_char(to, ',');
        add_rule(to, stats, &stats->list[i]);
    }
    buf_add_char(to, ']');
}

static void add_silent(struct buf *to, const struct stats *stats) {
    const char *before = "";
    json_print_key(to, "never_fired");
    buf_add_char(to, '[');
    for (size_t i = 0; i < stats->count; i++) {
        if (stats->list[i].alerts) continue;
        buf_add_text(to, before);
        json_print_string(to, stats->list[i].id);
        before = ",";
    }
    buf_add_char(to, ']');
}

static void add_days(struct buf *to, const struct stats_series *days) {
    json_print_member_integer(to, "days", (int64_t)days->count);
    add_date(to, "first_day", days->count ? &days->list[0] : NULL);
    add_date(to, "last_day", days->count ? &days->list[days->count - 1] : NULL);
}

void stats_print_json(struct buf *to, const struct stats *stats, const struct tally *tally) {
    buf_add_char(to, '{');
    json_print_member_integer(to, "events", tally->events);
    if (stats->sample) json_print_member_integer(to, "sample", stats->sample);
    add_days(to, &stats->days);
    json_print_member_integer(to, "alerts", stats->alerts);
    json_print_member_integer(to, "matches", tally->matches);
    json_print_member_integer(to, "suppressed", tally->suppressed);
    add_severities(to, stats);
    add_rules(to, stats);
    add_silent(to, stats);
    buf_add_char(to, '}');
}
