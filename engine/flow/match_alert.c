#include "flow/match_alert.h"

struct alert match_alert(const struct match *match, struct arena *arena) {
    struct alert alert = {
        .rule = match->rule,
        .title = match->title,
        .severity = match->severity,
        .log = match->log,
        .dedup = match->dedup,
        .rules_version = match->rules_version,
        .time_ms = match->time_ms,
        .last_time_ms = match->time_ms,
        .count = 1,
        .period_ms = match->period_ms,
        .begins_ms = match->time_ms,
        .closes_ms = alert_closes_ms(match->time_ms, match->period_ms),
        .state = ALERT_OPEN,
        .revision = 1,
        .event_ids = match_event_ids(match->event_id, arena),
        .body = alert_print_body(arena, &match->body),
    };
    alert_make_id(alert.id, match->rule, match->dedup, match->event_id);
    return alert;
}

struct str match_event_ids(struct str id, struct arena *arena) {
    struct buf ids = {0};
    buf_add_char(&ids, '[');
    json_print_string(&ids, id);
    buf_add_char(&ids, ']');
    struct str copy = arena_copy(arena, buf_str(&ids));
    buf_release(&ids);
    return copy;
}

const struct json *match_alert_tree(const struct alert *alert, struct arena *arena) {
    struct buf text = {0};
    alert_print(&text, alert);
    const struct json *tree = json_parse(arena, arena_copy(arena, buf_str(&text)), NULL, NULL);
    buf_release(&text);
    return tree;
}
