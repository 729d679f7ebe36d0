#include "flow/scaffold.h"

#include "base/file.h"
#include "base/file_new.h"
#include "model/schemas.h"

#include <sys/stat.h>
#include <unistd.h>

enum { TEMPLATE_LIMIT = 1 << 20 };

static const char id_of_template[] = "example.rule-id";
static const char first_id[] = "example.access-key-created";

static char *template_path(struct arena *arena, const char *name) {
    return path_join(arena, file_data_dir(arena), path_join(arena, "examples/new", name));
}

/* ---- a rule ---- */

static void add_with_id(struct buf *to, struct str text, struct str id) {
    const char *at = memmem(text.at, text.len, id_of_template, sizeof id_of_template - 1);
    size_t before = at ? (size_t)(at - text.at) : text.len;
    buf_add(to, text.at, before);
    if (!at) return;
    buf_add_str(to, id);
    buf_add_text(to, at + sizeof id_of_template - 1);
}

bool scaffold_rule(struct buf *to, struct str id, struct diag *diag) {
    struct arena arena = {0};
    struct buf text = {0};
    bool good = file_read(template_path(&arena, "rule.yaml"), TEMPLATE_LIMIT, &text, diag);
    if (good) add_with_id(to, buf_str(&text), id);
    buf_release(&text);
    arena_release(&arena);
    return good;
}

/* ---- files ---- */

/* What becomes of a file that is there. */
enum existing { EXISTING_FAILS, EXISTING_STAYS, EXISTING_GOES };

/* A directory that is being filled. */
struct filling {
    struct arena arena;
    const char *dir;
    enum existing existing;
    struct diag *diag;
};

static bool write_file(
    struct filling *filling, const char *name, struct str content, bool executable) {
    char *path = path_join(&filling->arena, filling->dir, name);
    if (filling->existing == EXISTING_STAYS && path_exists(path)) return true;
    if (filling->existing == EXISTING_GOES) unlink(path);
    return file_new(path, content, executable, filling->diag);
}

static bool is_executable(const char *path) {
    struct stat st;
    return stat(path, &st) == 0 && (st.st_mode & S_IXUSR);
}

static bool copy_file(struct filling *filling, const char *from, const char *name) {
    struct buf text = {0};
    bool good = file_read(from, TEMPLATE_LIMIT, &text, filling->diag) &&
                write_file(filling, name, buf_str(&text), is_executable(from));
    buf_release(&text);
    return good;
}

/* `dot-github/workflows/x.yml` becomes `.github/workflows/x.yml`. */
static char *undotted(struct arena *arena, const char *name) {
    return strncmp(name, "dot-", 4) == 0 ? arena_format(arena, ".%s", name + 4)
                                         : arena_text(arena, name);
}

/* All that is below `from`, to the same names below `to`. */
static bool copy_tree(struct filling *filling, const char *from, const char *to) {
    struct paths paths = {0};
    bool good = paths_walk(&paths, &filling->arena, from, NULL, filling->diag);
    for (size_t i = 0; good && i < paths.count; i++) {
        char *name = undotted(&filling->arena, paths.list[i] + strlen(from) + 1);
        good = copy_file(filling, paths.list[i], path_join(&filling->arena, to, name));
    }
    paths_release(&paths);
    return good;
}

/* ---- what editors read ---- */

static bool write_schema(struct filling *filling, const char *name) {
    struct buf text = {0};
    schemas_print(&text, name);
    char *path = arena_format(&filling->arena, ".tocsin/%s.schema.json", name);
    bool good = write_file(filling, path, buf_str(&text), false);
    buf_release(&text);
    return good;
}

/* What rules may call, and what they may require. */
static bool write_lua(struct filling *filling) {
    static const char *const modules[] = {"aws.lua", "text.lua", "message.lua", NULL};
    const char *data = file_data_dir(&filling->arena);
    const char *lua = path_join(&filling->arena, data, "lua");
    bool good = copy_tree(
        filling, path_join(&filling->arena, lua, "library"), ".tocsin/lua/library");
    for (size_t i = 0; good && modules[i]; i++)
        good = copy_file(filling, path_join(&filling->arena, lua, modules[i]),
            path_join(&filling->arena, ".tocsin/lua", modules[i]));
    return good;
}

static bool fill_editor(struct filling *filling) {
    if (!copy_tree(filling, template_path(&filling->arena, "editor"), "")) return false;
    filling->existing = EXISTING_GOES;
    return write_schema(filling, "manifest") && write_schema(filling, "config") &&
           write_lua(filling);
}

bool scaffold_editor(const char *dir, struct diag *diag) {
    struct filling filling = {.dir = dir, .existing = EXISTING_STAYS, .diag = diag};
    bool good = fill_editor(&filling);
    arena_release(&filling.arena);
    return good;
}

/* ---- a pack ---- */

static bool write_first_rule(struct filling *filling) {
    struct buf text = {0};
    char *name = arena_format(&filling->arena, "rules/%s.yaml", first_id);
    bool good = scaffold_rule(&text, str_of(first_id), filling->diag) &&
                write_file(filling, name, buf_str(&text), false);
    buf_release(&text);
    return good;
}

static bool is_empty(const char *dir) {
    struct arena arena = {0};
    struct paths paths = {0};
    struct diag ignored = {0};
    bool empty = paths_walk(&paths, &arena, dir, NULL, &ignored) && paths.count == 0;
    paths_release(&paths);
    arena_release(&arena);
    return empty && path_is_directory(dir);
}

static bool fill_pack(struct filling *filling) {
    if (path_exists(filling->dir) && !is_empty(filling->dir))
        return diag_set(filling->diag, "'%s' is there already, and not empty", filling->dir);
    return copy_tree(filling, template_path(&filling->arena, "pack"), "") &&
           write_first_rule(filling) && fill_editor(filling);
}

bool scaffold_pack(const char *dir, struct diag *diag) {
    struct filling filling = {.dir = dir, .diag = diag};
    bool good = fill_pack(&filling);
    arena_release(&filling.arena);
    return good;
}
