#include "text/records.h"

#include "base/mem.h"
#include "text/json_scan.h"
#include "text/records_resync.h"
#include "text/records_window.h"

#include <stdio.h>

enum { KEY_LIMIT = 1024 }; /* a longer key is no wrapper's */
/* record_position's context: two bits of `home`, two flags, four bits of `rewinds`, a flag. */
enum { CONTEXT_HOME = 3, CONTEXT_AFTER = 4, CONTEXT_SUSPECT = 8, CONTEXT_REWIND = 16 };
enum { CONTEXT_GAVE_UP = 256 };

/* So many bad records in a row may go on before the byte that broke them. Without an end to it,
 * lines that open one level each would be read 512 times. */
enum { REWINDS = 15 };

struct mark {
    uint64_t offset, line, line_begin;
};

struct records {
    struct window window;
    const char *const *wrappers;
    struct json_scan scan; /* its offset is where reading stands, when resyncing too */
    unsigned home;         /* the depth at which records stand: 0, in an array at the top 1, in a
                         wrapper's array 2, in that of a wrapper in an array 3 */
    bool wrapping;         /* inside a wrapper, outside of its array */
    bool wrapper_key;      /* the last key was a wrapper's */
    bool suspect;          /* the array we seem to be in may have been cut */

    bool held; /* a record has begun: */
    struct mark begin;
    char first;
    bool oversize; /* what is kept of it is in `kept` */
    struct buf kept;

    bool resyncing;
    struct resync resync;
    uint64_t broken_at;
    unsigned rewinds;
    char reason[160];
    uint64_t reason_line, reason_column;
    bool started;
    struct record_filter filter;
    bool gave_up; /* a tail was rejected, and nothing came since */
    struct record_position position;
};

/* ---- where we are ---- */

static struct mark mark_here(const struct records *records) {
    return (struct mark){records->scan.offset, records->scan.line, records->scan.line_begin};
}

static void go_to(struct records *records, struct mark mark) {
    records->scan.offset = mark.offset;
    records->scan.line = mark.line;
    records->scan.line_begin = mark.line_begin;
}

static void set_home(struct records *records, unsigned home, bool suspect) {
    records->home = home;
    records->suspect = suspect;
    records->scan.outside = home;
    records->scan.watch = home < 2 || suspect ? home + 1 : home;
}

/* The arrays and objects around records at the depth `home`: see there. */
static void enter_home(struct records *records, unsigned home) {
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
    go_to(records, (struct mark){from.offset, from.line, from.offset - from.column});
    set_home(records, from.context & CONTEXT_HOME, from.context & CONTEXT_SUSPECT);
    enter_home(records, records->home);
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

void records_filter(struct records *records, struct record_filter filter) {
    records->filter = filter;
}

void records_free(struct records *records) {
    if (!records) return;
    window_release(&records->window);
    buf_release(&records->kept);
    mem_free(records);
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

static struct str unread(const struct records *records) {
    return window_from(&records->window, records->scan.offset);
}

static uint64_t held_size(const struct records *records) {
    return records->held ? records->scan.offset - records->begin.offset : 0;
}

static void keep_beginning(struct records *records) {
    struct str bytes = window_from(&records->window, records->begin.offset);
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
    if (held_size(records) > RECORD_LIMIT && !records->oversize) keep_beginning(records);
    ssize_t got = window_fill(&records->window, first_needed(records), diag);
    if (got > 0) records->gave_up = false;
    return got;
}

/* ---- giving a record ---- */

static struct str held_bytes(const struct records *records) {
    if (records->oversize) return buf_str(&records->kept);
    uint64_t size = held_size(records);
    if (size > RECORD_LIMIT) size = RECORD_KEPT;
    return (struct str){window_from(&records->window, records->begin.offset).at, (size_t)size};
}

static void drop_held(struct records *records) {
    records->held = records->oversize = false;
}

static enum record_status give(struct records *records, struct record *record, const char *reason) {
    const struct mark *begin = &records->begin;
    advance_position(records);
    *record = (struct record){held_bytes(records), begin->line + 1,
        begin->offset - begin->line_begin + 1, records->position.index, "", 0, 0};
    snprintf(record->reason, sizeof record->reason, "%s", reason);
    if (reason == records->reason) {
        record->reason_line = records->reason_line;
        record->reason_column = records->reason_column;
    }
    drop_held(records);
    if (*reason) return RECORD_BAD;
    const struct record_filter *filter = &records->filter;
    bool passed = filter->wants && record->index % 256 != 1 &&
                  !filter->wants(filter->context, record->bytes);
    return passed ? RECORD_PASSED : RECORD_GOOD;
}

static const char *what_is_wrong(const struct records *records) {
    if (held_size(records) > RECORD_LIMIT) return "longer than 4 MiB";
    if (records->scan.values > RECORD_VALUES) return "more than 250000 values";
    switch (records->first) {
    case '{': return "";
    case '[': return "not an object: an array";
    case '"': return "not an object: a string";
    case 't':
    case 'f': return "not an object: a boolean";
    case 'n': return "not an object: null";
    default: return "not an object: a number";
    }
}

/* ---- reading by the grammar ---- */

static void hold(struct records *records, struct mark begin, char first) {
    records->held = true;
    records->scan.values = 1;
    records->begin = begin;
    records->first = first;
}

/* The arena stays empty for a key without escapes. */
static bool names_wrapper(const struct records *records, struct str quoted) {
    struct str key = {quoted.at + 1, quoted.len - 2};
    struct arena arena;
    bool found = false;
    arena_init(&arena);
    if (memchr(key.at, '\\', key.len)) key = json_string(json_parse(&arena, quoted, NULL, NULL));
    for (const char *const *name = records->wrappers; name && *name; name++)
        found |= str_is(key, *name);
    arena_release(&arena);
    return found;
}

static bool is_wrapper_key(const struct records *records) {
    const struct json_scan *scan = &records->scan;
    size_t len = (size_t)(scan->offset - scan->token);
    if (!window_holds(&records->window, scan->token) || len > KEY_LIMIT) return false;
    struct str quoted = {window_from(&records->window, scan->token).at, len};
    return names_wrapper(records, quoted);
}

/* A wrapper inside an array that may have been cut is a text of its own. */
static void enter_wrapper(struct records *records) {
    unsigned home = records->suspect && records->home >= 2 ? 2 : records->home + 2;
    enter_home(records, home);
    set_home(records, home, false);
    records->wrapping = false;
    drop_held(records);
}

static void on_begin(struct records *records, char c) {
    unsigned level = records->scan.level;
    struct mark here = mark_here(records);
    here.offset--;
    if (level == records->home + 1 && records->wrapper_key && c == '[')
        enter_wrapper(records);
    else if (level == 0 && c == '[')
        set_home(records, 1, false);
    else if (level == records->home && !records->wrapping)
        hold(records, here, c);
    records->wrapper_key = false;
}

static void leave_array(struct records *records) {
    records->wrapping = records->home >= 2;
    set_home(records, records->wrapping ? records->home - 2 : 0, false);
}

/* True when it was the end of a record. */
static bool on_end(struct records *records) {
    unsigned level = records->scan.level;
    bool record = level == records->home && records->held;
    if (level + 1 == records->home)
        leave_array(records);
    else if (level == records->home)
        records->wrapping = false;
    if (level == 0) json_scan_expect_value(&records->scan);
    if (record && records->suspect) set_home(records, records->home, false);
    if (record) records->rewinds = 0;
    return record;
}

/* ---- reading on behind what breaks it ---- */

static void explain(struct records *records, int byte) {
    const struct json_scan *scan = &records->scan;
    _Static_assert(sizeof records->reason >= SCAN_FAULT, "a fault fits");
    json_scan_explain(scan, byte, records->reason);
    records->reason_line = scan->line + 1;
    records->reason_column = scan->offset - scan->line_begin + 1;
}

/* What is held is looked at once more from its beginning: a record that was cut may have taken the
 * good lines behind it for its own values. */
static void begin_resync(struct records *records) {
    bool anew = records->held && held_size(records) <= RECORD_LIMIT && records->rewinds < REWINDS;
    struct json_nest nest = records->scan.nest;
    bool in_string = !anew && json_scan_in_string(&records->scan);
    records->broken_at = records->scan.offset;
    if (!records->held) hold(records, mark_here(records), '\0');
    if (anew) go_to(records, records->begin);
    if (anew) nest.depth = records->home;
    bool at_line = records->scan.offset == records->scan.line_begin;
    resync_init(&records->resync, &nest, records->home, anew, in_string, at_line);
    records->resyncing = true;
}

static void count_lines(struct records *records, struct str bytes) {
    const char *at = bytes.at, *end = bytes.at + bytes.len;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        records->scan.line++;
        records->scan.line_begin = records->scan.offset + (uint64_t)(++at - bytes.at);
    }
    records->scan.offset += bytes.len;
}

static void end_resync(struct records *records) {
    enum resync_outcome outcome = records->resync.outcome;
    unsigned home = outcome == RESYNC_TOP ? 0 : records->home;
    set_home(records, home, outcome == RESYNC_ELEMENT);
    enter_home(records, home);
    if (outcome == RESYNC_AFTER)
        json_scan_expect_more(&records->scan);
    else
        json_scan_expect_value(&records->scan);
    records->wrapping = records->resyncing = false;
    records->rewinds = records->scan.offset < records->broken_at ? records->rewinds + 1 : 0;
}

/* ---- steps ---- */

/* Uses some bytes. RECORD_END stands for none yet. */
static enum record_status scan_some(struct records *records, struct record *record) {
    size_t used;
    struct str bytes = unread(records);
    switch (json_scan_feed(&records->scan, bytes, &used)) {
    case SCAN_BEGIN: on_begin(records, bytes.at[used - 1]); break;
    case SCAN_KEY: records->wrapper_key = is_wrapper_key(records); break;
    case SCAN_END:
        if (on_end(records)) return give(records, record, what_is_wrong(records));
        break;
    case SCAN_BROKEN:
        explain(records, (unsigned char)bytes.at[used]);
        begin_resync(records);
        break;
    case SCAN_MORE: break;
    }
    return RECORD_END;
}

static enum record_status resync_some(struct records *records, struct record *record) {
    size_t used;
    struct str bytes = unread(records);
    bool found = resync_feed(&records->resync, bytes, &used);
    count_lines(records, (struct str){bytes.at, used});
    if (!found) return RECORD_END;
    end_resync(records);
    return give(records, record, records->reason);
}

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
        go_to(records, (struct mark){.offset = (uint64_t)mark, .line_begin = (uint64_t)mark});
    records->started = records->scan.offset || unread(records).len;
    return mark >= 0;
}

enum record_status records_next(struct records *records, struct record *record, struct diag *diag) {
    enum record_status status = RECORD_END;
    if (!records->started && !start(records, diag)) return RECORD_FAILED;
    while (status == RECORD_END) {
        ssize_t got = unread(records).len ? 1 : fill(records, diag);
        if (got < 0) return RECORD_FAILED;
        if (got == 0) return is_cut(records) ? RECORD_CUT : RECORD_END;
        status = records->resyncing ? resync_some(records, record) : scan_some(records, record);
    }
    return status;
}

/* NULL: the grammar says what is missing. */
static const char *why_cut(struct records *records) {
    const struct source *source = records->window.source;
    if (source_fault(source)) return source_fault(source);
    if (source_is_cut(source)) return "the compressed data ends too early";
    if (!records->held) return "the input ends inside the array or object around its records";
    if (records->home || !json_scan_finish(&records->scan)) return NULL;
    return what_is_wrong(records);
}

static void explain_whole(struct records *records, const char *why) {
    snprintf(records->reason, sizeof records->reason, "%s", why);
    records->reason_line = records->reason_column = 0;
}

static void explain_tail(struct records *records) {
    const char *why = why_cut(records);
    if (!why) explain(records, -1);
    if (why) explain_whole(records, why);
}

enum record_status records_reject_tail(struct records *records, struct record *record) {
    if (!is_cut(records)) return RECORD_END;
    if (!records->resyncing) {
        explain_tail(records);
        begin_resync(records);
    }
    records->gave_up = true;
    enum record_status status = resync_some(records, record);
    if (status != RECORD_END) return status;
    records->resync.outcome = RESYNC_TOP;
    end_resync(records);
    return give(records, record, records->reason);
}
