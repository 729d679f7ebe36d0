#include "cmd/attack.h"

#include "base/file.h"
#include "base/log.h"
#include "cmd/output.h"
#include "cmd/setup.h"

/* ---- the gap ---- */

static void add(struct attack_list *list, struct arena *arena, struct str id) {
    list->ids = arena_grow(arena, list->ids, list->count);
    list->ids[list->count++] = id;
}

void attack_find_gap(struct attack_report *report) {
    for (size_t i = 0; i < report->wanted.count; i++) {
        struct str id = report->wanted.ids[i];
        enum attack_cover cover = attack_map_cover(&report->map, id);
        if (cover == COVER_NONE) add(&report->missing, &report->arena, id);
        if (cover == COVER_DRAFT) add(&report->drafted, &report->arena, id);
    }
}

/* No rule can name them: `check` would warn of it. */
static void warn_unknown(const struct attack_report *report) {
    for (size_t i = 0; i < report->wanted.count; i++) {
        struct str id = report->wanted.ids[i];
        if (!attack_has(report->known, id))
            log_warn("'%s' wants '%.*s', which ATT&CK %.*s does not have", report->gap, STR_ARG(id),
                STR_ARG(attack_release(report->known)));
    }
}

static bool read_gap(struct attack_report *report, const char *path) {
    struct diag diag = {0};
    report->gap = path;
    if (!path) return true;
    if (!attack_list_read(&report->wanted, &report->arena, path, &diag)) {
        log_error("%s", diag.text);
        return false;
    }
    warn_unknown(report);
    attack_find_gap(report);
    return true;
}

/* ---- the whole ---- */

/* Where paths name the rules, these are as they were written. */
static struct rules *load(struct setup *setup, const struct options *options) {
    bool named = options->arg_count || options->rules.count;
    if ((!named || options->config) && !setup_config(setup, options)) return NULL;
    if (named) setup->config.overrides = (struct overrides){0};
    setup_paths(setup, options, options->args);
    return setup_manifests(setup);
}

static const struct attack *load_known(struct setup *setup) {
    const char *data = file_data_dir(&setup->arena);
    const char *path = path_join(&setup->arena, data, "rules/attack.txt");
    return attack_load(path, &setup->arena, &setup->diags);
}

static bool print(const struct attack_report *report, const struct options *options) {
    static void (*const forms[])(FILE *, const struct attack_report *) = {
        attack_print_text, attack_print_json, attack_print_layer};
    FILE *output = output_open(options);
    if (!output) return false;
    forms[options->format](output, report);
    return output_close(output);
}

static int report_rules(
    struct attack_report *report, const struct rules *rules, const struct options *options) {
    attack_map_build(&report->map, &report->arena, &rules->manifests);
    if (!read_gap(report, options->gap) || !print(report, options)) return EXIT_RUN;
    return report->missing.count ? EXIT_FINDINGS : EXIT_FINE;
}

int command_attack(const struct options *options) {
    struct setup setup;
    struct attack_report report = {.verbose = options->verbose};
    setup_init(&setup);
    struct rules *rules = load(&setup, options);
    if (rules) report.known = load_known(&setup);
    setup_report(&setup, options);
    int code = report.known ? report_rules(&report, rules, options) : EXIT_LOAD;
    rules_free(rules);
    arena_release(&report.arena);
    setup_release(&setup);
    return code;
}
