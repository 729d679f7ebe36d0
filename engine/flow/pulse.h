/* Where whoever judges a batch is, written as it goes on, so that another process can tell what it
 * died of, and that it is stuck. */
#ifndef FLOW_PULSE_H
#define FLOW_PULSE_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* A rule asked about an event of a record of a batch. CURSOR_NONE as rule: the record is being read;
 * as record: the batch is judged. */
struct cursor {
    uint32_t record, event, rule;
};

#define CURSOR_NONE UINT32_MAX

/* One store decides which of two places holds: a process may be killed between any two. */
struct pulse_place {
    _Atomic uint32_t record, event, rule;
    _Atomic uint64_t answered; /* bytes of the answer that are whole */
};

struct pulse {
    _Atomic uint64_t beat; /* goes up with each record, pair and call of a function */
    struct pulse_place places[2];
    _Atomic unsigned now;     /* the last bit says which */
    _Atomic int64_t began_ms; /* when what it is at was taken, monotonic */
    _Atomic int forbidden;    /* number of the system call that ended it; 0: none */
};

static inline void pulse_mark(struct pulse *pulse, struct cursor at, size_t answered) {
    unsigned next = pulse->now + 1;
    struct pulse_place *place = &pulse->places[next & 1];
    atomic_store_explicit(&place->record, at.record, memory_order_relaxed);
    atomic_store_explicit(&place->event, at.event, memory_order_relaxed);
    atomic_store_explicit(&place->rule, at.rule, memory_order_relaxed);
    atomic_store_explicit(&place->answered, answered, memory_order_relaxed);
    atomic_store_explicit(&pulse->now, next, memory_order_release);
    atomic_fetch_add_explicit(&pulse->beat, 1, memory_order_release);
}

static inline struct cursor pulse_cursor(const struct pulse *pulse) {
    const struct pulse_place *place = &pulse->places[pulse->now & 1];
    return (struct cursor){place->record, place->event, place->rule};
}

static inline size_t pulse_answered(const struct pulse *pulse) {
    return pulse->places[pulse->now & 1].answered;
}

#endif
