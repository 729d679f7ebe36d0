#include "base/clock.h"
#include "base/plain.h"
#include "cmd/stats.h"
#include "cmd/table.h"

#include <inttypes.h>

/* "2026-01-31" */
static struct str date(struct arena *arena, int64_t day) {
    char text[CLOCK_TEXT];
    clock_format(day * DAY_MS, text);
    return arena_copy(arena, (struct str){text, strcspn(text, "T")});
}

static bool has_days(const struct stats *stats) {
    return stats->days.count > 0;
}

static int64_t last_day(const struct stats *stats) {
    return stats->days.list[stats->days.count - 1];
}

static size_t count_silent(const struct stats *stats) {
    size_t silent = 0;
    for (size_t i = 0; i < stats->count; i++) silent += stats->list[i].alerts == 0;
    return silent;
}

/* ---- for people ---- */

static struct str number(struct arena *arena, int64_t value) {
    return str_of(arena_format(arena, "%" PRId64, value));
}

static double share(const struct stats_rule *rule) {
    return rule->alerts ? (double)rule->top_alerts / (double)rule->alerts : 0;
}

static struct str top_share(struct arena *arena, const struct stats_rule *rule) {
    if (!rule->top_alerts) return STR("-");
    return str_of(arena_format(arena, "%.0f %%", 100 * share(rule)));
}

static struct str budget(struct arena *arena, const struct stats_rule *rule) {
    if (rule->budget < 0) return STR("-");
    return str_of(arena_format(arena, "%g", rule->budget));
}

static void add_line(
    struct table *table, const struct stats *stats, const struct stats_rule *rule) {
    struct arena arena = {0};
    const struct str cells[TABLE_COLUMNS] = {
        number(&arena, rule->alerts),
        str_of(arena_format(&arena, "%.2f", stats_a_day(stats, rule))),
        budget(&arena, rule),
        number(&arena, rule->matches),
        number(&arena, rule->suppressed),
        top_share(&arena, rule),
        rule->id,
        rule->top,
    };
    table_add(table, cells);
    arena_release(&arena);
}

static void print_table(const struct stats *stats, FILE *to) {
    struct table table;
    const struct str head[TABLE_COLUMNS] = {STR("alerts"), STR("a day"), STR("budget"),
        STR("matches"), STR("suppressed"), STR("top"), STR("rule"), STR("top dedup key")};
    table_init(&table, 8);
    table_add(&table, head);
    for (size_t i = 0; i < stats->count; i++) {
        const struct stats_rule *rule = &stats->list[i];
        if (rule->alerts || rule->matches || rule->suppressed) add_line(&table, stats, rule);
    }
    table_print(&table, to);
    table_release(&table);
}

static void print_severities(const struct stats *stats, FILE *to) {
    const char *before = ": ";
    for (int i = SEVERITY_CRITICAL; i >= 0; i--) {
        if (!stats->severities[i]) continue;
        fprintf(to, "%s%" PRId64 " %s", before, stats->severities[i], severity_names[i]);
        before = ", ";
    }
    fputc('\n', to);
}

static void print_total(const struct stats *stats, FILE *to) {
    struct arena arena = {0};
    fprintf(to, "\n%" PRId64 " alert%s on %zu day%s", stats->alerts, stats->alerts == 1 ? "" : "s",
        stats->days.count, stats->days.count == 1 ? "" : "s");
    if (has_days(stats)) fprintf(to, ", %s", date(&arena, stats->days.list[0]).at);
    if (stats->days.count > 1) fprintf(to, " to %s", date(&arena, last_day(stats)).at);
    print_severities(stats, to);
    arena_release(&arena);
}

static void print_exceptions(const struct stats_rule *rule, FILE *to) {
    struct buf plain = {0};
    for (size_t i = 0; rule->manifest && i < rule->manifest->exception_count; i++) {
        if (!rule->by_exception[i]) continue;
        buf_reset(&plain);
        plain_print(&plain, rule->manifest->exceptions[i].reason);
        fprintf(to, "%" PRId64 " suppressed by an exception of %.*s: %s\n", rule->by_exception[i],
            STR_ARG(rule->id), buf_text(&plain));
    }
    buf_release(&plain);
}

static void print_silent(const struct stats *stats, FILE *to) {
    size_t silent = count_silent(stats);
    if (!silent) return;
    fprintf(to, "\n%zu of %zu rule%s never fired:\n", silent, stats->known,
        stats->known == 1 ? "" : "s");
    for (size_t i = 0; i < stats->count; i++)
        if (!stats->list[i].alerts) fprintf(to, "  %.*s\n", STR_ARG(stats->list[i].id));
}

static void print_text(const struct stats *stats, FILE *to) {
    print_table(stats, to);
    print_total(stats, to);
    for (size_t i = 0; i < stats->count; i++) print_exceptions(&stats->list[i], to);
    print_silent(stats, to);
}

/* ---- for programs ---- */

static void add_number(struct buf *to, const char *key, int64_t value) {
    json_print_key(to, key);
    json_print_integer(to, value);
}

static void add_rate(struct buf *to, const char *key, double value) {
    json_print_key(to, key);
    buf_add_format(to, "%.10g", value);
}

static void add_day(struct buf *to, const char *key, const struct stats *stats, int64_t day) {
    struct arena arena = {0};
    json_print_key(to, key);
    if (has_days(stats))
        json_print_string(to, date(&arena, day));
    else
        buf_add_text(to, "null");
    arena_release(&arena);
}

static void add_top(struct buf *to, const struct stats_rule *rule) {
    json_print_key(to, "top");
    if (!rule->top_alerts) {
        buf_add_text(to, "null");
        return;
    }
    buf_add_char(to, '{');
    json_print_member(to, "dedup", rule->top);
    add_number(to, "alerts", rule->top_alerts);
    add_rate(to, "share", share(rule));
    buf_add_char(to, '}');
}

static void add_flag(struct buf *to, const char *key, bool value) {
    json_print_key(to, key);
    buf_add_text(to, value ? "true" : "false");
}

static void add_budget(struct buf *to, const struct stats *stats, const struct stats_rule *rule) {
    if (rule->budget < 0) {
        json_print_key(to, "budget");
        buf_add_text(to, "null");
    } else {
        add_rate(to, "budget", rule->budget);
    }
    add_flag(to, "over_budget", stats_exceeds(stats, rule));
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
        add_number(to, "suppressed", rule->by_exception[i]);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_rule(struct buf *to, const struct stats *stats, const struct stats_rule *rule) {
    buf_add_char(to, '{');
    json_print_member(to, "rule", rule->id);
    add_number(to, "alerts", rule->alerts);
    add_rate(to, "alerts_a_day", stats_a_day(stats, rule));
    add_budget(to, stats, rule);
    add_number(to, "matches", rule->matches);
    add_number(to, "suppressed", rule->suppressed);
    add_top(to, rule);
    add_exceptions(to, rule);
    buf_add_char(to, '}');
}

static void add_severities(struct buf *to, const struct stats *stats) {
    json_print_key(to, "severities");
    buf_add_char(to, '{');
    for (int i = 0; i < STATS_SEVERITIES; i++)
        add_number(to, severity_names[i], stats->severities[i]);
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

void stats_json(struct buf *to, const struct stats *stats, const struct tally *tally) {
    buf_add_char(to, '{');
    add_number(to, "events", tally->events);
    add_number(to, "days", (int64_t)stats->days.count);
    add_day(to, "first_day", stats, has_days(stats) ? stats->days.list[0] : 0);
    add_day(to, "last_day", stats, has_days(stats) ? last_day(stats) : 0);
    add_number(to, "alerts", stats->alerts);
    add_number(to, "matches", tally->matches);
    add_number(to, "suppressed", tally->suppressed);
    add_severities(to, stats);
    add_rules(to, stats);
    add_silent(to, stats);
    buf_add_char(to, '}');
}

static void print_json(const struct stats *stats, const struct tally *tally, FILE *to) {
    struct buf text = {0};
    stats_json(&text, stats, tally);
    buf_add_char(&text, '\n');
    fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}

void stats_print(const struct stats *stats, const struct tally *tally, bool json, FILE *to) {
    if (json)
        print_json(stats, tally, to);
    else
        print_text(stats, to);
}
