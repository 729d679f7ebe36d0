#include "flow/errands.h"

#include "base/clock.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LOOK_MS = 2, SHOW_MS = 200 };

#define NOTHING SIZE_MAX

/* What all processes see. */
struct page {
    atomic_size_t next; /* that was not begun */
    struct hand {
        pid_t pid;             /* 0: none; only this process writes and reads it */
        atomic_size_t at;      /* number it is at, */
        atomic_llong since_ms; /* since then */
    } hands[ERRANDS_JOBS];
    _Atomic uint8_t answers[];
};

static size_t page_size(const struct errands *errands) {
    return sizeof(struct page) + errands->count;
}

/* ---- in the other process ---- */

static void work(const struct errands *errands, struct page *page, struct hand *hand) {
    while (clock_monotonic_ms() < errands->until_ms) {
        size_t number = atomic_fetch_add(&page->next, 1);
        if (number >= errands->count) return;
        atomic_store(&hand->since_ms, clock_monotonic_ms());
        atomic_store(&hand->at, number);
        page->answers[number] = errands->run(errands->context, number);
        atomic_store(&hand->at, NOTHING);
    }
}

static bool hire(
    const struct errands *errands, struct page *page, struct hand *hand, struct diag *diag) {
    pid_t parent = getpid();
    fflush(NULL);
    atomic_store(&hand->at, NOTHING);
    pid_t pid = fork();
    if (pid < 0) return diag_set(diag, "cannot make a process: %s", strerror(errno));
    if (pid > 0) hand->pid = pid;
    if (pid > 0) return true;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == parent) work(errands, page, hand);
    _exit(0);
}

/* ---- in this one ---- */

/* One that ended while it was at something died of it; another goes on with the rest. */
static bool bury(const struct errands *errands, struct page *page, struct hand *hand,
    bool was_stuck, struct diag *diag) {
    size_t number = atomic_load(&hand->at);
    hand->pid = 0;
    if (number != NOTHING) page->answers[number] = errands->lost;
    return (number == NOTHING && !was_stuck) || hire(errands, page, hand, diag);
}

static bool is_stuck(const struct errands *errands, const struct hand *hand) {
    if (atomic_load(&hand->at) == NOTHING) return false;
    return clock_monotonic_ms() - atomic_load(&hand->since_ms) > errands->limit_ms;
}

/* False: a process is missing. `left`: how many there are. */
static bool look(
    const struct errands *errands, struct page *page, size_t *left, struct diag *diag) {
    bool good = true;
    *left = 0;
    for (size_t i = 0; i < errands->jobs; i++) {
        struct hand *hand = &page->hands[i];
        if (!hand->pid) continue;
        bool stuck = is_stuck(errands, hand);
        if (stuck) kill(hand->pid, SIGKILL);
        if (waitpid(hand->pid, NULL, stuck ? 0 : WNOHANG) != 0)
            good = bury(errands, page, hand, stuck, diag) && good;
        *left += hand->pid != 0;
    }
    return good;
}

static void show(const struct errands *errands, const struct page *page, int64_t *shown_ms) {
    int64_t now = clock_monotonic_ms();
    size_t begun = atomic_load(&page->next);
    if (!errands->show || now - *shown_ms < SHOW_MS) return;
    *shown_ms = now;
    errands->show(errands->context, begun < errands->count ? begun : errands->count);
}

static bool watch(const struct errands *errands, struct page *page, struct diag *diag) {
    const struct timespec pause = {0, LOOK_MS * 1000000L};
    int64_t shown_ms = clock_monotonic_ms();
    bool good = true;
    for (size_t left = 1; left;) {
        good = look(errands, page, &left, diag) && good;
        show(errands, page, &shown_ms);
        if (left) nanosleep(&pause, NULL);
    }
    return good;
}

bool errands_run(const struct errands *errands, uint8_t *answers, struct diag *diag) {
    struct page *page = mmap(
        NULL, page_size(errands), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return diag_set(diag, "cannot share memory: %s", strerror(errno));
    bool good = true;
    for (size_t i = 0; good && i < errands->jobs && i < errands->count; i++)
        good = hire(errands, page, &page->hands[i], diag);
    good = watch(errands, page, diag) && good;
    for (size_t i = 0; i < errands->count; i++) answers[i] = page->answers[i];
    munmap(page, page_size(errands));
    return good;
}
