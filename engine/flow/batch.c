#include "flow/batch.h"

_Static_assert(REQUEST_ROOM > BATCH_BYTES + RECORD_LIMIT + (BATCH_RECORDS + 1) * 1024,
    "a batch that is nearly full takes one more record");

void batch_init(struct batch *batch) {
    arena_init(&batch->arena);
    batch->count = 0;
    batch->standings = (struct standings){0};
}

void batch_release(struct batch *batch) {
    arena_release(&batch->arena);
}

void batch_reset(struct batch *batch) {
    arena_reset(&batch->arena);
    batch->count = 0;
    batch->standings = (struct standings){0};
}

void batch_add(struct batch *batch, const struct record *record, const char *source, bool bad) {
    batch->list[batch->count++] = (struct batch_record){
        .bytes = arena_copy(&batch->arena, record->bytes),
        .source = source,
        .line = record->line,
        .index = record->index,
        .bad = bad ? arena_text(&batch->arena, record->reason) : NULL,
    };
}

void batch_add_test(struct batch *batch, size_t rule, size_t test) {
    batch->list[batch->count++] = (struct batch_record){
        .source = "-", .is_test = true, .rule = (uint32_t)rule, .test = (uint32_t)test};
}

enum record_status batch_fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag) {
    size_t bytes = 0;
    batch_reset(batch);
    while (batch->count < BATCH_RECORDS && bytes < BATCH_BYTES) {
        struct record record;
        enum record_status status = records_next(records, &record, diag);
        if (status != RECORD_GOOD && status != RECORD_BAD) return status;
        batch_add(batch, &record, source, status == RECORD_BAD);
        bytes += record.bytes.len;
    }
    return RECORD_GOOD;
}

void batch_put(const struct batch *batch, const struct request_head *head, struct wire_out *out) {
    request_put_head(out, head);
    request_put_standings(out, &batch->standings);
    for (uint32_t i = head->from.record; i < batch->count; i++) {
        const struct batch_record *record = &batch->list[i];
        if (record->is_test)
            request_put_test(out, i, record->rule, record->test);
        else if (!record->bad)
            request_put_record(out, i, record->bytes);
    }
}

bool batch_read(
    struct batch *batch, struct str answer, const struct rules *rules, struct cursor *next) {
    struct verdict *verdicts[BATCH_RECORDS];
    for (size_t i = 0; i < batch->count; i++) verdicts[i] = &batch->list[i].verdict;
    memcpy(batch->rules_version, rules->version, sizeof batch->rules_version);
    return verdicts_read(
        answer, rules, &batch->arena, verdicts, batch->count, &batch->standings, next);
}
