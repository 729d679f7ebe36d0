#include "model/event.h"

#include "base/clock.h"
#include "base/hash.h"

#include <math.h>

/* An event in EventBridge in SQS in SNS in a Records array is four. */
enum { ENVELOPE_DEPTH = 8 };

struct unwrap {
    struct events *events;
    struct arena *arena;
    const struct log_types *types;
};

static void unwrap_value(
    struct unwrap *unwrap, const struct json *value, unsigned depth, unsigned notes);

/* ---- what an event says of itself ---- */

/* The event printed, not the record's bytes: the same event has the same id in every envelope. */
static struct str hash_of(struct arena *arena, const struct json *root) {
    struct buf text, id;
    buf_init(&text);
    buf_init(&id);
    json_print(&text, root);
    buf_add_text(&id, "sha256:");
    hash_digest("sha256", buf_str(&text), &id);
    struct str copy = arena_copy(arena, buf_str(&id));
    buf_release(&text);
    buf_release(&id);
    return copy;
}

static struct str identity_of(
    struct arena *arena, const struct log_type *log, const struct json *root) {
    const struct json *id = log->identity_path.len ? json_path(root, log->identity_path) : NULL;
    if (id && id->type == JSON_INTEGER)
        return str_of(arena_format(arena, "%lld", (long long)id->integer));
    if (id && id->type == JSON_FLOAT) return id->number.digits;
    struct str text = json_string(id);
    return text.len ? text : hash_of(arena, root);
}

/* Seconds or milliseconds: as seconds, a number so large is later than the year 5000; as
 * milliseconds, a smaller one is before 1974. */
static int64_t epoch_ms(double number) {
    const double least_ms = 1e11, latest_ms = 253402300799999.0; /* the end of the year 9999 */
    double ms = fabs(number) < least_ms ? number * 1000 : number;
    return fabs(ms) <= latest_ms ? llround(ms) : CLOCK_UNKNOWN;
}

static int64_t time_of(const struct log_type *log, const struct json *root) {
    const struct json *time = log->time_path.len ? json_path(root, log->time_path) : NULL;
    if (!time) return CLOCK_UNKNOWN;
    switch (time->type) {
    case JSON_STRING: return clock_parse(time->string);
    case JSON_INTEGER: return epoch_ms((double)time->integer);
    case JSON_FLOAT: return epoch_ms(time->number.value);
    default: return CLOCK_UNKNOWN;
    }
}

void event_make(
    struct event *event, struct arena *arena, const struct log_type *log, const struct json *root) {
    *event = (struct event){.log = log,
        .root = root,
        .id = identity_of(arena, log, root),
        .time_ms = time_of(log, root)};
}

/* ---- envelopes ---- */

static struct event *add_event(struct unwrap *unwrap) {
    struct events *events = unwrap->events;
    events->list = arena_grow(unwrap->arena, events->list, events->count);
    return &events->list[events->count++];
}

static void unwrap_array(
    struct unwrap *unwrap, const struct json *array, unsigned depth, unsigned notes) {
    for (size_t i = 0; i < array->count; i++) unwrap_value(unwrap, &array->items[i], depth, notes);
}

/* The content of an envelope where `member` is one: an object, an array, or text of either. */
static const struct json *open_envelope(const struct unwrap *unwrap, const struct json *member) {
    const struct json *content = member;
    if (json_is_string(member))
        content = json_parse_record(unwrap->arena, member->string, NULL, NULL);
    bool holds = content && (content->type == JSON_OBJECT || content->type == JSON_ARRAY);
    return holds ? content : NULL;
}

/* Two log types may name the same key. */
static bool is_named_before(const char **keys, const char **key) {
    for (; keys < key; keys++)
        if (strcmp(*keys, *key) == 0) return true;
    return false;
}

static bool unwrap_members(
    struct unwrap *unwrap, const struct json *object, unsigned depth, unsigned notes) {
    bool any = false;
    const char **keys = unwrap->types->wrappers;
    for (const char **key = keys; key && *key; key++) {
        bool again = is_named_before(keys, key);
        const struct json *member = again ? NULL : json_get_text(object, *key);
        const struct json *content = member ? open_envelope(unwrap, member) : NULL;
        any |= content != NULL;
        if (!content) continue;
        if (content->type == JSON_ARRAY)
            unwrap_array(unwrap, content, depth + 1, notes | member->notes);
        else
            unwrap_value(unwrap, content, depth + 1, notes | member->notes);
    }
    return any;
}

static void unwrap_value(
    struct unwrap *unwrap, const struct json *value, unsigned depth, unsigned notes) {
    bool object = value->type == JSON_OBJECT;
    const struct log_type *log = object ? log_types_recognise(unwrap->types, value) : NULL;
    if (log)
        *add_event(unwrap) = (struct event){.log = log, .root = value, .notes = notes};
    else if (!object || depth >= ENVELOPE_DEPTH || !unwrap_members(unwrap, value, depth, notes))
        unwrap->events->unrecognised++;
}

bool events_parse(struct events *events, struct arena *arena, const struct log_types *types,
    struct str record, struct diag *diag) {
    *events = (struct events){0};
    struct unwrap unwrap = {events, arena, types};
    const struct json *root = json_parse_record(arena, record, NULL, diag);
    if (!root) return false;
    if (root->type != JSON_OBJECT) return diag_set(diag, "not an object");
    unwrap_value(&unwrap, root, 0, 0);
    for (size_t i = 0; i < events->count; i++) {
        struct event *event = &events->list[i];
        unsigned notes = event->notes;
        event_make(event, arena, event->log, event->root);
        event->notes = notes;
    }
    return true;
}
