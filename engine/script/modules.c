#include "script/modules.h"

#include "base/file.h"
#include "base/mem.h"

#include <stdio.h>

enum { MODULE_LIMIT = 1 << 20 };

struct module {
    struct module *next;
    char *path;
    struct str text;
};

static struct module *modules;
static bool closed;

static bool read_file(const char *path, struct buf *to) {
    return file_read(path, MODULE_LIMIT, to, NULL);
}

static void keep(const char *path) {
    struct buf text = {0};
    if (read_file(path, &text)) {
        struct module *module = mem_alloc(sizeof *module);
        module->next = modules;
        module->path = mem_copy(path, strlen(path));
        module->text = (struct str){mem_copy(text.at, text.len), text.len};
        modules = module;
    }
    buf_release(&text);
}

void modules_read_all(const char *dir) {
    static const char *const suffixes[] = {".lua", NULL};
    struct paths files = {0};
    struct arena arena = {0};
    if (path_is_directory(dir)) paths_walk(&files, &arena, dir, suffixes, NULL);
    for (size_t i = 0; i < files.count; i++) keep(files.list[i]);
    paths_release(&files);
    arena_release(&arena);
}

void modules_close(void) {
    closed = true;
}

static const struct module *find(const char *path) {
    const struct module *module = modules;
    while (module && strcmp(module->path, path) != 0) module = module->next;
    return module;
}

bool modules_read(const char *dir, const char *name, struct buf *to) {
    struct arena arena = {0};
    const char *path = path_join(&arena, dir, arena_format(&arena, "%s.lua", name));
    const struct module *module = find(path);
    if (module) buf_add_str(to, module->text);
    bool found = module || (!closed && read_file(path, to));
    arena_release(&arena);
    return found;
}
