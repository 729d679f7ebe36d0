/* Records out of bytes: finds where each JSON object of an input begins and ends, whatever the
 * input's form: NDJSON, concatenated or pretty-printed objects, an array of objects, an object that
 * wraps its records in an array (`{"Records":[…]}`), or any of these one after the other.
 * Holds one record in memory, never the input. Does not know what a record means. */
#ifndef TEXT_RECORDS_H
#define TEXT_RECORDS_H

#include "text/json.h"
#include "text/source.h"

enum {
    RECORD_KEPT = 64 * 1024, /* what is kept of a record beyond RECORD_LIMIT */
    RECORD_SAMPLE = 1024,    /* of so many records the first is given whatever the filter says */
};

/* Where reading stands: everything needed to go on after a restart. All zero is the beginning. */
struct record_position {
    uint64_t offset;  /* bytes of the uncompressed stream used up */
    uint64_t line;    /* lines ended so far */
    uint64_t index;   /* records given so far, of any status */
    uint32_t context; /* private: inside which array, and what may come */
    uint64_t column;  /* bytes of the present line used up; 0: columns count from here */
};

enum record_status {
    RECORD_GOOD,   /* an object as far as its brackets and strings tell; json_parse_record says
                      whether it keeps the grammar and the bounds of a record */
    RECORD_PASSED, /* as RECORD_GOOD, and the filter said no */
    RECORD_BAD,    /* not usable; `reason` says why, `bytes` is what there is of it */
    RECORD_END,    /* the input ended where a record may end */
    RECORD_CUT,    /* the input ended inside a record or a wrapper; call again if it may have grown;
                       records_reject_tail gives the tail up as a RECORD_BAD */
    RECORD_FAILED, /* the input cannot be read on; the diagnostic says why */
};

struct record {
    struct str bytes;                    /* valid until the next call */
    uint64_t line;                       /* of its first byte, from 1 */
    uint64_t column;                     /* of its first byte, from 1 */
    uint64_t index;                      /* from 1, over the whole input */
    char reason[160];                    /* RECORD_BAD: e.g. "unexpected ','", */
    uint64_t reason_line, reason_column; /* and where, from 1; 0: of all of it */
};

struct records;

/* A record that breaks the grammar ends where a good one may begin again; records_resync.h says
 * where that is. It may have no bytes: `[{…}{…}]` lacks a comma, `[{…},]` has one too many.
 *
 * An object whose member named in `wrappers` is an array is no record: the elements of the array
 * are, and its other members are checked and passed over. So it is at the top and in an array at
 * the top; deeper ones are part of their record. */

/* `wrappers`: names of the keys whose array holds records, NULL-terminated, borrowed.
 * Takes the source. With a position other than the beginning, goes on from there. */
struct records *records_new(
    struct source *source, const char *const *wrappers, struct record_position from);
void records_free(struct records *records);

enum record_status records_next(struct records *records, struct record *record, struct diag *diag);

/* After RECORD_CUT or RECORD_FAILED: what is left becomes a bad record, up to where a good one may
 * begin. Read on with records_next, which finds those and ends with RECORD_END, or RECORD_CUT once
 * more. RECORD_END when nothing is left. */
enum record_status records_reject_tail(struct records *records, struct record *record);

/* Whether somebody may want a record with these bytes. NULL: whoever asks wants all. */
struct record_filter {
    bool (*wants)(const void *context, struct str bytes);
    const void *context;
};

/* Asks the filter about each record that begins and ends as an object; what it says no to is
 * RECORD_PASSED. A line that begins and ends so, with the next one beginning so too, is asked about
 * and passed over whole and unread: as one record even where it holds two, or a wrapper.
 * The first record, and after it each first of RECORD_SAMPLE, is RECORD_GOOD whatever the filter
 * says: a feed that is broken does not stay hidden because nobody wants what it has become. */
void records_filter(struct records *records, struct record_filter filter);

/* Behind the last record that was given. */
struct record_position records_position(const struct records *records);
uint64_t records_lines(const struct records *records); /* ended in all that was read */
const struct source *records_source(const struct records *records);

#endif
