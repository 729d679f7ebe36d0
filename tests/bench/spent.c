#include "spent.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(clockid_t clock) {
    struct timespec at;
    clock_gettime(clock, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

struct spent spent_now(void) {
    return (struct spent){seconds(CLOCK_MONOTONIC), seconds(CLOCK_PROCESS_CPUTIME_ID)};
}

struct spent spent_since(struct spent begin) {
    struct spent now = spent_now();
    return (struct spent){now.wall - begin.wall, now.cpu - begin.cpu};
}

/* ---- programs ---- */

static double timeval_seconds(struct timeval at) {
    return (double)at.tv_sec + (double)at.tv_usec / 1e6;
}

static _Noreturn void become(char *const *argv, const char *log) {
    int fd = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd >= 0) dup2(fd, STDERR_FILENO);
    execv(argv[0], argv);
    _exit(127);
}

bool spent_by_program(char *const *argv, const char *log, struct spent *spent) {
    struct rusage usage;
    int status = -1;
    double begin = seconds(CLOCK_MONOTONIC);
    pid_t pid = fork();
    if (pid == 0) become(argv, log);
    if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) return false;
    spent->wall = seconds(CLOCK_MONOTONIC) - begin;
    spent->cpu = timeval_seconds(usage.ru_utime) + timeval_seconds(usage.ru_stime);
    return status == 0;
}

/* ---- pairs ---- */

static bool run_side(const struct side *side, struct spent *spent) {
    return side->run(side->context, spent);
}

static bool run_round(struct pair *pair, size_t i) {
    if (i % 2) return run_side(&pair->b, &pair->of_b[i]) && run_side(&pair->a, &pair->of_a[i]);
    return run_side(&pair->a, &pair->of_a[i]) && run_side(&pair->b, &pair->of_b[i]);
}

bool pair_run(struct pair *pair, size_t rounds) {
    struct spent warm;
    pair->rounds = rounds < ROUNDS_MOST ? rounds : ROUNDS_MOST;
    if (!run_side(&pair->a, &warm) || !run_side(&pair->b, &warm)) return false;
    for (size_t i = 0; i < pair->rounds; i++)
        if (!run_round(pair, i)) return false;
    return true;
}

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static struct spread spread_of(double *ratios, size_t count) {
    qsort(ratios, count, sizeof *ratios, by_size);
    double median = (ratios[(count - 1) / 2] + ratios[count / 2]) / 2;
    return (struct spread){ratios[0], median, ratios[count - 1]};
}

struct spread pair_wall(const struct pair *pair) {
    double ratios[ROUNDS_MOST];
    for (size_t i = 0; i < pair->rounds; i++) ratios[i] = pair->of_a[i].wall / pair->of_b[i].wall;
    return spread_of(ratios, pair->rounds);
}

struct spread pair_cpu(const struct pair *pair) {
    double ratios[ROUNDS_MOST];
    for (size_t i = 0; i < pair->rounds; i++) ratios[i] = pair->of_a[i].cpu / pair->of_b[i].cpu;
    return spread_of(ratios, pair->rounds);
}

struct spent spent_least(const struct spent *list, size_t count) {
    struct spent least = list[0];
    for (size_t i = 1; i < count; i++) {
        if (list[i].wall < least.wall) least.wall = list[i].wall;
        if (list[i].cpu < least.cpu) least.cpu = list[i].cpu;
    }
    return least;
}
