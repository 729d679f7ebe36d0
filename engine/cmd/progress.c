#include "cmd/progress.h"

#include "base/clock.h"
#include "base/log.h"

#include <stdio.h>

enum { FIRST_AFTER_MS = 500, EVERY_MS = 200 };

void progress_init(struct progress *progress, int64_t total_bytes) {
    *progress = (struct progress){.total_bytes = total_bytes, .started_ms = clock_monotonic_ms()};
}

void progress_show(struct progress *progress, uint64_t more_bytes, const struct tally *tally) {
    progress->done_bytes += (int64_t)more_bytes;
    int64_t bytes = progress->done_bytes;
    int64_t now = clock_monotonic_ms();
    int64_t taken = now - progress->started_ms;
    if (taken < FIRST_AFTER_MS || now - progress->shown_ms < EVERY_MS) return;
    progress->shown_ms = now;
    char share[16] = "", line[160];
    if (progress->total_bytes > 0)
        snprintf(share, sizeof share, "%3.0f %%  ",
            100.0 * (double)bytes / (double)progress->total_bytes);
    snprintf(line, sizeof line, "%s%.1f MB  %.0f records a second  %lld alerts", share,
        (double)bytes / 1e6, (double)tally->records * 1000.0 / (double)taken,
        (long long)tally->alerts);
    log_status(line);
}

void progress_end(void) {
    log_status("");
}
