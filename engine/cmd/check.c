#include "cmd/check_buffer.h"
#include "cmd/findings.h"
#include "cmd/fixes.h"
#include "cmd/output.h"
#include "flow/config_findings.h"

/* A correction may show what it hid. */
enum { PASSES = 10 };

struct checked {
    struct setup setup;
    struct rules *rules;
};

static bool is_buffer(const struct options *options) {
    return options->arg_count == 1 && strcmp(options->args[0], "-") == 0;
}

static bool wants_config(const struct options *options) {
    bool named = options->rules.count || (options->arg_count && !is_buffer(options));
    return options->config || !named;
}

static void release(struct checked *checked) {
    rules_free(checked->rules);
    setup_release(&checked->setup);
}

static void ignore(struct setup *setup) {
    struct ignores *ignores = &setup->config.ignores;
    ignores_apply(ignores, &setup->diags, NULL);
    if (setup->diags.errors == 0) ignores_check(ignores, &setup->diags);
}

/* False: no process could be made. */
static bool check(struct checked *checked, const struct options *options) {
    struct setup *setup = &checked->setup;
    setup_init(setup);
    checked->rules = NULL;
    if (!setup_processes(setup, options)) return false;
    if (wants_config(options)) setup->destinations = setup_config(setup, options);
    if (is_buffer(options))
        check_buffer_paths(setup, options);
    else
        setup_paths(setup, options, options->args);
    checked->rules = setup_rules(setup, true);
    if (setup->destinations) messenger_free(setup_messenger(setup));
    config_find(&setup->config, checked->rules, &setup->diags);
    ignore(setup);
    if (is_buffer(options)) check_buffer_only(&setup->diags, options->path);
    diags_sort(&setup->diags);
    return true;
}

/* Again as long as something was corrected. */
static bool check_and_fix(struct checked *checked, const struct options *options) {
    for (int pass = 0; check(checked, options); pass++) {
        if (!options->fix || pass == PASSES) return true;
        if (!fixes_make(&checked->setup.diags, options->dry_run) || options->dry_run) return true;
        release(checked);
    }
    return false;
}

/* ---- what is said ---- */

static size_t count_level(const struct diags *diags, enum diag_level level) {
    size_t count = 0;
    for (size_t i = 0; i < diags->count; i++) count += diags->list[i].level == level;
    return count;
}

static void print_count(FILE *to, const char *before, size_t count, const char *what) {
    fprintf(to, "%s%zu %s%s", before, count, what, count == 1 ? "" : "s");
}

static void print_summary(const struct checked *checked) {
    const struct diags *diags = &checked->setup.diags;
    size_t warnings = count_level(diags, DIAG_WARNING), notes = count_level(diags, DIAG_NOTE);
    FILE *to = diags->errors ? stderr : stdout;
    if (diags->errors) print_count(to, "", diags->errors, "error");
    if (!diags->errors && checked->rules) print_count(to, "", checked->rules->count, "rule");
    if (!diags->errors) fputs(checked->rules ? ": no error" : "no error here", to);
    if (warnings) print_count(to, ", ", warnings, "warning");
    if (notes) print_count(to, ", ", notes, "note");
    fputc('\n', to);
}

/* Text is for people, who look at standard error; all else is data. */
static bool report(const struct checked *checked, const struct options *options) {
    const struct diags *diags = &checked->setup.diags;
    enum findings_format format = (enum findings_format)options->format;
    FILE *to = format == FINDINGS_TEXT && !options->output ? stderr : output_open(options);
    if (!to) return false;
    findings_print(diags, format, to, options_color(options, to));
    if (format == FINDINGS_TEXT) print_summary(checked);
    return to == stderr || output_close(to);
}

static int exit_code(const struct diags *diags, const struct options *options) {
    bool warned = count_level(diags, DIAG_WARNING) > 0;
    return diags->errors || (options->strict && warned) ? EXIT_FINDINGS : EXIT_FINE;
}

static bool usage_is_right(const struct options *options) {
    const char *wrong = NULL;
    if (is_buffer(options) && !options->path) wrong = "'-' needs --path: which file it is";
    if (is_buffer(options) && options->fix) wrong = "--fix corrects files, not standard input";
    if (options->path && !is_buffer(options)) wrong = "--path goes with '-'";
    if (options->dry_run && !options->fix) wrong = "--dry-run goes with --fix";
    if (wrong) fprintf(stderr, "tocsin check: %s\n", wrong);
    return !wrong;
}

int command_check(const struct options *options) {
    struct checked checked;
    if (!usage_is_right(options)) return EXIT_USAGE;
    if (is_buffer(options) && !check_buffer_read(options->path)) return EXIT_RUN;
    if (!check_and_fix(&checked, options)) return EXIT_RUN;
    bool written = report(&checked, options);
    int code = exit_code(&checked.setup.diags, options);
    release(&checked);
    return written ? code : EXIT_RUN;
}
