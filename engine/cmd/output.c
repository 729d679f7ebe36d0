#include "cmd/output.h"

#include "base/log.h"

#include <errno.h>
#include <string.h>

FILE *output_open(const struct options *options) {
    if (!options->output) return stdout;
    FILE *output = fopen(options->output, "w");
    if (!output) log_error("cannot open '%s': %s", options->output, strerror(errno));
    return output;
}

bool output_close(FILE *output) {
    bool failed = fflush(output) != 0 || ferror(output);
    if (failed) log_error("cannot write the output: %s", strerror(errno));
    if (output != stdout) fclose(output);
    return !failed;
}
