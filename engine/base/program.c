#include "base/program.h"

#include "base/mem.h"

#include <errno.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { STREAMS = 3 };

/* ---- streams: files in memory, so that nobody waits for anybody ---- */

static bool write_all(int fd, struct str bytes) {
    for (size_t done = 0; done < bytes.len;) {
        ssize_t wrote = write(fd, bytes.at + done, bytes.len - done);
        if (wrote < 0 && errno != EINTR) return false;
        if (wrote > 0) done += (size_t)wrote;
    }
    return lseek(fd, 0, SEEK_SET) == 0;
}

static bool read_all(int fd, struct buf *to) {
    struct stat st;
    if (fstat(fd, &st) < 0) return false;
    for (off_t done = 0; done < st.st_size;) {
        size_t left = (size_t)(st.st_size - done);
        ssize_t got = pread(fd, buf_reserve(to, left), left, done);
        if (got <= 0 && errno != EINTR) return false;
        if (got <= 0) continue;
        to->len += (size_t)got;
        to->at[to->len] = '\0';
        done += got;
    }
    return true;
}

static bool open_streams(int fds[STREAMS], struct str input) {
    bool good = true;
    for (int i = 0; i < STREAMS; i++) {
        fds[i] = memfd_create("stream", MFD_CLOEXEC);
        good = good && fds[i] >= 0;
    }
    return good && write_all(fds[STDIN_FILENO], input);
}

static void close_streams(const int fds[STREAMS]) {
    for (int i = 0; i < STREAMS; i++)
        if (fds[i] >= 0) close(fds[i]);
}

/* ---- the program ---- */

/* Messages are read: they shall be in one language. The caller frees it. */
static char **make_environment(void) {
    static char plain[] = "LC_ALL=C";
    size_t count = 0;
    while (environ[count]) count++;
    char **list = mem_alloc((count + 2) * sizeof *list);
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], "LC_ALL=", 7) != 0) list[kept++] = environ[i];
    list[kept] = plain;
    return list;
}

/* 0, or the number of an error. */
static int start(pid_t *pid, const char *const *argv, const int fds[STREAMS]) {
    posix_spawn_file_actions_t actions;
    char **environment = make_environment();
    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < STREAMS; i++) posix_spawn_file_actions_adddup2(&actions, fds[i], i);
    int fault = posix_spawnp(pid, argv[0], &actions, NULL, (char *const *)argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    mem_free(environment);
    return fault;
}

static bool complain(const char *name, int errors, struct diag *diag) {
    struct buf text = {0};
    read_all(errors, &text);
    const char *line = buf_text(&text);
    int len = (int)strcspn(line, "\n");
    if (len)
        diag_set(diag, "%.*s", len, line);
    else
        diag_set(diag, "'%s' failed", name);
    buf_release(&text);
    return false;
}

static bool run(
    const char *const *argv, const int fds[STREAMS], struct buf *output, struct diag *diag) {
    pid_t pid;
    int status = 0;
    int fault = start(&pid, argv, fds);
    if (fault) return diag_set(diag, "cannot run '%s': %s", argv[0], strerror(fault));
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        return complain(argv[0], fds[STDERR_FILENO], diag);
    return read_all(fds[STDOUT_FILENO], output) ||
           diag_set(diag, "cannot read what '%s' wrote: %s", argv[0], strerror(errno));
}

bool program_run(const char *const *argv, struct str input, struct buf *output, struct diag *diag) {
    int fds[STREAMS];
    bool good = open_streams(fds, input);
    if (!good)
        diag_set(diag, "cannot run '%s': %s", argv[0], strerror(errno));
    else
        good = run(argv, fds, output, diag);
    close_streams(fds);
    return good;
}
