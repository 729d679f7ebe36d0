/* A store in memory and a destination's Lua in C: what the sender needs of the floors below it. */
#ifndef FAKE_OUTBOX_H
#define FAKE_OUTBOX_H

#include "base/clock.h"
#include "base/mem.h"
#include "model/config.h"
#include "model/store.h"
#include "script/destination_script.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { OUTBOX_MOST = 128 };

struct store {
    struct delivery list[OUTBOX_MOST];
    char errors[OUTBOX_MOST][512];
    size_t count;
    bool fails; /* to begin a transaction */
    int commits;
};

static pthread_mutex_t outbox_lock = PTHREAD_MUTEX_INITIALIZER;
static struct store outbox;

static struct delivery outbox_get(size_t i) {
    pthread_mutex_lock(&outbox_lock);
    struct delivery delivery = outbox.list[i];
    pthread_mutex_unlock(&outbox_lock);
    return delivery;
}

/* How many are in a state; of the destination, or of all for NULL. */
static size_t outbox_count(const char *destination, enum delivery_state state) {
    size_t count = 0;
    pthread_mutex_lock(&outbox_lock);
    for (size_t i = 0; i < outbox.count; i++)
        count += outbox.list[i].state == state &&
                 (!destination || str_is(outbox.list[i].destination, destination));
    pthread_mutex_unlock(&outbox_lock);
    return count;
}

static void outbox_fail(bool fails) {
    pthread_mutex_lock(&outbox_lock);
    outbox.fails = fails;
    pthread_mutex_unlock(&outbox_lock);
}

static void outbox_add(const char *destination, int64_t age_ms) {
    int64_t now = clock_wall_ms();
    pthread_mutex_lock(&outbox_lock);
    size_t i = outbox.count++;
    outbox.list[i] = (struct delivery){.id = (int64_t)i + 1,
        .revision = 1,
        .destination = str_of(destination),
        .created_ms = now - age_ms,
        .due_ms = now - age_ms};
    snprintf(outbox.list[i].alert, ALERT_ID, "%032zx", i + 1);
    pthread_mutex_unlock(&outbox_lock);
}

/* ---- model/store.h ---- */

bool store_begin(struct store *store, struct diag *diag) {
    pthread_mutex_lock(&outbox_lock);
    if (!store->fails) return true;
    pthread_mutex_unlock(&outbox_lock);
    return diag_set(diag, "disk full");
}

bool store_commit(struct store *store, struct diag *diag) {
    (void)diag;
    store->commits++;
    pthread_mutex_unlock(&outbox_lock);
    return true;
}

void store_rollback(struct store *store) {
    (void)store;
}

bool store_delivery_save(
    struct store *store, const struct delivery *delivery, int64_t now_ms, struct diag *diag) {
    (void)now_ms, (void)diag;
    size_t i = (size_t)delivery->id - 1;
    struct str destination = store->list[i].destination;
    store->list[i] = *delivery;
    store->list[i].destination = destination;
    snprintf(store->errors[i], sizeof store->errors[i], "%.*s", STR_ARG(delivery->last_error));
    store->list[i].last_error = str_of(store->errors[i]);
    return true;
}

static int by_due(const void *a, const void *b) {
    const struct delivery *x = a, *y = b;
    if (x->due_ms != y->due_ms) return x->due_ms < y->due_ms ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

bool store_deliveries_due(struct store *store, struct str destination, int64_t now_ms,
    int64_t limit, store_delivery_each *each, void *context, struct diag *diag) {
    static _Thread_local struct delivery page[OUTBOX_MOST];
    size_t count = 0;
    (void)diag;
    pthread_mutex_lock(&outbox_lock);
    for (size_t i = 0; i < store->count; i++)
        if (store->list[i].state == DELIVERY_QUEUED && store->list[i].due_ms <= now_ms &&
            str_eq(store->list[i].destination, destination))
            page[count++] = store->list[i];
    pthread_mutex_unlock(&outbox_lock);
    qsort(page, count, sizeof *page, by_due);
    for (size_t i = 0; i < count && (int64_t)i < limit; i++)
        if (!each(context, &page[i])) break;
    return true;
}

bool store_deliveries_count(
    struct store *store, enum delivery_state state, int64_t *count, struct diag *diag) {
    (void)store, (void)diag;
    *count = (int64_t)outbox_count(NULL, state);
    return true;
}

bool store_deliveries_list(struct store *store, const char *alert, store_delivery_each *each,
    void *context, struct diag *diag) {
    (void)alert, (void)diag;
    for (size_t i = store->count; i-- > 0;)
        if (!each(context, &store->list[i])) break;
    return true;
}

bool store_alert_find(struct store *store, const char *id, struct arena *arena, struct alert *alert,
    bool *found, struct diag *diag) {
    (void)store, (void)arena, (void)diag;
    *alert = (struct alert){.revision = 1};
    snprintf(alert->id, sizeof alert->id, "%s", id);
    *found = id[0] != 'g'; /* for "gone" */
    return true;
}

/* ---- model/alert.h, model/config.h ---- */

void alert_print(struct buf *to, const struct alert *alert) {
    buf_add_format(to, "{\"id\":\"%s\",\"event\":{\"n\":1,\"list\":[1]}}", alert->id);
}

struct str alert_print_body(struct arena *arena, const struct alert_body *body) {
    return arena_copy(arena, body->event);
}

void alert_make_id(char id[ALERT_ID], struct str rule, struct str dedup, struct str event_id) {
    snprintf(id, ALERT_ID, "told-%zu-%zu-%zu", rule.len, dedup.len, event_id.len);
}

const struct destination *config_destination(const struct config *config, struct str name) {
    for (size_t i = 0; i < config->destination_count; i++)
        if (str_eq(config->destinations[i].name, name)) return &config->destinations[i];
    return NULL;
}

bool config_secret(const struct template *template, struct buf *to, struct diag *diag) {
    buf_add_str(to, template->text);
    return template->text.len > 0 || diag_set(diag, "nothing there");
}

/* ---- script/destination_script.h: type "broken" makes nothing, "delicate" nothing of
 * lists, "forger" a header of the sender's, "slack" wants the body "ok" ---- */

struct destination_script {
    struct str type;
};

struct destination_script *destination_script_new(
    const struct destination *destination, const char *const *dirs, struct diags *diags) {
    (void)dirs, (void)diags;
    struct destination_script *script = mem_alloc(sizeof *script);
    script->type = destination->type;
    return script;
}

void destination_script_free(struct destination_script *script) {
    mem_free(script);
}

bool destination_script_request(struct destination_script *script, const struct json *alert,
    struct request *request, struct diag *diag) {
    if (str_is(script->type, "broken")) return diag_set(diag, "broken.lua:1: boom");
    if (str_is(script->type, "delicate") && json_path(alert, STR("event.list")))
        return diag_set(diag, "delicate.lua:1: a list");
    json_print(&request->body, alert);
    if (!str_is(script->type, "forger")) return true;
    request->headers = mem_grow(request->headers, request->header_count);
    struct request_header *header = &request->headers[request->header_count++];
    *header = (struct request_header){0};
    buf_add_text(&header->name, "Webhook-ID");
    buf_add_text(&header->value, "1");
    return true;
}

void request_release(struct request *request) {
    for (size_t i = 0; i < request->header_count; i++) {
        buf_release(&request->headers[i].name);
        buf_release(&request->headers[i].value);
    }
    mem_free(request->headers);
    buf_release(&request->url);
    buf_release(&request->method);
    buf_release(&request->body);
}

enum destination_verdict destination_script_verdict(
    struct destination_script *script, long status, struct str body, struct diag *diag) {
    (void)diag;
    if (!str_is(script->type, "slack") || status != 200) return VERDICT_BY_STATUS;
    return str_is(body, "ok") ? VERDICT_DONE : VERDICT_LATER;
}

bool destination_script_fill(const struct destination *destination, struct str text, bool json,
    struct buf *to, struct diag *diag) {
    (void)destination, (void)json, (void)diag;
    buf_add_str(to, text);
    return true;
}

#endif
