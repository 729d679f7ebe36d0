/* The grammar of RFC 8259 as a machine that is fed bytes as they come: says at once which byte
 * breaks it, and tells where values near the top begin and end. Builds nothing, keeps nothing, and
 * leaves UTF-8 and surrogates alone: those are mended, not refused. Private to text/. */
#ifndef TEXT_JSON_SCAN_H
#define TEXT_JSON_SCAN_H

#include "text/json_nest.h"

enum json_event {
    SCAN_MORE,   /* all bytes are used */
    SCAN_BEGIN,  /* the first byte of a value was used; `level` is where it stands */
    SCAN_KEY,    /* the last byte of a key was used; its first is at `token` */
    SCAN_END,    /* a value ended */
    SCAN_BROKEN, /* the next byte cannot stand here; it was not used */
};

struct json_scan {
    int state; /* private */
    struct json_nest nest;
    unsigned limit;   /* of the depth, */
    unsigned outside; /* not counting so many levels */
    uint64_t most;    /* values */
    uint64_t values;  /* begun so far; the caller may set it back */
    unsigned watch;   /* events are told of values and keys that stand at this depth or above it */
    unsigned level;   /* the depth at which the value of the last event stands */
    bool odd;         /* cJSON would not read this faithfully: see json_mend */
    bool foreign;     /* holds more than ASCII, which is odd where it is no UTF-8 */

    uint64_t offset;     /* bytes used */
    uint64_t line;       /* lines ended */
    uint64_t line_begin; /* offset of the present line */
    uint64_t token;      /* offset of the last key's opening quote */

    bool in_key;
    unsigned digits;  /* of the number being read */
    const char *rest; /* of the literal being read */
    const char *fed;  /* the bytes being read, whose first is at `offset` */
};

/* A value must come, nested so deep at most, and with so many values. The caller may set depth, watch
 * and place before it feeds. */
void json_scan_init(struct json_scan *scan, unsigned depth, uint64_t values);

/* Uses bytes up to the next event, and says how many. After a value at the top only white space
 * may come, until json_scan_expect_value. */
enum json_event json_scan_feed(struct json_scan *scan, struct str bytes, size_t *used);

/* No byte follows: whether a whole value was read. Ends a number. */
bool json_scan_finish(struct json_scan *scan);

/* Sets what the next byte must be inside whatever is open: a value, or what follows one. */
void json_scan_expect_value(struct json_scan *scan);
void json_scan_expect_more(struct json_scan *scan);

bool json_scan_in_string(const struct json_scan *scan);   /* a key is one too */
bool json_scan_after_value(const struct json_scan *scan); /* a comma or the end must come */

/* What is wrong with the byte after the last one used (-1: that there is none), without the place:
 * "unexpected ',' in a number". */
enum { SCAN_FAULT = 80 };
void json_scan_explain(const struct json_scan *scan, int byte, char text[SCAN_FAULT]);

#endif
