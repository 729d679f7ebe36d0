#include "cmd/setup.h"

#include "base/file.h"

void setup_init(struct setup *setup) {
    *setup = (struct setup){0};
}

void setup_release(struct setup *setup) {
    config_release(&setup->config);
    diags_release(&setup->diags);
    arena_release(&setup->arena);
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
    for (size_t i = 0; i < options->rule_count; i++) add_path(setup, str_of(options->rules[i]));
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

void setup_report(struct setup *setup, const struct options *options) {
    diags_sort(&setup->diags);
    diags_print(&setup->diags, stderr, options_color(options, stderr));
}
