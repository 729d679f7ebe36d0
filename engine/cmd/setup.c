#include "cmd/setup.h"

#include "base/file.h"
#include "base/log.h"
#include "flow/crew.h"
#include "flow/pipeline.h"

#include <unistd.h>

enum { JOBS_MOST = PIPELINE_AHEAD }; /* more would find nothing to do */

void setup_init(struct setup *setup) {
    *setup = (struct setup){0};
}

void setup_release(struct setup *setup) {
    nursery_free(setup->nursery);
    config_release(&setup->config);
    diags_release(&setup->diags);
    arena_release(&setup->arena);
}

bool setup_processes(struct setup *setup, const struct options *options) {
    struct diag diag = {0};
    if (options->in_process) return true;
    setup->nursery = nursery_start(&diag);
    if (!setup->nursery) log_error("%s", diag.text);
    return setup->nursery != NULL;
}

bool setup_config(struct setup *setup, const struct options *options) {
    const char *path = options->config;
    if (!path && path_exists("tocsin.yaml")) path = "tocsin.yaml";
    return config_load(&setup->config, &setup->arena, path, &setup->diags);
}

static void add_path(struct setup *setup, struct str path) {
    setup->paths.list = arena_grow(&setup->arena, setup->paths.list, setup->paths.count);
    setup->paths.list[setup->paths.count++] = path;
}

static void add_default(struct setup *setup) {
    const char *data = file_data_dir(&setup->arena);
    bool here = path_is_directory("rules");
    add_path(setup, str_of(here ? "rules" : path_join(&setup->arena, data, "rules")));
}

void setup_paths(struct setup *setup, const struct options *options, char *const *named) {
    for (size_t i = 0; i < options->rules.count; i++)
        add_path(setup, str_of(options->rules.list[i]));
    for (; *named; named++) add_path(setup, str_of(*named));
    if (setup->paths.count == 0) setup->paths = setup->config.rules;
    if (setup->paths.count == 0) add_default(setup);
}

void setup_lua_dirs(struct setup *setup, const char *dirs[3]) {
    const char *beside = setup->config.dir ? setup->config.dir : ".";
    dirs[0] = path_join(&setup->arena, beside, "lua");
    dirs[1] = path_join(&setup->arena, file_data_dir(&setup->arena), "lua");
    dirs[2] = NULL;
}

/* Of whose destinations the Lua is wanted; NULL: of none. */
static const struct config *config_of_messages(const struct setup *setup) {
    if (setup->messages) return setup->messages;
    return setup->destinations ? &setup->config : NULL;
}

/* The nursery reports whatever is found; what this process reads meanwhile must be the same. */
static struct rules *rules_of_nursery(struct setup *setup, const struct rules_options *options) {
    struct diags ignored = {0};
    char version[HASH_HEX];
    const char *dirs[3];
    struct nursery_order order = {options, config_of_messages(setup), dirs};
    setup_lua_dirs(setup, dirs);
    struct rules_options own = *options;
    own.without_lua = true;
    nursery_order(setup->nursery, &order);
    struct rules *rules = rules_load(&own, &ignored);
    bool good = nursery_loaded(setup->nursery, version, &setup->diags);
    diags_release(&ignored);
    if (good && rules && strcmp(version, rules->version) == 0) return rules;
    if (good)
        diags_error(&setup->diags, (struct place){0}, "the rules changed while they were read");
    rules_free(rules);
    return NULL;
}

struct rules *setup_rules(struct setup *setup, bool check) {
    struct rules_options options = {
        .paths = &setup->paths, .limits = &setup->config.limits, .check = check};
    options.overrides = &setup->config.overrides;
    options.only = setup->only;
    options.own_logs = setup->own_logs;
    options.data_dir = file_data_dir(&setup->arena);
    return setup->nursery ? rules_of_nursery(setup, &options) : rules_load(&options, &setup->diags);
}

struct rules *setup_manifests(struct setup *setup) {
    struct rules_options options = {.paths = &setup->paths,
        .limits = &setup->config.limits,
        .overrides = &setup->config.overrides,
        .without_lua = true};
    return rules_load(&options, &setup->diags);
}

size_t setup_jobs(const struct options *options) {
    if (options->in_process) return 1;
    int64_t count = options->jobs ? options->jobs : sysconf(_SC_NPROCESSORS_ONLN);
    return count < 1 ? 1 : count > JOBS_MOST ? JOBS_MOST : (size_t)count;
}

struct look *setup_look(const struct options *options, const struct rules *rules) {
    return options->parse_all ? NULL : rules_look(rules);
}

struct judge *setup_judge(struct setup *setup, const struct options *options, struct rules *rules) {
    return setup->nursery ? crew_new(setup->nursery, rules, setup_jobs(options))
                          : judge_here(rules);
}

struct messenger *setup_messenger(struct setup *setup) {
    const char *dirs[3];
    setup_lua_dirs(setup, dirs);
    const struct config *config = setup->messages ? setup->messages : &setup->config;
    return setup->nursery ? messenger_worker(setup->nursery, config)
                          : messenger_here(config, dirs, &setup->diags);
}

void setup_report(struct setup *setup, const struct options *options) {
    diags_sort(&setup->diags);
    diags_print(&setup->diags, stderr, options_color(options, stderr));
}
