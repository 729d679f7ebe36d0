#include "flow/pipeline.h"

#include "base/log.h"
#include "flow/report.h"

#include <unistd.h>

void pipeline_init(struct pipeline *pipeline, struct rules *rules, struct judge *judge,
    struct store *store, const struct clock *clock) {
    static const volatile sig_atomic_t never;
    *pipeline = (struct pipeline){.rules = rules, .judge = judge, .stop = &never};
    committer_init(&pipeline->committer, store, clock);
    committer_suspends(&pipeline->committer, rules);
    for (size_t i = 0; i < PIPELINE_AHEAD; i++) batch_init(&pipeline->ring[i].batch);
}

void pipeline_release(struct pipeline *pipeline) {
    committer_release(&pipeline->committer);
    for (size_t i = 0; i < PIPELINE_AHEAD; i++) batch_release(&pipeline->ring[i].batch);
}

/* ---- one input on its way through ---- */

struct drain {
    struct pipeline *pipeline;
    struct records *records;
    const char *name;
    struct store_input *input; /* or NULL */
    int64_t strangers;
    struct diag *diag;
};

static void report_strangers(const struct batch *batch, int64_t *count) {
    for (size_t i = 0; i < batch->count; i++) {
        int64_t more = (int64_t)batch->list[i].verdict.unrecognised;
        if (more && *count == 0) report_unrecognised(&batch->list[i]);
        *count += more;
    }
}

static void tell_waiting(struct pipeline *pipeline, const struct diag *fault, bool again) {
    if (fault && !again) log_error("%s: the input waits, tried again each second", fault->text);
    if (pipeline->waits) pipeline->waits(pipeline->committed_context, fault);
}

/* A store whose disk is full keeps the input waiting: nothing is acknowledged that is not kept. */
static bool commit(struct drain *drain, const struct passage *passage) {
    struct pipeline *pipeline = drain->pipeline;
    struct store_input *input = drain->input;
    if (input) {
        input->position = passage->position;
        input->done = passage->done;
    }
    for (bool again = false;; again = true) {
        struct diag fault = {0};
        if (committer_apply(&pipeline->committer, &passage->batch, input, &fault)) {
            if (again) tell_waiting(pipeline, NULL, again);
            return true;
        }
        if (!pipeline->durable || *pipeline->stop) return diag_set(drain->diag, "%s", fault.text);
        tell_waiting(pipeline, &fault, again);
        sleep(1);
    }
}

static bool break_off(struct drain *drain) {
    if (!drain->pipeline->broken) log_error("%s", drain->diag->text);
    drain->pipeline->broken = true;
    return false;
}

/* The oldest of those under way. */
static bool finish_one(struct drain *drain) {
    struct pipeline *pipeline = drain->pipeline;
    struct passage *passage = &pipeline->ring[pipeline->first];
    if (!judge_wait(pipeline->judge, &passage->batch, drain->diag)) return break_off(drain);
    if (!commit(drain, passage)) return false;
    pipeline->first = (pipeline->first + 1) % PIPELINE_AHEAD;
    pipeline->count--;
    report_strangers(&passage->batch, &drain->strangers);
    if (pipeline->committed)
        pipeline->committed(pipeline->committed_context, records_source(drain->records));
    return true;
}

static bool finish_all(struct drain *drain) {
    while (drain->pipeline->count > 0)
        if (!finish_one(drain)) return false;
    return true;
}

/* What was read and not committed is read again another time. */
static void abandon(struct pipeline *pipeline) {
    for (; pipeline->count > 0; pipeline->count--) {
        struct diag ignored = {0};
        judge_wait(pipeline->judge, &pipeline->ring[pipeline->first].batch, &ignored);
        pipeline->first = (pipeline->first + 1) % PIPELINE_AHEAD;
    }
}

/* The place of the next batch. NULL: what was to leave it cannot be committed. */
static struct passage *next_passage(struct drain *drain) {
    struct pipeline *pipeline = drain->pipeline;
    if (pipeline->count == PIPELINE_AHEAD && !finish_one(drain)) return NULL;
    return &pipeline->ring[(pipeline->first + pipeline->count) % PIPELINE_AHEAD];
}

/* A batch without a record still moves the position of its input. */
static bool send(struct drain *drain, struct passage *passage, bool done) {
    struct pipeline *pipeline = drain->pipeline;
    passage->position = records_position(drain->records);
    passage->done = done;
    if (!drain->input && passage->batch.count == 0) return true;
    committer_direct(&pipeline->committer, &passage->batch);
    if (!judge_submit(pipeline->judge, &passage->batch, drain->diag)) return break_off(drain);
    pipeline->count++;
    return true;
}

static enum pipeline_end end_of(enum record_status status, const struct source *source) {
    if (status == RECORD_FAILED) return source_fault(source) ? PIPELINE_CORRUPT : PIPELINE_FAILED;
    return status == RECORD_CUT ? PIPELINE_CUT : PIPELINE_END;
}

static enum pipeline_end end_without_commit(struct pipeline *pipeline) {
    abandon(pipeline);
    return *pipeline->stop || pipeline->broken ? PIPELINE_STOPPED : PIPELINE_FAILED;
}

static bool read_on(struct drain *drain, enum record_status *status) {
    const struct pipeline *pipeline = drain->pipeline;
    struct diag fault = {0};
    struct passage *passage = next_passage(drain);
    if (!passage) return false;
    *status = batch_fill(&passage->batch, drain->records, drain->name, &fault);
    if (!send(drain, passage, *status == RECORD_END)) return false;
    bool goes_on = *status == RECORD_GOOD && !*pipeline->stop;
    if (!goes_on && !finish_all(drain)) return false;
    if (fault.set) diag_set(drain->diag, "%s", fault.text);
    return true;
}

static enum pipeline_end drain_all(struct drain *drain) {
    struct pipeline *pipeline = drain->pipeline;
    const struct source *source = records_source(drain->records);
    for (;;) {
        enum record_status status;
        if (!read_on(drain, &status)) return end_without_commit(pipeline);
        if (*pipeline->stop) return PIPELINE_STOPPED;
        if (status != RECORD_GOOD && !source_is_idle(source)) return end_of(status, source);
    }
}

enum pipeline_end pipeline_drain(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    struct drain drain = {pipeline, records, name, input, 0, diag};
    enum pipeline_end end = drain_all(&drain);
    if (drain.strangers > 1) report_strangers_count(name, drain.strangers);
    return end;
}

enum pipeline_end pipeline_reject_tail(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    struct drain drain = {pipeline, records, name, input, 0, diag};
    struct passage *passage = next_passage(&drain);
    struct record record;
    batch_reset(&passage->batch);
    bool left = records_reject_tail(records, &record) == RECORD_BAD;
    if (left) batch_add(&passage->batch, &record, name, true);
    if (!send(&drain, passage, !left) || !finish_all(&drain)) return end_without_commit(pipeline);
    return left ? PIPELINE_CUT : PIPELINE_END;
}
