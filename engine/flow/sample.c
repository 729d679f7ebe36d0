#include "flow/sample.h"

/* Eight bytes at a time; the constant is that of FNV-1a, and what is high is folded into what is low
 * because the remainder looks there. */
static uint64_t mix(uint64_t sum, uint64_t word) {
    sum = (sum ^ word) * 0x100000001b3;
    return sum ^ sum >> 32;
}

static uint64_t sum_of(struct str bytes) {
    uint64_t sum = bytes.len, word;
    size_t at = 0;
    for (; at + sizeof word <= bytes.len; at += sizeof word) {
        memcpy(&word, bytes.at + at, sizeof word);
        sum = mix(sum, word);
    }
    for (; at < bytes.len; at++) sum = mix(sum, (unsigned char)bytes.at[at]);
    return mix(sum, 0);
}

void sample_keep(struct batch *batch, uint64_t of) {
    size_t kept = 0;
    if (of < 2) return;
    for (size_t i = 0; i < batch->count; i++) {
        const struct batch_record *record = &batch->list[i];
        if (record->bad || sum_of(record->bytes) % of == 0) batch->list[kept++] = *record;
    }
    batch->left_out = batch->count - kept;
    batch->count = kept;
}
