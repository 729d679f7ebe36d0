#include "flow/outage.h"

#include "base/clock.h"
#include "base/log.h"
#include "text/json.h"

#include <inttypes.h>
#include <stdio.h>

enum { NEWS_AFTER_MS = 1000 };

static bool is_failing(const struct outage *outage) {
    for (int i = 0; i < OUTAGE_PARTIES; i++)
        if (outage->failing[i]) return true;
    return false;
}

static void note_fault(struct outage *outage, const struct diag *fault, int64_t now_ms) {
    snprintf(outage->reason, sizeof outage->reason, "%s", fault->text);
    log_redact(outage->reason);
    outage->last_ms = now_ms;
    outage->count++;
}

static enum outage_news go_on(struct outage *outage, int64_t monotonic_ms) {
    bool lasts = monotonic_ms - outage->began_monotonic_ms >= NEWS_AFTER_MS;
    if (outage->told || !lasts) return OUTAGE_NO_NEWS;
    outage->told = true;
    return OUTAGE_BEGAN;
}

enum outage_news outage_note(struct outage *outage, enum outage_party party,
    const struct diag *fault, int64_t now_ms, int64_t monotonic_ms) {
    bool before = is_failing(outage);
    if (fault && !before)
        *outage = (struct outage){
            .store = outage->store, .began_ms = now_ms, .began_monotonic_ms = monotonic_ms};
    outage->failing[party] = fault != NULL;
    if (fault) {
        note_fault(outage, fault, now_ms);
        return go_on(outage, monotonic_ms);
    }
    if (!before || is_failing(outage) || !outage->told) return OUTAGE_NO_NEWS;
    outage->last_ms = now_ms;
    return OUTAGE_OVER;
}

/* ---- the alert ---- */

static struct str event_of(const struct outage *outage, struct arena *arena) {
    struct buf json = {0};
    char since[CLOCK_TEXT];
    clock_format(outage->began_ms, since);
    buf_add_char(&json, '{');
    json_print_member(&json, "store", str_of(outage->store));
    json_print_member(&json, "reason", str_of(outage->reason));
    json_print_member(&json, "since", str_of(since));
    buf_add_char(&json, '}');
    struct str copy = arena_copy(arena, buf_str(&json));
    buf_release(&json);
    return copy;
}

static struct str body_of(const struct outage *outage, struct arena *arena) {
    struct str event = event_of(outage, arena);
    const struct alert_body body = {
        .event = event,
        .context = event,
        .description = str_of(arena_format(arena,
            "%s. Nothing is lost: the input waits and is tried again each second, and what was sent "
            "is written down later. But no new alert is raised until then. This one is in no store.",
            outage->reason)),
        .runbook = STR("1. Make room on the disk that holds the store, or mend it.\n"
                       "2. Work goes on by itself within seconds, and that is told.\n"
                       "3. If it does not: the log of tocsin run says why."),
    };
    return alert_print_body(arena, &body);
}

void outage_alert(const struct outage *outage, struct alert *alert, struct arena *arena) {
    struct str event_id = str_of(arena_format(arena, "%" PRId64, outage->began_ms));
    bool over = !is_failing(outage);
    *alert = (struct alert){
        .rule = STR("tocsin.store.failing"),
        .title = STR("The store cannot be written: the input waits"),
        .severity = STR("critical"),
        .log = STR("tocsin.engine"),
        .dedup = str_of(outage->store),
        .time_ms = outage->began_ms,
        .last_time_ms = outage->last_ms,
        .count = outage->count,
        .state = over ? ALERT_RESOLVED : ALERT_OPEN,
        .revision = over ? 2 : 1,
        .event_ids = str_of(arena_format(arena, "[\"%.*s\"]", STR_ARG(event_id))),
        .body = body_of(outage, arena),
    };
    alert_make_id(alert->id, alert->rule, alert->dedup, event_id);
}
