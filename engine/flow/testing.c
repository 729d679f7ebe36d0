#include "flow/testing.h"

/* What the map form of `expect` may name, as JSON. */
static const struct json *answer(const struct match *match, const char *key, struct arena *arena) {
    const struct {
        const char *key;
        struct str text;
        bool is_json;
    } rows[] = {
        {"title", match->title, false},
        {"severity", match->severity, false},
        {"dedup", match->dedup, false},
        {"description", match->body.description, false},
        {"runbook", match->body.runbook, false},
        {"destinations", match->body.destinations, true},
        {"context", match->body.context, true},
        {"count", STR("1"), true},
        {"state", str_of(alert_state_names[ALERT_OPEN]), false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (strcmp(rows[i].key, key) != 0) continue;
        if (rows[i].is_json) return json_parse(arena, rows[i].text, NULL, NULL);
        struct json *text = arena_new(arena, struct json);
        *text = (struct json){.type = JSON_STRING, .string = rows[i].text};
        return text;
    }
    return NULL;
}

/* Maps are subsets, all else is equal. */
static bool agrees(const struct json *expected, const struct json *got) {
    if (!got || expected->type != JSON_OBJECT) return got && json_equal(expected, got);
    for (size_t i = 0; i < expected->count; i++)
        if (!agrees(&expected->members[i].value, json_get(got, expected->members[i].key)))
            return false;
    return true;
}

static bool differs(
    struct diag *why, const char *key, const struct json *expected, const struct json *got) {
    struct buf left = {0}, right = {0};
    json_print(&left, expected);
    if (got) json_print(&right, got);
    diag_set(why, "%s: expected %s, got %s", key, buf_text(&left), buf_text(&right));
    buf_release(&left);
    buf_release(&right);
    return false;
}

static bool holds_details(const struct manifest_test *test, const struct match *match,
    struct arena *arena, struct diag *why) {
    for (size_t i = 0; test->details && i < test->details->count; i++) {
        const struct yaml_member *member = &test->details->members[i];
        if (str_is(member->key, "alert")) continue;
        const struct json *expected = yaml_to_json(arena, &member->value);
        const struct json *got = answer(match, member->key.at, arena);
        if (!agrees(expected, got)) return differs(why, member->key.at, expected, got);
    }
    return true;
}

bool testing_holds_details(
    const struct yaml *details, const struct json *alert, struct arena *arena, struct diag *why) {
    for (size_t i = 0; details && i < details->count; i++) {
        const struct yaml_member *member = &details->members[i];
        if (str_is(member->key, "alert") || str_is(member->key, "at")) continue;
        const struct json *expected = yaml_to_json(arena, &member->value);
        const struct json *got = json_get(alert, member->key);
        if (!agrees(expected, got)) return differs(why, member->key.at, expected, got);
    }
    return true;
}

bool testing_holds(const struct manifest_test *test, const struct verdict *verdict,
    struct arena *arena, struct diag *why) {
    if (verdict->failure_count)
        return diag_set(why, "the rule failed: %.*s", STR_ARG(verdict->failures[0].reason));
    bool alerted = verdict->match_count > 0;
    if (test->expect == EXPECT_MATCH)
        return alerted || diag_set(why, "expected a match, got nothing");
    if (alerted != (test->expect == EXPECT_ALERT))
        return diag_set(why, "expected %s, got %s", alerted ? "nothing" : "an alert",
            alerted ? "an alert" : "nothing");
    if (!alerted) return true;
    const struct match *match = &verdict->matches[0];
    if (match->body.errors.len)
        return diag_set(why, "a function failed: %.*s", STR_ARG(match->body.errors));
    return holds_details(test, match, arena, why);
}
