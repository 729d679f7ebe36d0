#include "text/json_names.h"

#include <endian.h>

static const char QUOTE = '"';

static bool is_plain(char c) {
    return c >= ' ' && (unsigned char)c < 0x80 && c != QUOTE && c != '\\';
}

static bool has_one_spelling(struct str name) {
    for (size_t i = 0; i < name.len; i++)
        if (!is_plain(name.at[i]) || name.at[i] == '/') return false;
    return true;
}

/* ---- which pair of a name is sought ---- */

/* By the bytes of CloudTrail's records, the most frequent first. */
static size_t rareness(char c) {
    static const char order[] =
        "\"eatrs:n-o2ic1,d3mu.70AlpI8v94/wfS56gybC TEDh{}NRHPMVQFkzqxZUKBOLG_";
    const char *found = memchr(order, c, sizeof order - 1);
    return found ? (size_t)(found - order) : sizeof order - 1;
}

/* Within a word in camel case, where hardly any other text has a pair like that. */
static bool is_seam(char first, char second) {
    return first >= 'a' && first <= 'z' && second >= 'A' && second <= 'Z';
}

static size_t pair_rareness(char first, char second) {
    enum { SEAM = 100 };
    return rareness(first) + rareness(second) + (is_seam(first, second) ? SEAM : 0);
}

/* A byte of the name in quotes. */
static char byte_of(struct str name, size_t i) {
    return i == 0 || i > name.len ? QUOTE : name.at[i - 1];
}

static size_t rarest_pair(struct str name) {
    size_t best = 0, most = 0;
    for (size_t i = 0; i <= name.len; i++) {
        size_t rare = pair_rareness(byte_of(name, i), byte_of(name, i + 1));
        if (rare > most) best = i, most = rare;
    }
    return best;
}

static size_t find_name(const struct json_names *names, struct str name) {
    size_t i = 0;
    while (i < names->count && !str_eq(names->list[i].text, name)) i++;
    return i;
}

bool json_names_add(struct json_names *names, struct str name, size_t *number) {
    *number = find_name(names, name);
    if (*number < names->count) return true;
    if (names->count == JSON_NAMES || !has_one_spelling(name)) return false;
    size_t pair = rarest_pair(name);
    if (!pairs_add(&names->pairs, (char[]){byte_of(name, pair), byte_of(name, pair + 1)}))
        return false;
    names->list[names->count++] = (struct json_name){name, pair};
    return true;
}

/* ---- where they stand ---- */

void json_names_begin(
    struct json_names_search *search, const struct json_names *names, struct str text) {
    search->names = names;
    pairs_begin(&search->pairs, &names->pairs, text);
}

static size_t skip_space(struct str text, size_t at) {
    while (at < text.len && (text.at[at] == ' ' || (text.at[at] >= '\t' && text.at[at] <= '\r')))
        at++;
    return at;
}

/* Whether the name stands in quotes around its pair at `at`, and `end` behind them. */
static bool name_stands(const struct json_name *name, struct str text, size_t at, size_t *end) {
    if (at < name->pair) return false;
    size_t begin = at - name->pair;
    if (text.len - begin < name->text.len + 2) return false;
    *end = begin + name->text.len + 2;
    return text.at[begin] == QUOTE && text.at[*end - 1] == QUOTE &&
           memcmp(text.at + begin + 1, name->text.at, name->text.len) == 0;
}

/* At most one name can stand around a place. */
static bool find_at(
    const struct json_names *names, struct str text, size_t at, size_t *number, size_t *end) {
    for (size_t i = 0; i < names->count; i++) {
        *number = i;
        if (name_stands(&names->list[i], text, at, end)) return true;
    }
    return false;
}

bool json_names_next(struct json_names_search *search, size_t *number, size_t *value) {
    struct str text = search->pairs.bytes;
    size_t at, end;
    while (pairs_next(&search->pairs, &at)) {
        if (!find_at(search->names, text, at, number, &end)) continue;
        *value = skip_space(text, end);
        if (*value < text.len && text.at[*value] != ':') continue;
        if (*value < text.len) *value = skip_space(text, *value + 1);
        return true;
    }
    return false;
}

/* The highest bit of each byte that stands not for itself in a string, and perhaps of bytes behind
 * the first of them: has_stop of json_scan.c. */
static uint64_t stops_in(uint64_t bytes) {
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t quotes = bytes ^ ones * '"', slashes = bytes ^ ones * '\\';
    return (bytes | (bytes - ones * ' ') | (quotes - ones) | (slashes - ones)) & ones * 0x80;
}

static size_t skip_plain(struct str text, size_t at) {
    uint64_t bytes, stops = 0;
    for (; text.len - at >= sizeof bytes && !stops; at += sizeof bytes) {
        memcpy(&bytes, text.at + at, sizeof bytes);
        stops = stops_in(le64toh(bytes));
    }
    if (stops) return at - sizeof bytes + (size_t)__builtin_ctzll(stops) / 8;
    while (at < text.len && is_plain(text.at[at])) at++;
    return at;
}

bool json_plain_string(struct str text, size_t at, struct str *string) {
    size_t end = skip_plain(text, ++at);
    *string = (struct str){text.at + at, end - at};
    return end < text.len && text.at[end] == QUOTE;
}
