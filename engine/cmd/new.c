#include "cmd/output.h"
#include "flow/draft.h"
#include "flow/pick.h"
#include "flow/rules.h"
#include "flow/scaffold.h"

#include "base/file.h"
#include "base/file_new.h"
#include "base/log.h"
#include "base/suggest.h"

/* What is being made. */
struct making {
    const struct options *options;
    const char *name, *dir; /* behind the word on the command line; NULL: not given */
    struct arena arena;
    struct diags diags;
    struct diag diag;
};

static int usage(const char *fault, const char *subject) {
    fprintf(stderr, "tocsin new: %s%s%s%s\n", fault, subject ? " '" : "", subject ? subject : "",
        subject ? "'" : "");
    fputs("try 'tocsin help new'\n", stderr);
    return EXIT_USAGE;
}

/* ---- a rule ---- */

static const char *directory(const struct making *making) {
    if (making->dir) return making->dir;
    return path_is_directory("rules") ? "rules" : ".";
}

static bool load_logs(struct making *making, struct log_types *types) {
    struct str dir = str_of(directory(making));
    struct schema_strings paths = {.list = &dir, .count = 1};
    return rules_load_logs(
        types, &making->arena, file_data_dir(&making->arena), &paths, &making->diags);
}

static bool no_event(struct making *making, const struct pick *pick) {
    const char *path = making->options->from, *id = making->options->event;
    if (id) return diag_set(&making->diag, "no event '%s' in '%s'", id, path);
    if (pick->rejected.len)
        return diag_set(&making->diag, "'%s': %.*s", path, STR_ARG(pick->rejected));
    return diag_set(&making->diag,
        pick->record.len ? "no event of a known log in '%s'" : "no event in '%s'", path);
}

static bool print_of(struct making *making, const struct log_types *types, struct buf *to) {
    const struct options *options = making->options;
    struct events events = {0};
    struct pick pick;
    if (!pick_event(&pick, options->from, options->event, types, &making->arena, &making->diag))
        return false;
    if (!pick.found) return no_event(making, &pick);
    return events_parse(&events, &making->arena, types, pick.record, &making->diag) &&
           draft_print(to, str_of(making->name), &events.list[0], &making->diag);
}

static bool print_from_event(struct making *making, struct buf *to) {
    struct log_types types = {0};
    bool good = load_logs(making, &types) && print_of(making, &types, to);
    log_types_release(&types);
    return good;
}

static bool print_rule(struct making *making, struct buf *to) {
    if (making->options->from) return print_from_event(making, to);
    return scaffold_rule(to, str_of(making->name), &making->diag);
}

static bool write_rule(struct making *making) {
    struct buf text = {0};
    char *file = arena_format(&making->arena, "%s.yaml", making->name);
    char *path = path_join(&making->arena, directory(making), file);
    bool good = print_rule(making, &text) && file_new(path, buf_str(&text), false, &making->diag);
    buf_release(&text);
    if (!good || making->options->quiet) return good;
    printf("wrote %s%s\n", path,
        making->options->from ? "; ids, people and addresses in it are masked, names of things "
                                "are not: read it before others do"
                              : "");
    printf("next: change it, then tocsin check %s && tocsin test %s\n", path, path);
    return good;
}

static bool check_id(struct making *making) {
    struct schema_context context = {&making->arena, &making->diags, "a rule"};
    struct str id = str_of(making->name);
    if (!schema_check_name(&context, "id", id, (struct place){0})) return false;
    return !str_starts(id, STR("tocsin.")) ||
           diag_set(&making->diag,
               "id '%s' is reserved: what begins with 'tocsin.' is the engine's own", making->name);
}

static int make_rule(struct making *making) {
    if (!check_id(making)) return EXIT_USAGE;
    return write_rule(making) ? EXIT_FINE : EXIT_RUN;
}

/* ---- a pack ---- */

static int make_pack(struct making *making) {
    if (!scaffold_pack(making->name, &making->diag)) return EXIT_RUN;
    if (making->options->quiet) return EXIT_FINE;
    printf(
        "wrote %s: a rule, tests, a configuration, CI, a hook and editor settings\n", making->name);
    printf("next: cd %s && tocsin check && tocsin test; README.md says more\n", making->name);
    return EXIT_FINE;
}

static int make_editor(struct making *making) {
    if (!scaffold_editor(making->name, &making->diag)) return EXIT_RUN;
    if (making->options->quiet) return EXIT_FINE;
    printf("wrote %s/.tocsin, and editor settings where there were none\n", making->name);
    puts("next: open the directory in an editor with a language server for YAML and for Lua");
    return EXIT_FINE;
}

/* ---- the command ---- */

static const struct {
    const char *word;
    const char *missing;
    size_t most; /* arguments behind the word */
    int (*make)(struct making *making);
} kinds[] = {
    {"rule", "which rule? name its id", 2, make_rule},
    {"pack", "where? name a directory", 1, make_pack},
    {"editor", "where? name the directory of your rules", 1, make_editor},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static int make(const struct options *options, size_t kind) {
    struct making making = {.options = options, .name = options->args[1]};
    if (!making.name) return usage(kinds[kind].missing, NULL);
    if (options->arg_count > 1) making.dir = options->args[2];
    if (options->arg_count > 1 + kinds[kind].most)
        return usage("too many arguments: unexpected", options->args[1 + kinds[kind].most]);
    int code = kinds[kind].make(&making);
    if (making.diag.set) log_error("%s", making.diag.text);
    diags_print(&making.diags, stderr, options_color(options, stderr));
    diags_release(&making.diags);
    arena_release(&making.arena);
    return code == EXIT_FINE && !output_close(stdout) ? EXIT_RUN : code;
}

int command_new(const struct options *options) {
    const char *word = options->args[0];
    if (!word) return usage("what shall it be? rule, pack or editor", NULL);
    for (size_t i = 0; i < KINDS; i++)
        if (strcmp(word, kinds[i].word) == 0) return make(options, i);
    return usage("no rule, pack or editor:", word);
}
