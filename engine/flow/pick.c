#include "flow/pick.h"

#include <inttypes.h>

/* One input being read. */
struct picking {
    struct pick *pick;
    const char *id;
    const struct log_types *types;
    struct arena *arena;
    struct arena passing; /* of one record */
};

static void show(struct picking *picking, const struct event *event) {
    struct pick *pick = picking->pick;
    if (pick->count < PICK_SHOWN)
        pick->shown[pick->count] = (struct event){.log = event->log,
            .id = arena_copy(picking->arena, event->id),
            .time_ms = event->time_ms};
    pick->count++;
}

/* Bytes are kept where they hold this event alone: what is odd in them is told then, too. */
static void take(
    struct picking *picking, const struct event *event, struct str record, bool alone) {
    struct buf text = {0};
    if (!alone) json_print(&text, event->root);
    picking->pick->record = arena_copy(picking->arena, alone ? record : buf_str(&text));
    buf_release(&text);
}

static void reject(struct picking *picking, const struct record *record, const char *reason) {
    if (picking->pick->rejected.len) return;
    picking->pick->rejected = str_of(arena_format(picking->arena,
        "record %" PRIu64 " in line %" PRIu64 ": %s", record->index, record->line, reason));
}

static void look_at(struct picking *picking, const struct record *record) {
    struct events events;
    struct diag diag = {0};
    arena_reset(&picking->passing);
    if (!events_parse(&events, &picking->passing, picking->types, record->bytes, &diag)) {
        reject(picking, record, diag.text);
        return;
    }
    bool alone = events.count + events.unrecognised == 1;
    if (!picking->pick->record.len && !picking->pick->count && !events.count)
        picking->pick->record = arena_copy(picking->arena, record->bytes);
    for (size_t i = 0; i < events.count; i++) {
        const struct event *event = &events.list[i];
        show(picking, event);
        if (picking->id && !str_is(event->id, picking->id)) continue;
        if (picking->pick->found++ == 0) take(picking, event, record->bytes, alone);
    }
}

static bool read_all(struct picking *picking, struct records *records, struct diag *diag) {
    struct record record;
    for (;;) {
        switch (records_next(records, &record, diag)) {
        case RECORD_GOOD: look_at(picking, &record); break;
        case RECORD_BAD: reject(picking, &record, record.reason); break;
        case RECORD_CUT:
            if (records_reject_tail(records, &record) == RECORD_BAD)
                reject(picking, &record, "the input ends inside it");
            else
                return true;
            break;
        case RECORD_FAILED: return false;
        case RECORD_PASSED: break;
        case RECORD_END: return true;
        }
    }
}

bool pick_event(struct pick *pick, const char *path, const char *id, const struct log_types *types,
    struct arena *arena, struct diag *diag) {
    struct picking picking = {.pick = pick, .id = id, .types = types, .arena = arena};
    *pick = (struct pick){0};
    struct source *source = source_open(path, diag);
    if (!source) return false;
    struct records *records = records_new(source, types->wrappers, (struct record_position){0});
    bool good = read_all(&picking, records, diag);
    records_free(records);
    arena_release(&picking.passing);
    return good;
}
