#include "model/pattern_look.h"

#include "base/mem.h"
#include "model/pattern_gate.h"
#include "text/json_names.h"

#include <ctype.h>

struct look {
    struct json_names names;       /* the last keys of the accesses, */
    struct gate gates[JSON_NAMES]; /* and what their values may be */
    struct json_names wrappers;
    bool has_odd_wrapper; /* one that cannot be sought */
};

static bool add_field(struct look *look, const struct field *field) {
    size_t number;
    if (!field || !field_is_leaf(field)) return false;
    if (!json_names_add(&look->names, field->keys[field->key_count - 1], &number)) return false;
    gate_add(&look->gates[number], &field->tests);
    return true;
}

static void add_wrappers(struct look *look, const char *const *wrappers) {
    size_t number;
    for (; wrappers && *wrappers; wrappers++)
        if (!json_names_add(&look->wrappers, str_of(*wrappers), &number))
            look->has_odd_wrapper = true;
}

struct look *look_new(const struct pattern_accesses *accesses, const char *const *wrappers) {
    struct look *look = mem_alloc(sizeof *look);
    bool fine = accesses->count > 0;
    for (size_t i = 0; i < accesses->count && fine; i++)
        fine = add_field(look, accesses->list[i].field);
    for (size_t i = 0; i < look->names.count; i++) gate_seal(&look->gates[i]);
    add_wrappers(look, wrappers);
    if (fine) return look;
    look_free(look);
    return NULL;
}

void look_free(struct look *look) {
    if (!look) return;
    for (size_t i = 0; i < look->names.count; i++) gate_release(&look->gates[i]);
    mem_free(look);
}

/* Whether a name could be spelled otherwise, or an event stand in a string. */
static bool may_hide(const struct look *look, struct str record) {
    if (!record.len || !memchr(record.at, '\\', record.len)) return false;
    if (look->has_odd_wrapper || memmem(record.at, record.len, "\\u", 2)) return true;
    struct json_names_search search;
    struct str plain;
    size_t number, at;
    json_names_begin(&search, &look->wrappers, record);
    while (json_names_next(&search, &number, &at))
        if (at < record.len && record.at[at] == '"' && !json_plain_string(record, at, &plain))
            return true;
    return false;
}

static bool may_pass(const struct gate *gate, struct str record, size_t at) {
    struct str string;
    if (at == record.len) return true;
    switch (record.at[at]) {
    case '{': return false;
    case '"': return !json_plain_string(record, at, &string) || gate_string(gate, string);
    case 't': return gate->yes;
    case 'f': return gate->no;
    case 'n': return gate->null;
    case '-': return gate->numbers;
    default: return gate->numbers || !isdigit((unsigned char)record.at[at]);
    }
}

bool look_wants(const struct look *look, struct str record) {
    struct json_names_search search;
    size_t number, at;
    if (may_hide(look, record)) return true;
    json_names_begin(&search, &look->names, record);
    while (json_names_next(&search, &number, &at))
        if (may_pass(&look->gates[number], record, at)) return true;
    return false;
}

static bool wants(const void *look, struct str record) {
    return look_wants(look, record);
}

struct record_filter look_filter(const struct look *look) {
    return (struct record_filter){look ? wants : NULL, look};
}
