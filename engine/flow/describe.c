#include "flow/describe.h"

#include "base/clock.h"
#include "flow/roles.h"
#include "model/event_notes.h"

#include <ctype.h>
#include <stdlib.h>

/* Bytes that paths may add to a context: with the event and what alert_context() answered an alert
 * keeps within JSON_VALUES, so that whoever sends it can read it. */
enum { CONTEXT_LIMIT = 2 << 20 };

static const double MOST_SECONDS = 1e12; /* of a period */

/* One match being described. */
struct description {
    const struct rule *rule;
    const struct event *event;
    struct arena *arena;
    struct buf errors; /* elements of a JSON array */
    struct buf scratch;
};

static bool has(const struct description *d, enum rule_function function) {
    return d->rule->script && rule_script_has(d->rule->script, function);
}

static void note_error(struct description *d, const char *what, const char *text) {
    struct buf line;
    buf_init(&line);
    buf_add_format(&line, "%s: %s", what, text);
    if (d->errors.len) buf_add_char(&d->errors, ',');
    json_print_string(&d->errors, buf_str(&line));
    buf_release(&line);
}

/* The function's answer, or `otherwise`. */
static struct str text_or(
    struct description *d, enum rule_function function, struct str otherwise) {
    struct diag diag = {0};
    if (!has(d, function)) return otherwise;
    buf_reset(&d->scratch);
    if (rule_script_text(d->rule->script, function, &d->scratch, &diag))
        return arena_copy(d->arena, buf_str(&d->scratch));
    note_error(d, rule_function_names[function], diag.text);
    return otherwise;
}

static struct str lower_case(struct arena *arena, struct str s) {
    struct str copy = arena_copy(arena, s);
    for (size_t i = 0; i < s.len; i++) ((char *)copy.at)[i] = (char)tolower((unsigned char)s.at[i]);
    return copy;
}

static struct str severity_of(struct description *d) {
    struct str given = str_of(severity_names[d->rule->manifest->severity]);
    struct str said = lower_case(d->arena, text_or(d, RULE_SEVERITY, given));
    enum severity severity;
    if (severity_parse(said, &severity)) return said;
    note_error(d, rule_function_names[RULE_SEVERITY],
        arena_format(d->arena, "unknown severity '%.*s'", STR_ARG(said)));
    return given;
}

/* `recipientAccountId="111122223333", errorCode`: values as JSON, a path that is absent alone, so
 * that no two combinations look the same. */
static struct str dedup_by_paths(struct description *d) {
    const struct schema_strings *by = &d->rule->manifest->dedup.by;
    buf_reset(&d->scratch);
    for (size_t i = 0; i < by->count; i++) {
        const struct json *value = json_path(d->event->root, by->list[i]);
        if (i) buf_add_text(&d->scratch, ", ");
        buf_add_str(&d->scratch, by->list[i]);
        if (value) buf_add_char(&d->scratch, '=');
        if (value) json_print(&d->scratch, value);
    }
    return arena_copy(d->arena, buf_str(&d->scratch));
}

/* What belongs together in a sequence is one alert. */
static struct str dedup_of(struct description *d, const struct match *match) {
    const struct manifest *manifest = d->rule->manifest;
    bool follows = manifest->memory.kind == MEMORY_SEQUENCE && match->role_count;
    struct str otherwise = follows ? match->roles[0].key : match->title;
    if (manifest->dedup.by_given) otherwise = dedup_by_paths(d);
    return text_or(d, RULE_DEDUP, otherwise);
}

bool describe_dedup(const struct rule *rule, const struct event *event, struct arena *arena,
    struct str *dedup, struct diag *diag) {
    struct description d = {.rule = rule, .event = event, .arena = arena};
    bool good = !has(&d, RULE_DEDUP) ||
                rule_script_text(rule->script, RULE_DEDUP, &d.scratch, diag);
    *dedup = has(&d, RULE_DEDUP) ? arena_copy(arena, buf_str(&d.scratch)) : dedup_by_paths(&d);
    buf_release(&d.scratch);
    return good;
}

/* A duration, or seconds; -1 where it is none. */
static int64_t parse_period(struct str text) {
    int64_t period_ms = clock_parse_duration(text);
    char *end;
    double seconds = strtod(text.at, &end);
    if (period_ms >= 0) return period_ms;
    bool is_number = text.len && end == text.at + text.len;
    return is_number && seconds >= 0 && seconds <= MOST_SECONDS ? (int64_t)(seconds * 1000) : -1;
}

static int64_t period_of(struct description *d) {
    int64_t given = d->rule->manifest->dedup.period_ms;
    struct str said = text_or(d, RULE_DEDUP_PERIOD, (struct str){0});
    if (!said.at) return given;
    int64_t period_ms = parse_period(said);
    if (period_ms >= 0) return period_ms;
    note_error(d, rule_function_names[RULE_DEDUP_PERIOD],
        arena_format(d->arena, "bad period '%.*s' (such as 15m, 1h, or seconds)", STR_ARG(said)));
    return given;
}

static struct str json_strings(struct description *d, const struct schema_strings *strings) {
    buf_reset(&d->scratch);
    buf_add_char(&d->scratch, '[');
    for (size_t i = 0; i < strings->count; i++) {
        if (i) buf_add_char(&d->scratch, ',');
        json_print_string(&d->scratch, strings->list[i]);
    }
    buf_add_char(&d->scratch, ']');
    return arena_copy(d->arena, buf_str(&d->scratch));
}

/* The answer as JSON, or len 0 when there is no such function or it failed. */
static struct str json_answer(struct description *d, enum rule_function function) {
    struct diag diag = {0};
    if (!has(d, function)) return (struct str){0};
    buf_reset(&d->scratch);
    if (rule_script_json(d->rule->script, function, &d->scratch, &diag))
        return arena_copy(d->arena, buf_str(&d->scratch));
    note_error(d, rule_function_names[function], diag.text);
    return (struct str){0};
}

static struct str destinations_of(struct description *d) {
    struct str said = json_answer(d, RULE_DESTINATIONS);
    return said.len ? said : json_strings(d, &d->rule->manifest->destinations);
}

static struct str references_of(struct description *d) {
    if (!has(d, RULE_REFERENCE)) return json_strings(d, &d->rule->manifest->references);
    struct str said = text_or(d, RULE_REFERENCE, (struct str){0});
    if (said.len == 0) return json_strings(d, &d->rule->manifest->references);
    return json_strings(d, &(struct schema_strings){.list = &said, .count = 1});
}

static void add_member(struct buf *to, struct str key, const struct json *value) {
    if (to->len > 1) buf_add_char(to, ',');
    json_print_string(to, key);
    buf_add_char(to, ':');
    json_print(to, value);
}

/* What alert_context() answered. An alert around it has to be within the bounds of JSON, too. */
static const struct json *own_context(struct description *d) {
    struct diag diag = {0};
    struct str said = json_answer(d, RULE_ALERT_CONTEXT);
    const struct json *own = said.len ? json_parse_record(d->arena, said, NULL, &diag) : NULL;
    if (diag.set) note_error(d, rule_function_names[RULE_ALERT_CONTEXT], diag.text);
    return own;
}

/* Fewer bytes than its JSON has, without the time to print it. */
static size_t least_size(const struct json *json) {
    size_t size = json->type == JSON_STRING ? json->string.len : 1;
    for (size_t i = 0; i < json->count && json->type == JSON_ARRAY; i++)
        size += least_size(&json->items[i]);
    for (size_t i = 0; i < json->count && json->type == JSON_OBJECT; i++)
        size += json->members[i].key.len + least_size(&json->members[i].value);
    return size;
}

static bool stands_before(const struct schema_strings *paths, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (str_eq(paths->list[i], paths->list[at])) return true;
    return false;
}

static void add_path(struct description *d, struct str path) {
    const struct json *value = json_path(d->event->root, path);
    size_t before = d->scratch.len;
    if (!value) return;
    bool fits = before + least_size(value) <= CONTEXT_LIMIT;
    if (fits) add_member(&d->scratch, path, value);
    if (fits && d->scratch.len <= CONTEXT_LIMIT) return;
    d->scratch.len = before;
    note_error(d, "context", arena_format(d->arena, "no room for '%.*s'", STR_ARG(path)));
}

/* The manifest's paths, then what alert_context() answered, which wins where both name a key. */
static struct str context_of(struct description *d) {
    const struct schema_strings *paths = &d->rule->manifest->context;
    const struct json *own = own_context(d);
    buf_reset(&d->scratch);
    buf_add_char(&d->scratch, '{');
    for (size_t i = 0; i < paths->count; i++)
        if (!json_get(own, paths->list[i]) && !stands_before(paths, i)) add_path(d, paths->list[i]);
    for (size_t i = 0; own && i < own->count; i++)
        add_member(&d->scratch, own->members[i].key, &own->members[i].value);
    buf_add_char(&d->scratch, '}');
    return arena_copy(d->arena, buf_str(&d->scratch));
}

static struct str errors_json(struct description *d) {
    if (d->errors.len == 0) return (struct str){0};
    return str_of(arena_format(d->arena, "[%s]", buf_text(&d->errors)));
}

static struct str notes_json(struct description *d) {
    struct event_notes notes;
    event_notes_find(&notes, d->event, d->event->root, NULL);
    buf_reset(&d->scratch);
    event_notes_print(&d->scratch, &notes);
    return arena_copy(d->arena, buf_str(&d->scratch));
}

static void fill_body(struct description *d, struct alert_body *body) {
    const struct manifest *manifest = d->rule->manifest;
    body->context = context_of(d);
    body->description = text_or(d, RULE_DESCRIPTION, manifest->description);
    body->runbook = text_or(d, RULE_RUNBOOK, manifest->runbook);
    body->references = references_of(d);
    body->tags = json_strings(d, &manifest->tags);
    body->attack = json_strings(d, &manifest->attack);
    body->destinations = destinations_of(d);
    body->notes = notes_json(d);
}

static struct str address_of(const struct event *event) {
    struct str path = event->log->address_path;
    return path.len ? json_string(json_path(event->root, path)) : (struct str){0};
}

static void note_matching(struct description *d, const struct matching *matching) {
    if (matching->exception_failed)
        note_error(d, "exceptions", "a regular expression met its limit");
}

static void take_roles(
    struct description *d, const struct matching *matching, struct match *match) {
    struct diag diag = {0};
    roles_find(d->rule, d->event, matching->steps, d->arena, match, &diag);
    if (diag.set) note_error(d, rule_function_names[RULE_UNIQUE], diag.text);
}

void describe_match(const struct rule *rule, const struct event *event,
    const struct matching *matching, const char *rules_version, struct arena *arena,
    struct match *match) {
    struct description d = {.rule = rule, .event = event, .arena = arena};
    match->rule = rule->manifest->id;
    match->log = event->log->id;
    match->event_id = event->id;
    match->time_ms = event->time_ms;
    match->address = address_of(event);
    match->title = text_or(&d, RULE_TITLE, rule->manifest->title);
    match->severity = severity_of(&d);
    note_matching(&d, matching);
    take_roles(&d, matching, match);
    match->dedup = dedup_of(&d, match);
    match->period_ms = period_of(&d);
    roles_join(rule, match);
    fill_body(&d, &match->body);
    match->body.errors = errors_json(&d);
    match->rules_version = str_of(rules_version);
    buf_release(&d.errors);
    buf_release(&d.scratch);
}

static struct schema_strings with_tag(
    const struct schema_strings *tags, struct str tag, struct arena *arena) {
    struct schema_strings more = {.count = tags->count + 1};
    more.list = arena_list(arena, struct str, more.count);
    if (tags->count) memcpy(more.list, tags->list, tags->count * sizeof *more.list);
    more.list[tags->count] = tag;
    return more;
}

static struct str error_of(struct str reason, struct arena *arena) {
    struct buf errors = {0};
    const char *line = arena_format(arena, "rule: %.*s", STR_ARG(reason));
    buf_add_char(&errors, '[');
    json_print_string(&errors, str_of(line));
    buf_add_char(&errors, ']');
    struct str copy = arena_copy(arena, buf_str(&errors));
    buf_release(&errors);
    return copy;
}

void describe_unjudged(const struct rule *rule, const struct event *event,
    const char *rules_version, struct str reason, struct arena *arena, struct match *match) {
    struct manifest marked = *rule->manifest;
    marked.title = str_of(arena_format(arena, "Not judged: %.*s", STR_ARG(marked.title)));
    marked.tags = with_tag(&marked.tags, STR("unjudged"), arena);
    marked.memory.kind = MEMORY_NONE;
    describe_match(&(struct rule){.manifest = &marked}, event, &(struct matching){0}, rules_version,
        arena, match);
    match->unjudged = true;
    if (marked.dedup.by_given)
        match->dedup = str_of(arena_format(arena, "not judged: %.*s", STR_ARG(match->dedup)));
    match->body.errors = error_of(reason, arena);
}
