#include "cmd/test_failed.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/file_new.h"
#include "base/hash.h"
#include "text/json.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_LIMIT = 16 << 20, NAME_DIGITS = 16 };

/* ---- the file ---- */

static const char *cache_dir(struct arena *arena) {
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (cache && cache[0] == '/') return path_join(arena, cache, "tocsin");
    return home && home[0] == '/' ? path_join(arena, home, ".cache/tocsin") : NULL;
}

/* A directory, a file. */
static const char *file_path(struct arena *arena) {
    const char *dir = cache_dir(arena);
    char here[PATH_MAX], hex[HASH_HEX];
    if (!dir || !getcwd(here, sizeof here)) return NULL;
    struct hash *hash = hash_new();
    hash_part(hash, str_of(here));
    hash_hex(hash, hex);
    hash_free(hash);
    return arena_format(arena, "%s/failed-%.*s", dir, NAME_DIGITS, hex);
}

/* `["rule","test"]` a line; what cannot be read is passed over. */
static void read_line(struct failed_tests *failed, struct str line) {
    const struct json *pair = json_parse(&failed->arena, line, NULL, NULL);
    if (!pair || pair->type != JSON_ARRAY || pair->count != 2) return;
    failed->list = arena_grow(&failed->arena, failed->list, failed->count);
    failed->list[failed->count++] = (struct failed_test){
        .rule = json_string(&pair->items[0]), .test = json_string(&pair->items[1])};
}

static void read_lines(struct failed_tests *failed, struct str text) {
    while (text.len) {
        const char *end = memchr(text.at, '\n', text.len);
        size_t len = end ? (size_t)(end - text.at) : text.len;
        read_line(failed, (struct str){text.at, len});
        len += end != NULL;
        text = (struct str){text.at + len, text.len - len};
    }
}

void failed_tests_load(struct failed_tests *failed) {
    struct buf bytes = {0};
    struct diag ignored = {0};
    *failed = (struct failed_tests){0};
    failed->path = file_path(&failed->arena);
    failed->known = failed->path && file_read(failed->path, FILE_LIMIT, &bytes, &ignored);
    if (failed->known) read_lines(failed, buf_str(&bytes));
    failed->before = failed->count;
    buf_release(&bytes);
}

void failed_tests_release(struct failed_tests *failed) {
    arena_release(&failed->arena);
}

/* ---- what is in it ---- */

static struct failed_test *find(
    const struct failed_tests *failed, struct str rule, struct str test) {
    for (size_t i = 0; i < failed->before; i++)
        if (str_eq(failed->list[i].rule, rule) && str_eq(failed->list[i].test, test))
            return &failed->list[i];
    return NULL;
}

bool failed_tests_has(const struct failed_tests *failed, struct str rule, struct str test) {
    return find(failed, rule, test) != NULL;
}

void failed_tests_note(struct failed_tests *failed, struct str rule, struct str test, bool passed) {
    struct failed_test *before = find(failed, rule, test);
    if (before) before->again = true;
    if (passed) return;
    failed->list = arena_grow(&failed->arena, failed->list, failed->count);
    failed->list[failed->count++] = (struct failed_test){.rule = rule, .test = test};
}

/* ---- writing ---- */

static void print(struct buf *to, const struct failed_tests *failed) {
    for (size_t i = 0; i < failed->count; i++) {
        if (failed->list[i].again) continue;
        buf_add_char(to, '[');
        json_print_string(to, failed->list[i].rule);
        buf_add_char(to, ',');
        json_print_string(to, failed->list[i].test);
        buf_add_text(to, "]\n");
    }
}

bool failed_tests_save(const struct failed_tests *failed, struct diag *diag) {
    struct buf text = {0};
    if (!failed->path) return diag_set(diag, "neither XDG_CACHE_HOME nor HOME is set");
    print(&text, failed);
    bool good = file_replace(failed->path, buf_str(&text), diag);
    buf_release(&text);
    return good;
}
