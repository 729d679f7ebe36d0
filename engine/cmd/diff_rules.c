#include "cmd/diff.h"

#include <stdlib.h>

const char *const diff_state_names[] = {"same", "added", "removed", "changed", "own"};
const char *const diff_kind_names[] = {"gained", "lost", "changed"};

/* ---- rules of both versions ---- */

static int by_id(const void *left, const void *right) {
    const struct diff_rule *a = left, *b = right;
    return str_cmp(a->id, b->id);
}

static struct diff_rule *add_rule(struct diff *diff, struct str id) {
    diff->list = arena_grow(&diff->arena, diff->list, diff->count);
    struct diff_rule *rule = &diff->list[diff->count++];
    *rule = (struct diff_rule){.id = arena_copy(&diff->arena, id), .state = DIFF_OWN};
    return rule;
}

static void add_version(struct diff *diff, enum diff_side side, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        add_rule(diff, manifest->id)->manifests[side] = manifest;
    }
}

/* A rule of both stands twice so far. */
static void join(struct diff *diff) {
    size_t kept = 0;
    if (diff->count) qsort(diff->list, diff->count, sizeof *diff->list, by_id);
    for (size_t i = 0; i < diff->count; i++) {
        const struct diff_rule *rule = &diff->list[i];
        if (kept == 0 || by_id(&diff->list[kept - 1], rule) != 0) {
            diff->list[kept++] = *rule;
            continue;
        }
        for (int side = 0; side < DIFF_SIDES; side++)
            if (rule->manifests[side]) diff->list[kept - 1].manifests[side] = rule->manifests[side];
    }
    diff->count = diff->known = kept;
}

static void compare(struct diff *diff, struct diff_rule *rule) {
    const struct manifest *old = rule->manifests[DIFF_OLD], *new = rule->manifests[DIFF_NEW];
    if (old && new) rule->changes = diff_manifests(&diff->arena, old, new);
    if (!old)
        rule->state = DIFF_ADDED;
    else if (!new)
        rule->state = DIFF_REMOVED;
    else
        rule->state = rule->changes.count ? DIFF_CHANGED : DIFF_SAME;
    diff->states[rule->state]++;
}

void diff_init(struct diff *diff, const struct rules *const rules[DIFF_SIDES], size_t limit) {
    *diff = (struct diff){.limit = limit};
    for (int side = 0; side < DIFF_SIDES; side++) {
        diff->versions[side] = rules[side]->version;
        add_version(diff, side, rules[side]);
    }
    join(diff);
    for (size_t i = 0; i < diff->count; i++) compare(diff, &diff->list[i]);
}

void diff_release(struct diff *diff) {
    arena_release(&diff->arena);
}

struct diff_rule *diff_rule_of(struct diff *diff, struct str id) {
    struct diff_rule key = {.id = id};
    struct diff_rule *known = NULL;
    if (diff->known) known = bsearch(&key, diff->list, diff->known, sizeof key, by_id);
    for (size_t i = diff->known; i < diff->count && !known; i++)
        if (str_eq(diff->list[i].id, id)) known = &diff->list[i];
    return known ? known : add_rule(diff, id);
}

/* ---- what they found ---- */

static struct diff_counts *counts_of(struct diff *diff, enum diff_side side, struct str rule) {
    return &diff_rule_of(diff, rule)->counts[side];
}

static void add_suppressed(
    struct diff *diff, enum diff_side side, const struct rules *rules, uint32_t rule) {
    counts_of(diff, side, rules->list[rule].manifest->id)->suppressed++;
}

void diff_add_batch(
    struct diff *diff, enum diff_side side, const struct rules *rules, const struct batch *batch) {
    for (size_t i = 0; i < batch->count; i++) {
        const struct verdict *verdict = &batch->list[i].verdict;
        for (size_t j = 0; j < verdict->match_count; j++)
            counts_of(diff, side, verdict->matches[j].rule)->matches++;
        for (size_t j = 0; j < verdict->failure_count; j++)
            counts_of(diff, side, verdict->failures[j].rule)->failures++;
        for (size_t j = 0; j < verdict->suppressed_count; j++)
            add_suppressed(diff, side, rules, verdict->suppressed[j].rule);
    }
}

/* ---- whether it matters ---- */

static bool counts_differ(const struct diff_rule *rule) {
    return memcmp(&rule->counts[DIFF_OLD], &rule->counts[DIFF_NEW], sizeof *rule->counts) != 0;
}

bool diff_rule_differs(const struct diff_rule *rule) {
    bool stays = rule->state == DIFF_SAME || rule->state == DIFF_OWN;
    for (int kind = 0; kind < DIFF_KINDS; kind++) stays = stays && !rule->lists[kind].count;
    return !stays || counts_differ(rule);
}

bool diff_tests_alone(const struct diff_rule *rule) {
    bool one = rule->state == DIFF_CHANGED && rule->changes.count == 1;
    for (int kind = 0; kind < DIFF_KINDS; kind++) one = one && !rule->lists[kind].count;
    return one && !counts_differ(rule) && str_is(rule->changes.list[0].path, "tests");
}

size_t diff_count_tests_alone(const struct diff *diff) {
    size_t count = 0;
    for (size_t i = 0; i < diff->count; i++) count += diff_tests_alone(&diff->list[i]);
    return count;
}

bool diff_rule_is_told(const struct diff_rule *rule) {
    return diff_rule_differs(rule) && !diff_tests_alone(rule);
}

bool diff_differs(const struct diff *diff) {
    for (size_t i = 0; i < diff->count; i++)
        if (diff_rule_differs(&diff->list[i])) return true;
    return strcmp(diff->versions[DIFF_OLD], diff->versions[DIFF_NEW]) != 0;
}
