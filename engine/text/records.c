#include "text/records_state.h"

#include "base/mem.h"

#include <stdio.h>

/* record_position's context: two bits of `home`, two flags, four bits of `rewinds`, a flag. */
enum { CONTEXT_HOME = 3, CONTEXT_AFTER = 4, CONTEXT_SUSPECT = 8, CONTEXT_REWIND = 16 };
enum { CONTEXT_GAVE_UP = 256 };

/* ---- where we are ---- */

void records_set_home(struct records *records, unsigned home, bool suspect) {
    records->home = home;
    records->suspect = suspect;
    records->scan.outside = home;
    records->scan.watch = home < 2 || suspect ? home + 1 : home;
}

/* The arrays and objects around records at the depth `home`: see there. */
void records_enter_home(struct records *records, unsigned home) {
    records->scan.nest.depth = 0;
    if (home & 1) nest_push(&records->scan.nest, false);
    if (home & 2) nest_push(&records->scan.nest, true);
    if (home & 2) nest_push(&records->scan.nest, false);
}

static void advance_position(struct records *records) {
    const struct json_scan *scan = &records->scan;
    unsigned context = records->home + records->rewinds * CONTEXT_REWIND;
    if (json_scan_after_value(scan)) context |= CONTEXT_AFTER;
    if (records->suspect) context |= CONTEXT_SUSPECT;
    if (records->gave_up) context |= CONTEXT_GAVE_UP;
    records->position = (struct record_position){.offset = scan->offset,
        .line = scan->line,
        .column = scan->offset - scan->line_begin,
        .index = records->position.index + 1,
        .context = context};
}

static void load_position(struct records *records, struct record_position from) {
    records->position = from;
    records_go_to(records, (struct mark){from.offset, from.line, from.offset - from.column});
    records_set_home(records, from.context & CONTEXT_HOME, from.context & CONTEXT_SUSPECT);
    records_enter_home(records, records->home);
    records->rewinds = from.context % CONTEXT_GAVE_UP / CONTEXT_REWIND;
    records->gave_up = from.context & CONTEXT_GAVE_UP;
    if (from.context & CONTEXT_AFTER) json_scan_expect_more(&records->scan);
}

struct records *records_new(
    struct source *source, const char *const *wrappers, struct record_position from) {
    struct records *records = mem_alloc(sizeof *records);
    window_init(&records->window, source, from.offset);
    records->wrappers = wrappers;
    json_scan_init(&records->scan, RECORD_DEPTH, UINT64_MAX); /* values: see what_is_wrong */
    load_position(records, from);
    return records;
}

void records_free(struct records *records) {
    if (!records) return;
    window_release(&records->window);
    buf_release(&records->kept);
    mem_free(records);
}

void records_filter(struct records *records, struct record_filter filter) {
    records->filter = filter;
}

void records_by_grammar(struct records *records) {
    records->lanes.off = true;
}

struct record_position records_position(const struct records *records) {
    return records->position;
}

uint64_t records_lines(const struct records *records) {
    return records->scan.line;
}

const struct source *records_source(const struct records *records) {
    return records->window.source;
}

/* ---- the bytes ---- */

uint64_t records_held_size(const struct records *records) {
    return records->held ? records->scan.offset - records->begin.offset : 0;
}

static void keep_beginning(struct records *records) {
    struct str bytes = records_from_begin(records);
    records->oversize = true;
    buf_reset(&records->kept);
    buf_add(&records->kept, bytes.at, bytes.len < RECORD_KEPT ? bytes.len : RECORD_KEPT);
}

/* The first byte that is needed again: of the record, or of a key that may be a wrapper's. */
static uint64_t first_needed(const struct records *records) {
    const struct json_scan *scan = &records->scan;
    if (records->held && !records->oversize) return records->begin.offset;
    bool key = !records->resyncing && scan->in_key && json_scan_in_string(scan);
    bool short_key = key && scan->offset - scan->token <= KEY_LIMIT;
    return short_key && window_holds(&records->window, scan->token) ? scan->token : scan->offset;
}

static ssize_t fill(struct records *records, struct diag *diag) {
    if (records_held_size(records) > RECORD_LIMIT && !records->oversize) keep_beginning(records);
    ssize_t got = window_fill(&records->window, first_needed(records), diag);
    if (got > 0) records->gave_up = false;
    return got;
}

/* ---- giving a record ---- */

static struct str held_bytes(const struct records *records) {
    if (records->oversize) return buf_str(&records->kept);
    uint64_t size = records_held_size(records);
    if (size > RECORD_LIMIT) size = RECORD_KEPT;
    return (struct str){records_from_begin(records).at, (size_t)size};
}

void records_drop_held(struct records *records) {
    records->held = records->oversize = false;
}

static bool is_wanted(const struct records *records, const struct record *record) {
    const struct record_filter *filter = &records->filter;
    if (!filter->wants || record->index % RECORD_SAMPLE == 1) return true;
    if (records->answer != NOT_ASKED) return records->answer == WANTED;
    return filter->wants(filter->context, record->bytes);
}

enum record_status records_give(
    struct records *records, struct record *record, const char *reason) {
    const struct mark *begin = &records->begin;
    advance_position(records);
    *record = (struct record){held_bytes(records), begin->line + 1,
        begin->offset - begin->line_begin + 1, records->position.index, "", 0, 0};
    records_drop_held(records);
    if (!*reason) return is_wanted(records, record) ? RECORD_GOOD : RECORD_PASSED;
    snprintf(record->reason, sizeof record->reason, "%s", reason);
    if (reason == records->reason) {
        record->reason_line = records->reason_line;
        record->reason_column = records->reason_column;
    }
    return RECORD_BAD;
}

/* ---- steps ---- */

static bool is_cut(const struct records *records) {
    const struct source *source = records->window.source;
    bool source_cut = (source_is_cut(source) || source_fault(source)) && !records->gave_up;
    return source_cut || records->held || records->home || records->wrapping;
}

static bool start(struct records *records, struct diag *diag) {
    uint64_t offset = records->position.offset;
    if (offset && !source_skip(records->window.source, offset, diag)) return false;
    ssize_t mark = offset ? 0 : window_read_mark(&records->window, diag);
    if (mark > 0)
        records_go_to(
            records, (struct mark){.offset = (uint64_t)mark, .line_begin = (uint64_t)mark});
    records->started = records->scan.offset || records_unread(records).len;
    return mark >= 0;
}

/* False when no more came. */
static bool read_on(struct records *records, ssize_t *got, struct diag *diag) {
    *got = fill(records, diag);
    if (*got > 0) records->lanes.hungry = false;
    return *got > 0 || records_leave_line(records);
}

static enum record_status step(struct records *records, struct record *record) {
    if (records->resyncing) return records_resync(records, record);
    if (records->lanes.lane != LANE_GRAMMAR) return records_run_lane(records, record);
    return records_scan(records, record);
}

enum record_status records_next(struct records *records, struct record *record, struct diag *diag) {
    enum record_status status = RECORD_END;
    ssize_t got = 0;
    if (!records->started && !start(records, diag)) return RECORD_FAILED;
    while (status == RECORD_END) {
        bool enough = !records->lanes.hungry && records_unread(records).len;
        if (!enough && !read_on(records, &got, diag)) break;
        status = step(records, record);
    }
    if (status != RECORD_END) return status;
    if (got < 0) return RECORD_FAILED;
    return is_cut(records) ? RECORD_CUT : RECORD_END;
}

/* NULL: the grammar says what is missing. */
static const char *why_cut(struct records *records) {
    const struct source *source = records->window.source;
    if (source_fault(source)) return source_fault(source);
    if (source_is_cut(source)) return "the compressed data ends too early";
    if (!records->held) return "the input ends inside the array or object around its records";
    if (records->home || !json_scan_finish(&records->scan)) return NULL;
    return records_what_is_wrong(records);
}

static void explain_whole(struct records *records, const char *why) {
    snprintf(records->reason, sizeof records->reason, "%s", why);
    records->reason_line = records->reason_column = 0;
}

static void explain_tail(struct records *records) {
    const char *why = why_cut(records);
    if (!why) records_explain(records, -1);
    if (why) explain_whole(records, why);
}

/* The grammar may find what is wrong before the end, which a lane waits for. */
static enum record_status leave_lane(struct records *records, struct record *record) {
    enum record_status status = RECORD_END;
    if (records->lanes.lane == LANE_GRAMMAR) return status;
    struct lanes before = records->lanes;
    records->lanes = (struct lanes){.off = true};
    while (status == RECORD_END && records_unread(records).len) status = step(records, record);
    records->lanes.off = before.off;
    return status;
}

enum record_status records_reject_tail(struct records *records, struct record *record) {
    if (!is_cut(records)) return RECORD_END;
    enum record_status status = leave_lane(records, record);
    if (status != RECORD_END) return status;
    if (!records->resyncing) {
        explain_tail(records);
        records_begin_resync(records);
    }
    records->gave_up = true;
    status = records_resync(records, record);
    if (status != RECORD_END) return status;
    records->resync.outcome = RESYNC_TOP;
    records_end_resync(records);
    return records_give(records, record, records->reason);
}
