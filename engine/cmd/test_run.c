#include "cmd/test_run.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "cmd/output.h"
#include "cmd/test_coverage.h"
#include "cmd/test_mutate.h"
#include "flow/batch_pool.h"
#include "flow/pipeline.h"

/* Small, so that the first answers come soon and all processes have something to do. */
enum { BATCH_TESTS = 64 };

/* Batches on their way, the oldest first. */
struct flight {
    struct test_run *run;
    struct batch *ring[PIPELINE_AHEAD];
    size_t first, count;
    struct batch *filling; /* not submitted yet */
    struct batch_pool *pool;
    struct play *play; /* the timeline that is under way, or NULL */
    bool stopped;      /* --fail-fast, and one did */
};

static const struct manifest_test *test_of(
    const struct test_run *run, const struct tested *tested) {
    return tested_test(run->testing.rules, tested);
}

/* ---- results ---- */

static void tell(
    struct flight *flight, const struct tested *tested, const struct differences *differences) {
    struct test_run *run = flight->run;
    const struct test_result result = {.rule = run->testing.rules->list[tested->rule].manifest,
        .test = test_of(run, tested),
        .differences = differences};
    test_report_result(&run->report, &result);
    failed_tests_note(run->failed, result.rule->id, result.test->name, differences->count == 0);
    if (differences->count && run->fails) run->fails[tested->rule] = true;
    if (differences->count && run->options->fail_fast) flight->stopped = true;
}

static void tell_alone(struct flight *flight, const struct batch_record *record) {
    struct arena arena = {0};
    struct differences differences = {.arena = &arena};
    testing_holds(&flight->run->testing, &record->tested, &record->verdict, &differences);
    tell(flight, &record->tested, &differences);
    arena_release(&arena);
}

static void tell_played(struct flight *flight, const struct tested *tested) {
    struct arena arena = {0};
    struct differences differences = {.arena = &arena};
    play_holds(flight->play, &differences);
    tell(flight, tested, &differences);
    arena_release(&arena);
    play_free(flight->play);
    flight->play = NULL;
}

/* The first event of a timeline begins it, the last one ends it. */
static bool play(
    struct flight *flight, const struct batch *batch, size_t record, struct diag *diag) {
    const struct tested *tested = &batch->list[record].tested;
    const struct manifest_test *test = test_of(flight->run, tested);
    if (tested->event == 0) flight->play = play_new(&flight->run->testing, test, diag);
    if (!flight->play || !play_take(flight->play, batch, record, diag)) return false;
    if (tested->event + 1 == test->timeline.count) tell_played(flight, tested);
    return true;
}

static bool take(struct flight *flight, const struct batch *batch, struct diag *diag) {
    struct coverage *coverage = flight->run->coverage;
    for (size_t i = 0; i < batch->count && !flight->stopped; i++) {
        if (coverage) coverage_note(coverage, &batch->list[i].tested);
        if (!test_of(flight->run, &batch->list[i].tested)->timeline.count)
            tell_alone(flight, &batch->list[i]);
        else if (!play(flight, batch, i, diag))
            return false;
    }
    return true;
}

/* ---- batches ---- */

static bool land(struct flight *flight, struct diag *diag) {
    struct batch *batch = flight->ring[flight->first];
    bool good = judge_wait(flight->run->judge, batch, diag) && take(flight, batch, diag);
    if (!good) return false;
    flight->first = (flight->first + 1) % PIPELINE_AHEAD;
    flight->count--;
    batch_pool_give(flight->pool, batch);
    return true;
}

static bool submit(struct flight *flight, struct diag *diag) {
    struct batch *batch = flight->filling;
    size_t most = flight->run->jobs + 1 < PIPELINE_AHEAD ? flight->run->jobs + 1 : PIPELINE_AHEAD;
    if (!batch) return true;
    while (flight->count >= most)
        if (!land(flight, diag)) return false;
    flight->ring[(flight->first + flight->count++) % PIPELINE_AHEAD] = batch;
    flight->filling = NULL;
    return judge_submit(flight->run->judge, batch, diag);
}

static bool add_event(struct flight *flight, const struct tested *tested, struct diag *diag) {
    if (!flight->filling) {
        flight->filling = batch_pool_take(flight->pool);
        batch_reset(flight->filling);
    }
    batch_add_test(flight->filling, tested);
    return flight->filling->count < BATCH_TESTS || submit(flight, diag);
}

static bool add_test(struct flight *flight, struct tested tested, struct diag *diag) {
    size_t count = test_of(flight->run, &tested)->timeline.count;
    do {
        if (!add_event(flight, &tested, diag)) return false;
    } while (++tested.event < count);
    return true;
}

static bool add_rule(struct flight *flight, uint32_t number, struct diag *diag) {
    struct test_run *run = flight->run;
    const struct rule *rule = &run->testing.rules->list[number];
    bool any = false;
    if (!selection_has_rule(&run->selection, rule)) return true;
    for (uint32_t i = 0; i < rule->manifest->test_count && !flight->stopped; i++) {
        if (!selection_has_test(&run->selection, rule, &rule->manifest->tests[i])) continue;
        any = true;
        if (!add_test(flight, (struct tested){number, i, 0}, diag)) return false;
    }
    run->report.rules += any || (rule->manifest->test_count == 0 &&
                                    selection_is_whole(&run->selection, rule));
    return true;
}

static bool run_tests(struct flight *flight, struct diag *diag) {
    const struct rules *rules = flight->run->testing.rules;
    for (uint32_t i = 0; i < rules->count && !flight->stopped; i++)
        if (!add_rule(flight, i, diag)) return false;
    if (!submit(flight, diag)) return false;
    while (flight->count)
        if (!land(flight, diag)) return false;
    return true;
}

static bool fly(struct test_run *run, struct diag *diag) {
    struct flight flight = {.run = run, .pool = batch_pool_new()};
    bool good = run_tests(&flight, diag);
    judge_free(run->judge); /* who may still be at a batch */
    run->judge = NULL;
    for (; flight.count; flight.count--) {
        batch_pool_give(flight.pool, flight.ring[flight.first]);
        flight.first = (flight.first + 1) % PIPELINE_AHEAD;
    }
    if (flight.filling) batch_pool_give(flight.pool, flight.filling);
    batch_pool_free(flight.pool);
    play_free(flight.play);
    return good;
}

/* ---- rules that are not tested enough ---- */

static const char *missing_in(const struct manifest *manifest) {
    bool positive = false, negative = false;
    for (size_t i = 0; i < manifest->test_count; i++) {
        enum expectation expect = manifest->tests[i].expect;
        positive = positive || expect == EXPECT_ALERT || expect == EXPECT_MATCH;
        negative = negative || expect == EXPECT_NOTHING;
    }
    if (positive && negative) return NULL;
    if (positive) return "test that expects nothing";
    return manifest->test_count ? "test that expects an alert" : "test";
}

static void tell_gaps(struct test_run *run) {
    const struct rules *rules = run->testing.rules;
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->list[i];
        bool meant = selection_has_rule(&run->selection, rule) &&
                     selection_is_whole(&run->selection, rule);
        struct test_gap gap = {rule->manifest, NULL, run->options->require_tests};
        if (meant) gap.missing = missing_in(rule->manifest);
        if (gap.missing) test_report_gap(&run->report, &gap);
    }
}

/* ---- the whole ---- */

static void save_failed(const struct test_run *run) {
    struct diag diag = {0};
    if (!failed_tests_save(run->failed, &diag) && run->options->failed_only)
        log_warn("what fails is not remembered: %s", diag.text);
}

/* A name for nothing shall not pass for a good run. */
static bool is_in_vain(const struct test_run *run) {
    const struct options *options = run->options;
    bool named = options->filter || options->tag;
    if (!named || options->failed_only || run->selection.touched) return false;
    if (run->report.passed + run->report.failed || run->report.rules) return false;
    fprintf(stderr, "tocsin test: no test is meant by '%s'%s\n",
        options->filter ? options->filter : options->tag,
        selection_suggest(&run->selection, run->testing.rules));
    return true;
}

int test_run(struct test_run *run) {
    struct diag diag = {0};
    int64_t began_ms = clock_monotonic_ms();
    test_report_begin(&run->report);
    bool good = fly(run, &diag);
    run->spent_ms = clock_monotonic_ms() - began_ms;
    if (!good) log_error("%s", diag.text);
    if (good) tell_gaps(run);
    if (good) save_failed(run);
    bool in_vain = good && is_in_vain(run);
    test_report_end(&run->report, good ? NULL : diag.text);
    bool enough = !good || in_vain || test_coverage(run);
    bool ended_early = run->options->fail_fast && run->report.failed;
    if (good && !in_vain && !ended_early) enough = test_mutate(run) && enough;
    if (!output_close(stdout) || !good) return EXIT_RUN;
    if (in_vain) return EXIT_USAGE;
    bool fine = enough && !run->report.failed && !run->report.gaps;
    return fine ? EXIT_FINE : EXIT_FINDINGS;
}
