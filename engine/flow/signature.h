/* Signatures of Standard Webhooks: HMAC-SHA-256 over id, time and body, one for each key.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
#ifndef FLOW_SIGNATURE_H
#define FLOW_SIGNATURE_H

#include "base/buf.h"
#include "base/diag.h"

#include <stdint.h>

struct signature_keys {
    struct buf *list;
    size_t count;
};

/* Secrets separated by spaces (two while one replaces the other); `whsec_` and base64, or the bytes
 * themselves. Hides each from the log. False: not base64 behind whsec_. */
bool signature_keys_init(struct signature_keys *keys, struct str secrets, struct diag *diag);
void signature_keys_release(struct signature_keys *keys);

/* Appends "v1,BASE64 v1,BASE64". */
void signature_print(const struct signature_keys *keys, struct str id, int64_t time_s,
    struct str body, struct buf *to);

#endif
