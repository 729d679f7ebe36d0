#include "flow/reader.h"

#include "base/mem.h"

#include <pthread.h>

/* Batches of a part that wait to be taken: so many, and as long as they hold no more bytes. */
enum { QUEUE = 64, QUEUE_BYTES = 2 << 20 };

/* A part on its way. */
struct slot {
    struct part part;
    struct batch *queue[QUEUE];
    size_t first, count;
    size_t bytes;
    bool ended; /* what is in the queue is all of it */
};

/* What came before a part in its file. */
struct before {
    const char *path; /* NULL: nothing was taken yet */
    uint64_t line, index;
};

struct reader {
    struct reader_options options;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct parts *parts;
    struct slot *slots; /* a ring of parts, from `taken` up to `begun` */
    size_t slot_count, begun, taken;
    bool exhausted; /* no further part begins */
    bool stop;
    pthread_t *threads;
    size_t thread_count;
    struct reading *reading; /* without threads: of the present part */
    struct before before;
};

/* ---- reading ---- */

/* NULL: there is nothing more to do. */
static struct slot *begin_part(struct reader *reader) {
    struct slot *slot = NULL;
    pthread_mutex_lock(&reader->lock);
    while (
        !reader->stop && !reader->exhausted && reader->begun - reader->taken == reader->slot_count)
        pthread_cond_wait(&reader->changed, &reader->lock);
    struct part part;
    if (!reader->stop && !reader->exhausted && parts_next(reader->parts, &part)) {
        slot = &reader->slots[reader->begun++ % reader->slot_count];
        *slot = (struct slot){.part = part};
    } else {
        reader->exhausted = true;
    }
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
    return slot;
}

static bool is_full(const struct slot *slot) {
    return slot->count == QUEUE || (slot->count && slot->bytes >= QUEUE_BYTES);
}

/* False: nobody wants more. */
static bool put(struct reader *reader, struct slot *slot, struct batch *batch, bool last) {
    pthread_mutex_lock(&reader->lock);
    while (!reader->stop && is_full(slot)) pthread_cond_wait(&reader->changed, &reader->lock);
    bool wanted = !reader->stop;
    if (wanted) slot->queue[(slot->first + slot->count++) % QUEUE] = batch;
    slot->bytes += batch->bytes;
    slot->ended = last;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
    if (!wanted) batch_pool_give(reader->options.pool, batch);
    return wanted;
}

static void read_part(struct reader *reader, struct slot *slot) {
    struct reading *reading = reading_open(&slot->part, &reader->options.reading);
    bool more = true;
    while (more) {
        struct batch *batch = batch_pool_take(reader->options.pool);
        more = reading_step(reading, batch);
        more = put(reader, slot, batch, !more) && more;
    }
    reading_close(reading);
}

static void *read_parts(void *context) {
    struct reader *reader = context;
    struct slot *slot;
    while ((slot = begin_part(reader))) read_part(reader, slot);
    return NULL;
}

/* ---- life ---- */

struct reader *reader_new(const struct reader_options *options) {
    struct reader *reader = mem_alloc(sizeof *reader);
    reader->options = *options;
    reader->parts = parts_new(options->paths, options->count);
    pthread_mutex_init(&reader->lock, NULL);
    pthread_cond_init(&reader->changed, NULL);
    reader->slot_count = 2 * options->threads + 2;
    reader->slots = mem_alloc(reader->slot_count * sizeof *reader->slots);
    reader->threads = mem_alloc(options->threads * sizeof *reader->threads);
    for (size_t i = 0; i < options->threads; i++)
        if (pthread_create(&reader->threads[reader->thread_count], NULL, read_parts, reader) == 0)
            reader->thread_count++;
    return reader;
}

static void join(struct reader *reader) {
    pthread_mutex_lock(&reader->lock);
    reader->stop = true;
    pthread_cond_broadcast(&reader->changed);
    pthread_mutex_unlock(&reader->lock);
    for (size_t i = 0; i < reader->thread_count; i++) pthread_join(reader->threads[i], NULL);
}

static void drop_queue(struct reader *reader, struct slot *slot) {
    for (; slot->count > 0; slot->count--) {
        batch_pool_give(reader->options.pool, slot->queue[slot->first]);
        slot->first = (slot->first + 1) % QUEUE;
    }
}

void reader_free(struct reader *reader) {
    if (!reader) return;
    join(reader);
    for (size_t i = 0; i < reader->slot_count; i++) drop_queue(reader, &reader->slots[i]);
    reading_close(reader->reading);
    parts_free(reader->parts);
    pthread_cond_destroy(&reader->changed);
    pthread_mutex_destroy(&reader->lock);
    mem_free(reader->slots);
    mem_free(reader->threads);
    mem_free(reader);
}

/* ---- taking ---- */

/* What a batch says of its place counts from the beginning of its part. */
static void put_in_place(struct reader *reader, struct batch *batch, bool last) {
    struct before *before = &reader->before;
    bool same = before->path && before->path == batch->source;
    if (!same) *before = (struct before){.path = batch->source};
    for (size_t i = 0; i < batch->count; i++) {
        struct batch_record *record = &batch->list[i];
        record->line += before->line;
        record->index += before->index;
        if (record->bad_line) record->bad_line += before->line;
    }
    if (!last) return;
    before->line += batch->lines;
    before->index += batch->position.index;
}

/* Of the oldest part; NULL: it has none now. */
static struct batch *pop(struct reader *reader, bool *last) {
    struct slot *slot = &reader->slots[reader->taken % reader->slot_count];
    if (reader->taken == reader->begun || slot->count == 0) return NULL;
    struct batch *batch = slot->queue[slot->first];
    slot->first = (slot->first + 1) % QUEUE;
    slot->bytes -= batch->bytes;
    *last = --slot->count == 0 && slot->ended;
    if (*last) reader->taken++;
    pthread_cond_broadcast(&reader->changed);
    return batch;
}

static struct batch *wait_for_batch(struct reader *reader, bool *last) {
    struct batch *batch;
    pthread_mutex_lock(&reader->lock);
    while (!(batch = pop(reader, last)) && !(reader->exhausted && reader->taken == reader->begun))
        pthread_cond_wait(&reader->changed, &reader->lock);
    pthread_mutex_unlock(&reader->lock);
    return batch;
}

static struct batch *read_here(struct reader *reader, bool *last) {
    struct part part;
    if (!reader->reading) {
        if (!parts_next(reader->parts, &part)) return NULL;
        reader->reading = reading_open(&part, &reader->options.reading);
    }
    struct batch *batch = batch_pool_take(reader->options.pool);
    *last = !reading_step(reader->reading, batch);
    if (!*last) return batch;
    reading_close(reader->reading);
    reader->reading = NULL;
    return batch;
}

struct batch *reader_next(struct reader *reader) {
    bool last = false;
    struct batch *batch = reader->thread_count ? wait_for_batch(reader, &last)
                                               : read_here(reader, &last);
    if (batch) put_in_place(reader, batch, last);
    return batch;
}
