#include "base/overlay.h"

#include <limits.h>
#include <stdlib.h>

static struct {
    const char *path;
    char real[PATH_MAX];
    struct str bytes;
} overlay;

/* What the path leads to; of a file that is not there, where it would be. */
static bool resolve(const char *path, char real[PATH_MAX]) {
    char dir[PATH_MAX], parent[PATH_MAX];
    if (realpath(path, real)) return true;
    const char *slash = strrchr(path, '/');
    int len = slash ? (int)(slash - path) + 1 : 0;
    if (snprintf(dir, sizeof dir, "%.*s.", len, path) >= (int)sizeof dir) return false;
    if (!realpath(dir, parent)) return false;
    return snprintf(real, PATH_MAX, "%s/%s", parent, slash ? slash + 1 : path) < PATH_MAX;
}

void overlay_set(const char *path, struct str bytes) {
    overlay.path = path;
    overlay.bytes = bytes;
    if (!resolve(path, overlay.real)) overlay.real[0] = '\0';
}

bool overlay_is(const char *path, struct str *bytes) {
    char real[PATH_MAX];
    if (!overlay.path) return false;
    bool same = strcmp(path, overlay.path) == 0 ||
                (resolve(path, real) && strcmp(real, overlay.real) == 0);
    if (same && bytes) *bytes = overlay.bytes;
    return same;
}

FILE *overlay_open(const char *path) {
    struct str bytes;
    if (!overlay_is(path, &bytes)) return fopen(path, "re");
    return bytes.len ? fmemopen((char *)bytes.at, bytes.len, "r") : fopen("/dev/null", "re");
}
