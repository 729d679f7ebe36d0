#include "flow/testing.h"

#include "flow/match_alert.h"
#include "flow/matching.h"

static const char *const wanted[] = {
    [EXPECT_ALERT] = "an alert",
    [EXPECT_NOTHING] = "nothing",
    [EXPECT_MATCH] = "a match",
    [EXPECT_ERROR] = "an error",
};

bool testing_differs(const struct manifest_test *test, struct str got, struct differences *to) {
    return differences_add(to, test->expect_place, "", str_of(wanted[test->expect]), got);
}

static bool differs_by_failure(
    const struct manifest_test *test, struct str reason, struct differences *to) {
    const char *got = arena_format(to->arena, "an error: %.*s", STR_ARG(reason));
    return testing_differs(test, str_of(got), to);
}

/* Where that can be told without asking the rule again. */
static struct str nothing_because(const struct testing *testing, const struct tested *tested,
    const struct verdict *verdict, struct arena *arena) {
    const struct manifest_test *test = tested_test(testing->rules, tested);
    const struct manifest *manifest = testing->rules->list[tested->rule].manifest;
    bool selected = !manifest->when || pattern_matches(manifest->when, test->event, NULL);
    if (!selected) return STR("nothing: 'when' does not select the event");
    bool asked = manifest->lua.code.len && manifest->memory.kind == MEMORY_NONE && !test->rule;
    if (verdict->suppressed_count == 0)
        return asked ? STR("nothing: rule() does not hold") : STR("nothing");
    const struct place *place = &manifest->exceptions[verdict->suppressed[0].exception].place;
    return str_of(
        arena_format(arena, "nothing: the exception at %s:%u holds", place->file, place->line));
}

bool testing_holds(const struct testing *testing, const struct tested *tested,
    const struct verdict *verdict, struct differences *to) {
    const struct manifest_test *test = tested_test(testing->rules, tested);
    bool matched = verdict->match_count > 0, wants_match = test->expect != EXPECT_NOTHING;
    if (test->expect == EXPECT_ERROR && verdict->failure_count) return true;
    if (verdict->failure_count) return differs_by_failure(test, verdict->failures[0].reason, to);
    if (matched && (!wants_match || test->expect == EXPECT_ERROR))
        return testing_differs(test, STR("an alert"), to);
    if (!matched && wants_match)
        return testing_differs(test, nothing_because(testing, tested, verdict, to->arena), to);
    if (!matched || test->expect == EXPECT_MATCH) return true;
    struct alert alert = match_alert(&verdict->matches[0], to->arena);
    return testing_holds_alert(testing, test->details, test, &alert, to);
}
