/* Inputs in the order in which they are read, large plain files in parts that can be read at the
 * same time. A part ends where one JSON text certainly ends and the next one begins: at a line that
 * begins with `{` behind one that ends with `}`. A raw line break is never inside a string, and
 * inside an array or object a comma or a bracket must stand between two values. */
#ifndef TEXT_PARTS_H
#define TEXT_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PART_BYTES = 4 << 20
}; /* a part ends at the first line break behind a multiple of it, or goes
                                  on to the next one where no text ends there */

struct part {
    const char *path;
    uint64_t from, to;      /* bytes of the file; to 0: to its end */
    bool first;             /* of all */
    bool cut;               /* one of several of its file, whose */
    uint64_t device, inode; /* are these: a name may stand for another file by and by */
};

struct parts;

struct parts *parts_new(char *const *paths, size_t count); /* borrows */
void parts_free(struct parts *parts);

/* False when there is none any more. Reads no more of a file than it takes to find a place to cut. */
bool parts_next(struct parts *parts, struct part *part);

#endif
