/* What people read when something is wrong, whole: places, texts, carets. Each YAML file under
 * tests/cases has what is printed about it beside it; with UPDATE=1 in the environment the
 * expectations are written anew, to be read before they are committed. */
#include "findings.h"

#include "base/file.h"
#include "model/config.h"
#include "model/manifest.h"

static const char rules_dir[] = "tests/cases/diagnostics", config_dir[] = "tests/cases/config";

static struct world world;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    world_release(&world);
    return 0;
}

static char *print(void) {
    char *text = NULL;
    size_t len = 0;
    FILE *to = open_memstream(&text, &len);
    diags_sort(&world.diags);
    diags_print(&world.diags, to, false);
    fclose(to);
    return text;
}

static void load_rules(const char *path) {
    struct manifests manifests = {0};
    assert_false(manifests_load(&manifests, &world.arena, path, &world.diags));
    manifests_release(&manifests);
}

static void load_config(const char *path) {
    struct config config;
    assert_false(config_load(&config, &world.arena, path, &world.diags));
    config_release(&config);
}

static const char *expectation(const char *path) {
    return arena_format(&world.arena, "%.*s.txt", (int)(strlen(path) - strlen(".yaml")), path);
}

static void write_text(const char *path, const char *text) {
    FILE *to = fopen(path, "w");
    assert_non_null(to);
    fputs(text, to);
    fclose(to);
}

static void compare(const char *path, struct buf *all) {
    struct diag diag = {0};
    char *printed = print();
    size_t start = all->len;
    if (getenv("UPDATE")) write_text(expectation(path), printed);
    if (!file_read(expectation(path), YAML_LIMIT, all, &diag)) fail_msg("%s", diag.text);
    assert_string_equal(printed, buf_text(all) + start);
    free(printed);
}

/* Every file by itself; `all` becomes all expectations, in the order of the files. */
static void compare_each(const char *dir, void (*load)(const char *path), struct buf *all) {
    static const char *const suffixes[] = {".yaml", NULL};
    struct paths paths = {0};
    assert_true(paths_walk(&paths, &world.arena, dir, suffixes, NULL));
    assert_true(paths.count > 0);
    for (size_t i = 0; i < paths.count; i++) {
        world_clear(&world);
        load(paths.list[i]);
        compare(paths.list[i], all);
    }
    paths_release(&paths);
}

static void of_rules(void **state) {
    (void)state;
    struct buf all;
    buf_init(&all);
    compare_each(rules_dir, load_rules, &all);
    buf_release(&all);
}

static void of_all_rules_in_one_run(void **state) {
    (void)state;
    struct buf all;
    buf_init(&all);
    compare_each(rules_dir, load_rules, &all);
    world_clear(&world);
    load_rules(rules_dir);
    char *printed = print();
    assert_string_equal(printed, buf_text(&all));
    free(printed);
    buf_release(&all);
}

static void of_configurations(void **state) {
    (void)state;
    struct buf all;
    buf_init(&all);
    unsetenv("TOCSIN_TEST_NOT_SET");
    compare_each(config_dir, load_config, &all);
    buf_release(&all);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(of_rules, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_all_rules_in_one_run, set_up, tear_down),
        cmocka_unit_test_setup_teardown(of_configurations, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
