/* A page for people to look at: one HTML file that opens offline, made of what lies in cmd/page/ and
 * of data. It asks nothing of any other place, and its policy forbids it to. What the data is about,
 * this does not know: the script of each kind does. */
#ifndef CMD_PAGE_H
#define CMD_PAGE_H

#include "cmd/options.h"
#include "text/pack.h"

enum page_kind { PAGE_REPLAY, PAGE_DIFF, PAGE_COVERAGE };

struct page {
    enum page_kind kind;
    struct str title;           /* of the window */
    struct str totals;          /* one sentence, for who runs no script */
    struct str summary;         /* one JSON object */
    const struct pack *details; /* ended; or NULL */
};

/* NULL after a line on standard error when the file cannot be made. Before work that takes long. */
FILE *page_open(const char *path);

/* Closes the file. False after a line on standard error when it could not be written. */
bool page_write(const struct page *page, FILE *to);

#endif
