/* The inside of `struct records`, for the two ways a record is read: by the grammar, byte for byte,
 * which decides about everything (records_grammar.c), and by lanes for what is regular
 * (records_lane.c). Private to text/, and to tests that compare the two. */
#ifndef TEXT_RECORDS_STATE_H
#define TEXT_RECORDS_STATE_H

#include "text/json_scan.h"
#include "text/records.h"
#include "text/records_resync.h"
#include "text/records_window.h"
#include "text/skim.h"

enum { KEY_LIMIT = 1024 }; /* a longer key is no wrapper's */

struct mark {
    uint64_t offset, line, line_begin;
};

/* How the record that has begun is read. */
enum lane { LANE_GRAMMAR, LANE_LINE, LANE_OBJECT };

struct lanes {
    enum lane lane;
    bool off;         /* see records_by_grammar */
    bool hungry;      /* what was read does not suffice */
    size_t searched;  /* LANE_LINE: bytes without the line's end */
    struct skim skim; /* LANE_OBJECT */
};

/* What the filter said of the record that has begun, or of its line. */
enum answer { NOT_ASKED, WANTED, UNWANTED };

struct records {
    struct window window;
    const char *const *wrappers;
    struct json_scan scan; /* its offset is where reading stands, when resyncing too */
    struct lanes lanes;
    unsigned home;    /* the depth at which records stand: 0, in an array at the top 1, in a
                         wrapper's array 2, in that of a wrapper in an array 3 */
    bool wrapping;    /* inside a wrapper, outside of its array */
    bool wrapper_key; /* the last key was a wrapper's */
    bool suspect;     /* the array we seem to be in may have been cut */

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

    struct record_filter filter;
    enum answer answer;
    bool started;
    bool gave_up; /* a tail was rejected, and nothing came since */
    struct record_position position;
};

static inline struct mark records_here(const struct records *records) {
    return (struct mark){records->scan.offset, records->scan.line, records->scan.line_begin};
}

static inline void records_go_to(struct records *records, struct mark mark) {
    records->scan.offset = mark.offset;
    records->scan.line = mark.line;
    records->scan.line_begin = mark.line_begin;
}

static inline struct str records_unread(const struct records *records) {
    return window_from(&records->window, records->scan.offset);
}

static inline struct str records_from_begin(const struct records *records) {
    return window_from(&records->window, records->begin.offset);
}

/* ---- records.c ---- */

/* No lanes: what tests hold them against. */
void records_by_grammar(struct records *records);

void records_set_home(struct records *records, unsigned home, bool suspect);
void records_enter_home(struct records *records, unsigned home);
uint64_t records_held_size(const struct records *records);
void records_drop_held(struct records *records);

/* What is held, up to where reading stands. It is good when the reason is "". */
enum record_status records_give(struct records *records, struct record *record, const char *reason);

/* ---- records_grammar.c ---- */

/* Uses some bytes. RECORD_END stands for no record yet. */
enum record_status records_scan(struct records *records, struct record *record);
enum record_status records_resync(struct records *records, struct record *record);

void records_count_lines(struct records *records, struct str bytes); /* goes past them */
bool records_end_value(struct records *records); /* true when it was the end of a record */
bool records_name_wrapper(const struct records *records, struct str quoted);
const char *records_what_is_wrong(const struct records *records); /* with a whole one, "" nothing */

/* The record is broken by `byte`, -1 for the end, or by what is said. */
void records_explain(struct records *records, int byte);
void records_begin_resync(struct records *records);
void records_end_resync(struct records *records);

/* ---- records_lane.c ---- */

/* A record begins: behind its first byte, which is held. */
void records_choose_lane(struct records *records);

/* The input ends: what is there may be a record without being a line of its own. True when that is
 * to be found out. */
bool records_leave_line(struct records *records);

/* As records_scan, while there is a lane; `hungry` when more has to be read first. */
enum record_status records_run_lane(struct records *records, struct record *record);

#endif
