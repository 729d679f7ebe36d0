/* Inputs named on the command line: files, directories, standard input, read to their end. */
#ifndef FLOW_INPUT_H
#define FLOW_INPUT_H

#include "flow/pipeline.h"

/* Reads them in order, ahead and by so many threads where `jobs` is more than one. What cannot be read
 * is told to the log and counted in the tally; the rest goes on. False when the pipeline stopped. */
bool input_read_all(struct pipeline *pipeline, char *const *paths, size_t jobs);

/* The same for two versions of a rule set, which get what each would if it read alone. The inputs are
 * read once where both take them apart alike; standard input can be read in no other way, and where
 * they do not, that is told as an input that cannot be read. */
bool input_read_both(struct pipeline *const both[2], char *const *paths, size_t jobs);

/* The same, one after the other and each as soon as it gives something: a file whose reading was cut
 * short by a stop or a crash goes on where it stood. */
bool input_read_kept(struct pipeline *pipeline, char *const *paths);

/* An input file that stands open at the place where reading goes on. */
struct input_file {
    struct store_input saved;
    struct records *records; /* NULL: nothing was added since it was read to its end */
};

/* Finds in the store where reading of `path` stands, and opens it there. A file that was truncated,
 * or that begins otherwise than it did, begins anew; so does, with `again`, one that was read to
 * its end. */
bool input_open(struct pipeline *pipeline, const char *path, bool again, struct input_file *file,
    struct diag *diag);
void input_close(struct input_file *file);

/* Reads to the end. What is corrupt is given up, and with `give_up` a tail that is cut, and what
 * follows either is read like any input. */
enum pipeline_end input_drain(struct pipeline *pipeline, struct records *records, const char *name,
    struct store_input *input, bool give_up, struct diag *diag);

/* Bytes on disk of all of them, for progress; -1 when unknown (standard input). */
int64_t input_total(char *const *paths);

#endif
