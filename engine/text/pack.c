#include "text/pack.h"

#include "base/hash.h"
#include "base/mem.h"

#include <libdeflate.h>

enum { LEVEL = 7 };

void pack_release(struct pack *pack) {
    buf_release(&pack->open);
    buf_release(&pack->chunks);
    *pack = (struct pack){0};
}

static void deflate_to(struct buf *to, struct str text) {
    struct libdeflate_compressor *compressor = libdeflate_alloc_compressor(LEVEL);
    if (!compressor) mem_exhausted(text.len);
    size_t room = libdeflate_gzip_compress_bound(compressor, text.len);
    char *at = buf_reserve(to, room);
    to->len += libdeflate_gzip_compress(compressor, text.at, text.len, at, room);
    libdeflate_free_compressor(compressor);
}

void pack_text(struct pack *pack, struct str text) {
    struct buf packed = {0};
    deflate_to(&packed, text);
    base64_encode(buf_str(&packed), &pack->chunks);
    buf_add_char(&pack->chunks, '\n');
    pack->count++;
    buf_release(&packed);
}

void pack_end(struct pack *pack) {
    if (!pack->in_open) return;
    pack_text(pack, buf_str(&pack->open));
    pack->in_open = 0;
    buf_reset(&pack->open);
}

struct pack_place pack_add(struct pack *pack, struct str json) {
    if (json.len > PACK_TEXT || pack->chunks.len > PACK_SIZE) {
        pack->left_out++;
        return (struct pack_place){-1, 0};
    }
    if (pack->in_open && pack->open.len + json.len > PACK_CHUNK) pack_end(pack);
    struct pack_place place = {(int64_t)pack->count, (int64_t)pack->in_open};
    buf_add_str(&pack->open, json);
    buf_add_char(&pack->open, '\n');
    pack->in_open++;
    return place;
}
