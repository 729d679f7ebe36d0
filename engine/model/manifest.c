#include "model/manifest_parts.h"

#include <ctype.h>

enum { DEFAULT_PERIOD_MS = 60 * 60 * 1000 };

static const char *const status_names[] = {"stable", "test", "draft", NULL};
static const char *const on_error_names[] = {"report", "alert", NULL};

#define ROW(name, kind, field, about)                                                              \
    .key = (name), .type = (kind), .offset = offsetof(struct manifest, field), .help = (about)

bool manifest_when_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct pattern **when = into;
    return (*when = pattern_compile(context->arena, value, context->diags)) != NULL;
}

bool manifest_params_read(struct schema_context *context, const struct yaml *value, void *into) {
    if (value->type != YAML_MAP)
        return diags_reject(context->diags, "TC013", value->place, "'params' must be a map, not %s",
            yaml_type_name(value->type));
    *(const struct json **)into = yaml_to_json(context->arena, value);
    return true;
}

static const struct schema_row dedup_rows[] = {
    {.key = "by",
        .type = SCHEMA_STRINGS,
        .offset = offsetof(struct manifest_dedup, by),
        .help = "paths whose values make one alert; by title where absent"},
    {.key = "period",
        .type = SCHEMA_DURATION,
        .offset = offsetof(struct manifest_dedup, period_ms),
        .help = "how long matches count on one alert; 0: each is one"},
    {0},
};

static bool read_test_base(struct schema_context *context, const struct yaml *value, void *into) {
    const struct json **base = into;
    return (*base = manifest_event_read(context, "test_base", value)) != NULL;
}

static bool read_budget(struct schema_context *context, const struct yaml *value, void *into) {
    if (value->type == YAML_LIST || value->type == YAML_MAP)
        return diags_reject(context->diags, "TC013", value->place,
            "'budget' must be alerts a day such as 5/day, not %s", yaml_type_name(value->type));
    if (budget_parse(value->text, into)) return true;
    return diags_reject(context->diags, "TC015", value->place,
        "bad budget '%.*s' (alerts a day, such as 5/day or 0.5/day)", STR_ARG(value->text));
}

static bool read_dedup(struct schema_context *context, const struct yaml *value, void *into) {
    struct schema_context inner = {context->arena, context->diags, "'dedup'"};
    struct manifest_dedup *dedup = into;
    dedup->by_given = yaml_get(value, "by") != NULL;
    bool good = schema_read(&inner, dedup_rows, value, dedup);
    return schema_check_paths(&inner, &dedup->by) && good;
}

/* What of the rules between keys a JSON Schema can say. */
static const char one_source[] =
    "\"oneOf\":[{\"required\":[\"event\"]},{\"required\":[\"event_file\"]},"
    "{\"required\":[\"timeline\"]}]";

const struct schema_row manifest_rows[] = {
    {ROW("id", SCHEMA_NAME, id, "unique name of the rule, such as aws.iam.key-created"),
        .required = true, .shape = {.json = "\"not\":{\"pattern\":\"^tocsin[.]\"}"}},
    {ROW("title", SCHEMA_STRING, title,
         "what happened, in one line; the alert's title unless Lua has 'title'"),
        .required = true},
    {ROW("severity", SCHEMA_CHOICE, severity, "how bad it is"), .required = true,
        .choices = severity_names},
    {ROW("log", SCHEMA_NAME, log, "log type the rule reads, such as aws.cloudtrail"),
        .required = true, .shape = {.json = "\"examples\":[\"aws.cloudtrail\",\"tocsin.alert\"]"}},
    {ROW("description", SCHEMA_STRING, description,
        "what it means and why it matters, for who has never seen it")},
    {ROW("runbook", SCHEMA_STRING, runbook, "what to do about it, step by step")},
    {ROW("references", SCHEMA_STRINGS, references, "where to read more")},
    {ROW("false_positives", SCHEMA_STRINGS, false_positives, "what looks the same and is fine")},
    {ROW("tags", SCHEMA_STRINGS, tags, "words to find rules by")},
    {ROW("attack", SCHEMA_STRINGS, attack, "ATT&CK ids such as TA0003/T1098"),
        .shape = {.json = "\"pattern\":\"^(TA[0-9]{4}|(TA[0-9]{4}/)?T[0-9]{4}([.][0-9]{3})?)$\""}},
    {ROW("owner", SCHEMA_STRING, owner, "who answers for the rule")},
    {ROW("status", SCHEMA_CHOICE, status, "how far it can be trusted; stable unless said"),
        .choices = status_names},
    {ROW(
        "enabled", SCHEMA_BOOL, enabled, "whether it is asked at all; its tests run all the same")},
    {ROW("budget", SCHEMA_CUSTOM, budget, "alerts that are not too many, such as 5/day"),
        .parse = read_budget,
        .shape =
            {.json =
                    "\"type\":\"string\",\"pattern\":\"^(?=.{1,15}/day$)[0-9]+([.][0-9]+)?/day$\""}},
    {ROW("params", SCHEMA_CUSTOM, params, "values that teams tune; Lua reads them as params"),
        .parse = manifest_params_read, .shape = {.json = "\"type\":\"object\""}},
    {ROW("when", SCHEMA_CUSTOM, when,
         "which events, by paths of the event and what may stand there; all keys must hold, of a list any"),
        .parse = manifest_when_read, .shape = PATTERN_SHAPE},
    {ROW("lua", SCHEMA_CUSTOM, lua, "Lua code, or a file beside the manifest"),
        .parse = manifest_lua_read, .shape = {.json = "\"type\":\"string\",\"minLength\":1"}},
    {ROW("dedup", SCHEMA_CUSTOM, dedup,
         "which matches are one alert: of one title within 1h unless said"),
        .parse = read_dedup, .shape = {.map = dedup_rows}},
    {ROW("limits", SCHEMA_CUSTOM, limits, "what a call may cost at most"), .parse = limits_read,
        .shape = {.map = limits_rows}},
    {ROW("on_error", SCHEMA_CHOICE, on_error, "alert: also where it cannot judge an event"),
        .choices = on_error_names},
    {ROW("destinations", SCHEMA_STRINGS, destinations,
        "where its alerts go, in place of the routes of the configuration")},
    {ROW("context", SCHEMA_STRINGS, context, "event paths whose values are copied into the alert")},
    {ROW("test_base", SCHEMA_CUSTOM, test_base, "what the events of its tests are laid over"),
        .parse = read_test_base, .shape = EVENT_SHAPE},
    {.key = "tests",
        .type = SCHEMA_CUSTOM,
        .parse = manifest_tests_read,
        .help = "events and what is expected of them",
        .shape = {.list = manifest_test_rows, .also = one_source}},
    {ROW("threshold", SCHEMA_CUSTOM, memory, "fires at so many matches within a time"),
        .parse = memory_threshold_read, .shape = {.map = memory_threshold_rows}},
    {ROW("first_seen", SCHEMA_CUSTOM, memory, "fires at values never seen before"),
        .parse = memory_first_seen_read, .shape = {.map = memory_first_seen_rows}},
    {ROW("sequence", SCHEMA_CUSTOM, memory, "fires at one event after the other"),
        .parse = memory_sequence_read, .shape = {.map = memory_sequence_rows}},
    {ROW("aggregate", SCHEMA_CUSTOM, memory, "fires at a sum, an average or a percentile"),
        .parse = memory_aggregate_read, .shape = {.map = memory_aggregate_rows}},
    {ROW("memory", SCHEMA_CUSTOM, memory, "how much it may remember, where less than usual"),
        .parse = memory_bounds_read, .shape = {.map = memory_bounds_rows}},
    {ROW("resolve", SCHEMA_CUSTOM, resolve, "when an alert of it is over"),
        .parse = manifest_resolve_read, .shape = {.map = manifest_resolve_rows}},
    {.key = "exceptions",
        .type = SCHEMA_CUSTOM,
        .parse = manifest_exceptions_read,
        .help = "patterns of matches that are fine",
        .shape = {.list = manifest_exception_rows}},
    {ROW("ignore_findings", SCHEMA_CUSTOM, ignores, "findings of check that are fine here"),
        .parse = ignores_read, .shape = {.list = ignore_rows}},
    {0},
};

/* Passes over `prefix` and `digits` digits; NULL when they are not there. */
static const char *skip_id(const char *at, const char *prefix, size_t digits) {
    if (!at || strncmp(at, prefix, strlen(prefix)) != 0) return NULL;
    at += strlen(prefix);
    for (; digits > 0; digits--)
        if (!isdigit((unsigned char)*at++)) return NULL;
    return at;
}

/* TA0003, T1098, T1098.001, or TA0003/ before one of the latter two. */
static bool is_attack_id(struct str id) {
    const char *at = skip_id(id.at, "TA", 4);
    if (at && *at == '\0') return true;
    at = skip_id(at ? skip_id(at, "/", 0) : id.at, "T", 4);
    if (at && *at == '.') at = skip_id(at, ".", 3);
    return at && at == id.at + id.len;
}

static bool check_attack(struct schema_context *context, const struct schema_strings *attack) {
    bool good = true;
    for (size_t i = 0; i < attack->count; i++)
        if (!is_attack_id(attack->list[i]))
            good = diags_reject(context->diags, "TC015", attack->places[i],
                "bad ATT&CK id '%.*s' (such as TA0003, T1098, T1098.001 or TA0003/T1098)",
                STR_ARG(attack->list[i]));
    return good;
}

static bool check_id(struct schema_context *context, const struct manifest *manifest) {
    if (!str_starts(manifest->id, STR("tocsin."))) return true;
    return diags_reject(context->diags, "TC018", manifest->id_place,
        "id '%.*s' is reserved: what begins with 'tocsin.' is the engine's own",
        STR_ARG(manifest->id));
}

static bool check_condition(struct schema_context *context, const struct yaml *document) {
    if (yaml_get(document, "when") || yaml_get(document, "lua")) return true;
    if (yaml_get(document, "sequence")) return true;
    return diags_reject(
        context->diags, "TC011", document->place, "a rule needs 'when', 'lua' or 'sequence'");
}

/* ---- what decides what its memory holds ---- */

static void hash_key(
    struct schema_context *context, struct hash *hash, struct str key, const struct yaml *value) {
    struct buf json = {0};
    if (!value) return;
    hash_part(hash, key);
    json_print(&json, yaml_to_json(context->arena, value));
    hash_part(hash, buf_str(&json));
    buf_release(&json);
}

static void define(struct schema_context *context, const struct manifest *manifest,
    const struct yaml *document, const char *const *keys, char hex[HASH_HEX]) {
    struct hash *hash = hash_new();
    for (; *keys; keys++) hash_key(context, hash, str_of(*keys), yaml_get(document, *keys));
    hash_part(hash, STR("lua"));
    hash_part(hash, manifest->lua.code);
    hash_hex(hash, hex);
    hash_free(hash);
}

static void define_both(
    struct schema_context *context, struct manifest *manifest, const struct yaml *document) {
    static const char *const memory[] = {
        "log", "when", "params", "dedup", "threshold", "first_seen", "sequence", "aggregate", NULL};
    static const char *const firing[] = {"log", "when", "params", "exceptions", "threshold",
        "first_seen", "sequence", "aggregate", NULL};
    define(context, manifest, document, memory, manifest->definition);
    define(context, manifest, document, firing, manifest->condition);
}

/* ---- the whole ---- */

static void set_defaults(struct manifest *manifest, const struct yaml *document) {
    manifest->place = document->place;
    manifest->id_place = schema_place(document, "id");
    manifest->log_place = schema_place(document, "log");
    manifest->destinations_place = schema_place(document, "destinations");
    manifest->when_place = schema_place(document, "when");
    manifest->limits_place = schema_place(document, "limits");
    manifest->enabled = true;
    manifest->status = STATUS_STABLE;
    manifest->budget = BUDGET_NONE;
    manifest->dedup.period_ms = DEFAULT_PERIOD_MS;
    memory_rule_defaults(&manifest->memory);
}

bool manifest_read(
    struct schema_context *context, const struct yaml *document, struct manifest *manifest) {
    set_defaults(manifest, document);
    bool good = schema_read(context, manifest_rows, document, manifest);
    if (document->type != YAML_MAP) return false;
    good = check_id(context, manifest) && good;
    good = check_attack(context, &manifest->attack) && good;
    good = schema_check_paths(context, &manifest->context) && good;
    good = check_condition(context, document) && good;
    good = good && memory_rule_check(context, manifest, document) &&
           manifest_resolve_check(context, manifest);
    if (good) define_both(context, manifest, document);
    if (good) manifest_given_apply(context->arena, manifest);
    return good;
}
