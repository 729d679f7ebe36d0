/* The forms of `tocsin attack`. */
#ifndef CMD_ATTACK_H
#define CMD_ATTACK_H

#include "model/attack.h"
#include "model/attack_list.h"
#include "model/attack_map.h"

#include <stdio.h>

enum attack_format { ATTACK_TEXT, ATTACK_JSON, ATTACK_NAVIGATOR };

struct attack_report {
    struct arena arena;
    const struct attack *known;
    struct attack_map map;
    const char *gap;                     /* the file of --gap, or NULL */
    struct attack_list wanted;           /* what is in it, */
    struct attack_list missing, drafted; /* without a rule, and with drafts alone */
    bool verbose;
};

/* Which of `wanted` are missing, and which have drafts alone. */
void attack_find_gap(struct attack_report *report);

void attack_json(struct buf *to, const struct attack_report *report); /* one object */

void attack_print_text(FILE *to, const struct attack_report *report);
void attack_print_json(FILE *to, const struct attack_report *report);
void attack_print_layer(FILE *to, const struct attack_report *report);

#endif
