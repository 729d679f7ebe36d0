#include "flow/both.h"

/* ---- what either wants ---- */

void both_filter_init(struct both_filter *filter, struct pipeline *const both[2]) {
    bool looks = both[0]->look && both[1]->look;
    filter->look = looks ? rules_look_both(both[0]->rules, both[1]->rules) : NULL;
}

void both_filter_release(struct both_filter *filter) {
    look_free(filter->look);
}

struct record_filter both_filter_record(const struct both_filter *filter) {
    return look_filter(filter->look);
}

/* ---- what each wants ---- */

static bool may_want(const struct pipeline *pipeline, const struct batch_record *record) {
    return record->bad || !pipeline->look || look_wants(pipeline->look, record->bytes);
}

/* `other` becomes the same batch for the second. A record that neither wants is a sample of what is
 * passed over, for both. */
static void share(struct pipeline *const both[2], struct batch *batch, struct batch *other) {
    size_t kept = 0;
    batch_reset(other);
    other->source = batch->source;
    other->left_out = batch->left_out;
    other->raw = batch->raw;
    other->position = batch->position;
    other->lines = batch->lines;
    other->done = batch->done;
    if (batch->fault) other->fault = arena_text(&other->arena, batch->fault);
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *record = &batch->list[i];
        bool first = may_want(both[0], record), second = may_want(both[1], record);
        if (second || !first) batch_add_copy(other, record);
        if (first || !second) batch->list[kept++] = *record;
    }
    other->passed = batch->passed + batch->count - other->count;
    batch->passed += batch->count - kept;
    batch->count = kept;
}

static bool push(struct pipeline *const both[2], struct batch *batch, struct diag *diag) {
    struct batch *other = batch_pool_take(both[1]->pool);
    share(both, batch, other);
    if (pipeline_push(both[0], batch, diag)) return pipeline_push(both[1], other, diag);
    batch_pool_give(both[1]->pool, other);
    return false;
}

/* ---- all of it ---- */

static bool take_all(struct pipeline *const both[2], struct reader *reader, struct diag *diag) {
    struct batch *batch;
    while ((batch = reader_next(reader)))
        if (!push(both, batch, diag)) return false;
    return pipeline_flush(both[0], diag) && pipeline_flush(both[1], diag);
}

enum pipeline_end both_take(
    struct pipeline *const both[2], struct reader *reader, struct diag *diag) {
    if (take_all(both, reader, diag)) return PIPELINE_END;
    enum pipeline_end ends[2];
    for (size_t i = 0; i < 2; i++) ends[i] = pipeline_abandon(both[i]);
    bool stopped = ends[0] == PIPELINE_STOPPED || ends[1] == PIPELINE_STOPPED;
    return stopped ? PIPELINE_STOPPED : PIPELINE_FAILED;
}
