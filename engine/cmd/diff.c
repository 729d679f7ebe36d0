#include "cmd/diff.h"

#include "base/log.h"
#include "base/scratch.h"
#include "cmd/output.h"
#include "cmd/page.h"
#include "cmd/progress.h"
#include "cmd/revision.h"
#include "cmd/setup.h"
#include "flow/input.h"

#include <fcntl.h>
#include <unistd.h>

enum { SAMPLES = 3, INPUTS_FROM = 2 };

enum diff_format { DIFF_TEXT, DIFF_JSON, DIFF_MARKDOWN };

/* One of the two. */
struct version {
    enum diff_side side;
    char *name;
    struct setup setup;
    char scratch
        [SCRATCH_PATH]; /* where it is written for the moment of its loading; "": it is here */
    struct rules *rules;
    struct store *store;
    struct judge *judge;
    struct look *look;
    struct pipeline pipeline;
    struct comparing *whole;
};

struct comparing {
    const struct options *options;
    struct period period;
    struct version versions[DIFF_SIDES];
    struct diff diff;
    struct progress progress;
    FILE *page; /* of --html; or NULL */
};

/* ---- loading ---- */

/* A revision is loaded from inside its directory, under its name, so that places read
 * "main:rules/x.yaml". Returns the way back; -1: it is here. */
static int enter(const struct version *version) {
    if (!version->scratch[0]) return -1;
    int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (chdir(version->scratch) < 0) log_error("cannot enter '%s'", version->scratch);
    return back;
}

static void leave(int back) {
    if (back < 0) return;
    if (fchdir(back) < 0) log_error("cannot go back to where this began");
    close(back);
}

static bool check_out(struct version *version) {
    struct diag diag = {0};
    if (!revision_is(version->name)) return true;
    bool good = scratch_make(version->scratch, &diag) &&
                revision_write(version->name, version->scratch, &diag);
    if (!good) log_error("%s", diag.text);
    return good;
}

static bool start_processes(struct version *version, const struct options *options) {
    int back = enter(version);
    bool good = setup_processes(&version->setup, options);
    leave(back);
    return good;
}

static bool load(struct version *version, const struct options *options) {
    struct setup *setup = &version->setup;
    bool good = !options->config || setup_config(setup, options);
    int back = enter(version);
    setup_paths(setup, options, (char *const[]){version->name, NULL});
    if (good) version->rules = setup_rules(setup, false);
    setup_report(setup, options);
    leave(back);
    return version->rules != NULL;
}

/* Processes come before a configuration, which may hold secrets, is read. */
static int load_both(struct comparing *comparing) {
    const struct options *options = comparing->options;
    struct version *versions = comparing->versions;
    bool good = check_out(&versions[DIFF_OLD]) && check_out(&versions[DIFF_NEW]);
    if (!good) return EXIT_LOAD;
    for (int side = 0; side < DIFF_SIDES; side++)
        if (!start_processes(&versions[side], options)) return EXIT_RUN;
    for (int side = 0; side < DIFF_SIDES; side++) good = load(&versions[side], options) && good;
    return good ? EXIT_FINE : EXIT_LOAD;
}

/* ---- replaying ---- */

/* What an alert became is read from the store, in the end. */
static bool take_alert(void *context, const struct alert *alert) {
    (void)context, (void)alert;
    return true;
}

static void take_batch(void *context, const struct batch *batch) {
    struct version *version = context;
    struct comparing *whole = version->whole;
    diff_add_batch(&whole->diff, version->side, version->rules, batch);
    if (version->side == DIFF_NEW)
        progress_show(&whole->progress, batch->raw, &version->pipeline.committer.tally);
}

static bool begin(struct version *version) {
    const struct comparing *whole = version->whole;
    struct options half = *whole->options;
    struct diag diag = {0};
    half.jobs = (int64_t)(setup_jobs(whole->options) + 1) / 2;
    version->store = store_open("", STORE_TEMPORARY, &diag);
    if (!version->store) {
        log_error("%s", diag.text);
        return false;
    }
    version->judge = setup_judge(&version->setup, &half, version->rules);
    version->look = rules_look(version->rules);
    struct pipeline *pipeline = &version->pipeline;
    pipeline_init(pipeline, version->rules, version->judge, version->store, &clock_wall);
    pipeline->look = version->look;
    pipeline->period = whole->period;
    pipeline->committed = take_batch;
    pipeline->committed_context = version;
    pipeline->committer.tell = take_alert;
    pipeline->committer.silent = version->side == DIFF_OLD;
    return true;
}

static void end(struct version *version) {
    if (version->pipeline.pool) pipeline_release(&version->pipeline);
    judge_free(version->judge);
    look_free(version->look);
    if (version->store) store_close(version->store);
    rules_free(version->rules);
    setup_release(&version->setup);
    scratch_remove(version->scratch);
}

static bool read_all(struct comparing *comparing) {
    struct version *old = &comparing->versions[DIFF_OLD], *new = &comparing->versions[DIFF_NEW];
    struct pipeline *const both[] = {&old->pipeline, &new->pipeline};
    struct store *const stores[] = {old->store, new->store};
    char **inputs = comparing->options->args + INPUTS_FROM;
    struct diag diag = {0};
    progress_init(&comparing->progress, input_total(inputs));
    bool good = input_read_both(both, inputs, setup_jobs(comparing->options)) &&
                pipeline_finish(both[DIFF_OLD], &diag) && pipeline_finish(both[DIFF_NEW], &diag) &&
                diff_compare(&comparing->diff, stores, &diag);
    progress_end();
    if (diag.set) log_error("%s", diag.text);
    return good;
}

/* ---- telling ---- */

static void print_into(struct buf *to, const struct comparing *comparing, FILE *output) {
    const struct diff *diff = &comparing->diff;
    switch (comparing->options->format) {
    case DIFF_JSON:
        diff_print_json(to, diff);
        buf_add_char(to, '\n');
        break;
    case DIFF_MARKDOWN: diff_print_markdown(to, diff); break;
    default: diff_print_text(to, diff, options_color(comparing->options, output));
    }
}

static bool print(const struct comparing *comparing) {
    struct buf text = {0};
    FILE *output = output_open(comparing->options);
    if (!output) return false;
    print_into(&text, comparing, output);
    fwrite(text.at, 1, text.len, output);
    buf_release(&text);
    return output_close(output);
}

static void add_totals(struct buf *to, const struct diff *diff) {
    const char *before = "";
    for (int kind = 0; kind < DIFF_KINDS; kind++) {
        buf_add_format(to, "%s%zu %s", before, diff->kinds[kind], diff_kind_names[kind]);
        before = ", ";
    }
    buf_add_text(to, " alerts.");
}

static bool write_page(struct comparing *comparing) {
    struct buf summary = {0}, totals = {0};
    if (!comparing->page) return true;
    comparing->diff.counts_only = true;
    diff_print_json(&summary, &comparing->diff);
    add_totals(&totals, &comparing->diff);
    const struct page page = {
        PAGE_DIFF, STR("Tocsin diff"), buf_str(&totals), buf_str(&summary), NULL};
    bool good = page_write(&page, comparing->page);
    comparing->page = NULL;
    buf_release(&summary);
    buf_release(&totals);
    return good;
}

static void print_tally(const struct tally *tally) {
    struct buf text = {0};
    tally_print(&text, tally);
    log_info("%s", buf_text(&text));
    buf_release(&text);
}

static int exit_code(const struct comparing *comparing) {
    const struct tally *tally = comparing->diff.tallies[DIFF_NEW];
    const size_t *kinds = comparing->diff.kinds;
    bool faulty = tally->rejected || tally->failures || tally->unrecognised;
    if (tally->unreadable) return EXIT_RUN;
    if (comparing->options->strict && faulty) return EXIT_FINDINGS;
    bool differ = kinds[DIFF_GAINED] || kinds[DIFF_LOST] || kinds[DIFF_ALTERED];
    return comparing->options->exit_code && differ ? EXIT_FINDINGS : EXIT_FINE;
}

static int compare(struct comparing *comparing) {
    struct version *versions = comparing->versions;
    const struct rules *rules[] = {versions[DIFF_OLD].rules, versions[DIFF_NEW].rules};
    int64_t limit = comparing->options->limit;
    diff_init(&comparing->diff, rules, limit ? (size_t)limit : SAMPLES);
    for (int side = 0; side < DIFF_SIDES; side++) {
        comparing->diff.names[side] = versions[side].name;
        comparing->diff.tallies[side] = &versions[side].pipeline.committer.tally;
        if (!begin(&versions[side])) return EXIT_RUN;
    }
    bool good = read_all(comparing) && print(comparing) && write_page(comparing);
    print_tally(comparing->diff.tallies[DIFF_NEW]);
    return good ? exit_code(comparing) : EXIT_RUN;
}

int command_diff(const struct options *options) {
    struct comparing comparing = {.options = options};
    if (options->arg_count <= INPUTS_FROM) {
        fputs(
            "tocsin diff: name two versions of the rules, and events: OLD NEW INPUT...\n", stderr);
        return EXIT_USAGE;
    }
    if (!options_period(options, "diff", &comparing.period)) return EXIT_USAGE;
    for (int side = 0; side < DIFF_SIDES; side++) {
        struct version *version = &comparing.versions[side];
        version->side = side;
        version->name = options->args[side];
        version->whole = &comparing;
        setup_init(&version->setup);
        version->setup.own_logs = true;
    }
    int code = load_both(&comparing);
    for (int side = 0; side < DIFF_SIDES; side++) {
        scratch_remove(comparing.versions[side].scratch);
        comparing.versions[side].scratch[0] = '\0';
    }
    bool paged = code == EXIT_FINE && options->html;
    if (paged && !(comparing.page = page_open(options->html))) code = EXIT_RUN;
    if (code == EXIT_FINE) code = compare(&comparing);
    diff_release(&comparing.diff);
    if (comparing.page) fclose(comparing.page);
    for (int side = 0; side < DIFF_SIDES; side++) end(&comparing.versions[side]);
    return code;
}
