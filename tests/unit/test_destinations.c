/* lua/destination/TYPE.lua, asked for messages about alerts that mean harm. */
#include "check.h"

#include "base/file.h"
#include "base/mem.h"
#include "script/destination_script.h"

#include <stdio.h>

static struct arena arena;
static struct destination destination;
static struct destination_script *script;
static struct request request;
static struct destination_setting setting;

static int set_up(void **state) {
    (void)state;
    arena_init(&arena);
    memset(&request, 0, sizeof request);
    return 0;
}

static void close_script(void) {
    destination_script_free(script);
    script = NULL;
}

static int tear_down(void **state) {
    (void)state;
    request_release(&request);
    close_script();
    arena_release(&arena);
    return 0;
}

static void open_script(const char *type) {
    static const char *const dirs[] = {"lua", NULL};
    struct diags diags;
    setting = (struct destination_setting){STR("routing_key"), {.text = STR("${KEY}")}};
    destination = (struct destination){.name = STR("d"),
        .type = str_of(type),
        .url = {.text = STR("${URL}")},
        .settings = &setting,
        .setting_count = 1};
    diags_init(&diags);
    script = destination_script_new(&destination, dirs, &diags);
    if (!script) fail_msg("%s: %s", diags.list[0].place.file, diags.list[0].text);
    diags_release(&diags);
}

static const struct json *parse(struct str text) {
    struct diag diag = {0};
    unsigned notes = 0;
    const struct json *json = json_parse(&arena, text, &notes, &diag);
    if (!json) fail_msg("%s", diag.text);
    assert_int_equal(notes, 0);
    return json;
}

/* The body that the open script makes of the alert. */
static const struct json *ask(struct str alert) {
    struct diag diag = {0};
    request_release(&request);
    memset(&request, 0, sizeof request);
    if (!destination_script_request(script, parse(alert), &request, &diag))
        fail_msg("%s", diag.text);
    return parse(buf_str(&request.body));
}

static struct str text_at(const struct json *root, const char *path) {
    const struct json *found = json_path(root, str_of(path));
    if (!json_is_string(found)) fail_msg("no string at %s", path);
    return json_string(found);
}

static void is_text(const struct json *root, const char *path, const char *want) {
    struct str got = text_at(root, path);
    if (!str_is(got, want)) fail_msg("%s: '%.*s', wanted '%s'", path, STR_ARG(got), want);
}

/* ---- alerts ---- */

static const char *how_it_stands = "\"state\":\"open\",\"revision\":1";

/* An alert that says `s` wherever an event, a rule or a manifest may put text. */
static struct str alert_saying(struct str s) {
    const char *const form[] = {
        "{\"schema\":\"tocsin.alert/1\",\"id\":\"0123456789abcdef0123456789abcdef\",\"rule\":", "r",
        ",\"title\":", "s", ",\"severity\":\"high\",\"log\":", "s",
        ",\"time\":\"2023-07-10T11:45:00Z\",\"last_time\":\"2023-07-10T11:46:00Z\",\"count\":3,"
        "\"dedup\":",
        "s", ",\"event_ids\":[", "s", "],\"event\":{\"eventName\":", "s", ",\"eventSource\":", "s",
        ",\"awsRegion\":", "s", ",\"sourceIPAddress\":", "s", ",\"recipientAccountId\":", "s",
        ",\"userIdentity\":{\"type\":\"IAMUser\",\"arn\":", "s", ",\"userName\":", "s",
        ",\"principalId\":", "s", "},\"requestParameters\":{", "s", ":[", "s",
        ",null,1]}},"
        "\"context\":{",
        "s", ":", "s", "},\"description\":", "s", ",\"runbook\":", "s", ",\"references\":[", "s",
        "],\"tags\":[", "s", "],\"attack\":[", "s", "],\"destinations\":[],\"errors\":[", "s",
        "],\"notes\":[{\"note\":\"nul\",\"path\":", "s", "},{\"note\":\"more\",\"count\":3}],",
        how_it_stands, ",\"rules_version\":\"x\"}", NULL};
    struct buf text = {0};
    for (size_t i = 0; form[i]; i++)
        if (form[i][1] != '\0')
            buf_add_text(&text, form[i]);
        else if (form[i][0] == 's')
            json_print_string(&text, s);
        else if (form[i][0] == 'r')
            buf_add_text(&text, "\"aws.rule\"");
        else
            buf_add_text(&text, form[i]);
    struct str copy = arena_copy(&arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

static struct str repeated(const char *unit, size_t size) {
    struct buf text = {0};
    while (text.len < size) buf_add_text(&text, unit);
    struct str copy = arena_copy(&arena, buf_str(&text));
    buf_release(&text);
    return copy;
}

typedef void use(const struct json *body, struct str said);

/* Calls `check` with what the script makes of each hostile string. */
static void each_hostile(use *check) {
    static const char *const strings[] = {"<!channel>", "<!here|here>", "<@U123ABC>", "<#C123>",
        "<http://evil.example|https://good.example>", "&lt;!channel&gt;", "&amp;lt;",
        ":tada:", "*bold* _italic_ ~struck~ `code` ```block```", "> quote\n>>> more",
        "@channel @here",
        "\xe2\x80\xae"
        "gpj.exe",
        "<\xe2\x80\x8b!channel>",
        "a\xe2\x81\xa6"
        "b\xe2\x81\xa9",
        "\xef\xbb\xbf<!channel>",
        "\xf3\xa0\x81\xa1"
        "tag",
        "\x1b[31mred\x07", "a\r\nb\tc", "", " ", "${KEY}", "${env:PATH}", "%s%n",
        "javascript:alert(1)", "https://a.example/<b>|c", "https://a.example/x?y=1&z=2",
        "\xed\x9f\xbf", "\xf4\x8f\xbf\xbf"};
    static const char *const units[] = {"A", "&", "<", "\"", "\\", "\n", "\xc3\xa9", "\xe2\x80\x8b",
        "\xf0\x9f\x98\x80", "<!channel>", " ", "a b "};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
        check(ask(alert_saying(str_of(strings[i]))), str_of(strings[i]));
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct str said = repeated(units[i], 100 * 1000);
        check(ask(alert_saying(said)), said);
        arena_reset(&arena);
    }
}

static void each_naughty(use *check) {
    static const char path[] = "../shared/data/json/blns/blns.json";
    struct buf text = {0};
    struct diag diag = {0};
    struct arena list_arena;
    if (!file_read(path, 1 << 20, &text, &diag)) {
        print_message("skipped: %s\n", diag.text);
        skip();
    }
    arena_init(&list_arena);
    const struct json *list = json_parse(&list_arena, buf_str(&text), NULL, &diag);
    for (size_t i = 0; i < list->count; i++, arena_reset(&arena))
        check(ask(alert_saying(json_string(&list->items[i]))), json_string(&list->items[i]));
    arena_release(&list_arena);
    buf_release(&text);
}

/* ---- what text must not hold ---- */

static size_t characters(struct str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) count += (s.at[i] & 0xc0) != 0x80;
    return count;
}

/* Control, bidirectional, zero-width and tag characters. */
static void has_nothing_invisible(struct str s) {
    static const char *const bad[] = {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
        "\xe2\x80\x8e", "\xe2\x80\x8f", "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac",
        "\xe2\x80\xad", "\xe2\x80\xae", "\xe2\x81\xa0", "\xe2\x81\xa6", "\xe2\x81\xa7",
        "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf", "\xd8\x9c", "\xf3\xa0\x81", "\xe2\x80\xa8"};
    for (size_t i = 0; i < s.len; i++)
        if (((unsigned char)s.at[i] < ' ' && s.at[i] != '\n') || s.at[i] == 0x7f)
            fail_msg("control character in '%.*s'", STR_ARG(s));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (s.len && memmem(s.at, s.len, bad[i], strlen(bad[i])))
            fail_msg("invisible character in '%.*s'", STR_ARG(s));
}

/* & begins an escape of Slack's, < and > do not stand. */
static void is_escaped(struct str s) {
    static const char *const names[] = {"&amp;", "&lt;", "&gt;"};
    for (size_t i = 0; i < s.len; i++) {
        struct str rest = {s.at + i, s.len - i};
        bool named = false;
        for (size_t n = 0; n < 3; n++) named = named || str_starts(rest, str_of(names[n]));
        if (s.at[i] == '<' || s.at[i] == '>' || (s.at[i] == '&' && !named))
            fail_msg("not escaped: '%.*s'", STR_ARG(s));
    }
}

static bool is_one_of(struct str s, const char *const *list) {
    for (; *list; list++)
        if (str_is(s, *list)) return true;
    return false;
}

/* mrkdwn is our own label, or a bare link. */
static void is_harmless_mrkdwn(struct str s) {
    static const char *const labels[] = {"*Rule*", "*Severity*", "*Account*", "*Actor*",
        "*Source IP*", "*Region*", "*Time*", "*Count*", "*Last time*", "*Odd in the event*", NULL};
    if (is_one_of(s, labels)) return;
    assert_true(str_starts(s, STR("<http")) && str_ends(s, STR(">")));
    is_escaped((struct str){s.at + 1, s.len - 2});
    for (size_t i = 0; i < s.len; i++)
        if (memchr("| \n\"'`*", s.at[i], 7)) fail_msg("no plain link: '%.*s'", STR_ARG(s));
}

static size_t check_element(const struct json *element, size_t most) {
    struct str type = text_at(element, "type"), text = text_at(element, "text");
    if (str_is(type, "plain_text")) {
        assert_false(json_get_text(element, "emoji")->boolean);
        is_escaped(text);
    } else {
        assert_true(str_is(type, "mrkdwn"));
        is_harmless_mrkdwn(text);
    }
    has_nothing_invisible(text);
    assert_in_range(characters(text), 1, most);
    return characters(text);
}

static size_t check_elements(const struct json *list, size_t most) {
    size_t sum = 0;
    if (!list) return 0;
    assert_in_range(list->count, 1, 10);
    for (size_t i = 0; i < list->count; i++) sum += check_element(&list->items[i], most);
    return sum;
}

/* https://docs.slack.dev/reference/block-kit/blocks */
static void check_slack(const struct json *body, struct str said) {
    const struct json *blocks = json_get_text(body, "blocks");
    struct str fallback = text_at(body, "text");
    size_t sum = characters(fallback);
    (void)said;
    is_escaped(fallback);
    has_nothing_invisible(fallback);
    assert_false(json_get_text(body, "unfurl_links")->boolean);
    assert_false(json_get_text(body, "unfurl_media")->boolean);
    assert_in_range(blocks->count, 3, 50);
    for (size_t i = 0; i < blocks->count; i++) {
        const struct json *text = json_get_text(&blocks->items[i], "text");
        bool header = str_is(text_at(&blocks->items[i], "type"), "header");
        if (header) assert_true(str_is(text_at(text, "type"), "plain_text"));
        if (text) sum += check_element(text, header ? 150 : 3000);
        sum += check_elements(json_get_text(&blocks->items[i], "fields"), 2000);
        sum += check_elements(json_get_text(&blocks->items[i], "elements"), 2000);
    }
    assert_in_range(sum, 1, 8000);
    assert_in_range(characters(buf_str(&request.body)), 1, 12000);
}

static void slack_is_not_deceived(void **state) {
    (void)state;
    open_script("slack");
    each_hostile(check_slack);
}

#define UPDATED                                                                                    \
    "\"state\":\"updated\",\"revision\":2,\"more\":{\"count\":37,\"addresses\":3,"                 \
    "\"since\":\"2023-07-10T11:45:00Z\"}"

static void how(const char *state) {
    how_it_stands = state;
}

static int tear_down_how(void **state) {
    how("\"state\":\"open\",\"revision\":1");
    return tear_down(state);
}

static void slack_is_not_deceived_when_it_is_told_again(void **state) {
    (void)state;
    open_script("slack");
    how(UPDATED);
    each_hostile(check_slack);
    how("\"state\":\"resolved\",\"revision\":3");
    each_hostile(check_slack);
}

static void slack_tells_what_is_new_in_short(void **state) {
    (void)state;
    open_script("slack");
    how(UPDATED);
    const struct json *body = ask(alert_saying(STR("https://a.example/?x=1&y=2")));
    const struct json *blocks = json_get_text(body, "blocks");
    is_text(body, "text", "37 more from 3 addresses: 🟠 HIGH https://a.example/?x=1&amp;y=2");
    assert_int_equal(blocks->count, 3);
    is_text(&blocks->items[0], "text.text", "🟠 HIGH https://a.example/?x=1&amp;y=2");
    is_text(&blocks->items[1], "text.text", "37 more from 3 addresses");
    const struct json *footer = json_get_text(&blocks->items[2], "elements");
    is_text(&footer->items[0], "text", "alert 0123456789abcdef0123456789abcdef");
    is_text(&footer->items[1], "text", "<https://a.example/?x=1&amp;y=2>");
}

static void slack_says_when_it_is_over(void **state) {
    (void)state;
    open_script("slack");
    how("\"state\":\"resolved\",\"revision\":3");
    const struct json *body = ask(alert_saying(STR("x")));
    const struct json *blocks = json_get_text(body, "blocks");
    assert_int_equal(blocks->count, 3);
    is_text(&blocks->items[0], "text.text", "🟠 HIGH resolved: x");
    is_text(
        &blocks->items[1], "text.text", "Resolved. 3 matches, the last at 2023-07-10T11:46:00Z");
}

static void slack_is_not_deceived_by_the_naughty(void **state) {
    (void)state;
    open_script("slack");
    each_naughty(check_slack);
}

static void slack_shows_the_facts(void **state) {
    (void)state;
    open_script("slack");
    const struct json *body = ask(alert_saying(STR("https://a.example/?x=1&y=2")));
    is_text(body, "text", "🟠 HIGH https://a.example/?x=1&amp;y=2");
    is_text(&json_get_text(body, "blocks")->items[0], "text.text",
        "🟠 HIGH https://a.example/?x=1&amp;y=2");
    struct str all = buf_str(&request.body);
    assert_non_null(memmem(all.at, all.len, "alert 0123456789abcdef", 22));
    assert_non_null(memmem(all.at, all.len, "<https://a.example/?x=1&amp;y=2>", 32));
    assert_non_null(memmem(all.at, all.len, "\"2023-07-10T11:45:00Z\"", 22));
    assert_non_null(memmem(all.at, all.len, "\"https://a.example/?x=1&amp;y=2\"", 32));
    assert_int_equal(request.url.len, 0);
}

/* ---- PagerDuty ---- */

static void at_most(const struct json *root, const char *path, size_t most) {
    assert_in_range(characters(text_at(root, path)), 0, most);
    has_nothing_invisible(text_at(root, path));
}

static void check_pagerduty(const struct json *body, struct str said) {
    static const char *const allowed[] = {"critical", "error", "warning", "info", NULL};
    struct buf key = {0};
    (void)said;
    destination_placeholder(STR("routing_key"), &key);
    is_text(body, "routing_key", buf_text(&key));
    is_text(body, "event_action", "trigger");
    is_text(body, "dedup_key", "0123456789abcdef0123456789abcdef");
    at_most(body, "payload.summary", 1024);
    at_most(body, "payload.source", 255);
    at_most(body, "payload.component", 255);
    at_most(body, "payload.group", 255);
    at_most(body, "payload.class", 255);
    assert_true(text_at(body, "payload.source").len > 0);
    assert_true(is_one_of(text_at(body, "payload.severity"), allowed));
    assert_int_equal(json_path(body, STR("links"))->type, JSON_ARRAY);
    assert_in_range(request.body.len, 1, 500 * 1000);
    buf_release(&key);
}

static void pagerduty_keeps_its_limits(void **state) {
    (void)state;
    open_script("pagerduty");
    each_hostile(check_pagerduty);
}

static void pagerduty_keeps_its_limits_with_the_naughty(void **state) {
    (void)state;
    open_script("pagerduty");
    each_naughty(check_pagerduty);
}

static struct str alert_with(const char *severity, const char *state, const char *event) {
    const char *form = "{\"id\":\"abc\",\"rule\":\"r\",\"title\":\"T\",\"severity\":\"%s\",\"log\":"
                       "\"l\",\"time\":null,\"count\":1,\"references\":[],\"event\":%s,"
                       "\"context\":{},\"tags\":[],\"attack\":[],\"errors\":[],\"state\":\"%s\"}";
    return str_of(arena_format(&arena, form, severity, event, state));
}

static void pagerduty_knows_severities(void **state) {
    (void)state;
    static const char *const rows[][2] = {{"critical", "critical"}, {"high", "error"},
        {"medium", "warning"}, {"low", "info"}, {"info", "info"}};
    open_script("pagerduty");
    for (size_t i = 0; i < 5; i++) {
        const struct json *body = ask(alert_with(rows[i][0], "open", "{}"));
        is_text(body, "payload.severity", rows[i][1]);
        is_text(body, "payload.source", "l");
        assert_null(json_path(body, STR("payload.timestamp")));
    }
}

static void pagerduty_resolves(void **state) {
    (void)state;
    open_script("pagerduty");
    const struct json *body = ask(alert_with("high", "resolved", "{}"));
    is_text(body, "event_action", "resolve");
    is_text(body, "dedup_key", "abc");
    assert_int_equal(body->count, 3);
}

static void pagerduty_takes_what_is_new_to_the_same_incident(void **state) {
    (void)state;
    static const char *const rows[][2] = {
        {"{\"count\":37,\"addresses\":3}", "37 more from 3 addresses: T"},
        {"{\"count\":1,\"addresses\":1}", "1 more from 1 address: T"},
        {"{\"count\":2}", "2 more: T"},
    };
    open_script("pagerduty");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *state_and_more = arena_format(
            &arena, "updated\",\"more\":%s,\"x\":\"", rows[i][0]);
        const struct json *body = ask(alert_with("high", state_and_more, "{}"));
        is_text(body, "event_action", "trigger");
        is_text(body, "dedup_key", "abc");
        is_text(body, "payload.summary", rows[i][1]);
    }
}

/* It refuses an empty summary for good, and with it the alert. */
static void pagerduty_has_a_summary_whatever_the_title(void **state) {
    (void)state;
    open_script("pagerduty");
    struct str alert = str_of(
        "{\"id\":\"abc\",\"rule\":\"r.id\",\"title\":\" \\u200b\",\"severity\":\"low\","
        "\"references\":[],\"event\":{},\"context\":{},\"tags\":[],\"attack\":[],"
        "\"errors\":[],\"state\":\"open\"}");
    is_text(ask(alert), "payload.summary", "r.id");
}

static void pagerduty_leaves_out_what_is_too_large(void **state) {
    (void)state;
    open_script("pagerduty");
    struct str large = repeated("x", 100 * 1000);
    struct str event = str_of(arena_format(&arena,
        "{\"eventID\":\"e1\",\"requestParameters\":{\"a\":\"%s\"},\"small\":[1,2]}", large.at));
    const struct json *body = ask(alert_with("high", "open", event.at));
    is_text(body, "payload.custom_details.event.eventID", "e1");
    is_text(body, "payload.custom_details.event.requestParameters",
        "(left out: too large; the store has it)");
    assert_int_equal(json_path(body, STR("payload.custom_details.event.small"))->count, 2);
}

static void pagerduty_goes_where_it_is_told(void **state) {
    (void)state;
    struct buf want = {0};
    open_script("pagerduty");
    ask(alert_with("high", "open", "{}"));
    destination_placeholder(STR("url"), &want);
    assert_string_equal(buf_text(&request.url), want.at);
    buf_release(&want);
    destination.url.text = STR("");
    ask(alert_with("high", "open", "{}"));
    assert_string_equal(buf_text(&request.url), "https://events.pagerduty.com/v2/enqueue");
}

static void notes_are_one_line(void **state) {
    (void)state;
    struct str alert = str_of(
        "{\"id\":\"abc\",\"rule\":\"r\",\"title\":\"T\",\"severity\":\"low\","
        "\"log\":\"l\",\"time\":null,\"count\":1,\"references\":[],\"event\":{},"
        "\"context\":{},\"tags\":[],\"attack\":[],\"errors\":[],\"notes\":["
        "{\"note\":\"duplicate-key\",\"path\":\"a.b\"},"
        "{\"note\":\"nul\",\"path\":\"<c>\\nd\"},"
        "{\"note\":\"more\",\"count\":3}],\"state\":\"open\"}");
    open_script("pagerduty");
    is_text(ask(alert), "payload.custom_details.notes", "duplicate-key a.b; nul <c> d; 3 more");
    close_script();
    open_script("slack");
    ask(alert);
    const char *fact = strstr(buf_text(&request.body), "Odd in the event");
    assert_non_null(fact);
    assert_non_null(strstr(fact, "\"duplicate-key a.b; nul &lt;c&gt; d; 3 more\""));
    close_script();
    open_script("pagerduty");
    const struct json *body = ask(alert_with("high", "open", "{}"));
    assert_null(json_path(body, STR("payload.custom_details.notes")));
}

/* ---- webhook ---- */

static void webhook_sends_the_alert_itself(void **state) {
    (void)state;
    open_script("webhook");
    struct str alert = alert_saying(STR("<!channel> & \xe2\x80\xae \"quoted\""));
    ask(alert);
    assert_true(str_eq(buf_str(&request.body), alert));
}

/* CloudTrail's largest events have 256 kB. */
static void large_events_are_sent(void **state) {
    (void)state;
    static const char *const types[] = {"slack", "pagerduty", "webhook"};
    struct str parts = repeated("{\"name\":\"value of some length\",\"n\":[1,2,3]},", 250 * 1000);
    struct str event = str_of(
        arena_format(&arena, "{\"eventID\":\"e1\",\"list\":[%snull]}", parts.at));
    struct str alert = alert_with("high", "open", event.at);
    for (size_t i = 0; i < 3; i++) {
        open_script(types[i]);
        ask(alert);
        close_script();
    }
}

/* ---- verdicts ---- */

static void verdicts_of_slack(void **state) {
    (void)state;
    static const struct {
        long status;
        const char *body;
        enum destination_verdict want;
    } rows[] = {
        {200, "ok", VERDICT_DONE},
        {200, "{\"ok\":true}", VERDICT_DONE},
        {200, "{\"ok\":false,\"error\":\"x\"}", VERDICT_LATER},
        {200, "<html>please sign in</html>", VERDICT_LATER},
        {200, "", VERDICT_DONE},
        {400, "invalid_payload", VERDICT_BY_STATUS},
        {429, "", VERDICT_BY_STATUS},
        {500, "ok", VERDICT_BY_STATUS},
    };
    open_script("slack");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct diag diag = {0};
        assert_int_equal(
            destination_script_verdict(script, rows[i].status, str_of(rows[i].body), &diag),
            rows[i].want);
        assert_false(diag.set);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#define TEST_HOW(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down_how)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(slack_is_not_deceived),
        TEST_HOW(slack_is_not_deceived_when_it_is_told_again),
        TEST_HOW(slack_tells_what_is_new_in_short),
        TEST_HOW(slack_says_when_it_is_over),
        TEST(slack_is_not_deceived_by_the_naughty),
        TEST(slack_shows_the_facts),
        TEST(pagerduty_keeps_its_limits),
        TEST(pagerduty_keeps_its_limits_with_the_naughty),
        TEST(pagerduty_knows_severities),
        TEST(pagerduty_resolves),
        TEST(pagerduty_takes_what_is_new_to_the_same_incident),
        TEST(pagerduty_has_a_summary_whatever_the_title),
        TEST(pagerduty_leaves_out_what_is_too_large),
        TEST(pagerduty_goes_where_it_is_told),
        TEST(notes_are_one_line),
        TEST(webhook_sends_the_alert_itself),
        TEST(large_events_are_sent),
        TEST(verdicts_of_slack),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
