/* Digests and encodings; the one home of OpenSSL. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include "base/buf.h"

enum { HASH_SIZE = 32, HASH_HEX = 2 * HASH_SIZE + 1 };

/* SHA-256 (FIPS 180-4) of several parts. Each part goes in behind its length, so that ("ab","c")
 * and ("a","bc") differ. */
struct hash;
struct hash *hash_new(void);
void hash_free(struct hash *hash);
void hash_part(struct hash *hash, struct str part);
void hash_hex(struct hash *hash, char hex[HASH_HEX]); /* ends the hash */

/* Digests of plain bytes, in lower-case hex: "md5", "sha1", "sha256". False: no such name. */
bool hash_digest(const char *name, struct str bytes, struct buf *hex);

/* SHA-256 of plain bytes, raw. */
void hash_bytes(struct str bytes, unsigned char digest[HASH_SIZE]);

/* HMAC-SHA-256 (RFC 2104), raw. */
void hash_hmac(struct str key, struct str bytes, unsigned char mac[HASH_SIZE]);

/* RFC 4648 section 4, with padding. Decoding is strict; false leaves `to` as it was. */
void base64_encode(struct str bytes, struct buf *to);
bool base64_decode(struct str text, struct buf *to);

#endif
