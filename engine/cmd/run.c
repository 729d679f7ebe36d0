/* The order of things here is the process plan of engine/README.md: rules are loaded, and will be
 * forked away, before a secret is read, the store is opened, or a thread is started. */
#include "cmd/setup.h"
#include "flow/follow.h"
#include "flow/sender.h"

#include "base/clock.h"
#include "base/log.h"

#include <signal.h>

enum { RETAIN_EVERY_MS = 600000 };

static volatile sig_atomic_t stop;

static void on_signal(int number) {
    (void)number;
    stop = 1;
}

/* Without SA_RESTART, so that a wait ends at once. */
static void catch_signals(void) {
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);
}

struct run {
    const struct options *options;
    const struct config *config;
    struct nursery *nursery; /* or NULL */
    struct rules *rules;
    struct store *store;
    struct judge *judge;
    struct messenger *messenger;
    struct sender *sender;
    struct pipeline pipeline;
    int64_t retain_ms; /* when retention is next due, monotonic */
};

/* One slice a call; is due again soon while there is more to remove. */
static void retain(struct run *run) {
    struct diag diag = {0};
    struct committer *committer = &run->pipeline.committer;
    int64_t before = clock_wall_ms() - run->config->keep_ms, removed = 0, forgotten = 0;
    int64_t now = clock_monotonic_ms();
    if (now < run->retain_ms) return;
    if (!store_retain(
            run->store, before, committer->event_ms, run->config->keep_bytes, &removed, &diag) ||
        !committer_forget(committer, before, &forgotten, &diag))
        log_error("%s", diag.text);
    run->retain_ms = now + (removed + forgotten ? 0 : RETAIN_EVERY_MS);
}

/* At the end, for runs that are short. */
static void retain_rest(struct run *run) {
    do {
        run->retain_ms = 0;
        retain(run);
    } while (!stop && run->retain_ms <= clock_monotonic_ms());
}

static void on_commit(void *context, const struct batch *batch) {
    (void)batch;
    sender_wake(((struct run *)context)->sender);
    retain(context);
}

static void on_wait(void *context, const struct diag *fault) {
    sender_input_waits(((struct run *)context)->sender, fault);
}

/* Without the process that workers come from, nothing is judged and no message is made. */
static bool lives(struct run *run) {
    if (!run->nursery || nursery_lives(run->nursery)) return true;
    log_error("the process that workers come from is gone");
    run->pipeline.broken = true;
    return false;
}

/* The inputs are read to their ends: time goes on by the clock. */
static void decide(struct run *run) {
    struct diag diag = {0};
    if (pipeline_idle(&run->pipeline, clock_wall_ms(), &diag))
        sender_wake(run->sender);
    else
        log_error("%s", diag.text);
}

/* A signal ends the wait; all else that is due is seen to once in a while. */
static int64_t wait_ms(const struct run *run) {
    return run->retain_ms > clock_monotonic_ms() ? RETAIN_EVERY_MS : FOLLOW_PAUSE_MS;
}

static void follow(struct run *run) {
    struct follower *follower = follower_new(&run->pipeline, run->config);
    struct diag diag = {0};
    run->pipeline.holds = true;
    log_info("following %zu input%s", run->config->input_count,
        run->config->input_count == 1 ? "" : "s");
    while (!stop && lives(run) && follower_look(follower)) {
        decide(run);
        retain(run);
        follower_wait(follower, wait_ms(run));
    }
    if (!pipeline_save(&run->pipeline, true, &diag)) log_error("%s", diag.text);
    follower_free(follower);
}

static void log_summary(struct run *run) {
    struct buf text = {0};
    struct diag diag = {0};
    int64_t waiting = 0;
    tally_print(&text, &run->pipeline.committer.tally);
    log_info("%s", buf_text(&text));
    buf_release(&text);
    if (store_deliveries_count(run->store, DELIVERY_QUEUED, &waiting, &diag) && waiting)
        log_warn("%lld deliveries wait in the store for the next run", (long long)waiting);
}

static int read_and_send(struct run *run) {
    struct look *look = setup_look(run->options, run->rules);
    pipeline_init(&run->pipeline, run->rules, run->judge, run->store, &clock_wall);
    run->pipeline.look = look;
    run->pipeline.stop = &stop;
    run->pipeline.durable = true;
    run->pipeline.committer.config = run->config;
    run->pipeline.committer.keeps_rejected = true;
    run->pipeline.committed = on_commit;
    run->pipeline.waits = on_wait;
    run->pipeline.committed_context = run;
    run->retain_ms = clock_monotonic_ms() + RETAIN_EVERY_MS;
    bool read = input_read_kept(&run->pipeline, run->options->args);
    if (read && !stop && !run->config->input_count) decide(run);
    if (read && run->config->input_count) follow(run);
    retain_rest(run);
    sender_stop(run->sender, clock_monotonic_ms() + run->config->shutdown_ms);
    log_summary(run);
    bool failed = run->pipeline.committer.tally.unreadable || run->pipeline.broken;
    pipeline_release(&run->pipeline);
    look_free(look);
    return failed ? EXIT_RUN : EXIT_FINE;
}

static int with_sender(struct run *run, struct setup *setup) {
    struct diag diag = {0};
    run->sender = sender_new(run->config, run->store, run->messenger, &setup->diags);
    setup_report(setup, run->options);
    if (!run->sender) return EXIT_LOAD;
    int code = EXIT_RUN;
    if (sender_start(run->sender, &diag))
        code = read_and_send(run);
    else
        log_error("%s", diag.text);
    sender_free(run->sender);
    return code;
}

static int with_store(struct run *run, struct setup *setup) {
    struct diag diag = {0};
    run->store = store_open(run->config->store.at, STORE_EXCLUSIVE, &diag);
    if (!run->store) {
        log_error("%s", diag.text);
        return EXIT_RUN;
    }
    if (run->config->destination_count == 0)
        log_warn("no destination is configured: alerts stay in the store");
    run->nursery = setup->nursery;
    run->messenger = setup_messenger(setup);
    run->judge = setup_judge(setup, run->options, run->rules);
    int code = EXIT_LOAD;
    if (run->messenger)
        code = with_sender(run, setup);
    else
        setup_report(setup, run->options);
    judge_free(run->judge);
    messenger_free(run->messenger);
    store_close(run->store);
    return code;
}

static int nothing_to_read(void) {
    fputs("tocsin run: nothing to read: name an input, or set 'inputs' in the configuration\n",
        stderr);
    return EXIT_USAGE;
}

int command_run(const struct options *options) {
    struct setup setup;
    struct run run = {.options = options, .config = &setup.config};
    setup_init(&setup);
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    int code = EXIT_LOAD;
    if (setup_config(&setup, options)) {
        setup.destinations = true;
        setup_paths(&setup, options, (char *const[]){NULL});
        run.rules = setup_rules(&setup, false);
    }
    if (!run.rules) {
        setup_report(&setup, options);
    } else if (options->arg_count == 0 && setup.config.input_count == 0) {
        code = nothing_to_read();
    } else {
        catch_signals();
        code = with_store(&run, &setup);
    }
    rules_free(run.rules);
    setup_release(&setup);
    return code;
}
