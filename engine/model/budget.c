#include "model/budget.h"

#include <stdio.h>
#include <stdlib.h>

enum { NUMBER_TEXT = 16 };

static size_t count_digits(const char *at) {
    return strspn(at, "0123456789");
}

/* "5" or "0.5" and no other spelling. */
static bool parse_number(const char *text, double *number) {
    size_t whole = count_digits(text);
    const char *end = text + whole;
    if (*end == '.') end += 1 + count_digits(end + 1);
    *number = strtod(text, NULL);
    return whole > 0 && *end == '\0' && end[-1] != '.';
}

bool budget_parse(struct str text, double *a_day) {
    static const char unit[] = "/day";
    char number[NUMBER_TEXT];
    size_t tail = sizeof unit - 1;
    if (text.len <= tail || text.len - tail >= sizeof number) return false;
    if (memcmp(text.at + text.len - tail, unit, tail) != 0) return false;
    snprintf(number, sizeof number, "%.*s", (int)(text.len - tail), text.at);
    return parse_number(number, a_day);
}

bool budget_exceeded(double a_day, int64_t alerts, size_t days) {
    static const double rounding = 1e-9;
    return a_day >= 0 && (double)alerts > a_day * (double)days + rounding;
}
