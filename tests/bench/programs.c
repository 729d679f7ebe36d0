#include "bench.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

struct program {
    char **argv;
    const char *alerts, *log; /* files that it writes */
};

static bool run_program(void *context, struct spent *spent) {
    struct program *program = context;
    return spent_by_program(program->argv, program->log, spent);
}

static struct program replay(struct bench *bench, const char *how, const char *value) {
    char **argv = arena_list(&bench->arena, char *, 12);
    size_t count = 0;
    argv[count++] = arena_format(&bench->arena, "%s/tocsin", bench->build);
    argv[count++] = arena_text(&bench->arena, "replay");
    argv[count++] = arena_text(&bench->arena, "-q");
    argv[count++] = arena_text(&bench->arena, "-rrules");
    argv[count++] = arena_text(&bench->arena, "-o");
    argv[count++] = arena_format(&bench->arena, "%s/bench/%s%s.alerts", bench->build, how, value);
    argv[count++] = arena_text(&bench->arena, how);
    if (*value) argv[count++] = arena_text(&bench->arena, value);
    argv[count++] = arena_format(&bench->arena, "%s/bench/events.ndjson", bench->build);
    return (struct program){
        argv, argv[5], arena_format(&bench->arena, "%s/bench/%s%s.log", bench->build, how, value)};
}

static bool is_same(const struct program *a, const struct program *b) {
    struct buf of_a = {0}, of_b = {0};
    bool same = file_read(a->alerts, SIZE_MAX, &of_a, NULL) &&
                file_read(b->alerts, SIZE_MAX, &of_b, NULL) && of_a.len > 0 &&
                str_eq(buf_str(&of_a), buf_str(&of_b));
    buf_release(&of_a);
    buf_release(&of_b);
    return same;
}

static void print_jobs(const struct pair *pair, const char *jobs, double at_least) {
    char what[40];
    snprintf(what, sizeof what, "throughput of -j %s", jobs);
    struct bench_row row = {
        what, "--in-process", "wall", .ratio = pair_wall(pair), .at_least = at_least};
    bench_row(&row);
    row = (struct bench_row){what, "--in-process", "cpu", .ratio = pair_cpu(pair)};
    bench_row(&row);
}

static void compare_jobs(struct bench *bench, const char *jobs, double at_least) {
    struct program alone = replay(bench, "--in-process", "");
    struct program workers = replay(bench, "-j", jobs);
    struct pair pair = {.a = {run_program, &alone}, .b = {run_program, &workers}};
    if (!pair_run(&pair, bench->rounds)) {
        bench_complain(bench, "a replay failed; its words are in BUILD/bench/*.log");
        return;
    }
    if (!is_same(&alone, &workers)) bench_complain(bench, "workers raised other alerts");
    print_jobs(&pair, jobs, at_least);
}

void compare_programs(struct bench *bench, const struct events_set *events) {
    char jobs[24];
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    const char *path = arena_format(&bench->arena, "%s/bench/events.ndjson", bench->build);
    if (!events_write(events, path)) {
        bench_complain(bench, "cannot write the events");
        return;
    }
    compare_jobs(bench, "1", 0.9);
    snprintf(jobs, sizeof jobs, "%ld", cores);
    if (cores > 1) compare_jobs(bench, jobs, 0);
    remove(path);
}
