#include "store_help.h"

#include <signal.h>
#include <sys/resource.h>
#include <time.h>

/* Batch n is alerts n.1 to n.3, a delivery of each and the input position n, in one transaction. */
enum { BATCH = 3 };

static bool add_one(struct store *store, int64_t n, int part, struct str body, struct diag *diag) {
    char event[32];
    bool fresh = false;
    snprintf(event, sizeof event, "%d.%d", (int)n, part);
    struct alert alert = make_alert("r", event, event, n, 0);
    alert.body = body;
    return store_alert_add(store, &alert, str_of(event), n, &fresh, diag) &&
           (fresh || diag_set(diag, "'%s' was there", event)) &&
           store_delivery_add(store, alert.id, 1, STR("d"), n, diag);
}

static bool commit_batch(struct store *store, int64_t n, struct str body, struct diag *diag) {
    struct store_input input = {.key = "1:1", .position.offset = (uint64_t)n};
    bool good = store_begin(store, diag);
    for (int part = 0; good && part < BATCH; part++) good = add_one(store, n, part, body, diag);
    good = good && store_input_save(store, &input, n, diag) && store_commit(store, diag);
    if (!good) store_rollback(store);
    return good;
}

static int64_t position_of(struct store *store) {
    struct diag diag = {0};
    struct store_input input;
    struct arena arena;
    bool found;
    arena_init(&arena);
    bool good = store_input_find(store, "1:1", &arena, &input, &found, &diag);
    arena_release(&arena);
    return good ? (int64_t)input.position.offset : -1;
}

/* Exactly the batches 1 to n, whole: nothing lost, nothing twice. */
static void check_agrees(struct store *store, int64_t n) {
    assert_int_equal(position_of(store), n);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert"), n * BATCH);
    assert_int_equal(ask_number(store, "SELECT count(DISTINCT time_ms) FROM alert"), n);
    assert_int_equal(ask_number(store, "SELECT coalesce(max(time_ms), 0) FROM alert"), n);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM alert_event"), n * BATCH);
    assert_int_equal(ask_number(store, "SELECT count(DISTINCT alert) FROM delivery"), n * BATCH);
    assert_int_equal(ask_number(store, "SELECT count(*) FROM delivery"), n * BATCH);
    assert_int_equal(
        ask_number(store, "SELECT integrity_check = 'ok' FROM pragma_integrity_check"), 1);
}

/* ---- killed ---- */

/* Goes on where it was, and says after each commit how far it is. */
static void commit_until_killed(int out) {
    struct diag diag = {0};
    struct store *store = store_open(store_path, STORE_EXCLUSIVE, &diag);
    int64_t n = store ? position_of(store) : -1;
    while (n >= 0 && commit_batch(store, n + 1, STR("\"event\":{}"), &diag)) {
        n++;
        if (write(out, &n, sizeof n) != sizeof n) break;
    }
    _exit(1);
}

/* What it said last. */
static int64_t run_and_kill_after(long us) {
    int pipes[2], status = 0;
    int64_t n, last = 0;
    assert_int_equal(pipe(pipes), 0);
    pid_t child = fork();
    if (child == 0) commit_until_killed(pipes[1]);
    close(pipes[1]);
    nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
    kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    while (read(pipes[0], &n, sizeof n) == sizeof n) last = n;
    close(pipes[0]);
    return last;
}

static void test_killed_at_any_moment(void **state) {
    (void)state;
    int64_t reached = 0;
    unsigned seed = 7;
    for (int i = 0; i < 40; i++) {
        int64_t said = run_and_kill_after(1000 + rand_r(&seed) % 50000);
        struct store *store = must_open(STORE_EXCLUSIVE);
        int64_t n = position_of(store);
        assert_true(n >= reached && n >= said);
        assert_true(said == 0 || n <= said + 1);
        check_agrees(store, n);
        reached = n;
        store_close(store);
    }
    assert_true(reached > 40); /* it did something in between */
}

/* ---- a full disk ---- */

/* How large a file may get; RLIM_INFINITY lifts it. */
static void limit_files(rlim_t most) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = most;
    setrlimit(RLIMIT_FSIZE, &limit);
}

static int64_t commit_while_possible(
    struct store *store, int64_t n, struct str body, struct diag *diag) {
    while (n < 5000 && commit_batch(store, n + 1, body, diag)) n++;
    return n;
}

/* Fails, fails again, and goes on with the same batch when there is room. Returns which step was
 * not as it should be; it runs in a process of its own. */
static int fill_and_go_on(struct str body, rlim_t room) {
    struct diag full = {0}, again = {0}, diag = {0};
    signal(SIGXFSZ, SIG_IGN);
    struct store *store = store_open(store_path, STORE_EXCLUSIVE, &diag);
    if (!store || !commit_batch(store, 1, STR(""), &diag)) return 1;
    limit_files(room);
    int64_t n = commit_while_possible(store, 1, body, &full);
    bool refused = !commit_batch(store, n + 1, body, &again) && position_of(store) == n;
    limit_files(RLIM_INFINITY);
    if (!refused || !strstr(full.text, "disk I/O error") || !again.set) return 2;
    for (int i = 0; i < 20; i++)
        if (!commit_batch(store, ++n, body, &diag)) return 3;
    store_close(store);
    return 0;
}

static void check_full_disk(struct str body, rlim_t room) {
    int status = -1;
    pid_t child = fork();
    if (child == 0) _exit(fill_and_go_on(body, room));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
    struct store *store = must_open(STORE_EXCLUSIVE);
    int64_t n = position_of(store);
    assert_true(n >= 21);
    check_agrees(store, n);
    store_close(store);
}

static void test_a_commit_that_finds_no_room(void **state) {
    (void)state;
    check_full_disk(STR("\"event\":{}"), 300000);
}

/* Larger than the cache: it goes to disk before the commit, and a statement is what fails. */
static void test_a_statement_that_finds_no_room(void **state) {
    (void)state;
    static char large[1000000];
    memset(large, 'x', sizeof large);
    check_full_disk((struct str){large, sizeof large}, 1500000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_store_dir, remove_store_dir)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(test_killed_at_any_moment),
        TEST(test_a_commit_that_finds_no_room),
        TEST(test_a_statement_that_finds_no_room),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
