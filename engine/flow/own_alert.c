#include "flow/own_alert.h"

#include "base/buf.h"
#include "base/clock.h"
#include "text/json.h"

enum { PERIOD_MS = 60 * 60 * 1000 };

/* `until` is left out where it is empty. */
static struct str context_of(const struct failure *failure, struct str until, struct arena *arena) {
    struct buf json = {0};
    buf_add_char(&json, '{');
    json_print_member(&json, "rule", failure->rule);
    json_print_member(&json, "kind", str_of(failure_names[failure->kind]));
    json_print_member(&json, "reason", failure->reason);
    json_print_member(&json, "event_id", failure->event_id);
    if (until.len) json_print_member(&json, "until", until);
    buf_add_char(&json, '}');
    struct str copy = arena_copy(arena, buf_str(&json));
    buf_release(&json);
    return copy;
}

static struct str runbook_of(struct str rule, struct arena *arena) {
    return str_of(arena_format(arena,
        "1. See which events it was, and why: tocsin alerts list --failed-rules --rule %.*s\n"
        "2. Look at these events yourself: nobody else has.\n"
        "3. Mend the rule, with one of the events as a test of it.\n"
        "4. Put the time that was missed through it: tocsin replay.",
        STR_ARG(rule)));
}

/* What all of them have in common. */
static struct match own_alert(const struct failure *failure, int64_t now_ms, struct arena *arena) {
    return (struct match){
        .log = STR("tocsin.engine"),
        .severity = STR("high"),
        .dedup = failure->rule,
        .event_id = failure->event_id,
        .time_ms = now_ms,
        .period_ms = PERIOD_MS,
        .body = {.event = failure->event, .runbook = runbook_of(failure->rule, arena)},
    };
}

struct match own_alert_failing(const struct failure *failure, int64_t now_ms, struct arena *arena) {
    struct match match = own_alert(failure, now_ms, arena);
    match.rule = STR("tocsin.rule.failing");
    match.title = str_of(arena_format(arena, "Rule '%.*s' could not judge an event (%s)",
        STR_ARG(failure->rule), failure_names[failure->kind]));
    match.body.context = context_of(failure, (struct str){0}, arena);
    match.body.description = str_of(arena_format(arena,
        "%.*s. The rule did not look at this event, so what it looks for may have happened. Such "
        "events are told once an hour for each rule; the count says how many they were.",
        STR_ARG(failure->reason)));
    return match;
}

struct match own_alert_suspended(const struct failure *failure, const struct suspension *suspension,
    int64_t now_ms, struct arena *arena) {
    struct match match = own_alert(failure, now_ms, arena);
    char until[CLOCK_TEXT];
    clock_format(suspension->until_ms, until);
    match.rule = STR("tocsin.rule.suspended");
    match.title = str_of(
        arena_format(arena, "Rule '%.*s' is suspended: it was stopped %u times in a row (%s)",
            STR_ARG(failure->rule), suspension->kills, failure_names[failure->kind]));
    match.body.context = context_of(failure, str_of(until), arena);
    match.body.description = str_of(arena_format(arena,
        "%.*s. Until %s the rule judges nothing: what it looks for may happen unseen. Then it is "
        "tried on one event; it works again when it answers, else it is left alone for twice as "
        "long, up to an hour. Each event that it would have judged is kept as failed.",
        STR_ARG(failure->reason), until));
    return match;
}

struct match own_alert_full(
    const struct match *match, int64_t forgotten, int64_t now_ms, struct arena *arena) {
    struct match own = {
        .rule = STR("tocsin.memory.full"),
        .log = STR("tocsin.engine"),
        .severity = STR("high"),
        .dedup = match->rule,
        .event_id = match->event_id,
        .time_ms = now_ms,
        .period_ms = PERIOD_MS,
        .body = {.event = match->body.event},
    };
    own.title = str_of(
        arena_format(arena, "Rule '%.*s' remembers all it may, and forgets", STR_ARG(match->rule)));
    own.body.description = str_of(arena_format(arena,
        "There was no room for another match, so the oldest went (%lld by this one). What the rule "
        "counts may be too low since.",
        (long long)forgotten));
    own.body.runbook = STR("1. Give it more room: 'memory: {keys: …, events: …}' in its manifest.\n"
                           "2. Or fewer keys: a 'when' that matches less, another 'dedup.by'.");
    return own;
}
