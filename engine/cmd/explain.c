#include "cmd/explain.h"
#include "cmd/output.h"
#include "cmd/setup.h"
#include "flow/pick.h"
#include "model/store.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/plain.h"
#include "base/suggest.h"

/* ---- which event ---- */

static void print_shown(const struct pick *pick) {
    struct buf line = {0};
    for (size_t i = 0; i < pick->count && i < PICK_SHOWN; i++) {
        const struct event *event = &pick->shown[i];
        char time[CLOCK_TEXT] = "-";
        if (event->time_ms != CLOCK_UNKNOWN) clock_format(event->time_ms, time);
        buf_reset(&line);
        plain_print(&line, event->id);
        fprintf(stderr, "  %s  %s\n", time, buf_text(&line));
    }
    if (pick->count > PICK_SHOWN) fprintf(stderr, "  … %zu in all\n", pick->count);
    buf_release(&line);
}

static int no_event(const struct pick *pick, const char *path) {
    if (pick->rejected.len)
        log_error("no event in '%s': %.*s", path, STR_ARG(pick->rejected));
    else
        log_error("no event in '%s'", path);
    return EXIT_RUN;
}

static int pick_one(struct pick *pick, const struct options *options, const struct rules *rules,
    struct arena *arena) {
    struct diag diag = {0};
    const char *path = options->args[0];
    if (!pick_event(pick, path, options->event, &rules->types, arena, &diag)) {
        log_error("%s", diag.text);
        return EXIT_RUN;
    }
    if (!pick->count && !pick->record.len) return no_event(pick, path);
    if (!pick->count && !options->event) return EXIT_FINE; /* what is wanted of an event is told */
    if (pick->found == 1 || (options->event && pick->found)) return EXIT_FINE;
    if (options->event)
        fprintf(stderr, "tocsin explain: no event '%s' in '%s', which has\n", options->event, path);
    else
        fprintf(stderr, "tocsin explain: several events in '%s': name one with --event\n", path);
    print_shown(pick);
    return options->event ? EXIT_FINDINGS : EXIT_USAGE;
}

/* ---- the whole ---- */

static int print(const struct explanation *explanation, const struct options *options) {
    struct explain_view view = {options->rule, options->verbose || options->rule, false};
    struct buf text = {0};
    FILE *output = output_open(options);
    if (!output) return EXIT_RUN;
    view.color = options_color(options, output);
    if (options->format == FORMAT_JSON)
        explain_print_json(&text, explanation, &view);
    else
        explain_print_text(&text, explanation, &view);
    fwrite(text.at, 1, text.len, output);
    buf_release(&text);
    return output_close(output) ? EXIT_FINE : EXIT_RUN;
}

static int explain_it(
    const struct explain_plan *plan, const struct options *options, struct str record) {
    struct explanation explanation = {0};
    struct diag diag = {0};
    int code = EXIT_RUN;
    if (explain(&explanation, plan, record, &diag))
        code = print(&explanation, options);
    else
        log_error("%s", diag.text);
    if (explanation.store_fault.len) log_error("%.*s", STR_ARG(explanation.store_fault));
    explanation_release(&explanation);
    return code;
}

/* NULL: there is none, or none yet. */
static struct store *open_store(const struct setup *setup, const struct options *options) {
    struct diag diag = {0};
    const char *path = options->store;
    if (!path && setup->config.path && path_exists(setup->config.store.at))
        path = setup->config.store.at;
    struct store *store = path ? store_open(path, STORE_SHARED, &diag) : NULL;
    if (diag.set) log_error("%s", diag.text);
    return store;
}

static int explain_picked(struct setup *setup, const struct options *options, struct rules *rules) {
    struct pick pick;
    int code = pick_one(&pick, options, rules, &setup->arena);
    if (code != EXIT_FINE) return code;
    struct explain_plan plan = {.rules = rules, .config = &setup->config};
    plan.judge = setup_judge(setup, options, rules);
    plan.store = open_store(setup, options);
    if (setup->destinations) plan.messenger = setup_messenger(setup);
    code = explain_it(&plan, options, pick.record);
    messenger_free(plan.messenger);
    store_close(plan.store);
    judge_free(plan.judge);
    return code;
}

static int unknown_rule(const char *id, const struct rules *rules) {
    struct suggest near = suggest_for(str_of(id));
    for (size_t i = 0; i < rules->count; i++) suggest_offer(&near, rules->list[i].manifest->id.at);
    fprintf(stderr, "tocsin explain: no rule '%s'%s\n", id, suggest_text(suggest_best(&near)));
    return EXIT_USAGE;
}

static bool has_rule(const struct rules *rules, const char *id) {
    for (size_t i = 0; i < rules->count; i++)
        if (str_is(rules->list[i].manifest->id, id)) return true;
    return false;
}

/* Rules that are named are as they were written, as with `replay`. */
static struct rules *load(struct setup *setup, const struct options *options) {
    bool wants_config = options->config || !options->rules.count;
    if (wants_config && !setup_config(setup, options)) return NULL;
    setup->destinations = setup->config.path != NULL;
    struct overrides overrides = setup->config.overrides;
    struct limits limits = setup->config.limits;
    if (options->rules.count) setup->config.overrides = (struct overrides){0};
    if (options->rules.count) setup->config.limits = (struct limits){0};
    setup_paths(setup, options, (char *const[]){NULL});
    struct rules *rules = setup_rules(setup, false);
    setup->config.overrides = overrides;
    setup->config.limits = limits;
    return rules;
}

int command_explain(const struct options *options) {
    struct setup setup;
    if (options->arg_count != 1) {
        fputs("tocsin explain: name one file that holds the event, or '-'\n", stderr);
        return EXIT_USAGE;
    }
    if (!options->verbose) log_set_level(LOG_ERROR);
    setup_init(&setup);
    if (!setup_processes(&setup, options)) return EXIT_RUN;
    struct rules *rules = load(&setup, options);
    setup_report(&setup, options);
    int code = EXIT_LOAD;
    if (rules && options->rule && !has_rule(rules, options->rule))
        code = unknown_rule(options->rule, rules);
    else if (rules)
        code = explain_picked(&setup, options, rules);
    rules_free(rules);
    setup_release(&setup);
    return code;
}
