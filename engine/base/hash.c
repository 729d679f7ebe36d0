#include "base/hash.h"

#include "base/mem.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>

struct hash {
    EVP_MD_CTX *context;
};

struct hash *hash_new(void) {
    struct hash *hash = mem_alloc(sizeof *hash);
    hash->context = EVP_MD_CTX_new();
    EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL);
    return hash;
}

void hash_free(struct hash *hash) {
    if (!hash) return;
    EVP_MD_CTX_free(hash->context);
    mem_free(hash);
}

void hash_part(struct hash *hash, struct str part) {
    unsigned char len[8];
    for (int i = 0; i < 8; i++) len[i] = (unsigned char)((uint64_t)part.len >> (8 * i));
    EVP_DigestUpdate(hash->context, len, sizeof len);
    EVP_DigestUpdate(hash->context, part.at, part.len);
}

static void write_hex(const unsigned char *bytes, size_t len, char *hex) {
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

void hash_hex(struct hash *hash, char hex[HASH_HEX]) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_DigestFinal_ex(hash->context, digest, NULL);
    write_hex(digest, HASH_SIZE, hex);
}

void hash_bytes(struct str bytes, unsigned char digest[HASH_SIZE]) {
    EVP_Digest(bytes.at, bytes.len, digest, NULL, EVP_sha256(), NULL);
}

bool hash_digest(const char *name, struct str bytes, struct buf *hex) {
    const EVP_MD *kind = EVP_get_digestbyname(name);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned len = 0;
    if (!kind || !EVP_Digest(bytes.at, bytes.len, digest, &len, kind, NULL)) return false;
    write_hex(digest, len, buf_reserve(hex, 2 * len));
    hex->len += 2 * len;
    return true;
}

void hash_hmac(struct str key, struct str bytes, unsigned char mac[HASH_SIZE]) {
    unsigned len = HASH_SIZE;
    HMAC(EVP_sha256(), key.at, (int)key.len, (const unsigned char *)bytes.at, bytes.len, mac, &len);
}

void base64_encode(struct str bytes, struct buf *to) {
    size_t room = (bytes.len + 2) / 3 * 4;
    unsigned char *out = (unsigned char *)buf_reserve(to, room);
    EVP_EncodeBlock(out, (const unsigned char *)bytes.at, (int)bytes.len);
    to->len += room;
}

bool base64_decode(struct str text, struct buf *to) {
    if (text.len % 4 || memchr(text.at, '=', text.len > 2 ? text.len - 2 : 0)) return false;
    unsigned char *out = (unsigned char *)buf_reserve(to, text.len / 4 * 3 + 3);
    int len = text.len ? EVP_DecodeBlock(out, (const unsigned char *)text.at, (int)text.len) : 0;
    if (len < 0) return false;
    size_t pad = text.len && text.at[text.len - 1] == '=' ? 1 + (text.at[text.len - 2] == '=') : 0;
    to->len += (size_t)len - pad;
    to->at[to->len] = '\0';
    return true;
}
