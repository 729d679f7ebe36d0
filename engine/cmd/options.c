#include "cmd/options.h"

#include "cmd/test_report.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "flow/period.h"

#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#define FIELD(name) offsetof(struct options, name)

static const char *const formats[] = {"text", "json", NULL};
static const char *const check_formats[] = {"text", "json", "sarif", "github", NULL};
static const char *const attack_formats[] = {"text", "json", "navigator", NULL};
static const char *const diff_formats[] = {"text", "json", "markdown", NULL};
static const char *const colors[] = {"auto", "always", "never", NULL};

const struct option_row option_rows[] = {
    {'r', "rules", "PATH", LIST, FIELD(rules), RUN | REPLAY | TEST | CHECK | EXPLAIN | ATTACK, NULL,
        "rule file or directory (may be repeated)"},
    {'c', "config", "FILE", TEXT, FIELD(config), CONFIGURED, NULL,
        "configuration (default: tocsin.yaml here)"},
    {'c', "config", "FILE", TEXT, FIELD(config), DIFF, NULL,
        "configuration, for its limits and overrides"},
    {'o', "output", "FILE", TEXT, FIELD(output), REPLAY | CHECK | ALERTS | EXPLAIN | ATTACK | DIFF,
        NULL, "write there instead of standard output"},
    {'f', "format", "text|json", CHOICE, FIELD(format), REPLAY | ALERTS | EXPLAIN, formats,
        "text for people, or one JSON object a line"},
    {'f', "format", "FORMAT", CHOICE, FIELD(format), CHECK, check_formats,
        "text, json, sarif or github"},
    {'f', "format", "FORMAT", CHOICE, FIELD(format), TEST, test_format_names,
        "text, tap, junit, json, github, lcov or cobertura"},
    {'f', "format", "FORMAT", CHOICE, FIELD(format), ATTACK, attack_formats,
        "text, json, or navigator for a layer"},
    {'f', "format", "FORMAT", CHOICE, FIELD(format), DIFF, diff_formats,
        "text, json, or markdown for a pull request"},
    {0, "gap", "FILE", TEXT, FIELD(gap), ATTACK, NULL,
        "techniques that are wanted: a list or a layer"},
    {0, "filter", "GLOB", TEXT, FIELD(filter), TEST, NULL,
        "what 'RULE', 'TEST' or 'RULE: TEST' is like (* ?)"},
    {0, "tag", "TAG", TEXT, FIELD(tag), TEST, NULL, "only of rules that have this tag"},
    {0, "failed-only", NULL, FLAG, FIELD(failed_only), TEST, NULL,
        "only what failed last time here (kept in ~/.cache)"},
    {0, "fail-fast", NULL, FLAG, FIELD(fail_fast), TEST, NULL, "end at the first that fails"},
    {0, "require-tests", NULL, FLAG, FIELD(require_tests), TEST, NULL,
        "a rule needs one that alerts and one that does not"},
    {0, "coverage", NULL, FLAG, FIELD(coverage), TEST, NULL,
        "tell what of Lua and patterns no test has seen"},
    {0, "mutate", NULL, FLAG, FIELD(mutate), TEST, NULL,
        "tell which small changes of a rule no test sees"},
    {0, "time", "TIME", TEXT, FIELD(time), TEST, NULL,
        "with --mutate: as many as there is time for (60s)"},
    {0, "min", "N", NUMBER, FIELD(minimum), TEST, NULL, "with both: exit 1 below so many percent"},
    {0, "watch", NULL, FLAG, FIELD(watch), TEST, NULL,
        "again whenever a file is saved, what it concerns"},
    {'j', "jobs", "N", NUMBER, FIELD(jobs), RUN | REPLAY | TEST | DIFF, NULL,
        "evaluate in N processes (default: one a core)"},
    {0, "in-process", NULL, FLAG, FIELD(in_process), RUN | REPLAY | TEST | CHECK | EXPLAIN | DIFF,
        NULL, "run rules in this process, for debuggers"},
    {0, "strict", NULL, FLAG, FIELD(strict), REPLAY | DIFF, NULL,
        "exit 1 when a record cannot be used or a rule fails"},
    {0, "strict", NULL, FLAG, FIELD(strict), CHECK, NULL, "exit 1 on warnings, too"},
    {0, "fix", NULL, FLAG, FIELD(fix), CHECK, NULL, "correct files where it is sure what is meant"},
    {0, "dry-run", NULL, FLAG, FIELD(dry_run), CHECK, NULL,
        "with --fix: print the difference, write nothing"},
    {0, "path", "FILE", TEXT, FIELD(path), CHECK, NULL,
        "with '-': the file that standard input is"},
    {0, "parse-all", NULL, FLAG, FIELD(parse_all), RUN | REPLAY, NULL,
        "parse records that no rule can want, too"},
    {0, "profile", NULL, FLAG, FIELD(profile), REPLAY, NULL, "tell at the end what each rule cost"},
    {0, "stats", NULL, FLAG, FIELD(stats), REPLAY, NULL,
        "in place of alerts how many each rule raised"},
    {0, "html", "FILE", TEXT, FIELD(html), REPLAY, NULL,
        "in place of alerts a page to look at, in one file"},
    {0, "html", "FILE", TEXT, FIELD(html), DIFF, NULL, "also a page to look at, in one file"},
    {0, "html", "FILE", TEXT, FIELD(html), TEST, NULL,
        "also a page of the coverage to look at, in one file"},
    {0, "budget", "[RULE=]N/day", LIST, FIELD(budgets), REPLAY, NULL,
        "exit 1 if a rule raises more; RULE may be a glob"},
    {0, "store", "FILE", TEXT, FIELD(store), ALERTS | EXPLAIN, NULL,
        "the store, without reading a configuration"},
    {0, "rejected", NULL, FLAG, FIELD(rejected), ALERTS, NULL,
        "list records that could not be used"},
    {0, "failed-rules", NULL, FLAG, FIELD(failed_rules), ALERTS, NULL,
        "list events that a rule could not judge, and why"},
    {0, "rule", "ID", TEXT, FIELD(rule), ALERTS | EXPLAIN, NULL, "only of this rule"},
    {0, "event", "ID", TEXT, FIELD(event), EXPLAIN | NEW, NULL, "the event of this id, of many"},
    {0, "severity", "NAME", TEXT, FIELD(severity), ALERTS, NULL, "only alerts of this severity"},
    {0, "since", "TIME", TEXT, FIELD(since), REPLAY | ALERTS | DIFF, NULL,
        "only from then on: a time, or 7d for a week"},
    {0, "until", "TIME", TEXT, FIELD(until), REPLAY | DIFF, NULL, "only events of before then"},
    {0, "sample", "N", NUMBER, FIELD(sample), REPLAY, NULL, "only one record of N, by its bytes"},
    {0, "destination", "NAME", TEXT, FIELD(destination), ALERTS, NULL,
        "only deliveries to this destination"},
    {0, "limit", "N", NUMBER, FIELD(limit), ALERTS, NULL, "at most this many, the newest"},
    {0, "limit", "N", NUMBER, FIELD(limit), DIFF, NULL,
        "alerts shown of each kind and rule (default: 3)"},
    {0, "exit-code", NULL, FLAG, FIELD(exit_code), DIFF, NULL, "exit 1 when alerts differ"},
    {0, "from", "FILE", TEXT, FIELD(from), NEW, NULL, "the event that the rule is made of"},
    {'q', "quiet", NULL, FLAG, FIELD(quiet), EVERY, NULL, "say only what went wrong"},
    {'v', "verbose", NULL, FLAG, FIELD(verbose), EVERY, NULL, "say more"},
    {0, "color", "WHEN", CHOICE, FIELD(color), EVERY, colors,
        "auto, always or never; NO_COLOR is obeyed"},
    {'h', "help", NULL, FLAG, FIELD(help), EVERY, NULL, "this text"},
    {0, "version", NULL, FLAG, FIELD(version), EVERY, NULL, "the version"},
    {0, NULL, NULL, FLAG, 0, 0, NULL, NULL},
};

/* Where reading argv stands. */
struct reader {
    struct options *options;
    const struct command *command;
    char **next;
};

static bool wrong(const struct reader *reader, const char *what, const char *subject) {
    fprintf(stderr, "tocsin %s: %s '%s'\n", reader->command->name, what, subject);
    fprintf(stderr, "try 'tocsin help %s'\n", reader->command->name);
    return false;
}

static bool unknown(const struct reader *reader, struct str name) {
    struct suggest suggest = suggest_for(name);
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->commands & reader->command->bit) suggest_offer(&suggest, row->name);
    const char *near = suggest_best(&suggest);
    fprintf(stderr, "tocsin %s: unknown option '--%.*s'", reader->command->name, STR_ARG(name));
    if (near) fprintf(stderr, " (did you mean '--%s'?)", near);
    fprintf(stderr, "\ntry 'tocsin help %s'\n", reader->command->name);
    return false;
}

static bool set_number(const struct reader *reader, int64_t *field, const char *text) {
    char *end;
    *field = strtoll(text, &end, 10);
    if (end == text || *end || *field < 1) return wrong(reader, "not a number above 0:", text);
    return true;
}

static bool set_choice(
    const struct reader *reader, const struct option_row *row, int *field, const char *text) {
    for (int i = 0; row->choices[i]; i++)
        if (strcmp(row->choices[i], text) == 0) {
            *field = i;
            return true;
        }
    fprintf(stderr, "tocsin %s: --%s is ", reader->command->name, row->name);
    for (int i = 0; row->choices[i]; i++) fprintf(stderr, "%s%s", i ? "|" : "", row->choices[i]);
    fprintf(stderr, ", not '%s'\n", text);
    return false;
}

static bool add_word(struct option_list *list, const char *text) {
    list->list = mem_grow(list->list, list->count);
    list->list[list->count++] = text;
    return true;
}

static bool set(const struct reader *reader, const struct option_row *row, const char *text) {
    void *field = (char *)reader->options + row->offset;
    switch (row->type) {
    case FLAG: *(bool *)field = true; return true;
    case TEXT: *(const char **)field = text; return true;
    case NUMBER: return set_number(reader, field, text);
    case CHOICE: return set_choice(reader, row, field, text);
    case LIST: return add_word(field, text);
    }
    return false;
}

/* Takes the argument from behind `=` (or the letter), else from the next word. */
static bool take(struct reader *reader, const struct option_row *row, const char *attached) {
    if (!row->argument) {
        if (attached) return wrong(reader, "takes no argument: option", row->name);
        return set(reader, row, NULL);
    }
    const char *text = attached ? attached : *reader->next;
    if (!text) return wrong(reader, "argument missing: option", row->name);
    if (!attached) reader->next++;
    return set(reader, row, text);
}

static bool take_long(struct reader *reader, const char *word) {
    size_t len = strcspn(word, "=");
    const char *attached = word[len] ? word + len + 1 : NULL;
    for (const struct option_row *row = option_rows; row->name; row++)
        if ((row->commands & reader->command->bit) && str_is((struct str){word, len}, row->name))
            return take(reader, row, attached);
    return unknown(reader, (struct str){word, len});
}

/* `-qv`, `-f json`, `-fjson`. */
static bool take_letters(struct reader *reader, const char *letters) {
    for (; *letters; letters++) {
        const struct option_row *row = option_rows;
        while (row->name && !(row->letter == *letters && row->commands & reader->command->bit))
            row++;
        if (!row->name) return wrong(reader, "unknown option", (char[]){'-', *letters, '\0'});
        if (row->argument) return take(reader, row, letters[1] ? letters + 1 : NULL);
        if (!take(reader, row, NULL)) return false;
    }
    return true;
}

static bool take_word(struct reader *reader, bool *only_arguments) {
    char *word = *reader->next++;
    if (*only_arguments || word[0] != '-' || !word[1]) {
        reader->options->args[reader->options->arg_count++] = word;
        return true;
    }
    if (strcmp(word, "--") == 0) {
        *only_arguments = true;
        return true;
    }
    return word[1] == '-' ? take_long(reader, word + 2) : take_letters(reader, word + 1);
}

bool options_read(struct options *options, const struct command *command, int argc, char **argv) {
    struct reader reader = {options, command, argv};
    bool only_arguments = false;
    *options = (struct options){0};
    options->args = mem_alloc(((size_t)argc + 1) * sizeof *options->args);
    while (*reader.next)
        if (!take_word(&reader, &only_arguments)) return false;
    return true;
}

void options_release(struct options *options) {
    mem_free(options->rules.list);
    mem_free(options->budgets.list);
    mem_free(options->args);
}

int64_t option_time(const char *text) {
    int64_t ago = clock_parse_duration(str_of(text));
    return ago >= 0 ? clock_wall_ms() - ago : clock_parse(str_of(text));
}

static bool read_time(const char *command, const char *name, const char *text, int64_t *at_ms) {
    if (!text) return true;
    *at_ms = option_time(text);
    if (*at_ms != CLOCK_UNKNOWN) return true;
    fprintf(stderr, "tocsin %s: --%s: neither a time such as 2023-07-10T11:45:00Z nor 7d: '%s'\n",
        command, name, text);
    return false;
}

bool options_period(const struct options *options, const char *command, struct period *period) {
    *period = (struct period){options->since || options->until, INT64_MIN, INT64_MAX};
    return read_time(command, "since", options->since, &period->since_ms) &&
           read_time(command, "until", options->until, &period->until_ms);
}

bool options_color(const struct options *options, FILE *stream) {
    if (options->color != COLOR_AUTO) return options->color == COLOR_ALWAYS;
    const char *no_color = getenv("NO_COLOR");
    return !(no_color && *no_color) && isatty(fileno(stream));
}

static void print_row(FILE *to, const struct option_row *row) {
    char letter[8] = "    ", left[64];
    if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
        row->argument ? row->argument : "");
    fprintf(to, "  %-26s %s\n", left, row->help);
}

void help_print_command(FILE *to, const struct command *command) {
    fprintf(to, "usage: tocsin %s %s\n\n%s\n\noptions:\n", command->name, command->arguments,
        command->details);
    for (const struct option_row *row = option_rows; row->name; row++)
        if (row->commands & command->bit && row->commands != EVERY) print_row(to, row);
    fputs("  -q, --quiet; -v, --verbose; --color auto|always|never; -h, --help; --version\n", to);
}

void help_print(FILE *to) {
    fputs("tocsin reads events, asks your rules about each, and raises alerts.\n\n"
          "usage: tocsin COMMAND [OPTION...] [ARGUMENT...]\n\n",
        to);
    for (const struct command *command = commands; command->name; command++)
        fprintf(to, "  %-10s %s\n", command->name, command->summary);
    fputs("\n'tocsin help COMMAND' tells more. Each takes -q to say only what went wrong, -v\n"
          "to say more, --color auto|always|never, -h and --version. Exit codes: 0 fine,\n"
          "1 findings, 2 wrong usage, 3 configuration or rules do not load, 4 an input\n"
          "could not be read.\n",
        to);
}
