#include "cmd/revision.h"

#include "base/file.h"
#include "base/file_new.h"
#include "base/program.h"

#include <stdlib.h>

enum { HEX_MOST = 64, BYTES_MOST = 256 << 20 };

bool revision_is(const char *name) {
    return name[0] != ':' && strchr(name, ':') && !path_exists(name);
}

/* ---- asking git ---- */

/* What git complains of begins with what that is to it. */
static bool fail(const char *name, const struct diag *fault, struct diag *diag) {
    static const char fatal[] = "fatal: ";
    const char *text = fault->text;
    if (strncmp(text, fatal, sizeof fatal - 1) == 0) text += sizeof fatal - 1;
    return diag_set(diag, "cannot read '%s': %s", name, text);
}

/* The object of that name, alone. */
static bool resolve(const char *name, char object[HEX_MOST + 1], struct diag *diag) {
    const char *const argv[] = {"git", "rev-parse", name, NULL};
    struct buf output = {0};
    struct diag fault = {0};
    bool good = name[0] != '-' && program_run(argv, (struct str){0}, &output, &fault);
    size_t len = strspn(buf_text(&output), "0123456789abcdef");
    bool alone = len && len <= HEX_MOST && output.len == len + 1;
    if (good && alone) snprintf(object, HEX_MOST + 1, "%.*s", (int)len, output.at);
    if (fault.set) fail(name, &fault, diag);
    if (!good || !alone) diag_set(diag, "cannot read '%s': not one revision", name);
    buf_release(&output);
    return good && alone;
}

/* ---- writing ---- */

/* Nothing leaves the directory, whatever a name says. */
static char *place_below(struct arena *arena, const char *dir, const char *name) {
    char *copy = arena_text(arena, name), *rest = copy, *part;
    char *path = arena_text(arena, dir);
    while ((part = strsep(&rest, "/")))
        if (*part && strcmp(part, ".") != 0 && strcmp(part, "..") != 0)
            path = arena_format(arena, "%s/%s", path, part);
    return path;
}

/* One that git shows: "OBJECT blob SIZE\nBYTES\n". */
static bool take_blob(struct str *left, struct str *blob) {
    const char *line_end = left->len ? memchr(left->at, '\n', left->len) : NULL;
    if (!line_end) return false;
    const char *size = memrchr(left->at, ' ', (size_t)(line_end - left->at));
    if (!size) return false;
    *blob = (struct str){line_end + 1, (size_t)strtoull(size + 1, NULL, 10)};
    size_t used = (size_t)(blob->at - left->at);
    if (blob->len >= left->len - used) return false;
    *left = (struct str){blob->at + blob->len + 1, left->len - used - blob->len - 1};
    return true;
}

/* ---- a directory ---- */

struct tree {
    struct arena arena;
    const char **names;
    size_t count;
    struct buf objects; /* one a line, as many as names */
};

/* "MODE blob OBJECT\tNAME": links and other repositories are left out. */
static void add_entry(struct tree *tree, const char *entry) {
    static const char file[] = "100";
    const char *name = strchr(entry, '\t'), *object = strstr(entry, " blob ");
    if (!name || !object || object > name || strncmp(entry, file, sizeof file - 1) != 0) return;
    object += sizeof " blob " - 1;
    buf_add(&tree->objects, object, (size_t)(name - object));
    buf_add_char(&tree->objects, '\n');
    tree->names = arena_grow(&tree->arena, tree->names, tree->count);
    tree->names[tree->count++] = arena_text(&tree->arena, name + 1);
}

static bool list_tree(struct tree *tree, const char *object, struct diag *diag) {
    const char *const argv[] = {"git", "ls-tree", "-r", "-z", "--full-tree", object, NULL};
    struct buf output = {0};
    bool good = program_run(argv, (struct str){0}, &output, diag);
    for (size_t at = 0; good && at < output.len; at += strlen(output.at + at) + 1)
        add_entry(tree, output.at + at);
    buf_release(&output);
    return good;
}

static bool write_blobs(struct tree *tree, const char *dir, struct str blobs, struct diag *diag) {
    for (size_t i = 0; i < tree->count; i++) {
        struct str blob;
        if (!take_blob(&blobs, &blob)) return diag_set(diag, "git does not show all files");
        const char *path = place_below(&tree->arena, dir, tree->names[i]);
        if (!file_new(path, blob, false, diag)) return false;
    }
    return true;
}

static bool write_tree(struct tree *tree, const char *dir, struct diag *diag) {
    const char *const argv[] = {"git", "cat-file", "--batch", NULL};
    struct buf blobs = {0};
    bool good = program_run(argv, buf_str(&tree->objects), &blobs, diag);
    if (good && blobs.len > BYTES_MOST) good = diag_set(diag, "larger than 256 MiB");
    good = good && write_blobs(tree, dir, buf_str(&blobs), diag);
    buf_release(&blobs);
    return good;
}

/* ---- the whole ---- */

static bool write_file(const char *object, const char *path, struct diag *diag) {
    const char *const argv[] = {"git", "cat-file", "blob", object, NULL};
    struct buf bytes = {0};
    bool good = program_run(argv, (struct str){0}, &bytes, diag) &&
                file_new(path, buf_str(&bytes), false, diag);
    buf_release(&bytes);
    return good;
}

bool revision_write(const char *name, const char *dir, struct diag *diag) {
    struct tree tree = {0};
    char object[HEX_MOST + 1];
    struct diag fault = {0}, ignored = {0};
    if (!resolve(name, object, diag)) return false;
    const char *path = place_below(&tree.arena, dir, name);
    bool is_tree = list_tree(&tree, object, &ignored);
    bool good = is_tree ? write_tree(&tree, path, &fault) : write_file(object, path, &fault);
    buf_release(&tree.objects);
    arena_release(&tree.arena);
    return good || fail(name, &fault, diag);
}
