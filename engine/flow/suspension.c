#include "flow/suspension.h"

#include "base/log.h"
#include "base/mem.h"

static bool is_kill(enum failure_kind failed) {
    return failed == FAILURE_CPU || failed == FAILURE_MEMORY || failed == FAILURE_DEADLINE ||
           failed == FAILURE_CRASH;
}

static bool is_answer(enum failure_kind failed) {
    return failed == FAILURE_NONE || failed == FAILURE_ERROR;
}

/* ---- within a batch ---- */

uint32_t standing_after(uint32_t left, enum failure_kind failed) {
    if (is_answer(failed)) return SUSPENSION_KILLS;
    return left && is_kill(failed) ? left - 1 : left;
}

void standings_note(
    struct standings *standings, struct arena *arena, uint32_t rule, enum failure_kind failed) {
    for (size_t i = 0; i < standings->count; i++) {
        struct standing *standing = &standings->list[i];
        if (standing->rule != rule) continue;
        standing->left = standing_after(standing->left, failed);
        return;
    }
    if (!is_kill(failed)) return;
    standings->list = arena_grow(arena, standings->list, standings->count);
    standings->list[standings->count++] = (struct standing){
        rule, standing_after(SUSPENSION_KILLS, failed)};
}

/* ---- across batches ---- */

void suspensions_init(struct suspensions *suspensions, const struct rules *rules) {
    *suspensions = (struct suspensions){
        .rules = rules,
        .list = mem_alloc(rules->count * sizeof *suspensions->list),
        .draft = mem_alloc(rules->count * sizeof *suspensions->draft),
    };
}

void suspensions_release(struct suspensions *suspensions) {
    mem_free(suspensions->list);
    mem_free(suspensions->draft);
    mem_free(suspensions->troubled);
}

static void note_troubled(struct suspensions *suspensions, uint32_t rule) {
    for (size_t i = 0; i < suspensions->troubled_count; i++)
        if (suspensions->troubled[i] == rule) return;
    suspensions->troubled = mem_grow(suspensions->troubled, suspensions->troubled_count);
    suspensions->troubled[suspensions->troubled_count++] = rule;
}

static bool is_in_trouble(const struct suspension *suspension) {
    return suspension->kills || suspension->length_ms;
}

void suspensions_begin(struct suspensions *suspensions) {
    for (size_t i = 0; i < suspensions->troubled_count; i++) {
        uint32_t rule = suspensions->troubled[i];
        suspensions->draft[rule] = suspensions->list[rule];
    }
}

void suspensions_accept(struct suspensions *suspensions) {
    size_t left = 0;
    for (size_t i = 0; i < suspensions->troubled_count; i++) {
        uint32_t rule = suspensions->troubled[i];
        suspensions->list[rule] = suspensions->draft[rule];
        if (is_in_trouble(&suspensions->list[rule])) suspensions->troubled[left++] = rule;
    }
    suspensions->troubled_count = left;
}

static void end(const struct suspensions *suspensions, uint32_t rule) {
    struct suspension *suspension = &suspensions->draft[rule];
    if (suspension->length_ms)
        log_info("rule '%.*s' answers again: it is no longer suspended",
            STR_ARG(suspensions->rules->list[rule].manifest->id));
    *suspension = (struct suspension){0};
}

static bool note_kill(struct suspension *suspension, int64_t now_ms) {
    if (suspension->length_ms && now_ms < suspension->until_ms) return false;
    if (++suspension->kills < SUSPENSION_KILLS) return false;
    suspension->length_ms = suspension->length_ms ? suspension->length_ms * 2 : SUSPENSION_FIRST_MS;
    if (suspension->length_ms > SUSPENSION_MOST_MS) suspension->length_ms = SUSPENSION_MOST_MS;
    suspension->until_ms = now_ms + suspension->length_ms;
    return true;
}

/* A rule that is a pattern alone runs in bounded time, and is asked to know whether it is concerned. */
static bool has_lua(const struct suspensions *suspensions, uint32_t rule) {
    return suspensions->rules && suspensions->rules->list[rule].manifest->lua.code.len;
}

bool suspensions_note(
    struct suspensions *suspensions, uint32_t rule, enum failure_kind failed, int64_t now_ms) {
    if (!has_lua(suspensions, rule)) return false;
    if (is_answer(failed)) end(suspensions, rule);
    if (!is_kill(failed)) return false;
    note_troubled(suspensions, rule);
    return note_kill(&suspensions->draft[rule], now_ms);
}

static uint32_t left_of(const struct suspension *suspension, int64_t now_ms) {
    if (suspension->length_ms) return now_ms < suspension->until_ms ? 0 : 1;
    return SUSPENSION_KILLS - suspension->kills;
}

struct standings suspensions_standings(
    const struct suspensions *suspensions, int64_t now_ms, struct arena *arena) {
    struct standings standings = {0};
    for (size_t i = 0; i < suspensions->troubled_count; i++) {
        uint32_t rule = suspensions->troubled[i];
        uint32_t left = left_of(&suspensions->list[rule], now_ms);
        if (left == SUSPENSION_KILLS) continue;
        standings.list = arena_grow(arena, standings.list, standings.count);
        standings.list[standings.count++] = (struct standing){rule, left};
    }
    return standings;
}
