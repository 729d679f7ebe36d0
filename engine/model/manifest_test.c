#include "model/manifest_parts.h"

#include "base/suggest.h"

/* A test as it is written. */
struct spelling {
    struct str name;
    const struct yaml *event, *event_file, *expect;
};

static const struct schema_row rows[] = {
    {.key = "name",
        .type = SCHEMA_STRING,
        .required = true,
        .offset = offsetof(struct spelling, name),
        .help = "what is tested"},
    {.key = "event",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, event),
        .help = "the event: a map, or JSON text"},
    {.key = "event_file",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, event_file),
        .help = "a JSON file beside the manifest"},
    {.key = "expect",
        .type = SCHEMA_YAML,
        .required = true,
        .offset = offsetof(struct spelling, expect),
        .help = "alert, nothing, or a map that says what the alert holds"},
    {0},
};

/* ---- event ---- */

/* `origin` is what the line in the parser's message is a line of. */
static const struct json *parse_event(
    struct schema_context *context, struct str text, struct place place, const char *origin) {
    struct diag diag = {0};
    const struct json *event = json_parse_record(context->arena, text, NULL, &diag);
    if (!event)
        diags_error(context->diags, place, "the event is no JSON: %s of %s", diag.text, origin);
    else if (event->type != JSON_OBJECT)
        diags_error(context->diags, place, "the event must be a JSON object");
    return event && event->type == JSON_OBJECT ? event : NULL;
}

static const struct json *read_event(struct schema_context *context, const struct yaml *value) {
    if (value->type == YAML_MAP) return yaml_to_json(context->arena, value);
    if (value->type == YAML_STRING)
        return parse_event(context, value->text, value->place, "the text");
    diags_error(context->diags, value->place, "'event' must be a map or JSON text, not %s",
        yaml_type_name(value->type));
    return NULL;
}

static const struct json *read_event_file(
    struct schema_context *context, const struct yaml *value) {
    const char *path = NULL;
    if (value->type != YAML_STRING || value->text.len == 0) {
        diags_error(context->diags, value->place, "'event_file' must be the name of a file");
        return NULL;
    }
    struct str text = manifest_file_read(context, value, &path);
    return text.at ? parse_event(context, text, value->place, path) : NULL;
}

static bool read_either(struct schema_context *context, const struct spelling *spelling,
    const struct yaml *map, struct manifest_test *test) {
    bool has_event = yaml_get(map, "event"), has_file = yaml_get(map, "event_file");
    if (has_event == has_file)
        return diags_error(context->diags, map->place,
            has_event ? "a test has 'event' or 'event_file', not both"
                      : "missing key 'event' or 'event_file' in a test");
    const struct yaml *value = has_event ? spelling->event : spelling->event_file;
    if (!value) return false; /* was reported */
    test->event_place = value->place;
    test->event = has_event ? read_event(context, value) : read_event_file(context, value);
    return test->event != NULL;
}

/* ---- expect ---- */

/* What the alert shall hold; only checked here, compared by who runs the test. */
struct details {
    bool alert;
    struct str title, dedup, description, runbook;
    int severity;
    int64_t count;
    struct schema_strings destinations;
    const struct yaml *context;
};

#define ROW(name, kind, about)                                                                     \
    .key = #name, .type = (kind), .offset = offsetof(struct details, name), .help = (about)

static const struct schema_row detail_rows[] = {
    {ROW(alert, SCHEMA_BOOL, "whether there is one"), .required = true},
    {ROW(title, SCHEMA_STRING, "its title")},
    {ROW(severity, SCHEMA_CHOICE, "its severity"), .choices = severity_names},
    {ROW(dedup, SCHEMA_STRING, "its dedup key")},
    {ROW(description, SCHEMA_STRING, "its description")},
    {ROW(runbook, SCHEMA_STRING, "its runbook")},
    {ROW(destinations, SCHEMA_STRINGS, "where it goes")},
    {ROW(count, SCHEMA_INTEGER, "how many matches it counts"), .low = 1},
    {ROW(context, SCHEMA_YAML, "what its context holds")},
    {0},
};

static bool read_details(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    struct schema_context inner = {context->arena, context->diags, "'expect'"};
    struct details details = {0};
    test->details = value;
    if (!schema_read(&inner, detail_rows, value, &details)) return false;
    test->expect = details.alert ? EXPECT_ALERT : EXPECT_NOTHING;
    if (details.alert || value->count == 1) return true;
    return diags_error(
        context->diags, value->place, "nothing more can be expected where 'alert' is false");
}

static bool read_expect(
    struct schema_context *context, const struct yaml *value, struct manifest_test *test) {
    static const char *const words[] = {
        [EXPECT_ALERT] = "alert", [EXPECT_NOTHING] = "nothing", NULL};
    if (value->type == YAML_MAP) return read_details(context, value, test);
    if (value->type == YAML_LIST || value->type == YAML_NULL)
        return diags_error(context->diags, value->place,
            "'expect' must be 'alert', 'nothing' or a map, not %s", yaml_type_name(value->type));
    for (int i = 0; words[i]; i++)
        if (str_is(value->text, words[i])) {
            test->expect = (enum expectation)i;
            return true;
        }
    const char *near = suggest_from(value->text, words);
    return diags_error(context->diags, value->place, "unknown expect '%.*s'%s",
        STR_ARG(value->text), near ? suggest_text(near) : " ('alert', 'nothing' or a map)");
}

/* ---- tests ---- */

static bool read_test(
    struct schema_context *context, const struct yaml *map, struct manifest_test *test) {
    struct schema_context inner = {context->arena, context->diags, "a test"};
    struct spelling spelling = {0};
    bool good = schema_read(&inner, rows, map, &spelling);
    if (map->type != YAML_MAP) return false;
    test->name = spelling.name;
    test->place = map->place;
    good = read_either(&inner, &spelling, map, test) && good;
    return (!spelling.expect || read_expect(&inner, spelling.expect, test)) && good;
}

bool manifest_tests_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct manifest *manifest = into;
    if (value->type != YAML_LIST)
        return diags_error(context->diags, value->place, "'tests' must be a list, not %s",
            yaml_type_name(value->type));
    bool good = true;
    manifest->test_count = value->count;
    manifest->tests = arena_list(context->arena, struct manifest_test, value->count);
    for (size_t i = 0; i < value->count; i++)
        good = read_test(context, &value->items[i], &manifest->tests[i]) && good;
    return good;
}
