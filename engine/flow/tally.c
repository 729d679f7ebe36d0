#include "flow/tally.h"

#include <inttypes.h>
#include <stdio.h>

void tally_add(struct tally *to, const struct tally *more) {
    to->records += more->records;
    to->passed += more->passed;
    to->left_out += more->left_out;
    to->events += more->events;
    to->unrecognised += more->unrecognised;
    to->rejected += more->rejected;
    to->suppressed += more->suppressed;
    to->matches += more->matches;
    to->alerts += more->alerts;
    to->failures += more->failures;
    for (int i = 0; i < FAILURE_KINDS; i++) to->failed_by[i] += more->failed_by[i];
    to->forgotten += more->forgotten;
    to->unreadable += more->unreadable;
}

void tally_failure(struct tally *tally, enum failure_kind kind) {
    tally->failures++;
    tally->failed_by[kind]++;
}

static void add_number(struct buf *to, int64_t value) {
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%" PRId64, value);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) buf_add_char(to, ',');
        buf_add_char(to, digits[i]);
    }
}

static void add_count(
    struct buf *to, const char *before, int64_t value, const char *one, const char *many) {
    buf_add_text(to, before);
    add_number(to, value);
    buf_add_char(to, ' ');
    buf_add_text(to, value == 1 ? one : many);
}

static void add_part(struct buf *to, const char **before, int64_t value, const char *what) {
    add_count(to, *before, value, what, what);
    *before = ", ";
}

static void add_failures(struct buf *to, const struct tally *t) {
    const char *before = " (";
    add_count(to, "; ", t->failures, "rule failure", "rule failures");
    for (int i = 0; i < FAILURE_KINDS; i++) {
        if (!t->failed_by[i]) continue;
        add_count(to, before, t->failed_by[i], failure_names[i], failure_names[i]);
        before = ", ";
    }
    buf_add_char(to, ')');
}

void tally_print(struct buf *to, const struct tally *t) {
    add_count(to, "", t->records, "record", "records");
    const char *before = ": ";
    if (t->left_out) add_part(to, &before, t->left_out, "left out");
    if (t->passed) add_part(to, &before, t->passed, "passed over");
    add_count(to, before, t->events, "event", "events");
    if (t->unrecognised) add_count(to, ", ", t->unrecognised, "unrecognised", "unrecognised");
    if (t->rejected) add_count(to, ", ", t->rejected, "rejected", "rejected");
    add_count(to, "; ", t->matches, "match", "matches");
    if (t->suppressed) add_count(to, ", ", t->suppressed, "suppressed", "suppressed");
    add_count(to, ", ", t->alerts, "alert", "alerts");
    if (t->failures) add_failures(to, t);
    if (t->forgotten) add_count(to, "; ", t->forgotten, "match forgotten", "matches forgotten");
    if (t->unreadable) add_count(to, "; ", t->unreadable, "input unreadable", "inputs unreadable");
}
