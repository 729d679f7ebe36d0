#include "text/records_state.h"

/* So many bad records in a row may go on before the byte that broke them. Without an end to it,
 * lines that open one level each would be read 512 times. */
enum { REWINDS = 15 };

/* ---- values that begin and end ---- */

static void hold(struct records *records, struct mark begin, char first) {
    records->held = true;
    records->answer = NOT_ASKED;
    records->scan.values = 1;
    records->begin = begin;
    records->first = first;
}

/* The arena stays empty for a key without escapes. */
bool records_name_wrapper(const struct records *records, struct str quoted) {
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
    return records_name_wrapper(records, quoted);
}

/* A wrapper inside an array that may have been cut is a text of its own. */
static void enter_wrapper(struct records *records) {
    unsigned home = records->suspect && records->home >= 2 ? 2 : records->home + 2;
    records_enter_home(records, home);
    records_set_home(records, home, false);
    records->wrapping = false;
    records_drop_held(records);
}

static void begin_record(struct records *records, struct mark begin, char first) {
    hold(records, begin, first);
    records_choose_lane(records);
}

static void on_begin(struct records *records, char c) {
    unsigned level = records->scan.level;
    struct mark here = records_here(records);
    here.offset--;
    if (level == records->home + 1 && records->wrapper_key && c == '[')
        enter_wrapper(records);
    else if (level == 0 && c == '[')
        records_set_home(records, 1, false);
    else if (level == records->home && !records->wrapping)
        begin_record(records, here, c);
    records->wrapper_key = false;
}

static void leave_array(struct records *records) {
    records->wrapping = records->home >= 2;
    records_set_home(records, records->wrapping ? records->home - 2 : 0, false);
}

bool records_end_value(struct records *records) {
    unsigned level = records->scan.level;
    bool record = level == records->home && records->held;
    if (level + 1 == records->home)
        leave_array(records);
    else if (level == records->home)
        records->wrapping = false;
    if (level == 0) json_scan_expect_value(&records->scan);
    if (record && records->suspect) records_set_home(records, records->home, false);
    if (record) records->rewinds = 0;
    return record;
}

const char *records_what_is_wrong(const struct records *records) {
    if (records_held_size(records) > RECORD_LIMIT) return "longer than 4 MiB";
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

/* ---- reading on behind what breaks it ---- */

void records_explain(struct records *records, int byte) {
    const struct json_scan *scan = &records->scan;
    _Static_assert(sizeof records->reason >= SCAN_FAULT, "a fault fits");
    json_scan_explain(scan, byte, records->reason);
    records->reason_line = scan->line + 1;
    records->reason_column = scan->offset - scan->line_begin + 1;
}

/* What is held is looked at once more from its beginning: a record that was cut may have taken the
 * good lines behind it for its own values. */
void records_begin_resync(struct records *records) {
    bool anew = records->held && records_held_size(records) <= RECORD_LIMIT &&
                records->rewinds < REWINDS;
    struct json_nest nest = records->scan.nest;
    bool in_string = !anew && json_scan_in_string(&records->scan);
    records->broken_at = records->scan.offset;
    if (!records->held) hold(records, records_here(records), '\0');
    if (anew) records_go_to(records, records->begin);
    if (anew) nest.depth = records->home;
    bool at_line = records->scan.offset == records->scan.line_begin;
    resync_init(&records->resync, &nest, records->home, anew, in_string, at_line);
    records->resyncing = true;
}

void records_count_lines(struct records *records, struct str bytes) {
    const char *at = bytes.at, *end = bytes.at + bytes.len;
    while ((at = memchr(at, '\n', (size_t)(end - at)))) {
        records->scan.line++;
        records->scan.line_begin = records->scan.offset + (uint64_t)(++at - bytes.at);
    }
    records->scan.offset += bytes.len;
}

void records_end_resync(struct records *records) {
    enum resync_outcome outcome = records->resync.outcome;
    unsigned home = outcome == RESYNC_TOP ? 0 : records->home;
    records_set_home(records, home, outcome == RESYNC_ELEMENT);
    records_enter_home(records, home);
    if (outcome == RESYNC_AFTER)
        json_scan_expect_more(&records->scan);
    else
        json_scan_expect_value(&records->scan);
    records->wrapping = records->resyncing = false;
    records->rewinds = records->scan.offset < records->broken_at ? records->rewinds + 1 : 0;
}

/* ---- steps ---- */

enum record_status records_scan(struct records *records, struct record *record) {
    size_t used;
    struct str bytes = records_unread(records);
    switch (json_scan_feed(&records->scan, bytes, &used)) {
    case SCAN_BEGIN: on_begin(records, bytes.at[used - 1]); break;
    case SCAN_KEY: records->wrapper_key = is_wrapper_key(records); break;
    case SCAN_END:
        if (records_end_value(records))
            return records_give(records, record, records_what_is_wrong(records));
        break;
    case SCAN_BROKEN:
        records_explain(records, (unsigned char)bytes.at[used]);
        records_begin_resync(records);
        break;
    case SCAN_MORE: break;
    }
    return RECORD_END;
}

enum record_status records_resync(struct records *records, struct record *record) {
    size_t used;
    struct str bytes = records_unread(records);
    bool found = resync_feed(&records->resync, bytes, &used);
    records_count_lines(records, (struct str){bytes.at, used});
    if (!found) return RECORD_END;
    records_end_resync(records);
    return records_give(records, record, records->reason);
}
