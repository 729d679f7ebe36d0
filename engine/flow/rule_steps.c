#include "flow/rule_steps.h"

#include "base/hash.h"
#include "base/suggest.h"

static const struct rule *find(const struct rules *rules, struct str id) {
    for (size_t i = 0; i < rules->count; i++)
        if (str_eq(rules->list[i].manifest->id, id)) return &rules->list[i];
    return NULL;
}

static bool report_unknown(
    const struct rules *rules, const struct memory_step *step, struct diags *diags) {
    struct suggest near = suggest_for(step->rule);
    for (size_t i = 0; i < rules->count; i++)
        if (rules->list[i].manifest->id.len) suggest_offer(&near, rules->list[i].manifest->id.at);
    return diags_reject(diags, "TC019", step->rule_place, "unknown rule '%.*s'%s",
        STR_ARG(step->rule), suggest_text(suggest_best(&near)));
}

static bool check_named(const struct manifest *manifest, const struct memory_step *step,
    const struct manifest *named, struct diags *diags) {
    if (named->memory.kind == MEMORY_SEQUENCE)
        return diags_reject(diags, "TC017", step->rule_place,
            "rule '%.*s' has a sequence of its own: a step cannot stand for it",
            STR_ARG(step->rule));
    if (str_eq(named->log, manifest->log)) return true;
    return diags_reject(diags, "TC017", step->rule_place,
        "rule '%.*s' reads '%.*s', and this one '%.*s'", STR_ARG(step->rule), STR_ARG(named->log),
        STR_ARG(manifest->log));
}

static bool resolve_step(
    const struct rules *rules, const struct rule *rule, size_t number, struct diags *diags) {
    const struct memory_step *step = &rule->manifest->memory.steps[number];
    if (step->rule.len == 0) return true;
    const struct rule *named = find(rules, step->rule);
    if (!named) return report_unknown(rules, step, diags);
    rule->steps[number] = named;
    return check_named(rule->manifest, step, named->manifest, diags);
}

/* What any of its steps wants; NULL, and so asked about all events, where one has no pattern. */
static struct pattern *pattern_of_steps(struct arena *arena, const struct rule *rule) {
    const struct memory_rule *memory = &rule->manifest->memory;
    const struct pattern *patterns[MEMORY_STEPS];
    for (size_t i = 0; i < memory->step_count; i++) {
        const struct rule *named = rule->steps[i];
        patterns[i] = named ? named->manifest->when : memory->steps[i].when;
        if (!patterns[i]) return NULL;
    }
    return memory->step_count ? pattern_any(arena, patterns, memory->step_count) : NULL;
}

/* What a step's rule matches decides what is remembered, too. A rule that is named is no sequence, so
 * its own definition stays. */
static void define(struct rule *rule) {
    struct manifest *manifest = rule->manifest;
    struct hash *hash = NULL;
    for (size_t i = 0; i < manifest->memory.step_count; i++) {
        if (!rule->steps[i]) continue;
        if (!hash) {
            hash = hash_new();
            hash_part(hash, str_of(manifest->definition));
        }
        hash_part(hash, str_of(rule->steps[i]->manifest->definition));
    }
    if (!hash) return;
    hash_hex(hash, manifest->definition);
    hash_free(hash);
}

static bool resolve(struct rules *rules, struct rule *rule, struct diags *diags) {
    struct manifest *manifest = rule->manifest;
    bool good = true;
    rule->steps = arena_list(&rules->arena, const struct rule *, manifest->memory.step_count);
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        good = resolve_step(rules, rule, i, diags) && good;
    if (good && !manifest->when && !manifest->faulty)
        manifest->when = pattern_of_steps(&rules->arena, rule);
    define(rule);
    return good;
}

bool rule_steps_resolve(struct rules *rules, struct diags *diags) {
    bool good = true;
    for (size_t i = 0; i < rules->count; i++)
        if (rules->list[i].manifest->memory.kind == MEMORY_SEQUENCE)
            good = resolve(rules, &rules->list[i], diags) && good;
    return good;
}
