/* YAML: a fault is told with a place that is in the file; what is taken is the same when it is
 * printed as JSON, which is YAML too, and read again. */
#include "fuzz.h"

#include "text/yaml.h"

enum { LONG_KEY = 900 }; /* libyaml takes no longer ones without a `?` */

static unsigned count_lines(struct str text) {
    unsigned lines = 1;
    for (size_t i = 0; i < text.len; i++)
        lines += text.at[i] == '\n' || text.at[i] == '\r' || (unsigned char)text.at[i] >= 0x80;
    return lines;
}

static void check_places(const struct diags *diags, struct str text) {
    unsigned lines = count_lines(text) + 1;
    for (size_t i = 0; i < diags->count; i++) {
        const struct diag_entry *entry = &diags->list[i];
        demand(entry->place.file && entry->place.line <= lines, "%u:%u: %s", entry->place.line,
            entry->place.column, entry->text);
        demand(*entry->text, "no text");
    }
}

/* Whether JSON can say it in a way that YAML 1.1's reader takes: no unprintable characters. */
static bool is_yaml_too(const struct json *json) {
    for (size_t i = 0; i < json->count && json->type == JSON_ARRAY; i++)
        if (!is_yaml_too(&json->items[i])) return false;
    for (size_t i = 0; i < json->count && json->type == JSON_OBJECT; i++)
        if (json->members[i].key.len > LONG_KEY || !is_yaml_too(&json->members[i].value))
            return false;
    return true;
}

static bool is_plain_ascii(struct str text) {
    for (size_t i = 0; i < text.len; i++)
        if (text.at[i] < ' ' || text.at[i] > '~') return false;
    return true;
}

static void check_again(struct arena *arena, const struct json *json) {
    struct buf printed = {0};
    struct diags diags = {0};
    struct yaml_documents again = {0};
    json_print(&printed, json);
    if (is_plain_ascii(buf_str(&printed)) && is_yaml_too(json)) {
        yaml_parse(&again, arena, "again.yaml", buf_str(&printed), &diags);
        demand(!diags.count && again.count == 1, "%s: %s", buf_text(&printed),
            diags.count ? diags.list[0].text : "not one document");
        demand(json_equal(json, yaml_to_json(arena, again.list)), "%s", buf_text(&printed));
    }
    diags_release(&diags);
    buf_release(&printed);
}

static void check_json(struct arena *arena, const struct json *json) {
    struct buf printed = {0};
    struct diag diag = {0};
    json_print(&printed, json);
    demand(
        json_parse(arena, buf_str(&printed), NULL, &diag), "%s: %s", buf_text(&printed), diag.text);
    buf_release(&printed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct str text = fuzz_input(bytes, size);
    struct arena arena = {0};
    struct diags diags = {0};
    struct yaml_documents documents = {0};
    bool good = yaml_parse(&documents, &arena, "x.yaml", text, &diags);
    demand(good == !diags.errors, "%zu errors", diags.errors);
    check_places(&diags, text);
    for (size_t i = 0; i < documents.count; i++) {
        const struct json *json = yaml_to_json(&arena, &documents.list[i]);
        check_json(&arena, json);
        if (good) check_again(&arena, json);
    }
    diags_release(&diags);
    arena_release(&arena);
    return 0;
}
