#include "model/alert.h"

#include "base/clock.h"
#include "base/plain.h"
#include "model/severity.h"
#include "text/json.h"

const char *const alert_state_names[] = {"open", "updated", "resolved", NULL};

void alert_make_id(char id[ALERT_ID], struct str rule, struct str dedup, struct str event_id) {
    char hex[HASH_HEX];
    struct hash *hash = hash_new();
    hash_part(hash, rule);
    hash_part(hash, dedup);
    hash_part(hash, event_id);
    hash_hex(hash, hex);
    hash_free(hash);
    memcpy(id, hex, ALERT_ID - 1);
    id[ALERT_ID - 1] = '\0';
}

int64_t alert_closes_ms(int64_t time_ms, int64_t period_ms) {
    if (time_ms == CLOCK_UNKNOWN) return CLOCK_UNKNOWN;
    if (period_ms <= 0) return time_ms;
    return clock_add_ms(time_ms, period_ms);
}

static void print_json(struct buf *to, const char *key, struct str json, const char *empty) {
    json_print_key(to, key);
    buf_add_str(to, json.len ? json : str_of(empty));
}

bool alert_format_time(int64_t time_ms, char text[CLOCK_TEXT]) {
    if (!clock_writable(time_ms)) return false;
    clock_format(time_ms, text);
    return true;
}

void alert_print_time(struct buf *to, const char *key, int64_t time_ms) {
    char text[CLOCK_TEXT];
    if (alert_format_time(time_ms, text))
        json_print_member(to, key, str_of(text));
    else
        print_json(to, key, STR("null"), "");
}

struct str alert_print_body(struct arena *arena, const struct alert_body *body) {
    struct buf text;
    buf_init(&text);
    print_json(&text, "event", body->event, "null");
    print_json(&text, "context", body->context, "{}");
    json_print_member(&text, "description", body->description);
    json_print_member(&text, "runbook", body->runbook);
    print_json(&text, "references", body->references, "[]");
    print_json(&text, "tags", body->tags, "[]");
    print_json(&text, "attack", body->attack, "[]");
    print_json(&text, "destinations", body->destinations, "[]");
    print_json(&text, "errors", body->errors, "[]");
    if (body->notes.len) print_json(&text, "notes", body->notes, "");
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

struct str alert_print_more(struct arena *arena, const struct alert_more *more) {
    struct buf text = {0};
    buf_add_char(&text, '{');
    json_print_member_integer(&text, "count", more->count);
    if (more->addresses) json_print_member_integer(&text, "addresses", more->addresses);
    alert_print_time(&text, "since", more->since_ms);
    buf_add_char(&text, '}');
    struct str copy = arena_copy(arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

void alert_print(struct buf *to, const struct alert *alert) {
    buf_add_char(to, '{');
    json_print_member(to, "schema", STR("tocsin.alert/1"));
    json_print_member(to, "id", str_of(alert->id));
    json_print_member(to, "rule", alert->rule);
    json_print_member(to, "title", alert->title);
    json_print_member(to, "severity", alert->severity);
    json_print_member(to, "log", alert->log);
    alert_print_time(to, "time", alert->time_ms);
    alert_print_time(to, "last_time", alert->last_time_ms);
    json_print_member_integer(to, "count", alert->count);
    json_print_member(to, "dedup", alert->dedup);
    print_json(to, "event_ids", alert->event_ids, "[]");
    buf_add_char(to, ',');
    buf_add_str(to, alert->body);
    json_print_member(to, "state", str_of(alert_state_names[alert->state]));
    json_print_member_integer(to, "revision", alert->revision);
    if (alert->more.len) print_json(to, "more", alert->more, "");
    json_print_member(to, "rules_version", alert->rules_version);
    buf_add_char(to, '}');
}

enum { WIDEST_SEVERITY = sizeof "critical" - 1 };

static void print_severity(struct buf *to, struct str name, bool color) {
    static const char *const colors[] = {
        "\033[2m", "\033[36m", "\033[33m", "\033[31m", "\033[1;31m"};
    enum severity severity;
    bool known = severity_parse(name, &severity);
    if (color && known) buf_add_text(to, colors[severity]);
    plain_print(to, name);
    if (color && known) buf_add_text(to, "\033[0m");
}

void alert_print_line(struct buf *to, const struct alert *alert, bool color) {
    char time[CLOCK_TEXT];
    buf_add_text(to, alert_format_time(alert->time_ms, time) ? time : "-");
    buf_add_char(to, ' ');
    print_severity(to, alert->severity, color);
    for (size_t used = alert->severity.len; used <= WIDEST_SEVERITY; used++) buf_add_char(to, ' ');
    plain_print(to, alert->rule);
    buf_add_char(to, ' ');
    plain_print(to, alert->title);
    if (alert->count > 1) buf_add_format(to, " (%lld times)", (long long)alert->count);
}
