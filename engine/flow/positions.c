#include "flow/positions.h"

#include "base/clock.h"
#include "base/mem.h"

static size_t place_of(const struct positions *positions, const char *key) {
    size_t i = 0;
    while (i < positions->count && strcmp(positions->list[i].key, key) != 0) i++;
    return i;
}

static void forget(struct store_input *input) {
    mem_free((char *)input->path.at);
}

void positions_release(struct positions *positions) {
    for (size_t i = 0; i < positions->count; i++) forget(&positions->list[i]);
    positions->count = 0;
}

const struct store_input *positions_find(const struct positions *positions, const char *key) {
    size_t i = place_of(positions, key);
    return i < positions->count ? &positions->list[i] : NULL;
}

bool positions_hold(struct positions *positions, const struct store_input *input) {
    size_t i = place_of(positions, input->key);
    if (i == POSITIONS_MOST) return false;
    char *path = mem_copy(input->path.at, input->path.len);
    if (positions->count == 0) positions->due_ms = clock_monotonic_ms() + POSITIONS_MS;
    if (i == positions->count)
        positions->count++;
    else
        forget(&positions->list[i]);
    positions->list[i] = *input;
    positions->list[i].path.at = path;
    return true;
}

void positions_drop(struct positions *positions, const char *key) {
    size_t i = place_of(positions, key);
    if (i == positions->count) return;
    forget(&positions->list[i]);
    positions->list[i] = positions->list[--positions->count];
}

int64_t positions_wait_ms(const struct positions *positions) {
    if (positions->count == 0) return INT64_MAX;
    return positions->count == POSITIONS_MOST ? 0 : positions->due_ms - clock_monotonic_ms();
}

static bool save_all(
    const struct positions *positions, struct store *store, int64_t now_ms, struct diag *diag) {
    if (!store_begin(store, diag)) return false;
    for (size_t i = 0; i < positions->count; i++)
        if (!store_input_save(store, &positions->list[i], now_ms, diag)) return false;
    return store_commit(store, diag);
}

bool positions_save(
    struct positions *positions, struct store *store, int64_t now_ms, struct diag *diag) {
    if (positions->count == 0) return true;
    if (!save_all(positions, store, now_ms, diag)) {
        store_rollback(store);
        return false;
    }
    positions_release(positions);
    return true;
}
