/* Statistics for people. */
#include "base/plain.h"
#include "cmd/stats.h"
#include "cmd/table.h"

#include <inttypes.h>

static struct str number(struct arena *arena, int64_t value) {
    return str_of(arena_format(arena, "%" PRId64, value));
}

static struct str top_share(struct arena *arena, const struct stats_rule *rule) {
    if (!rule->key_count) return STR("-");
    return str_of(arena_format(arena, "%.0f %%", 100 * stats_top_share(rule)));
}

static struct str worst(struct arena *arena, const struct stats_rule *rule) {
    const struct stats_day *day = stats_worst_day(&rule->series);
    if (!day) return STR("-");
    return str_of(
        arena_format(arena, "%" PRId64 " on %s", day->alerts, stats_date(arena, day->day).at));
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
        worst(&arena, rule),
        budget(&arena, rule),
        number(&arena, rule->matches),
        number(&arena, rule->suppressed),
        top_share(&arena, rule),
        rule->id,
        rule->keys[0].dedup,
    };
    table_add(table, cells);
    arena_release(&arena);
}

static void print_table(const struct stats *stats, FILE *to) {
    struct table table;
    const struct str head[TABLE_COLUMNS] = {STR("alerts"), STR("a day"), STR("worst day"),
        STR("budget"), STR("matches"), STR("suppressed"), STR("top"), STR("rule"),
        STR("top dedup key")};
    table_init(&table, 9);
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

static struct str date_at(struct arena *arena, const struct stats *stats, size_t at) {
    return stats_date(arena, stats->days.list[at].day);
}

static void print_total(const struct stats *stats, FILE *to) {
    struct arena arena = {0};
    fprintf(to, "\n%" PRId64 " alert%s on %zu day%s", stats->alerts, stats->alerts == 1 ? "" : "s",
        stats->days.count, stats->days.count == 1 ? "" : "s");
    if (stats->days.count) fprintf(to, ", %s", date_at(&arena, stats, 0).at);
    if (stats->days.count > 1)
        fprintf(to, " to %s", date_at(&arena, stats, stats->days.count - 1).at);
    print_severities(stats, to);
    if (stats->sample) fprintf(to, "of a sample: one record of %" PRId64 "\n", stats->sample);
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

static void print_unread(const struct stats_unread *unread, FILE *to) {
    const struct place *place = &unread->field.place;
    struct buf plain = {0};
    if (unread->elsewhere) return;
    plain_print(&plain, unread->field.path);
    fprintf(to, "%s:%u: none of %" PRIu64 " event%s had '%s'\n", place->file, place->line,
        unread->events, unread->events == 1 ? "" : "s", buf_text(&plain));
    buf_release(&plain);
}

static void print_all_unread(const struct stats *stats, FILE *to) {
    for (size_t i = 0; i < stats->count; i++)
        for (size_t j = 0; j < stats->list[i].unread_count; j++)
            print_unread(&stats->list[i].unread[j], to);
}

static size_t count_silent(const struct stats *stats) {
    size_t silent = 0;
    for (size_t i = 0; i < stats->count; i++) silent += stats->list[i].alerts == 0;
    return silent;
}

static void print_silent(const struct stats *stats, FILE *to) {
    size_t silent = count_silent(stats);
    if (!silent) return;
    fprintf(to, "\n%zu of %zu rule%s never fired:\n", silent, stats->known,
        stats->known == 1 ? "" : "s");
    for (size_t i = 0; i < stats->count; i++)
        if (!stats->list[i].alerts) fprintf(to, "  %.*s\n", STR_ARG(stats->list[i].id));
}

void stats_print_text(const struct stats *stats, FILE *to) {
    print_table(stats, to);
    print_total(stats, to);
    for (size_t i = 0; i < stats->count; i++) print_exceptions(&stats->list[i], to);
    print_all_unread(stats, to);
    print_silent(stats, to);
}
