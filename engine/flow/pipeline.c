#include "flow/pipeline.h"

#include "base/log.h"
#include "flow/report.h"

#include <unistd.h>

void pipeline_init(struct pipeline *pipeline, struct rules *rules, struct store *store,
    const struct clock *clock) {
    static const volatile sig_atomic_t never;
    *pipeline = (struct pipeline){.rules = rules, .stop = &never};
    pipeline->evaluator = evaluator_new(rules);
    committer_init(&pipeline->committer, store, clock);
    batch_init(&pipeline->batch);
}

void pipeline_release(struct pipeline *pipeline) {
    evaluator_free(pipeline->evaluator);
    batch_release(&pipeline->batch);
}

/* A store whose disk is full keeps the input waiting: nothing is acknowledged that is not kept. */
static bool commit(struct pipeline *pipeline, struct store_input *input, struct diag *diag) {
    for (;;) {
        struct diag fault = {0};
        if (committer_apply(&pipeline->committer, &pipeline->batch, input, &fault)) return true;
        if (!pipeline->durable || *pipeline->stop) return diag_set(diag, "%s", fault.text);
        log_error("%s; trying again in a second", fault.text);
        sleep(1);
    }
}

static void report_strangers(const struct batch *batch, int64_t *count) {
    for (size_t i = 0; i < batch->count; i++) {
        int64_t more = (int64_t)batch->list[i].verdict.unrecognised;
        if (more && *count == 0) report_unrecognised(&batch->list[i]);
        *count += more;
    }
}

static bool judge_and_commit(struct pipeline *pipeline, struct records *records, bool done,
    struct store_input *input, struct diag *diag) {
    if (input) {
        input->position = records_position(records);
        input->done = done;
    }
    if (!input && pipeline->batch.count == 0) return true;
    batch_judge(&pipeline->batch, pipeline->evaluator, pipeline->rules->version);
    if (!commit(pipeline, input, diag)) return false;
    if (pipeline->committed)
        pipeline->committed(pipeline->committed_context, records_source(records));
    return true;
}

static enum pipeline_end end_of(enum record_status status, const struct source *source) {
    if (status == RECORD_FAILED) return source_fault(source) ? PIPELINE_CORRUPT : PIPELINE_FAILED;
    return status == RECORD_CUT ? PIPELINE_CUT : PIPELINE_END;
}

static enum pipeline_end end_without_commit(const struct pipeline *pipeline) {
    return *pipeline->stop ? PIPELINE_STOPPED : PIPELINE_FAILED;
}

static enum pipeline_end drain(struct pipeline *pipeline, struct records *records, const char *name,
    struct store_input *input, int64_t *strangers, struct diag *diag) {
    for (;;) {
        enum record_status status = batch_fill(&pipeline->batch, records, name, diag);
        if (!judge_and_commit(pipeline, records, status == RECORD_END, input, diag))
            return end_without_commit(pipeline);
        report_strangers(&pipeline->batch, strangers);
        if (*pipeline->stop) return PIPELINE_STOPPED;
        if (status != RECORD_GOOD && !source_is_idle(records_source(records)))
            return end_of(status, records_source(records));
    }
}

enum pipeline_end pipeline_drain(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    int64_t strangers = 0;
    enum pipeline_end end = drain(pipeline, records, name, input, &strangers, diag);
    if (strangers > 1) report_strangers_count(name, strangers);
    return end;
}

enum pipeline_end pipeline_reject_tail(struct pipeline *pipeline, struct records *records,
    const char *name, struct store_input *input, struct diag *diag) {
    struct record record;
    arena_reset(&pipeline->batch.arena);
    pipeline->batch.count = 0;
    bool left = records_reject_tail(records, &record) == RECORD_BAD;
    if (left) batch_add(&pipeline->batch, &record, name, true);
    if (!judge_and_commit(pipeline, records, !left, input, diag))
        return end_without_commit(pipeline);
    return left ? PIPELINE_CUT : PIPELINE_END;
}
