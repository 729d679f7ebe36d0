#include "flow/draft_clause.h"

/* A field that is worth a clause where it is a text; where there is `only`, where it is that. */
struct choice {
    const char *path, *only;
    const char *instead, *or_instead; /* the second where the first is what stands there */
    const char *why, *other;
};

static const struct choice choices[] = {
    {"eventSource", NULL, "ec2.amazonaws.com", "iam.amazonaws.com", NULL,
        "a call of another service"},
    {"eventName", NULL, "DescribeRegions", "ListUsers", NULL, "another call"},
    {"userIdentity.type", "Root", "IAMUser", NULL, "root itself, which has next to nothing to do",
        "a user who is not root"},
    {"userIdentity.type", "AWSAccount", "IAMUser", NULL, "somebody of another account",
        "a user of this account"},
    {"errorCode", NULL, NULL, NULL, "it failed", "it does not fail"},
    {"responseElements.ConsoleLogin", NULL, "Success", "Failure", NULL, "another outcome"},
    {"additionalEventData.MFAUsed", "No", "Yes", NULL, "without a second factor",
        "with a second factor"},
    /* What other logs call it. */
    {"event_type", NULL, "another", "other", NULL, "another type"},
    {"event", NULL, "another", "other", NULL, "another event"},
    {"action", NULL, "another", "other", NULL, "another action"},
    {"operation", NULL, "another", "other", NULL, "another operation"},
    {"rule", NULL, "another", "other", NULL, "an alert of another rule"},
    {"type", NULL, "another", "other", NULL, "another type"},
    {"kind", NULL, "another", "other", NULL, "another kind"},
    {NULL, NULL, NULL, NULL, NULL, NULL},
};

static bool applies(const struct choice *choice, const struct json *value) {
    if (!json_is_string(value) || value->string.len == 0) return false;
    return !choice->only || str_is(value->string, choice->only);
}

static struct clause choose(const struct choice *choice, struct str value) {
    bool taken = choice->instead && str_is(value, choice->instead);
    return (struct clause){choice->path, value, taken ? choice->or_instead : choice->instead,
        choice->why, choice->other};
}

/* A log that calls things as no other does: its first text that is not its time or its identity. */
static size_t choose_first(struct clause *clauses, const struct event *event) {
    for (size_t i = 0; i < event->root->count; i++) {
        const struct json_member *member = &event->root->members[i];
        if (!json_is_string(&member->value) || memchr(member->key.at, '.', member->key.len))
            continue;
        if (str_eq(member->key, event->log->time_path)) continue;
        if (str_eq(member->key, event->log->identity_path)) continue;
        *clauses = (struct clause){
            member->key.at, member->value.string, "another", NULL, "another"};
        return 1;
    }
    return 0;
}

size_t clauses_choose(struct clause *clauses, const struct event *event) {
    size_t count = 0;
    for (const struct choice *choice = choices; choice->path && count < CLAUSES; choice++) {
        const struct json *value = json_path(event->root, str_of(choice->path));
        if (applies(choice, value)) clauses[count++] = choose(choice, value->string);
    }
    return count ? count : choose_first(clauses, event);
}

/* The object that holds nothing but `value`, at `path`. */
static struct json hold(struct arena *arena, struct str path, struct json value) {
    const char *dot = memchr(path.at, '.', path.len);
    if (!path.len) return value;
    struct str rest = dot ? (struct str){dot + 1, path.len - (size_t)(dot + 1 - path.at)} : STR("");
    struct json_member *member = arena_new(arena, struct json_member);
    member->key = dot ? (struct str){path.at, (size_t)(dot - path.at)} : path;
    member->value = hold(arena, rest, value);
    return (struct json){.type = JSON_OBJECT, .count = 1, .members = member};
}

struct json clause_other(struct arena *arena, const struct clause *clause) {
    struct json value = {.type = JSON_NULL};
    if (clause->instead)
        value = (struct json){.type = JSON_STRING, .string = str_of(clause->instead)};
    return hold(arena, str_of(clause->path), value);
}
