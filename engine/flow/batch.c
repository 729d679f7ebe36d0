#include "flow/batch.h"

void batch_init(struct batch *batch) {
    arena_init(&batch->arena);
    batch->count = 0;
}

void batch_release(struct batch *batch) {
    arena_release(&batch->arena);
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

enum record_status batch_fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag) {
    size_t bytes = 0;
    arena_reset(&batch->arena);
    batch->count = 0;
    while (batch->count < BATCH_RECORDS && bytes < BATCH_BYTES) {
        struct record record;
        enum record_status status = records_next(records, &record, diag);
        if (status != RECORD_GOOD && status != RECORD_BAD) return status;
        batch_add(batch, &record, source, status == RECORD_BAD);
        bytes += record.bytes.len;
    }
    return RECORD_GOOD;
}

void batch_judge(struct batch *batch, struct evaluator *evaluator, const char *rules_version) {
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_record *record = &batch->list[i];
        if (!record->bad)
            evaluator_judge(evaluator, record->bytes, &batch->arena, &record->verdict);
    }
    memcpy(batch->rules_version, rules_version, sizeof batch->rules_version);
}
