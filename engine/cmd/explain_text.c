#include "cmd/explain_text.h"

#include "base/clock.h"
#include "base/plain.h"

#include <inttypes.h>

/* ---- the rest of a match ---- */

static void add_dedup(struct text *text, const struct match *match) {
    text_begin(text, "dedup");
    text_cut(text, match->dedup, text->view->all ? match->dedup.len : TEXT_LONG);
    if (match->period_ms) {
        buf_add_text(text->to, "   for ");
        explain_print_duration(text->to, match->period_ms);
    } else {
        buf_add_text(text->to, "   each match is an alert of its own");
    }
    text_end(text);
}

/* With all in sight, what Lua answered was told before. */
static void add_match(struct text *text, const struct explained_rule *rule) {
    const struct match *match = rule->match;
    bool all = text->view->all && !rule->unjudged;
    if (!match) return;
    if (!all || !text_was_asked(&rule->trace, RULE_TITLE)) text_word(text, "title", match->title);
    if (!all || !text_was_asked(&rule->trace, RULE_SEVERITY))
        text_word(text, "severity", match->severity);
    add_dedup(text, match);
}

static void add_exception(struct text *text, const struct explained_exception *explained) {
    const struct manifest_exception *exception = explained->exception;
    text_begin(text, "exception");
    buf_add_text(text->to, explained->held   ? "held: "
                           : explained->over ? "over: "
                                             : "does not hold: ");
    plain_print(text->to, exception->reason);
    if (exception->owner.len) buf_add_format(text->to, ", of %.*s", STR_ARG(exception->owner));
    buf_add_text(text->to, exception->until.len ? ", until " : ", for ever");
    buf_add_str(text->to, exception->until);
    text_end(text);
    if (explained->held || text->view->all) text_account(text, "", &explained->account, true);
}

static void add_step(struct text *text, const struct explained_step *explained) {
    text_begin(text, "step");
    text_mark(text, explained->met);
    plain_print(text->to, explained->step->name);
    if (!explained->step->when)
        buf_add_format(text->to, ", what rule %.*s matches", STR_ARG(explained->step->rule));
    if (explained->step->absent) buf_add_text(text->to, ", which must not happen");
    text_end(text);
    text_account(text, "", &explained->account, text->view->all);
}

static void add_seen(struct text *text, const struct memory_sight *sight) {
    char first[CLOCK_TEXT], last[CLOCK_TEXT];
    if (!sight->known || sight->first_ms > sight->last_ms) {
        buf_add_text(text->to, "not seen before");
        return;
    }
    clock_format(sight->first_ms, first);
    clock_format(sight->last_ms, last);
    buf_add_format(text->to, "seen from %s to %s", first, last);
}

static void add_sight(struct text *text, const struct memory_rule *memory, size_t step,
    const struct memory_sight *sight) {
    text_begin(text, "");
    if (memory->kind == MEMORY_THRESHOLD)
        buf_add_format(text->to, "%" PRId64 " of %" PRId64 " so far, with this one",
            memory->is_unique ? sight->different : sight->matches + 1, memory->count);
    else if (memory->kind == MEMORY_FIRST_SEEN)
        add_seen(text, sight);
    else if (memory->kind == MEMORY_SEQUENCE)
        buf_add_format(text->to, "%.*s: %" PRId64 " before this one",
            STR_ARG(memory->steps[step].name), sight->matches);
    else
        buf_add_format(text->to, "%" PRId64 " before this one", sight->matches);
    text_end(text);
}

/* What came before is known to a store alone. */
static void add_sights(struct text *text, const struct explained_rule *rule) {
    const struct memory_rule *memory = &rule->rule->manifest->memory;
    for (size_t i = 0; i < rule->sight_count; i++) add_sight(text, memory, i, &rule->sights[i]);
    if (!rule->sight_count && rule->verdict == EXPLAINED_MATCH && rule->match->role_count)
        text_word(text, "", STR("what came before is in the store: -c or --store names it"));
}

static void add_memory(struct text *text, const struct explained_rule *rule) {
    const struct memory_rule *memory = &rule->rule->manifest->memory;
    if (memory->kind == MEMORY_NONE || !rule->match || rule->unjudged) return;
    text_begin(text, "memory");
    buf_add_text(text->to, "fires by ");
    explain_print_memory(text->to, memory);
    text_end(text);
    for (size_t i = 0; i < rule->match->role_count; i++)
        text_word(text, i ? "" : "key", rule->match->roles[i].key);
    if (rule->match->value.len) text_word(text, "value", rule->match->value);
    add_sights(text, rule);
    if (!rule->match->role_count)
        text_word(text, "", STR("takes no part in it: a value that it goes by is not there"));
}

/* ---- alerts ---- */

static void add_headers(struct text *text, struct str headers) {
    while (headers.len) {
        const char *end = memchr(headers.at, '\n', headers.len);
        size_t len = (size_t)(end - headers.at);
        text_word(text, "", (struct str){headers.at, len});
        headers = (struct str){end + 1, headers.len - len - 1};
    }
}

static void add_delivery(struct text *text, const struct explained_delivery *delivery) {
    text_begin(text, "sends");
    plain_print(text->to, delivery->destination->name);
    buf_add_text(text->to, ": ");
    if (delivery->error.len) {
        text_color(text, "\033[31m", "no message can be made: ");
        plain_print(text->to, delivery->error);
    } else {
        plain_print(text->to, delivery->method);
        buf_add_char(text->to, ' ');
        plain_print(text->to, delivery->url);
    }
    text_end(text);
    if (delivery->error.len) return;
    if (text->view->all) add_headers(text, delivery->headers);
    text_word(text, "", delivery->body);
}

static void add_alert(struct text *text, const struct explanation *explanation, struct str rule) {
    for (size_t i = 0; i < explanation->alert_count; i++) {
        const struct explained_alert *alert = &explanation->alerts[i];
        if (!str_eq(alert->rule, rule)) continue;
        for (size_t j = 0; j < alert->delivery_count; j++)
            add_delivery(text, &alert->deliveries[j]);
        if (alert->routed && !alert->delivery_count)
            text_word(text, "sends", STR("nothing: no route takes it"));
    }
}

/* ---- one rule ---- */

static const struct {
    const char *word, *color, *meaning;
} verdicts[EXPLAINED_VERDICTS] = {
    [EXPLAINED_OTHER_LOG] = {"no match", "\033[2m", "it reads another log"},
    [EXPLAINED_DISABLED] = {"no match", "\033[2m", "it is disabled"},
    [EXPLAINED_WHEN] = {"no match", "\033[2m", "its 'when' does not hold"},
    [EXPLAINED_LUA] = {"no match", "\033[33m", "its 'rule' says no"},
    [EXPLAINED_STEPS] = {"no match", "\033[33m", "the event is none of its steps"},
    [EXPLAINED_EXCEPTION] = {"no match", "\033[33m", "an exception holds"},
    [EXPLAINED_FAILED] = {"failed", "\033[1;31m", "it could not judge the event"},
    [EXPLAINED_MATCH] = {"match", "\033[36m", "its memory does not fire by this event alone"},
    [EXPLAINED_ALERT] = {"alert", "\033[1;31m", NULL},
};

static void add_heading(struct text *text, const struct explained_rule *rule) {
    text_color(text, verdicts[rule->verdict].color, verdicts[rule->verdict].word);
    buf_add_format(text->to, "  %.*s", STR_ARG(rule->rule->manifest->id));
    if (verdicts[rule->verdict].meaning)
        buf_add_format(text->to, ": %s", verdicts[rule->verdict].meaning);
    if (rule->of_alerts)
        buf_add_format(text->to, "; it matches %zu of its alerts", rule->of_alerts);
    if (rule->unjudged) buf_add_text(text->to, ": it could not judge the event, and alerts so");
    if (rule->failure) buf_add_format(text->to, " (%s)", failure_names[rule->failure]);
    text_end(text);
}

/* Where its Lua was asked again, that says so. */
static void add_failure(struct text *text, const struct explained_rule *rule) {
    const struct trace_asked *asked = rule->trace.asked;
    if (!rule->failure || (asked && asked->error.len)) return;
    text_begin(text, "failed");
    plain_print(text->to, rule->failure_reason);
    text_end(text);
}

static void add_rule(
    struct text *text, const struct explanation *explanation, const struct explained_rule *rule) {
    add_heading(text, rule);
    add_failure(text, rule);
    text_account(text, "when", &rule->when, rule->verdict != EXPLAINED_WHEN || text->view->all);
    text_trace(text, rule);
    for (size_t i = 0; i < rule->step_count; i++) add_step(text, &rule->steps[i]);
    add_match(text, rule);
    for (size_t i = 0; i < rule->exception_count; i++) add_exception(text, &rule->exceptions[i]);
    add_memory(text, rule);
    if (rule->resolves) text_word(text, "resolves", rule->resolved_dedup);
    add_alert(text, explanation, rule->rule->manifest->id);
}

/* ---- which rules ---- */

enum { NEAR_FAILED = 2, NEAR_MOST = 6 };

/* No more than two clauses of its `when` fail, and something of what it asks for is there. */
static bool is_near(const struct explained_rule *rule) {
    const struct pattern_account *when = &rule->when;
    bool found = false;
    for (size_t i = 0; i < when->count; i++)
        found |= when->clauses[i].holds && when->clauses[i].found_count;
    return rule->verdict == EXPLAINED_WHEN && when->failed <= NEAR_FAILED && found;
}

static void add_near_rule(struct text *text, const struct explained_rule *rule, bool first) {
    if (first) buf_add_text(text->to, "\ncame near, but 'when' does not hold:\n");
    buf_add_format(text->to, "  %.*s\n", STR_ARG(rule->rule->manifest->id));
    text_account(text, "", &rule->when, false);
}

/* The nearest first. */
static size_t add_near(struct text *text, const struct explanation *explanation) {
    size_t added = 0;
    for (size_t failed = 0; failed <= NEAR_FAILED; failed++)
        for (size_t i = 0; i < explanation->rule_count && added < NEAR_MOST; i++) {
            const struct explained_rule *rule = &explanation->rules[i];
            if (is_near(rule) && rule->when.failed == failed)
                add_near_rule(text, rule, added++ == 0);
        }
    return added;
}

static size_t add_of_verdict(
    struct text *text, const struct explanation *explanation, enum explained_verdict verdict) {
    size_t added = 0;
    for (size_t i = 0; i < explanation->rule_count; i++) {
        const struct explained_rule *rule = &explanation->rules[i];
        if (rule->verdict != verdict || !explain_shows(text->view, rule)) continue;
        buf_add_char(text->to, '\n');
        add_rule(text, explanation, rule);
        added++;
    }
    return added;
}

static size_t add_rules(struct text *text, const struct explanation *explanation) {
    enum explained_verdict least = text->view->all ? EXPLAINED_OTHER_LOG : EXPLAINED_LUA;
    size_t added = 0;
    for (int verdict = EXPLAINED_ALERT; verdict >= (int)least; verdict--)
        added += add_of_verdict(text, explanation, (enum explained_verdict)verdict);
    return text->view->all ? added : added + add_near(text, explanation);
}

/* ---- the whole ---- */

static void add_event(struct text *text, const struct event *event) {
    char time[CLOCK_TEXT] = "at no known time";
    if (event->time_ms != CLOCK_UNKNOWN) clock_format(event->time_ms, time);
    buf_add_text(text->to, "event ");
    plain_print(text->to, event->id);
    buf_add_format(text->to, "  %s  %.*s\n", time, STR_ARG(event->log->id));
}

static bool is_of_set(const struct explanation *explanation, struct str rule) {
    for (size_t i = 0; i < explanation->rule_count; i++)
        if (str_eq(explanation->rules[i].rule->manifest->id, rule)) return true;
    return false;
}

/* The engine's own. */
static void add_others(struct text *text, const struct explanation *explanation) {
    for (size_t i = 0; i < explanation->alert_count; i++) {
        const struct explained_alert *alert = &explanation->alerts[i];
        if (text->view->only || is_of_set(explanation, alert->rule)) continue;
        buf_add_format(text->to, "\nalert  %.*s\n", STR_ARG(alert->rule));
        text_word(text, "title", json_string(json_get_text(alert->alert, "title")));
        add_alert(text, explanation, alert->rule);
    }
}

static void add_count(struct text *text, const struct explanation *explanation, size_t shown) {
    size_t alerts = explanation->alert_count, hidden = explanation->rule_count - shown;
    if (text->view->only) return;
    buf_add_format(text->to, "\n%zu rule%s: %zu alert%s", explanation->rule_count,
        explanation->rule_count == 1 ? "" : "s", alerts, alerts == 1 ? "" : "s");
    if (hidden)
        buf_add_format(text->to, "; %zu that did not come near %s not shown (-v)", hidden,
            hidden == 1 ? "is" : "are");
    buf_add_char(text->to, '\n');
}

/* Why it is no event. */
static void add_logs(struct text *text, const struct explanation *explanation) {
    buf_add_text(text->to, "no event: no log type recognises this record\n");
    for (size_t i = 0; i < explanation->log_count; i++) {
        const struct explained_log *explained = &explanation->logs[i];
        buf_add_format(text->to, "\nlog  %.*s\n", STR_ARG(explained->log->id));
        text_account(text, "match", &explained->match, true);
    }
}

void explain_print_text(
    struct buf *to, const struct explanation *explanation, const struct explain_view *view) {
    struct text text = {.to = to, .view = view};
    if (!explanation->event) {
        add_logs(&text, explanation);
        buf_release(&text.scratch);
        return;
    }
    add_event(&text, explanation->event);
    size_t shown = add_rules(&text, explanation);
    add_others(&text, explanation);
    add_count(&text, explanation, shown);
    buf_release(&text.scratch);
}
