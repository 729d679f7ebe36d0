/* Small files read whole, paths, and directories walked in a fixed order. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"

/* Appends the file. Fails when it cannot be read or is larger than `limit` bytes. */
bool file_read(const char *path, size_t limit, struct buf *to, struct diag *diag);

/* "dir/name"; `name` alone when it is absolute or dir is "" or ".". */
char *path_join(struct arena *arena, const char *dir, const char *name);
char *path_directory(struct arena *arena, const char *path); /* "." where there is none */
bool path_is_directory(const char *path);
bool path_exists(const char *path);

/* Paths of the files under `path`, sorted by bytes, or `path` itself when it is a file. Names that
 * begin with a dot are passed over, and links back to a directory the walk is in. With `suffixes` (NULL-terminated), only files that end in one;
 * a file named directly is taken whatever its name. */
struct paths {
    char **list;
    size_t count;
    void (*enter)(void *context, const char *dir); /* before each directory is read; or NULL */
    void *context;
};
bool paths_walk(struct paths *paths, struct arena *arena, const char *path,
    const char *const *suffixes, struct diag *diag);
void paths_add(struct paths *paths, char *path); /* borrows the path */
void paths_release(struct paths *paths);

/* Where lua/, rules/logs/ and examples/new/ ship: $TOCSIN_DATA, else the nearest directory at or above the program
 * that holds lua/prelude.lua, itself or in share/tocsin/ (a clone; an installation, wherever it was
 * moved to), else the one the program was built for. */
const char *file_data_dir(struct arena *arena);

#endif
