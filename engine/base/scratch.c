#include "base/scratch.h"

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>

enum { OPEN_MOST = 16 };

bool scratch_make(char path[SCRATCH_PATH], struct diag *diag) {
    const char *parent = getenv("TMPDIR");
    if (!parent || !*parent) parent = "/tmp";
    int len = snprintf(path, SCRATCH_PATH, "%s/tocsin-XXXXXX", parent);
    bool fits = len < SCRATCH_PATH;
    if (fits && mkdtemp(path)) return true;
    path[0] = '\0';
    return diag_set(
        diag, "cannot make a directory in '%s': %s", parent, strerror(fits ? errno : ENAMETOOLONG));
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *at) {
    (void)st, (void)kind, (void)at;
    remove(path);
    return 0;
}

void scratch_remove(const char *path) {
    if (*path) nftw(path, remove_one, OPEN_MOST, FTW_DEPTH | FTW_PHYS);
}
