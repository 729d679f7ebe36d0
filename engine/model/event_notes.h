/* What is odd about an event, for whoever trusts what he reads: a key that stood twice, text that
 * had to be mended, a number that nobody can hold, content that its sender left out. */
#ifndef MODEL_EVENT_NOTES_H
#define MODEL_EVENT_NOTES_H

#include "base/buf.h"
#include "model/event.h"

enum {
    EVENT_NOTES = 16,      /* so many are listed; the others are counted */
    EVENT_NOTE_PATH = 200, /* bytes of a path; a longer one is cut and ends in "…" */
};

struct event_note {
    const char *name; /* "duplicate-key" */
    size_t path_len;
    char path[EVENT_NOTE_PATH]; /* as get() takes it: "requestParameters.tags.2" */
};

struct event_notes {
    struct event_note list[EVENT_NOTES]; /* in the order of the record */
    size_t count;
    size_t more;   /* that are not in the list */
    size_t looked; /* values that were looked at */
};

/* Of `part` and all below it, which is in the event or, as decoded text is, beside it. The path is
 * empty where it is the part itself, or the envelope around the event. `event` may be NULL. `only`:
 * of this kind; NULL: of every kind. */
void event_notes_find(struct event_notes *notes, const struct event *event, const struct json *part,
    const char *only);

/* The names there are; NULL from the first number on that is none. */
const char *event_note_name(size_t kind);

/* `[{"note":"duplicate-key","path":"a.b"},{"note":"more","count":3}]`; nothing where there are none. */
void event_notes_print(struct buf *to, const struct event_notes *notes);

#endif
