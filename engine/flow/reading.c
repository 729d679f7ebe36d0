#include "flow/reading.h"

#include "base/mem.h"
#include "flow/sample.h"

#include <sys/stat.h>

struct reading {
    const char *path;
    const struct reading_options *options;
    struct records *records; /* NULL: it cannot be opened */
    bool tail;               /* what is left is to be given up */
    struct diag fault;
};

static bool is_file_of(const struct source *source, const struct part *part) {
    struct stat st;
    if (!part->cut) return true;
    return fstat(source_fd(source), &st) == 0 && st.st_dev == part->device &&
           st.st_ino == part->inode;
}

static struct source *open_part(const struct part *part, struct diag *diag) {
    struct source *source = source_open(part->path, diag);
    if (!source || is_file_of(source, part)) return source;
    source_close(source);
    diag_set(diag, "cannot read '%s' on: another file took its place", part->path);
    return NULL;
}

struct reading *reading_open(const struct part *part, const struct reading_options *options) {
    struct reading *reading = mem_alloc(sizeof *reading);
    reading->path = part->path;
    reading->options = options;
    struct source *source = open_part(part, &reading->fault);
    if (!source) return reading;
    if (part->to) source_end_at(source, part->to);
    struct record_position from = {.offset = part->from};
    reading->records = records_new(source, options->wrappers, from);
    if (!part->first) records_filter(reading->records, options->filter);
    return reading;
}

void reading_close(struct reading *reading) {
    if (!reading) return;
    records_free(reading->records);
    mem_free(reading);
}

static bool goes_on(struct reading *reading, enum record_status status) {
    bool corrupt = status == RECORD_FAILED && source_fault(records_source(reading->records));
    reading->tail = status == RECORD_CUT || corrupt;
    return status == RECORD_GOOD || reading->tail;
}

static bool fill(struct reading *reading, struct batch *batch) {
    bool tail = reading->tail;
    reading->tail = false;
    if (tail) return batch_take_tail(batch, reading->records, reading->path);
    enum record_status status = batch_fill(batch, reading->records, reading->path, &reading->fault);
    sample_keep(batch, reading->options->sample);
    records_filter(reading->records, reading->options->filter);
    return goes_on(reading, status);
}

bool reading_step(struct reading *reading, struct batch *batch) {
    batch_reset(batch);
    batch->source = reading->path;
    if (reading->records && fill(reading, batch)) return true;
    batch->done = true;
    if (reading->fault.set) batch->fault = arena_text(&batch->arena, reading->fault.text);
    return false;
}
