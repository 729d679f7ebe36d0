#include "cmd/diff.h"

enum { VALUE_MOST = 4096 /* bytes of one that is told whole */, VALUE_SHORT = 1024 };

/* ---- what stands otherwise ---- */

/* What is too long is a string that shows how it begins. */
static void add_value(struct buf *to, const char *key, const struct json *value) {
    struct buf text = {0};
    if (!value) return;
    json_print_key(to, key);
    json_print(&text, value);
    if (text.len <= VALUE_MOST) {
        buf_add_str(to, buf_str(&text));
    } else {
        buf_reset(&text);
        diff_print_value(&text, value, VALUE_SHORT);
        json_print_string(to, buf_str(&text));
    }
    buf_release(&text);
}

static void add_changes(struct buf *to, const struct diff_changes *changes) {
    json_print_key(to, "changes");
    buf_add_char(to, '[');
    for (size_t i = 0; i < changes->count; i++) {
        const struct diff_change *change = &changes->list[i];
        json_print_comma(to);
        buf_add_char(to, '{');
        json_print_member(to, "path", change->path);
        add_value(to, "old", change->values[DIFF_OLD]);
        add_value(to, "new", change->values[DIFF_NEW]);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

/* ---- alerts ---- */

static void add_sample(struct buf *to, const struct diff_sample *sample) {
    json_print_comma(to);
    buf_add_char(to, '{');
    json_print_member(to, "id", sample->id);
    json_print_member(to, "title", sample->title);
    json_print_member(to, "severity", sample->severity);
    alert_print_time(to, "time", sample->time_ms);
    alert_print_time(to, "last_time", sample->last_time_ms);
    json_print_member_integer(to, "count", sample->count);
    json_print_member(to, "dedup", sample->dedup);
    add_changes(to, &sample->changes);
    buf_add_char(to, '}');
}

static void add_ids(struct buf *to, const struct diff_list *list) {
    json_print_key(to, "ids");
    buf_add_char(to, '[');
    for (size_t i = 0; i < list->count; i++) {
        json_print_comma(to);
        json_print_string(to, list->ids[i]);
    }
    buf_add_char(to, ']');
}

static void add_list(
    struct buf *to, const char *key, const struct diff_list *list, const struct diff *diff) {
    json_print_key(to, key);
    buf_add_text(to, "{");
    json_print_member_integer(to, "count", (int64_t)list->count);
    if (!diff->counts_only) add_ids(to, list);
    json_print_key(to, "samples");
    buf_add_char(to, '[');
    for (size_t i = 0; i < list->sample_count; i++) add_sample(to, &list->samples[i]);
    buf_add_text(to, "]}");
}

/* ---- rules ---- */

static void add_counts(struct buf *to, const char *key, const struct diff_counts *counts) {
    json_print_key(to, key);
    buf_add_char(to, '{');
    json_print_member_integer(to, "alerts", counts->alerts);
    json_print_member_integer(to, "matches", counts->matches);
    json_print_member_integer(to, "suppressed", counts->suppressed);
    json_print_member_integer(to, "failures", counts->failures);
    buf_add_char(to, '}');
}

static void add_rule(struct buf *to, const struct diff_rule *rule, const struct diff *diff) {
    json_print_comma(to);
    buf_add_char(to, '{');
    json_print_member(to, "rule", rule->id);
    json_print_member(to, "state", str_of(diff_state_names[rule->state]));
    add_changes(to, &rule->changes);
    add_counts(to, "old", &rule->counts[DIFF_OLD]);
    add_counts(to, "new", &rule->counts[DIFF_NEW]);
    for (int kind = 0; kind < DIFF_KINDS; kind++)
        add_list(to, diff_kind_names[kind], &rule->lists[kind], diff);
    buf_add_char(to, '}');
}

/* ---- the whole ---- */

static void add_version(struct buf *to, const struct diff *diff, enum diff_side side) {
    const struct tally *tally = diff->tallies[side];
    json_print_key(to, side == DIFF_OLD ? "old" : "new");
    buf_add_char(to, '{');
    json_print_member(to, "name", str_of(diff->names[side]));
    json_print_member(to, "rules_version", str_of(diff->versions[side]));
    json_print_member_integer(to, "alerts", (int64_t)diff->alerts[side]);
    json_print_member_integer(to, "matches", tally->matches);
    json_print_member_integer(to, "suppressed", tally->suppressed);
    json_print_member_integer(to, "failures", tally->failures);
    json_print_member_integer(to, "unrecognised", tally->unrecognised);
    buf_add_char(to, '}');
}

static void add_sums(struct buf *to, const struct diff *diff) {
    json_print_key(to, "alerts");
    buf_add_char(to, '{');
    for (int kind = 0; kind < DIFF_KINDS; kind++)
        json_print_member_integer(to, diff_kind_names[kind], (int64_t)diff->kinds[kind]);
    buf_add_char(to, '}');
    json_print_key(to, "rules");
    buf_add_char(to, '{');
    for (int state = DIFF_SAME; state < DIFF_OWN; state++)
        json_print_member_integer(to, diff_state_names[state], (int64_t)diff->states[state]);
    buf_add_char(to, '}');
}

void diff_print_json(struct buf *to, const struct diff *diff) {
    buf_add_char(to, '{');
    json_print_member(to, "schema", STR("tocsin.diff/1"));
    add_version(to, diff, DIFF_OLD);
    add_version(to, diff, DIFF_NEW);
    json_print_member_integer(to, "records", diff->tallies[DIFF_NEW]->records);
    json_print_member_integer(to, "rejected", diff->tallies[DIFF_NEW]->rejected);
    add_sums(to, diff);
    json_print_key(to, "by_rule");
    buf_add_char(to, '[');
    for (size_t i = 0; i < diff->count; i++)
        if (diff_rule_differs(&diff->list[i])) add_rule(to, &diff->list[i], diff);
    buf_add_text(to, "]}");
}
