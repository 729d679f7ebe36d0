#include "flow/report.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>

enum { SHOWN_A_MINUTE = 1000, SAMPLE_BYTES = 120 };

/* True for the first few in each minute. */
static bool may_show(void) {
    static int64_t minute;
    static int shown;
    int64_t now = clock_monotonic_ms() / 60000;
    if (now != minute) shown = 0;
    minute = now;
    if (++shown == SHOWN_A_MINUTE + 1)
        log_warn("further reports of this minute are left out; all are counted");
    return shown <= SHOWN_A_MINUTE;
}

void report_rejected(const struct batch_record *record, struct str reason) {
    if (may_show())
        log_warn("%s:%" PRIu64 ": record %" PRIu64 " cannot be used: %.*s", record->source,
            record->line, record->index, STR_ARG(reason));
}

/* That a rule is suspended is told once, as an alert. */
void report_failure(const struct batch_record *record, const struct failure *failure) {
    if (failure->kind != FAILURE_SUSPENDED && may_show())
        log_warn("%s:%" PRIu64 ": rule '%.*s' failed on event '%.*s': %.*s (%s)", record->source,
            record->line, STR_ARG(failure->rule), STR_ARG(failure->event_id),
            STR_ARG(failure->reason), failure_names[failure->kind]);
}

static void show_stranger(const struct batch_record *sample) {
    size_t len = sample->bytes.len < SAMPLE_BYTES ? sample->bytes.len : SAMPLE_BYTES;
    if (may_show())
        log_warn("%s:%" PRIu64 ": no log type recognises this record: %.*s%s", sample->source,
            sample->line, (int)len, sample->bytes.at, len < sample->bytes.len ? "…" : "");
}

void strangers_note(struct strangers *strangers, const struct batch *batch) {
    bool same = strangers->source && strcmp(strangers->source, batch->source) == 0;
    if (!same) strangers_end(strangers);
    strangers->source = batch->source;
    for (size_t i = 0; i < batch->count; i++) {
        int64_t more = (int64_t)batch->list[i].verdict.unrecognised;
        if (more && strangers->count == 0) show_stranger(&batch->list[i]);
        strangers->count += more;
    }
}

void strangers_end(struct strangers *strangers) {
    if (strangers->count > 1 && may_show())
        log_warn("%s: no log type recognises %" PRId64 " of its records", strangers->source,
            strangers->count);
    *strangers = (struct strangers){0};
}
