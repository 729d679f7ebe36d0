/* Where a command's data goes: standard output or the file of -o. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "cmd/options.h"

/* NULL after a line on standard error when the file cannot be made. */
FILE *output_open(const struct options *options);

/* False after a line on standard error when something could not be written. */
bool output_close(FILE *output);

#endif
