#include "flow/pipeline.h"

#include "base/clock.h"
#include "base/log.h"
#include "flow/feed.h"
#include "flow/reader.h"

#include <unistd.h>

enum {
    UNSAVED_MOST = 64,
    PARSED_FIRST = 256, /* records that are parsed whatever the rules want: most of what is wrong
                           with a feed, or with the choice of the rules, shows there */
};

void pipeline_init(struct pipeline *pipeline, struct rules *rules, struct judge *judge,
    struct store *store, const struct clock *clock) {
    static const volatile sig_atomic_t never;
    *pipeline = (struct pipeline){.rules = rules, .judge = judge, .stop = &never};
    committer_init(&pipeline->committer, store, clock);
    committer_judges_by(&pipeline->committer, rules);
    pipeline->committer.feeds = pipeline->committer.unread = feed_is_wanted(rules);
    pipeline->pool = batch_pool_new();
}

void pipeline_release(struct pipeline *pipeline) {
    committer_release(&pipeline->committer);
    positions_release(&pipeline->positions);
    batch_pool_free(pipeline->pool);
}

struct record_filter pipeline_filter(const struct pipeline *pipeline) {
    return look_filter(pipeline->look);
}

/* ---- one input on its way through ---- */

struct drain {
    struct pipeline *pipeline;
    struct store_input *input; /* or NULL */
    bool ends;                 /* no batch comes after those under way */
    struct diag *diag;
};

static void tell_waiting(struct pipeline *pipeline, const struct diag *fault, bool again) {
    if (fault && !again) log_error("%s: the input waits, tried again each second", fault->text);
    if (pipeline->waits) pipeline->waits(pipeline->committed_context, fault);
}

/* NULL: where the input stands need not be saved with this batch. */
static struct store_input *input_to_save(struct drain *drain, const struct batch *batch) {
    struct pipeline *pipeline = drain->pipeline;
    struct store_input *input = drain->input;
    if (!input) return NULL;
    input->position = batch->position;
    input->done = batch->done;
    bool last = drain->ends && pipeline->count == 1, quiet = batch_is_quiet(batch);
    if (quiet && !last && ++pipeline->unsaved < UNSAVED_MOST) return NULL;
    pipeline->unsaved = 0;
    if (quiet && pipeline->holds && positions_hold(&pipeline->positions, input)) return NULL;
    positions_drop(&pipeline->positions, input->key);
    return input;
}

/* A batch, or without one the positions that are held. */
static bool try_to_keep(struct pipeline *pipeline, const struct batch *batch,
    const struct store_input *input, struct diag *diag) {
    struct committer *committer = &pipeline->committer;
    if (batch) return committer_apply(committer, batch, input, diag);
    int64_t now_ms = clock_now_ms(committer->clock);
    return positions_save(&pipeline->positions, committer->store, now_ms, diag);
}

/* A store whose disk is full keeps the input waiting: nothing is acknowledged that is not kept. */
static bool keep(struct pipeline *pipeline, const struct batch *batch,
    const struct store_input *input, struct diag *diag) {
    for (bool again = false;; again = true) {
        struct diag fault = {0};
        if (try_to_keep(pipeline, batch, input, &fault)) {
            if (again) tell_waiting(pipeline, NULL, again);
            return true;
        }
        if (!pipeline->durable || *pipeline->stop) return diag_set(diag, "%s", fault.text);
        tell_waiting(pipeline, &fault, again);
        sleep(1);
    }
}

bool pipeline_save(struct pipeline *pipeline, bool now, struct diag *diag) {
    bool due = now || positions_wait_ms(&pipeline->positions) <= 0;
    return !due || keep(pipeline, NULL, NULL, diag);
}

bool pipeline_keep(struct pipeline *pipeline, const struct store_input *input, struct diag *diag) {
    return positions_hold(&pipeline->positions, input) &&
           pipeline_save(pipeline, !pipeline->holds, diag);
}

static bool commit(struct drain *drain, const struct batch *batch) {
    return keep(drain->pipeline, batch, input_to_save(drain, batch), drain->diag);
}

static bool break_off(struct drain *drain) {
    if (!drain->pipeline->broken) log_error("%s", drain->diag->text);
    drain->pipeline->broken = true;
    return false;
}

static void leave_ring(struct pipeline *pipeline) {
    batch_pool_give(pipeline->pool, pipeline->ring[pipeline->first]);
    pipeline->first = (pipeline->first + 1) % PIPELINE_AHEAD;
    pipeline->count--;
}

static void sum_costs(struct pipeline *pipeline, const struct costs *costs) {
    for (size_t i = 0; pipeline->costs && i < costs->count; i++)
        rule_cost_add(&pipeline->costs[costs->list[i].rule], &costs->list[i].cost);
}

static void tell_fault(struct pipeline *pipeline, const struct batch *batch) {
    if (!batch->fault) return;
    if (!pipeline->committer.silent) log_error("%s", batch->fault);
    pipeline->committer.tally.unreadable++;
}

static void note_committed(struct pipeline *pipeline, const struct batch *batch) {
    sum_costs(pipeline, &batch->costs);
    if (pipeline->committed) pipeline->committed(pipeline->committed_context, batch);
}

/* ---- alerts as events ---- */

/* Past those under way, which were judged by what was known before them. */
static bool judge_alerts(struct drain *drain, struct batch *batch) {
    struct pipeline *pipeline = drain->pipeline;
    struct judge *judge = pipeline->judge;
    committer_direct(&pipeline->committer, batch);
    batch->metered = pipeline->costs != NULL;
    if (!judge_submit(judge, batch, drain->diag) || !judge_wait(judge, batch, drain->diag))
        return break_off(drain);
    if (!keep(pipeline, batch, NULL, drain->diag)) return false;
    note_committed(pipeline, batch);
    return true;
}

/* Those that were raised so far, by this process or by one that was killed before they were judged. */
static bool feed(struct drain *drain) {
    struct pipeline *pipeline = drain->pipeline;
    struct committer *committer = &pipeline->committer;
    if (!committer->unread) return true;
    struct batch *batch = batch_pool_take(pipeline->pool);
    bool good = true;
    while (good && committer->unread) {
        good = feed_take(committer->store, batch, drain->diag);
        if (good && !batch->count) committer->unread = false;
        if (good && batch->count) good = judge_alerts(drain, batch);
    }
    batch_pool_give(pipeline->pool, batch);
    return good;
}

bool pipeline_idle(struct pipeline *pipeline, int64_t now_ms, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .diag = diag};
    do {
        if (!feed(&drain) || !committer_idle(&pipeline->committer, now_ms, diag)) return false;
    } while (pipeline->committer.unread);
    return true;
}

bool pipeline_finish(struct pipeline *pipeline, struct diag *diag) {
    return pipeline_idle(pipeline, INT64_MAX, diag) && committer_finish(&pipeline->committer, diag);
}

/* ---- batch by batch ---- */

/* The oldest of those under way. */
static bool finish_one(struct drain *drain) {
    struct pipeline *pipeline = drain->pipeline;
    struct batch *batch = pipeline->ring[pipeline->first];
    if (!feed(drain)) return false;
    if (!judge_wait(pipeline->judge, batch, drain->diag)) return break_off(drain);
    if (!commit(drain, batch)) return false;
    if (!pipeline->committer.silent) strangers_note(&pipeline->strangers, batch);
    tell_fault(pipeline, batch);
    note_committed(pipeline, batch);
    leave_ring(pipeline);
    return pipeline_save(pipeline, false, drain->diag);
}

static bool finish_all(struct drain *drain) {
    drain->ends = true;
    while (drain->pipeline->count > 0)
        if (!finish_one(drain)) return false;
    return feed(drain);
}

/* What was read and not committed is read again another time. */
static void abandon(struct pipeline *pipeline) {
    while (pipeline->count > 0) {
        struct diag ignored = {0};
        judge_wait(pipeline->judge, pipeline->ring[pipeline->first], &ignored);
        leave_ring(pipeline);
    }
}

static enum pipeline_end end_without_commit(struct pipeline *pipeline) {
    abandon(pipeline);
    return *pipeline->stop || pipeline->broken ? PIPELINE_STOPPED : PIPELINE_FAILED;
}

/* A batch without a record still moves the position of its input. */
static bool says_nothing(const struct drain *drain, const struct batch *batch) {
    return !drain->input && !batch->count && !batch->passed && !batch->left_out && !batch->fault;
}

/* Takes the batch, which has its place behind those under way. */
static bool send(struct drain *drain, struct batch *batch) {
    struct pipeline *pipeline = drain->pipeline;
    bool good = pipeline->count < PIPELINE_AHEAD || finish_one(drain);
    if (!good || says_nothing(drain, batch)) {
        batch_pool_give(pipeline->pool, batch);
        return good;
    }
    pipeline->ring[(pipeline->first + pipeline->count++) % PIPELINE_AHEAD] = batch;
    committer_direct(&pipeline->committer, batch);
    batch->metered = pipeline->costs != NULL;
    batch->period = pipeline->period;
    batch->dated = pipeline->dated;
    return judge_submit(pipeline->judge, batch, drain->diag) || break_off(drain);
}

/* ---- from records ---- */

static enum pipeline_end end_of(enum record_status status, const struct source *source) {
    if (status == RECORD_FAILED) return source_fault(source) ? PIPELINE_CORRUPT : PIPELINE_FAILED;
    return status == RECORD_CUT ? PIPELINE_CUT : PIPELINE_END;
}

static bool read_on(
    struct drain *drain, struct records *records, const char *name, enum record_status *status) {
    const struct pipeline *pipeline = drain->pipeline;
    struct diag fault = {0};
    struct batch *batch = batch_pool_take(pipeline->pool);
    *status = batch_fill(batch, records, name, &fault);
    if (!send(drain, batch)) return false;
    bool goes_on = *status == RECORD_GOOD && !*pipeline->stop;
    if (!goes_on && !finish_all(drain)) return false;
    drain->ends = false;
    if (fault.set) diag_set(drain->diag, "%s", fault.text);
    return true;
}

static enum pipeline_end drain_all(struct drain *drain, struct records *records, const char *name) {
    struct pipeline *pipeline = drain->pipeline;
    const struct source *source = records_source(records);
    for (;;) {
        enum record_status status;
        if (pipeline->committer.tally.records >= PARSED_FIRST)
            records_filter(records, pipeline_filter(pipeline));
        if (!read_on(drain, records, name, &status)) return end_without_commit(pipeline);
        if (*pipeline->stop) return PIPELINE_STOPPED;
        if (status != RECORD_GOOD && !source_is_idle(source)) return end_of(status, source);
    }
}

enum pipeline_end pipeline_drain(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .input = input, .diag = diag};
    enum pipeline_end end = drain_all(&drain, records, name);
    strangers_end(&pipeline->strangers);
    return end;
}

enum pipeline_end pipeline_reject_tail(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .input = input, .diag = diag};
    struct batch *batch = batch_pool_take(pipeline->pool);
    bool left = batch_take_tail(batch, records, name);
    if (!send(&drain, batch) || !finish_all(&drain)) return end_without_commit(pipeline);
    return left ? PIPELINE_CUT : PIPELINE_END;
}

/* ---- from a reader ---- */

static enum pipeline_end take_all(struct drain *drain, struct reader *reader) {
    struct pipeline *pipeline = drain->pipeline;
    struct batch *batch;
    while ((batch = reader_next(reader))) {
        if (!send(drain, batch)) return end_without_commit(pipeline);
        if (*pipeline->stop) break;
    }
    if (!finish_all(drain)) return end_without_commit(pipeline);
    return *pipeline->stop ? PIPELINE_STOPPED : PIPELINE_END;
}

enum pipeline_end pipeline_take(
    struct pipeline *pipeline, struct reader *reader, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .diag = diag};
    enum pipeline_end end = take_all(&drain, reader);
    strangers_end(&pipeline->strangers);
    return end;
}

/* ---- from elsewhere ---- */

bool pipeline_put(struct pipeline *pipeline, struct batch *batch, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .diag = diag};
    return send(&drain, batch) && finish_all(&drain);
}

bool pipeline_push(struct pipeline *pipeline, struct batch *batch, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .diag = diag};
    return send(&drain, batch);
}

bool pipeline_flush(struct pipeline *pipeline, struct diag *diag) {
    struct drain drain = {.pipeline = pipeline, .diag = diag};
    bool good = finish_all(&drain);
    strangers_end(&pipeline->strangers);
    return good;
}

enum pipeline_end pipeline_abandon(struct pipeline *pipeline) {
    return end_without_commit(pipeline);
}
