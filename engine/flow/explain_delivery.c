#include "flow/explain_private.h"

#include "flow/route.h"

#include <strings.h>

/* ---- what is secret though it stands in the configuration as it is ---- */

enum { SECRET_BYTES = 6 }; /* shorter ones are no secrets, and stand anywhere */

static bool sounds_secret(struct str key) {
    static const char *const words[] = {"key", "secret", "token", "password", "url", "auth", NULL};
    for (size_t i = 0; words[i]; i++)
        if (strcasestr(key.at, words[i])) return true;
    return false;
}

/* "https://host/…" */
static void add_masked_url(struct buf *to, struct str url) {
    const char *host = memmem(url.at, url.len, "://", 3);
    if (!host || memmem(url.at, url.len, "${", 2)) {
        buf_add_str(to, url);
        return;
    }
    size_t begin = (size_t)(host - url.at) + 3;
    const char *path = memchr(url.at + begin, '/', url.len - begin);
    size_t end = path ? (size_t)(path - url.at) : url.len;
    const char *user = memchr(url.at + begin, '@', end - begin);
    size_t shown = user ? (size_t)(user - url.at) + 1 : begin;
    buf_add(to, url.at, begin);
    buf_add(to, url.at + shown, end - shown);
    if (end + 1 < url.len) buf_add_text(to, "/…");
}

static void replace(struct buf *in, struct str secret, const char *by) {
    struct buf out = {0};
    struct str rest = buf_str(in);
    const char *found;
    if (secret.len < SECRET_BYTES) return;
    while (rest.len && (found = memmem(rest.at, rest.len, secret.at, secret.len))) {
        size_t before = (size_t)(found - rest.at);
        buf_add(&out, rest.at, before);
        buf_add_text(&out, by);
        rest = (struct str){found + secret.len, rest.len - before - secret.len};
    }
    buf_add_str(&out, rest);
    buf_release(in);
    *in = out;
}

static struct str masked_url(struct str url, struct arena *arena) {
    struct buf masked = {0};
    add_masked_url(&masked, url);
    struct str copy = arena_copy(arena, buf_str(&masked));
    buf_release(&masked);
    return copy;
}

static struct str shown(
    const struct destination *destination, struct str text, struct arena *arena) {
    struct buf to = {0};
    struct str url = destination->url.text;
    destination_script_show(destination, text, &to);
    if (url.len && !memmem(url.at, url.len, "${", 2)) replace(&to, url, masked_url(url, arena).at);
    for (size_t i = 0; i < destination->setting_count; i++) {
        const struct destination_setting *setting = &destination->settings[i];
        bool is_named = memmem(setting->value.text.at, setting->value.text.len, "${", 2);
        if (!is_named && sounds_secret(setting->key))
            replace(&to, setting->value.text, arena_format(arena, "(%.*s)", STR_ARG(setting->key)));
    }
    struct str copy = arena_copy(arena, buf_str(&to));
    buf_release(&to);
    return copy;
}

/* ---- the message ---- */

static struct str shown_url(
    const struct destination *destination, const struct request *request, struct arena *arena) {
    if (request->url.len) return shown(destination, buf_str(&request->url), arena);
    return masked_url(destination->url.text, arena);
}

static void add_line(struct buf *to, struct str name, struct str value) {
    buf_add_str(to, name);
    buf_add_text(to, ": ");
    buf_add_str(to, value);
    buf_add_char(to, '\n');
}

/* And those that the sender adds. */
static struct str shown_headers(const struct destination *destination,
    const struct request *request, const struct json *alert, struct arena *arena) {
    struct buf lines = {0};
    bool typed = false;
    for (size_t i = 0; i < request->header_count; i++) {
        struct str name = buf_str(&request->headers[i].name);
        typed |= name.len == 12 && strncasecmp(name.at, "content-type", name.len) == 0;
        add_line(&lines, name, shown(destination, buf_str(&request->headers[i].value), arena));
    }
    if (!typed) add_line(&lines, STR("content-type"), STR("application/json"));
    const char *id = arena_format(arena, "%s.1", json_string(json_get_text(alert, "id")).at);
    add_line(&lines, STR("webhook-id"), str_of(id));
    add_line(&lines, STR("webhook-timestamp"), STR("(when it is sent)"));
    if (destination->secret.text.len)
        add_line(&lines, STR("webhook-signature"), STR("(by 'secret')"));
    struct str copy = arena_copy(arena, buf_str(&lines));
    buf_release(&lines);
    return copy;
}

static void take_request(struct explained_delivery *delivery, const struct request *request,
    const struct json *alert, struct arena *arena) {
    const struct destination *destination = delivery->destination;
    struct str method = request->method.len ? buf_str(&request->method) : STR("POST");
    delivery->method = arena_copy(arena, method);
    delivery->url = shown_url(destination, request, arena);
    delivery->headers = shown_headers(destination, request, alert, arena);
    delivery->body = shown(destination, buf_str(&request->body), arena);
}

static void make(struct explained_delivery *delivery, struct messenger *messenger,
    const struct json *alert, struct arena *arena) {
    struct request request = {0};
    struct diag diag = {0};
    if (messenger_make(messenger, delivery->destination, alert, &request, &diag))
        take_request(delivery, &request, alert, arena);
    else
        delivery->error = arena_copy(arena, str_of(diag.text));
    request_release(&request);
}

void explain_deliveries(struct explanation *explanation, const struct explain_plan *plan,
    struct explained_alert *explained, const struct alert *alert) {
    struct arena *arena = &explanation->arena;
    if (!plan->config->path) return;
    explained->routed = true;
    struct route_targets targets = route_alert(plan->config, alert, arena);
    explained->deliveries = arena_list(arena, struct explained_delivery, targets.count);
    explained->delivery_count = targets.count;
    for (size_t i = 0; i < targets.count; i++) {
        struct explained_delivery *delivery = &explained->deliveries[i];
        delivery->destination = config_destination(plan->config, targets.list[i].destination);
        if (plan->messenger) make(delivery, plan->messenger, explained->alert, arena);
    }
}
