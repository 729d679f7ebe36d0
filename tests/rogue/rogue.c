/* Makes a worker do what no rule can: preloaded, it takes the place of pow(3), which Lua's `^` calls,
 * and does what the exponent says where the base is ROGUE. For tests of the engine's fences. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static const double ROGUE = 424242;

/* Above 2, which Lua reckons itself. */
enum deed {
    OPEN = 3,
    SOCKET,
    CONNECT,
    EXECVE,
    PTRACE,
    KILL,
    CRASH,
    SPIN,
    SLEEP,
    EAT,
    EXIT,
    FORK,
    CODE
};

static void eat(void) {
    for (;;) {
        char *piece = malloc(64 << 20);
        if (!piece) abort();
        memset(piece, 1, 1);
    }
}

/* Through syscall(2), so that no wrapper does something else first. */
static void do_it(enum deed deed) {
    char *const none[] = {NULL};
    struct sockaddr address = {.sa_family = AF_UNIX};
    switch (deed) {
    case OPEN: syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); break;
    case SOCKET: syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); break;
    case CONNECT: syscall(SYS_connect, 0, &address, sizeof address); break;
    case EXECVE: syscall(SYS_execve, "/bin/true", none, none); break;
    case PTRACE: syscall(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0); break;
    case KILL: syscall(SYS_kill, 1, 0); break;
    case CRASH: *(volatile char *)16 = 1; break;
    case SPIN:
        for (volatile long i = 0;; i++) {
        }
        break;
    case SLEEP:
        for (;;) sleep(1000);
        break;
    case EAT: eat(); break;
    case EXIT: _exit(0);
    case FORK: syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); break;
    case CODE:
        syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
            -1, 0);
        break;
    }
}

double pow(double base, double exponent) {
    static double (*real)(double, double);
    if (base == ROGUE) do_it((enum deed)exponent);
    if (!real) *(void **)&real = dlsym(RTLD_NEXT, "pow");
    return real(base, exponent);
}
