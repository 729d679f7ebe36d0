/* Why a rule could not judge an event. Such an event is never "no match": it is counted by these
 * reasons, kept, and told. */
#ifndef MODEL_FAILURE_H
#define MODEL_FAILURE_H

enum failure_kind {
    FAILURE_NONE,
    FAILURE_ERROR,     /* the rule raised an error, or answered what it must not */
    FAILURE_CPU,       /* it used up its steps */
    FAILURE_MEMORY,    /* it asked for more memory than it has */
    FAILURE_DEADLINE,  /* it took too much time, by its own clock or the watchdog's */
    FAILURE_CRASH,     /* the process that asked it died */
    FAILURE_SUSPENDED, /* it was not asked, after it had been killed too often */
    FAILURE_KINDS,
};

extern const char *const failure_names[FAILURE_KINDS + 1]; /* NULL-terminated; for scripts */

#endif
