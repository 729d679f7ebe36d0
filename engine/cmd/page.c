#include "cmd/page.h"

#include "base/hash.h"
#include "base/log.h"
#include "cmd/output.h"
#include "cmd/page_parts.h"

#include <errno.h>

enum { PAGE_PLAIN = 256 << 10 };

FILE *page_open(const char *path) {
    FILE *file = fopen(path, "w");
    if (!file) log_error("cannot open '%s': %s", path, strerror(errno));
    return file;
}

/* ---- text in HTML ---- */

static void add_text(struct buf *to, struct str text) {
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '<')
            buf_add_text(to, "&lt;");
        else if (c == '&')
            buf_add_text(to, "&amp;");
        else
            buf_add_char(to, c);
    }
}

/* Only strings of JSON hold a '<', and none of theirs may end the element. */
static void add_json(struct buf *to, struct str json) {
    for (const char *less; (less = memchr(json.at, '<', json.len));) {
        size_t before = (size_t)(less - json.at);
        buf_add(to, json.at, before);
        buf_add_text(to, "\\u003c");
        json = (struct str){less + 1, json.len - before - 1};
    }
    buf_add_str(to, json);
}

/* ---- what may run ---- */

static void add_source(struct buf *to, struct str code) {
    unsigned char digest[HASH_SIZE];
    hash_bytes(code, digest);
    buf_add_text(to, "'sha256-");
    base64_encode((struct str){(const char *)digest, sizeof digest}, to);
    buf_add_char(to, '\'');
}

/* This style and this script, and nothing from anywhere. */
static void add_policy(struct buf *to, struct str script) {
    buf_add_text(to, "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "script-src ");
    add_source(to, script);
    buf_add_text(to, "; style-src ");
    add_source(to, page_style());
    buf_add_text(to, "; base-uri 'none'; form-action 'none'\">\n");
}

/* ---- the whole ---- */

static void add_head(struct buf *to, const struct page *page, struct str script) {
    buf_add_text(to, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    add_policy(to, script);
    buf_add_text(to, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<meta name=\"referrer\" content=\"no-referrer\">\n<title>");
    add_text(to, page->title);
    buf_add_text(to, "</title>\n<style>");
    buf_add_str(to, page_style());
    buf_add_text(to, "</style>\n</head>\n");
}

static void add_details(struct buf *to, const struct pack *details) {
    struct str left = buf_str(&details->chunks);
    for (const char *end; left.len && (end = memchr(left.at, '\n', left.len));) {
        size_t len = (size_t)(end - left.at);
        buf_add_text(to, "<script type=\"text/plain\" class=\"pack\">");
        buf_add(to, left.at, len);
        buf_add_text(to, "</script>\n");
        left = (struct str){end + 1, left.len - len - 1};
    }
}

/* One that is long is packed, too: browsers read that sooner. */
static void add_summary(struct buf *to, struct str summary) {
    struct pack pack = {0};
    bool packs = summary.len > PAGE_PLAIN;
    buf_add_format(
        to, "<script type=\"%s\" id=\"summary\">", packs ? "text/plain" : "application/json");
    if (packs) pack_text(&pack, summary);
    if (packs)
        buf_add_str(to, buf_str(&pack.chunks));
    else
        add_json(to, summary);
    buf_add_text(to, "</script>\n");
    pack_release(&pack);
}

static void add_body(struct buf *to, const struct page *page, struct str script) {
    buf_add_text(to, "<body>\n<noscript><p>");
    add_text(to, page->totals);
    buf_add_text(
        to, " The rest of this page is drawn by its script, which is off.</p></noscript>\n");
    buf_add_str(to, page_body());
    add_summary(to, page->summary);
    if (page->details) add_details(to, page->details);
    buf_add_text(to, "<script>");
    buf_add_str(to, script);
    buf_add_text(to, "</script>\n</body>\n</html>\n");
}

bool page_write(const struct page *page, FILE *to) {
    struct buf script = {0}, text = {0};
    page_add_script(&script, page->kind);
    add_head(&text, page, buf_str(&script));
    add_body(&text, page, buf_str(&script));
    fwrite(text.at, 1, text.len, to);
    buf_release(&script);
    buf_release(&text);
    return output_close(to);
}
