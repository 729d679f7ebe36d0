/* `tocsin help TC012` and `tocsin help codes`. */
#ifndef CMD_FINDINGS_HELP_H
#define CMD_FINDINGS_HELP_H

#include <stdbool.h>

/* Prints the page, or the list. False: the topic is neither. */
bool findings_help(const char *topic);

#endif
