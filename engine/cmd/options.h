/* The command line. One struct for all commands; the rows in options.c say which command takes
 * which option, and help is printed from them. */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum exit_code { EXIT_FINE = 0, EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_LOAD = 3, EXIT_RUN = 4 };

enum output_format { FORMAT_TEXT, FORMAT_JSON };

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct period;

struct option_list {
    const char **list;
    size_t count;
};

struct options {
    struct option_list rules; /* -r, in order */
    const char *config;       /* -c; NULL: tocsin.yaml in this directory if there is one */
    const char *output;       /* -o; NULL: standard output */
    int format;               /* enum output_format */
    int64_t jobs;             /* 0: as many as the machine has cores */
    bool in_process;          /* rules run in this process */
    bool quiet, verbose, help, version;
    int color;                  /* enum color_choice */
    bool strict;                /* replay: a bad record or a failing rule makes it exit 1 */
    bool profile;               /* replay: what each rule cost is told */
    struct option_list budgets; /* replay */
    bool stats;                 /* replay: what each rule raised is told in place of the alerts */
    const char *html;  /* replay, diff, test: a page to look at is written there; or NULL */
    bool parse_all;    /* no record is passed over unparsed */
    bool rejected;     /* alerts list: records that could not be used, instead of alerts */
    bool failed_rules; /* alerts list: events that a rule could not judge, instead of alerts */
    bool fix;          /* check: correct what is sure */
    bool dry_run;      /* check --fix: show it, and write nothing */
    const char *path;  /* check -: which file standard input is */
    const char *store; /* alerts: this one, whatever the configuration says */
    const char *rule, *severity, *since,
        *destination;         /* filters of alerts; explain: rule; replay: since */
    const char *until;        /* replay: events of before */
    int64_t sample;           /* replay: one record of so many; 0: all */
    int64_t limit;            /* alerts: how many; diff: samples of each kind */
    bool exit_code;           /* diff: exit 1 where alerts differ */
    const char *from;         /* new rule: a file with the event that it is made of */
    const char *event;        /* explain, new rule: identity of the one that is meant */
    const char *filter, *tag; /* test: which */
    bool failed_only, fail_fast, watch, require_tests;
    const char *gap;  /* attack: techniques that are wanted */
    bool coverage;    /* test: what the tests have seen of the rules is told */
    bool mutate;      /* test: what of small changes of the rules the tests do not notice is told */
    const char *time; /* test --mutate: how long it may take */
    int64_t minimum;  /* test --coverage, --mutate: percents; 0: any will do */
    char **args;      /* what is left, NULL-terminated */
    size_t arg_count;
};

enum option_type { FLAG, TEXT, NUMBER, CHOICE, LIST };

/* A row an option; the table is in options.c. */
struct option_row {
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: takes none */
    enum option_type type;
    size_t offset;
    unsigned commands; /* mask of enum command_bit */
    const char *const *choices;
    const char *help;
};

extern const struct option_row option_rows[]; /* ends with a NULL name */

/* A row a command; the table is in main.c. */
struct command {
    const char *name;
    const char *arguments; /* "[PATH...]" */
    const char *summary;   /* one line */
    const char *details;   /* a short paragraph for `tocsin help NAME` */
    unsigned bit;          /* in the masks of the option rows */
    int (*run)(const struct options *options);
};

enum command_bit {
    RUN = 1,
    REPLAY = 2,
    TEST = 4,
    CHECK = 8,
    ALERTS = 16,
    EXPLAIN = 32,
    NEW = 64,
    PRINT = 128,
    ATTACK = 256,
    DIFF = 512,
    CONFIGURED = 63 | ATTACK, /* those that read a configuration */
    EVERY = 1023
};

extern const struct command commands[]; /* ends with a NULL name */

int command_run(const struct options *options);
int command_replay(const struct options *options);
int command_test(const struct options *options);
int command_check(const struct options *options);
int command_alerts(const struct options *options);
int command_explain(const struct options *options);
int command_attack(const struct options *options);
int command_diff(const struct options *options);
int command_new(const struct options *options);
int command_schema(const struct options *options);
int command_completion(const struct options *options);
int command_man(const struct options *options);

/* Reads argv behind the command's name. False: the usage is wrong, and standard error says how. */
bool options_read(struct options *options, const struct command *command, int argc, char **argv);
void options_release(struct options *options);

/* A time, or how long ago: `--since`. CLOCK_UNKNOWN when it is neither. */
int64_t option_time(const char *text);

/* --since and --until. False: one is no time, and standard error says so. */
bool options_period(const struct options *options, const char *command, struct period *period);

/* Whether to colour what goes to this stream: the flag, then NO_COLOR, then whether it is a
 * terminal. */
bool options_color(const struct options *options, FILE *stream);

void help_print(FILE *to);                                        /* all commands, one screen */
void help_print_command(FILE *to, const struct command *command); /* one command and its options */

#endif
