#include "flow/sender_private.h"

#include "base/clock.h"
#include "base/log.h"

#include <inttypes.h>
#include <strings.h>

enum { SENDER_HEADERS = 4 }; /* content-type, webhook-id, -timestamp, -signature */

/* The alert in the store has gone on since: what is told is that of the delivery. */
static bool find_alert(struct lane *lane, const struct delivery *delivery, struct str told,
    struct arena *arena, const struct json **json, bool *found, struct diag *diag) {
    struct alert alert;
    struct buf text;
    *found = told.len > 0;
    if (*found) {
        *json = json_parse(arena, told, NULL, diag);
        return true;
    }
    if (!store_alert_find(lane->sender->store, delivery->alert, arena, &alert, found, diag))
        return false;
    if (!*found) return true;
    alert.state = delivery->alert_state;
    alert.revision = delivery->revision;
    alert.more = delivery->more;
    buf_init(&text);
    alert_print(&text, &alert);
    *json = json_parse(arena, arena_copy(arena, buf_str(&text)), NULL, diag);
    buf_release(&text);
    return true;
}

/* ---- headers ---- */

static struct http_header *next_header(struct message *message) {
    return (struct http_header *)&message->request.headers[message->request.header_count++];
}

static void add_header(struct message *message, const char *name, struct str value) {
    *next_header(message) = (struct http_header){str_of(name), value};
}

static const struct http_header *find_header(const struct message *message, const char *name) {
    for (size_t i = 0; i < message->request.header_count; i++) {
        const struct http_header *header = &message->request.headers[i];
        if (header->name.len == strlen(name) &&
            strncasecmp(header->name.at, name, header->name.len) == 0)
            return header;
    }
    return NULL;
}

static bool check_own(const struct message *message, struct diag *diag) {
    static const char *const own[] = {"webhook-id", "webhook-timestamp", "webhook-signature", NULL};
    for (size_t i = 0; own[i]; i++)
        if (find_header(message, own[i]))
            return diag_set(diag, "header '%s' is the sender's own", own[i]);
    return true;
}

static bool fill(struct message *message, const struct lane *lane, const struct buf *text,
    bool json, struct str *filled, struct diag *diag) {
    struct buf buf;
    buf_init(&buf);
    bool good = destination_script_fill(lane->destination, buf_str(text), json, &buf, diag);
    *filled = arena_copy(&message->arena, buf_str(&buf));
    buf_release(&buf);
    return good;
}

static bool fill_headers(struct message *message, const struct lane *lane,
    const struct request *request, struct diag *diag) {
    message->request.headers = arena_list(
        &message->arena, struct http_header, request->header_count + SENDER_HEADERS);
    for (size_t i = 0; i < request->header_count; i++) {
        struct http_header *header = next_header(message);
        header->name = arena_copy(&message->arena, buf_str(&request->headers[i].name));
        if (!fill(message, lane, &request->headers[i].value, false, &header->value, diag))
            return false;
    }
    return check_own(message, diag);
}

/* The id is the same at each attempt; the time is that of the attempt. */
static void sign(
    struct message *message, const struct lane *lane, const struct delivery *delivery) {
    struct arena *arena = &message->arena;
    struct buf signature;
    int64_t now_s = clock_wall_ms() / 1000;
    struct str id = str_of(arena_format(arena, "%s.%" PRId64, delivery->alert, delivery->revision));
    add_header(message, "webhook-id", id);
    add_header(message, "webhook-timestamp", str_of(arena_format(arena, "%" PRId64, now_s)));
    if (lane->keys.count == 0) return;
    buf_init(&signature);
    signature_print(&lane->keys, id, now_s, message->request.body, &signature);
    add_header(message, "webhook-signature", arena_copy(arena, buf_str(&signature)));
    buf_release(&signature);
}

/* ---- Lua ---- */

enum { STUB_MEMBERS = 8, STUB_BYTES = 256 };

/* An event's first short scalars, and "omitted": true, as CloudTrail marks what it left out. */
static struct json stub_of(struct arena *arena, const struct json *event) {
    struct json stub = {.type = JSON_OBJECT};
    stub.members = arena_list(arena, struct json_member, STUB_MEMBERS + 1);
    for (size_t i = 0; event->type == JSON_OBJECT && i < event->count; i++) {
        const struct json_member *member = &event->members[i];
        bool is_short = member->value.type < JSON_STRING ||
                        (member->value.type == JSON_STRING &&
                            member->value.string.len < STUB_BYTES);
        if (is_short && stub.count < STUB_MEMBERS) stub.members[stub.count++] = *member;
    }
    stub.members[stub.count++] = (struct json_member){
        STR("omitted"), {.type = JSON_BOOL, .boolean = true}};
    return stub;
}

static const struct json *without_event(struct arena *arena, const struct json *alert) {
    struct json *copy = arena_new(arena, struct json);
    *copy = *alert;
    copy->members = arena_list(arena, struct json_member, alert->count);
    for (size_t i = 0; i < alert->count; i++) {
        copy->members[i] = alert->members[i];
        if (str_is(alert->members[i].key, "event"))
            copy->members[i].value = stub_of(arena, &alert->members[i].value);
    }
    return copy;
}

/* An event that no Lua can digest, by its size or its oddity, must not silence its alert. */
static bool ask_lua(struct message *message, struct lane *lane, const struct json *alert,
    struct request *request, struct diag *diag) {
    struct messenger *messenger = lane->sender->messenger;
    struct diag again = {0};
    if (messenger_make(messenger, lane->destination, alert, request, diag)) return true;
    alert = without_event(&message->arena, alert);
    if (!messenger_make(messenger, lane->destination, alert, request, &again)) return false;
    log_warn("message to '%.*s' made without the event: %s", STR_ARG(lane->destination->name),
        diag->text);
    diag_clear(diag);
    return true;
}

/* ---- the whole ---- */

static bool fill_body(struct message *message, const struct lane *lane,
    const struct request *request, struct diag *diag) {
    const struct http_header *type = find_header(message, "content-type");
    bool json = !type || strcasestr(type->value.at, "json");
    if (!type) add_header(message, "content-type", STR("application/json"));
    return fill(message, lane, &request->body, json, &message->request.body, diag);
}

static bool fill_url(struct message *message, const struct lane *lane,
    const struct request *request, struct diag *diag) {
    struct str url = buf_str(&lane->url);
    if (request->url.len && !fill(message, lane, &request->url, false, &url, diag)) return false;
    message->request.url = url.at;
    if (strlen(url.at) != url.len) return diag_set(diag, "bad url: NUL in it");
    return url.len > 0 || diag_set(diag, "no url: neither the destination nor its Lua has one");
}

static bool make(struct message *message, struct lane *lane, const struct json *alert,
    struct request *request, struct diag *diag) {
    const struct destination *destination = lane->destination;
    message->request = (struct http_request){
        .proxy = buf_text(&lane->proxy),
        .timeout_ms = destination->timeout_ms,
        .allow_loopback = destination->allow_loopback,
        .allow_http = destination->allow_http,
    };
    if (!alert || !ask_lua(message, lane, alert, request, diag)) return false;
    struct str method = request->method.len ? buf_str(&request->method) : STR("POST");
    message->request.method = arena_copy(&message->arena, method).at;
    return fill_url(message, lane, request, diag) && fill_headers(message, lane, request, diag) &&
           fill_body(message, lane, request, diag);
}

enum message_result message_init(struct message *message, struct lane *lane,
    const struct delivery *delivery, struct str told, struct diag *diag) {
    const struct json *alert = NULL;
    struct request request = {0};
    bool found = false;
    arena_init(&message->arena);
    if (!find_alert(lane, delivery, told, &message->arena, &alert, &found, diag))
        return MESSAGE_STORE_FAILED;
    if (!found) return MESSAGE_GONE;
    bool made = make(message, lane, alert, &request, diag);
    if (made) sign(message, lane, delivery);
    request_release(&request);
    if (!made && lane->sender->messenger->gone) return MESSAGE_NOBODY;
    return made ? MESSAGE_MADE : MESSAGE_UNMADE;
}

void message_release(struct message *message) {
    arena_release(&message->arena);
}
