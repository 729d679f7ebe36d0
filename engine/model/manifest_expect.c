#include "base/regex.h"
#include "base/suggest.h"
#include "model/alert.h"
#include "model/manifest_parts.h"

/* ---- text ---- */

struct matcher {
    struct str contains, regex;
};

static bool check_regex(struct schema_context *context, const struct yaml *map, struct str text) {
    struct diag diag = {0};
    struct regex *regex = text.len ? regex_new(text, &diag) : NULL;
    regex_free(regex);
    if (!diag.set) return true;
    return diags_reject(
        context->diags, "TC023", schema_place(map, "regex"), "bad 'regex': %s", diag.text);
}

static bool read_matcher(struct schema_context *context, const struct yaml *map) {
    static const struct schema_row rows[] = {
        {.key = "contains",
            .type = SCHEMA_STRING,
            .offset = offsetof(struct matcher, contains),
            .help = "text that stands in it"},
        {.key = "regex",
            .type = SCHEMA_STRING,
            .offset = offsetof(struct matcher, regex),
            .help = "regular expression that finds something in it"},
        {0},
    };
    struct schema_context inner = {context->arena, context->diags, "an expected text"};
    struct matcher matcher = {0};
    if (!schema_read(&inner, rows, map, &matcher)) return false;
    if (map->count != 1)
        return diags_reject(context->diags, "TC013", map->place,
            "an expected text is a string, {contains: …} or {regex: …}");
    return check_regex(context, map, matcher.regex);
}

/* A string, or what it shall hold. */
static bool read_text(struct schema_context *context, const struct yaml *value, void *into) {
    (void)into;
    if (value->type == YAML_MAP) return read_matcher(context, value);
    if (value->type == YAML_STRING) return true;
    return diags_reject(context->diags, "TC013", value->place,
        "an expected text is a string, {contains: …} or {regex: …}, not %s%s",
        yaml_type_name(value->type), value->type == YAML_LIST ? "" : " (put it in quotes)");
}

static bool read_severity(struct schema_context *context, const struct yaml *value, void *into) {
    enum severity severity;
    if (value->type != YAML_STRING || severity_parse(value->text, &severity))
        return read_text(context, value, into);
    const char *near = suggest_from(value->text, severity_names);
    return diags_reject(context->diags, "TC012", value->place, "unknown severity '%.*s'%s",
        STR_ARG(value->text), near ? suggest_text(near) : " (info, low, medium, high or critical)");
}

static bool check_type(struct schema_context *context, const char *key, const struct yaml *value,
    enum yaml_type type) {
    if (value->type == type) return true;
    return diags_reject(context->diags, "TC013", value->place, "'%s' must be %s, not %s", key,
        yaml_type_name(type), yaml_type_name(value->type));
}

static bool read_errors(struct schema_context *context, const struct yaml *value, void *into) {
    bool good = check_type(context, "errors", value, YAML_LIST);
    for (size_t i = 0; good && i < value->count; i++)
        good = read_text(context, &value->items[i], into);
    return good;
}

static bool read_notes(struct schema_context *context, const struct yaml *value, void *into) {
    (void)into;
    return check_type(context, "notes", value, YAML_LIST);
}

static bool read_context(struct schema_context *context, const struct yaml *value, void *into) {
    (void)into;
    return check_type(context, "context", value, YAML_MAP);
}

static bool read_payload(struct schema_context *context, const struct yaml *value, void *into) {
    (void)into;
    bool good = check_type(context, "payload", value, YAML_MAP);
    for (size_t i = 0; good && i < value->count; i++)
        if (value->members[i].value.type != YAML_MAP)
            return diags_reject(context->diags, "TC013", value->members[i].value.place,
                "what is expected of a message must be a map, not %s",
                yaml_type_name(value->members[i].value.type));
    return good;
}

/* ---- expect ---- */

/* What the alert shall hold; only checked here, compared by who runs the test. */
struct details {
    bool alert;
    int64_t at_ms;
    int state;
    int64_t count;
    struct schema_strings destinations, route;
};

#define ROW(name, kind, about)                                                                     \
    .key = #name, .type = (kind), .offset = offsetof(struct details, name), .help = (about)
#define CHECK(name, check, about)                                                                  \
    .key = #name, .type = SCHEMA_CUSTOM, .parse = (check), .help = (about)

/* clang-format off */
#define DETAIL_ROWS                                                                                \
    {CHECK(title, read_text, "its title")},                                                        \
    {CHECK(severity, read_severity, "its severity")},                                              \
    {CHECK(dedup, read_text, "its dedup key")},                                                    \
    {CHECK(description, read_text, "its description")},                                            \
    {CHECK(runbook, read_text, "its runbook")},                                                    \
    {CHECK(reference, read_text, "one of its references")},                                        \
    {ROW(destinations, SCHEMA_STRINGS, "the destinations it names itself")},                       \
    {ROW(count, SCHEMA_INTEGER, "how many matches it counts"), .low = 1},                          \
    {ROW(state, SCHEMA_CHOICE, "open, or resolved"), .choices = alert_state_names},                \
    {CHECK(context, read_context, "what its context holds")},                                      \
    {CHECK(errors, read_errors, "what its functions failed with; [] where absent")},               \
    {CHECK(notes, read_notes, "what is odd about the event")},                                     \
    {CHECK(payload, read_payload, "what the message to a destination holds")},                     \
    {ROW(route, SCHEMA_STRINGS, "the destinations it goes to, by the configuration")}
/* clang-format on */

static const struct schema_row detail_rows[] = {
    {ROW(alert, SCHEMA_BOOL, "whether there is one; true unless said")},
    DETAIL_ROWS,
    {0},
};

/* Of an alert in a list there is no doubt that it is one. */
static const struct schema_row listed_rows[] = {
    {.key = "at",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct details, at_ms),
        .help = "when it fires, from the beginning"},
    DETAIL_ROWS,
    {0},
};

static bool read_listed(
    struct schema_context *context, const struct yaml *value, struct timeline_alert *alert) {
    struct schema_context inner = {context->arena, context->diags, "an expected alert"};
    struct details details = {.at_ms = -1};
    *alert = (struct timeline_alert){.details = value, .place = value->place};
    bool good = schema_read(&inner, listed_rows, value, &details);
    alert->at_ms = details.at_ms;
    return good;
}

static bool read_list(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    struct timeline *timeline = &test->timeline;
    bool good = true;
    test->expect = value->count ? EXPECT_ALERT : EXPECT_NOTHING;
    timeline->alert_count = value->count;
    timeline->alerts = arena_list(context->arena, struct timeline_alert, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_listed(context, &value->items[i], &timeline->alerts[i]) && good;
    return good;
}

static bool read_details(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    struct schema_context inner = {context->arena, context->diags, "'expect'"};
    struct details details = {.alert = true};
    test->details = value;
    if (!schema_read(&inner, detail_rows, value, &details)) return false;
    test->expect = details.alert ? EXPECT_ALERT : EXPECT_NOTHING;
    if (details.alert || value->count == 1) return true;
    return diags_reject(context->diags, "TC051", value->place,
        "nothing more can be expected where 'alert' is false");
}

static bool read_expect(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    static const char *const words[] = {[EXPECT_ALERT] = "alert",
        [EXPECT_NOTHING] = "nothing",
        [EXPECT_MATCH] = "match",
        [EXPECT_ERROR] = "error",
        NULL};
    if (value->type == YAML_MAP) return read_details(context, value, test);
    if (value->type == YAML_LIST) return read_list(context, value, test);
    if (value->type == YAML_NULL)
        return diags_reject(context->diags, "TC013", value->place,
            "'expect' must be 'alert', 'nothing', 'match', 'error', a map or a list, not null");
    for (int i = 0; words[i]; i++)
        if (str_is(value->text, words[i])) {
            test->expect = (enum expectation)i;
            return true;
        }
    const char *near = suggest_from(value->text, words);
    return diags_reject(context->diags, "TC012", value->place, "unknown expect '%.*s'%s",
        STR_ARG(value->text),
        near ? suggest_text(near) : " ('alert', 'nothing', 'match', 'error', a map or a list)");
}

/* What can be expected depends on what there is to judge. */
static bool check_expect(
    struct schema_context *context, const struct yaml *map, const struct manifest_test *test) {
    bool timed = yaml_get(map, "timeline") != NULL;
    const struct yaml *expect = yaml_get(map, "expect");
    if (!timed && expect->type == YAML_LIST)
        return diags_reject(context->diags, "TC051", expect->place,
            "a list of alerts can be expected of a timeline only");
    if (timed && test->expect == EXPECT_MATCH)
        return diags_reject(context->diags, "TC051", expect->place,
            "'match' can be expected of a single event only");
    return true;
}

bool manifest_expect_read(
    struct schema_context *context, const struct yaml *map, struct manifest_test *test) {
    const struct yaml *expect = yaml_get(map, "expect");
    test->expect_place = expect->place;
    return read_expect(context, expect, test) && check_expect(context, map, test);
}
