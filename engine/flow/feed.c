#include "flow/feed.h"

#include <stdio.h>

bool feed_is_wanted(const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        if (manifest->enabled && str_is(manifest->log, LOG_OF_ALERTS)) return true;
    }
    return false;
}

/* `replay` tells it later, and counts what was told from then on. */
bool feed_add(struct store *store, const struct alert *alert, struct diag *diag) {
    struct alert told = *alert;
    struct buf text = {0};
    told.revision = 1;
    alert_print(&text, &told);
    bool good = store_unread_add(store, buf_str(&text), diag);
    buf_release(&text);
    return good;
}

/* An alert is longer than its event, and bound like any record. */
static bool take(void *context, int64_t number, struct str alert) {
    struct batch *batch = context;
    bool bad = alert.len > RECORD_LIMIT;
    struct record record = {.bytes = alert, .line = (uint64_t)number, .index = (uint64_t)number};
    if (bad) record.bytes.len = RECORD_KEPT;
    if (bad) snprintf(record.reason, sizeof record.reason, "longer than 4 MiB");
    batch_add(batch, &record, LOG_OF_ALERTS, bad);
    batch->unread_to = number;
    return batch->count < BATCH_RECORDS && batch->bytes < BATCH_BYTES;
}

bool feed_take(struct store *store, struct batch *batch, struct diag *diag) {
    batch_reset(batch);
    batch->source = LOG_OF_ALERTS;
    return store_unread_list(store, take, batch, diag);
}
