#include "flow/mutant_trial.h"

#include "flow/judge.h"
#include "flow/testing_timeline.h"

enum { BATCH_TESTS = 64 };

/* The mutant's rule, which is number 0 of a set of its own. */
struct judged {
    struct testing testing;
    struct judge *judge;
    struct batch batch;
    uint32_t test; /* that is run */
};

static const struct manifest_test *test_of(const struct judged *judged) {
    return &judged->testing.rules->list[0].manifest->tests[judged->test];
}

/* Judges the next events of the test. */
static bool judge_events(struct judged *judged, uint32_t *event, size_t count) {
    struct diag ignored = {0};
    batch_reset(&judged->batch);
    do {
        struct tested tested = {0, judged->test, *event};
        batch_add_test(&judged->batch, &tested);
    } while (++*event < count && judged->batch.count < BATCH_TESTS);
    return judge_submit(judged->judge, &judged->batch, &ignored) &&
           judge_wait(judged->judge, &judged->batch, &ignored);
}

static bool holds_alone(struct judged *judged) {
    struct arena arena = {0};
    struct differences differences = {.arena = &arena};
    uint32_t event = 0;
    bool holds = judge_events(judged, &event, 1);
    const struct batch_record *record = judged->batch.list;
    if (holds) testing_holds(&judged->testing, &record->tested, &record->verdict, &differences);
    holds = holds && differences.count == 0;
    arena_release(&arena);
    return holds;
}

static bool plays(struct judged *judged, struct play *play) {
    struct diag ignored = {0};
    size_t count = test_of(judged)->timeline.count;
    for (uint32_t event = 0; event < count;) {
        if (!judge_events(judged, &event, count)) return false;
        for (size_t i = 0; i < judged->batch.count; i++)
            if (!play_take(play, &judged->batch, i, &ignored)) return false;
    }
    return true;
}

static bool holds_played(struct judged *judged) {
    struct arena arena = {0};
    struct diag ignored = {0};
    struct differences differences = {.arena = &arena};
    struct play *play = play_new(&judged->testing, test_of(judged), &ignored);
    bool holds = play && plays(judged, play);
    if (holds) play_holds(play, &differences);
    holds = holds && differences.count == 0;
    play_free(play);
    arena_release(&arena);
    return holds;
}

static bool all_hold(const struct mutant_trial *trial, struct judged *judged) {
    size_t count = judged->testing.rules->list[0].manifest->test_count;
    for (judged->test = 0; judged->test < count; judged->test++) {
        if (!trial->wanted[judged->test]) continue;
        if (!(test_of(judged)->timeline.count ? holds_played : holds_alone)(judged)) return false;
    }
    return true;
}

static enum mutant_outcome try_rules(const struct mutant_trial *trial, struct rules *rules) {
    struct judged judged = {.testing = *trial->testing, .judge = judge_here(rules)};
    judged.testing.rules = rules;
    batch_init(&judged.batch);
    bool lives = all_hold(trial, &judged);
    batch_release(&judged.batch);
    judge_free(judged.judge);
    return lives ? MUTANT_LIVES : MUTANT_KILLED;
}

static struct rules *load(
    const struct mutant_trial *trial, const struct mutant *mutant, struct arena *arena) {
    const struct rules *rules = trial->testing->rules;
    const struct manifest *manifest = rules->list[trial->rule].manifest;
    struct diags ignored = {0};
    struct str code = {0};
    if (!mutant->at) code = mutant_code(arena, manifest, mutant);
    struct rules *alone = rules_alone(rules, manifest->document, code, &ignored);
    diags_release(&ignored);
    return alone;
}

enum mutant_outcome mutant_try(const struct mutant_trial *trial, struct mutant *mutant) {
    struct arena arena = {0};
    struct yaml before = mutant->at ? *mutant->at : mutant->value;
    if (mutant->at) *mutant->at = mutant->value;
    struct rules *rules = load(trial, mutant, &arena);
    enum mutant_outcome outcome = rules ? try_rules(trial, rules) : MUTANT_NONE;
    rules_free(rules);
    if (mutant->at) *mutant->at = before;
    arena_release(&arena);
    return outcome;
}
