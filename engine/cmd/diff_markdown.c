#include "cmd/diff.h"

#include "base/plain.h"

/* A comment holds 65,536 characters. What is not ours stands in code, where it is no mention, no link and
 * no markup, on one line, and the fence is longer than any that it has. */
enum {
    COMMENT_MOST = 65000, /* bytes */
    RULE_MOST = 16000,    /* of what is told of one rule */
    ROWS_MOST = 150,      /* rules in the table */
    NAME_MOST = 300,
    VALUE_MOST = 200,
    FENCE_LEAST = 3,
};

static const char marks[] = {'+', '-', '!'};

/* ---- code ---- */

static size_t longest_fence(struct str text) {
    size_t longest = 0, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        if (run > longest) longest = run;
    }
    return longest;
}

static void add_fence(struct buf *to, size_t length) {
    for (size_t i = 0; i < length; i++) buf_add_char(to, '`');
}

/* A blank at either end keeps backticks of the text apart, and is not shown. */
static void add_code(struct buf *to, const char *text) {
    struct buf plain = {0};
    size_t len = strlen(text);
    plain_print(&plain, (struct str){text, len < NAME_MOST ? len : NAME_MOST});
    size_t fence = longest_fence(buf_str(&plain)) + 1;
    add_fence(to, fence);
    buf_add_format(to, fence > 1 ? " %s " : "%s", buf_text(&plain));
    add_fence(to, fence);
    buf_release(&plain);
}

/* As a block in which lines that begin with + - ! have a colour. */
static void add_block(struct buf *to, struct str lines) {
    size_t fence = longest_fence(lines) + 1;
    if (fence < FENCE_LEAST) fence = FENCE_LEAST;
    add_fence(to, fence);
    buf_add_text(to, "diff\n");
    buf_add_str(to, lines);
    add_fence(to, fence);
    buf_add_char(to, '\n');
}

/* ---- lines of a block ---- */

static void add_value_line(
    struct buf *to, char mark, const struct diff_change *change, enum diff_side side) {
    if (!change->values[side]) return;
    buf_add_char(to, mark);
    buf_add_char(to, ' ');
    plain_print(to, change->path);
    buf_add_text(to, ": ");
    diff_print_side(to, change, side, VALUE_MOST);
    buf_add_char(to, '\n');
}

static void add_rule_changes(struct buf *to, const struct diff_changes *changes) {
    for (size_t i = 0; i < changes->count && to->len < RULE_MOST / 2; i++) {
        add_value_line(to, '-', &changes->list[i], DIFF_OLD);
        add_value_line(to, '+', &changes->list[i], DIFF_NEW);
    }
}

static void add_alert_change(struct buf *to, const struct diff_change *change) {
    buf_add_text(to, "      ");
    plain_print(to, change->path);
    buf_add_text(to, ": ");
    diff_print_side(to, change, DIFF_OLD, VALUE_MOST);
    buf_add_text(to, " → ");
    diff_print_side(to, change, DIFF_NEW, VALUE_MOST);
    buf_add_char(to, '\n');
}

static void add_alerts(struct buf *to, enum diff_kind kind, const struct diff_list *list) {
    size_t shown = 0;
    for (; shown < list->sample_count && to->len < RULE_MOST; shown++) {
        const struct diff_sample *sample = &list->samples[shown];
        buf_add_format(to, "%c ", marks[kind]);
        diff_print_sample(to, sample);
        buf_add_char(to, '\n');
        for (size_t i = 0; i < sample->changes.count; i++)
            add_alert_change(to, &sample->changes.list[i]);
    }
    if (list->count > shown)
        buf_add_format(
            to, "%c %zu more %s\n", marks[kind], list->count - shown, diff_kind_names[kind]);
}

/* ---- rules ---- */

static void add_pair(struct buf *to, int64_t old, int64_t new) {
    buf_add_format(to, old == new ? "%lld |" : "%lld → %lld |", (long long)old, (long long)new);
}

static void add_row(struct buf *to, const struct diff_rule *rule) {
    const struct diff_counts *old = &rule->counts[DIFF_OLD], *new = &rule->counts[DIFF_NEW];
    const char *state = rule->state == DIFF_OWN ? "" : diff_state_names[rule->state];
    buf_add_format(to, "| `%.*s` | %s | ", STR_ARG(rule->id), state);
    add_pair(to, old->alerts, new->alerts);
    for (int kind = 0; kind < DIFF_KINDS; kind++)
        buf_add_format(to, " %zu |", rule->lists[kind].count);
    buf_add_char(to, ' ');
    add_pair(to, old->matches, new->matches);
    buf_add_char(to, ' ');
    add_pair(to, old->failures, new->failures);
    buf_add_char(to, '\n');
}

static void add_table(struct buf *to, const struct diff *diff) {
    size_t rows = 0, left = 0;
    buf_add_text(to, "| rule | is | alerts | gained | lost | changed | matches | failures |\n"
                     "|:--|:--|--:|--:|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < diff->count; i++) {
        if (!diff_rule_is_told(&diff->list[i])) continue;
        if (rows++ < ROWS_MOST)
            add_row(to, &diff->list[i]);
        else
            left++;
    }
    if (left) buf_add_format(to, "\n%zu further rules differ that are not in this table.\n", left);
    buf_add_char(to, '\n');
}

static void add_details(struct buf *to, const struct diff_rule *rule) {
    struct buf lines = {0};
    add_rule_changes(&lines, &rule->changes);
    for (int kind = 0; kind < DIFF_KINDS; kind++) add_alerts(&lines, kind, &rule->lists[kind]);
    if (lines.len) {
        buf_add_format(to, "<details><summary><code>%.*s</code>: +%zu −%zu ~%zu</summary>\n\n",
            STR_ARG(rule->id), rule->lists[DIFF_GAINED].count, rule->lists[DIFF_LOST].count,
            rule->lists[DIFF_ALTERED].count);
        add_block(to, buf_str(&lines));
        buf_add_text(to, "\n</details>\n");
    }
    buf_release(&lines);
}

static void add_all_details(struct buf *to, size_t begin, const struct diff *diff) {
    size_t left = 0;
    for (size_t i = 0; i < diff->count; i++) {
        struct buf details = {0};
        if (diff_rule_is_told(&diff->list[i])) add_details(&details, &diff->list[i]);
        bool fits = to->len - begin + details.len <= COMMENT_MOST;
        if (fits) buf_add_str(to, buf_str(&details));
        if (!fits) left++;
        buf_release(&details);
    }
    if (left)
        buf_add_format(to, "\nSamples of %zu rules are left out: this would be too long.\n", left);
}

/* ---- the whole ---- */

static void add_head(struct buf *to, const struct diff *diff) {
    const size_t *states = diff->states, *kinds = diff->kinds;
    int64_t records = diff->tallies[DIFF_NEW]->records;
    size_t tests = diff_count_tests_alone(diff);
    buf_add_format(to, "### Alerts: %zu → %zu (+%zu −%zu ~%zu)\n\n", diff->alerts[DIFF_OLD],
        diff->alerts[DIFF_NEW], kinds[DIFF_GAINED], kinds[DIFF_LOST], kinds[DIFF_ALTERED]);
    add_code(to, diff->names[DIFF_OLD]);
    buf_add_text(to, " → ");
    add_code(to, diff->names[DIFF_NEW]);
    buf_add_format(to, " over %lld record%s; rules: %zu added, %zu removed, %zu changed",
        (long long)records, records == 1 ? "" : "s", states[DIFF_ADDED], states[DIFF_REMOVED],
        states[DIFF_CHANGED]);
    if (tests) buf_add_format(to, " (%zu in tests alone)", tests);
    buf_add_format(to, ", %zu same\n\n", states[DIFF_SAME]);
}

void diff_print_markdown(struct buf *to, const struct diff *diff) {
    size_t begin = to->len;
    bool any = false;
    for (size_t i = 0; i < diff->count; i++) any = any || diff_rule_is_told(&diff->list[i]);
    add_head(to, diff);
    if (any) add_table(to, diff);
    if (!diff_differs(diff)) buf_add_text(to, "Nothing differs.\n");
    add_all_details(to, begin, diff);
}
