/* Random patterns and events, put to the engine and to the naive oracle. */
#include "check.h"

#include "model/pattern.h"
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

int main(void) {
    const struct CMUnitTest list[] = {cmocka_unit_test(engine_and_oracle_agree)};
    return cmocka_run_group_tests(list, NULL, NULL);
}
