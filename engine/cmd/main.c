#include "cmd/findings_help.h"
#include "cmd/options.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/suggest.h"

#include <fcntl.h>
#include <unistd.h>

const struct command commands[] = {
    {"run", "[INPUT...]", "read events until they end or SIGTERM, and alert",
        "Reads the inputs named here to their end and follows those of the configuration,\n"
        "puts each event through the rules, and delivers alerts to the destinations. What\n"
        "it raised is in the store before the input is acknowledged, so that stopping it\n"
        "at any moment loses nothing.",
        RUN, command_run},
    {"replay", "[-r RULES]... INPUT...", "put past events through the rules; send nothing",
        "INPUT is a file, a directory or '-': JSON in any arrangement, also gzip'd.", REPLAY,
        command_replay},
    {"test", "[PATH...]", "run the tests in the manifests",
        "Exits 1 when one fails. PATH is as for -r; default: rules of the configuration.", TEST,
        command_test},
    {"check", "[PATH...]", "load configuration and rules, report every problem",
        "Says everything that can be known without an event, with file, line and column.\n"
        "Exits 1 when it finds an error. 'tocsin help TC012' explains a finding by its\n"
        "code, 'tocsin help codes' lists them all. '-' is a file that an editor shows.",
        CHECK, command_check},
    {"explain", "[-r RULES]... EVENT", "why each rule fires on an event, or does not",
        "Shows what every rule that came near made of one event: each clause of 'when'\n"
        "with the value found, what its Lua read and answered, exceptions, memory, the\n"
        "alert, and with a configuration the request that would be sent, without secrets.\n"
        "EVENT is a file or '-' in any form that replay reads; -v shows all, in full.",
        EXPLAIN, command_explain},
    {"alerts", "list | show ID | retry [ID] | drop ID | exceptions",
        "the alerts and deliveries in the store",
        "list: alerts, the newest last. show: one, with its deliveries. retry: queue\n"
        "again what was given up. drop: give up what waits. exceptions: how often each\n"
        "held; without --store, which never did, too. ID may be the beginning of an id.",
        ALERTS, command_alerts},
    {"attack", "[PATH...]", "what the rules cover of MITRE ATT&CK",
        "By tactic, the techniques that rules name under 'attack', how many rules do, and\n"
        "the highest severity; -v names the rules. Those not enabled do not count. --gap\n"
        "tells the techniques of FILE that no rule names, and exits 1 if there are any.\n"
        "FILE has an id a line, or is a layer of ATT&CK Navigator; -f navigator prints\n"
        "such a layer, in which those without a rule are marked.",
        ATTACK, command_attack},
    {"diff", "OLD NEW INPUT...", "what two versions of the rules make of the same events",
        "Reads past events once, asks both versions about each, and tells which alerts\n"
        "are gained, lost or changed, and what differs in the rules. OLD and NEW are\n"
        "files or directories of rules, or those of a git revision: main:rules. INPUT\n"
        "is as for replay. Exits 0 whatever differs.",
        DIFF, command_diff},
    {"new", "rule ID [DIR] | pack DIR | editor DIR",
        "write a rule or a pack of rules to begin with",
        "rule: ID.yaml in DIR (default: rules, or here). With --from it is made of an\n"
        "event: a pattern, a test with that event, and tests that each change one thing;\n"
        "ids, people and addresses in it are masked. pack: a directory with a rule, CI, a\n"
        "hook and what editors need. editor: that alone, for rules that are there.\n"
        "Writes over nothing but what it writes into .tocsin.",
        NEW, command_new},
    {"schema", "manifest | config | alert",
        "print the JSON Schema of a rule, tocsin.yaml or an alert",
        "For editors and other readers; printed from the rows that check the files. What\n"
        "only the whole can show (ids, Lua, expressions) is left to check.",
        PRINT, command_schema},
    {"completion", "bash | zsh", "print what completes the command line in that shell",
        "source <(tocsin completion bash) for this shell, or put it where the shell looks\n"
        "for such files; make install does.",
        PRINT, command_completion},
    {"man", "[COMMAND]", "print the manual page of a command",
        "In roff, for man: tocsin man replay | man -l -\n"
        "Without a command: the page that names them all.",
        PRINT, command_man},
    {NULL, NULL, NULL, NULL, 0, NULL},
};

/* Nothing that is not committed was acknowledged, so ending here loses nothing. */
static void memory_exhausted(size_t wanted) {
    (void)wanted;
    static const char text[] = "tocsin: out of memory\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0) _exit(EXIT_RUN);
    _exit(EXIT_RUN);
}

/* A standard stream that is closed would be the next file that is opened: it is given the way that
 * it is not used in, so that using it fails as it should. */
static bool occupy_standard_streams(void) {
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 &&
            open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

static const struct command *find(const char *name) {
    for (const struct command *command = commands; command->name; command++)
        if (strcmp(command->name, name) == 0) return command;
    return NULL;
}

static int unknown(const char *name) {
    struct suggest suggest = suggest_for(str_of(name));
    for (const struct command *command = commands; command->name; command++)
        suggest_offer(&suggest, command->name);
    fprintf(stderr, "tocsin: unknown command '%s'%s\n", name, suggest_text(suggest_best(&suggest)));
    fputs("try 'tocsin help'\n", stderr);
    return EXIT_USAGE;
}

static int unknown_code(const char *code) {
    fprintf(stderr, "tocsin: no finding has the code '%s'\ntry 'tocsin help codes'\n", code);
    return EXIT_USAGE;
}

static int help(const char *name) {
    const struct command *command = name ? find(name) : NULL;
    if (name && findings_help(name)) return EXIT_FINE;
    if (name && strncmp(name, "TC", 2) == 0) return unknown_code(name);
    if (name && !command) return unknown(name);
    if (command)
        help_print_command(stdout, command);
    else
        help_print(stdout);
    return EXIT_FINE;
}

static void set_log(const struct options *options) {
    log_set_color(options_color(options, stderr));
    if (options->quiet) log_set_level(LOG_WARN);
    if (options->verbose) log_set_level(LOG_DEBUG);
}

static int dispatch(const struct command *command, int argc, char **argv) {
    struct options options = {0};
    int code = EXIT_USAGE;
    if (options_read(&options, command, argc, argv)) {
        set_log(&options);
        if (options.help)
            code = help(command->name);
        else if (options.version)
            code = printf("tocsin %s\n", VERSION) > 0 ? EXIT_FINE : EXIT_RUN;
        else
            code = command->run(&options);
    }
    options_release(&options);
    return code;
}

int main(int argc, char **argv) {
    mem_on_exhausted(memory_exhausted);
    if (!occupy_standard_streams()) return EXIT_RUN;
    const char *name = argc > 1 ? argv[1] : NULL;
    if (!name) {
        help_print(stderr);
        return EXIT_USAGE;
    }
    if (strcmp(name, "help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0)
        return help(argv[2]);
    if (strcmp(name, "--version") == 0) {
        printf("tocsin %s\n", VERSION);
        return EXIT_FINE;
    }
    const struct command *command = find(name);
    return command ? dispatch(command, argc - 2, argv + 2) : unknown(name);
}
