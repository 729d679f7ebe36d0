#include "flow/batch.h"

_Static_assert(REQUEST_ROOM > BATCH_BYTES + RECORD_LIMIT + (BATCH_RECORDS + 1) * 1024,
    "a batch that is nearly full takes one more record");

void batch_init(struct batch *batch) {
    *batch = (struct batch){0};
}

void batch_release(struct batch *batch) {
    arena_release(&batch->arena);
}

void batch_reset(struct batch *batch) {
    struct arena arena = batch->arena;
    arena_reset(&arena);
    *batch = (struct batch){.arena = arena};
}

static void add(struct batch *batch, struct batch_record record) {
    batch->list = arena_grow(&batch->arena, batch->list, batch->count);
    batch->list[batch->count++] = record;
    batch->bytes += record.bytes.len + 2 * sizeof record;
}

void batch_add(struct batch *batch, const struct record *record, const char *source, bool bad) {
    add(batch, (struct batch_record){
                   .bytes = arena_copy(&batch->arena, record->bytes),
                   .source = source,
                   .line = record->line,
                   .index = record->index,
                   .bad = bad ? arena_text(&batch->arena, record->reason) : NULL,
                   .bad_line = bad ? record->reason_line : 0,
                   .bad_column = bad ? record->reason_column : 0,
               });
}

void batch_add_copy(struct batch *batch, const struct batch_record *record) {
    struct batch_record copy = *record;
    copy.bytes = arena_copy(&batch->arena, record->bytes);
    if (record->bad) copy.bad = arena_text(&batch->arena, record->bad);
    add(batch, copy);
}

void batch_add_test(struct batch *batch, const struct tested *tested) {
    add(batch, (struct batch_record){.source = "-", .is_test = true, .tested = *tested});
}

static uint64_t next_end(uint64_t offset) {
    enum { SMALL = 4 * BATCH_BYTES };
    uint64_t step = offset < SMALL ? BATCH_FIRST_BYTES : BATCH_BYTES;
    return offset / step * step + step;
}

static enum record_status fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag) {
    uint64_t end = next_end(records_position(records).offset);
    while (batch->count + batch->passed < BATCH_RECORDS && records_position(records).offset < end) {
        struct record record;
        enum record_status status = records_next(records, &record, diag);
        switch (status) {
        case RECORD_GOOD:
        case RECORD_BAD: batch_add(batch, &record, source, status == RECORD_BAD); break;
        case RECORD_PASSED: batch->passed++; break;
        default: return status;
        }
    }
    return RECORD_GOOD;
}

static void begin(struct batch *batch, const char *source) {
    batch_reset(batch);
    batch->source = source;
}

enum record_status batch_fill(
    struct batch *batch, struct records *records, const char *source, struct diag *diag) {
    const struct source *from = records_source(records);
    uint64_t before = source_raw_offset(from);
    if (!before) before = records_position(records).offset; /* it is passed over at first */
    begin(batch, source);
    enum record_status status = fill(batch, records, source, diag);
    batch->position = records_position(records);
    batch->lines = records_lines(records);
    uint64_t after = source_raw_offset(from);
    batch->raw = after > before ? after - before : 0;
    batch->done = status == RECORD_END;
    return status;
}

bool batch_take_tail(struct batch *batch, struct records *records, const char *source) {
    struct record record;
    begin(batch, source);
    bool left = records_reject_tail(records, &record) == RECORD_BAD;
    if (left) batch_add(batch, &record, source, true);
    batch->position = records_position(records);
    batch->lines = records_lines(records);
    batch->done = !left;
    return left;
}

struct str batch_record_reason(const struct batch_record *record, struct arena *arena) {
    if (!record->bad_line) return str_of(record->bad);
    return str_of(arena_format(arena, "%s at line %llu column %llu", record->bad,
        (unsigned long long)record->bad_line, (unsigned long long)record->bad_column));
}

static bool is_quiet(const struct batch_record *record) {
    const struct verdict *verdict = &record->verdict;
    return !record->bad && !verdict->rejected.len && !verdict->match_count &&
           !verdict->suppressed_count && !verdict->failure_count && !verdict->resolution_count;
}

bool batch_is_quiet(const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++)
        if (!is_quiet(&batch->list[i])) return false;
    return true;
}

/* ---- to who judges, and back ---- */

void batch_put(const struct batch *batch, const struct request_head *head, struct wire_out *out) {
    request_put_head(out, head);
    request_put_standings(out, &batch->standings);
    request_put_metered(out, batch->metered);
    request_put_period(out, &batch->period, batch->dated);
    for (uint32_t i = head->from.record; i < batch->count; i++) {
        const struct batch_record *record = &batch->list[i];
        if (record->is_test)
            request_put_test(out, i, &record->tested);
        else if (!record->bad)
            request_put_record(out, i, record->bytes);
    }
}

bool batch_read(
    struct batch *batch, struct str answer, const struct rules *rules, struct cursor *next) {
    struct verdict **list = arena_list(&batch->arena, struct verdict *, batch->count);
    for (size_t i = 0; i < batch->count; i++) list[i] = &batch->list[i].verdict;
    memcpy(batch->rules_version, rules->version, sizeof batch->rules_version);
    struct verdicts verdicts = {list, batch->count, &batch->standings, &batch->costs, &batch->days};
    return verdicts_read(answer, rules, &batch->arena, &verdicts, next);
}
