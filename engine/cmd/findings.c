#include "cmd/findings.h"

#include "base/buf.h"
#include "model/finding.h"
#include "text/json.h"

/* ---- one JSON object a line ---- */

static void print_place(struct buf *to, const struct place *place) {
    if (place->file) json_print_member(to, "file", str_of(place->file));
    if (place->line) json_print_member_integer(to, "line", place->line);
    if (place->column) json_print_member_integer(to, "column", place->column);
}

static void print_fix(struct buf *to, const struct diag_entry *entry) {
    json_print_key(to, "fix");
    buf_add_char(to, '{');
    json_print_member(to, "was", str_of(entry->was));
    json_print_member(to, "fix", str_of(entry->fix));
    buf_add_char(to, '}');
}

static void print_json(struct buf *to, const struct diag_entry *entry) {
    buf_add_char(to, '{');
    if (entry->code) json_print_member(to, "code", str_of(entry->code));
    json_print_member(to, "level", str_of(diag_level_name(entry->level)));
    print_place(to, &entry->place);
    json_print_member(to, "message", str_of(entry->text));
    if (entry->fix) print_fix(to, entry);
    buf_add_text(to, "}\n");
}

/* ---- workflow commands of GitHub ---- */

/* In a property ':' and ',' are escaped, too. */
static void escape(struct buf *to, const char *text, const char *special) {
    for (; *text; text++)
        if (strchr(special, *text))
            buf_add_format(to, "%%%02X", (unsigned char)*text);
        else
            buf_add_char(to, *text);
}

static void print_github(struct buf *to, const struct diag_entry *entry) {
    static const char *const commands[] = {
        [DIAG_ERROR] = "error", [DIAG_WARNING] = "warning", [DIAG_NOTE] = "notice"};
    const struct place *place = &entry->place;
    buf_add_format(to, "::%s ", commands[entry->level]);
    if (place->file) {
        buf_add_text(to, "file=");
        escape(to, place->file, "%\r\n:,");
    }
    if (place->file && place->line) buf_add_format(to, ",line=%u", place->line);
    if (place->file && place->column) buf_add_format(to, ",col=%u", place->column);
    buf_add_format(
        to, "%stitle=tocsin %s::", place->file ? "," : "", entry->code ? entry->code : "check");
    escape(to, entry->text, "%\r\n");
    buf_add_char(to, '\n');
}

static void print_each(const struct diags *diags, FILE *to,
    void (*print)(struct buf *to, const struct diag_entry *entry)) {
    struct buf text = {0};
    for (size_t i = 0; i < diags->count; i++) {
        buf_reset(&text);
        print(&text, &diags->list[i]);
        fwrite(text.at, 1, text.len, to);
    }
    buf_release(&text);
}

void findings_print(const struct diags *diags, enum findings_format format, FILE *to, bool color) {
    switch (format) {
    case FINDINGS_TEXT: diags_print(diags, to, color); break;
    case FINDINGS_JSON: print_each(diags, to, print_json); break;
    case FINDINGS_SARIF: findings_print_sarif(diags, to); break;
    case FINDINGS_GITHUB: print_each(diags, to, print_github); break;
    }
}
