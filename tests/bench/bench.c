/* What isolation costs: two ways to do the same work, measured in turns in one run:
 *
 *     bench BUILD      in the clone; BENCH_EVENTS (20000) and BENCH_ROUNDS (5) as wanted
 *
 * Prints a JSON object a line for each ratio (bench_row). Exits 1 when two ways do not find the
 * same; a ratio is told, not judged. */
#include "bench.h"

#include "base/file.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

static const char real_dir[] = "../shared/data/invictus/CloudTrail";

bool bench_complain(struct bench *bench, const char *what) {
    fprintf(stderr, "bench: %s\n", what);
    bench->failed = true;
    return false;
}

/* ---- rows of the table ---- */

void bench_row(const struct bench_row *row) {
    printf("{\"what\": \"%s\", \"against\": \"%s\", \"clock\": \"%s\", \"median\": %.3f, "
           "\"least\": %.3f, \"most\": %.3f, \"note\": \"%s\"",
        row->what, row->against, row->clock, row->ratio.median, row->ratio.least, row->ratio.most,
        row->note ? row->note : "");
    if (row->at_least > 0) printf(", \"at_least\": %.2f", row->at_least);
    if (row->at_most > 0) printf(", \"at_most\": %.2f", row->at_most);
    puts("}");
    fflush(stdout);
}

/* ---- the whole ---- */

static struct rules *load(struct bench *bench, struct schema_strings paths) {
    struct diags diags = {0};
    struct rules *rules = rules_load(&(struct rules_options){.paths = &paths}, &diags);
    if (!rules) diags_print(&diags, stderr, false), bench_complain(bench, "rules do not load");
    diags_release(&diags);
    return rules;
}

static struct schema_strings read_lines(struct arena *arena, const char *path) {
    struct schema_strings lines = {0};
    struct buf text = {0};
    file_read(path, 1 << 16, &text, NULL);
    char *rest = arena_text(arena, buf_text(&text));
    for (char *line; (line = strsep(&rest, "\n"));) {
        if (!*line) continue;
        lines.list = arena_grow(arena, lines.list, lines.count);
        lines.list[lines.count++] = str_of(line);
    }
    buf_release(&text);
    return lines;
}

static size_t number(const char *name, size_t otherwise) {
    const char *text = getenv(name);
    long value = text ? strtol(text, NULL, 10) : 0;
    return value > 0 ? (size_t)value : otherwise;
}

static bool load_all(struct bench *bench) {
    struct str rules = STR("rules");
    bench->all = load(bench, (struct schema_strings){.list = &rules, .count = 1});
    bench->twenty = load(bench, read_lines(&bench->arena, "tests/bench/rules.txt"));
    return bench->all && bench->twenty;
}

static void compare_real(struct bench *bench) {
    struct events_set real;
    if (events_read(&real, real_dir, bench->events)) compare_judging(bench, &real, "real", 1.5);
    events_release(&real);
}

static void measure(struct bench *bench) {
    struct events_set daily, busy;
    events_make(&daily, bench->all, bench->events, 50);
    events_make(&busy, bench->twenty, bench->events, 1);
    compare_programs(bench, &daily);
    compare_judging(bench, &daily, "daily", 1.5);
    compare_judging(bench, &busy, "busy", 0);
    compare_real(bench);
    events_release(&daily);
    events_release(&busy);
}

int main(int argc, char **argv) {
    struct bench bench = {.build = argc > 1 ? argv[1] : "engine/build"};
    bench.events = number("BENCH_EVENTS", 20000);
    bench.rounds = number("BENCH_ROUNDS", 5);
    signal(SIGPIPE, SIG_IGN);
    if (load_all(&bench)) measure(&bench);
    rules_free(bench.all);
    rules_free(bench.twenty);
    arena_release(&bench.arena);
    return bench.failed;
}
