/* https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
#include "base/buf.h"
#include "base/overlay.h"
#include "cmd/findings.h"
#include "model/finding.h"
#include "text/json.h"

#include <stdlib.h>

#define SCHEMA "https://json.schemastore.org/sarif-2.1.0.json"

static void open_object(struct buf *to, const char *key) {
    json_print_key(to, key);
    buf_add_char(to, '{');
}

static void print_message(struct buf *to, const char *key, const char *text) {
    open_object(to, key);
    json_print_member(to, "text", str_of(text));
    buf_add_char(to, '}');
}

/* ---- the rules ---- */

static void print_rule(struct buf *to, const struct finding *finding) {
    struct buf page = {0};
    buf_add_char(to, '{');
    json_print_member(to, "id", str_of(finding->code));
    print_message(to, "shortDescription", finding->title);
    print_message(to, "fullDescription", finding->meaning);
    finding_explain(finding, &page);
    print_message(to, "help", buf_text(&page));
    open_object(to, "defaultConfiguration");
    json_print_member(to, "level", str_of(diag_level_name(finding->level)));
    buf_add_text(to, "}}");
    buf_release(&page);
}

static void print_rules(struct buf *to) {
    const struct finding *finding;
    json_print_key(to, "rules");
    for (size_t i = 0; (finding = finding_at(i)); i++) {
        buf_add_char(to, i ? ',' : '[');
        print_rule(to, finding);
    }
    buf_add_char(to, ']');
}

static int64_t index_of(const char *code) {
    const struct finding *finding;
    for (size_t i = 0; (finding = finding_at(i)); i++)
        if (strcmp(finding->code, code) == 0) return (int64_t)i;
    return -1;
}

/* ---- the results ---- */

/* Columns of SARIF count characters here, ours count bytes. */
static unsigned in_characters(const struct place *place) {
    char *line = NULL;
    size_t room = 0;
    unsigned count = 1;
    FILE *in = overlay_open(place->file);
    ssize_t got = in ? 0 : -1;
    for (unsigned i = 0; i < place->line && got >= 0; i++) got = getline(&line, &room, in);
    for (ssize_t i = 0; i + 1 < (ssize_t)place->column; i++)
        count += i >= got || ((unsigned char)line[i] & 0xC0) != 0x80;
    if (in) fclose(in);
    free(line);
    return count;
}

/* A relative reference, or a file URI: what may stand in a path stands there, all else is escaped. */
static void print_uri(struct buf *to, const char *file) {
    static const char plain[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/";
    struct buf uri = {0};
    if (file[0] == '/') buf_add_text(&uri, "file://");
    for (; *file; file++)
        if (strchr(plain, *file))
            buf_add_char(&uri, *file);
        else
            buf_add_format(&uri, "%%%02X", (unsigned char)*file);
    open_object(to, "artifactLocation");
    json_print_member(to, "uri", buf_str(&uri));
    buf_add_char(to, '}');
    buf_release(&uri);
}

static int64_t count_characters(const char *text) {
    int64_t count = 0;
    for (; *text; text++) count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

/* The place, or `was` that stands there where it is not NULL. */
static void print_region(
    struct buf *to, const char *key, const struct place *place, const char *was) {
    unsigned column = place->column ? in_characters(place) : 0;
    open_object(to, key);
    json_print_member_integer(to, "startLine", place->line);
    if (column) json_print_member_integer(to, "startColumn", column);
    if (column && was) json_print_member_integer(to, "endColumn", column + count_characters(was));
    buf_add_char(to, '}');
}

static void print_location(struct buf *to, const struct place *place) {
    json_print_key(to, "locations");
    buf_add_char(to, '[');
    if (place->file) {
        buf_add_char(to, '{');
        open_object(to, "physicalLocation");
        print_uri(to, place->file);
        if (place->line) print_region(to, "region", place, NULL);
        buf_add_text(to, "}}");
    }
    buf_add_char(to, ']');
}

static void print_fix(struct buf *to, const struct diag_entry *entry) {
    json_print_key(to, "fixes");
    buf_add_text(to, "[{");
    json_print_key(to, "artifactChanges");
    buf_add_text(to, "[{");
    print_uri(to, entry->place.file);
    json_print_key(to, "replacements");
    buf_add_text(to, "[{");
    print_region(to, "deletedRegion", &entry->place, entry->was);
    print_message(to, "insertedContent", entry->fix);
    buf_add_text(to, "}]}]}]");
}

static void print_result(struct buf *to, const struct diag_entry *entry) {
    buf_add_char(to, '{');
    if (entry->code && index_of(entry->code) >= 0) {
        json_print_member(to, "ruleId", str_of(entry->code));
        json_print_member_integer(to, "ruleIndex", index_of(entry->code));
    }
    json_print_member(to, "level", str_of(diag_level_name(entry->level)));
    print_message(to, "message", entry->text);
    print_location(to, &entry->place);
    if (entry->fix && entry->place.file) print_fix(to, entry);
    buf_add_char(to, '}');
}

static void print_results(struct buf *to, const struct diags *diags) {
    json_print_key(to, "results");
    buf_add_char(to, '[');
    for (size_t i = 0; i < diags->count; i++) {
        if (i) buf_add_char(to, ',');
        print_result(to, &diags->list[i]);
    }
    buf_add_char(to, ']');
}

static void print_tool(struct buf *to) {
    open_object(to, "tool");
    open_object(to, "driver");
    json_print_member(to, "name", STR("tocsin"));
    json_print_member(to, "version", STR(VERSION));
    print_rules(to);
    buf_add_text(to, "}}");
}

void findings_print_sarif(const struct diags *diags, FILE *to) {
    struct buf text = {0};
    buf_add_char(&text, '{');
    json_print_member(&text, "$schema", STR(SCHEMA));
    json_print_member(&text, "version", STR("2.1.0"));
    json_print_key(&text, "runs");
    buf_add_text(&text, "[{");
    print_tool(&text);
    json_print_member(&text, "columnKind", STR("unicodeCodePoints"));
    print_results(&text, diags);
    buf_add_text(&text, "}]}\n");
    fwrite(text.at, 1, text.len, to);
    buf_release(&text);
}
