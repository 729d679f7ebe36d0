#include "cmd/explain.h"

#include "base/clock.h"

/* ---- patterns ---- */

static void add_json(struct buf *to, const char *key, const struct json *value) {
    json_print_key(to, key);
    if (value)
        json_print(to, value);
    else
        buf_add_text(to, "null");
}

/* Text that is JSON already. */
static void add_raw(struct buf *to, const char *key, struct str json) {
    json_print_key(to, key);
    buf_add_str(to, json.len ? json : STR("null"));
}

static void next(struct buf *to, size_t i) {
    if (i) buf_add_char(to, ',');
}

static void add_clause(struct buf *to, const struct pattern_clause *clause) {
    size_t kept = clause->found_count < PATTERN_FOUND ? clause->found_count : PATTERN_FOUND;
    struct arena arena = {0};
    buf_add_char(to, '{');
    json_print_member(to, "path", clause->path);
    json_print_member_integer(to, "line", clause->place.line);
    json_print_member_bool(to, "holds", clause->holds);
    add_json(to, "wanted", yaml_to_json(&arena, clause->wanted));
    json_print_key(to, "found");
    buf_add_char(to, '[');
    for (size_t i = 0; i < kept; i++) {
        next(to, i);
        json_print(to, clause->found[i]);
    }
    buf_add_char(to, ']');
    if (clause->found_count > kept) json_print_member_bool(to, "more", true);
    if (clause->near) json_print_member(to, "near", str_of(clause->near));
    if (clause->limited) json_print_member_bool(to, "limited", true);
    buf_add_char(to, '}');
    arena_release(&arena);
}

static void add_account(struct buf *to, const char *key, const struct pattern_account *account) {
    if (!account->count) return;
    json_print_key(to, key);
    buf_add_char(to, '{');
    json_print_member_bool(to, "holds", account->matches);
    json_print_member_integer(to, "alternatives", (int64_t)account->alternatives);
    json_print_key(to, "clauses");
    buf_add_char(to, '[');
    for (size_t i = 0; i < account->count; i++) {
        next(to, i);
        add_clause(to, &account->clauses[i]);
    }
    buf_add_text(to, "]}");
}

/* ---- Lua ---- */

static void add_note(struct buf *to, const struct trace_note *note) {
    bool read = note->kind == TRACE_READ;
    buf_add_char(to, '{');
    json_print_member_integer(to, "line", note->line);
    json_print_member(to, read ? "read" : "call", note->what);
    if (note->inside) json_print_member_bool(to, "inside", true);
    if (read && note->value) add_json(to, "value", note->value);
    if (!read && note->answer.len) json_print_member(to, "answer", note->answer);
    buf_add_char(to, '}');
}

static void add_asked(struct buf *to, const struct trace_asked *asked) {
    size_t i = 0;
    buf_add_char(to, '{');
    json_print_member(to, "function", str_of(rule_function_names[asked->function]));
    if (asked->error.len)
        json_print_member(to, "error", asked->error);
    else
        json_print_member(to, "answer", asked->answer);
    json_print_member_integer(to, "line", asked->line);
    json_print_key(to, "notes");
    buf_add_char(to, '[');
    for (const struct trace_note *note = asked->notes; note; note = note->next) {
        next(to, i++);
        add_note(to, note);
    }
    buf_add_char(to, ']');
    if (asked->cut) json_print_member_bool(to, "more", true);
    buf_add_char(to, '}');
}

static void add_lua(struct buf *to, const struct explained_rule *rule) {
    size_t i = 0;
    if (!rule->trace.asked && !rule->untraced) return;
    json_print_key(to, "lua");
    buf_add_char(to, '{');
    json_print_member(to, "file", str_of(rule->rule->manifest->lua.file));
    if (rule->untraced) json_print_member(to, "not_asked", str_of(rule->untraced));
    json_print_key(to, "functions");
    buf_add_char(to, '[');
    for (const struct trace_asked *asked = rule->trace.asked; asked; asked = asked->next) {
        next(to, i++);
        add_asked(to, asked);
    }
    buf_add_text(to, "]}");
}

/* ---- the rest of a rule ---- */

static void add_exceptions(struct buf *to, const struct explained_rule *rule) {
    if (!rule->exception_count) return;
    json_print_key(to, "exceptions");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rule->exception_count; i++) {
        const struct explained_exception *explained = &rule->exceptions[i];
        next(to, i);
        buf_add_char(to, '{');
        json_print_member(to, "reason", explained->exception->reason);
        json_print_member(to, "owner", explained->exception->owner);
        json_print_member(to, "until", explained->exception->until);
        json_print_member_bool(to, "held", explained->held);
        json_print_member_bool(to, "over", explained->over);
        add_account(to, "when", &explained->account);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_steps(struct buf *to, const struct explained_rule *rule) {
    if (!rule->step_count) return;
    json_print_key(to, "steps");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rule->step_count; i++) {
        const struct explained_step *explained = &rule->steps[i];
        next(to, i);
        buf_add_char(to, '{');
        json_print_member(to, "name", explained->step->name);
        json_print_member_bool(to, "met", explained->met);
        if (explained->step->rule.len) json_print_member(to, "rule", explained->step->rule);
        add_account(to, "when", &explained->account);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_match(struct buf *to, const struct match *match) {
    if (!match) return;
    json_print_key(to, "match");
    buf_add_char(to, '{');
    json_print_member(to, "title", match->title);
    json_print_member(to, "severity", match->severity);
    json_print_member(to, "dedup", match->dedup);
    json_print_member_integer(to, "period_ms", match->period_ms);
    add_raw(to, "errors", match->body.errors.len ? match->body.errors : STR("[]"));
    buf_add_char(to, '}');
}

/* What the store has of before: for each step of a sequence, else one. */
static void add_sights(struct buf *to, const struct explained_rule *rule) {
    if (!rule->sight_count) return;
    json_print_key(to, "before");
    buf_add_char(to, '[');
    for (size_t i = 0; i < rule->sight_count; i++) {
        next(to, i);
        buf_add_char(to, '{');
        json_print_member_bool(to, "known", rule->sights[i].known);
        json_print_member_integer(to, "matches", rule->sights[i].matches);
        json_print_member_integer(to, "different", rule->sights[i].different);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

static void add_memory(struct buf *to, const struct explained_rule *rule) {
    struct buf words = {0};
    explain_print_memory(&words, &rule->rule->manifest->memory);
    if (words.len && rule->match) {
        json_print_key(to, "memory");
        buf_add_char(to, '{');
        json_print_member(to, "fires_by", buf_str(&words));
        json_print_key(to, "keys");
        buf_add_char(to, '[');
        for (size_t i = 0; i < rule->match->role_count; i++) {
            next(to, i);
            json_print_string(to, rule->match->roles[i].key);
        }
        buf_add_char(to, ']');
        json_print_member(to, "value", rule->match->value);
        add_sights(to, rule);
        buf_add_char(to, '}');
    }
    buf_release(&words);
}

static void add_failure(struct buf *to, const struct explained_rule *rule) {
    if (!rule->failure) return;
    json_print_key(to, "failure");
    buf_add_char(to, '{');
    json_print_member(to, "kind", str_of(failure_names[rule->failure]));
    json_print_member(to, "reason", rule->failure_reason);
    buf_add_char(to, '}');
}

void explain_print_rule(struct buf *to, const struct explained_rule *rule) {
    const struct manifest *manifest = rule->rule->manifest;
    buf_add_char(to, '{');
    json_print_member(to, "rule", manifest->id);
    json_print_member(to, "file", str_of(manifest->place.file));
    json_print_member(to, "verdict", str_of(explained_verdict_names[rule->verdict]));
    add_failure(to, rule);
    if (rule->of_alerts) json_print_member_integer(to, "alerts_matched", (int64_t)rule->of_alerts);
    if (rule->unjudged) json_print_member_bool(to, "unjudged", true);
    add_account(to, "when", &rule->when);
    add_lua(to, rule);
    add_steps(to, rule);
    add_exceptions(to, rule);
    add_match(to, rule->match);
    add_memory(to, rule);
    if (rule->resolves) json_print_member(to, "resolves", rule->resolved_dedup);
    buf_add_char(to, '}');
}

/* ---- alerts ---- */

static void add_headers(struct buf *to, struct str headers) {
    json_print_key(to, "headers");
    buf_add_char(to, '[');
    for (size_t i = 0; headers.len; i++) {
        const char *end = memchr(headers.at, '\n', headers.len);
        size_t len = (size_t)(end - headers.at);
        next(to, i);
        json_print_string(to, (struct str){headers.at, len});
        headers = (struct str){end + 1, headers.len - len - 1};
    }
    buf_add_char(to, ']');
}

static void add_delivery(struct buf *to, const struct explained_delivery *delivery) {
    buf_add_char(to, '{');
    json_print_member(to, "destination", delivery->destination->name);
    if (delivery->error.len) {
        json_print_member(to, "error", delivery->error);
    } else {
        json_print_member(to, "method", delivery->method);
        json_print_member(to, "url", delivery->url);
        add_headers(to, delivery->headers);
        json_print_member(to, "body", delivery->body);
    }
    buf_add_char(to, '}');
}

static void add_alert(struct buf *to, const struct explained_alert *alert) {
    buf_add_char(to, '{');
    json_print_member(to, "rule", alert->rule);
    add_json(to, "alert", alert->alert);
    json_print_key(to, "deliveries");
    buf_add_char(to, '[');
    for (size_t i = 0; i < alert->delivery_count; i++) {
        next(to, i);
        add_delivery(to, &alert->deliveries[i]);
    }
    buf_add_text(to, "]}");
}

/* ---- the whole ---- */

static void add_event(struct buf *to, const struct event *event) {
    char time[CLOCK_TEXT];
    json_print_key(to, "event");
    if (!event) {
        buf_add_text(to, "null");
        return;
    }
    buf_add_char(to, '{');
    json_print_member(to, "id", event->id);
    if (event->time_ms != CLOCK_UNKNOWN) {
        clock_format(event->time_ms, time);
        json_print_member(to, "time", str_of(time));
    }
    json_print_member(to, "log", event->log->id);
    buf_add_char(to, '}');
}

/* Why it is no event. */
static void add_logs(struct buf *to, const struct explanation *explanation) {
    if (explanation->event) return;
    json_print_key(to, "logs");
    buf_add_char(to, '[');
    for (size_t i = 0; i < explanation->log_count; i++) {
        next(to, i);
        buf_add_char(to, '{');
        json_print_member(to, "log", explanation->logs[i].log->id);
        add_account(to, "match", &explanation->logs[i].match);
        buf_add_char(to, '}');
    }
    buf_add_char(to, ']');
}

void explain_print_json(
    struct buf *to, const struct explanation *explanation, const struct explain_view *view) {
    size_t count = 0;
    buf_add_char(to, '{');
    json_print_member(to, "schema", STR("tocsin.explanation/1"));
    add_event(to, explanation->event);
    add_logs(to, explanation);
    json_print_key(to, "rules");
    buf_add_char(to, '[');
    for (size_t i = 0; i < explanation->rule_count; i++) {
        if (!explain_shows(view, &explanation->rules[i])) continue;
        next(to, count++);
        explain_print_rule(to, &explanation->rules[i]);
    }
    buf_add_text(to, "],\"alerts\":[");
    for (size_t i = 0, told = 0; i < explanation->alert_count; i++) {
        if (view->only && !str_is(explanation->alerts[i].rule, view->only)) continue;
        next(to, told++);
        add_alert(to, &explanation->alerts[i]);
    }
    buf_add_text(to, "]}\n");
}
