#include "model/manifest_parts.h"

/* A test as it is written. */
struct spelling {
    struct str name;
    const struct yaml *event, *event_file, *expect;
    const struct yaml *base, *timeline;
    int64_t until_ms;
    struct manifest_given given;
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
    {.key = "base",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, base),
        .help = "what the event, or those of the timeline, are laid over"},
    {.key = "timeline",
        .type = SCHEMA_YAML,
        .offset = offsetof(struct spelling, timeline),
        .help = "events at times from the beginning"},
    {.key = "until",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct spelling, until_ms),
        .help = "when the clock of a timeline stops; when all is decided where absent"},
    {.key = "expect",
        .type = SCHEMA_YAML,
        .required = true,
        .offset = offsetof(struct spelling, expect),
        .help = "alert, nothing, match, error, a map of what the alert holds, or a list of alerts"},
    {.key = "given",
        .type = SCHEMA_CUSTOM,
        .offset = offsetof(struct spelling, given),
        .parse = manifest_given_read,
        .help = "what of the rule is otherwise in this test: params, exceptions"},
    {0},
};

/* ---- event ---- */

/* `origin` is what the line in the parser's message is a line of. */
static const struct json *parse_event(
    struct schema_context *context, struct str text, struct place place, const char *origin) {
    struct diag diag = {0};
    const struct json *event = json_parse_record(context->arena, text, NULL, &diag);
    const char *hint = str_ends(text, STR(".json")) ? " ('event_file' names a file)" : "";
    if (!event)
        diags_reject(context->diags, "TC050", place, "the event is no JSON: %s of %s%s", diag.text,
            origin, hint);
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
    const struct json *base = NULL;
    if (yaml_get(map, "until"))
        return diags_reject(
            context->diags, "TC051", schema_place(map, "until"), "'until' is for a timeline");
    if (spelling->base) base = manifest_event_read(context, "base", spelling->base);
    if (spelling->base && !base) return false;
    test->event_place = value->place;
    test->event = spelling->event ? manifest_event_read(context, "event", value)
                                  : manifest_event_file_read(context, value);
    if (test->event) test->event = timeline_base(context->arena, base, test->event);
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

/* ---- tests ---- */

static bool read_test(
    struct schema_context *context, const struct yaml *map, struct manifest_test *test) {
    struct schema_context inner = {context->arena, context->diags, "a test"};
    struct spelling spelling = {0};
    bool good = schema_read(&inner, rows, map, &spelling);
    if (map->type != YAML_MAP) return false;
    test->name = spelling.name;
    test->place = map->place;
    test->given = spelling.given;
    good = read_either(&inner, &spelling, map, test) && good;
    if (!spelling.expect) return false; /* was reported */
    return manifest_expect_read(&inner, map, test) && good;
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
