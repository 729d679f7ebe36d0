#include "cmd/test_select.h"

#include "base/file.h"
#include "base/like.h"
#include "base/suggest.h"

/* ---- files ---- */

static bool is_manifest(struct str path) {
    return str_ends(path, STR(".yaml")) || str_ends(path, STR(".yml"));
}

struct str selection_path(const char *path) {
    while (strncmp(path, "./", 2) == 0) path += 2;
    return str_of(path);
}

static bool is_from(const struct rule *rule, struct str path) {
    return rule && str_eq(path, selection_path(rule->manifest->place.file));
}

/* Its own manifest, or that of a rule that is a step of it. */
static bool is_of_manifest(const struct rule *rule, struct str path) {
    bool is = is_from(rule, path);
    for (size_t i = 0; rule->steps && i < rule->manifest->memory.step_count; i++)
        is = is || is_from(rule->steps[i], path);
    return is;
}

/* What a manifest names lies beside or below it. */
static bool lies_below(const struct rule *rule, struct str path) {
    struct arena arena = {0};
    const char *file = selection_path(rule->manifest->place.file).at;
    struct str dir = str_of(path_directory(&arena, file));
    bool is = str_is(dir, ".") ||
              (str_starts(path, dir) && path.len > dir.len && path.at[dir.len] == '/');
    arena_release(&arena);
    return is;
}

static bool touches(struct str path, const struct rule *rule) {
    if (is_manifest(path)) return is_of_manifest(rule, path);
    if (str_ends(path, STR(".lua")) && rule->manifest->lua.file)
        return str_eq(path, selection_path(rule->manifest->lua.file));
    return lies_below(rule, path);
}

static bool is_touched(const struct selection *selection, const struct rule *rule) {
    const struct schema_strings *touched = selection->touched;
    if (!touched) return true;
    for (size_t i = 0; i < touched->count; i++)
        if (touches(touched->list[i], rule)) return true;
    return false;
}

/* ---- names ---- */

static bool has_tag(const struct manifest *manifest, const char *tag) {
    for (size_t i = 0; i < manifest->tags.count; i++)
        if (str_is(manifest->tags.list[i], tag)) return true;
    return false;
}

static bool is_named(const char *filter, struct str rule, struct str test) {
    struct str like = str_of(filter);
    if (like_matches(rule, like) || like_matches(test, like)) return true;
    struct arena arena = {0};
    const char *both = arena_format(&arena, "%.*s: %.*s", STR_ARG(rule), STR_ARG(test));
    bool is = like_matches(str_of(both), like);
    arena_release(&arena);
    return is;
}

bool selection_has_rule(const struct selection *selection, const struct rule *rule) {
    const char *tag = selection->options->tag;
    return is_touched(selection, rule) && (!tag || has_tag(rule->manifest, tag));
}

bool selection_has_test(
    const struct selection *selection, const struct rule *rule, const struct manifest_test *test) {
    const struct options *options = selection->options;
    struct str id = rule->manifest->id;
    if (options->filter && !is_named(options->filter, id, test->name)) return false;
    return !options->failed_only || !selection->failed->known ||
           failed_tests_has(selection->failed, id, test->name);
}

bool selection_is_whole(const struct selection *selection, const struct rule *rule) {
    const struct options *options = selection->options;
    if (options->failed_only) return false;
    return !options->filter || like_matches(rule->manifest->id, str_of(options->filter));
}

bool selection_has_any(const struct selection *selection, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct rule *rule = &rules->list[i];
        if (!selection_has_rule(selection, rule)) continue;
        for (size_t j = 0; j < rule->manifest->test_count; j++)
            if (selection_has_test(selection, rule, &rule->manifest->tests[j])) return true;
    }
    return false;
}

static void offer_tags(struct suggest *near, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++)
        for (size_t j = 0; j < rules->list[i].manifest->tags.count; j++)
            suggest_offer(near, rules->list[i].manifest->tags.list[j].at);
}

static void offer_names(struct suggest *near, const struct rules *rules) {
    for (size_t i = 0; i < rules->count; i++) {
        const struct manifest *manifest = rules->list[i].manifest;
        suggest_offer(near, manifest->id.at);
        for (size_t j = 0; j < manifest->test_count; j++)
            suggest_offer(near, manifest->tests[j].name.at);
    }
}

const char *selection_suggest(const struct selection *selection, const struct rules *rules) {
    const struct options *options = selection->options;
    struct suggest near = suggest_for(str_of(options->filter ? options->filter : options->tag));
    if (options->filter)
        offer_names(&near, rules);
    else
        offer_tags(&near, rules);
    return suggest_text(suggest_best(&near));
}
