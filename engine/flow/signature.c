#include "flow/signature.h"

#include "base/hash.h"
#include "base/log.h"
#include "base/mem.h"

static const char blanks[] = " \t\r\n";

static void hide(struct str secret) {
    char *text = mem_copy(secret.at, secret.len);
    log_hide(text);
    mem_free(text);
}

static bool add_key(struct signature_keys *keys, struct str secret, struct diag *diag) {
    static const struct str prefix = {"whsec_", 6};
    hide(secret);
    keys->list = mem_grow(keys->list, keys->count);
    struct buf *key = &keys->list[keys->count++];
    buf_init(key);
    if (!str_starts(secret, prefix)) {
        buf_add_str(key, secret);
        return true;
    }
    struct str text = {secret.at + prefix.len, secret.len - prefix.len};
    if (base64_decode(text, key) && key->len > 0) return true;
    return diag_set(diag, "bad secret: no base64 behind 'whsec_'");
}

bool signature_keys_init(struct signature_keys *keys, struct str secrets, struct diag *diag) {
    *keys = (struct signature_keys){0};
    while (secrets.len) {
        size_t len = 0;
        while (len < secrets.len && !memchr(blanks, secrets.at[len], sizeof blanks - 1)) len++;
        if (len && !add_key(keys, (struct str){secrets.at, len}, diag)) return false;
        len += len < secrets.len;
        secrets = (struct str){secrets.at + len, secrets.len - len};
    }
    return true;
}

void signature_keys_release(struct signature_keys *keys) {
    for (size_t i = 0; i < keys->count; i++) buf_release(&keys->list[i]);
    mem_free(keys->list);
    *keys = (struct signature_keys){0};
}

void signature_print(const struct signature_keys *keys, struct str id, int64_t time_s,
    struct str body, struct buf *to) {
    struct buf content;
    unsigned char mac[HASH_SIZE];
    buf_init(&content);
    buf_add_str(&content, id);
    buf_add_format(&content, ".%lld.", (long long)time_s);
    buf_add_str(&content, body);
    for (size_t i = 0; i < keys->count; i++) {
        hash_hmac(buf_str(&keys->list[i]), buf_str(&content), mac);
        buf_add_text(to, i ? " v1," : "v1,");
        base64_encode((struct str){(const char *)mac, sizeof mac}, to);
    }
    buf_release(&content);
}
