#include "bench.h"
#include "plain.h"

#include "flow/judge.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

struct judging {
    const struct events_set *events;
    size_t matched, failed; /* pairs of event and rule */
    struct judge *judge;
    int turn_fd, found_fd; /* of the process that judges in a shared state */
};

/* ---- isolated rules: as the engine judges with --in-process, without a store ---- */

static void count_batch(struct judging *judging, const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        judging->matched += batch->list[i].verdict.match_count;
        judging->failed += batch->list[i].verdict.failure_count;
    }
}

static bool judge_all(struct judging *judging, struct batch *batch) {
    const struct events_set *events = judging->events;
    struct diag diag = {0};
    for (size_t i = 0; i < events->count;) {
        batch_reset(batch);
        for (; i < events->count && batch->count < BATCH_RECORDS; i++)
            batch_add(batch, &(struct record){.bytes = events->list[i]}, "-", false);
        if (!judge_submit(judging->judge, batch, &diag)) return false;
        if (!judge_wait(judging->judge, batch, &diag)) return false;
        count_batch(judging, batch);
    }
    return true;
}

static bool run_isolated(void *context, struct spent *spent) {
    struct judging *judging = context;
    struct batch batch;
    judging->matched = judging->failed = 0;
    batch_init(&batch);
    struct spent begin = spent_now();
    bool good = judge_all(judging, &batch);
    *spent = spent_since(begin);
    batch_release(&batch);
    return good;
}

/* ---- a shared state: in a process of its own, since cJSON has one allocator a process ---- */

struct found {
    struct spent spent;
    size_t matched, failed;
};

static _Noreturn void serve(
    const struct rules *rules, const struct events_set *events, int turn_fd, int found_fd) {
    struct plain *plain = plain_new(rules, "lua");
    char turn;
    while (plain && read(turn_fd, &turn, 1) == 1) {
        struct found found;
        struct spent begin = spent_now();
        found.matched = plain_judge(plain, events, &found.failed);
        found.spent = spent_since(begin);
        if (write(found_fd, &found, sizeof found) != sizeof found) break;
    }
    _exit(0);
}

static pid_t start_plain(struct judging *judging, const struct rules *rules) {
    int turn[2], found[2];
    if (pipe(turn) != 0 || pipe(found) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        close(turn[1]);
        serve(rules, judging->events, turn[0], found[1]);
    }
    close(turn[0]);
    close(found[1]);
    judging->turn_fd = turn[1];
    judging->found_fd = found[0];
    return pid;
}

static void end_plain(struct judging *judging, pid_t pid) {
    close(judging->turn_fd);
    close(judging->found_fd);
    waitpid(pid, NULL, 0);
}

static bool run_plain(void *context, struct spent *spent) {
    struct judging *judging = context;
    struct found found;
    if (write(judging->turn_fd, "", 1) != 1) return false;
    if (read(judging->found_fd, &found, sizeof found) != sizeof found) return false;
    *spent = found.spent;
    judging->matched = found.matched;
    judging->failed = found.failed;
    return true;
}

/* ---- both ---- */

static void print_pair(
    const struct pair *pair, const char *of, double at_most, size_t matched, size_t events) {
    char what[60], note[80];
    double seconds = spent_least(pair->of_a, pair->rounds).cpu;
    snprintf(what, sizeof what, "time of isolated rules, %s", of);
    snprintf(
        note, sizeof note, "%.0f events a second, %zu matches", (double)events / seconds, matched);
    bench_row(&(struct bench_row){
        what, "a shared state", "cpu", pair_cpu(pair), .at_most = at_most, .note = note});
}

static void check_pair(
    struct bench *bench, const struct judging *isolated, const struct judging *plain) {
    bool same = isolated->matched == plain->matched && isolated->matched > 0;
    if (same && !isolated->failed && !plain->failed) return;
    bench_complain(bench, "isolated rules and a shared state do not find the same");
    fprintf(stderr, "isolated: %zu matched, %zu failed; shared: %zu matched, %zu failed\n",
        isolated->matched, isolated->failed, plain->matched, plain->failed);
}

void compare_judging(
    struct bench *bench, const struct events_set *events, const char *of, double at_most) {
    struct judging isolated = {.events = events, .judge = judge_here(bench->twenty)};
    struct judging plain = {.events = events};
    struct pair pair = {.a = {run_isolated, &isolated}, .b = {run_plain, &plain}};
    pid_t pid = start_plain(&plain, bench->twenty);
    if (pid < 0 || !pair_run(&pair, bench->rounds)) {
        bench_complain(bench, "judging failed");
    } else {
        print_pair(&pair, of, at_most, isolated.matched, events->count);
        check_pair(bench, &isolated, &plain);
    }
    if (pid > 0) end_plain(&plain, pid);
    judge_free(isolated.judge);
}
