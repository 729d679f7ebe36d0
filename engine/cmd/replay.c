#include "cmd/budget.h"
#include "cmd/exceptions.h"
#include "cmd/output.h"
#include "cmd/profile.h"
#include "cmd/progress.h"
#include "cmd/replay_page.h"
#include "cmd/setup.h"
#include "cmd/stats.h"
#include "flow/input.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"

struct replay {
    const struct options *options;
    const struct period *period;
    struct pipeline pipeline;
    struct progress progress;
    FILE *output;
    bool color;
    volatile sig_atomic_t stop; /* what is told is no longer written */
    struct buf line;
    bool counts; /* into */
    struct stats stats;
    bool exceeded;           /* the budget of a rule */
    struct replay_page page; /* where --html asks for it */
    bool unwritten;          /* that could not be written */
};

static bool print_alert(struct replay *replay, const struct alert *alert) {
    if (replay->output == stdout) progress_end(); /* it may stand on the same terminal */
    buf_reset(&replay->line);
    if (replay->options->format == FORMAT_JSON)
        alert_print(&replay->line, alert);
    else
        alert_print_line(&replay->line, alert, replay->color);
    buf_add_char(&replay->line, '\n');
    if (fwrite(replay->line.at, 1, replay->line.len, replay->output) < replay->line.len)
        replay->stop = 1;
    return !replay->stop;
}

static bool take_alert(void *context, const struct alert *alert) {
    struct replay *replay = context;
    if (replay->options->html) replay_page_told(&replay->page, alert);
    return replay->options->stats || replay->options->html || print_alert(replay, alert);
}

/* Once, however often it is told again because of events that come late. */
static void count_alert(void *context, const struct alert *alert, int64_t at_ms) {
    struct replay *replay = context;
    (void)at_ms;
    stats_add_alert(&replay->stats, alert);
    if (replay->options->html) replay_page_raised(&replay->page, alert);
}

static void show_progress(void *context, const struct batch *batch) {
    struct replay *replay = context;
    progress_show(&replay->progress, batch->raw, &replay->pipeline.committer.tally);
    if (replay->counts) stats_add_batch(&replay->stats, replay->pipeline.rules, batch);
    if (replay->options->html) replay_page_batch(&replay->page, batch);
}

static void print_tally(const struct replay *replay) {
    struct buf text;
    buf_init(&text);
    tally_print(&text, &replay->pipeline.committer.tally);
    log_info("%s", buf_text(&text));
    buf_release(&text);
    if (replay->pipeline.committer.tally.suppressed && !replay->options->stats)
        exceptions_log(replay->pipeline.committer.store);
}

static void print_profile(const struct replay *replay) {
    const struct pipeline *pipeline = &replay->pipeline;
    if (replay->options->profile)
        profile_print(pipeline->rules, pipeline->costs, pipeline->look, replay->options, stderr);
}

static int exit_code(const struct replay *replay, bool finished) {
    const struct tally *tally = &replay->pipeline.committer.tally;
    if (!finished || tally->unreadable || replay->unwritten) return EXIT_RUN;
    if (replay->exceeded) return EXIT_FINDINGS;
    bool findings = tally->rejected || tally->failures || tally->unrecognised;
    return replay->options->strict && findings ? EXIT_FINDINGS : EXIT_FINE;
}

static void write_page(struct replay *replay) {
    const struct replay_account account = {
        replay->options, &replay->stats, &replay->pipeline.committer.tally};
    replay->unwritten = !replay_page_write(&replay->page, &account);
}

static void print_stats(struct replay *replay) {
    const struct tally *tally = &replay->pipeline.committer.tally;
    if (replay->options->format == FORMAT_TEXT) {
        stats_print_text(&replay->stats, replay->output);
        return;
    }
    buf_reset(&replay->line);
    stats_print_json(&replay->line, &replay->stats, tally);
    buf_add_char(&replay->line, '\n');
    fwrite(replay->line.at, 1, replay->line.len, replay->output);
}

static void end_stats(struct replay *replay) {
    stats_end(&replay->stats, replay->pipeline.rules, replay->pipeline.costs);
    replay->exceeded = !replay->options->sample && !budgets_hold(&replay->stats);
    if (replay->options->html) write_page(replay);
    if (replay->options->stats) print_stats(replay);
}

static bool read_all(struct replay *replay) {
    struct diag diag = {0};
    bool good = input_read_all(
                    &replay->pipeline, replay->options->args, setup_jobs(replay->options)) &&
                pipeline_finish(&replay->pipeline, &diag);
    progress_end();
    if (diag.set) log_error("%s", diag.text);
    if (replay->counts) end_stats(replay);
    return output_close(replay->output) && good;
}

/* Days of events are told only where all are parsed. */
static void begin_stats(struct replay *replay, struct rules *rules) {
    replay->counts = replay->options->stats || replay->options->budgets.count ||
                     replay->options->html;
    if (!replay->counts) return;
    stats_init(&replay->stats, rules);
    replay->stats.sample = replay->options->sample;
    budgets_set(&replay->options->budgets, &replay->stats);
    replay->pipeline.look = NULL;
    replay->pipeline.dated = true;
    replay->pipeline.committer.raised = count_alert;
    replay->pipeline.committer.raised_context = replay;
}

static int replay_into(
    struct replay *replay, struct rules *rules, struct judge *judge, struct store *store) {
    struct look *look = setup_look(replay->options, rules);
    pipeline_init(&replay->pipeline, rules, judge, store, &clock_wall);
    replay->pipeline.look = look;
    replay->pipeline.period = *replay->period;
    replay->pipeline.sample = (uint64_t)replay->options->sample;
    begin_stats(replay, rules);
    if (replay->options->profile || replay->counts)
        replay->pipeline.costs = mem_alloc(rules->count * sizeof(struct rule_cost));
    replay->pipeline.committer.tell = take_alert;
    replay->pipeline.committer.tell_context = replay;
    replay->pipeline.stop = &replay->stop;
    replay->pipeline.committed = show_progress;
    replay->pipeline.committed_context = replay;
    replay->color = options_color(replay->options, replay->output);
    progress_init(&replay->progress, input_total(replay->options->args));
    bool finished = read_all(replay);
    print_tally(replay);
    print_profile(replay);
    int code = exit_code(replay, finished);
    mem_free(replay->pipeline.costs);
    pipeline_release(&replay->pipeline);
    look_free(look);
    buf_release(&replay->line);
    stats_release(&replay->stats);
    return code;
}

static int replay_rules(struct setup *setup, const struct options *options,
    const struct period *period, struct rules *rules) {
    struct replay replay = {.options = options, .period = period};
    if (!budgets_check(&options->budgets, rules)) return EXIT_USAGE;
    struct diag diag = {0};
    struct store *store = store_open("", STORE_TEMPORARY, &diag);
    if (!store) {
        log_error("%s", diag.text);
        return EXIT_RUN;
    }
    replay.output = output_open(options);
    bool opened = replay.output;
    if (options->html) opened = replay_page_init(&replay.page, options->html, rules) && opened;
    struct judge *judge = setup_judge(setup, options, rules);
    int code = opened ? replay_into(&replay, rules, judge, store) : EXIT_RUN;
    judge_free(judge);
    store_close(store);
    replay_page_release(&replay.page);
    return code;
}

int command_replay(const struct options *options) {
    struct setup setup;
    struct period period;
    if (options->arg_count == 0) {
        fputs("tocsin replay: nothing to read: name a file, a directory, or '-'\n", stderr);
        return EXIT_USAGE;
    }
    if (options->sample && options->budgets.count) {
        fputs(
            "tocsin replay: a budget counts every event: --budget goes without --sample\n", stderr);
        return EXIT_USAGE;
    }
    if (!options_period(options, "replay", &period)) return EXIT_USAGE;
    setup_init(&setup);
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    struct rules *rules = NULL;
    if (options->rules.count || setup_config(&setup, options)) {
        setup_paths(&setup, options, (char *const[]){NULL});
        rules = setup_rules(&setup, false);
    }
    setup_report(&setup, options);
    int code = rules ? replay_rules(&setup, options, &period, rules) : EXIT_LOAD;
    rules_free(rules);
    setup_release(&setup);
    return code;
}
