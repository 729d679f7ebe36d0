/* Random rule sets and records, spelled in every way: whenever a pattern matches an event, the look
 * must want the record. PAIRS=100000 says how many pairs of a rule set and a record. */
#include "check.h"

#include "look_rules.h"

#include <stdio.h>
#include <stdlib.h>

enum { DEFAULT_PAIRS = 6000, RECORDS = 10 /* of one rule set */, DEPTH = 4, TEXTS = 3 };

static uint64_t seed = 20261127;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

#define PICK(list) ((list)[roll(sizeof(list) / sizeof *(list))])

static const char *const names[] = {"eventName", "eventName", "eventName", "eventName", "type",
    "type", "eventSource", "a", "Name", "detail-x", "", "x y"};
static const char *const strings[] = {"CreateKey", "CreateKey", "Create", "DropKey", "Key", "k",
    "x", "", "1", "1.0", "12345678901234567890", "-0", "true", "null", "10.0.0.1", "a/b", "a\\b",
    "say \"x\"", "\xC3\xA4", "\xE2\x84\xAA", "tab\there", "\xEF\xBF\xBD"};
static const char *const plain[] = {
    "1", "1.0", "10e-1", "0", "-0", "-1", "12345678901234567890", "true", "false", "null"};

/* ---- rule sets, in YAML's JSON ---- */

static const char *const tests[] = {"\"CreateKey\"", "\"DropKey\"", "\"Key\"", "\"x\"", "\"\"",
    "\"1\"", "1", "1.0", "-0", "12345678901234567890", "true", "null", "\"a/b\"", "\"a\\\\b\"",
    "\"say \\\"x\\\"\"", "\"\xC3\xA4\"", "\"tab\\there\"", "\"\xEF\xBF\xBD\"",
    "{\"prefix\": \"Create\"}", "{\"prefix\": \"Cr\"}", "{\"prefix\": \"a\"}",
    "{\"suffix\": \"Key\"}", "{\"prefix\": {\"equals-ignore-case\": \"CREATE\"}}",
    "{\"equals-ignore-case\": \"DROPKEY\"}", "{\"equals-ignore-case\": \"\xE2\x84\xAA\"}",
    "{\"wildcard\": \"*Key\"}", "{\"contains\": \"ate\"}", "{\"regex\": \"^Cr\"}",
    "{\"numeric\": [\">\", 0]}", "{\"numeric\": [\"=\", 1]}", "{\"cidr\": \"10.0.0.0/8\"}",
    "{\"anything-but\": [\"CreateKey\"]}", "{\"anything-but\": [1]}", "{\"exists\": true}",
    "{\"exists\": false}", "{\"not\": [\"x\"]}"};

static void add_field(struct buf *to) {
    buf_add_format(to, "\"%s", PICK(names));
    if (roll(6) == 0) buf_add_format(to, "\": {\"%s", PICK(names));
}

/* One field, or several of which any or all must hold; one that stands twice is no pattern. */
static void add_fields(struct buf *to) {
    for (unsigned i = 0, count = 1 + (roll(3) == 0); i < count; i++) {
        size_t begin = to->len;
        buf_add_text(to, i ? ", " : "");
        add_field(to);
        bool nested = memchr(to->at + begin, '{', to->len - begin);
        buf_add_text(to, "\": [");
        for (unsigned t = 0, most = 1 + roll(3); t < most; t++)
            buf_add_format(to, "%s%s", t ? ", " : "", PICK(tests));
        buf_add_text(to, nested ? "]}" : "]");
    }
}

static void add_pattern(struct buf *to) {
    buf_add_text(to, "\n---\n{");
    if (roll(5) == 0) {
        buf_add_text(to, "\"$or\": [{");
        add_fields(to);
        buf_add_text(to, "}, {");
        add_fields(to);
        buf_add_text(to, "}]");
    } else {
        add_fields(to);
    }
    buf_add_char(to, '}');
}

/* ---- records ---- */

/* How a record is spelled: whether it may have \u, other escapes, odd spaces, bytes that are wrong. */
static struct manner { bool units, escapes, spaces, wrong; } manner;

static void add_space(struct buf *to) {
    for (unsigned i = manner.spaces ? roll(4) : 0; i > 0; i--) buf_add_char(to, " \t\r\n"[roll(4)]);
}

static void add_byte(struct buf *to, unsigned char c) {
    const char *escaped = c == '"' || c == '\\' || (c == '/' && manner.escapes && roll(2)) ? "\\"
                                                                                           : "";
    if (c < 0x80 && manner.units && roll(12) == 0)
        buf_add_format(to, roll(2) ? "\\u%04x" : "\\u%04X", c);
    else if (c == '\t' || c == '\n' || c == '\r')
        buf_add_text(to, c == '\t' ? "\\t" : c == '\n' ? "\\n" : "\\r");
    else
        buf_add_format(to, "%s%c", escaped, c);
    if (manner.wrong && roll(30) == 0) buf_add_char(to, "\xFF\x80\xC3\xED"[roll(4)]);
    if (manner.escapes && roll(60) == 0) buf_add_text(to, "\\b");
}

static void add_string(struct buf *to, struct str text) {
    buf_add_char(to, '"');
    for (size_t i = 0; i < text.len; i++) add_byte(to, (unsigned char)text.at[i]);
    buf_add_char(to, '"');
}

static void add_value(struct buf *to, int depth);

static void add_member(struct buf *to, const char *name, int depth) {
    add_string(to, str_of(name));
    add_space(to);
    buf_add_char(to, ':');
    add_space(to);
    add_value(to, depth);
    add_space(to);
}

static void add_object(struct buf *to, int depth) {
    buf_add_char(to, '{');
    add_space(to);
    for (unsigned i = 0, count = roll(4); i < count; i++) {
        if (i) buf_add_char(to, ',');
        add_member(to, PICK(names), depth + 1);
    }
    buf_add_char(to, '}');
}

static void add_array(struct buf *to, int depth) {
    buf_add_char(to, '[');
    for (unsigned i = 0, count = roll(3); i < count; i++) {
        if (i) buf_add_char(to, ',');
        add_space(to);
        add_value(to, depth + 1);
    }
    buf_add_char(to, ']');
}

static void add_value(struct buf *to, int depth) {
    unsigned kind = depth >= DEPTH ? roll(6) : roll(10);
    if (kind < 5)
        add_string(to, str_of(PICK(strings)));
    else if (kind < 6)
        buf_add_text(to, PICK(plain));
    else if (kind < 8)
        add_array(to, depth);
    else
        add_object(to, depth);
}

static void add_event(struct buf *to) {
    buf_add_char(to, '{');
    for (unsigned i = 0, count = 1 + roll(5); i < count; i++) {
        if (i) buf_add_char(to, ',');
        add_member(to, PICK(names), 1);
    }
    buf_add_char(to, '}');
}

static void add_record(struct buf *to, int texts);

/* A record within a record: as it is, in an array, or as text. */
static void add_content(struct buf *to, int texts) {
    struct buf inner = {0};
    bool array = roll(3) == 0;
    buf_add_text(&inner, array ? "[7," : "");
    add_record(&inner, texts + 1);
    buf_add_text(&inner, array ? "]" : "");
    if (roll(2))
        add_string(to, buf_str(&inner));
    else
        buf_add_str(to, buf_str(&inner));
    buf_release(&inner);
}

static void add_record(struct buf *to, int texts) {
    if (texts >= TEXTS || roll(4)) {
        add_event(to);
        return;
    }
    buf_add_char(to, '{');
    if (roll(2)) add_member(to, PICK(names), 1);
    if (to->at[to->len - 1] != '{') buf_add_char(to, ',');
    add_string(to, str_of(look_wrappers[roll(3)]));
    add_space(to);
    buf_add_char(to, ':');
    add_space(to);
    add_content(to, texts);
    buf_add_char(to, '}');
}

static struct str random_record(struct buf *to) {
    manner = (struct manner){roll(5) == 0, roll(5) == 0, roll(4) == 0, roll(10) == 0};
    buf_reset(to);
    add_record(to, 0);
    if (roll(20) == 0) to->len = roll((unsigned)to->len + 1);
    if (roll(40) == 0 && to->len) to->at[roll((unsigned)to->len)] = (char)roll(256);
    return buf_str(to);
}

/* ---- one against the other ---- */

struct tally {
    long pairs, matched, refused, blind;
};

static void compare(struct arena *arena, const struct look_rules *rules, const struct look *look,
    struct str record, struct tally *tally) {
    bool matched = look_matches(arena, rules, record);
    bool wanted = look_asked(look, record);
    if (matched && !wanted) fail_msg("lost: %.*s", STR_ARG(record));
    tally->pairs++;
    tally->matched += matched;
    tally->refused += !wanted;
}

static void try_rules(
    struct arena *arena, struct buf *yaml, struct buf *record, struct tally *tally) {
    buf_reset(yaml);
    for (unsigned i = 1 + roll(3); i > 0; i--) add_pattern(yaml);
    struct look_rules rules = look_rules_compile(arena, buf_str(yaml));
    struct look *look = look_of(arena, &rules, roll(8));
    tally->blind += !look;
    for (int i = 0; look && i < RECORDS; i++)
        compare(arena, &rules, look, random_record(record), tally);
    look_free(look);
    look_rules_release(&rules);
}

static void nothing_is_lost(void **state) {
    (void)state;
    const char *wanted = getenv("PAIRS");
    long pairs = wanted ? atol(wanted) : DEFAULT_PAIRS;
    struct arena arena = {0};
    struct buf yaml = {0}, record = {0};
    struct tally tally = {0};
    while (tally.pairs < pairs) {
        try_rules(&arena, &yaml, &record, &tally);
        arena_reset(&arena);
    }
    printf("# %ld pairs: %ld matched, %ld refused; %ld rule sets without a look\n", tally.pairs,
        tally.matched, tally.refused, tally.blind);
    assert_true(tally.matched > pairs / 20 && tally.refused > pairs / 5);
    buf_release(&yaml);
    buf_release(&record);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest list[] = {cmocka_unit_test(nothing_is_lost)};
    return cmocka_run_group_tests(list, NULL, NULL);
}
