#include "base/confine.h"

#include <errno.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

bool confine_to_parent(int parent) {
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    return getppid() == parent;
}

void confine_environment(void) {
    for (char **variable = environ; variable && *variable; variable++)
        explicit_bzero(*variable, strlen(*variable));
    clearenv();
}

void confine_files(const int *kept, size_t count) {
    unsigned from = 0;
    for (size_t i = 0; i < count; i++) {
        unsigned fd = (unsigned)kept[i];
        if (fd > from) close_range(from, fd - 1, 0);
        from = fd + 1;
    }
    close_range(from, ~0U, 0);
}

/* ---- system calls ---- */

static void (*tell)(int number);

static void on_forbidden(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)context;
    tell(info->si_syscall);
    _exit(CONFINE_EXIT);
}

/* Memory may never become code. */
static int allow_memory(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    static const int plain[] = {
        SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise)};
    int error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);
    if (!error) error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
    for (size_t i = 0; !error && i < sizeof plain / sizeof *plain; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
    return error;
}

/* abort(3) of this process, and nothing else with a signal. */
static int allow_abort(scmp_filter_ctx filter) {
    const struct scmp_arg_cmp own = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
    const struct scmp_arg_cmp signal = SCMP_A2(SCMP_CMP_EQ, SIGABRT);
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 2, own, signal);
}

static int allow_rest(scmp_filter_ctx filter) {
    static const int calls[] = {SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(futex),
        SCMP_SYS(clock_gettime), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
        SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(exit), SCMP_SYS(exit_group),
        SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction), SCMP_SYS(getpid),
        SCMP_SYS(gettid)};
    int error = 0;
    for (size_t i = 0; !error && i < sizeof calls / sizeof *calls; i++)
        error = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
    return error ? error : allow_abort(filter);
}

/* A trap, and not an end at once, so that the log can say what was called. */
static bool limit_calls(struct diag *diag) {
    struct sigaction action = {.sa_sigaction = on_forbidden, .sa_flags = SA_SIGINFO};
    sigaction(SIGSYS, &action, NULL);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
    if (!filter) return diag_set(diag, "cannot make a seccomp filter");
    int error = allow_memory(filter);
    if (!error) error = allow_rest(filter);
    if (!error) error = seccomp_load(filter);
    seccomp_release(filter);
    return !error || diag_set(diag, "cannot load a seccomp filter: %s", strerror(-error));
}

const char *confine_call_name(int number) {
    static _Thread_local char name[64];
    char *found = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, number);
    snprintf(name, sizeof name, "%s", found ? found : "an unknown system call");
    free(found);
    return name;
}

/* What the C library asks the system for once, and remembers: the zone of the clock, and how much
 * memory there is, which qsort(3) asks when it sorts more than a page. */
static int compare(const void *a, const void *b) {
    return *(const int *)a - *(const int *)b;
}

static void warm_up(void) {
    static int numbers[4096];
    tzset();
    qsort(numbers, sizeof numbers / sizeof *numbers, sizeof *numbers, compare);
}

/* ---- limits ---- */

static size_t mapped_bytes(void) {
    FILE *statm = fopen("/proc/self/statm", "r");
    unsigned long pages = 0;
    if (statm && fscanf(statm, "%lu", &pages) != 1) pages = 0;
    if (statm) fclose(statm);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static bool limit(int resource, size_t most, struct diag *diag) {
    const struct rlimit both = {most, most};
    return setrlimit((__rlimit_resource_t)resource, &both) == 0 ||
           diag_set(diag, "cannot set a limit: %s", strerror(errno));
}

static bool limit_memory(size_t more_bytes, struct diag *diag) {
    size_t mapped = mapped_bytes();
    return mapped ? limit(RLIMIT_AS, mapped + more_bytes, diag)
                  : diag_set(diag, "cannot read /proc/self/statm");
}

#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { SANITIZED = true };
#else
enum { SANITIZED = false };
#endif

bool confine_calls(size_t more_bytes, void (*told)(int number), struct diag *diag) {
    tell = told;
    warm_up();
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return diag_set(diag, "cannot give up new privileges: %s", strerror(errno));
    if (!limit(RLIMIT_CORE, 0, diag)) return false;
    return SANITIZED || (limit_memory(more_bytes, diag) && limit_calls(diag));
}
