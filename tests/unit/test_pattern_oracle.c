/* Random patterns and events, put to the engine and to the naive oracle. */
#include "check.h"

#include "model/pattern.h"
#include "model/pattern_cover.h"
#include "model/pattern_useless.h"
#include "pattern_oracle.h"

enum { PAIRS = 200000, EVENTS = 10 };

static uint64_t seed = 20230710;

static unsigned roll(unsigned sides) {
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return (unsigned)((seed >> 11) % sides);
}

static const char *const names[] = {"a", "b", "c", "b-"};
static const char *const scalars[] = {
    "1", "2", "\"1\"", "\"x\"", "\"X\"", "\"xy\"", "\"axb\"", "null", "true", "\"\"", "1.0", "2.5"};
static const char *const tests[] = {"{\"exists\":true}", "{\"exists\":true}", "{\"exists\":false}",
    "{\"exists\":false}", "{\"exists\":false}", "{\"anything-but\":[\"x\"]}",
    "{\"anything-but\":[1]}", "{\"anything-but\":[\"x\",\"xy\"]}",
    "{\"anything-but\":{\"prefix\":[\"x\"]}}", "{\"anything-but\":{\"wildcard\":[\"*x*\"]}}",
    "{\"prefix\":\"x\"}", "{\"suffix\":\"y\"}", "{\"prefix\":{\"equals-ignore-case\":\"x\"}}",
    "{\"equals-ignore-case\":\"x\"}", "{\"wildcard\":\"*x*\"}", "{\"wildcard\":\"x*y\"}",
    "{\"numeric\":[\">\",1]}", "{\"numeric\":[\">=\",1,\"<\",2.5]}", "{\"contains\":\"x\"}",
    "{\"regex\":\"x\"}", "{\"not\":[1]}", "{\"not\":[\"x\",2]}", "{\"not\":[{\"prefix\":\"x\"}]}",
    "{\"not\":[null]}"};

#define PICK(list) ((list)[roll(sizeof(list) / sizeof *(list))])

static void add_name(struct buf *to, const char *name) {
    buf_add_char(to, '"');
    buf_add_text(to, name);
    buf_add_text(to, "\":");
}

static void add_event_value(struct buf *to, int depth, int *room) {
    unsigned kind = depth > 4 || *room <= 0 ? 0 : roll(10);
    --*room;
    if (kind < 3) {
        buf_add_text(to, PICK(scalars));
    } else if (kind < 7) {
        buf_add_char(to, '[');
        for (unsigned i = roll(4); i > 0; i--) {
            add_event_value(to, depth + 1, room);
            buf_add_char(to, ',');
        }
        buf_add_char(to, ']');
    } else {
        buf_add_char(to, '{');
        for (unsigned i = 0; i < 4; i++) {
            if (roll(2)) continue;
            add_name(to, names[i]);
            add_event_value(to, depth + 1, room);
            buf_add_char(to, ',');
        }
        buf_add_char(to, '}');
    }
}

static const struct json *random_event(struct arena *arena, struct buf *text) {
    int room = 22;
    buf_reset(text);
    buf_add_char(text, '{');
    for (unsigned i = 0; i < 3; i++) {
        add_name(text, names[i]);
        add_event_value(text, 1, &room);
        buf_add_char(text, ',');
    }
    buf_add_char(text, '}');
    return tree_json(arena, buf_str(text));
}

static void add_tests(struct buf *to) {
    buf_add_char(to, '[');
    for (unsigned i = 1 + roll(3); i > 0; i--) {
        buf_add_text(to, roll(3) == 0 ? PICK(scalars) : PICK(tests));
        buf_add_char(to, ',');
    }
    buf_add_char(to, ']');
}

/* `allowed` are the names still free at this level: alternatives of a `$or` get some each. */
static void add_fields(struct buf *to, int depth, unsigned allowed) {
    unsigned left = allowed;
    buf_add_char(to, '{');
    if (depth < 2 && roll(6) == 0 && (allowed & 3) == 3) {
        buf_add_text(to, "\"$or\":[");
        add_fields(to, depth + 1, 1);
        add_fields(to, depth + 1, roll(2) ? 1 : 2);
        buf_add_text(to, "],");
        left &= ~3u;
    }
    unsigned first = left ? roll(4) : 0;
    while (left && !(left >> first & 1)) first = (first + 1) % 4;
    for (unsigned i = 0; i < 4; i++) {
        if (!(left >> i & 1) || (i != first && roll(depth ? 2 : 4))) continue;
        add_name(to, names[i]);
        if (depth < 3 && roll(2)) {
            add_fields(to, depth + 1, 15);
        } else {
            add_tests(to);
        }
        buf_add_char(to, ',');
    }
    buf_add_text(to, "},");
}

struct tally {
    size_t pairs, matches;
};

static void compare(
    struct arena *arena, struct buf *pattern_text, struct buf *event_text, struct tally *tally) {
    struct diags diags;
    static struct oracle_branches branches;
    diags_init(&diags);
    const struct yaml *yaml = tree_yaml(arena, buf_str(pattern_text));
    struct pattern *pattern = pattern_compile(arena, yaml, &diags);
    if (!pattern) fail_msg("%s\n%s", buf_text(pattern_text), diags.list[0].text);
    oracle_read_pattern(&branches, yaml);
    for (int i = 0; i < EVENTS && !branches.is_too_big; i++) {
        const struct json *event = random_event(arena, event_text);
        bool expected = oracle_matches(&branches, event);
        if (pattern_matches(pattern, event, NULL) != expected)
            fail_msg("%s\n%s\nthe oracle says %s", buf_text(pattern_text), buf_text(event_text),
                expected ? "yes" : "no");
        tally->pairs++;
        tally->matches += expected;
    }
    pattern_release(pattern);
    diags_release(&diags);
}

static void engine_and_oracle_agree(void **state) {
    struct arena arena;
    struct buf pattern, event;
    struct tally tally = {0};
    (void)state;
    arena_init(&arena);
    buf_init(&pattern);
    buf_init(&event);
    while (tally.pairs < PAIRS) {
        buf_reset(&pattern);
        add_fields(&pattern, 0, 15);
        compare(&arena, &pattern, &event, &tally);
        arena_reset(&arena);
    }
    if (tally.matches < PAIRS / 20) fail_msg("only %zu pairs match", tally.matches);
    buf_release(&pattern);
    buf_release(&event);
    arena_release(&arena);
}

/* ---- what is said of two patterns without an event ---- */

enum { COVER_PAIRS = 20000 };

static struct pattern *random_small(struct arena *arena, struct buf *text) {
    struct diags diags = {0};
    buf_reset(text);
    buf_add_char(text, '{');
    for (unsigned i = 0, skipped = roll(3); i < 2; i++) {
        if (i == skipped) continue;
        add_name(text, names[i]);
        add_tests(text);
        buf_add_char(text, ',');
    }
    buf_add_char(text, '}');
    struct pattern *pattern = pattern_compile(arena, tree_yaml(arena, buf_str(text)), &diags);
    assert_non_null(pattern);
    return pattern;
}

/* Without arrays: what is asked of such events is asked of one value. */
static const struct json *random_flat(struct arena *arena, struct buf *text) {
    buf_reset(text);
    buf_add_char(text, '{');
    for (unsigned i = 0; i < 2; i++) {
        if (roll(4) == 0) continue;
        add_name(text, names[i]);
        buf_add_text(text, PICK(scalars));
        buf_add_char(text, ',');
    }
    buf_add_char(text, '}');
    return tree_json(arena, buf_str(text));
}

struct two {
    struct buf wide, narrow, event;
    size_t covers, excludes;
};

static void try_two(struct arena *arena, struct two *two) {
    const struct yaml *both = tree_yaml(arena, STR("{\"a\":[1],\"b\":[1]}"));
    struct pattern *single = pattern_compile(arena, both, NULL);
    struct pattern *wide = random_small(arena, &two->wide);
    struct pattern *narrow = random_small(arena, &two->narrow);
    bool covers = pattern_covers(wide, narrow), excludes = pattern_excludes(wide, narrow, single);
    two->covers += covers;
    two->excludes += excludes;
    for (int i = 0; i < EVENTS; i++) {
        const struct json *any = random_event(arena, &two->event);
        if (covers && pattern_matches(narrow, any, NULL) && !pattern_matches(wide, any, NULL))
            fail_msg("%s covers %s\n%s", two->wide.at, two->narrow.at, two->event.at);
        const struct json *flat = random_flat(arena, &two->event);
        if (excludes && pattern_matches(narrow, flat, NULL) && pattern_matches(wide, flat, NULL))
            fail_msg("%s excludes %s\n%s", two->wide.at, two->narrow.at, two->event.at);
    }
    pattern_release(wide);
    pattern_release(narrow);
}

static void no_event_contradicts_what_is_said_of_two_patterns(void **state) {
    struct arena arena;
    struct two two = {0};
    (void)state;
    arena_init(&arena);
    for (int i = 0; i < COVER_PAIRS; i++) {
        try_two(&arena, &two);
        arena_reset(&arena);
    }
    if (two.covers < 100 || two.excludes < 100)
        fail_msg("only %zu cover, %zu exclude", two.covers, two.excludes);
    buf_release(&two.wide);
    buf_release(&two.narrow);
    buf_release(&two.event);
    arena_release(&arena);
}

/* ---- values that change nothing ---- */

enum { ITEMS = 4 };

struct list {
    const char *items[ITEMS];
    unsigned columns[ITEMS]; /* where each stands in the text */
    struct buf text;
};

/* The list without those whose bit is in `without`. */
static struct pattern *compile_list(struct list *list, unsigned without, struct arena *arena) {
    buf_reset(&list->text);
    buf_add_text(&list->text, "{\"a\":[");
    for (unsigned i = 0; i < ITEMS; i++) {
        if (without >> i & 1) continue;
        list->columns[i] = (unsigned)list->text.len + 1;
        buf_add_text(&list->text, list->items[i]);
        buf_add_char(&list->text, ',');
    }
    buf_add_text(&list->text, "]}");
    return pattern_compile(arena, tree_yaml(arena, buf_str(&list->text)), NULL);
}

static unsigned find_useless(const struct list *list, const struct pattern *pattern) {
    struct diags diags = {0};
    unsigned useless = 0;
    pattern_find_useless(pattern, &diags);
    for (size_t i = 0; i < diags.count; i++)
        for (unsigned k = 0; k < ITEMS; k++)
            if (diags.list[i].place.column == list->columns[k]) useless |= 1u << k;
    if (diags.count) assert_true(useless);
    diags_release(&diags);
    return useless;
}

static size_t try_list(struct list *list, struct arena *arena, struct buf *event) {
    for (unsigned i = 0; i < ITEMS; i++) list->items[i] = roll(2) ? PICK(scalars) : PICK(tests);
    struct pattern *whole = compile_list(list, 0, arena);
    unsigned useless = find_useless(list, whole);
    struct pattern *rest = compile_list(list, useless, arena);
    assert_non_null(rest);
    for (int i = 0; i < EVENTS && useless; i++) {
        const struct json *any = random_event(arena, event);
        if (pattern_matches(whole, any, NULL) != pattern_matches(rest, any, NULL))
            fail_msg("%s does not say the same of %s", list->text.at, event->at);
    }
    pattern_release(whole);
    pattern_release(rest);
    return useless != 0;
}

static void what_is_useless_can_be_left_out(void **state) {
    struct arena arena;
    struct list list = {0};
    struct buf event = {0};
    size_t found = 0;
    (void)state;
    arena_init(&arena);
    for (int i = 0; i < COVER_PAIRS; i++) {
        found += try_list(&list, &arena, &event);
        arena_reset(&arena);
    }
    if (found < 1000) fail_msg("only %zu", found);
    buf_release(&list.text);
    buf_release(&event);
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest list[] = {
        cmocka_unit_test(engine_and_oracle_agree),
        cmocka_unit_test(no_event_contradicts_what_is_said_of_two_patterns),
        cmocka_unit_test(what_is_useless_can_be_left_out),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
