#include "flow/testing_timeline.h"

#include "base/clock.h"
#include "base/mem.h"

struct raised {
    char id[ALERT_ID];
    int64_t at_ms; /* from the beginning */
};

struct play {
    const struct testing *testing;
    const struct manifest_test *test;
    struct store *store;
    struct committer committer;
    struct clock clock;
    struct arena arena;
    struct raised *raised;
    size_t count;
    struct str failure; /* of a rule; empty: none */
    struct str flaws;   /* of its functions, the first; empty: none */
};

static void note_raised(void *context, const struct alert *alert, int64_t at_ms) {
    struct play *play = context;
    struct raised raised = {.at_ms = at_ms - TIMELINE_BEGINS_MS};
    memcpy(raised.id, alert->id, sizeof raised.id);
    play->raised = arena_grow(&play->arena, play->raised, play->count);
    play->raised[play->count++] = raised;
}

struct play *play_new(
    const struct testing *testing, const struct manifest_test *test, struct diag *diag) {
    struct store *store = store_open("", STORE_TEMPORARY, diag);
    if (!store) return NULL;
    struct play *play = mem_alloc(sizeof *play);
    play->testing = testing;
    play->test = test;
    play->store = store;
    play->clock = clock_fixed(TIMELINE_BEGINS_MS);
    committer_init(&play->committer, store, &play->clock);
    committer_judges_by(&play->committer, testing->rules);
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
    return verdict->failure_count ? verdict->failures[0].reason : (struct str){0};
}

static void note_flaws(struct play *play, const struct verdict *verdict) {
    for (size_t i = 0; i < verdict->match_count; i++) {
        struct str errors = verdict->matches[i].body.errors;
        if (errors.len && !play->flaws.len) play->flaws = arena_copy(&play->arena, errors);
    }
}

bool play_take(struct play *play, const struct batch *batch, size_t record, struct diag *diag) {
    struct batch one = *batch;
    const struct batch_record *taken = &batch->list[record];
    struct str failure = failure_of(&taken->verdict);
    one.list = &batch->list[record];
    one.count = 1;
    one.passed = one.left_out = 0;
    play->clock.at_ms = TIMELINE_BEGINS_MS +
                        play->test->timeline.events[taken->tested.event].arrives_ms;
    if (failure.len && !play->failure.len) play->failure = arena_copy(&play->arena, failure);
    note_flaws(play, &taken->verdict);
    if (failure.len) return true;
    return committer_idle(&play->committer, play->clock.at_ms, diag) &&
           committer_apply(&play->committer, &one, NULL, diag);
}

/* ---- what was expected ---- */

static void add_duration(struct buf *to, int64_t ms) {
    char text[CLOCK_TEXT];
    clock_format_duration(ms, text);
    buf_add_text(to, text);
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

static bool count_differs(struct play *play, size_t expected, struct differences *to) {
    const char *wanted = arena_format(
        &play->arena, "%zu alert%s", expected, expected == 1 ? "" : "s");
    const char *got = arena_format(
        &play->arena, "%zu%s%s", play->count, play->count ? ": " : "", list_raised(play));
    return differences_add(to, play->test->expect_place, "", str_of(wanted), str_of(got));
}

static const char *at_time(struct play *play, int64_t at_ms) {
    struct buf text = {0};
    buf_add_text(&text, "at ");
    add_duration(&text, at_ms);
    const char *copy = arena_text(&play->arena, buf_text(&text));
    buf_release(&text);
    return copy;
}

static bool time_differs(
    struct play *play, const struct timeline_alert *alert, size_t at, struct differences *to) {
    const char *what = arena_format(&play->arena, "alert %zu", at + 1);
    const char *got = arena_format(
        &play->arena, "%s (raised: %s)", at_time(play, play->raised[at].at_ms), list_raised(play));
    return differences_add(
        to, alert->place, what, str_of(at_time(play, alert->at_ms)), str_of(got));
}

static bool alert_holds(
    struct play *play, const struct yaml *details, size_t at, struct differences *to) {
    struct alert alert;
    struct diag diag = {0};
    bool found = false;
    to->prefix = arena_format(to->arena, "alert %zu", at + 1);
    if (!store_alert_find(play->store, play->raised[at].id, &play->arena, &alert, &found, &diag) ||
        !found)
        return differences_add(
            to, play->test->expect_place, "", STR("an alert"), STR("one that cannot be read"));
    bool holds = testing_holds_alert(play->testing, details, play->test, &alert, to);
    to->prefix = NULL;
    return holds;
}

static bool listed_holds(struct play *play, size_t at, struct differences *to) {
    const struct timeline_alert *alert = &play->test->timeline.alerts[at];
    bool timely = alert->at_ms < 0 || alert->at_ms == play->raised[at].at_ms ||
                  time_differs(play, alert, at, to);
    return alert_holds(play, alert->details, at, to) && timely;
}

static bool list_holds(struct play *play, struct differences *to) {
    const struct timeline *timeline = &play->test->timeline;
    bool holds = true;
    if (play->count != timeline->alert_count) return count_differs(play, timeline->alert_count, to);
    for (size_t i = 0; i < play->count; i++) holds = listed_holds(play, i, to) && holds;
    return holds;
}

static bool outcome_holds(struct play *play, struct differences *to) {
    const struct manifest_test *test = play->test;
    if (test->timeline.alert_count) return list_holds(play, to);
    size_t expected = test->expect == EXPECT_ALERT;
    if (play->count != expected) return count_differs(play, expected, to);
    return !expected || alert_holds(play, test->details, 0, to);
}

static bool expects_errors(const struct manifest_test *test) {
    if (test->details && yaml_get(test->details, "errors")) return true;
    for (size_t i = 0; i < test->timeline.alert_count; i++)
        if (yaml_get(test->timeline.alerts[i].details, "errors")) return true;
    return false;
}

/* Those of matches that raised no alert of their own, too. */
static bool flaws_hold(struct play *play, struct differences *to) {
    if (!play->flaws.len || expects_errors(play->test)) return true;
    return differences_add(to, play->test->expect_place, "errors", STR("[]"), play->flaws);
}

static bool fails(struct play *play, struct differences *to) {
    const char *got = arena_format(&play->arena, "an error: %.*s", STR_ARG(play->failure));
    return testing_differs(play->test, str_of(got), to);
}

bool play_holds(struct play *play, struct differences *to) {
    int64_t until_ms = play->test->timeline.until_ms;
    struct diag diag = {0};
    bool wants_error = play->test->expect == EXPECT_ERROR;
    if (play->failure.len) return wants_error || fails(play, to);
    if (wants_error) return testing_differs(play->test, STR("none"), to);
    if (!committer_idle(
            &play->committer, until_ms < 0 ? INT64_MAX : TIMELINE_BEGINS_MS + until_ms, &diag))
        return testing_differs(play->test, str_of(diag.text), to);
    return outcome_holds(play, to) && flaws_hold(play, to);
}
