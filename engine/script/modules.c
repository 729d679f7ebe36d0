#include "script/modules.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"

#include <pthread.h>
#include <string.h>

enum { MODULE_LIMIT = 1 << 20 };

struct module {
    struct module *next;
    char *dir, *name;
    struct str text;
};

static struct module *modules;
static bool closed;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const struct module *find(const char *dir, const char *name) {
    const struct module *module = modules;
    while (module && (strcmp(module->name, name) != 0 || strcmp(module->dir, dir) != 0))
        module = module->next;
    return module;
}

static const struct module *read_module(const char *dir, const char *name) {
    struct arena arena = {0};
    struct buf text = {0};
    struct module *module = NULL;
    const char *path = path_join(&arena, dir, arena_format(&arena, "%s.lua", name));
    if (file_read(path, MODULE_LIMIT, &text, NULL)) {
        module = mem_alloc(sizeof *module);
        module->next = modules;
        module->dir = mem_copy(dir, strlen(dir));
        module->name = mem_copy(name, strlen(name));
        module->text = (struct str){mem_copy(text.at, text.len), text.len};
        modules = module;
    }
    buf_release(&text);
    arena_release(&arena);
    return module;
}

struct str modules_text(const char *dir, const char *name) {
    pthread_mutex_lock(&lock);
    const struct module *module = find(dir, name);
    if (!module && !closed) module = read_module(dir, name);
    pthread_mutex_unlock(&lock);
    return module ? module->text : (struct str){0};
}

/* The name that a file of the directory is required by; NULL where it is none. */
static const char *name_of(struct arena *arena, const char *dir, const char *path) {
    const char *file = path + strlen(path_join(arena, dir, ""));
    size_t len = strlen(file) - strlen(".lua");
    return strchr(file, '/') ? NULL : arena_copy(arena, (struct str){file, len}).at;
}

void modules_read_all(const char *dir) {
    static const char *const suffixes[] = {".lua", NULL};
    struct paths files = {0};
    struct arena arena = {0};
    if (path_is_directory(dir)) paths_walk(&files, &arena, dir, suffixes, NULL);
    for (size_t i = 0; i < files.count; i++) {
        const char *name = name_of(&arena, dir, files.list[i]);
        if (name) modules_text(dir, name);
    }
    paths_release(&files);
    arena_release(&arena);
}

void modules_close(void) {
    closed = true;
}
