#include "flow/kept.h"

/* Those that came with a later version stand last, and are missing in what an older one wrote. */
enum {
    STRINGS = 7,
    BODY_STRINGS = sizeof(struct alert_body) / sizeof(struct str),
    FIRST = STRINGS + BODY_STRINGS,
    ALL = FIRST + 1
};

static void list_strings(struct match *match, struct str *strings[ALL]) {
    struct str *own[STRINGS] = {&match->rule, &match->log, &match->severity, &match->title,
        &match->dedup, &match->event_id, &match->rules_version};
    memcpy(strings, own, sizeof own);
    for (size_t i = 0; i < BODY_STRINGS; i++) strings[STRINGS + i] = (struct str *)&match->body + i;
    strings[FIRST] = &match->address;
}

struct str kept_write(const struct match *match, struct arena *arena) {
    struct match copy = *match;
    struct str *strings[ALL];
    size_t room = 2 * sizeof(uint64_t);
    list_strings(&copy, strings);
    for (size_t i = 0; i < ALL; i++) room += sizeof(uint64_t) + strings[i]->len;
    struct wire_out out = {.at = arena_list(arena, char, room), .room = room};
    wire_put_number(&out, (uint64_t)match->time_ms);
    wire_put_number(&out, (uint64_t)match->period_ms);
    for (size_t i = 0; i < ALL; i++) wire_put_str(&out, *strings[i]);
    return wire_written(&out);
}

bool kept_read(struct str kept, struct arena *arena, struct match *match) {
    struct wire_in in = {kept.at, kept.at + kept.len, false};
    struct str *strings[ALL];
    *match = (struct match){.time_ms = (int64_t)wire_number(&in)};
    match->period_ms = (int64_t)wire_number(&in);
    list_strings(match, strings);
    for (size_t i = 0; i < ALL && (i < FIRST || !wire_ended(&in)); i++)
        *strings[i] = wire_copy(&in, arena);
    return !in.bad;
}
