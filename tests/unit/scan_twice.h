/* One text through the grammar's machine in two ways: whole, where simple members are taken at once,
 * and byte by byte, where none is. */
#ifndef SCAN_TWICE_H
#define SCAN_TWICE_H

#include "text/json_scan.h"

/* What one step told: up to an event, the end of the bytes, or what breaks them. */
struct scan_step {
    enum json_event event;
    struct json_scan scan;
};

static inline struct scan_step scan_begin(unsigned depth, uint64_t values, unsigned watch) {
    struct scan_step step = {.event = SCAN_MORE};
    json_scan_init(&step.scan, depth, values);
    step.scan.watch = watch;
    return step;
}

/* On to the next event, with at most `piece` bytes at once. */
static inline void scan_on(struct scan_step *step, struct str text, size_t piece) {
    size_t used;
    step->event = SCAN_MORE;
    while (step->event == SCAN_MORE && step->scan.offset < text.len) {
        struct str rest = {text.at + step->scan.offset, text.len - step->scan.offset};
        if (rest.len > piece) rest.len = piece;
        step->event = json_scan_feed(&step->scan, rest, &used);
    }
}

static inline bool scan_same(const struct scan_step *a, const struct scan_step *b) {
    const struct json_scan *x = &a->scan, *y = &b->scan;
    bool told = a->event == SCAN_MORE || a->event == SCAN_BROKEN || x->level == y->level;
    bool keys = a->event != SCAN_KEY || x->token == y->token;
    bool places = x->offset == y->offset && x->line == y->line && x->line_begin == y->line_begin;
    return a->event == b->event && x->state == y->state && x->nest.depth == y->nest.depth &&
           x->values == y->values && x->odd == y->odd && x->foreign == y->foreign && told && keys &&
           places;
}

/* NULL: both ways told the same. Else what they differ in. */
static inline const char *scan_twice(
    struct str text, unsigned depth, uint64_t values, unsigned watch) {
    struct scan_step whole = scan_begin(depth, values, watch), bytewise = whole;
    do {
        scan_on(&whole, text, text.len);
        scan_on(&bytewise, text, 1);
        if (!scan_same(&whole, &bytewise)) return "a step";
    } while (whole.event != SCAN_MORE && whole.event != SCAN_BROKEN);
    char one[SCAN_FAULT], other[SCAN_FAULT];
    int byte = whole.scan.offset < text.len ? (unsigned char)text.at[whole.scan.offset] : -1;
    json_scan_explain(&whole.scan, byte, one);
    json_scan_explain(&bytewise.scan, byte, other);
    if (strcmp(one, other) != 0) return "the fault";
    bool ends = json_scan_finish(&whole.scan) == json_scan_finish(&bytewise.scan);
    return ends ? NULL : "the end";
}

#endif
