#include "cmd/test_watch.h"

#include "base/file.h"
#include "base/log.h"
#include "base/notify.h"
#include "cmd/setup.h"
#include "cmd/test_select.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What comes so soon behind a change belongs to it: editors write twice and rename. */
enum { SETTLE_MS = 20, WAIT_MS = 3600000 };

struct watch_state {
    struct notify *notify;
    const struct options *options;
    struct schema_strings roots;   /* what the tests are read from, and the configuration */
    struct arena arena;            /* of one turn */
    struct schema_strings touched; /* in it */
    bool all;                      /* more than what was told */
};

static const volatile sig_atomic_t never;

/* ---- what is watched ---- */

static void add_string(struct arena *arena, struct schema_strings *strings, const char *text) {
    strings->list = arena_grow(arena, strings->list, strings->count);
    strings->list[strings->count++] = str_of(arena_text(arena, text));
}

/* A configuration that is faulty now will be mended. */
static void find_roots(struct watch_state *state, struct arena *arena) {
    struct setup setup;
    const struct options *options = state->options;
    setup_init(&setup);
    if (!options->arg_count && !options->rules.count) setup_config(&setup, options);
    setup_paths(&setup, options, options->args);
    for (size_t i = 0; i < setup.paths.count; i++)
        add_string(arena, &state->roots, setup.paths.list[i].at);
    if (path_is_directory("lua")) add_string(arena, &state->roots, "lua");
    setup_release(&setup);
}

static void watch_directory(void *context, const char *dir) {
    struct watch_state *state = context;
    if (!notify_watch(state->notify, NOTIFY_ENTRIES, dir))
        log_warn("changes in '%s' may not be seen", dir);
}

static void watch_root(struct watch_state *state, const char *root) {
    struct paths paths = {.enter = watch_directory, .context = state};
    if (path_is_directory(root))
        paths_walk(&paths, &state->arena, root, NULL, NULL);
    else
        watch_directory(state, path_directory(&state->arena, root));
    paths_release(&paths);
}

static void watch_all(struct watch_state *state) {
    notify_begin(state->notify);
    for (size_t i = 0; i < state->roots.count; i++) watch_root(state, state->roots.list[i].at);
    if (state->options->config || path_exists("tocsin.yaml"))
        watch_root(state, state->options->config ? state->options->config : "tocsin.yaml");
    notify_end(state->notify);
}

/* ---- what changed ---- */

/* Of these all rules can depend: the configuration, log types, the library. */
static bool concerns_all(const struct watch_state *state, struct str path) {
    const char *config = state->options->config ? state->options->config : "tocsin.yaml";
    return str_eq(path, selection_path(config)) || str_starts(path, STR("lua/")) ||
           memmem(path.at, path.len, "/logs/", strlen("/logs/")) != NULL;
}

static void take_file(struct watch_state *state, const char *path) {
    static const char *const suffixes[] = {".yaml", ".yml", ".lua", ".json", NULL};
    bool is_ours = false;
    path = selection_path(path).at;
    for (size_t i = 0; suffixes[i]; i++)
        is_ours = is_ours || str_ends(str_of(path), str_of(suffixes[i]));
    if (!is_ours) return;
    state->all = state->all || concerns_all(state, str_of(path));
    add_string(&state->arena, &state->touched, path);
}

static void take_news(struct watch_state *state) {
    char *path = NULL;
    for (;;) {
        switch (notify_next(state->notify, &state->arena, &path)) {
        case NOTIFY_NOTHING: return;
        case NOTIFY_FILE: take_file(state, path); break;
        case NOTIFY_TREE: state->all = true; break;
        }
    }
}

static void wait_for_change(struct watch_state *state) {
    state->touched = (struct schema_strings){0};
    state->all = false;
    arena_reset(&state->arena);
    while (!state->touched.count && !state->all) {
        notify_wait(state->notify, WAIT_MS, &never);
        take_news(state);
    }
    notify_rest(SETTLE_MS, &never);
    notify_wait(state->notify, 0, &never);
    take_news(state);
}

/* ---- turns ---- */

static bool run_in_child(struct watch_state *state, bool all,
    int (*run_once)(const struct options *, const struct schema_strings *)) {
    fflush(NULL);
    pid_t pid = fork();
    if (pid == 0) {
        int code = run_once(state->options, all ? NULL : &state->touched);
        fflush(NULL);
        _exit(code);
    }
    while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR) continue;
    return pid > 0;
}

static void say_waiting(const struct watch_state *state) {
    if (!state->options->quiet) log_info("waiting for changes; Ctrl-C ends");
}

int test_watch(const struct options *options,
    int (*run_once)(const struct options *options, const struct schema_strings *touched)) {
    struct arena arena = {0};
    struct watch_state state = {.notify = notify_new(), .options = options};
    find_roots(&state, &arena);
    watch_all(&state);
    for (bool all = true; run_in_child(&state, all, run_once); all = state.all) {
        say_waiting(&state);
        wait_for_change(&state);
        watch_all(&state);
    }
    log_error("cannot start a process: %s", strerror(errno));
    notify_free(state.notify);
    arena_release(&state.arena);
    arena_release(&arena);
    return EXIT_RUN;
}
