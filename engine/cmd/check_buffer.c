#include "cmd/check_buffer.h"

#include "base/file.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/overlay.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

bool check_buffer_read(const char *path) {
    static struct buf bytes; /* as long as the program */
    ssize_t got;
    do {
        char *room = buf_reserve(&bytes, 64 * 1024);
        got = read(STDIN_FILENO, room, 64 * 1024);
        if (got > 0) bytes.len += (size_t)got;
    } while (got > 0 && bytes.len <= YAML_LIMIT);
    if (got < 0) log_error("cannot read standard input: %s", strerror(errno));
    overlay_set(path, buf_str(&bytes));
    return got >= 0;
}

static bool holds_buffer(struct arena *arena, const char *path) {
    static const char *const suffixes[] = {".yaml", ".yml", ".lua", NULL};
    struct paths paths = {0};
    bool found = false;
    paths_walk(&paths, arena, path, suffixes, NULL);
    for (size_t i = 0; i < paths.count && !found; i++) found = overlay_is(paths.list[i], NULL);
    paths_release(&paths);
    return found;
}

static bool are_of(struct setup *setup) {
    for (size_t i = 0; i < setup->paths.count; i++)
        if (holds_buffer(&setup->arena, setup->paths.list[i].at)) return true;
    return setup->config.path && overlay_is(setup->config.path, NULL);
}

static bool is_below(const char *dir, const char *path, struct arena *arena) {
    char above[PATH_MAX], here[PATH_MAX];
    if (!realpath(dir, above) || !realpath(path_directory(arena, path), here)) return false;
    size_t len = strlen(above);
    return strncmp(here, above, len) == 0 && (here[len] == '/' || here[len] == '\0');
}

/* A file that was not saved yet is in no directory. */
static bool will_be_of(struct setup *setup, const char *path) {
    for (size_t i = 0; i < setup->paths.count; i++)
        if (is_below(setup->paths.list[i].at, path, &setup->arena)) return true;
    return false;
}

static void add(struct setup *setup, const char *path) {
    setup->paths.list = arena_grow(&setup->arena, setup->paths.list, setup->paths.count);
    setup->paths.list[setup->paths.count++] = str_of(path);
}

void check_buffer_paths(struct setup *setup, const struct options *options) {
    static char *none[] = {NULL};
    const char *path = options->path;
    bool is_lua = str_ends(str_of(path), STR(".lua"));
    setup_paths(setup, options, none);
    if (are_of(setup)) return;
    if (!will_be_of(setup, path)) setup->paths = (struct schema_strings){0};
    add(setup, is_lua ? path_directory(&setup->arena, path) : path);
}

static bool is_of_buffer(const struct diag_entry *entry, void *context) {
    (void)context;
    return !entry->place.file || overlay_is(entry->place.file, NULL);
}

void check_buffer_only(struct diags *diags, const char *path) {
    diags_keep(diags, is_of_buffer, NULL);
    for (size_t i = 0; i < diags->count; i++) {
        struct place *place = &diags->list[i].place;
        if (!place->file) continue;
        mem_free((char *)place->file);
        place->file = mem_copy(path, strlen(path));
    }
}
