#include "findings.h"

#include "base/log.h"
#include "model/config.h"

static struct world world;
static struct config config;

static int set_up(void **state) {
    (void)state;
    world_init(&world);
    config = (struct config){0};
    setenv("SET_HOOK", "https://hooks.example/T0/B0/very-secret", 1);
    setenv("SET_DIR", "data", 1);
    setenv("EMPTY_ONE", "", 1);
    unsetenv("NOT_SET");
    return 0;
}

static int tear_down(void **state) {
    (void)state;
    config_release(&config);
    world_release(&world);
    return 0;
}

static bool load(const char *text) {
    config_release(&config);
    world_clear(&world);
    return config_load(&config, &world.arena, world_file(&world, "t.yaml", text), &world.diags);
}

static void load_good(const char *text) {
    bool good = load(text);
    assert_string_equal(world_findings(&world), "");
    assert_true(good);
}

static const char *faults(const char *text) {
    assert_false(load(text));
    return world_findings(&world);
}

static const char *in_dir(const char *name) {
    return arena_format(&world.arena, "%s/%s", world.dir, name);
}

static const char full[] = "rules: [rules/, /abs/rules]\n"
                           "inputs:\n"
                           "  - file: ${SET_DIR}/in\n"
                           "  - {file: /var/log/x/}\n"
                           "destinations:\n"
                           "  soc-slack: {type: slack, url: \"${SET_HOOK}\", channel: '#soc'}\n"
                           "  on.call_1:\n"
                           "    type: pagerduty\n"
                           "    routing_key: \"a-${file:key}-$${x}-$5\"\n"
                           "    proxy: http://proxy:3128\n"
                           "    secret: plain\n"
                           "    max_in_flight: 1\n"
                           "    timeout: 3s\n"
                           "    max_age: 2h\n"
                           "    allow_http: true\n"
                           "    allow_loopback: true\n"
                           "    retries: 5\n"
                           "routes:\n"
                           "  - when: {severity: [critical, high], event.userIdentity.type: Root}\n"
                           "    to: [on.call_1, soc-slack]\n"
                           "    continue: true\n"
                           "  - to: soc-slack\n"
                           "store: ${SET_DIR}/t.db\n"
                           "shutdown: 30s\n"
                           "keep: {age: 7d, size: 10MB}\n"
                           "limits: {time: 20ms, memory: 4MB}\n";

static void no_file_means_defaults(void **state) {
    (void)state;
    assert_true(config_load(&config, &world.arena, NULL, &world.diags));
    assert_null(config.path);
    assert_string_equal(config.dir, ".");
    assert_string_equal(config.store.at, "tocsin.db");
    assert_int_equal(config.shutdown_ms, 10000);
    assert_int_equal(config.keep_ms, 90LL * 86400000);
    assert_int_equal(config.keep_bytes, 1000000000);
    assert_int_equal(config.rules.count + config.input_count + config.destination_count, 0);
}

static void an_empty_file_means_defaults_beside_it(void **state) {
    (void)state;
    load_good("# nothing\n");
    assert_string_equal(config.store.at, in_dir("tocsin.db"));
    load_good("---\n");
}

static void every_key_is_read(void **state) {
    (void)state;
    world_file(&world, "key", "R0UT1NG\n");
    load_good(full);
    assert_string_equal(config.rules.list[0].at, in_dir("rules/"));
    assert_string_equal(config.rules.list[1].at, "/abs/rules");
    assert_int_equal(config.input_count, 2);
    assert_string_equal(config.inputs[0].file.at, in_dir("data/in"));
    assert_int_equal(config.inputs[0].place.column, 11);
    assert_string_equal(config.inputs[1].file.at, "/var/log/x/");
    assert_string_equal(config.store.at, in_dir("data/t.db"));
    assert_int_equal(config.shutdown_ms, 30000);
    assert_int_equal(config.keep_ms, 7 * 86400000);
    assert_int_equal(config.keep_bytes, 10000000);
    assert_int_equal(config.limits.time_ms, 20);
    assert_int_equal(config.limits.memory, 4000000);
    assert_int_equal(config.limits.allocation, LIMITS_DEFAULT.allocation);
    assert_int_equal(config.limits.steps, LIMITS_DEFAULT.steps);
}

static void destinations_are_read(void **state) {
    (void)state;
    world_file(&world, "key", "R0UT1NG\n");
    load_good(full);
    assert_int_equal(config.destination_count, 2);
    const struct destination *slack = config_destination(&config, STR("soc-slack"));
    assert_true(str_is(slack->type, "slack"));
    assert_true(str_is(slack->url.text, "${SET_HOOK}"));
    assert_int_equal(slack->url.place.line, 6);
    assert_int_equal(slack->max_in_flight, 4);
    assert_int_equal(slack->timeout_ms, 10000);
    assert_int_equal(slack->max_age_ms, 86400000);
    assert_false(slack->allow_http || slack->allow_loopback);
    assert_int_equal(slack->secret.text.len + slack->proxy.text.len, 0);
    assert_int_equal(slack->setting_count, 1);
    const struct destination *call = config_destination(&config, STR("on.call_1"));
    assert_int_equal(call->max_in_flight, 1);
    assert_int_equal(call->timeout_ms, 3000);
    assert_int_equal(call->max_age_ms, 7200000);
    assert_true(call->allow_http && call->allow_loopback);
    assert_int_equal(call->setting_count, 2);
    assert_true(str_is(call->settings[1].key, "retries"));
    assert_true(str_is(call->settings[1].value.text, "5"));
    assert_null(config_destination(&config, STR("soc")));
}

static void routes_are_read(void **state) {
    (void)state;
    world_file(&world, "key", "R0UT1NG\n");
    load_good(full);
    assert_int_equal(config.route_count, 2);
    assert_non_null(config.routes[0].when);
    assert_true(config.routes[0].continues);
    assert_int_equal(config.routes[0].to.count, 2);
    assert_null(config.routes[1].when);
    assert_false(config.routes[1].continues);
    assert_int_equal(config.routes[1].place.line, 22);
}

static const char *secret(struct buf *to, const char *text) {
    struct template template = {str_of(text), {in_dir("t.yaml"), 1, 1}};
    struct diag diag = {0};
    buf_reset(to);
    return config_secret(&template, to, &diag) ? buf_text(to) : arena_text(&world.arena, diag.text);
}

static void secrets_are_filled_in_when_asked_for(void **state) {
    (void)state;
    struct buf to;
    buf_init(&to);
    world_file(&world, "key", "line1\nline2\n\n");
    assert_string_equal(secret(&to, "${SET_HOOK}?x"), "https://hooks.example/T0/B0/very-secret?x");
    assert_string_equal(secret(&to, "a${file:key}b"), "aline1\nline2\nb");
    assert_string_equal(
        secret(&to, arena_format(&world.arena, "${file:%s}", in_dir("key"))), "line1\nline2\n");
    assert_string_equal(secret(&to, "$${SET_DIR} $ $$ $x ${SET_DIR}$"), "${SET_DIR} $ $$ $x data$");
    assert_string_equal(secret(&to, "plain"), "plain");
    assert_string_equal(secret(&to, "${NOT_SET}"), "environment variable 'NOT_SET' is not set");
    assert_string_equal(secret(&to, "${EMPTY_ONE}"), "environment variable 'EMPTY_ONE' is empty");
    buf_release(&to);
}

static void secret_files_are_checked_when_read(void **state) {
    (void)state;
    struct buf to;
    buf_init(&to);
    world_file(&world, "empty", "\n");
    FILE *nul = fopen(in_dir("nul"), "w");
    fwrite("a\0b", 1, 3, nul);
    fclose(nul);
    assert_string_equal(secret(&to, "${file:none}"),
        arena_format(&world.arena, "cannot open '%s': No such file or directory", in_dir("none")));
    assert_string_equal(
        secret(&to, "${file:empty}"), arena_format(&world.arena, "'%s' is empty", in_dir("empty")));
    assert_string_equal(
        secret(&to, "${file:nul}"), arena_format(&world.arena, "NUL byte in '%s'", in_dir("nul")));
    buf_release(&to);
}

static void a_secret_is_hidden_from_the_log(void **state) {
    (void)state;
    struct buf to;
    buf_init(&to);
    setenv("SET_TOKEN", "tok-12345", 1);
    world_file(&world, "key", "from-a-file\n");
    secret(&to, "Bearer ${SET_TOKEN} ${file:key} and-not-this");
    char line[] = "sent tok-12345 from-a-file and-not-this";
    log_redact(line);
    assert_string_equal(line, "sent *** *** and-not-this");
    buf_release(&to);
}

static void loading_reads_no_secret(void **state) {
    (void)state;
    setenv("SET_QUIET", "quiet-secret", 1);
    load_good("destinations:\n  a: {type: x, url: \"${SET_QUIET}\"}\n");
    char line[] = "quiet-secret";
    log_redact(line);
    assert_string_equal(line, "quiet-secret");
    assert_true(str_is(config.destinations[0].url.text, "${SET_QUIET}"));
}

static void faults_have_places(void **state) {
    (void)state;
    static const struct {
        const char *text, *findings;
    } rows[] = {
        {"[x]", "1:1: the configuration must be a map, not a list\n"},
        {"store: a\n---\nstore: b\n", "3:1: the configuration is one document\n"},
        {"ruels: x\n", "1:1: unknown key 'ruels' in the configuration (did you mean 'rules'?)\n"},
        {"rules: {a: b}\n", "1:8: 'rules' must be a list of strings, not a map\n"},
        {"rules: [a, \"${NOT_SET}\"]\n", "1:12: environment variable 'NOT_SET' is not set\n"},
        {"store: ''\n", "1:8: expected a path, not nothing\n"},
        {"store: ${NOT_SET}/x\n", "1:8: environment variable 'NOT_SET' is not set\n"},
        {"inputs: x\n", "1:9: 'inputs' must be a list, not a string\n"},
        {"inputs: [x]\n", "1:10: an input must be a map, not a string\n"},
        {"inputs: [{}, {file: [], a: 1}]\n", "1:10: missing key 'file' in an input\n"
                                             "1:21: expected a path, not a list\n"
                                             "1:25: unknown key 'a' in an input\n"},
        {"keep: {age: 0, size: 5, aeg: 1}\n",
            "1:13: 'age' is too small: 0\n"
            "1:22: 'size' must be a size such as 64kB, 10MB or 1GB, not '5'\n"
            "1:25: unknown key 'aeg' in 'keep'\n"},
        {"limits: {time: 1ms, memory: 2GB, steps: many, allocations: 1MB}\n",
            "1:16: 'time' is too small: 1ms\n"
            "1:29: 'memory' is too large: 2GB\n"
            "1:41: 'steps' must be a whole number, not the string 'many'\n"
            "1:47: unknown key 'allocations' in 'limits' (did you mean 'allocation'?)\n"},
        {"limits: 50ms\n", "1:9: 'limits' must be a map, not a string\n"},
        {"shutdown: soon\n",
            "1:11: 'shutdown' must be a duration such as 90s, 15m, 1h or 7d, not 'soon'\n"},
        {"destinations: [a]\n", "1:15: 'destinations' must be a map of names, not a list\n"},
        {"destinations: {A: {type: x}}\n", "1:16: bad destination 'A': only a-z, 0-9, '.', '_' and "
                                           "'-' may stand in it\n"},
        {"destinations: {a: , b: {}}\n", "1:19: destination 'a' must be a map, not null\n"
                                         "1:24: missing key 'type' in destination 'b'\n"},
        {"destinations: {a: {type: X, max_in_flight: 0, timeout: 1h, allow_http: 1}}\n",
            "1:26: bad type 'X': only a-z, 0-9, '.', '_' and '-' may stand in it\n"
            "1:44: 'max_in_flight' is too small: 0\n"
            "1:56: 'timeout' is too large: 1h\n"
            "1:72: 'allow_http' must be true or false, not 1\n"},
        {"destinations: {a: {type: x, url: \"${NOT_SET}\", k: \"${EMPTY_ONE}\", l: [1]}}\n",
            "1:34: environment variable 'NOT_SET' is not set\n"
            "1:51: environment variable 'EMPTY_ONE' is empty\n"
            "1:70: expected a string, not a list\n"},
        {"destinations: {a: {type: x, url: \"${A\", k: \"${}\", l: \"${1A}\", m: \"${file:}\"}}\n",
            "1:34: '${' without '}' (write '$${' for a plain '${')\n"
            "1:44: bad reference '${}' (${NAME}, ${file:PATH}, or '$${' for a plain '${')\n"
            "1:54: bad reference '${1A}' (${NAME}, ${file:PATH}, or '$${' for a plain "
            "'${')\n"
            "1:66: bad reference '${file:}' (${NAME}, ${file:PATH}, or '$${' for a plain "
            "'${')\n"},
        {"destinations: {a: {type: x, k: \"${file:/no/such}\", l: \"${file:/}\"}}\n",
            "1:32: cannot open '/no/such': no such file\n"
            "1:55: cannot open '/': it is a directory\n"},
        {"destinations: {soc: {type: x}}\nroutes: [{to: [sock, other]}, {when: {a: b}}]\n",
            "2:16: unknown destination 'sock' (did you mean 'soc'?)\n"
            "2:22: unknown destination 'other'\n"
            "2:31: missing key 'to' in a route\n"
            "2:39: an alert has no 'a'\n"},
        {"routes: [{to: [], when: {severty: x, event.a.b: y, $or: [{log: z}, {roule: y}]}}]\n",
            "1:10: a route needs a destination in 'to'\n"
            "1:26: an alert has no 'severty' (did you mean 'severity'?)\n"
            "1:69: an alert has no 'roule' (did you mean 'rule'?)\n"},
        {"routes: {to: a}\n", "1:9: 'routes' must be a list, not a map\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(faults(rows[i].text), rows[i].findings);
}

static void a_setting_near_a_key_is_a_warning(void **state) {
    (void)state;
    assert_true(load("destinations:\n  a: {type: x, max_inflight: 2, text: y, channel: z}\n"));
    assert_string_equal(world_findings(&world),
        "2:16: 'max_inflight' goes to the Lua of destination 'a' (did you mean "
        "'max_in_flight'?)\n");
    assert_int_equal(world.diags.errors, 0);
}

static void a_file_that_is_not_there_is_an_error(void **state) {
    (void)state;
    assert_false(config_load(&config, &world.arena, "/no/such.yaml", &world.diags));
    assert_int_equal(world.diags.errors, 1);
}

static void mutations_do_no_harm(void **state) {
    (void)state;
    uint64_t seed = 3;
    struct buf mutant;
    buf_init(&mutant);
    for (int i = 0; i < 4000; i++) {
        mutate(&mutant, full, &seed);
        bool good = load(buf_text(&mutant));
        assert_int_equal(good, world.diags.errors == 0);
        config_release(&config);
        arena_reset(&world.arena);
    }
    buf_release(&mutant);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_file_means_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_empty_file_means_defaults_beside_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_key_is_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(destinations_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(routes_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secrets_are_filled_in_when_asked_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(secret_files_are_checked_when_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_secret_is_hidden_from_the_log, set_up, tear_down),
        cmocka_unit_test_setup_teardown(loading_reads_no_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(faults_have_places, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_setting_near_a_key_is_a_warning, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_not_there_is_an_error, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mutations_do_no_harm, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
