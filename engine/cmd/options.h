/* The command line. One struct for all commands; the rows in options.c say which command takes
 * which option, and help is printed from them. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum exit_code { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_LOAD = 3, EXIT_RUN = 4 };

enum output_format { FORMAT_TEXT, FORMAT_JSON };

struct options {
    const char **rules; /* -r, in order */
    size_t rule_count;
    const char *config; /* -c; NULL: tocsin.yaml in this directory if there is one */
    const char *output; /* -o; NULL: standard output */
    enum output_format format;
    int64_t jobs;
    bool quiet, verbose;
    bool color;      /* decided: flag, NO_COLOR, terminal */
    bool strict;     /* replay: a bad record or a failing rule makes it exit 1 */
    bool parse_all;
    bool rejected;   /* alerts list: what could not be used, instead of alerts */
    const char *rule, *severity, *since, *destination; /* filters of alerts */
    int64_t limit;
    char **args; /* what is left, NULL-terminated */
    size_t arg_count;
};

/* One function a command; each returns an exit code. */
int command_run(const struct options *options);
int command_replay(const struct options *options);
int command_test(const struct options *options);
int command_check(const struct options *options);
int command_alerts(const struct options *options);

#endif
