/* Time as milliseconds since 1970-01-01T00:00:00Z, in an int64_t whose name ends in _ms.
 * A struct clock says what time it is to whoever is given it: the wall, the events, or a test. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/str.h"

#include <stdint.h>

#define CLOCK_UNKNOWN INT64_MIN

enum { CLOCK_TEXT = 32 };

struct clock {
    int64_t (*now_ms)(const struct clock *clock);
    int64_t at_ms; /* for clocks that are set */
};

extern const struct clock clock_wall;
struct clock clock_fixed(int64_t at_ms);

/* The sum, or the end of time where it would lie behind that. */
int64_t clock_add_ms(int64_t a_ms, int64_t b_ms);

int64_t clock_now_ms(const struct clock *clock);
int64_t clock_wall_ms(void);
int64_t clock_monotonic_ms(void); /* for waiting; no relation to the date */
int64_t clock_thread_ms(void);    /* processor time that the calling thread took */

/* RFC 3339 section 5.6, "2023-07-10T11:45:00Z" with optional fraction (kept to milliseconds) and
 * any offset. CLOCK_UNKNOWN when it is none. */
int64_t clock_parse(struct str text);

/* Whether RFC 3339 can write it: a time of the years 0 to 9999. */
bool clock_writable(int64_t at_ms);

/* Writes "2023-07-10T11:45:00Z", with milliseconds where there are any. */
void clock_format(int64_t at_ms, char text[CLOCK_TEXT]);

/* "90s", "15m", "1h", "7d", "500ms", or 0 without a unit. Milliseconds, or -1 when it is none. */
int64_t clock_parse_duration(struct str text);

/* Writes one in the largest unit of which it is a whole number: "90s", "36h", "0s". */
void clock_format_duration(int64_t ms, char text[CLOCK_TEXT]);

#endif
