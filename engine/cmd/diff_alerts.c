#include "cmd/diff.h"

#include "base/clock.h"

#include <stdlib.h>

/* Keys of an alert that tell how it differs; where its count does, which events count on it does, too. */
static const char *const keys[] = {"severity", "title", "log", "time", "last_time", "count",
    "event_ids", "event", "context", "description", "runbook", "references", "tags", "attack",
    "destinations", "errors", "notes", "state", NULL};

struct comparison {
    struct diff *diff;
    enum diff_side side; /* whose alerts are gone through */
    struct store *other; /* of the other version */
    struct arena arena;  /* for one alert */
    struct diag *diag;
    bool failed;
};

/* ---- one alert of both ---- */

/* How often it was told is not what it is. */
static bool is_same(const struct alert *a, const struct alert *b) {
    return str_eq(a->severity, b->severity) && str_eq(a->title, b->title) &&
           str_eq(a->log, b->log) && a->time_ms == b->time_ms &&
           a->last_time_ms == b->last_time_ms && a->count == b->count &&
           str_eq(a->event_ids, b->event_ids) && str_eq(a->body, b->body) &&
           (a->state == ALERT_RESOLVED) == (b->state == ALERT_RESOLVED);
}

static const struct json *read(struct arena *arena, const struct alert *alert) {
    struct buf text = {0};
    struct diag ignored = {0};
    struct alert told = *alert;
    if (told.state != ALERT_RESOLVED) told.state = ALERT_OPEN;
    alert_print(&text, &told);
    const struct json *json = json_parse(arena, buf_str(&text), NULL, &ignored);
    buf_release(&text);
    return json;
}

static void add_change(struct diff_changes *changes, struct arena *arena, const char *key,
    const struct json *old, const struct json *new) {
    if (!old && !new) return;
    if (old && new &&json_equal(old, new)) return;
    changes->list = arena_grow(arena, changes->list, changes->count);
    changes->list[changes->count++] = (struct diff_change){str_of(key), {old, new}};
}

static struct diff_changes changes_of(
    struct arena *arena, const struct alert *old, const struct alert *new) {
    struct diff_changes changes = {0};
    const struct json *was = read(arena, old), *is = read(arena, new);
    for (const char *const *key = keys; *key; key++)
        if (old->count == new->count || strcmp(*key, "event_ids") != 0)
            add_change(&changes, arena, *key, json_get_text(was, *key), json_get_text(is, *key));
    return changes;
}

/* ---- into the lists ---- */

static struct diff_sample sample_of(struct arena *arena, const struct alert *alert) {
    return (struct diff_sample){
        .id = arena_copy(arena, str_of(alert->id)),
        .title = arena_copy(arena, alert->title),
        .severity = arena_copy(arena, alert->severity),
        .dedup = arena_copy(arena, alert->dedup),
        .time_ms = alert->time_ms,
        .last_time_ms = alert->last_time_ms,
        .count = alert->count,
    };
}

/* NULL: there are enough. */
static struct diff_sample *add_alert(
    struct diff *diff, enum diff_kind kind, const struct alert *alert) {
    struct arena *arena = &diff->arena;
    struct diff_list *list = &diff_rule_of(diff, alert->rule)->lists[kind];
    diff->kinds[kind]++;
    list->ids = arena_grow(arena, list->ids, list->count);
    list->ids[list->count++] = arena_copy(arena, str_of(alert->id));
    if (list->sample_count == diff->limit) return NULL;
    list->samples = arena_grow(arena, list->samples, list->sample_count);
    list->samples[list->sample_count] = sample_of(arena, alert);
    return &list->samples[list->sample_count++];
}

static void add_pair(struct diff *diff, const struct alert *old, const struct alert *new) {
    if (is_same(old, new)) return;
    struct diff_sample *sample = add_alert(diff, DIFF_ALTERED, new);
    if (sample) sample->changes = changes_of(&diff->arena, old, new);
}

static bool compare(void *context, const struct alert *alert) {
    struct comparison *comparison = context;
    struct diff *diff = comparison->diff;
    bool is_new = comparison->side == DIFF_NEW, found = false;
    struct alert other;
    arena_reset(&comparison->arena);
    comparison->failed = !store_alert_find(
        comparison->other, alert->id, &comparison->arena, &other, &found, comparison->diag);
    if (comparison->failed) return false;
    diff->alerts[comparison->side]++;
    diff_rule_of(diff, alert->rule)->counts[comparison->side].alerts++;
    if (!found)
        add_alert(diff, is_new ? DIFF_GAINED : DIFF_LOST, alert);
    else if (is_new)
        add_pair(diff, &other, alert);
    return true;
}

static bool compare_all(
    struct diff *diff, enum diff_side side, struct store *const stores[], struct diag *diag) {
    struct comparison comparison = {.diff = diff, .side = side, .diag = diag};
    struct store_alert_filter all = {.since_ms = CLOCK_UNKNOWN};
    comparison.other = stores[side == DIFF_OLD ? DIFF_NEW : DIFF_OLD];
    bool good = store_alerts_list(stores[side], &all, compare, &comparison, diag);
    arena_release(&comparison.arena);
    return good && !comparison.failed;
}

static size_t differences(const struct diff_rule *rule) {
    size_t sum = 0;
    for (int kind = 0; kind < DIFF_KINDS; kind++) sum += rule->lists[kind].count;
    return sum;
}

static int most_first(const void *left, const void *right) {
    const struct diff_rule *a = left, *b = right;
    size_t of_a = differences(a), of_b = differences(b);
    if (of_a != of_b) return of_a < of_b ? 1 : -1;
    return str_cmp(a->id, b->id);
}

bool diff_compare(struct diff *diff, struct store *const stores[DIFF_SIDES], struct diag *diag) {
    if (!compare_all(diff, DIFF_OLD, stores, diag) || !compare_all(diff, DIFF_NEW, stores, diag))
        return false;
    if (diff->count) qsort(diff->list, diff->count, sizeof *diff->list, most_first);
    diff->known = 0;
    return true;
}
