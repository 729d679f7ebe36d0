#include "base/clock.h"

#include <ctype.h>
#include <stdio.h>
#include <time.h>

static int64_t read_ms(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void) {
    return read_ms(CLOCK_REALTIME);
}

int64_t clock_monotonic_ms(void) {
    return read_ms(CLOCK_MONOTONIC);
}

int64_t clock_thread_ms(void) {
    return read_ms(CLOCK_THREAD_CPUTIME_ID);
}

static int64_t wall_now(const struct clock *clock) {
    (void)clock;
    return clock_wall_ms();
}

static int64_t fixed_now(const struct clock *clock) {
    return clock->at_ms;
}

const struct clock clock_wall = {wall_now, 0};

struct clock clock_fixed(int64_t at_ms) {
    return (struct clock){fixed_now, at_ms};
}

int64_t clock_add_ms(int64_t a_ms, int64_t b_ms) {
    int64_t sum;
    if (!__builtin_add_overflow(a_ms, b_ms, &sum)) return sum;
    return b_ms > 0 ? INT64_MAX : INT64_MIN;
}

int64_t clock_now_ms(const struct clock *clock) {
    return clock->now_ms(clock);
}

/* Reads exactly `digits` digits, -1 when they are not there. */
static int take_number(struct str *text, size_t digits) {
    if (text->len < digits) return -1;
    int value = 0;
    for (size_t i = 0; i < digits; i++) {
        if (!isdigit((unsigned char)text->at[i])) return -1;
        value = value * 10 + (text->at[i] - '0');
    }
    *text = (struct str){text->at + digits, text->len - digits};
    return value;
}

static bool take_char(struct str *text, const char *any) {
    if (text->len == 0) return false;
    while (*any && *any != text->at[0]) any++;
    if (!*any) return false;
    *text = (struct str){text->at + 1, text->len - 1};
    return true;
}

/* Days since 1970-01-01 of a date in the proleptic Gregorian calendar. */
static int64_t days_of(int year, int month, int day) {
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
           719468;
}

static bool take_date(struct str *text, int64_t *ms) {
    int year = take_number(text, 4);
    if (year < 0 || !take_char(text, "-")) return false;
    int month = take_number(text, 2);
    if (month < 1 || month > 12 || !take_char(text, "-")) return false;
    int day = take_number(text, 2);
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day < 1 || day > days[month - 1] + (month == 2 && leap)) return false;
    *ms = days_of(year, month, day) * 86400000;
    return true;
}

static bool take_fraction(struct str *text, int64_t *ms) {
    if (!take_char(text, ".")) return true;
    int weight = 100;
    size_t digits = 0;
    for (; text->len && isdigit((unsigned char)text->at[0]); digits++, weight /= 10) {
        *ms += (text->at[0] - '0') * weight;
        *text = (struct str){text->at + 1, text->len - 1};
    }
    return digits > 0;
}

static bool take_time(struct str *text, int64_t *ms) {
    int hour = take_number(text, 2);
    if (hour < 0 || hour > 23 || !take_char(text, ":")) return false;
    int minute = take_number(text, 2);
    if (minute < 0 || minute > 59 || !take_char(text, ":")) return false;
    int second = take_number(text, 2);
    if (second < 0 || second > 60) return false;
    *ms += ((int64_t)hour * 3600 + minute * 60 + second) * 1000;
    return take_fraction(text, ms);
}

static bool take_offset(struct str *text, int64_t *ms) {
    if (take_char(text, "Zz")) return true;
    int sign = text->len && text->at[0] == '-' ? 1 : -1;
    if (!take_char(text, "+-")) return false;
    int hour = take_number(text, 2);
    if (hour < 0 || hour > 23 || !take_char(text, ":")) return false;
    int minute = take_number(text, 2);
    if (minute < 0 || minute > 59) return false;
    *ms += sign * ((int64_t)hour * 60 + minute) * 60000;
    return true;
}

int64_t clock_parse(struct str text) {
    int64_t ms = 0;
    bool good = take_date(&text, &ms) && take_char(&text, "Tt ") && take_time(&text, &ms) &&
                take_offset(&text, &ms) && text.len == 0;
    return good ? ms : CLOCK_UNKNOWN;
}

bool clock_writable(int64_t at_ms) {
    static const int64_t first = -62167219200000, last = 253402300799999;
    return at_ms >= first && at_ms <= last;
}

void clock_format(int64_t at_ms, char text[CLOCK_TEXT]) {
    int64_t millis = ((at_ms % 1000) + 1000) % 1000;
    time_t seconds = (time_t)((at_ms - millis) / 1000);
    struct tm tm;
    gmtime_r(&seconds, &tm);
    size_t len = strftime(text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", &tm);
    if (millis) len += (size_t)snprintf(text + len, CLOCK_TEXT - len, ".%03d", (int)millis);
    snprintf(text + len, CLOCK_TEXT - len, "Z");
}

static const struct {
    const char *unit;
    int64_t ms;
} units[] = {{"ms", 1}, {"s", 1000}, {"m", 60000}, {"h", 3600000}, {"d", 86400000}};

int64_t clock_parse_duration(struct str text) {
    int64_t value = 0;
    size_t digits = 0;
    if (text.len == 0) return -1;
    for (; digits < text.len && digits < 9 && isdigit((unsigned char)text.at[digits]); digits++)
        value = value * 10 + (text.at[digits] - '0');
    struct str unit = {text.at + digits, text.len - digits};
    if (digits == 0) return -1;
    if (unit.len == 0) return value == 0 ? 0 : -1;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_is(unit, units[i].unit)) return value * units[i].ms;
    return -1;
}

void clock_format_duration(int64_t ms, char text[CLOCK_TEXT]) {
    size_t i = sizeof units / sizeof *units - 1;
    while (ms % units[i].ms) i--;
    snprintf(text, CLOCK_TEXT, "%lld%s", (long long)(ms / units[i].ms), ms ? units[i].unit : "s");
}
