#include "model/manifest_timeline.h"

#include "base/clock.h"
#include "text/json.h"

#include <stdlib.h>

/* An entry as it is written. */
struct entry {
    int64_t at_ms, every_ms, arrives_ms, repeat;
    struct str id;
    const struct yaml *event;
};

#define ROW(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct entry, field), .help = (about)

static const struct schema_row rows[] = {
    {ROW("at", SCHEMA_DURATION, at_ms, "when it happens, from the beginning"), .required = true},
    {ROW("event", SCHEMA_YAML, event, "the event, laid over the base")},
    {ROW("repeat", SCHEMA_INTEGER, repeat, "how many there are"), .low = 1,
        .high = TIMELINE_EVENTS},
    {ROW("every", SCHEMA_DURATION, every_ms, "the time between those")},
    {ROW("arrives", SCHEMA_DURATION, arrives_ms, "when it comes; at its time where absent")},
    {ROW("id", SCHEMA_STRING, id, "its identity: one that stands twice is one event")},
    {0},
};

/* ---- one over the other ---- */

static struct json lay(struct arena *arena, const struct json *base, const struct json *over);

static size_t find_member(const struct json *object, size_t count, struct str key) {
    size_t at = 0;
    while (at < count && !str_eq(object->members[at].key, key)) at++;
    return at;
}

static struct json lay_members(
    struct arena *arena, const struct json *base, const struct json *over) {
    struct json laid = {.type = JSON_OBJECT, .count = base->count};
    laid.members = arena_list(arena, struct json_member, base->count + over->count);
    for (size_t i = 0; i < base->count; i++) laid.members[i] = base->members[i];
    for (size_t i = 0; i < over->count; i++) {
        const struct json_member *member = &over->members[i];
        size_t at = find_member(&laid, laid.count, member->key);
        bool is_new = at == laid.count;
        struct json value = is_new ? member->value
                                   : lay(arena, &laid.members[at].value, &member->value);
        laid.members[at] = (struct json_member){.key = member->key, .value = value};
        laid.count += is_new;
    }
    return laid;
}

/* Maps are laid over each other; all else takes the place of what was there. */
static struct json lay(struct arena *arena, const struct json *base, const struct json *over) {
    bool both = base->type == JSON_OBJECT && over->type == JSON_OBJECT;
    return both ? lay_members(arena, base, over) : *over;
}

/* `path` is that of a log type: names with dots between them. */
static struct json lay_text(
    struct arena *arena, const struct json *root, struct str path, struct str text) {
    const char *dot = memchr(path.at, '.', path.len);
    size_t len = dot ? (size_t)(dot - path.at) : path.len;
    struct json *inner = arena_new(arena, struct json), empty = {.type = JSON_OBJECT};
    struct json_member *member = arena_new(arena, struct json_member);
    member->key = arena_copy(arena, (struct str){path.at, len});
    if (dot)
        *inner = lay_text(arena, &empty, (struct str){dot + 1, path.len - len - 1}, text);
    else
        *inner = (struct json){.type = JSON_STRING, .string = text};
    member->value = *inner;
    struct json over = {.type = JSON_OBJECT, .count = 1, .members = member};
    return lay(arena, root, &over);
}

/* ---- reading ---- */

static bool check_map(struct schema_context *context, const struct yaml *event) {
    if (!event || event->type == YAML_MAP) return true;
    return diags_error(context->diags, event->place, "an event of a timeline must be a map, not %s",
        yaml_type_name(event->type));
}

static const struct json *event_of(
    struct schema_context *context, const struct yaml *base, const struct yaml *over) {
    static const struct json empty = {.type = JSON_OBJECT};
    struct json *event = arena_new(context->arena, struct json);
    const struct json *below = base ? yaml_to_json(context->arena, base) : &empty;
    *event = over ? lay(context->arena, below, yaml_to_json(context->arena, over)) : *below;
    return event;
}

static void add_events(struct schema_context *context, const struct entry *entry,
    const struct json *event, struct timeline *timeline) {
    for (int64_t i = 0; i < entry->repeat; i++) {
        int64_t at_ms = entry->at_ms + i * entry->every_ms;
        timeline->events = arena_grow(context->arena, timeline->events, timeline->count);
        timeline->events[timeline->count++] = (struct timeline_event){
            .event = event,
            .at_ms = at_ms,
            .arrives_ms = entry->arrives_ms < 0 ? at_ms : entry->arrives_ms + i * entry->every_ms,
            .id = entry->id,
        };
    }
}

static bool read_entry(struct schema_context *context, const struct yaml *map,
    const struct yaml *base, struct timeline *timeline) {
    struct schema_context inner = {context->arena, context->diags, "an entry of a timeline"};
    struct entry entry = {.repeat = 1, .arrives_ms = -1};
    if (!schema_read(&inner, rows, map, &entry) || !check_map(&inner, entry.event)) return false;
    if (timeline->count + (size_t)entry.repeat > TIMELINE_EVENTS)
        return diags_error(
            context->diags, map->place, "a timeline has at most %d events", (int)TIMELINE_EVENTS);
    add_events(context, &entry, event_of(context, base, entry.event), timeline);
    return true;
}

/* Stable, by insertion: they are nearly in order. */
static void sort(struct timeline *timeline) {
    for (size_t i = 1; i < timeline->count; i++) {
        struct timeline_event event = timeline->events[i];
        size_t j = i;
        for (; j > 0 && timeline->events[j - 1].arrives_ms > event.arrives_ms; j--)
            timeline->events[j] = timeline->events[j - 1];
        timeline->events[j] = event;
    }
}

/* Counted as they are written, before they are put in the order of arrival. */
static void number(struct schema_context *context, struct timeline *timeline) {
    for (size_t i = 0; i < timeline->count; i++)
        if (!timeline->events[i].id.len)
            timeline->events[i].id = str_of(arena_format(context->arena, "event-%zu", i + 1));
}

bool timeline_read(struct schema_context *context, const struct yaml *list, const struct yaml *base,
    struct timeline *timeline) {
    bool good = check_map(context, base);
    if (list->type != YAML_LIST)
        return diags_error(context->diags, list->place, "'timeline' must be a list, not %s",
            yaml_type_name(list->type));
    if (list->count == 0)
        return diags_error(context->diags, list->place, "'timeline' has no event");
    for (size_t i = 0; good && i < list->count; i++)
        good = read_entry(context, &list->items[i], base, timeline);
    number(context, timeline);
    sort(timeline);
    return good;
}

/* ---- what an event does not say itself ---- */

static void give(
    struct arena *arena, struct timeline_event *event, struct str path, struct str text) {
    if (!path.len || json_path(event->event, path)) return;
    struct json *given = arena_new(arena, struct json);
    *given = lay_text(arena, event->event, path, text);
    event->event = given;
}

void timeline_date(struct timeline *timeline, struct arena *arena, const struct log_type *log) {
    for (size_t i = 0; i < timeline->count; i++) {
        struct timeline_event *event = &timeline->events[i];
        char time[CLOCK_TEXT];
        clock_format(TIMELINE_BEGINS_MS + event->at_ms, time);
        give(arena, event, log->time_path, str_of(arena_text(arena, time)));
        give(arena, event, log->identity_path, event->id);
    }
}
