#include "pretty.h"

#include "base/buf.h"
#include "text/json.h"

#include <stdio.h>
#include <unistd.h>

enum { WIDTH = 76, LABEL = 20 }; /* with its box 80; a label and the blank behind it */

#define BOLD "\033[1m"
#define DIM "\033[2m"

static bool in_color;
static const char *bar_color;

/* ---- a box of lines ---- */

static const char *color(const char *code) {
    return in_color ? code : "";
}

static void rule(const char *corner, const char *text) {
    size_t used = 0;
    for (const char *at = text; *at; at++) used += (*at & 0xc0) != 0x80;
    printf("%s%s─ %s%s%s%s ", color(bar_color), corner, color("\033[0m"), color(BOLD), text,
        color("\033[0m"));
    printf("%s", color(bar_color));
    for (; used < WIDTH; used++) fputs("─", stdout);
    printf("%s\n", color("\033[0m"));
}

static void begin_line(const char *style) {
    printf("%s│%s %s", color(bar_color), color("\033[0m"), color(style));
}

/* A control character in a message must not steer this terminal. */
static void put(const char *at, size_t len) {
    for (size_t i = 0; i < len; i++)
        putchar((unsigned char)at[i] < ' ' || at[i] == 0x7f ? '?' : at[i]);
}

/* The bytes of the next line: up to a line's end, or to the last blank that fits. */
static size_t line_length(struct str text, size_t width) {
    size_t columns = 0, blank = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '\n') return i;
        if (text.at[i] == ' ') blank = i;
        columns += (text.at[i] & 0xc0) != 0x80;
        if (columns > width) return blank ? blank : i;
    }
    return text.len;
}

static void put_label(struct str label) {
    put(label.at, label.len);
    for (size_t used = label.len; used < LABEL; used++) putchar(' ');
}

/* The label stands before the first line; the others hang below the value. */
static void lines(struct str label, size_t indent, struct str text, const char *style) {
    while (text.len) {
        size_t len = line_length(text, WIDTH - indent);
        begin_line(style);
        if (indent) put_label(label);
        put(text.at, len);
        printf("%s\n", color("\033[0m"));
        len += len < text.len && (text.at[len] == '\n' || text.at[len] == ' ');
        text = (struct str){text.at + len, text.len - len};
        label.len = 0;
    }
}

static void paragraph(struct str text, const char *style) {
    lines((struct str){0}, 0, text, style);
}

/* A label that is too long for its column has a line of its own. */
static void labelled(const char *name, struct str value) {
    struct str label = str_of(name);
    if (value.len && label.len >= LABEL) {
        paragraph(label, "");
        label.len = 0;
    }
    lines(label, LABEL, value, "");
}

/* ---- Slack ---- */

static void unescape(struct str text, struct buf *to) {
    static const struct {
        struct str from;
        char to;
    } names[] = {{{"&lt;", 4}, '<'}, {{"&gt;", 4}, '>'}, {{"&amp;", 5}, '&'}};
    for (size_t i = 0; i < text.len;) {
        struct str rest = {text.at + i, text.len - i};
        size_t n = 0;
        while (n < 3 && !str_starts(rest, names[n].from)) n++;
        buf_add_char(to, n < 3 ? names[n].to : text.at[i]);
        i += n < 3 ? names[n].from.len : 1;
    }
}

static void slack_text(const struct json *text, const char *style) {
    struct buf plain = {0};
    unescape(json_string(json_get_text(text, "text")), &plain);
    paragraph(buf_str(&plain), style);
    buf_release(&plain);
}

/* Our labels are mrkdwn, *bold*; a link is <url>. */
static struct str bare(struct str text) {
    bool marked = text.len > 2 && (*text.at == '*' || *text.at == '<');
    return marked ? (struct str){text.at + 1, text.len - 2} : text;
}

static void slack_elements(const struct json *list) {
    for (size_t i = 0; list && list->type == JSON_ARRAY && i < list->count; i++) {
        struct buf plain = {0};
        unescape(bare(json_string(json_get_text(&list->items[i], "text"))), &plain);
        paragraph(buf_str(&plain), DIM);
        buf_release(&plain);
    }
}

/* Two columns, as Slack shows them: a label and its value. */
static void slack_fields(const struct json *list) {
    for (size_t i = 0; list && list->type == JSON_ARRAY && i + 1 < list->count; i += 2) {
        struct str label = bare(json_string(json_get_text(&list->items[i], "text")));
        struct buf plain = {0};
        char name[64];
        snprintf(name, sizeof name, "%.*s", STR_ARG(label));
        unescape(json_string(json_get_text(&list->items[i + 1], "text")), &plain);
        labelled(name, buf_str(&plain));
        buf_release(&plain);
    }
}

static void slack_block(const struct json *block) {
    struct str type = json_string(json_get_text(block, "type"));
    if (str_is(type, "divider")) paragraph(STR("· · ·"), DIM);
    slack_text(json_get_text(block, "text"), str_is(type, "header") ? BOLD : "");
    slack_fields(json_get_text(block, "fields"));
    slack_elements(json_get_text(block, "elements"));
}

static void slack_blocks(const struct json *blocks) {
    for (size_t i = 0; blocks && blocks->type == JSON_ARRAY && i < blocks->count; i++)
        slack_block(&blocks->items[i]);
}

static void print_slack(const struct json *message) {
    const struct json *attachments = json_get_text(message, "attachments");
    slack_blocks(json_get_text(message, "blocks"));
    for (size_t i = 0; attachments && attachments->type == JSON_ARRAY && i < attachments->count;
         i++)
        slack_blocks(json_get_text(&attachments->items[i], "blocks"));
}

/* ---- PagerDuty ---- */

static void details(const struct json *object) {
    struct buf text = {0};
    for (size_t i = 0; object && object->type == JSON_OBJECT && i < object->count; i++) {
        const struct json_member *member = &object->members[i];
        char label[64];
        snprintf(label, sizeof label, "%.*s", STR_ARG(member->key));
        buf_reset(&text);
        if (member->value.type >= JSON_ARRAY && member->value.count == 0) continue;
        if (json_is_string(&member->value))
            buf_add_str(&text, json_string(&member->value));
        else
            json_print(&text, &member->value);
        if (text.len > 2 * WIDTH) text.len = 2 * WIDTH;
        labelled(label, buf_str(&text));
    }
    buf_release(&text);
}

static void print_pagerduty(const struct json *message) {
    static const char *const labels[] = {
        "severity", "source", "component", "group", "class", "timestamp", NULL};
    const struct json *payload = json_get_text(message, "payload");
    paragraph(json_string(json_get_text(payload, "summary")), BOLD);
    for (size_t i = 0; labels[i]; i++)
        labelled(labels[i], json_string(json_get_text(payload, labels[i])));
    labelled("action", json_string(json_get_text(message, "event_action")));
    labelled("dedup key", json_string(json_get_text(message, "dedup_key")));
    details(json_get_text(payload, "custom_details"));
}

/* ---- all ---- */

static void print_webhook(const struct json *alert) {
    static const char *const labels[] = {"title", "severity", "rule", "time", "id", NULL};
    for (size_t i = 0; labels[i]; i++)
        labelled(labels[i], json_string(json_get_text(alert, labels[i])));
}

static const struct {
    const char *key; /* that tells this kind of message from the others */
    const char *name, *color;
    void (*print)(const struct json *message);
} kinds[] = {
    {"routing_key", "PagerDuty incident", "\033[32m", print_pagerduty},
    {"blocks", "Slack message", "\033[35m", print_slack},
    {"attachments", "Slack message", "\033[35m", print_slack},
    {"schema", "webhook", "\033[34m", print_webhook},
};

void pretty_print(const char *path, struct str body, int answered) {
    struct arena arena;
    struct diag diag = {0};
    char title[160], foot[32];
    size_t kind = 0, count = sizeof kinds / sizeof *kinds;
    in_color = isatty(STDOUT_FILENO);
    arena_init(&arena);
    const struct json *message = json_parse(&arena, body, NULL, &diag);
    while (kind < count && !json_get_text(message, kinds[kind].key)) kind++;
    bar_color = kind < count ? kinds[kind].color : "";
    snprintf(title, sizeof title, "%s  %.100s", kind < count ? kinds[kind].name : "request", path);
    snprintf(foot, sizeof foot, answered ? "answered %d" : "not answered", answered);
    putchar('\n');
    rule("╭", title);
    if (kind < count)
        kinds[kind].print(message);
    else
        paragraph((struct str){body.at, body.len < 5 * WIDTH ? body.len : 5 * WIDTH}, "");
    rule("╰", foot);
    fflush(stdout);
    arena_release(&arena);
}
