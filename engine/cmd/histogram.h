/* How many alerts of each severity were raised when: buckets of one width, which widens when there
 * are more than a few thousand. */
#ifndef CMD_HISTOGRAM_H
#define CMD_HISTOGRAM_H

#include "base/buf.h"
#include "model/severity.h"

#include <stdint.h>

enum { HISTOGRAM_SEVERITIES = SEVERITY_CRITICAL + 1, HISTOGRAM_MOST = 4000 };

struct histogram_bucket {
    int64_t number; /* of widths since 1970 */
    int64_t alerts[HISTOGRAM_SEVERITIES];
};

/* Begins zeroed. */
struct histogram {
    size_t width; /* which of those there are: a minute to begin with */
    struct histogram_bucket *list;
    size_t count;
    int64_t undated;
};

void histogram_add(struct histogram *histogram, int64_t at_ms, enum severity severity);
void histogram_release(struct histogram *histogram);

/* {"width_ms":…,"undated":…,"buckets":[[begin_ms,info,low,medium,high,critical],…]} */
void histogram_json(struct buf *to, const struct histogram *histogram);

#endif
