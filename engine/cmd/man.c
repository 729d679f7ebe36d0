/* Manual pages in roff, from the rows that help is printed from. */
#include "cmd/output.h"

#include <string.h>

/* A text on lines of its own: what roff would take for an order is none. */
static void print_text(const char *text) {
    bool begins = true;
    for (; *text; text++) {
        if (begins && strchr(".'", *text)) fputs("\\&", stdout);
        begins = *text == '\n';
        if (*text == '-')
            fputs("\\-", stdout);
        else if (*text == '\\')
            fputs("\\e", stdout);
        else
            putchar(*text);
    }
}

static void print_title(const char *name) {
    fputs(".TH \"", stdout);
    for (; *name; name++) putchar(*name >= 'a' && *name <= 'z' ? *name + 'A' - 'a' : *name);
    printf("\" 1 \"\" \"Tocsin %s\" \"User Commands\"\n.SH NAME\n", VERSION);
}

static void print_term(const char *term, const char *text) {
    fputs(".TP\n.B ", stdout);
    print_text(term);
    putchar('\n');
    print_text(text);
    putchar('\n');
}

/* ---- one command ---- */

static void print_option(const struct option_row *row) {
    fputs(".TP\n", stdout);
    if (row->letter) printf("\\fB\\-%c\\fR, ", row->letter);
    fputs("\\fB\\-\\-", stdout);
    print_text(row->name);
    fputs("\\fR", stdout);
    if (row->argument) printf(" \\fI%s\\fR", row->argument);
    putchar('\n');
    print_text(row->help);
    putchar('\n');
}

static void print_command(const struct command *command) {
    printf(".SH SYNOPSIS\n.B tocsin %s\n", command->name);
    print_text(command->arguments);
    fputs("\n.SH DESCRIPTION\n", stdout);
    print_text(command->details);
    fputs("\n.SH OPTIONS\n", stdout);
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->commands & command->bit) print_option(row);
    fputs(".SH SEE ALSO\n.BR tocsin (1)\n", stdout);
}

static int print_page(const char *name) {
    char title[64];
    for (const struct command *command = commands; command->name; command++) {
        if (strcmp(command->name, name) != 0) continue;
        snprintf(title, sizeof title, "tocsin-%s", name);
        print_title(title);
        printf("tocsin\\-%s \\- %s\n", name, command->summary);
        print_command(command);
        return output_close(stdout) ? EXIT_FINE : EXIT_RUN;
    }
    fprintf(stderr, "tocsin man: unknown command '%s'\ntry 'tocsin help'\n", name);
    return EXIT_USAGE;
}

/* ---- all of them ---- */

static void print_exit_codes(void) {
    fputs(".SH EXIT STATUS\n", stdout);
    print_term("0", "fine");
    print_term("1", "findings: a test failed, check found an error, a budget is exceeded, "
                    "replay --strict met a record or rule that fails; no such alert");
    print_term("2", "wrong usage");
    print_term("3", "configuration or rules do not load");
    print_term("4", "an input could not be read, the store not opened, or memory ran out");
}

static int print_overview(void) {
    print_title("tocsin");
    fputs("tocsin \\- reads events, asks your rules about each, and raises alerts\n"
          ".SH SYNOPSIS\n.B tocsin\n.I COMMAND\n[\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"
          ".SH COMMANDS\n",
        stdout);
    for (const struct command *command = commands; command->name; command++)
        print_term(command->name, command->summary);
    print_exit_codes();
    fputs(".SH ENVIRONMENT\n", stdout);
    print_term(
        "TOCSIN_DATA", "where lua/, rules/logs/ and examples/new/ are, if not beside the program");
    print_term("NO_COLOR", "no color, unless --color says otherwise");
    fputs(".SH SEE ALSO\n", stdout);
    for (const struct command *command = commands; command->name; command++)
        printf(".BR tocsin\\-%s (1)%s\n", command->name, command[1].name ? "," : "");
    return output_close(stdout) ? EXIT_FINE : EXIT_RUN;
}

int command_man(const struct options *options) {
    return options->arg_count ? print_page(options->args[0]) : print_overview();
}
