#include "model/manifest_timeline.h"

#include "base/clock.h"
#include "model/manifest_parts.h"

/* No later than so, so that all can be written as dates. */
#define LATEST_MS (INT64_C(36500) * 24 * 60 * 60 * 1000)

/* An entry as it is written. */
struct entry {
    int64_t at_ms, every_ms, arrives_ms, repeat;
    struct str id;
    const struct yaml *event, *event_file;
};

#define ROW(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct entry, field), .help = (about)

static const struct schema_row rows[] = {
    {ROW("at", SCHEMA_DURATION, at_ms, "when it happens, from the beginning"), .required = true},
    {ROW("event", SCHEMA_YAML, event, "the event, laid over the base: a map, or JSON text")},
    {ROW("event_file", SCHEMA_YAML, event_file, "a JSON file beside the manifest, in place of it")},
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

/* Takes the first name off a path, as json_path reads it: `\.` is a dot in a name. */
static struct str take_name(struct arena *arena, struct str *path) {
    struct buf name = {0};
    size_t at = 0;
    for (; at < path->len && path->at[at] != '.'; at++) {
        if (path->at[at] == '\\' && at + 1 < path->len && path->at[at + 1] == '.') at++;
        buf_add_char(&name, path->at[at]);
    }
    size_t used = at < path->len ? at + 1 : at;
    *path = (struct str){path->at + used, path->len - used};
    struct str copy = arena_copy(arena, buf_str(&name));
    buf_release(&name);
    return copy;
}

/* The object that holds nothing but `text`, at `path`. */
static struct json hold_text(struct arena *arena, struct str path, struct str text) {
    if (!path.len) return (struct json){.type = JSON_STRING, .string = text};
    struct json_member *member = arena_new(arena, struct json_member);
    member->key = take_name(arena, &path);
    member->value = hold_text(arena, path, text);
    return (struct json){.type = JSON_OBJECT, .count = 1, .members = member};
}

/* ---- reading ---- */

/* A timeline that is being read. */
struct reading {
    struct timeline *timeline;
    const struct json *base;
    size_t values; /* of all its events */
};

static bool read_over(
    struct schema_context *context, const struct entry *entry, const struct json **over) {
    static const struct json empty = {.type = JSON_OBJECT};
    *over = &empty;
    if (entry->event && entry->event_file)
        return diags_reject(context->diags, "TC051", entry->event_file->place,
            "an entry has 'event' or 'event_file', not both");
    if (entry->event) *over = manifest_event_read(context, "event", entry->event);
    if (entry->event_file) *over = manifest_event_file_read(context, entry->event_file);
    return *over != NULL;
}

/* Both ends of an entry, so that all between them are in bounds. */
static bool check_times(
    struct schema_context *context, const struct entry *entry, struct place place) {
    int64_t last_ms = entry->at_ms > entry->arrives_ms ? entry->at_ms : entry->arrives_ms;
    int64_t room_ms = LATEST_MS - last_ms;
    if (room_ms >= 0 && (entry->repeat == 1 || entry->every_ms <= room_ms / (entry->repeat - 1)))
        return true;
    return diags_reject(context->diags, "TC014", place, "a timeline is at most 36500d long");
}

/* Keys and elements, those inside others too. */
static size_t count_values(const struct json *json) {
    size_t count = 1;
    if (json->type == JSON_OBJECT)
        for (size_t i = 0; i < json->count; i++) count += count_values(&json->members[i].value);
    if (json->type == JSON_ARRAY)
        for (size_t i = 0; i < json->count; i++) count += count_values(&json->items[i]);
    return count;
}

static bool check_size(struct schema_context *context, const struct entry *entry,
    const struct json *event, struct reading *reading, struct place place) {
    if (reading->timeline->count + (size_t)entry->repeat > TIMELINE_EVENTS)
        return diags_reject(context->diags, "TC014", place, "a timeline has at most %d events",
            (int)TIMELINE_EVENTS);
    reading->values += count_values(event) * (size_t)entry->repeat;
    if (reading->values <= TIMELINE_VALUES) return true;
    return diags_reject(context->diags, "TC014", place,
        "the events of a timeline have at most %d values together", (int)TIMELINE_VALUES);
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

static bool read_entry(
    struct schema_context *context, const struct yaml *map, struct reading *reading) {
    struct schema_context inner = {context->arena, context->diags, "an entry of a timeline"};
    struct entry entry = {.repeat = 1, .arrives_ms = -1};
    const struct json *over;
    if (!schema_read(&inner, rows, map, &entry) || !read_over(&inner, &entry, &over)) return false;
    struct json *event = arena_new(context->arena, struct json);
    *event = lay(context->arena, reading->base, over);
    if (!check_times(&inner, &entry, map->place)) return false;
    if (!check_size(&inner, &entry, event, reading, map->place)) return false;
    add_events(context, &entry, event, reading->timeline);
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
    static const struct json empty = {.type = JSON_OBJECT};
    struct reading reading = {timeline, base ? NULL : &empty, 0};
    if (list->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", list->place,
            "'timeline' must be a list, not %s", yaml_type_name(list->type));
    if (list->count == 0)
        return diags_reject(context->diags, "TC016", list->place, "'timeline' has no event");
    if (base) reading.base = manifest_event_read(context, "base", base);
    bool good = reading.base != NULL;
    for (size_t i = 0; good && i < list->count; i++)
        good = read_entry(context, &list->items[i], &reading);
    number(context, timeline);
    sort(timeline);
    return good;
}

/* ---- what an event does not say itself ---- */

const struct json *timeline_base(
    struct arena *arena, const struct json *base, const struct json *event) {
    if (!base) return event;
    struct json *laid = arena_new(arena, struct json);
    *laid = lay(arena, base, event);
    return laid;
}

static void give(
    struct arena *arena, struct timeline_event *event, struct str path, struct str text) {
    if (!path.len || json_path(event->event, path)) return;
    struct json *given = arena_new(arena, struct json);
    struct json over = hold_text(arena, path, text);
    *given = lay(arena, event->event, &over);
    event->event = given;
}

void timeline_date(struct timeline *timeline, struct arena *arena, const struct log_type *log,
    const struct json *base) {
    for (size_t i = 0; i < timeline->count; i++) {
        struct timeline_event *event = &timeline->events[i];
        char time[CLOCK_TEXT];
        clock_format(TIMELINE_BEGINS_MS + event->at_ms, time);
        event->event = timeline_base(arena, base, event->event);
        give(arena, event, log->time_path, str_of(arena_text(arena, time)));
        give(arena, event, log->identity_path, event->id);
    }
}
