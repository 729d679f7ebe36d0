#include "check.h"

#include "base/arena.h"
#include "script/destination_script.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define DIR "engine/build/test_destination_script"

/* ---- a destination made of a few lines of Lua ---- */

struct try {
    struct arena arena;
    struct destination_setting settings[3];
    struct destination destination;
    struct destination_script *script;
    struct diags diags;
    struct diag diag;
    struct request request;
};

static const char *const dirs[] = {DIR, "lua", NULL};

static void write_code(const char *code) {
    mkdir(DIR, 0777);
    mkdir(DIR "/destination", 0777);
    FILE *file = fopen(DIR "/destination/try.lua", "w");
    assert_non_null(file);
    fputs(code, file);
    fclose(file);
}

static bool try_load(struct try *try, const char *code) {
    *try = (struct try){.settings = {
                            {STR("routing_key"), {STR("${TRY_KEY}"), {0}}},
                            {STR("channel"), {STR("#soc"), {0}}},
                            {STR("user"), {STR("bot-${TRY_KEY}"), {0}}},
                        }};
    try->destination = (struct destination){.name = STR("on-call"),
        .type = STR("try"),
        .url = {STR("https://${TRY_KEY}/x"), {0}},
        .secret = {STR("${TRY_SECRET}"), {0}},
        .settings = try->settings,
        .setting_count = 3};
    write_code(code);
    try->script = destination_script_new(&try->destination, dirs, &try->diags);
    return try->script != NULL;
}

static void try_begin(struct try *try, const char *code) {
    if (!try_load(try, code)) fail_msg("%s: %s", code, try->diags.list[0].text);
}

static void try_end(struct try *try) {
    request_release(&try->request);
    destination_script_free(try->script);
    diags_release(&try->diags);
    arena_release(&try->arena);
}

static bool try_request(struct try *try) {
    static const char alert[] = "{\"title\":\"a \\\"b\\\"\",\"count\":3,\"tags\":[],"
                                "\"event\":{\"n\":null,\"big\":12345678901234567890}}";
    request_release(&try->request);
    diag_clear(&try->diag);
    const struct json *json = json_parse(&try->arena, str_of(alert), NULL, NULL);
    return destination_script_request(try->script, json, &try->request, &try->diag);
}

static struct buf fill(struct try *try, struct str text, bool json) {
    struct buf filled = {0};
    if (!destination_script_fill(&try->destination, text, json, &filled, &try->diag))
        fail_msg("%s", try->diag.text);
    return filled;
}

static void test_request(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "function request(alert, settings)\n"
                    "  return {url = settings.url .. '?c=1', method = 'PUT',\n"
                    "    headers = {['X-B'] = 'b', ['X-A'] = 5},\n"
                    "    body = {text = alert.title, n = alert.count, tags = alert.tags,\n"
                    "      event = alert.event, list = json.array(), to = settings.channel}}\n"
                    "end");
    if (!try_request(&try)) fail_msg("%s", try.diag.text);
    assert_string_equal(buf_text(&try.request.method), "PUT");
    assert_string_equal(buf_text(&try.request.body),
        "{\"event\":{\"n\":null,\"big\":12345678901234567890},\"list\":[],\"n\":3,\"tags\":[],"
        "\"text\":\"a \\\"b\\\"\",\"to\":\"#soc\"}");
    assert_int_equal(try.request.header_count, 2);
    assert_string_equal(buf_text(&try.request.headers[0].name), "X-A");
    assert_string_equal(buf_text(&try.request.headers[0].value), "5");
    assert_string_equal(buf_text(&try.request.headers[1].name), "X-B");
    setenv("TRY_KEY", "example.org", 1);
    struct buf url = fill(&try, buf_str(&try.request.url), false);
    assert_string_equal(buf_text(&url), "https://example.org/x?c=1");
    buf_release(&url);
    try_end(&try);
}

static void test_empty_request(void **state) {
    (void)state;
    struct try try;
    try_begin(&try, "function request() return {} end");
    assert_true(try_request(&try));
    assert_int_equal(try.request.url.len + try.request.method.len + try.request.body.len, 0);
    try_end(&try);
}

/* ---- secrets ---- */

static void test_lua_sees_no_secret(void **state) {
    (void)state;
    struct try try;
    setenv("TRY_KEY", "k3y \"quoted\"", 1);
    setenv("TRY_SECRET", "s3cret", 1);
    try_begin(&try, "function request(alert, settings) return {body = settings} end");
    assert_true(try_request(&try));
    const char *body = buf_text(&try.request.body);
    assert_null(strstr(body, "k3y"));
    assert_null(strstr(body, "${"));
    assert_null(strstr(body, "\"secret\""));
    assert_non_null(strstr(body, "\"channel\":\"#soc\""));
    assert_non_null(strstr(body, "\"name\":\"on-call\""));
    assert_non_null(strstr(body, "\"type\":\"try\""));
    struct buf filled = fill(&try, buf_str(&try.request.body), true);
    assert_string_equal(buf_text(&filled),
        "{\"channel\":\"#soc\",\"name\":\"on-call\",\"routing_key\":\"k3y \\\"quoted\\\"\","
        "\"type\":\"try\",\"url\":\"https://k3y \\\"quoted\\\"/x\",\"user\":\"bot-k3y \\\"quoted\\\"\"}");
    buf_release(&filled);
    try_end(&try);
}

static void test_placeholders(void **state) {
    (void)state;
    struct buf one = {0}, again = {0}, other = {0};
    destination_placeholder(STR("a"), &one);
    destination_placeholder(STR("a"), &again);
    destination_placeholder(STR("b"), &other);
    assert_true(str_eq(buf_str(&one), buf_str(&again)));
    assert_false(str_eq(buf_str(&one), buf_str(&other)));
    for (size_t i = 0; i < one.len; i++)
        assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz0123456789", one.at[i]));
    buf_release(&one);
    buf_release(&again);
    buf_release(&other);
}

static void test_fill_leaves_the_rest_alone(void **state) {
    (void)state;
    struct try try;
    struct buf unknown = {0}, text = {0};
    setenv("TRY_KEY", "K", 1);
    try_begin(&try, "function request() return {} end");
    destination_placeholder(STR("not a setting"), &unknown);
    const char *const same[] = {"", "placeholder", "placeholderplaceholder", "a placeholder b",
        "placeholder0123456789abcdef0123456789abcdef", "${TRY_KEY}", buf_text(&unknown)};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct buf filled = fill(&try, str_of(same[i]), false);
        assert_string_equal(buf_text(&filled), same[i]);
        buf_release(&filled);
    }
    buf_add_text(&text, "<placeholder");
    destination_placeholder(STR("routing_key"), &text);
    destination_placeholder(STR("routing_key"), &text);
    buf_add_text(&text, "0>");
    struct buf filled = fill(&try, buf_str(&text), false);
    assert_string_equal(buf_text(&filled), "<placeholderKK0>");
    buf_release(&filled);
    buf_release(&unknown);
    buf_release(&text);
    try_end(&try);
}

static void test_an_unset_secret_is_named(void **state) {
    (void)state;
    struct try try;
    struct buf text = {0}, filled = {0};
    unsetenv("TRY_KEY");
    try_begin(&try, "function request() return {} end");
    destination_placeholder(STR("routing_key"), &text);
    assert_false(
        destination_script_fill(&try.destination, buf_str(&text), true, &filled, &try.diag));
    assert_non_null(strstr(try.diag.text, "TRY_KEY"));
    buf_release(&text);
    buf_release(&filled);
    try_end(&try);
}

/* ---- what goes wrong ---- */

static void test_bad_answers(void **state) {
    (void)state;
    static const struct {
        const char *body, *expected;
    } rows[] = {
        {"return nil", "request answered a nil, expected a table"},
        {"return {header = {}}",
            "request answered an unknown part 'header' (did you mean 'headers'?)"},
        {"return {1}", "request answered an unknown part '?'"},
        {"return {url = {}}", "request answered a table as 'url', expected a string"},
        {"return {url = 'http://a\\r\\nb'}", "request answered a control character in 'url'"},
        {"return {headers = {a = 'x\\ny: z'}}",
            "request answered a control character in 'headers'"},
        {"return {headers = {['a\\0'] = 'x'}}",
            "request answered a control character in 'headers'"},
        {"return {headers = 'x'}", "request answered a string as 'headers', expected a table"},
        {"return {body = true}", "request answered a boolean as 'body', expected a string"},
        {"return {body = {f = request}}", "request: JSON has no function"},
        {"error('no')", "try.lua:2: no"},
        {"while true do end", "try.lua:2: took too many steps"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code, "function request(alert, settings)\n%s\nend", rows[i].body);
        try_begin(&try, code);
        for (int again = 0; again < 2; again++) {
            assert_false(try_request(&try));
            if (!strstr(try.diag.text, rows[i].expected))
                fail_msg("%s\n  says     %s\n  expected %s", rows[i].body, try.diag.text,
                    rows[i].expected);
        }
        assert_int_equal(try.request.header_count, 0);
        try_end(&try);
    }
}

static void test_loading_fails(void **state) {
    (void)state;
    static const struct {
        const char *code, *expected;
        unsigned line;
    } rows[] = {
        {"function reqest() end", "no function 'request'", 0},
        {"\nfunction request(a", "')' expected near <eof>", 2},
        {"local x = require 'nothing'", "require: there is no module 'nothing'", 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        assert_false(try_load(&try, rows[i].code));
        assert_int_equal(try.diags.errors, 1);
        assert_string_equal(try.diags.list[0].text, rows[i].expected);
        assert_int_equal(try.diags.list[0].place.line, rows[i].line);
        try_end(&try);
    }
}

static void test_types(void **state) {
    (void)state;
    static const char *const types[] = {"nothing", "../try", "", "a/b", "try.lua"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        struct destination destination = {.type = str_of(types[i]), .place = {"tocsin.yaml", 4, 5}};
        struct diags diags = {0};
        assert_null(destination_script_new(&destination, dirs, &diags));
        assert_non_null(strstr(diags.list[0].text, "unknown destination type"));
        assert_int_equal(diags.list[0].place.line, 4);
        diags_release(&diags);
    }
}

/* ---- verdict ---- */

static void test_verdict(void **state) {
    (void)state;
    static const struct {
        const char *body;
        enum destination_verdict verdict;
        bool failed;
    } rows[] = {
        {"return nil", VERDICT_BY_STATUS, false},
        {"return 'done'", VERDICT_DONE, false},
        {"return response.status == 429 and response.body == 'a\\0b' and 'later'", VERDICT_LATER,
            false},
        {"return 'never'", VERDICT_NEVER, false},
        {"return 'perhaps'", VERDICT_BY_STATUS, true},
        {"return 5", VERDICT_BY_STATUS, true},
        {"error('x')", VERDICT_BY_STATUS, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct try try;
        char code[256];
        snprintf(code, sizeof code, "function request() end function verdict(response) %s end",
            rows[i].body);
        try_begin(&try, code);
        assert_int_equal(
            destination_script_verdict(try.script, 429, STR("a\0b"), &try.diag), rows[i].verdict);
        assert_int_equal(try.diag.set, rows[i].failed);
        try_end(&try);
    }
    struct try try;
    try_begin(&try, "function request() end");
    assert_int_equal(
        destination_script_verdict(try.script, 200, STR("ok"), &try.diag), VERDICT_BY_STATUS);
    try_end(&try);
}

static int remove_code(void **state) {
    (void)state;
    remove(DIR "/destination/try.lua");
    remove(DIR "/destination");
    remove(DIR);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_request),
        cmocka_unit_test(test_empty_request),
        cmocka_unit_test(test_lua_sees_no_secret),
        cmocka_unit_test(test_placeholders),
        cmocka_unit_test(test_fill_leaves_the_rest_alone),
        cmocka_unit_test(test_an_unset_secret_is_named),
        cmocka_unit_test(test_bad_answers),
        cmocka_unit_test(test_loading_fails),
        cmocka_unit_test(test_types),
        cmocka_unit_test(test_verdict),
    };
    return cmocka_run_group_tests(tests, NULL, remove_code);
}
