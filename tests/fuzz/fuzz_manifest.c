/* Whole rule manifests: refused with a reason, or with everything there that a rule needs. */
#include "fuzz.h"

#include "model/manifest_check.h"
#include "model/manifest_parts.h"

static const char file[] = "tests/fuzz/no-such-directory/rule.yaml";

static struct log_types types;
static struct known known;

static void set_up(void) {
    static struct arena arena;
    struct diags diags = {0};
    bool good = log_types_load(&types, &arena, "rules/logs", &diags);
    known.log = log_types_find(&types, STR("aws.cloudtrail"));
    known.attack = attack_load("rules/attack.txt", &arena, &diags);
    demand(good && known.log && known.attack, "no log types");
}

static void check_whole(const struct manifest *manifest) {
    demand(manifest->id.len && manifest->title.len && manifest->log.len, "a key is missing");
    demand(manifest->when || manifest->lua.code.len || manifest->memory.kind == MEMORY_SEQUENCE,
        "none of 'when', 'lua' and 'sequence'");
    demand(manifest->memory.kind == MEMORY_NONE || manifest->memory.within_ms > 0, "within");
    for (size_t i = 0; i < manifest->memory.step_count; i++)
        demand(!manifest->memory.steps[i].when == (manifest->memory.steps[i].rule.len > 0),
            "step %zu", i);
    for (size_t i = 0; i < manifest->exception_count; i++)
        demand(
            manifest->exceptions[i].when && manifest->exceptions[i].reason.len, "exception %zu", i);
    demand(manifest->severity >= 0 && manifest->severity < 5, "severity %d", manifest->severity);
    demand(!manifest->params || manifest->params->type == JSON_OBJECT, "params");
    demand(manifest->dedup.period_ms >= 0, "dedup");
    for (size_t i = 0; i < manifest->test_count; i++) {
        demand(manifest->tests[i].event && manifest->tests[i].name.at, "test %zu", i);
        if (manifest->when) pattern_matches(manifest->when, manifest->tests[i].event, NULL);
    }
}

static void check_findings(const struct diags *diags) {
    for (size_t i = 0; i < diags->count; i++)
        demand(diags->list[i].place.file && *diags->list[i].text, "a finding without a place");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena arena = {0};
    struct diags diags = {0};
    struct yaml_documents documents = {0};
    if (!known.log) set_up();
    struct schema_context context = {&arena, &diags, "a rule"};
    bool whole = yaml_parse(&documents, &arena, file, fuzz_input(bytes, size), &diags);
    for (size_t i = 0; i < documents.count; i++) {
        struct manifest manifest = {0};
        size_t before = diags.errors;
        bool good = manifest_read(&context, &documents.list[i], &manifest);
        demand(good || diags.errors > before || !whole, "refused without a reason");
        demand(!good || diags.errors == before, "taken with '%s'", diags.list[before].text);
        known.arena = &arena;
        if (good) check_whole(&manifest);
        if (good) manifest_check(&manifest, &known, &diags);
        manifest_release(&manifest);
    }
    check_findings(&diags);
    diags_release(&diags);
    arena_release(&arena);
    return 0;
}
