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

void report_unrecognised(const struct batch_record *sample) {
    size_t len = sample->bytes.len < SAMPLE_BYTES ? sample->bytes.len : SAMPLE_BYTES;
    if (may_show())
        log_warn("%s:%" PRIu64 ": no log type recognises this record: %.*s%s", sample->source,
            sample->line, (int)len, sample->bytes.at, len < sample->bytes.len ? "…" : "");
}

void report_strangers_count(const char *source, int64_t count) {
    if (may_show())
        log_warn("%s: no log type recognises %" PRId64 " of its records", source, count);
}
