#include "cmd/diff.h"

#include "base/plain.h"

enum { VALUE_MOST = 60 /* bytes that are shown */ };

struct paper {
    struct buf *to;
    bool color;
};

static const char marks[] = {'+', '-', '~'};
static const char *const colors[] = {"\033[32m", "\033[31m", "\033[33m"};

static void begin_color(const struct paper *paper, const char *color) {
    if (paper->color) buf_add_text(paper->to, color);
}

static void end_color(const struct paper *paper) {
    if (paper->color) buf_add_text(paper->to, "\033[0m");
}

/* "+15 -4 ~2", each in its colour. */
static void print_kinds(const struct paper *paper, const size_t counts[DIFF_KINDS]) {
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        if (kind) buf_add_char(paper->to, ' ');
        if (counts[kind]) begin_color(paper, colors[kind]);
        buf_add_format(paper->to, "%c%zu", marks[kind], counts[kind]);
        if (counts[kind]) end_color(paper);
    }
}

/* "5 -> 6"; what differs beyond what is shown says so. */
static void print_both(const struct paper *paper, const struct diff_change *change) {
    struct buf old = {0}, new = {0};
    diff_print_side(&old, change, DIFF_OLD, VALUE_MOST);
    diff_print_side(&new, change, DIFF_NEW, VALUE_MOST);
    buf_add_format(paper->to, "%s -> %s", buf_text(&old), buf_text(&new));
    if (str_eq(buf_str(&old), buf_str(&new))) buf_add_text(paper->to, " (otherwise)");
    buf_release(&old);
    buf_release(&new);
}

static void print_change(
    const struct paper *paper, const char *indent, const struct diff_change *change) {
    const struct json *old = change->values[DIFF_OLD], *new = change->values[DIFF_NEW];
    buf_add_text(paper->to, indent);
    plain_print(paper->to, change->path);
    buf_add_text(paper->to, old && new ? ": " : old ? ": - " : ": + ");
    if (old && new)
        print_both(paper, change);
    else
        diff_print_value(paper->to, old ? old : new, VALUE_MOST);
    buf_add_char(paper->to, '\n');
}

static void print_changes(
    const struct paper *paper, const char *indent, const struct diff_changes *changes) {
    for (size_t i = 0; i < changes->count; i++) print_change(paper, indent, &changes->list[i]);
}

static void print_list(
    const struct paper *paper, enum diff_kind kind, const struct diff_list *list) {
    for (size_t i = 0; i < list->sample_count; i++) {
        buf_add_text(paper->to, "  ");
        begin_color(paper, colors[kind]);
        buf_add_format(paper->to, "%c ", marks[kind]);
        diff_print_sample(paper->to, &list->samples[i]);
        end_color(paper);
        buf_add_char(paper->to, '\n');
        print_changes(paper, "      ", &list->samples[i].changes);
    }
    if (list->count > list->sample_count)
        buf_add_format(paper->to, "  %c %zu more\n", marks[kind], list->count - list->sample_count);
}

static void print_count(const struct paper *paper, const char *name, int64_t old, int64_t new) {
    if (!old && !new) return;
    buf_add_format(paper->to, ", %s %lld", name, (long long)old);
    if (old != new) buf_add_format(paper->to, " -> %lld", (long long)new);
}

static void print_rule(const struct paper *paper, const struct diff_rule *rule) {
    const struct diff_counts *old = &rule->counts[DIFF_OLD], *new = &rule->counts[DIFF_NEW];
    size_t kinds[DIFF_KINDS];
    for (int kind = 0; kind < DIFF_KINDS; kind++) kinds[kind] = rule->lists[kind].count;
    buf_add_char(paper->to, '\n');
    begin_color(paper, "\033[1m");
    buf_add_str(paper->to, rule->id);
    end_color(paper);
    if (rule->state != DIFF_SAME && rule->state != DIFF_OWN)
        buf_add_format(paper->to, " (%s)", diff_state_names[rule->state]);
    buf_add_format(
        paper->to, ": alerts %lld -> %lld ", (long long)old->alerts, (long long)new->alerts);
    print_kinds(paper, kinds);
    print_count(paper, "matches", old->matches, new->matches);
    print_count(paper, "suppressed", old->suppressed, new->suppressed);
    print_count(paper, "failures", old->failures, new->failures);
    buf_add_char(paper->to, '\n');
    print_changes(paper, "  ", &rule->changes);
    for (int kind = 0; kind < DIFF_KINDS; kind++) print_list(paper, kind, &rule->lists[kind]);
}

static void print_sums(const struct paper *paper, const struct diff *diff) {
    const size_t *states = diff->states;
    size_t tests = diff_count_tests_alone(diff);
    buf_add_format(paper->to, "rules: %zu added, %zu removed, %zu changed", states[DIFF_ADDED],
        states[DIFF_REMOVED], states[DIFF_CHANGED]);
    if (tests) buf_add_format(paper->to, " (%zu in tests alone)", tests);
    buf_add_format(paper->to, ", %zu same\n", states[DIFF_SAME]);
    buf_add_format(
        paper->to, "alerts: %zu -> %zu ", diff->alerts[DIFF_OLD], diff->alerts[DIFF_NEW]);
    print_kinds(paper, diff->kinds);
    buf_add_text(paper->to, "\n");
}

/* What decides the answers and is in no rule: log types, and what Lua they load. */
static bool only_version_differs(const struct diff *diff) {
    for (size_t i = 0; i < diff->count; i++)
        if (diff->list[i].changes.count) return false;
    return !diff->states[DIFF_ADDED] && !diff->states[DIFF_REMOVED] &&
           strcmp(diff->versions[DIFF_OLD], diff->versions[DIFF_NEW]) != 0;
}

void diff_print_text(struct buf *to, const struct diff *diff, bool color) {
    struct paper paper = {to, color};
    print_sums(&paper, diff);
    if (only_version_differs(diff)) buf_add_text(to, "log types or shared Lua differ\n");
    if (!diff_differs(diff)) buf_add_text(to, "nothing differs\n");
    for (size_t i = 0; i < diff->count; i++)
        if (diff_rule_is_told(&diff->list[i])) print_rule(&paper, &diff->list[i]);
}
