/* Completion scripts, written out whole: a shell that completes asks nothing of the program. */
#include "cmd/output.h"

#include "base/buf.h"

/* ---- what may stand where ---- */

static bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || c == '-';
}

static void add_commands(struct buf *to) {
    for (const struct command *command = commands; command->name; command++)
        buf_add_format(to, "%s ", command->name);
    buf_add_text(to, "help");
}

/* The words that the first argument may be: of `rule ID [DIR] | pack DIR` rule and pack. None: it is
 * a file. */
static void add_words(struct buf *to, const struct command *command) {
    const char *at = command->arguments;
    if (strcmp(at, "[COMMAND]") == 0) add_commands(to);
    while (at) {
        size_t len = 0;
        while (is_word(at[len])) len++;
        if (len && to->len) buf_add_char(to, ' ');
        buf_add(to, at, len);
        at = strstr(at, "| ");
        if (at) at += 2;
    }
}

static bool takes_file(const struct option_row *row) {
    return strcmp(row->argument, "FILE") == 0 || strcmp(row->argument, "PATH") == 0 ||
           strcmp(row->argument, "DIR") == 0;
}

/* ---- bash ---- */

static void bash_names(const struct command *command, const struct option_row *row) {
    if (row->letter) printf("%s:-%c|", command->name, row->letter);
    printf("%s:--%s) ", command->name, row->name);
}

static void bash_value(const struct command *command, const struct option_row *row) {
    if (!row->argument) return;
    fputs("    ", stdout);
    bash_names(command, row);
    if (row->choices) {
        fputs("_tocsin_words '", stdout);
        for (size_t i = 0; row->choices[i]; i++) printf("%s%s", i ? " " : "", row->choices[i]);
        fputs("'", stdout);
    } else {
        fputs(takes_file(row) ? "_tocsin_files" : ":", stdout);
    }
    fputs(" ;;\n", stdout);
}

static void bash_command(const struct command *command) {
    struct buf words = {0};
    add_words(&words, command);
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->commands & command->bit) bash_value(command, row);
    printf("    %s:*) _tocsin_rest '%s' '", command->name, buf_text(&words));
    for (const struct option_row *row = option_rows; row->name; row++) {
        if (!(row->commands & command->bit)) continue;
        if (row->letter) printf("-%c ", row->letter);
        printf("--%s ", row->name);
    }
    fputs("' ;;\n", stdout);
    buf_release(&words);
}

static void print_bash(void) {
    struct buf names = {0};
    add_commands(&names);
    printf("# bash completion of tocsin %s\n", VERSION);
    fputs("_tocsin_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
          "_tocsin_files() {\n"
          "    compopt -o filenames 2>/dev/null\n"
          "    mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n"
          "}\n"
          "_tocsin_rest() { # WORDS OPTIONS: an option, a first word, or a file\n"
          "    if [[ $cur == -* ]]; then _tocsin_words \"$2\"\n"
          "    elif [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$1\" ]; then _tocsin_words \"$1\"\n"
          "    else _tocsin_files; fi\n"
          "}\n"
          "_tocsin() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}\n",
        stdout);
    printf("    COMPREPLY=()\n"
           "    if [ \"$COMP_CWORD\" -eq 1 ]; then _tocsin_words '%s'; return; fi\n"
           "    case ${COMP_WORDS[1]}:$before in\n",
        buf_text(&names));
    for (const struct command *command = commands; command->name; command++) bash_command(command);
    printf("    help:*) _tocsin_words '%s' ;;\n    esac\n}\ncomplete -F _tocsin tocsin\n",
        buf_text(&names));
    buf_release(&names);
}

/* ---- zsh ---- */

/* Inside single quotes, where `:` and brackets have a meaning. */
static void zsh_text(const char *text) {
    for (; *text; text++) {
        if (strchr(":[]\\", *text)) putchar('\\');
        if (*text == '\'')
            fputs("'\\''", stdout);
        else
            putchar(*text);
    }
}

static void zsh_value(const struct option_row *row) {
    if (!row->argument) return;
    printf(":%s:", takes_file(row) ? "file" : row->name);
    if (row->choices) {
        putchar('(');
        for (size_t i = 0; row->choices[i]; i++) printf("%s%s", i ? " " : "", row->choices[i]);
        putchar(')');
    } else if (takes_file(row)) {
        fputs("_files", stdout);
    }
}

static void zsh_option(const struct option_row *row) {
    fputs(" \\\n        ", stdout);
    if (row->type == LIST)
        fputs("'*'", stdout);
    else if (row->letter)
        printf("'(-%c --%s)'", row->letter, row->name);
    if (row->letter)
        printf("{-%c,--%s}'[", row->letter, row->name);
    else
        printf("'--%s[", row->name);
    zsh_text(row->help);
    putchar(']');
    zsh_value(row);
    putchar('\'');
}

static void zsh_command(const struct command *command) {
    struct buf words = {0};
    add_words(&words, command);
    printf("    %s) _arguments -s", command->name);
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->commands & command->bit) zsh_option(row);
    if (words.len) printf(" \\\n        '1:what:(%s)'", buf_text(&words));
    fputs(" \\\n        '*:file:_files' ;;\n", stdout);
    buf_release(&words);
}

static void print_zsh(void) {
    fputs("#compdef tocsin\n_tocsin() {\n    local -a commands\n    commands=(\n", stdout);
    for (const struct command *command = commands; command->name; command++) {
        printf("        '%s:", command->name);
        zsh_text(command->summary);
        fputs("'\n", stdout);
    }
    fputs("        'help:what a command is for, and its options'\n    )\n"
          "    if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
          "    local command=$words[2]\n"
          "    shift words; (( CURRENT-- ))\n"
          "    case $command in\n",
        stdout);
    for (const struct command *command = commands; command->name; command++) zsh_command(command);
    fputs(
        "    help) _describe command commands ;;\n    esac\n}\n"
        "if [ \"$funcstack[1]\" = _tocsin ]; then _tocsin \"$@\"; else compdef _tocsin tocsin; fi\n",
        stdout);
}

/* ---- the command ---- */

int command_completion(const struct options *options) {
    const char *shell = options->arg_count == 1 ? options->args[0] : "";
    if (strcmp(shell, "bash") == 0)
        print_bash();
    else if (strcmp(shell, "zsh") == 0)
        print_zsh();
    else {
        fputs("tocsin completion: of which shell? bash or zsh\ntry 'tocsin help completion'\n",
            stderr);
        return EXIT_USAGE;
    }
    return output_close(stdout) ? EXIT_FINE : EXIT_RUN;
}
