#include "flow/match_alert.h"
#include "flow/route.h"
#include "flow/testing.h"
#include "flow/testing_compare.h"
#include "flow/testing_message.h"

/* An alert that is compared. */
struct subject {
    const struct testing *testing;
    const struct alert *alert;
    const struct json *tree;
    struct comparison comparison;
};

typedef bool compare_fn(const struct subject *subject, const struct yaml_member *member);

static bool compare_key(const struct subject *subject, const struct yaml_member *member) {
    const struct json *got = json_get(subject->tree, member->key);
    return compare_value(&subject->comparison, member->key.at, &member->value, got);
}

static bool compare_reference(const struct subject *subject, const struct yaml_member *member) {
    return compare_any(&subject->comparison, "reference", &member->value,
        json_get(subject->tree, STR("references")));
}

static bool compare_destinations(const struct subject *subject, const struct yaml_member *member) {
    return compare_names(&subject->comparison, "destinations", &member->value,
        json_get(subject->tree, STR("destinations")));
}

static bool compare_payload(const struct subject *subject, const struct yaml_member *member) {
    bool same = true;
    for (size_t i = 0; i < member->value.count; i++)
        same = testing_message_holds(subject->testing, &member->value.members[i], subject->tree,
                   subject->comparison.to) &&
               same;
    return same;
}

static const struct json *names_of(const struct route_targets *targets, struct arena *arena) {
    struct json *names = arena_new(arena, struct json);
    *names = (struct json){.type = JSON_ARRAY, .count = targets->count};
    names->items = arena_list(arena, struct json, targets->count);
    for (size_t i = 0; i < targets->count; i++)
        names->items[i] = (struct json){
            .type = JSON_STRING, .string = targets->list[i].destination};
    return names;
}

static bool compare_route(const struct subject *subject, const struct yaml_member *member) {
    const struct comparison *comparison = &subject->comparison;
    const struct config *config = subject->testing->config;
    if (!config)
        return differences_add(comparison->to, member->value.place, "route", STR("a configuration"),
            STR("none: name it with -c"));
    struct route_targets targets = route_alert(config, subject->alert, comparison->arena);
    return compare_names(
        comparison, "route", &member->value, names_of(&targets, comparison->arena));
}

static bool pass_over(const struct subject *subject, const struct yaml_member *member) {
    (void)subject, (void)member;
    return true;
}

/* What is not in the alert under its own name. */
static const struct {
    const char *key;
    compare_fn *compare;
} rows[] = {
    {"alert", pass_over},
    {"at", pass_over},
    {"reference", compare_reference},
    {"destinations", compare_destinations},
    {"payload", compare_payload},
    {"route", compare_route},
};

static bool compare_member(const struct subject *subject, const struct yaml_member *member) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (str_is(member->key, rows[i].key)) return rows[i].compare(subject, member);
    return compare_key(subject, member);
}

/* A function that fails is expected by name only. */
static bool compare_errors(const struct subject *subject, struct place place) {
    const struct json *errors = json_get(subject->tree, STR("errors"));
    struct buf text = {0};
    if (!errors || errors->count == 0) return true;
    json_print(&text, errors);
    differences_add(subject->comparison.to, place, "errors", STR("[]"), buf_str(&text));
    buf_release(&text);
    return false;
}

bool testing_holds_alert(const struct testing *testing, const struct yaml *details,
    const struct manifest_test *test, const struct alert *alert, struct differences *to) {
    struct subject subject = {.testing = testing,
        .alert = alert,
        .tree = match_alert_tree(alert, to->arena),
        .comparison = {.to = to, .arena = to->arena}};
    bool same = true;
    if (!details || !yaml_get(details, "errors"))
        same = compare_errors(&subject, details ? details->place : test->expect_place);
    for (size_t i = 0; details && i < details->count; i++)
        same = compare_member(&subject, &details->members[i]) && same;
    return same;
}
