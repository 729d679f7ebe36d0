/* The timeline of a test: what it is expanded to, and what of it is refused. That it is played as
 * `run` would: tests/cases/timeline.bats. */
#include "findings.h"

#include "model/manifest.h"

static struct world world;
static struct manifests manifests;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    manifests = (struct manifests){0};
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    manifests_release(&manifests);
    world_release(&world);
    return 0;
}

#define HEAD "id: a\ntitle: A\nseverity: low\nlog: l\nwhen: {a: b}\ntests:\n"

/* Line 7 is that of the test, which has its name. */
static bool load(const char *test) {
    manifests_release(&manifests);
    world_clear(&world);
    const char *text = arena_format(&world.arena, HEAD "  - name: n\n%s", test);
    return manifests_load(
        &manifests, &world.arena, world_file(&world, "one.yaml", text), &world.diags);
}

static struct timeline *timeline(const char *test) {
    bool good = load(test);
    assert_string_equal(world_findings(&world), "");
    assert_true(good);
    return &manifests.list[0]->tests[0].timeline;
}

static const char *faults(const char *test) {
    assert_false(load(test));
    return world_findings(&world);
}

/* "AT ARRIVES ID EVENT\n" of each, in the order of arrival. */
static const char *print(const struct timeline *timeline) {
    buf_reset(&world.text);
    for (size_t i = 0; i < timeline->count; i++) {
        const struct timeline_event *event = &timeline->events[i];
        buf_add_format(&world.text, "%lld %lld %.*s ", (long long)event->at_ms,
            (long long)event->arrives_ms, STR_ARG(event->id));
        json_print(&world.text, event->event);
        buf_add_char(&world.text, '\n');
    }
    return buf_text(&world.text);
}

static const char *expanded(const char *test) {
    return print(timeline(arena_format(&world.arena, "%s    expect: nothing\n", test)));
}

static void entries_become_events(void **state) {
    (void)state;
    assert_string_equal(expanded("    timeline: [{at: 1s}, {at: 2s, repeat: 3, every: 1m},\n"
                                 "      {at: 3s, id: x, event: {a: 1}}]\n"),
        "1000 1000 event-1 {}\n"
        "2000 2000 event-2 {}\n"
        "3000 3000 x {\"a\":1}\n"
        "62000 62000 event-3 {}\n"
        "122000 122000 event-4 {}\n");
}

static void they_come_when_they_arrive_and_else_as_written(void **state) {
    (void)state;
    assert_string_equal(
        expanded("    timeline: [{at: 5s}, {at: 1s, arrives: 9s}, {at: 9s}, {at: 5s},\n"
                 "      {at: 0, repeat: 2, every: 1s, arrives: 5s}]\n"),
        "5000 5000 event-1 {}\n"
        "5000 5000 event-4 {}\n"
        "0 5000 event-5 {}\n"
        "1000 6000 event-6 {}\n"
        "1000 9000 event-2 {}\n"
        "9000 9000 event-3 {}\n");
}

static void events_are_laid_over_the_base(void **state) {
    (void)state;
    static const struct {
        const char *base, *event, *laid;
    } rows[] = {
        {"{a: 1, b: 2}", "{b: 3, c: 4}", "{\"a\":1,\"b\":3,\"c\":4}"},
        {"{a: {b: {c: 1, d: 2}}}", "{a: {b: {d: 3}}}", "{\"a\":{\"b\":{\"c\":1,\"d\":3}}}"},
        {"{a: [1, 2, 3]}", "{a: [4]}", "{\"a\":[4]}"},
        {"{a: {b: 1}}", "{a: x}", "{\"a\":\"x\"}"},
        {"{a: x}", "{a: {b: 1}}", "{\"a\":{\"b\":1}}"},
        {"{a: {b: 1}}", "{a: null}", "{\"a\":null}"},
        {"{a: {b: 1}}", "{a: {}}", "{\"a\":{\"b\":1}}"},
        {"{a: 1}", "{}", "{\"a\":1}"},
        {"'{\"a\": 1}'", "'{\"b\": 2}'", "{\"a\":1,\"b\":2}"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *test = arena_format(&world.arena,
            "    base: %s\n    timeline: [{at: 0, event: %s}]\n", rows[i].base, rows[i].event);
        assert_string_equal(
            expanded(test), arena_format(&world.arena, "0 0 event-1 %s\n", rows[i].laid));
    }
}

/* One entry leaves no trace in the next. */
static void the_base_stays_as_it_was(void **state) {
    (void)state;
    assert_string_equal(expanded("    base: {a: {b: 1}}\n"
                                 "    timeline: [{at: 0, event: {a: {b: 2}, c: 3}}, {at: 1ms}]\n"),
        "0 0 event-1 {\"a\":{\"b\":2},\"c\":3}\n1 1 event-2 {\"a\":{\"b\":1}}\n");
}

static void events_may_stand_in_files(void **state) {
    (void)state;
    world_file(&world, "event.json", "{\"a\": {\"b\": 2}}");
    assert_string_equal(expanded("    base: {a: {c: 1}}\n"
                                 "    timeline: [{at: 0, event_file: event.json}]\n"),
        "0 0 event-1 {\"a\":{\"c\":1,\"b\":2}}\n");
}

static const char *dated(const char *test, const char *time_path, const char *identity_path) {
    const struct log_type log = {
        .time_path = str_of(time_path), .identity_path = str_of(identity_path)};
    struct timeline *made = timeline(
        arena_format(&world.arena, "    timeline: [%s]\n    expect: nothing\n", test));
    timeline_date(made, &world.arena, &log, NULL);
    buf_reset(&world.text);
    for (size_t i = 0; i < made->count; i++) json_print(&world.text, made->events[i].event);
    return buf_text(&world.text);
}

static void events_get_a_time_and_an_identity(void **state) {
    (void)state;
    assert_string_equal(dated("{at: 90m}, {at: 90m, id: x}", "time", "id"),
        "{\"time\":\"2024-01-01T01:30:00Z\",\"id\":\"event-1\"}"
        "{\"time\":\"2024-01-01T01:30:00Z\",\"id\":\"x\"}");
    assert_string_equal(dated("{at: 1ms, event: {m: {x: 1}}}", "m.time", "m.a\\.b"),
        "{\"m\":{\"x\":1,\"time\":\"2024-01-01T00:00:00.001Z\",\"a.b\":\"event-1\"}}");
    assert_string_equal(dated("{at: 0, event: {a: 1}}", "", ""), "{\"a\":1}");
}

static void unless_they_have_their_own(void **state) {
    (void)state;
    assert_string_equal(
        dated("{at: 1h, event: {time: 5, id: null}}", "time", "id"), "{\"time\":5,\"id\":null}");
}

static void alerts_are_listed(void **state) {
    (void)state;
    const struct timeline *made = timeline("    timeline: [{at: 0}]\n    until: 2h\n"
                                           "    expect: [{}, {at: 4m, count: 2}]\n");
    assert_int_equal(made->until_ms, 7200000);
    assert_int_equal(made->alert_count, 2);
    assert_int_equal(made->alerts[0].at_ms, -1);
    assert_int_equal(made->alerts[1].at_ms, 240000);
    assert_int_equal(manifests.list[0]->tests[0].expect, EXPECT_ALERT);
    made = timeline("    timeline: [{at: 0}]\n    expect: []\n");
    assert_int_equal(made->until_ms, -1);
    assert_int_equal(manifests.list[0]->tests[0].expect, EXPECT_NOTHING);
}

static void mistakes_are_told(void **state) {
    (void)state;
    static const struct {
        const char *test, *told;
    } rows[] = {
        {"event: {}\n    timeline: [{at: 0}]\n    expect: alert",
            "7:5: a test has one of 'event', 'event_file' and 'timeline'\n"},
        {"timeline: {at: 0}\n    expect: alert", "8:15: 'timeline' must be a list, not a map\n"},
        {"timeline: []\n    expect: alert", "8:15: 'timeline' has no event\n"},
        {"timeline: [{}]\n    expect: [{}]", "8:16: missing key 'at' in an entry of a timeline\n"},
        {"timeline: [{at: 5}]\n    expect: alert",
            "8:21: 'at' must be a duration such as 90s, 15m, 1h or 7d, not '5'\n"},
        {"timeline: [{at: 0, event: [a]}]\n    expect: alert",
            "8:31: 'event' must be a map or JSON text, not a list\n"},
        {"timeline: [{at: 0, event: {}, event_file: x}]\n    expect: alert",
            "8:47: an entry has 'event' or 'event_file', not both\n"},
        {"timeline: [{at: 0}]\n    base: [a]\n    expect: alert",
            "9:11: 'base' must be a map or JSON text, not a list\n"},
        {"timeline: [{at: 0, repaet: 2}]\n    expect: alert",
            "8:24: unknown key 'repaet' in an entry of a timeline (did you mean 'repeat'?)\n"},
        {"event: {}\n    base: 5\n    expect: alert",
            "9:11: 'base' must be a map or JSON text, not a number\n"},
        {"event: {}\n    until: 1h\n    expect: alert", "9:12: 'until' is for a timeline\n"},
        {"event: {}\n    expect: [{}]",
            "9:13: a list of alerts can be expected of a timeline only\n"},
        {"timeline: [{at: 0}]\n    expect: match",
            "9:13: 'match' can be expected of a single event only\n"},
        {"timeline: [{at: 0}]\n    expect: [{title: 1, cuont: 2}]",
            "9:22: an expected text is a string, {contains: …} or {regex: …}, not a number (put it in "
            "quotes)\n"
            "9:25: unknown key 'cuont' in an expected alert (did you mean 'count'?)\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(
            faults(arena_format(&world.arena, "    %s\n", rows[i].test)), rows[i].told);
}

/* ---- bounds ---- */

static void a_timeline_has_an_end(void **state) {
    (void)state;
    static const char *const good[] = {"{at: 36500d}", "{at: 0, arrives: 36500d}",
        "{at: 1d, repeat: 2, every: 36499d}", "{at: 0, repeat: 10000, every: 3d}"};
    static const char *const bad[] = {"{at: 36501d}", "{at: 0, arrives: 36501d}",
        "{at: 1d, repeat: 2, every: 36500d}", "{at: 0, repeat: 10000, every: 999999999d}",
        "{at: 999999999d, repeat: 10000, every: 999999999d}"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        timeline(arena_format(&world.arena, "    timeline: [%s]\n    expect: alert\n", good[i]));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_string_equal(
            faults(arena_format(&world.arena, "    timeline: [%s]\n    expect: alert\n", bad[i])),
            "8:16: a timeline is at most 36500d long\n");
}

static void a_timeline_has_so_many_events(void **state) {
    (void)state;
    assert_int_equal(
        timeline("    timeline: [{at: 0, repeat: 9999}, {at: 0}]\n    expect: alert\n")->count,
        TIMELINE_EVENTS);
    assert_string_equal(faults("    timeline: [{at: 0, repeat: 9999}, {at: 0, repeat: 2}]\n"
                               "    expect: alert\n"),
        "8:39: a timeline has at most 10000 events\n");
}

/* 200 values, 10,000 times; the event and the list are among them. */
static void a_timeline_has_so_many_values(void **state) {
    (void)state;
    static const char test[] = "    base: {a: [%s]}\n    timeline: [{at: 0, repeat: 10000}]\n"
                               "    expect: alert\n";
    struct buf list = {0};
    for (int i = 0; i < 198; i++) buf_add_text(&list, i ? ",0" : "0");
    timeline(arena_format(&world.arena, test, buf_text(&list)));
    buf_add_text(&list, ",0");
    assert_string_equal(faults(arena_format(&world.arena, test, buf_text(&list))),
        "9:16: the events of a timeline have at most 2000000 values together\n");
    buf_release(&list);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(entries_become_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            they_come_when_they_arrive_and_else_as_written, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_are_laid_over_the_base, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_base_stays_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_may_stand_in_files, set_up, tear_down),
        cmocka_unit_test_setup_teardown(events_get_a_time_and_an_identity, set_up, tear_down),
        cmocka_unit_test_setup_teardown(unless_they_have_their_own, set_up, tear_down),
        cmocka_unit_test_setup_teardown(alerts_are_listed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timeline_has_an_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timeline_has_so_many_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timeline_has_so_many_values, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
