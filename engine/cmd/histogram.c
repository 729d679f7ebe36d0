#include "cmd/histogram.h"

#include "base/clock.h"
#include "base/mem.h"
#include "text/json.h"

#define MINUTE_MS INT64_C(60000)
#define DAY_OF_MS (24 * 60 * MINUTE_MS)

/* Each is a multiple of the one before it. */
static const int64_t widths_ms[] = {MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS, 60 * MINUTE_MS,
    6 * 60 * MINUTE_MS, DAY_OF_MS, 7 * DAY_OF_MS, 28 * DAY_OF_MS, 364 * DAY_OF_MS};
enum { WIDTHS = sizeof widths_ms / sizeof *widths_ms };

static int64_t floor_to(int64_t value, int64_t width) {
    return value / width - (value % width < 0);
}

/* Where the number stands, or where it would: mostly at the end. */
static size_t place_of(const struct histogram *histogram, int64_t number) {
    size_t at = histogram->count;
    while (at > 0 && histogram->list[at - 1].number >= number) at--;
    return at;
}

static struct histogram_bucket *bucket_of(struct histogram *histogram, int64_t number) {
    size_t at = place_of(histogram, number);
    if (at < histogram->count && histogram->list[at].number == number) return &histogram->list[at];
    histogram->list = mem_grow(histogram->list, histogram->count);
    struct histogram_bucket *here = &histogram->list[at];
    memmove(here + 1, here, (histogram->count - at) * sizeof *here);
    *here = (struct histogram_bucket){.number = number};
    histogram->count++;
    return here;
}

static void widen(struct histogram *histogram) {
    int64_t times = widths_ms[histogram->width + 1] / widths_ms[histogram->width];
    struct histogram wide = {.width = histogram->width + 1, .undated = histogram->undated};
    for (size_t i = 0; i < histogram->count; i++) {
        const struct histogram_bucket *narrow = &histogram->list[i];
        struct histogram_bucket *bucket = bucket_of(&wide, floor_to(narrow->number, times));
        for (int j = 0; j < HISTOGRAM_SEVERITIES; j++) bucket->alerts[j] += narrow->alerts[j];
    }
    histogram_release(histogram);
    *histogram = wide;
}

void histogram_add(struct histogram *histogram, int64_t at_ms, enum severity severity) {
    if (!clock_writable(at_ms)) {
        histogram->undated++;
        return;
    }
    bucket_of(histogram, floor_to(at_ms, widths_ms[histogram->width]))->alerts[severity]++;
    while (histogram->count > HISTOGRAM_MOST && histogram->width + 1 < WIDTHS) widen(histogram);
}

void histogram_release(struct histogram *histogram) {
    mem_free(histogram->list);
    *histogram = (struct histogram){0};
}

static void add_bucket(struct buf *to, const struct histogram_bucket *bucket, int64_t width_ms) {
    buf_add_char(to, '[');
    json_print_integer(to, bucket->number * width_ms);
    for (int i = 0; i < HISTOGRAM_SEVERITIES; i++) {
        buf_add_char(to, ',');
        json_print_integer(to, bucket->alerts[i]);
    }
    buf_add_char(to, ']');
}

void histogram_json(struct buf *to, const struct histogram *histogram) {
    int64_t width_ms = widths_ms[histogram->width];
    buf_add_char(to, '{');
    json_print_member_integer(to, "width_ms", width_ms);
    json_print_member_integer(to, "undated", histogram->undated);
    json_print_key(to, "buckets");
    buf_add_char(to, '[');
    for (size_t i = 0; i < histogram->count; i++) {
        if (i) buf_add_char(to, ',');
        add_bucket(to, &histogram->list[i], width_ms);
    }
    buf_add_text(to, "]}");
}
