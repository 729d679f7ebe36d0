/* What becomes of an alert after it was raised, by a clock that is set by hand: who hears of further
 * matches and when, when it is over, and when it is open again. */
#include "check.h"

#include "base/clock.h"
#include "flow/commit.h"
#include "flow/judge.h"
#include "flow/kept.h"
#include "model/growth.h"
#include "model/store_private.h"

#include <stdio.h>
#include <stdlib.h>

#define HEAD                                                                                       \
    "id: t.rule\ntitle: A title\nseverity: high\nlog: aws.cloudtrail\n"                            \
    "when: {eventName: Bad}\n"

#define DESTINATIONS                                                                               \
    "destinations:\n  a: {type: webhook, url: http://x}\n  b: {type: webhook, url: http://x}\n"

/* Minutes are those of an hour of 2024-05-01, for events and for the clock. */
struct bench {
    struct arena arena;
    struct rules *rules;
    struct config config;
    struct judge *judge;
    struct store *store;
    struct clock clock;
    struct committer committer;
    struct buf said;
    bool quiet; /* the last batch left nothing for the store */
};

static int64_t minute_ms(int minute) {
    return clock_parse(STR("2024-05-01T12:00:00Z")) + minute * INT64_C(60000);
}

static char *write_file(struct arena *arena, const char *text) {
    char path[] = "/tmp/tocsin-growth-XXXXXX.yaml";
    FILE *file = fdopen(mkstemps(path, 5), "w");
    fputs(text, file);
    fclose(file);
    return arena_text(arena, path);
}

static struct rules *load_rules(struct bench *bench, const char *text) {
    struct diags diags = {0};
    struct str path = str_of(write_file(&bench->arena, text));
    struct rules *rules = rules_load(
        &(struct rules_options){.paths = &(struct schema_strings){.list = &path, .count = 1}},
        &diags);
    if (!rules) diags_print(&diags, stderr, false);
    assert_non_null(rules);
    remove(path.at);
    diags_release(&diags);
    return rules;
}

static void load_config(struct bench *bench, const char *routes) {
    struct diags diags = {0};
    char *path = write_file(&bench->arena, arena_format(&bench->arena, DESTINATIONS "%s", routes));
    if (!config_load(&bench->config, &bench->arena, path, &diags))
        diags_print(&diags, stderr, false);
    assert_int_equal(diags.errors, 0);
    remove(path);
    diags_release(&diags);
}

static void start(struct bench *bench) {
    committer_init(&bench->committer, bench->store, &bench->clock);
    committer_judges_by(&bench->committer, bench->rules);
    bench->committer.config = &bench->config;
}

static struct bench *bench_new(const char *rule, const char *routes) {
    static struct bench bench;
    struct diag diag = {0};
    bench = (struct bench){0};
    bench.rules = load_rules(&bench, rule);
    load_config(&bench, routes);
    bench.judge = judge_here(bench.rules);
    bench.store = store_open("", STORE_TEMPORARY, &diag);
    assert_non_null(bench.store);
    bench.clock = clock_fixed(minute_ms(0));
    start(&bench);
    return &bench;
}

static void bench_free(struct bench *bench) {
    committer_release(&bench->committer);
    judge_free(bench->judge);
    rules_free(bench->rules);
    config_release(&bench->config);
    store_close(bench->store);
    buf_release(&bench->said);
    arena_release(&bench->arena);
}

/* What a process that goes on with the store knows. */
static void start_again(struct bench *bench) {
    committer_release(&bench->committer);
    start(bench);
}

static void put_named(
    struct bench *bench, const char *name, const char *id, int minute, const char *more) {
    struct batch batch;
    struct diag diag = {0};
    char text[512];
    snprintf(text, sizeof text,
        "{\"eventVersion\":\"1\",\"eventSource\":\"s\",\"eventName\":\"%s\",\"eventID\":\"%s\","
        "\"eventTime\":\"2024-05-01T%02d:%02d:00Z\"%s%s}",
        name, id, 12 + minute / 60, minute % 60, *more ? "," : "", more);
    struct record record = {.bytes = str_of(text), .line = 1, .index = 1};
    batch_init(&batch);
    batch_add(&batch, &record, "test", false);
    assert_true(judge_submit(bench->judge, &batch, &diag));
    assert_true(judge_wait(bench->judge, &batch, &diag));
    assert_int_equal(batch.list[0].verdict.failure_count, 0);
    bench->quiet = batch_is_quiet(&batch);
    assert_true(committer_apply(&bench->committer, &batch, NULL, &diag));
    batch_release(&batch);
}

static void put(struct bench *bench, const char *id, int minute, const char *more) {
    put_named(bench, "Bad", id, minute, more);
}

static void put_from(struct bench *bench, const char *id, int minute, const char *address) {
    put(bench, id, minute, arena_format(&bench->arena, "\"sourceIPAddress\":\"%s\"", address));
}

/* The inputs are silent, and the clock stands at this minute. */
static void idle(struct bench *bench, int minute) {
    struct diag diag = {0};
    bench->clock.at_ms = minute_ms(minute);
    assert_true(committer_idle(&bench->committer, bench->clock.at_ms, &diag));
}

static bool say(void *context, const struct delivery *delivery) {
    struct bench *bench = context;
    struct buf before = bench->said;
    bench->said = (struct buf){0};
    buf_add_format(&bench->said, "%.*s%lld %s%.*s; ", STR_ARG(delivery->destination),
        (long long)delivery->revision, alert_state_names[delivery->alert_state],
        STR_ARG(delivery->more));
    buf_add_str(&bench->said, buf_str(&before));
    buf_release(&before);
    return true;
}

/* "a1 open; b1 open; a2 updated{…}; ": everything that was told so far, in order. */
static void told(struct bench *bench, const char *expected) {
    struct diag diag = {0};
    buf_reset(&bench->said);
    assert_true(store_deliveries_list(bench->store, "", say, bench, &diag));
    assert_string_equal(buf_text(&bench->said), expected);
}

/* ---- updates ---- */

#define EVERY_15M "routes: [{to: a, updates: 15m, continue: true}, {to: b}]"
#define FROM_12 ",\"since\":\"2024-05-01T12:00:00Z\"}; "

static void a_summary_of_what_is_new_is_sent(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD, EVERY_15M);
    put_from(bench, "1", 0, "192.0.2.1");
    put_from(bench, "2", 1, "192.0.2.2");
    put_from(bench, "3", 2, "192.0.2.3");
    put_from(bench, "4", 2, "192.0.2.2");
    put_from(bench, "4", 2, "192.0.2.2"); /* delivered twice */
    put(bench, "5", 2, "");
    idle(bench, 14);
    told(bench, "a1 open; b1 open; ");
    idle(bench, 15);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":4,\"addresses\":2" FROM_12);
    idle(bench, 59);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":4,\"addresses\":2" FROM_12);
    bench_free(bench);
}

static void nothing_new_is_not_told(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD, EVERY_15M);
    put(bench, "1", 0, "");
    put(bench, "1", 0, "");
    idle(bench, 40);
    told(bench, "a1 open; b1 open; ");
    put(bench, "2", 5, ""); /* long enough after it was last told: at once */
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12);
    put(bench, "3", 5, "");
    idle(bench, 54);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12);
    idle(bench, 55);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12
                "a3 updated{\"count\":1,\"since\":\"2024-05-01T12:40:00Z\"}; ");
    bench_free(bench);
}

static void each_destination_has_its_own_time(void **state) {
    (void)state;
    struct bench *bench = bench_new(
        HEAD, "routes: [{to: a, updates: 10m, continue: true}, {to: b, updates: 20m}]");
    put(bench, "1", 0, "");
    put(bench, "2", 1, "");
    idle(bench, 10);
    put(bench, "3", 11, "");
    idle(bench, 20); /* both: one revision */
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12
                "a3 updated{\"count\":1,\"since\":\"2024-05-01T12:10:00Z\"}; "
                "b3 updated{\"count\":2" FROM_12);
    bench_free(bench);
}

static void another_process_goes_on_where_one_was_killed(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD, EVERY_15M);
    put(bench, "1", 0, "");
    put(bench, "2", 0, "");
    start_again(bench);
    idle(bench, 15);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12);
    start_again(bench);
    idle(bench, 45);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":1" FROM_12);
    bench_free(bench);
}

/* What a memory counted before is known by its identity alone. */
static void what_a_memory_counted_has_no_address(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "threshold: {count: 2, within: 10m}\n", EVERY_15M);
    put_from(bench, "1", 0, "192.0.2.1");
    put_from(bench, "2", 1, "192.0.2.2");
    put_from(bench, "3", 30, "192.0.2.3");
    put_from(bench, "4", 31, "192.0.2.4");
    idle(bench, 15);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":2,\"addresses\":1" FROM_12);
    bench_free(bench);
}

/* A match that is told by one that came after it and completed it. */
static void what_fires_by_another_event_has_no_address(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "dedup: {by: [u]}\nsequence:\n  by: [u]\n  within: 10m\n"
                                         "  steps:\n    - {name: a, when: {step: 1}}\n"
                                         "    - {name: b, when: {step: 2}}\n",
        EVERY_15M);
    static const char *const rows[] = {"\"step\":1", "\"step\":2", "\"step\":2", "\"step\":1"};
    static const int minutes[] = {0, 1, 21, 20};
    for (int i = 0; i < 4; i++)
        put(bench, arena_format(&bench->arena, "%d", i), minutes[i],
            arena_format(
                &bench->arena, "\"u\":1,\"sourceIPAddress\":\"192.0.2.%d\",%s", i, rows[i]));
    idle(bench, 15);
    told(bench, "a1 open; b1 open; a2 updated{\"count\":2" FROM_12);
    bench_free(bench);
}

static void a_destination_that_is_gone_is_forgotten(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD, EVERY_15M);
    put(bench, "1", 0, "");
    put(bench, "2", 1, "");
    config_release(&bench->config);
    load_config(bench, "routes: [{to: a, updates: 1m}]");
    bench->config.destinations[0].name = STR("c");
    idle(bench, 15);
    idle(bench, 16);
    told(bench, "a1 open; b1 open; ");
    bench_free(bench);
}

/* ---- resolving ---- */

#define ALL "routes: [{to: [a, b]}]"

static void silence_resolves(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "resolve: {after: 20m}\n", ALL);
    put(bench, "1", 0, "");
    put(bench, "2", 10, "");
    idle(bench, 29);
    told(bench, "a1 open; b1 open; ");
    idle(bench, 30);
    told(bench, "a1 open; b1 open; a2 resolved; b2 resolved; ");
    idle(bench, 90);
    told(bench, "a1 open; b1 open; a2 resolved; b2 resolved; ");
    bench_free(bench);
}

/* By the time of its log, too, while the clock stands still. */
static void events_of_its_log_pass_the_time(void **state) {
    (void)state;
    struct bench *bench = bench_new(
        HEAD "dedup: {by: [u]}\nresolve: {after: 20m}\n", "routes: [{to: a}]");
    put(bench, "1", 0, "\"u\":1");
    put(bench, "2", 19, "\"u\":2");
    told(bench, "a1 open; a1 open; ");
    put(bench, "3", 20, "\"u\":2");
    told(bench, "a1 open; a1 open; a2 resolved; ");
    bench_free(bench);
}

static void a_further_match_opens_it_again(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "resolve: {after: 20m}\n", "routes: [{to: a}]");
    put(bench, "1", 0, "");
    put(bench, "2", 40, "");
    told(bench, "a1 open; a2 resolved; a3 open; ");
    put(bench, "3", 50, "");
    idle(bench, 69);
    told(bench, "a1 open; a2 resolved; a3 open; ");
    idle(bench, 70);
    told(bench, "a1 open; a2 resolved; a3 open; a4 resolved; ");
    put(bench, "4", 49, ""); /* late: the silence was none the shorter for it */
    put(bench, "3", 50, "");
    told(bench, "a1 open; a2 resolved; a3 open; a4 resolved; ");
    put(bench, "5", 80, ""); /* its period is over: another alert */
    told(bench, "a1 open; a2 resolved; a3 open; a4 resolved; a1 open; ");
    bench_free(bench);
}

/* It is silent for long enough behind a late match, too. */
static void a_late_match_that_ends_nothing_opens_nothing(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "resolve: {after: 20m}\n", "routes: [{to: a}]");
    put(bench, "1", 0, "");
    idle(bench, 30);
    put(bench, "2", 10, "");
    told(bench, "a1 open; a2 resolved; ");
    put(bench, "3", 11, "");
    told(bench, "a1 open; a2 resolved; a3 open; ");
    bench_free(bench);
}

/* However long the inputs were silent, what happened in the meantime happened in its order. */
static void what_is_due_is_done_in_its_order(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "dedup: {by: [u], period: 6h}\nresolve: {after: 10m}\n"
                                         "first_seen: {by: [v], within: 1d}\n",
        "routes: [{to: a}]");
    put(bench, "1", 0, "\"u\":1,\"v\":1");
    put(bench, "2", 6, "\"u\":1,\"v\":2");
    idle(bench, 60);
    told(bench, "a1 open; a2 resolved; a3 open; a4 resolved; ");
    bench_free(bench);
}

static void disturb(struct bench *bench, const char *sql) {
    struct diag diag = {0};
    assert_true(db_script(bench->store->db, sql, &diag));
}

static void what_could_not_be_kept_is_done_again(void **state) {
    (void)state;
    struct diag diag = {0};
    struct bench *bench = bench_new(
        HEAD "dedup: {by: [u]}\nresolve: {after: 10m}\n", "routes: [{to: a, updates: 15m}]");
    put(bench, "1", 0, "\"u\":1");
    put(bench, "2", 0, "\"u\":2");
    put(bench, "3", 9, "\"u\":2");
    disturb(bench, "CREATE TRIGGER full BEFORE INSERT ON delivery WHEN new.alert_state = 1"
                   " BEGIN SELECT RAISE(ABORT, 'full'); END");
    bench->clock.at_ms = minute_ms(15);
    assert_false(committer_idle(&bench->committer, minute_ms(15), &diag));
    told(bench, "a1 open; a1 open; ");
    disturb(bench, "DROP TRIGGER full");
    idle(bench, 15);
    told(bench, "a1 open; a1 open; a2 resolved; a2 updated{\"count\":1" FROM_12);
    bench_free(bench);
}

static void what_resolves_survives_the_process(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "resolve: {after: 20m}\n", "routes: [{to: a}]");
    put(bench, "1", 0, "");
    start_again(bench);
    idle(bench, 20);
    start_again(bench);
    idle(bench, 30);
    told(bench, "a1 open; a2 resolved; ");
    bench_free(bench);
}

static void nothing_is_new_once_it_is_resolved(void **state) {
    (void)state;
    struct bench *bench = bench_new(
        HEAD "resolve: {after: 10m}\n", "routes: [{to: a, updates: 15m}]");
    put(bench, "1", 0, "");
    put(bench, "2", 1, "");
    idle(bench, 11);
    idle(bench, 30);
    told(bench, "a1 open; a2 resolved; ");
    put(bench, "3", 31, "");
    put(bench, "4", 32, "");
    idle(bench, 45);
    told(bench, "a1 open; a2 resolved; a3 open; a4 resolved; ");
    bench_free(bench);
}

#define BY_USER HEAD "dedup: {by: [u]}\nresolve: {when: {eventName: Good}}\n"

static void an_event_resolves_what_has_its_key(void **state) {
    (void)state;
    struct bench *bench = bench_new(BY_USER, "routes: [{to: a}]");
    put(bench, "1", 0, "\"u\":1");
    put(bench, "2", 0, "\"u\":2");
    put_named(bench, "Good", "3", 5, "\"u\":1");
    assert_false(bench->quiet);
    told(bench, "a1 open; a1 open; a2 resolved; ");
    put_named(bench, "Good", "3", 5, "\"u\":1");
    put(bench, "4", 4, "\"u\":1"); /* was before it */
    put(bench, "5", 5, "\"u\":1");
    told(bench, "a1 open; a1 open; a2 resolved; ");
    put(bench, "6", 6, "\"u\":1");
    told(bench, "a1 open; a1 open; a2 resolved; a3 open; ");
    put_named(bench, "Good", "7", 5, "\"u\":1"); /* earlier than the last match */
    told(bench, "a1 open; a1 open; a2 resolved; a3 open; ");
    bench_free(bench);
}

static void what_was_before_it_and_comes_later_is_over_at_once(void **state) {
    (void)state;
    struct bench *bench = bench_new(BY_USER, "routes: [{to: a}]");
    put_named(bench, "Good", "1", 10, "\"u\":1");
    put_named(bench, "Good", "2", 5, "\"u\":1");
    put(bench, "3", 9, "\"u\":2");
    told(bench, "a1 open; ");
    put(bench, "4", 9, "\"u\":1");
    told(bench, "a1 open; a1 open; a2 resolved; ");
    put(bench, "5", 11, "\"u\":1");
    told(bench, "a1 open; a1 open; a2 resolved; a3 open; ");
    bench_free(bench);
}

/* Nothing in a store that is forgotten keeps it from growing. */
static void what_resolves_is_forgotten_in_time(void **state) {
    (void)state;
    struct bench *bench = bench_new(BY_USER, "routes: [{to: a}]");
    struct diag diag = {0};
    int64_t end_ms = 0;
    for (int minute = 0; minute < 300; minute++) {
        char id[16], more[32];
        snprintf(id, sizeof id, "%d", minute);
        snprintf(more, sizeof more, "\"u\":%d", minute);
        put_named(bench, "Good", id, minute, more);
    }
    assert_true(growth_end_of(bench->store, STR("t.rule"), STR("u=238"), &end_ms, &diag));
    assert_true(end_ms == CLOCK_UNKNOWN);
    assert_true(growth_end_of(bench->store, STR("t.rule"), STR("u=239"), &end_ms, &diag));
    assert_true(end_ms == minute_ms(239));
    bench_free(bench);
}

static void lua_may_say_which(void **state) {
    (void)state;
    struct bench *bench = bench_new(HEAD "resolve: {when: {eventName: Good}}\nlua: |\n"
                                         "  function dedup(event) return event.u or event.v end\n",
        "routes: [{to: a}]");
    put(bench, "1", 0, "\"u\":\"x\"");
    put_named(bench, "Good", "2", 1, "\"v\":\"y\"");
    told(bench, "a1 open; ");
    put_named(bench, "Good", "3", 1, "\"v\":\"x\"");
    told(bench, "a1 open; a2 resolved; ");
    bench_free(bench);
}

static bool count_one(void *context, const struct alert *alert) {
    (void)alert;
    ++*(int *)context;
    return true;
}

static int count_alerts(struct bench *bench) {
    struct diag diag = {0};
    struct store_alert_filter all = {.since_ms = CLOCK_UNKNOWN};
    int count = 0;
    assert_true(store_alerts_list(bench->store, &all, count_one, &count, &diag));
    return count;
}

static void resolving_makes_no_alerts_and_hides_none(void **state) {
    (void)state;
    int counts[2];
    for (int i = 0; i < 2; i++) {
        struct bench *bench = bench_new(i ? BY_USER : HEAD "dedup: {by: [u]}\n", ALL);
        for (int minute = 0; minute < 240; minute++) {
            char id[16];
            snprintf(id, sizeof id, "%d", minute);
            put_named(bench, minute % 7 == 3 ? "Good" : "Bad", id, minute, "\"u\":1");
        }
        counts[i] = count_alerts(bench);
        bench_free(bench);
    }
    assert_int_equal(counts[0], 4);
    assert_int_equal(counts[1], 4);
}

/* ---- any order ---- */

enum { HISTORY = 10, ORDERS = 60 };

static uint32_t next_random(uint32_t *seed) {
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 16;
}

static void shuffle(int *list, uint32_t *seed) {
    for (uint32_t i = HISTORY - 1; i > 0; i--) {
        uint32_t j = next_random(seed) % (i + 1);
        int other = list[j];
        list[j] = list[i];
        list[i] = other;
    }
}

static enum alert_state state_of_the_one(struct bench *bench) {
    struct diag diag = {0};
    struct store_match match = {
        STR("t.rule"), STR("u=1"), STR("new"), minute_ms(30), INT64_C(36000000)};
    struct alert alert;
    bool found = false;
    assert_true(store_alert_nearest(bench->store, &match, &bench->arena, &alert, &found, &diag));
    assert_true(found);
    assert_int_equal(count_alerts(bench), 1);
    return alert.state;
}

/* Five minutes apart; those of the bits of `bad` are matches, the others resolve. */
static enum alert_state state_after(uint32_t bad, const int *order, bool restarts) {
    struct bench *bench = bench_new(HEAD "dedup: {by: [u], period: 10h}\n"
                                         "resolve: {after: 30m, when: {eventName: Good}}\n",
        ALL);
    for (int i = 0; i < HISTORY; i++) {
        char id[16];
        snprintf(id, sizeof id, "%d", order[i]);
        put_named(bench, bad & 1u << order[i] ? "Bad" : "Good", id, order[i] * 5, "\"u\":1");
        if (restarts) start_again(bench);
    }
    enum alert_state state = state_of_the_one(bench);
    bench_free(bench);
    return state;
}

/* 45 minutes are within the lateness of the log. It is over where an event that resolves is as late
 * as the last match, or that is half an hour ago. */
static void how_it_stands_does_not_depend_on_the_order(void **state) {
    (void)state;
    int order[HISTORY] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    uint32_t seed = 7;
    for (int i = 0; i < ORDERS; i++) {
        uint32_t bad = next_random(&seed) % ((1u << HISTORY) - 1) + 1;
        bool over = !(bad & 1u << (HISTORY - 1));
        shuffle(order, &seed);
        if ((state_after(bad, order, i % 2) == ALERT_RESOLVED) != over)
            fail_msg("history %x, order %d", bad, i);
    }
}

/* ---- what a memory keeps ---- */

static void what_an_older_version_kept_is_read(void **state) {
    (void)state;
    struct arena arena = {0};
    struct match match = {.title = STR("A title"), .address = STR("192.0.2.1")}, read;
    struct str kept = kept_write(&match, &arena);
    assert_true(kept_read(kept, &arena, &read));
    assert_true(str_is(read.title, "A title") && str_is(read.address, "192.0.2.1"));
    kept.len -= sizeof(uint64_t) + match.address.len; /* it had no address */
    assert_true(kept_read(kept, &arena, &read));
    assert_true(str_is(read.title, "A title") && read.address.len == 0);
    kept.len--;
    assert_false(kept_read(kept, &arena, &read));
    arena_release(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_summary_of_what_is_new_is_sent),
        cmocka_unit_test(nothing_new_is_not_told),
        cmocka_unit_test(each_destination_has_its_own_time),
        cmocka_unit_test(another_process_goes_on_where_one_was_killed),
        cmocka_unit_test(what_a_memory_counted_has_no_address),
        cmocka_unit_test(what_fires_by_another_event_has_no_address),
        cmocka_unit_test(a_destination_that_is_gone_is_forgotten),
        cmocka_unit_test(silence_resolves),
        cmocka_unit_test(events_of_its_log_pass_the_time),
        cmocka_unit_test(a_further_match_opens_it_again),
        cmocka_unit_test(a_late_match_that_ends_nothing_opens_nothing),
        cmocka_unit_test(what_is_due_is_done_in_its_order),
        cmocka_unit_test(what_could_not_be_kept_is_done_again),
        cmocka_unit_test(what_resolves_survives_the_process),
        cmocka_unit_test(nothing_is_new_once_it_is_resolved),
        cmocka_unit_test(an_event_resolves_what_has_its_key),
        cmocka_unit_test(what_was_before_it_and_comes_later_is_over_at_once),
        cmocka_unit_test(what_resolves_is_forgotten_in_time),
        cmocka_unit_test(lua_may_say_which),
        cmocka_unit_test(resolving_makes_no_alerts_and_hides_none),
        cmocka_unit_test(how_it_stands_does_not_depend_on_the_order),
        cmocka_unit_test(what_an_older_version_kept_is_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
