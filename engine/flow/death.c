#include "flow/death.h"

#include "base/confine.h"
#include "flow/worker.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

static void say(struct death *death, enum failure_kind kind, const char *format, ...) {
    va_list args;
    death->kind = kind;
    va_start(args, format);
    vsnprintf(death->reason, sizeof death->reason, format, args);
    va_end(args);
}

static void say_exit(struct death *death, int code, int forbidden) {
    if (code == CONFINE_EXIT)
        say(death, FAILURE_CRASH, "it called %s(), which no rule may",
            confine_call_name(forbidden));
    else if (code == WORKER_MEMORY_EXIT)
        say(death, FAILURE_MEMORY, "its process asked for more memory than it has");
    else if (code == WORKER_STARVED_EXIT)
        say(death, FAILURE_MEMORY, "the machine has no memory left");
    else if (code == WORKER_CONFINE_EXIT)
        say(death, FAILURE_CRASH, "seccomp or a limit is refused on this machine");
    else
        say(death, FAILURE_CRASH, "its process ended with exit code %d", code);
}

void death_of(struct death *death, int status, int forbidden, bool stuck) {
    *death = (struct death){0};
    if (stuck) {
        say(death, FAILURE_DEADLINE, "it got no further, and its process was stopped");
    } else if (WIFEXITED(status)) {
        say_exit(death, WEXITSTATUS(status), forbidden);
        death->unconfined = WEXITSTATUS(status) == WORKER_CONFINE_EXIT;
        death->starved = WEXITSTATUS(status) == WORKER_STARVED_EXIT;
    } else {
        int number = WTERMSIG(status);
        say(death, FAILURE_CRASH, "its process died: %s", strsignal(number));
        death->from_outside = number == SIGKILL;
    }
}
