#include "model/alert.h"
#include "model/manifest_parts.h"

#include "base/suggest.h"

/* A test as it is written. */
struct spelling {
    struct str name;
    const struct yaml *event, *event_file, *expect;
    const struct yaml *base, *timeline;
    int64_t until_ms;
};

static const char *const expect_words[] = {
    [EXPECT_ALERT] = "alert", [EXPECT_NOTHING] = "nothing", [EXPECT_MATCH] = "match", NULL};

const struct schema_row manifest_test_rows[] = {
    {.key = "name",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct spelling, name),
        .help = "what is tested"},
    {.key = "event",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, event),
        .help = "the event: a map, or JSON text",
        .shape = EVENT_SHAPE},
    {.key = "event_file",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, event_file),
        .help = "a JSON file beside the manifest",
        .shape = {.json = "\"type\":\"string\""}},
    {.key = "base",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, base),
        .help = "what the events of the timeline have in common",
        .shape = EVENT_SHAPE},
    {.key = "timeline",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, timeline),
        .help = "events at times from the beginning",
        .shape = {.list = manifest_timeline_rows}},
    {.key = "until",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct spelling, until_ms),
        .help = "when the clock of a timeline stops; when all is decided where absent"},
    {.key = "expect",
        .type = SCHEMA_YAML,
        .required = true,
        .offset = offsetof(struct spelling, expect),
        .choices = expect_words,
        .shape = {.map = manifest_expect_rows, .list = manifest_listed_rows},
        .help = "alert, nothing, match, a map of what the alert holds, or a list of alerts"},
    {0},
};

/* ---- event ---- */

/* `origin` is what the line in the parser's message is a line of. */
static const struct json *parse_event(
    struct schema_context *context, struct str text, struct place place, const char *origin) {
    struct diag diag = {0};
    const struct json *event = json_parse_record(context->arena, text, NULL, &diag);
    if (!event)
        diags_reject(
            context->diags, "TC050", place, "the event is no JSON: %s of %s", diag.text, origin);
    else if (event->type != JSON_OBJECT)
        diags_reject(context->diags, "TC050", place, "the event must be a JSON object");
    return event && event->type == JSON_OBJECT ? event : NULL;
}

const struct json *manifest_event_read(
    struct schema_context *context, const char *key, const struct yaml *value) {
    if (value->type == YAML_MAP) return yaml_to_json(context->arena, value);
    if (value->type == YAML_STRING)
        return parse_event(context, value->text, value->place, "the text");
    diags_reject(context->diags, "TC013", value->place, "'%s' must be a map or JSON text, not %s",
        key, yaml_type_name(value->type));
    return NULL;
}

const struct json *manifest_event_file_read(
    struct schema_context *context, const struct yaml *value) {
    const char *path = NULL;
    if (value->type != YAML_STRING || value->text.len == 0) {
        diags_reject(
            context->diags, "TC013", value->place, "'event_file' must be the name of a file");
        return NULL;
    }
    struct str text = manifest_file_read(context, value, &path);
    return text.at ? parse_event(context, text, value->place, path) : NULL;
}

static bool read_one(struct schema_context *context, const struct spelling *spelling,
    const struct yaml *map, struct manifest_test *test) {
    const struct yaml *value = spelling->event ? spelling->event : spelling->event_file;
    if (spelling->base || yaml_get(map, "until"))
        return diags_reject(context->diags, "TC051",
            schema_place(map, spelling->base ? "base" : "until"), "'%s' is for a timeline",
            spelling->base ? "base" : "until");
    test->event_place = value->place;
    test->event = spelling->event ? manifest_event_read(context, "event", value)
                                  : manifest_event_file_read(context, value);
    return test->event != NULL;
}

static bool read_timeline(struct schema_context *context, const struct spelling *spelling,
    const struct yaml *map, struct manifest_test *test) {
    test->event_place = spelling->timeline->place;
    test->timeline.until_ms = yaml_get(map, "until") ? spelling->until_ms : -1;
    return timeline_read(context, spelling->timeline, spelling->base, &test->timeline);
}

static bool read_either(struct schema_context *context, const struct spelling *spelling,
    const struct yaml *map, struct manifest_test *test) {
    static const char *const keys[] = {"event", "event_file", "timeline"};
    size_t count = 0;
    for (size_t i = 0; i < 3; i++) count += yaml_get(map, keys[i]) != NULL;
    if (count != 1)
        return diags_reject(context->diags, "TC051", map->place,
            count ? "a test has one of 'event', 'event_file' and 'timeline'"
                  : "missing key 'event', 'event_file' or 'timeline' in a test");
    if (spelling->timeline) return read_timeline(context, spelling, map, test);
    if (!spelling->event && !spelling->event_file) return false; /* was reported */
    return read_one(context, spelling, map, test);
}

/* ---- expect ---- */

/* What the alert shall hold; only checked here, compared by who runs the test. */
struct details {
    bool alert;
    int64_t at_ms;
    struct str title, dedup, description, runbook;
    int severity, state;
    int64_t count;
    struct schema_strings destinations;
    const struct yaml *context;
};

#define ROW(name, kind, about)                                                                     \
    .key = #name, .type = (kind), .offset = offsetof(struct details, name), .help = (about)

/* clang-format off */
#define DETAIL_ROWS                                                                                \
    {ROW(title, SCHEMA_STRING, "its title")},                                                      \
    {ROW(severity, SCHEMA_CHOICE, "its severity"), .choices = severity_names},                     \
    {ROW(dedup, SCHEMA_STRING, "its dedup key")},                                                  \
    {ROW(description, SCHEMA_STRING, "its description")},                                          \
    {ROW(runbook, SCHEMA_STRING, "its runbook")},                                                  \
    {ROW(destinations, SCHEMA_STRINGS, "where it goes")},                                          \
    {ROW(count, SCHEMA_INTEGER, "how many matches it counts"), .low = 1},                          \
    {ROW(state, SCHEMA_CHOICE, "open, or resolved"), .choices = alert_state_names},                \
    {ROW(context, SCHEMA_YAML, "what its context holds")}
/* clang-format on */

const struct schema_row manifest_expect_rows[] = {
    {ROW(alert, SCHEMA_BOOL, "whether there is one"), .required = true},
    DETAIL_ROWS,
    {0},
};

/* Of an alert in a list there is no doubt that it is one. */
const struct schema_row manifest_listed_rows[] = {
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
    bool good = schema_read(&inner, manifest_listed_rows, value, &details);
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
    struct details details = {0};
    test->details = value;
    if (!schema_read(&inner, manifest_expect_rows, value, &details)) return false;
    test->expect = details.alert ? EXPECT_ALERT : EXPECT_NOTHING;
    if (details.alert || value->count == 1) return true;
    return diags_reject(context->diags, "TC051", value->place,
        "nothing more can be expected where 'alert' is false");
}

static bool read_expect(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    if (value->type == YAML_MAP) return read_details(context, value, test);
    if (value->type == YAML_LIST) return read_list(context, value, test);
    if (value->type == YAML_NULL)
        return diags_reject(context->diags, "TC013", value->place,
            "'expect' must be 'alert', 'nothing', 'match', a map or a list, not null");
    for (int i = 0; expect_words[i]; i++)
        if (str_is(value->text, expect_words[i])) {
            test->expect = (enum expectation)i;
            return true;
        }
    const char *near = suggest_from(value->text, expect_words);
    return diags_reject(context->diags, "TC012", value->place, "unknown expect '%.*s'%s",
        STR_ARG(value->text),
        near ? suggest_text(near) : " ('alert', 'nothing', 'match', a map or a list)");
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

/* ---- tests ---- */

static bool read_test(
    struct schema_context *context, const struct yaml *map, struct manifest_test *test) {
    struct schema_context inner = {context->arena, context->diags, "a test"};
    struct spelling spelling = {0};
    bool good = schema_read(&inner, manifest_test_rows, map, &spelling);
    if (map->type != YAML_MAP) return false;
    test->name = spelling.name;
    test->place = map->place;
    good = read_either(&inner, &spelling, map, test) && good;
    if (!spelling.expect) return false; /* was reported */
    return read_expect(&inner, spelling.expect, test) && check_expect(&inner, map, test) && good;
}

bool manifest_tests_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct manifest *manifest = into;
    if (value->type != YAML_LIST)
        return diags_reject(context->diags, "TC013", value->place, "'tests' must be a list, not %s",
            yaml_type_name(value->type));
    bool good = true;
    manifest->test_count = value->count;
    manifest->tests = arena_list(context->arena, struct manifest_test, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_test(context, &value->items[i], &manifest->tests[i]) && good;
    return good;
}
