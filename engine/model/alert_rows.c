#include "model/alert_rows.h"

#include "model/alert.h"
#include "model/severity.h"

#define ROW(name, kind, about) .key = (name), .type = (kind), .help = (about), .required = true
#define JSON(members) .shape = {.json = (members)}

#define TEXT "\"type\":\"string\""
#define TEXTS "\"type\":\"array\",\"items\":{\"type\":\"string\"}"
#define TIME "\"type\":[\"string\",\"null\"],\"format\":\"date-time\""

static const struct schema_row more_rows[] = {
    {ROW("count", SCHEMA_INTEGER, "matches"), .low = 1},
    {.key = "addresses",
        .type = SCHEMA_INTEGER,
        .low = 1,
        .help = "different addresses that they came from"},
    {ROW("since", SCHEMA_CUSTOM, "when the destination was last told"), JSON(TIME)},
    {0},
};

static const struct schema_row note_rows[] = {
    {ROW("note", SCHEMA_STRING, "what is odd")},
    {.key = "path", .type = SCHEMA_CUSTOM, .help = "where, as Lua's get takes it", JSON(TEXT)},
    {.key = "count", .type = SCHEMA_INTEGER, .low = 1, .help = "of more: how many are not listed"},
    {0},
};

const struct schema_row alert_rows[] = {
    {ROW("schema", SCHEMA_CUSTOM, "which schema this is"), JSON("\"const\":\"tocsin.alert/1\"")},
    {ROW("id", SCHEMA_STRING, "of rule, dedup key and first event"),
        JSON("\"pattern\":\"^[0-9a-f]{32}$\"")},
    {ROW("rule", SCHEMA_NAME, "id of the rule")},
    {ROW("title", SCHEMA_CUSTOM, "what happened, in one line"), JSON(TEXT)},
    {ROW("severity", SCHEMA_CHOICE, "how bad it is"), .choices = severity_names},
    {ROW("log", SCHEMA_NAME, "log type of the events")},
    {ROW("time", SCHEMA_CUSTOM, "event time of the first match; null: not known"), JSON(TIME)},
    {ROW("last_time", SCHEMA_CUSTOM, "event time of the latest match"), JSON(TIME)},
    {ROW("count", SCHEMA_INTEGER, "matches, each event once"), .low = 1},
    {ROW("dedup", SCHEMA_CUSTOM, "the key by which matches are one alert"), JSON(TEXT)},
    {ROW("event_ids", SCHEMA_CUSTOM, "identities of the events, the first 100"),
        JSON(TEXTS ",\"maxItems\":100")},
    {ROW("event", SCHEMA_CUSTOM, "the first match, whole"), JSON("\"type\":[\"object\",\"null\"]")},
    {ROW("context", SCHEMA_CUSTOM, "what the rule adds"), JSON("\"type\":\"object\"")},
    {ROW("description", SCHEMA_CUSTOM, "what it means and why it matters"), JSON(TEXT)},
    {ROW("runbook", SCHEMA_CUSTOM, "what to do about it"), JSON(TEXT)},
    {ROW("references", SCHEMA_CUSTOM, "where to read more"), JSON(TEXTS)},
    {ROW("tags", SCHEMA_CUSTOM, "words to find and to route by"), JSON(TEXTS)},
    {ROW("attack", SCHEMA_CUSTOM, "ATT&CK ids"), JSON(TEXTS)},
    {ROW("destinations", SCHEMA_CUSTOM, "where the rule wants it"), JSON(TEXTS)},
    {ROW("errors", SCHEMA_CUSTOM, "functions of the rule that failed"), JSON(TEXTS)},
    {.key = "notes",
        .type = SCHEMA_CUSTOM,
        .help = "what is odd about the event",
        .shape = {.list = note_rows}},
    {ROW("state", SCHEMA_CHOICE, "why it is told"), .choices = alert_state_names},
    {ROW("revision", SCHEMA_INTEGER, "counts what was told about it")},
    {.key = "more",
        .type = SCHEMA_CUSTOM,
        .help = "of an update: what is new",
        .shape = {.map = more_rows}},
    {ROW("rules_version", SCHEMA_CUSTOM, "hash of the rule set"), JSON(TEXT)},
    {0},
};
