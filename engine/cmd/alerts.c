#include "cmd/exceptions.h"
#include "cmd/output.h"
#include "cmd/setup.h"
#include "cmd/table.h"
#include "model/severity.h"
#include "model/store.h"

#include "base/clock.h"
#include "base/plain.h"
#include "base/suggest.h"

#include <inttypes.h>

/* One call of the command. */
struct call {
    const struct options *options;
    struct store *store;
    const struct rules *rules; /* NULL: they are not known */
    FILE *to;
    struct diag diag;
    struct table table;
    struct buf line;
};

static int usage(const char *what, const char *subject) {
    fprintf(stderr, "tocsin alerts: %s '%s'\ntry 'tocsin help alerts'\n", what, subject);
    return EXIT_USAGE;
}

static void print_line(struct call *call) {
    buf_add_char(&call->line, '\n');
    fwrite(call->line.at, 1, call->line.len, call->to);
    buf_reset(&call->line);
}

static struct str format_time(struct arena *arena, int64_t time_ms) {
    char text[CLOCK_TEXT];
    if (time_ms == CLOCK_UNKNOWN) return STR("-");
    clock_format(time_ms, text);
    return str_of(arena_text(arena, text));
}

/* ---- deliveries ---- */

static struct str first_clause(struct str text) {
    const char *end = memmem(text.at, text.len, ": ", 2);
    return end ? (struct str){text.at, (size_t)(end - text.at)} : text;
}

struct summary {
    struct buf text;
    int64_t revision; /* the latest, which comes first; those before it are history */
};

/* "soc-slack done, on-call given up (HTTP 410)"; of an error its beginning, `show` has all of it. */
static bool add_delivery(void *context, const struct delivery *delivery) {
    struct summary *summary = context;
    struct buf *to = &summary->text;
    if (to->len == 0) summary->revision = delivery->revision;
    if (delivery->revision != summary->revision) return true;
    if (to->len) buf_add_text(to, ", ");
    buf_add_str(to, delivery->destination);
    buf_add_format(to, " %s", delivery_state_names[delivery->state]);
    if (delivery->state == DELIVERY_DONE) return true;
    if (delivery->last_status)
        buf_add_format(to, " (HTTP %" PRId64 ")", delivery->last_status);
    else if (delivery->last_error.len)
        buf_add_format(to, " (%.*s)", STR_ARG(first_clause(delivery->last_error)));
    return true;
}

static bool print_delivery(void *context, const struct delivery *delivery) {
    struct call *call = context;
    struct arena *arena = &call->table.arena;
    struct str state = str_of(delivery_state_names[delivery->state]);
    const char *tries = arena_format(
        arena, "%" PRId64 " attempt%s", delivery->attempts, delivery->attempts == 1 ? "" : "s");
    bool waits = delivery->state == DELIVERY_QUEUED;
    struct str when = format_time(arena, waits ? delivery->due_ms : delivery->updated_ms);
    table_add(&call->table,
        (struct str[]){delivery->destination, state, str_of(tries), when, delivery->last_error});
    return true;
}

static bool print_delivery_json(void *context, const struct delivery *delivery) {
    struct call *call = context;
    struct buf *line = &call->line;
    char due[CLOCK_TEXT];
    clock_format(delivery->due_ms, due);
    buf_add_text(line, "{\"destination\":");
    json_print_string(line, delivery->destination);
    buf_add_format(line,
        ",\"revision\":%" PRId64 ",\"state\":\"%s\",\"attempts\":%" PRId64
        ",\"due\":\"%s\",\"last_status\":%" PRId64 ",\"last_error\":",
        delivery->revision, delivery_state_names[delivery->state], delivery->attempts, due,
        delivery->last_status);
    json_print_string(line, delivery->last_error);
    buf_add_char(line, '}');
    print_line(call);
    return true;
}

/* ---- list ---- */

static bool list_json(void *context, const struct alert *alert) {
    struct call *call = context;
    alert_print(&call->line, alert);
    print_line(call);
    return true;
}

static bool list_row(void *context, const struct alert *alert) {
    struct call *call = context;
    struct arena *arena = &call->table.arena;
    struct summary deliveries = {0};
    bool good = store_deliveries_list(
        call->store, alert->id, add_delivery, &deliveries, &call->diag);
    const char *count = arena_format(arena, "%" PRId64, alert->count);
    table_add(&call->table,
        (struct str[]){(struct str){alert->id, 12}, format_time(arena, alert->time_ms),
            alert->severity, alert->rule, str_of(count), alert->title,
            deliveries.text.len ? buf_str(&deliveries.text) : STR("-")});
    buf_release(&deliveries.text);
    return good;
}

/* ---- what could not be used ---- */

static void add_member(struct buf *line, const char *key, struct str value) {
    buf_add_format(line, "%s\"%s\":", line->len ? "," : "{", key);
    json_print_string(line, value);
}

static struct str place_of(const struct rejected *rejected, struct arena *arena) {
    return str_of(arena_format(arena, "%.*s:%" PRIu64, STR_ARG(rejected->source), rejected->line));
}

static bool rejected_json(void *context, const struct rejected *rejected) {
    struct call *call = context;
    struct buf *line = &call->line;
    add_member(line, "time", format_time(&call->table.arena, rejected->at_ms));
    if (rejected->kind) {
        add_member(line, "rule", rejected->rule);
        add_member(line, "kind", str_of(failure_names[rejected->kind]));
        add_member(line, "event_id", rejected->event_id);
    }
    add_member(line, "reason", rejected->reason);
    add_member(line, "source", rejected->source);
    buf_add_format(
        line, ",\"line\":%" PRIu64 ",\"record\":%" PRIu64, rejected->line, rejected->index);
    add_member(line, "bytes", rejected->bytes);
    buf_add_char(line, '}');
    print_line(call);
    return true;
}

static bool rejected_row(void *context, const struct rejected *rejected) {
    struct call *call = context;
    struct arena *arena = &call->table.arena;
    table_add(&call->table, (struct str[]){format_time(arena, rejected->at_ms),
                                place_of(rejected, arena), rejected->reason});
    return true;
}

static bool failure_row(void *context, const struct rejected *rejected) {
    struct call *call = context;
    struct arena *arena = &call->table.arena;
    table_add(&call->table, (struct str[]){format_time(arena, rejected->at_ms), rejected->rule,
                                str_of(failure_names[rejected->kind]),
                                rejected->event_id.len ? rejected->event_id : STR("-"),
                                rejected->reason, place_of(rejected, arena)});
    return true;
}

static int list_rejected(struct call *call, int64_t since_ms) {
    const struct options *options = call->options;
    struct store_rejected_filter filter = {
        options->failed_rules, str_of(options->rule), since_ms, options->limit};
    store_rejected_each *each = filter.failures ? failure_row : rejected_row;
    if (options->rejected && options->failed_rules)
        return usage("not both: '--rejected' and", "--failed-rules");
    if (options->format == FORMAT_JSON) each = rejected_json;
    table_init(&call->table, filter.failures ? 6 : 3);
    return store_rejected_list(call->store, &filter, each, call, &call->diag) ? EXIT_FINE
                                                                              : EXIT_RUN;
}

static int unknown_severity(const char *name) {
    fprintf(stderr, "tocsin alerts: unknown severity '%s'%s\n", name,
        suggest_text(suggest_from(str_of(name), severity_names)));
    return EXIT_USAGE;
}

static int list(struct call *call, const char *prefix) {
    const struct options *options = call->options;
    struct store_alert_filter filter = {
        str_of(options->rule), str_of(options->severity), CLOCK_UNKNOWN, options->limit};
    enum severity severity;
    if (prefix) return usage("'list' takes no argument, but got", prefix);
    if (options->severity && !severity_parse(filter.severity, &severity))
        return unknown_severity(options->severity);
    if (options->since) filter.since_ms = option_time(options->since);
    if (options->since && filter.since_ms == CLOCK_UNKNOWN)
        return usage("neither a time such as 2023-07-10T11:45:00Z nor 7d:", options->since);
    if (options->rejected || options->failed_rules) return list_rejected(call, filter.since_ms);
    bool json = options->format == FORMAT_JSON;
    table_init(&call->table, 7);
    bool good = store_alerts_list(
        call->store, &filter, json ? list_json : list_row, call, &call->diag);
    return good && !call->diag.set ? EXIT_FINE : EXIT_RUN;
}

/* ---- one alert ---- */

/* The id that begins so; "" with a line on standard error when there is none, or several. */
static int resolve(struct call *call, const char *prefix, char id[ALERT_ID]) {
    int found = 0;
    if (!store_alert_resolve(call->store, str_of(prefix), id, &found, &call->diag)) return EXIT_RUN;
    if (found == 1) return EXIT_FINE;
    fprintf(stderr,
        found ? "tocsin alerts: several alerts begin with '%s'\n"
              : "tocsin alerts: no alert '%s'\n",
        prefix);
    return EXIT_FINDINGS;
}

/* The lines of a text below each other. Those behind the first stand where values stand, so that none
 * looks like a member. */
static void print_text(struct call *call, struct str key, struct str text) {
    while (text.len && text.at[text.len - 1] == '\n') text.len--;
    for (bool more = true; more; key.len = 0) {
        const char *end = text.len ? memchr(text.at, '\n', text.len) : NULL;
        size_t len = end ? (size_t)(end - text.at) : text.len;
        buf_add_format(&call->line, "%-14.*s ", STR_ARG(key));
        plain_print(&call->line, (struct str){text.at, len});
        print_line(call);
        more = end != NULL;
        if (more) text = (struct str){end + 1, text.len - len - 1};
    }
}

/* JSON leaves in place what a terminal obeys: DEL, the controls above 0x7F, marks of direction. */
static void print_member(struct call *call, const struct json_member *member) {
    struct buf json = {0};
    if (json_is_string(&member->value)) {
        print_text(call, member->key, member->value.string);
        return;
    }
    json_print(&json, &member->value);
    print_text(call, member->key, buf_str(&json));
    buf_release(&json);
}

static bool print_alert(struct call *call, const struct alert *alert) {
    struct arena arena = {0};
    struct buf text = {0};
    alert_print(&text, alert);
    const struct json *tree = json_parse(&arena, buf_str(&text), NULL, &call->diag);
    for (size_t i = 0; tree && i < tree->count; i++) print_member(call, &tree->members[i]);
    buf_release(&text);
    arena_release(&arena);
    return tree != NULL;
}

static int show(struct call *call, const char *prefix) {
    char id[ALERT_ID];
    struct alert alert;
    struct arena arena = {0};
    bool found = false;
    if (!prefix) return usage("argument missing:", "show ID");
    int code = resolve(call, prefix, id);
    if (code != EXIT_FINE) return code;
    bool json = call->options->format == FORMAT_JSON;
    table_init(&call->table, 5);
    bool good = store_alert_find(call->store, id, &arena, &alert, &found, &call->diag) && found &&
                (json ? list_json(call, &alert) : print_alert(call, &alert)) &&
                store_deliveries_list(call->store, id, json ? print_delivery_json : print_delivery,
                    call, &call->diag);
    if (good && call->table.first) fputs("\ndeliveries:\n", call->to);
    arena_release(&arena);
    return good ? EXIT_FINE : EXIT_RUN;
}

/* ---- retry and drop ---- */

static int change(struct call *call, const char *prefix, enum delivery_state to, const char *done) {
    char id[ALERT_ID] = "";
    int64_t changed = 0;
    int code = prefix ? resolve(call, prefix, id) : EXIT_FINE;
    if (code != EXIT_FINE) return code;
    if (!store_deliveries_set(call->store, id, str_of(call->options->destination), to,
            clock_wall_ms(), &changed, &call->diag))
        return EXIT_RUN;
    fprintf(call->to, "%" PRId64 " deliver%s %s\n", changed, changed == 1 ? "y" : "ies", done);
    return EXIT_FINE;
}

static int retry(struct call *call, const char *prefix) {
    return change(call, prefix, DELIVERY_QUEUED, "queued again");
}

/* Not for all alerts at once by leaving a word out. */
static int drop(struct call *call, const char *prefix) {
    if (!prefix && !call->options->destination) return usage("argument missing:", "drop ID");
    return change(call, prefix, DELIVERY_DROPPED, "dropped");
}

/* ---- exceptions ---- */

static int exceptions(struct call *call, const char *prefix) {
    if (prefix) return usage("'exceptions' takes no argument, but got", prefix);
    bool good = exceptions_print(call->store, call->rules, call->options, call->to, &call->diag);
    return good ? EXIT_FINE : EXIT_RUN;
}

/* ---- the command ---- */

static const struct verb {
    const char *name;
    int (*act)(struct call *call, const char *prefix);
    bool asks_rules; /* wants them, where there is a configuration */
} verbs[] = {{"list", list, false}, {"show", show, false}, {"retry", retry, false},
    {"drop", drop, false}, {"exceptions", exceptions, true}};

static const struct verb *find_verb(const char *name) {
    for (size_t i = 0; name && i < sizeof verbs / sizeof *verbs; i++)
        if (strcmp(verbs[i].name, name) == 0) return &verbs[i];
    return NULL;
}

static int unknown_verb(const char *name) {
    struct suggest suggest = suggest_for(str_of(name));
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
        suggest_offer(&suggest, verbs[i].name);
    fprintf(stderr, "tocsin alerts: expected list, show, retry, drop or exceptions%s%s%s%s\n",
        name ? ", not '" : "", name ? name : "", name ? "'" : "",
        suggest_text(suggest_best(&suggest)));
    return EXIT_USAGE;
}

static int act(struct call *call, const struct verb *verb) {
    int code = verb->act(call, call->options->args[1]);
    table_print(&call->table, call->to);
    if (call->diag.set) fprintf(stderr, "tocsin alerts: %s\n", call->diag.text);
    table_release(&call->table);
    buf_release(&call->line);
    return code;
}

static int with_store(const struct options *options, const struct verb *verb, const char *path,
    const struct rules *rules) {
    struct call call = {.options = options, .rules = rules};
    call.store = store_open(path, STORE_SHARED, &call.diag);
    if (!call.store) {
        fprintf(stderr, "tocsin alerts: %s\n", call.diag.text);
        return EXIT_RUN;
    }
    call.to = output_open(options);
    int code = call.to ? act(&call, verb) : EXIT_RUN;
    if (call.to && !output_close(call.to)) code = EXIT_RUN;
    store_close(call.store);
    return code;
}

static int with_config(
    struct setup *setup, const struct options *options, const struct verb *verb) {
    struct rules *rules = NULL;
    bool good = setup_config(setup, options);
    if (good && verb->asks_rules) {
        setup_paths(setup, options, (char *const[]){NULL});
        good = (rules = setup_manifests(setup)) != NULL;
    }
    if (!good) setup_report(setup, options);
    int code = good ? with_store(options, verb, setup->config.store.at, rules) : EXIT_LOAD;
    rules_free(rules);
    return code;
}

int command_alerts(const struct options *options) {
    const struct verb *verb = find_verb(options->args[0]);
    if (!verb) return unknown_verb(options->args[0]);
    if (options->arg_count > 2) return usage("one argument too many:", options->args[2]);
    struct setup setup;
    setup_init(&setup);
    int code = options->store ? with_store(options, verb, options->store, NULL)
                              : with_config(&setup, options, verb);
    setup_release(&setup);
    return code;
}
