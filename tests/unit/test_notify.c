/* What the system tells of changes, and what is not told. */
#include "check.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/notify.h"

#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LONG_MS = 20000, SHORT_MS = 50 };

static char dir[64];
static struct arena arena;
static struct notify *notify;
static volatile sig_atomic_t stop;

static int begin(void **state) {
    (void)state;
    snprintf(dir, sizeof dir, "/tmp/tocsin-notify-XXXXXX");
    arena_init(&arena);
    notify = notify_new();
    stop = 0;
    return mkdtemp(dir) ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

static int end(void **state) {
    (void)state;
    notify_free(notify);
    arena_release(&arena);
    return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static char *in_dir(const char *name) {
    return path_join(&arena, dir, name);
}

static void append(const char *name) {
    int fd = open(in_dir(name), O_WRONLY | O_CREAT | O_APPEND, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
}

static void must_watch(enum notify_kind kind, const char *path) {
    assert_true(notify_watch(notify, kind, path));
}

/* All that is told now: '.' for nothing, a path, or '*' for everything, once for each in a row. */
static const char *told(void) {
    static char text[256];
    const char *before = "";
    enum notify_news news;
    char *path;
    text[0] = '\0';
    notify_wait(notify, SHORT_MS, &stop);
    while ((news = notify_next(notify, &arena, &path)) != NOTIFY_NOTHING) {
        const char *now = news == NOTIFY_TREE ? "*" : path + strlen(dir) + 1;
        if (strcmp(now, before) != 0) {
            strcat(text, *before ? " " : "");
            strcat(text, now);
        }
        before = now;
    }
    return *text ? text : ".";
}

static void a_directory_tells_of_its_files_one_by_one(void **state) {
    (void)state;
    append("old");
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, dir);
    notify_end(notify);
    assert_string_equal(told(), ".");
    append("old");
    assert_string_equal(told(), "old");
    append("new");
    append("old");
    assert_string_equal(told(), "new old");
    assert_int_equal(rename(in_dir("new"), in_dir("old")), 0);
    assert_string_equal(told(), "old");
    append(".hidden");
    assert_string_equal(told(), ".");
}

static void what_is_more_than_a_file_is_everything(void **state) {
    (void)state;
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, dir);
    notify_end(notify);
    assert_int_equal(mkdir(in_dir("inner"), 0700), 0);
    assert_string_equal(told(), "*");
    append("inner/file");
    assert_string_equal(told(), ".");
    assert_int_equal(mkdir(in_dir(".inner"), 0700), 0);
    assert_string_equal(told(), ".");
}

static void what_is_behind_a_link_is_told_by_its_own_name(void **state) {
    (void)state;
    assert_int_equal(mkdir(in_dir("far"), 0700), 0);
    append("far/file");
    assert_int_equal(symlink("far/file", in_dir("link")), 0);
    notify_begin(notify);
    must_watch(NOTIFY_CONTENT, in_dir("link"));
    notify_end(notify);
    append("far/file");
    assert_string_equal(told(), "link");
    assert_int_equal(unlink(in_dir("far/file")), 0);
    assert_string_equal(told(), "link *");
}

static void what_is_not_there_yet_is_told_when_it_comes(void **state) {
    (void)state;
    notify_begin(notify);
    must_watch(NOTIFY_ARRIVAL, in_dir("later"));
    assert_false(notify_watch(notify, NOTIFY_CONTENT, in_dir("later")));
    assert_false(notify_watch(notify, NOTIFY_ARRIVAL, in_dir("no/such")));
    notify_end(notify);
    append("another");
    assert_string_equal(told(), ".");
    assert_int_equal(rename(in_dir("another"), in_dir("later")), 0);
    assert_string_equal(told(), "*");
    append("later");
    assert_string_equal(told(), ".");
}

/* The same directory under two names, and for two reasons. */
static void one_thing_is_told_under_each_name(void **state) {
    (void)state;
    assert_int_equal(mkdir(in_dir("a"), 0700), 0);
    assert_int_equal(symlink("a", in_dir("b")), 0);
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, in_dir("a"));
    must_watch(NOTIFY_ARRIVAL, in_dir("a/later"));
    must_watch(NOTIFY_ENTRIES, in_dir("b"));
    notify_end(notify);
    append("a/file");
    const char *both = told();
    assert_non_null(strstr(both, "a/file"));
    assert_non_null(strstr(both, "b/file"));
    assert_null(strstr(both, "*"));
    append("b/later");
    assert_non_null(strstr(told(), "*"));
}

static void what_is_not_watched_again_is_not_told(void **state) {
    (void)state;
    assert_int_equal(mkdir(in_dir("a"), 0700), 0);
    assert_int_equal(mkdir(in_dir("b"), 0700), 0);
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, in_dir("a"));
    must_watch(NOTIFY_ENTRIES, in_dir("b"));
    notify_end(notify);
    notify_begin(notify);
    append("b/between");
    must_watch(NOTIFY_ENTRIES, in_dir("b"));
    notify_end(notify);
    assert_string_equal(told(), "b/between");
    append("a/file");
    append("b/file");
    assert_string_equal(told(), "b/file");
}

static unsigned long events_most(void) {
    unsigned long most = 0;
    FILE *file = fopen("/proc/sys/fs/inotify/max_queued_events", "r");
    if (!file || fscanf(file, "%lu", &most) != 1) most = 0;
    if (file) fclose(file);
    return most;
}

/* In turns, since a change that is the same as the last that waits is not told again. */
static void too_much_at_once_is_everything(void **state) {
    (void)state;
    unsigned long most = events_most();
    if (most == 0 || most > 100000) skip();
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, dir);
    notify_end(notify);
    int one = open(in_dir("one"), O_WRONLY | O_CREAT, 0600);
    int two = open(in_dir("two"), O_WRONLY | O_CREAT, 0600);
    for (unsigned long i = 0; i < most + 10; i++)
        assert_int_equal(write(i % 2 ? one : two, "x", 1), 1);
    close(one), close(two);
    bool everything = false;
    for (unsigned long i = 0; i < most && !everything; i++) {
        enum notify_news news;
        char *path;
        notify_wait(notify, SHORT_MS, &stop);
        while ((news = notify_next(notify, &arena, &path)) != NOTIFY_NOTHING)
            everything = everything || news == NOTIFY_TREE;
        arena_reset(&arena);
    }
    assert_true(everything);
}

static void *append_soon(void *context) {
    usleep(SHORT_MS * 1000);
    append(context);
    return NULL;
}

static void news_ends_the_wait_and_so_does_stop(void **state) {
    (void)state;
    pthread_t thread;
    char *path;
    notify_begin(notify);
    must_watch(NOTIFY_ENTRIES, dir);
    notify_end(notify);
    int64_t began_ms = clock_monotonic_ms();
    assert_int_equal(pthread_create(&thread, NULL, append_soon, "file"), 0);
    notify_wait(notify, LONG_MS, &stop);
    assert_int_equal(notify_next(notify, &arena, &path), NOTIFY_FILE);
    pthread_join(thread, NULL);
    stop = 1;
    notify_rest(LONG_MS, &stop);
    notify_free(notify);
    notify = notify_new();
    notify_wait(notify, LONG_MS, &stop);
    assert_true(clock_monotonic_ms() - began_ms < LONG_MS);
}

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

static void *signal_soon(void *context) {
    usleep(SHORT_MS * 1000);
    pthread_kill(*(pthread_t *)context, SIGUSR1);
    return NULL;
}

static void a_signal_ends_the_wait(void **state) {
    (void)state;
    struct sigaction action = {.sa_handler = on_signal};
    pthread_t self = pthread_self(), thread;
    int64_t began_ms = clock_monotonic_ms();
    sigaction(SIGUSR1, &action, NULL);
    assert_int_equal(pthread_create(&thread, NULL, signal_soon, &self), 0);
    notify_wait(notify, LONG_MS, &stop);
    pthread_join(thread, NULL);
    assert_true(stop);
    assert_true(clock_monotonic_ms() - began_ms < LONG_MS);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_directory_tells_of_its_files_one_by_one, begin, end),
        cmocka_unit_test_setup_teardown(what_is_more_than_a_file_is_everything, begin, end),
        cmocka_unit_test_setup_teardown(what_is_behind_a_link_is_told_by_its_own_name, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_there_yet_is_told_when_it_comes, begin, end),
        cmocka_unit_test_setup_teardown(one_thing_is_told_under_each_name, begin, end),
        cmocka_unit_test_setup_teardown(what_is_not_watched_again_is_not_told, begin, end),
        cmocka_unit_test_setup_teardown(too_much_at_once_is_everything, begin, end),
        cmocka_unit_test_setup_teardown(news_ends_the_wait_and_so_does_stop, begin, end),
        cmocka_unit_test_setup_teardown(a_signal_ends_the_wait, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
