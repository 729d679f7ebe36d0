#include "flow/example.h"

#include "text/records.h"

/* A search that is under way. */
struct search {
    const struct example *example;
    struct arena *arena;
    const struct log_types *types;
    struct event *event;
    size_t unrecognised;
};

static bool is_wanted(const struct search *search, const struct event *event) {
    return !search->example->id || str_is(event->id, search->example->id);
}

static bool find_in(struct search *search, const struct record *record, struct diag *diag) {
    struct events events = {0};
    if (!events_parse(&events, search->arena, search->types, record->bytes, diag)) return false;
    search->unrecognised += events.unrecognised;
    for (size_t i = 0; i < events.count; i++)
        if (is_wanted(search, &events.list[i])) {
            *search->event = events.list[i];
            return true;
        }
    return false;
}

static bool missing(const struct search *search, struct diag *diag) {
    const struct example *example = search->example;
    if (example->id) return diag_set(diag, "no event '%s' in '%s'", example->id, example->path);
    return diag_set(diag,
        search->unrecognised ? "no event of a known log in '%s'" : "no event in '%s'",
        example->path);
}

/* What is no JSON is passed over while an event of that id may follow. */
static bool walk(struct search *search, struct records *records, struct diag *diag) {
    struct record record;
    for (;;) {
        struct diag ignored = {0};
        enum record_status status = records_next(records, &record, diag);
        if (status == RECORD_FAILED) return false;
        if (status == RECORD_BAD && !search->example->id)
            return diag_set(diag, "'%s' line %llu: %s", search->example->path,
                (unsigned long long)record.line, record.reason);
        if (status == RECORD_END || status == RECORD_CUT) return missing(search, diag);
        if (status != RECORD_GOOD) continue;
        /* The bytes of a record are those of the reader: the tree must not borrow them. */
        record.bytes = arena_copy(search->arena, record.bytes);
        if (find_in(search, &record, &ignored)) return true;
        if (ignored.set && !search->example->id)
            return diag_set(diag, "'%s' line %llu: %s", search->example->path,
                (unsigned long long)record.line, ignored.text);
    }
}

bool example_read(const struct example *example, struct arena *arena, const struct log_types *types,
    struct event *event, struct diag *diag) {
    struct search search = {example, arena, types, event, 0};
    struct source *source = source_open(example->path, diag);
    if (!source) return false;
    struct records *records = records_new(source, types->wrappers, (struct record_position){0});
    bool found = walk(&search, records, diag);
    records_free(records);
    return found;
}
