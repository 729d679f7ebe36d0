#include "cmd/budget.h"

#include "base/like.h"
#include "base/log.h"
#include "model/budget.h"

#include <inttypes.h>

/* One of the command line. */
struct order {
    struct str like; /* of which rules; empty: of all that have no other */
    double a_day;
};

static bool read_order(const char *text, struct order *order) {
    const char *sign = strchr(text, '=');
    *order = (struct order){0};
    if (sign) order->like = (struct str){text, (size_t)(sign - text)};
    if (sign == text) return false;
    return budget_parse(str_of(sign ? sign + 1 : text), &order->a_day);
}

static bool fits_any(const struct order *order, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        if (like_matches(rules->list[i].manifest->id, order->like)) return true;
    return order->like.len == 0;
}

static bool complain(const char *text, const char *what) {
    fprintf(stderr, "tocsin replay: --budget: %s: '%s'\n", what, text);
    return false;
}

bool budgets_check(const struct option_list *budgets, const struct rules *rules) {
    for (size_t i = 0; i < budgets->count; i++) {
        struct order order;
        const char *text = budgets->list[i];
        if (!read_order(text, &order)) return complain(text, "neither N/day nor RULE=N/day");
        if (!fits_any(&order, rules)) return complain(text, "no rule is named so");
    }
    return true;
}

/* BUDGET_NONE where none is for it. */
static double ordered(const struct option_list *budgets, struct str id, bool named) {
    double found = BUDGET_NONE;
    for (size_t i = 0; i < budgets->count; i++) {
        struct order order;
        read_order(budgets->list[i], &order);
        bool names = order.like.len > 0;
        if (names == named && (!names || like_matches(id, order.like))) found = order.a_day;
    }
    return found;
}

static double budget_of(const struct option_list *budgets, const struct manifest *manifest) {
    double named = ordered(budgets, manifest->id, true);
    if (named >= 0) return named;
    return manifest->budget >= 0 ? manifest->budget : ordered(budgets, manifest->id, false);
}

void budgets_set(const struct option_list *budgets, struct stats *stats) {
    for (size_t i = 0; i < stats->count; i++)
        stats->list[i].budget = budget_of(budgets, stats->list[i].manifest);
}

bool budgets_hold(const struct stats *stats) {
    bool hold = true;
    for (size_t i = 0; i < stats->count; i++) {
        const struct stats_rule *rule = &stats->list[i];
        if (!stats_exceeds(stats, rule)) continue;
        log_error("rule '%.*s' raised %.2f alerts a day, its budget is %g", STR_ARG(rule->id),
            stats_a_day(stats, rule), rule->budget);
        hold = false;
    }
    return hold;
}
