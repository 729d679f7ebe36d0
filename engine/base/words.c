/* Open addressing, at most half full. */
#include "base/words.h"

#include "base/mem.h"

enum { LEAST_ROOM = 16 };

struct words_slot {
    const char *at; /* NULL: the slot is free */
    size_t len;
    uint64_t hash;
};

/* Eight bytes at a time; the high half of a product depends on all that went into it. */
static uint64_t mix(uint64_t hash, uint64_t bytes) {
    hash = (hash ^ bytes) * UINT64_C(0x9E3779B97F4A7C15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(struct str word) {
    uint64_t hash = word.len, bytes;
    for (; word.len > sizeof bytes; word.at += sizeof bytes, word.len -= sizeof bytes) {
        memcpy(&bytes, word.at, sizeof bytes);
        hash = mix(hash, bytes);
    }
    bytes = 0;
    if (word.len) memcpy(&bytes, word.at, word.len);
    return mix(hash, bytes);
}

/* The word's slot, or the free one where it would be put. There is a free one. */
static struct words_slot *find(const struct words *words, struct str word, uint64_t hash) {
    size_t last = words->room - 1, i = hash & last;
    for (;; i = (i + 1) & last) {
        struct words_slot *slot = &words->slots[i];
        if (!slot->at) return slot;
        if (slot->hash == hash && str_eq((struct str){slot->at, slot->len}, word)) return slot;
    }
}

static void grow(struct words *words) {
    struct words old = *words;
    words->room = old.room ? old.room * 2 : LEAST_ROOM;
    words->slots = mem_alloc(words->room * sizeof *words->slots);
    for (size_t i = 0; i < old.room; i++) {
        const struct words_slot *slot = &old.slots[i];
        if (slot->at) *find(words, (struct str){slot->at, slot->len}, slot->hash) = *slot;
    }
    mem_free(old.slots);
}

static uint64_t length_bit(struct str word) {
    return UINT64_C(1) << (word.len < 63 ? word.len : 63);
}

void words_add(struct words *words, struct str word) {
    uint64_t hash = hash_of(word);
    if (!word.len) word.at = "";
    if (words->count * 2 >= words->room) grow(words);
    struct words_slot *slot = find(words, word, hash);
    words->count += !slot->at;
    words->lengths |= length_bit(word);
    *slot = (struct words_slot){word.at, word.len, hash};
}

bool words_has(const struct words *words, struct str word) {
    return (words->lengths & length_bit(word)) && find(words, word, hash_of(word))->at;
}

void words_release(struct words *words) {
    mem_free(words->slots);
    *words = (struct words){0};
}
