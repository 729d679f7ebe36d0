/* A directory for the stores of one test, and alerts to put into them. */
#ifndef STORE_HELP_H
#define STORE_HELP_H

#include "check.h"

#include "model/store_private.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define UNUSED __attribute__((unused))

/* NULL when the call was good, else what it said. */
#define assert_good(call, diag)                                                                    \
    do {                                                                                           \
        if (!(call)) fail_msg("%s: %s", #call, (diag).text);                                       \
    } while (0)

static char store_dir[64];
static char store_path[96];

UNUSED static int make_store_dir(void **state) {
    (void)state;
    snprintf(store_dir, sizeof store_dir, "/tmp/tocsin-test-XXXXXX");
    if (!mkdtemp(store_dir)) return -1;
    snprintf(store_path, sizeof store_path, "%s/tocsin.db", store_dir);
    return 0;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at) {
    (void)st, (void)type, (void)at;
    return remove(path);
}

UNUSED static int remove_store_dir(void **state) {
    (void)state;
    return nftw(store_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

UNUSED static struct store *must_open(enum store_mode mode) {
    struct diag diag = {0};
    struct store *store = store_open(store_path, mode, &diag);
    if (!store) fail_msg("%s", diag.text);
    return store;
}

/* What opening said when it refused. */
UNUSED static const char *must_refuse(const char *path, enum store_mode mode) {
    static struct diag diag;
    diag_clear(&diag);
    struct store *store = store_open(path, mode, &diag);
    assert_null(store);
    return diag.text;
}

UNUSED static struct alert make_alert(
    const char *rule, const char *dedup, const char *event, int64_t time_ms, int64_t period_ms) {
    struct alert alert = {
        .rule = str_of(rule),
        .dedup = str_of(dedup),
        .title = STR("A title"),
        .severity = STR("high"),
        .log = STR("aws.cloudtrail"),
        .rules_version = STR("v1"),
        .time_ms = time_ms,
        .begins_ms = time_ms,
        .period_ms = period_ms,
        .closes_ms = alert_closes_ms(time_ms, period_ms),
        .revision = 1,
        .body = STR("\"event\":{}"),
    };
    alert_make_id(alert.id, alert.rule, alert.dedup, str_of(event));
    return alert;
}

UNUSED static bool add_alert(struct store *store, const struct alert *alert, const char *event) {
    struct diag diag = {0};
    bool fresh = false;
    assert_good(store_alert_add(store, alert, str_of(event), 1000, &fresh, &diag), diag);
    return fresh;
}

UNUSED static int64_t ask_number(struct store *store, const char *sql) {
    struct diag diag = {0};
    struct db_rows rows;
    int64_t answer = -1;
    db_query(store->db, &rows, sql, NO_VALUES, &diag);
    if (db_next(&rows, &diag)) answer = db_number(&rows, 0);
    assert_good(db_end(&rows), diag);
    return answer;
}

#endif
