#include "flow/testing_timeline.h"

#include "base/clock.h"
#include "base/mem.h"
#include "flow/testing.h"

struct raised {
    char id[ALERT_ID];
    int64_t at_ms; /* from the beginning */
};

struct play {
    const struct manifest_test *test;
    struct store *store;
    struct committer committer;
    struct clock clock;
    struct arena arena;
    struct raised *raised;
    size_t count;
    struct str failure; /* of a rule; empty: none */
};

static void note_raised(void *context, const struct alert *alert, int64_t at_ms) {
    struct play *play = context;
    struct raised raised = {.at_ms = at_ms - TIMELINE_BEGINS_MS};
    memcpy(raised.id, alert->id, sizeof raised.id);
    play->raised = arena_grow(&play->arena, play->raised, play->count);
    play->raised[play->count++] = raised;
}

struct play *play_new(
    const struct rules *rules, const struct manifest_test *test, struct diag *diag) {
    struct store *store = store_open("", STORE_TEMPORARY, diag);
    if (!store) return NULL;
    struct play *play = mem_alloc(sizeof *play);
    play->test = test;
    play->store = store;
    play->clock = clock_fixed(TIMELINE_BEGINS_MS);
    committer_init(&play->committer, store, &play->clock);
    committer_judges_by(&play->committer, rules);
    play->committer.raised = note_raised;
    play->committer.raised_context = play;
    return play;
}

void play_free(struct play *play) {
    if (!play) return;
    committer_release(&play->committer);
    store_close(play->store);
    arena_release(&play->arena);
    mem_free(play);
}

static struct str failure_of(const struct verdict *verdict) {
    if (verdict->failure_count) return verdict->failures[0].reason;
    for (size_t i = 0; i < verdict->match_count; i++)
        if (verdict->matches[i].body.errors.len) return verdict->matches[i].body.errors;
    return (struct str){0};
}

bool play_take(struct play *play, const struct batch *batch, size_t record, struct diag *diag) {
    struct batch one = *batch;
    const struct batch_record *taken = &batch->list[record];
    struct str failure = failure_of(&taken->verdict);
    one.list = &batch->list[record];
    one.count = 1;
    one.passed = 0;
    play->clock.at_ms = TIMELINE_BEGINS_MS +
                        play->test->timeline.events[taken->tested.event].arrives_ms;
    if (failure.len && !play->failure.len) play->failure = arena_copy(&play->arena, failure);
    if (failure.len) return true;
    return committer_idle(&play->committer, play->clock.at_ms, diag) &&
           committer_apply(&play->committer, &one, NULL, diag);
}

/* ---- what was expected ---- */

static const struct json *alert_tree(struct play *play, const char *id) {
    struct alert alert;
    struct buf text = {0};
    bool found = false;
    struct diag diag = {0};
    if (!store_alert_find(play->store, id, &play->arena, &alert, &found, &diag) || !found)
        return NULL;
    alert_print(&text, &alert);
    const struct json *tree = json_parse(
        &play->arena, arena_copy(&play->arena, buf_str(&text)), NULL, &diag);
    buf_release(&text);
    return tree;
}

static void add_duration(struct buf *to, int64_t ms) {
    static const struct {
        const char *unit;
        int64_t ms;
    } units[] = {{"d", 86400000}, {"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    size_t i = 0;
    while (ms % units[i].ms) i++;
    buf_add_format(to, "%lld%s", (long long)(ms / units[i].ms), ms ? units[i].unit : "s");
}

/* "at 4m, at 1h" */
static const char *list_raised(struct play *play) {
    struct buf text = {0};
    for (size_t i = 0; i < play->count && i < 10; i++) {
        buf_add_text(&text, i ? ", at " : "at ");
        add_duration(&text, play->raised[i].at_ms);
    }
    if (play->count > 10) buf_add_text(&text, ", …");
    const char *copy = arena_text(&play->arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static bool count_differs(struct play *play, size_t expected, struct diag *why) {
    return diag_set(why, "expected %zu alert%s, got %zu%s%s", expected, expected == 1 ? "" : "s",
        play->count, play->count ? ": " : "", list_raised(play));
}

static bool time_differs(
    struct play *play, const struct timeline_alert *alert, size_t at, struct diag *why) {
    struct buf text = {0};
    buf_add_format(&text, "alert %zu: expected at ", at + 1);
    add_duration(&text, alert->at_ms);
    buf_add_text(&text, ", got at ");
    add_duration(&text, play->raised[at].at_ms);
    diag_set(why, "%s (raised: %s)", buf_text(&text), list_raised(play));
    buf_release(&text);
    return false;
}

static bool alert_holds(
    struct play *play, const struct yaml *details, size_t at, struct diag *why) {
    const struct json *tree = alert_tree(play, play->raised[at].id);
    struct diag difference = {0};
    if (!tree) return diag_set(why, "alert %zu cannot be read", at + 1);
    if (testing_holds_details(details, tree, &play->arena, &difference)) return true;
    return diag_set(why, "alert %zu: %s", at + 1, difference.text);
}

static bool list_holds(struct play *play, struct diag *why) {
    const struct timeline *timeline = &play->test->timeline;
    if (play->count != timeline->alert_count)
        return count_differs(play, timeline->alert_count, why);
    for (size_t i = 0; i < play->count; i++) {
        const struct timeline_alert *alert = &timeline->alerts[i];
        if (alert->at_ms >= 0 && alert->at_ms != play->raised[i].at_ms)
            return time_differs(play, alert, i, why);
        if (!alert_holds(play, alert->details, i, why)) return false;
    }
    return true;
}

static bool outcome_holds(struct play *play, struct diag *why) {
    const struct manifest_test *test = play->test;
    if (test->timeline.alert_count) return list_holds(play, why);
    size_t expected = test->expect == EXPECT_ALERT;
    if (play->count != expected) return count_differs(play, expected, why);
    return !expected || alert_holds(play, test->details, 0, why);
}

bool play_holds(struct play *play, struct diag *why) {
    int64_t until_ms = play->test->timeline.until_ms;
    if (play->failure.len) return diag_set(why, "the rule failed: %.*s", STR_ARG(play->failure));
    if (!committer_idle(
            &play->committer, until_ms < 0 ? INT64_MAX : TIMELINE_BEGINS_MS + until_ms, why))
        return false;
    return outcome_holds(play, why);
}
