#include "flow/batch_pool.h"

#include "base/mem.h"

#include <pthread.h>

struct batch_pool {
    pthread_mutex_t lock;
    struct batch **idle;
    size_t count;
};

struct batch_pool *batch_pool_new(void) {
    struct batch_pool *pool = mem_alloc(sizeof *pool);
    pthread_mutex_init(&pool->lock, NULL);
    return pool;
}

void batch_pool_free(struct batch_pool *pool) {
    if (!pool) return;
    for (size_t i = 0; i < pool->count; i++) {
        batch_release(pool->idle[i]);
        mem_free(pool->idle[i]);
    }
    pthread_mutex_destroy(&pool->lock);
    mem_free(pool->idle);
    mem_free(pool);
}

struct batch *batch_pool_take(struct batch_pool *pool) {
    pthread_mutex_lock(&pool->lock);
    struct batch *batch = pool->count ? pool->idle[--pool->count] : NULL;
    pthread_mutex_unlock(&pool->lock);
    return batch ? batch : mem_alloc(sizeof *batch);
}

void batch_pool_give(struct batch_pool *pool, struct batch *batch) {
    pthread_mutex_lock(&pool->lock);
    pool->idle = mem_grow(pool->idle, pool->count);
    pool->idle[pool->count++] = batch;
    pthread_mutex_unlock(&pool->lock);
}
