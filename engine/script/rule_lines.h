/* Which lines of a rule's Lua can run and which of its conditions can decide, and how often each did,
 * for people who ask what their tests have seen. No Lua value is left in it. */
#ifndef SCRIPT_RULE_LINES_H
#define SCRIPT_RULE_LINES_H

#include "script/rule_branches.h"
#include "script/rule_script.h"

/* What one function has on one line: a line that begins a function or holds a short one has several. */
struct rule_line {
    unsigned line;     /* of the file that the code stands in */
    unsigned function; /* the line where the function begins; 0: the chunk */
    size_t runs;
};

struct rule_lines {
    struct arena arena; /* owns the lists */
    struct rule_line *list;
    size_t count; /* sorted by line, then function; 0 where there is no Lua */
    struct rule_branches branches;
};

/* Lines that are only the end of something (`end`, `})`) do not count. */
void rule_lines_find(struct rule_lines *lines, const struct manifest_lua *lua);
void rule_lines_release(struct rule_lines *lines);

/* A line of the file, as far as it is Lua: borrows from the code. */
struct str rule_lines_text(const struct manifest_lua *lua, unsigned line);

/* From here on what the script runs is counted, with the same answers, in lines of the same code.
 * Borrows; once for each script. */
void rule_script_count_lines(struct rule_script *script, struct rule_lines *lines);

#endif
