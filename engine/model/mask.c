#include "model/mask.h"

#include "model/mask_token.h"

struct name {
    struct str from, to;
};

struct names {
    struct name *list;
    size_t count;
};

struct mask {
    struct arena *arena;
    struct names names[MASK_KINDS];
};

static const struct name *find(const struct names *names, struct str from) {
    for (size_t i = 0; i < names->count; i++)
        if (str_eq(names->list[i].from, from)) return &names->list[i];
    return NULL;
}

static struct str stand_in(struct mask *mask, enum mask_kind kind, struct str from) {
    struct names *names = &mask->names[kind];
    const struct name *known = find(names, from);
    if (known) return known->to;
    struct str to = str_of(mask_make(mask->arena, kind, from, names->count));
    names->list = arena_grow(mask->arena, names->list, names->count);
    names->list[names->count++] = (struct name){from, to};
    return to;
}

/* ---- people ---- */

static bool is_one_of(struct str text, const char *const *words) {
    for (; *words; words++)
        if (str_is(text, *words)) return true;
    return false;
}

/* What is masked by its looks, or says nothing about anybody. */
static bool is_no_person(struct str name) {
    static const char *const nobody[] = {
        "root", "Root", "HIDDEN_DUE_TO_SECURITY_REASONS", "ANONYMOUS_PRINCIPAL", NULL};
    enum mask_kind kind;
    if (name.len < 2 || str_starts(name, STR("i-")) || is_one_of(name, nobody)) return true;
    return mask_token(name, 0, false, &kind) == name.len;
}

static void add_person(struct mask *mask, struct str name) {
    if (!is_no_person(name)) stand_in(mask, MASK_PERSON, name);
}

static struct str behind_last(struct str text, char c) {
    const char *last = memrchr(text.at, c, text.len);
    size_t skip = last ? (size_t)(last - text.at) + 1 : text.len;
    return (struct str){text.at + skip, text.len - skip};
}

static bool holds(struct str text, const char *part) {
    return memmem(text.at, text.len, part, strlen(part)) != NULL;
}

/* `user/NAME`, `assumed-role/ROLE/NAME`, and `AROA…:NAME`. */
static void add_person_of(struct mask *mask, struct str key, struct str text) {
    static const char *const named[] = {
        "userName", "roleSessionName", "sourceIdentity", "sessionName", NULL};
    bool is_arn = str_starts(text, STR("arn:"));
    if (is_one_of(key, named))
        add_person(mask, text);
    else if (is_arn && (holds(text, ":user/") || holds(text, ":assumed-role/") ||
                           holds(text, ":federated-user/")))
        add_person(mask, behind_last(text, '/'));
    else if (str_is(key, "principalId") || str_is(key, "assumedRoleId"))
        add_person(mask, behind_last(text, ':'));
}

/* Who issued a session is a role, and its name says what it may do. */
static void find_people(struct mask *mask, struct str key, const struct json *value) {
    if (value->type == JSON_STRING) add_person_of(mask, key, value->string);
    if (str_is(key, "sessionIssuer")) return;
    for (size_t i = 0; value->type == JSON_OBJECT && i < value->count; i++)
        find_people(mask, value->members[i].key, &value->members[i].value);
    for (size_t i = 0; value->type == JSON_ARRAY && i < value->count; i++)
        find_people(mask, key, &value->items[i]);
}

/* A short name is one only where a name is looked for: behind a slash or a colon, up to its end. A
 * long one is that wherever it stands as a word. */
enum { LONG_NAME = 5 };

static bool stands_as_word(struct str text, size_t at, size_t len) {
    return !(at > 0 && mask_is_word(text, at - 1)) && !mask_is_word(text, at + len);
}

static bool stands_as_name(struct str text, size_t at, size_t len) {
    bool begins = at > 0 && (text.at[at - 1] == '/' || text.at[at - 1] == ':');
    bool ends = at + len == text.len || !memchr("+=,.@_-", text.at[at + len], 7);
    return begins && ends && !mask_is_word(text, at + len);
}

/* The length of the name of a person that stands at `at`, or 0. */
static size_t person_at(const struct mask *mask, struct str text, size_t at) {
    const struct names *people = &mask->names[MASK_PERSON];
    struct str rest = {text.at + at, text.len - at};
    for (size_t i = 0; i < people->count; i++) {
        size_t len = people->list[i].from.len;
        if (!str_starts(rest, people->list[i].from)) continue;
        if (len >= LONG_NAME ? stands_as_word(text, at, len) : stands_as_name(text, at, len))
            return len;
    }
    return at == 0 && find(people, text) ? text.len : 0;
}

/* ---- values ---- */

static struct str mask_text(struct mask *mask, struct str key, struct str text) {
    struct buf to = {0};
    bool versions = str_is(key, "userAgent");
    for (size_t at = 0, len; at < text.len; at += len) {
        enum mask_kind kind = MASK_PERSON;
        len = person_at(mask, text, at);
        if (!len) len = mask_token(text, at, versions, &kind);
        if (len)
            buf_add_str(&to, stand_in(mask, kind, (struct str){text.at + at, len}));
        else
            buf_add_char(&to, text.at[at]), len = 1;
    }
    struct str copy = arena_copy(mask->arena, buf_str(&to));
    buf_release(&to);
    return copy;
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool ends_lower(struct str text, const char *end) {
    size_t len = strlen(end);
    if (text.len < len) return false;
    for (size_t i = 0; i < len; i++)
        if (lower(text.at[text.len - len + i]) != end[i]) return false;
    return true;
}

static bool is_secret(struct str key) {
    static const char *const ends[] = {"token", "password", "secret", "accesskey", "secretstring",
        "secretbinary", "privatekey", "keymaterial", "credential", NULL};
    for (size_t i = 0; ends[i]; i++)
        if (ends_lower(key, ends[i])) return true;
    return false;
}

/* What rules ask for by name is never anybody's. */
static bool is_plain(struct str key) {
    static const char *const plain[] = {"eventSource", "eventName", "eventType", "eventVersion",
        "eventCategory", "awsRegion", "errorCode", "type", NULL};
    return is_one_of(key, plain);
}

static struct json mask_string(struct mask *mask, struct str key, const struct json *value) {
    struct json masked = *value;
    if (is_secret(key) && value->string.len)
        masked.string = STR("masked");
    else if (!is_plain(key))
        masked.string = mask_text(mask, key, value->string);
    return masked;
}

/* An account id that somebody wrote as a number. */
static struct json mask_integer(struct mask *mask, struct str key, const struct json *value) {
    struct json masked = *value;
    if (value->integer < 100000000000 || value->integer > 999999999999) return masked;
    if (!ends_lower(key, "accountid") && !ends_lower(key, "account")) return masked;
    struct str digits = str_of(arena_format(mask->arena, "%lld", (long long)value->integer));
    struct str to = stand_in(mask, MASK_ACCOUNT, digits);
    masked.integer = 0;
    for (size_t i = 0; i < to.len; i++) masked.integer = masked.integer * 10 + (to.at[i] - '0');
    return masked;
}

static struct json mask_value(struct mask *mask, struct str key, const struct json *value);

static struct json mask_members(struct mask *mask, const struct json *object) {
    struct json masked = {.type = JSON_OBJECT, .count = object->count};
    masked.members = arena_list(mask->arena, struct json_member, object->count);
    for (size_t i = 0; i < object->count; i++) {
        const struct json_member *member = &object->members[i];
        masked.members[i].key = mask_text(mask, STR(""), member->key);
        masked.members[i].value = mask_value(mask, member->key, &member->value);
    }
    return masked;
}

static struct json mask_items(struct mask *mask, struct str key, const struct json *array) {
    struct json masked = {.type = JSON_ARRAY, .count = array->count};
    masked.items = arena_list(mask->arena, struct json, array->count);
    for (size_t i = 0; i < array->count; i++)
        masked.items[i] = mask_value(mask, key, &array->items[i]);
    return masked;
}

static struct json mask_value(struct mask *mask, struct str key, const struct json *value) {
    switch (value->type) {
    case JSON_STRING: return mask_string(mask, key, value);
    case JSON_INTEGER: return mask_integer(mask, key, value);
    case JSON_ARRAY: return mask_items(mask, key, value);
    case JSON_OBJECT: return mask_members(mask, value);
    default: return *value;
    }
}

const struct json *mask_event(struct arena *arena, const struct json *event) {
    struct mask mask = {.arena = arena};
    struct json *masked = arena_new(arena, struct json);
    find_people(&mask, STR(""), event);
    *masked = mask_value(&mask, STR(""), event);
    return masked;
}
