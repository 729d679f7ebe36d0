#include "store_help.h"

#include "base/clock.h"

#include <pthread.h>
#include <time.h>

static struct arena arena;

static int set_up(void **state) {
    arena_init(&arena);
    return make_store_dir(state);
}

static int tear_down(void **state) {
    arena_release(&arena);
    return remove_store_dir(state);
}

/* ---- opening ---- */

static void test_made_for_its_owner(void **state) {
    (void)state;
    struct stat st;
    mode_t before = umask(0);
    struct store *store = must_open(STORE_EXCLUSIVE);
    umask(before);
    assert_int_equal(stat(store_path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(ask_number(store, "PRAGMA user_version"), STORE_VERSION);
    assert_int_equal(ask_number(store, "PRAGMA application_id"), STORE_APPLICATION);
    assert_int_equal(ask_number(store, "PRAGMA auto_vacuum"), 2);
    assert_int_equal(ask_number(store, "PRAGMA synchronous"), 2);
    assert_int_equal(ask_number(store, "PRAGMA foreign_keys"), 1);
    assert_int_equal(ask_number(store, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
    store_close(store);
    store_close(NULL);
}

static void test_opened_again(void **state) {
    (void)state;
    struct alert alert = make_alert("r", "k", "e", 1000, 500);
    struct store *store = must_open(STORE_EXCLUSIVE);
    assert_true(add_alert(store, &alert, "e"));
    store_close(store);
    store = must_open(STORE_EXCLUSIVE);
    assert_false(add_alert(store, &alert, "e"));
    store_close(store);
}

static void test_what_is_missing(void **state) {
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/nowhere/x.db", store_dir);
    assert_non_null(strstr(must_refuse(path, STORE_EXCLUSIVE), "cannot create store '"));
    assert_non_null(strstr(must_refuse(path, STORE_EXCLUSIVE), "No such file or directory"));
    assert_non_null(strstr(must_refuse(store_path, STORE_SHARED), "cannot open store '"));
    assert_int_equal(access(store_path, F_OK), -1);
    assert_non_null(strstr(must_refuse(store_dir, STORE_EXCLUSIVE), "not a regular file"));
    assert_non_null(strstr(must_refuse("", STORE_EXCLUSIVE), "cannot create store ''"));
}

static void script(const char *sql) {
    struct diag diag = {0};
    struct db *db = db_open(store_path, true, &diag);
    assert_non_null(db);
    assert_good(db_script(db, sql, &diag), diag);
    db_close(db);
}

static void test_what_is_not_ours(void **state) {
    (void)state;
    static const struct {
        const char *sql, *said;
    } rows[] = {
        {"CREATE TABLE t (a); INSERT INTO t VALUES (7)", "it belongs to another program"},
        {"PRAGMA user_version = 2", "it belongs to another program"},
        {"PRAGMA application_id = 77", "it belongs to another program"},
        {"PRAGMA application_id = 0x746f6373; PRAGMA user_version = -1",
            "it belongs to another program"},
        {"PRAGMA application_id = 0x746f6373; PRAGMA user_version = 99",
            "is of version 99, this program knows up to 5: use a newer tocsin"},
    };
    static const enum store_mode modes[] = {STORE_EXCLUSIVE, STORE_SHARED};
    for (size_t i = 0; i < sizeof rows / sizeof *rows * 2; i++) {
        script(rows[i / 2].sql);
        const char *said = must_refuse(store_path, modes[i % 2]);
        if (!strstr(said, rows[i / 2].said)) fail_msg("row %zu: %s", i / 2, said);
        assert_int_equal(remove(store_path), 0);
    }
}

/* Nothing of a file that is refused is changed. */
static void test_no_database(void **state) {
    (void)state;
    char back[32] = "";
    FILE *file = fopen(store_path, "w+");
    fputs("# a configuration, say\n", file);
    fflush(file);
    assert_non_null(strstr(must_refuse(store_path, STORE_EXCLUSIVE), "file is not a database"));
    rewind(file);
    assert_non_null(fgets(back, sizeof back, file));
    assert_string_equal(back, "# a configuration, say\n");
    fclose(file);
}

/* ---- who holds it ---- */

static void test_another_process_holds_it(void **state) {
    (void)state;
    int ready[2];
    char wanted[64], byte;
    assert_int_equal(pipe(ready), 0);
    pid_t child = fork();
    if (child == 0) {
        struct store *store = store_open(store_path, STORE_EXCLUSIVE, NULL);
        if (store && write(ready[1], "x", 1) == 1) sleep(60);
        _exit(1);
    }
    close(ready[1]);
    assert_int_equal(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    snprintf(wanted, sizeof wanted, "another process (pid %d) holds it", (int)child);
    assert_non_null(strstr(must_refuse(store_path, STORE_EXCLUSIVE), wanted));
    store_close(must_open(STORE_SHARED)); /* `alerts` beside it */
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    store_close(must_open(STORE_EXCLUSIVE));
}

static void test_through_another_name(void **state) {
    (void)state;
    char other[128];
    struct store *store = must_open(STORE_EXCLUSIVE);
    snprintf(other, sizeof other, "%s/link.db", store_dir);
    assert_int_equal(symlink(store_path, other), 0);
    assert_non_null(strstr(must_refuse(other, STORE_EXCLUSIVE), "holds it"));
    store_close(store);
}

static void test_two_see_each_other(void **state) {
    (void)state;
    struct diag diag = {0};
    struct alert alert = make_alert("r", "k", "e", 1000, 500);
    struct store *run = must_open(STORE_EXCLUSIVE), *alerts = must_open(STORE_SHARED);
    int64_t changed = 0;
    assert_true(add_alert(run, &alert, "e"));
    assert_good(store_delivery_add(run, alert.id, 1, STR("d"), 1, &diag), diag);
    assert_good(
        store_deliveries_set(alerts, "", STR(""), DELIVERY_DROPPED, 1, &changed, &diag), diag);
    assert_int_equal(changed, 1);
    assert_good(store_deliveries_count(run, DELIVERY_DROPPED, &changed, &diag), diag);
    assert_int_equal(changed, 1);
    store_close(alerts);
    store_close(run);
}

/* ---- transactions ---- */

static void test_rolled_back(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct alert alert = make_alert("r", "k", "e", 1000, 500);
    assert_good(store_begin(store, &diag), diag);
    assert_true(add_alert(store, &alert, "e"));
    store_rollback(store);
    store_rollback(store); /* nothing */
    assert_good(store_begin(store, &diag), diag);
    assert_true(add_alert(store, &alert, "e"));
    assert_good(store_commit(store, &diag), diag);
    assert_false(store_commit(store, &diag));
    assert_non_null(strstr(diag.text, "no transaction was begun"));
    store_close(store);
}

/* What came after the failure is not committed alone. */
static void test_after_a_failure_only_rollback(void **state) {
    (void)state;
    struct diag diag = {0}, later = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct alert alert = make_alert("r", "k", "e", 1000, 500);
    bool fresh;
    assert_good(store_begin(store, &diag), diag);
    assert_true(add_alert(store, &alert, "e"));
    assert_false(store_delivery_add(store, "nope", 1, STR("d"), 1, &diag));
    assert_false(store_alert_add(store, &alert, STR("e"), 1, &fresh, &later));
    assert_non_null(strstr(later.text, "its transaction has failed"));
    assert_false(store_commit(store, &later));
    store_rollback(store);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert"), 0);
    assert_true(add_alert(store, &alert, "e"));
    store_close(store);
}

static void test_no_transaction_in_another(void **state) {
    (void)state;
    struct diag diag = {0}, inner = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    assert_good(store_begin(store, &diag), diag);
    assert_false(store_begin(store, &inner));
    assert_string_equal(inner.text, "a transaction cannot begin inside another");
    assert_good(store_commit(store, &diag), diag);
    store_close(store);
}

/* ---- threads ---- */

struct other {
    struct store *store;
    struct alert alert;
    atomic_int step; /* 1: started, 2: through */
};

static void *add_in_thread(void *argument) {
    struct other *other = argument;
    store_rollback(other->store); /* not this thread's */
    other->step = 1;
    add_alert(other->store, &other->alert, "e");
    other->step = 2;
    return NULL;
}

static void pause_ms(long ms) {
    nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static void test_the_others_wait(void **state) {
    (void)state;
    struct diag diag = {0};
    pthread_t thread;
    struct alert mine = make_alert("mine", "k", "e", 1000, 500);
    struct other other = {.store = must_open(STORE_EXCLUSIVE)};
    other.alert = make_alert("other", "k", "e", 1000, 500);
    assert_good(store_begin(other.store, &diag), diag);
    assert_true(add_alert(other.store, &mine, "e"));
    assert_int_equal(pthread_create(&thread, NULL, add_in_thread, &other), 0);
    while (other.step == 0) pause_ms(1);
    pause_ms(30);
    assert_int_equal(other.step, 1);
    assert_int_equal(ask_number(other.store, "SELECT count(*) FROM alert"), 1);
    store_rollback(other.store); /* takes nothing of the other's with it */
    pthread_join(thread, NULL);
    assert_int_equal(other.step, 2);
    assert_int_equal(ask_number(other.store, "SELECT count(*) FROM alert WHERE rule = 'other'"), 1);
    assert_int_equal(ask_number(other.store, "SELECT count(*) FROM alert"), 1);
    store_close(other.store);
}

static void *count_many(void *argument) {
    struct other *other = argument;
    struct diag diag = {0};
    bool fresh, good = true;
    for (int i = 0; good && i < 200; i++) {
        char event[48];
        snprintf(event, sizeof event, "%p %d", (void *)&diag, i);
        good = store_begin(other->store, &diag) &&
               store_alert_count(other->store, other->alert.id, str_of(event), i, &fresh, &diag) &&
               store_commit(other->store, &diag);
    }
    return good ? NULL : argument;
}

static void test_threads_count_together(void **state) {
    (void)state;
    enum { THREADS = 4 };
    pthread_t threads[THREADS];
    void *result;
    struct diag diag = {0};
    struct other other = {.store = store_open(NULL, STORE_TEMPORARY, &diag)};
    other.alert = make_alert("r", "k", "e", 1000, 500);
    assert_true(add_alert(other.store, &other.alert, "e"));
    for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, count_many, &other);
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    assert_int_equal(ask_number(other.store, "SELECT count FROM alert"), THREADS * 200 + 1);
    store_close(other.store);
}

/* ---- inputs ---- */

static void save(struct store *store, const struct store_input *input) {
    struct diag diag = {0};
    assert_good(store_input_save(store, input, 5, &diag), diag);
}

static void test_inputs(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct store_input found, input = {
                                  .key = "1:2",
                                  .head = "64:abc",
                                  .path = STR("/a/\xff\0name"),
                                  .position = {UINT64_MAX - 1, 2, 3, UINT32_MAX, 1ULL << 63},
                                  .size = 5,
                                  .done = true,
                              };
    bool is_found = true;
    assert_good(store_input_find(store, "1:2", &arena, &found, &is_found, &diag), diag);
    assert_false(is_found);
    assert_string_equal(found.key, "1:2");
    assert_int_equal(found.position.offset, 0);
    save(store, &input);
    assert_good(store_input_find(store, "1:2", &arena, &found, &is_found, &diag), diag);
    assert_true(is_found && found.done && found.size == 5);
    assert_string_equal(found.key, "1:2");
    assert_string_equal(found.head, "64:abc");
    assert_true(str_eq(found.path, input.path));
    assert_true(found.position.offset == UINT64_MAX - 1 && found.position.line == 2);
    assert_true(found.position.index == 3 && found.position.context == UINT32_MAX);
    assert_true(found.position.column == 1ULL << 63);
    store_close(store);
}

static void test_an_input_is_saved_over(void **state) {
    (void)state;
    struct diag diag = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    struct store_input found, input = {.key = "1:2", .head = "64:abc", .position = {9, 9, 9, 9, 9}};
    bool is_found = false;
    save(store, &input);
    save(store, &(struct store_input){.key = "1:2", .position = {.offset = 10}});
    save(store, &(struct store_input){.key = "1:20"});
    assert_good(store_input_find(store, "1:2", &arena, &found, &is_found, &diag), diag);
    assert_true(is_found);
    assert_string_equal(found.head, "");
    assert_true(found.position.offset == 10 && found.position.column == 0);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM input"), 2);
    store_close(store);
}

/* ---- rejected ---- */

static bool note_rejected(void *context, const struct rejected *rejected) {
    struct buf *seen = context;
    buf_add_format(seen, "%.*s:%d:%d:%.*s:%.*s:%.*s:%d ", STR_ARG(rejected->source),
        (int)rejected->line, (int)rejected->index, STR_ARG(rejected->rule),
        STR_ARG(rejected->reason), STR_ARG(rejected->bytes), (int)rejected->at_ms);
    assert_int_equal(rejected->bytes.len, 4);
    return !str_is(rejected->rule, "stop");
}

static void check_rejected(
    struct store *store, const struct store_rejected_filter *filter, const char *wanted) {
    struct diag diag = {0};
    struct buf seen;
    buf_init(&seen);
    assert_good(store_rejected_list(store, filter, note_rejected, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen), wanted);
    buf_release(&seen);
}

static void test_rejected(void **state) {
    (void)state;
    static const char *const rules[] = {"", "stop", "r", "s"};
    struct store_rejected_filter all = {.failures = true}, filter = all;
    struct diag diag = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    check_rejected(store, &all, "");
    for (int i = 0; i < 4; i++) {
        struct rejected rejected = {.source = STR("-"),
            .line = (uint64_t)i + 1,
            .index = 7,
            .rule = str_of(rules[i]),
            .reason = STR("why"),
            .bytes = STR("{\"\0\xff"),
            .at_ms = 9 - i};
        assert_good(store_rejected_add(store, &rejected, &diag), diag);
    }
    check_rejected(store, &(struct store_rejected_filter){0}, "-:1:7::why:{\":9 ");
    filter.limit = 1;
    check_rejected(store, &filter, "-:4:7:s:why:{\":6 ");
    filter.limit = 2;
    check_rejected(store, &filter, "-:3:7:r:why:{\":7 -:4:7:s:why:{\":6 ");
    filter.rule = STR("r");
    check_rejected(store, &filter, "-:3:7:r:why:{\":7 ");
    filter.since_ms = 8;
    check_rejected(store, &filter, "");
    check_rejected(store, &all, "-:2:7:stop:why:{\":8 "); /* which said so */
    store_close(store);
}

static bool note_exception(void *context, const struct store_exception *exception) {
    buf_add_format(context, "%.*s/%.*s x%d last %d %.*s %.*s %.*s\n", STR_ARG(exception->rule),
        STR_ARG(exception->id), (int)exception->hits, (int)exception->last_ms,
        STR_ARG(exception->owner), STR_ARG(exception->until), STR_ARG(exception->reason));
    return true;
}

static void hit(struct store *store, const char *rule, const char *id, int64_t last_ms) {
    struct diag diag = {0};
    struct store_exception exception = {
        str_of(rule), str_of(id), STR("why"), STR("o"), STR("u"), 1, last_ms};
    if (last_ms == 7) exception.owner = STR("new");
    assert_good(store_exception_count(store, &exception, 1, &diag), diag);
}

static void test_exceptions(void **state) {
    (void)state;
    struct diag diag = {0};
    struct buf seen = {0};
    struct store *store = must_open(STORE_EXCLUSIVE);
    hit(store, "s", "a", 1);
    hit(store, "r", "a", 5);
    hit(store, "r", "b", CLOCK_UNKNOWN);
    hit(store, "r", "b", 9);
    hit(store, "r", "b", 7); /* late */
    assert_good(store_begin(store, &diag), diag);
    hit(store, "r", "a", 6);
    store_rollback(store);
    assert_good(store_exceptions_list(store, note_exception, &seen, &diag), diag);
    assert_string_equal(buf_text(&seen), "r/b x3 last 9 new u why\n"
                                         "r/a x1 last 5 o u why\n"
                                         "s/a x1 last 1 o u why\n");
    buf_release(&seen);
    store_close(store);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_made_for_its_owner),
        TEST(test_opened_again),
        TEST(test_what_is_missing),
        TEST(test_what_is_not_ours),
        TEST(test_no_database),
        TEST(test_another_process_holds_it),
        TEST(test_through_another_name),
        TEST(test_two_see_each_other),
        TEST(test_rolled_back),
        TEST(test_after_a_failure_only_rollback),
        TEST(test_no_transaction_in_another),
        TEST(test_the_others_wait),
        TEST(test_threads_count_together),
        TEST(test_inputs),
        TEST(test_an_input_is_saved_over),
        TEST(test_rejected),
        TEST(test_exceptions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
