#include "base/file_new.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool make_directories(const char *path, mode_t mode, struct diag *diag) {
    struct buf dir = {0};
    bool good = true;
    for (const char *slash = strchr(path + 1, '/'); slash && good; slash = strchr(slash + 1, '/')) {
        buf_reset(&dir);
        buf_add(&dir, path, (size_t)(slash - path));
        if (mkdir(buf_text(&dir), mode) < 0 && errno != EEXIST)
            good = diag_set(diag, "cannot make '%s': %s", buf_text(&dir), strerror(errno));
    }
    buf_release(&dir);
    return good;
}

static bool write_all(int fd, struct str content) {
    while (content.len) {
        ssize_t count = write(fd, content.at, content.len);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        content = (struct str){content.at + count, content.len - (size_t)count};
    }
    return true;
}

static bool fail(const char *path, struct diag *diag) {
    return diag_set(diag, "cannot write '%s': %s", path, strerror(errno));
}

bool file_new(const char *path, struct str content, bool executable, struct diag *diag) {
    if (!make_directories(path, 0777, diag)) return false;
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, executable ? 0777 : 0666);
    if (fd < 0 && errno == EEXIST) return diag_set(diag, "'%s' is there already", path);
    if (fd < 0) return fail(path, diag);
    bool written = write_all(fd, content);
    int why = errno;
    written = close(fd) == 0 && written;
    return written || diag_set(diag, "cannot write '%s': %s", path, strerror(why));
}

/* ---- in place of another ---- */

static bool write_beside(int fd, const char *path, struct str content) {
    struct stat st;
    bool good = stat(path, &st) < 0 || fchmod(fd, st.st_mode & 07777) == 0;
    good = write_all(fd, content) && good;
    good = fsync(fd) == 0 && good;
    return close(fd) == 0 && good;
}

bool file_replace(const char *path, struct str content, struct diag *diag) {
    char real[PATH_MAX], beside[PATH_MAX + 8];
    make_directories(path, 0700, NULL);
    if (realpath(path, real)) path = real;
    snprintf(beside, sizeof beside, "%s.XXXXXX", path);
    int fd = mkostemp(beside, O_CLOEXEC);
    if (fd < 0) return fail(path, diag);
    if (write_beside(fd, path, content) && rename(beside, path) == 0) return true;
    fail(path, diag);
    unlink(beside);
    return false;
}
