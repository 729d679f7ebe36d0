/* Every rule of tests/hostile in this process, call by call: how it ends, what it costs, and that the
 * next call finds the rule as it was loaded. */
#include "rule_try.h"

#include "base/file.h"

#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
enum { SLOWER = 10, SANITIZED = 1 };
#else
enum { SLOWER = 1, SANITIZED = 0 };
#endif

enum { CALL_MS = 100 * SLOWER, LOAD_MS = 500 * SLOWER, MEMORY_KB = 32 << 10, BLANKS = 200000 };

struct hostile {
    struct arena arena;
    struct manifests manifests;
    struct diags diags;
    struct event event;
    long base_kb;
};

/* ---- measures ---- */

static double cpu_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

static long highest_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* ---- the catalogue ---- */

/* The event, with the field of blanks that an attacker would send. */
static const struct json *read_event(struct hostile *hostile) {
    struct buf line = {0}, event = {0};
    assert_true(file_read("tests/hostile/events.ndjson", 1 << 20, &line, NULL));
    const char *text = strstr(buf_text(&line), "\n"), *at = strstr(text, "@BLANKS@");
    buf_add(&event, text, (size_t)(at - text));
    for (int i = 0; i < BLANKS; i++) buf_add_char(&event, ' ');
    at += strlen("@BLANKS@");
    buf_add(&event, at, strcspn(at, "\n"));
    const struct json *json = json_parse(&hostile->arena, buf_str(&event), NULL, NULL);
    assert_non_null(json);
    buf_release(&line);
    buf_release(&event);
    return json;
}

static void load(struct hostile *hostile, const char *path) {
    *hostile = (struct hostile){0};
    if (!manifests_load(&hostile->manifests, &hostile->arena, path, &hostile->diags))
        fail_msg("%s", hostile->diags.list[0].text);
    hostile->event.root = read_event(hostile);
    hostile->base_kb = highest_kb();
}

static void release(struct hostile *hostile) {
    manifests_release(&hostile->manifests);
    diags_release(&hostile->diags);
    arena_release(&hostile->arena);
}

static bool is_expected(const struct manifest *manifest, const char *word) {
    char tag[64];
    snprintf(tag, sizeof tag, "expect-%s", word);
    for (size_t i = 0; i < manifest->tags.count; i++)
        if (str_is(manifest->tags.list[i], tag)) return true;
    return false;
}

/* Under a sanitizer, time may run out before steps do; on a machine that is busy or slow, before
 * memory does. */
static bool may_end_by(const struct manifest *manifest, enum failure_kind kind) {
    if (kind == FAILURE_NONE) return is_expected(manifest, "quiet");
    if (is_expected(manifest, failure_names[kind])) return true;
    bool may_be_late = SANITIZED || is_expected(manifest, failure_names[FAILURE_MEMORY]);
    return kind == FAILURE_DEADLINE && may_be_late;
}

static void expect_no_failure(const struct manifest *manifest, bool is, const char *what) {
    if (!is) fail_msg("%.*s: %s", STR_ARG(manifest->id), what);
}

/* ---- calls ---- */

static enum failure_kind call(
    struct rule_script *script, enum rule_function function, struct diag *diag) {
    struct buf to = {0};
    if (function == RULE_RULE)
        assert_int_not_equal(rule_script_matches(script, diag), RULE_YES);
    else if (function == RULE_DESTINATIONS || function == RULE_ALERT_CONTEXT)
        rule_script_json(script, function, &to, diag);
    else
        rule_script_text(script, function, &to, diag);
    buf_release(&to);
    return rule_script_failure(script);
}

static void measure(const struct hostile *hostile, const struct manifest *manifest,
    struct rule_script *script, enum rule_function function) {
    struct diag diag = {0};
    double before = cpu_ms();
    enum failure_kind kind = call(script, function, &diag);
    double took = cpu_ms() - before;
    long grown = highest_kb() - hostile->base_kb;
    if (took > CALL_MS) fail_msg("%.*s: %.0f ms", STR_ARG(manifest->id), took);
    if (grown > MEMORY_KB && !SANITIZED) fail_msg("%.*s: %ld kB", STR_ARG(manifest->id), grown);
    assert_int_equal(diag.set, kind != FAILURE_NONE);
    if (function == RULE_SEVERITY && kind == FAILURE_NONE) return; /* the word is asked later */
    if (!may_end_by(manifest, kind))
        fail_msg("%.*s: %s: %s", STR_ARG(manifest->id), failure_names[kind], diag.text);
}

/* Twice: what was killed begins anew, and ends the same way. */
static void ask(const struct hostile *hostile, const struct manifest *manifest) {
    struct diags diags = {0};
    struct limits limits = LIMITS_DEFAULT;
    struct rule_script *script = rule_script_new(manifest, &limits, "lua", &diags);
    expect_no_failure(manifest, script != NULL, "does not load");
    for (int turn = 0; turn < 2; turn++) {
        rule_script_event(script, &hostile->event);
        for (int i = 0; i < RULE_FUNCTIONS; i++)
            if (rule_script_has(script, (enum rule_function)i))
                measure(hostile, manifest, script, (enum rule_function)i);
        rule_script_done(script);
    }
    rule_script_free(script);
    diags_release(&diags);
}

static void every_call_ends(void **state) {
    (void)state;
    static const char *const themes[] = {"errors", "functions", "loops", "memory", "patterns",
        "reach", "recursion", "swallowed", NULL};
    struct hostile hostile;
    size_t asked = 0;
    for (const char *const *theme = themes; *theme; theme++) {
        char path[128];
        snprintf(path, sizeof path, "tests/hostile/%s", *theme);
        load(&hostile, path);
        for (size_t i = 0; i < hostile.manifests.count; i++)
            ask(&hostile, hostile.manifests.list[i]);
        asked += hostile.manifests.count;
        release(&hostile);
    }
    assert_true(asked >= 120);
}

/* ---- loading ---- */

static void refuse(const struct manifest *manifest) {
    struct diags diags = {0};
    struct limits limits = LIMITS_DEFAULT;
    double before = cpu_ms();
    struct rule_script *script = rule_script_new(manifest, &limits, "lua", &diags);
    double took = cpu_ms() - before;
    expect_no_failure(manifest, !script, "was loaded");
    expect_no_failure(manifest, diags.errors == 1, "has not one error");
    expect_no_failure(manifest, diags.list[0].place.line >= manifest->lua.line, "has no place");
    if (took > LOAD_MS) fail_msg("%.*s: %.0f ms", STR_ARG(manifest->id), took);
    diags_release(&diags);
}

static void every_load_is_refused(void **state) {
    (void)state;
    struct hostile hostile;
    load(&hostile, "tests/hostile/load");
    assert_true(hostile.manifests.count >= 20);
    for (size_t i = 0; i < hostile.manifests.count; i++) refuse(hostile.manifests.list[i]);
    release(&hostile);
}

/* Sources that are too large to keep: what the compiler does is more than linear in them. */
static void slow_sources_are_refused(void **state) {
    (void)state;
    struct manifest manifest = {.id = STR("labels"), .lua = {.file = "x.yaml", .line = 7}};
    struct buf code = {0};
    for (int i = 0; i < 32000; i++) buf_add_format(&code, "::l%d:: f()\n", i);
    manifest.lua.code = buf_str(&code);
    refuse(&manifest);

    manifest.id = STR("names");
    buf_reset(&code);
    for (int depth = 0; depth < 150; depth++) {
        buf_add_text(&code, "function f() local a");
        for (int i = 0; i < 180; i++) buf_add_format(&code, ",b%d", i);
        buf_add_text(&code, "\n");
    }
    for (int i = 0; i < 100000; i++) buf_add_text(&code, "x=y ");
    manifest.lua.code = buf_str(&code);
    refuse(&manifest);

    manifest.id = STR("large");
    buf_reset(&code);
    for (int i = 0; i < 200000; i++) buf_add_text(&code, "f{1,2,3}\n");
    manifest.lua.code = buf_str(&code);
    refuse(&manifest);
    buf_release(&code);
}

/* What `check` looks at must not cost more than loading it. */
static size_t check(const char *id, struct str code) {
    struct manifest manifest = {.id = str_of(id), .lua = {"x.yaml", 7, code}};
    struct diags diags = {0};
    struct limits limits = LIMITS_DEFAULT;
    long before_kb = highest_kb();
    struct rule_script *script = rule_script_new(&manifest, &limits, "lua", &diags);
    expect_no_failure(&manifest, script != NULL, "does not load");
    double before = cpu_ms();
    rule_script_check(script, &diags);
    double took = cpu_ms() - before;
    if (took > LOAD_MS) fail_msg("%s: %.0f ms", id, took);
    if (highest_kb() - before_kb > MEMORY_KB && !SANITIZED) fail_msg("%s: too much memory", id);
    size_t findings = diags.count;
    rule_script_free(script);
    diags_release(&diags);
    return findings;
}

static void checking_ends(void **state) {
    (void)state;
    struct buf code = {0};
    buf_add_text(&code, "function rule() end\n");
    for (int i = 0; i < 10000; i++) buf_add_text(&code, "do local function f() end end\n");
    assert_int_equal(check("functions", buf_str(&code)), 0);
    buf_reset(&code);
    buf_add_text(&code, "function rule() end function f()\n");
    for (int i = 0; i < 12000; i++) buf_add_format(&code, "unknown%d()\n", i);
    buf_add_text(&code, "end\n");
    assert_int_equal(check("findings", buf_str(&code)), 101);
    buf_release(&code);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_ends),
        cmocka_unit_test(every_load_is_refused),
        cmocka_unit_test(slow_sources_are_refused),
        cmocka_unit_test(checking_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
