#include "cmd/fixes.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/file_new.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/plain.h"

enum { FILE_LIMIT = 4 << 20 };

/* A file that is being rewritten. */
struct rewrite {
    const char *path;
    struct buf old, new;
    size_t taken;   /* so many bytes of `old` are in `new` */
    size_t line_at; /* where line number `line` of `old` begins */
    unsigned line;  /* from 1 */
    size_t count;
    struct buf told; /* what is said of it once it is written */
};

static void go_to_line(struct rewrite *rewrite, unsigned line) {
    const char *text = buf_text(&rewrite->old);
    while (rewrite->line < line) {
        const char *end = memchr(
            text + rewrite->line_at, '\n', rewrite->old.len - rewrite->line_at);
        if (!end) return;
        rewrite->line_at = (size_t)(end - text) + 1;
        rewrite->line++;
    }
}

/* Where the finding says, if that is what stands there: not in quotes, and not changed before. */
static bool find(struct rewrite *rewrite, const struct diag_entry *entry, size_t *at) {
    size_t len = strlen(entry->was);
    go_to_line(rewrite, entry->place.line);
    *at = rewrite->line_at + entry->place.column - 1;
    return rewrite->line == entry->place.line && *at >= rewrite->taken &&
           *at + len <= rewrite->old.len && memcmp(rewrite->old.at + *at, entry->was, len) == 0;
}

static void take_until(struct rewrite *rewrite, size_t at) {
    buf_add(&rewrite->new, buf_text(&rewrite->old) + rewrite->taken, at - rewrite->taken);
    rewrite->taken = at;
}

static void tell(struct buf *to, const struct diag_entry *entry) {
    plain_print(to, str_of(entry->place.file));
    buf_add_format(to, ":%u:%u: fixed: '", entry->place.line, entry->place.column);
    plain_print(to, str_of(entry->was));
    buf_add_text(to, "' is now '");
    plain_print(to, str_of(entry->fix));
    buf_add_text(to, "'\n");
}

static void apply(struct rewrite *rewrite, const struct diag_entry *entry) {
    size_t at;
    if (!find(rewrite, entry, &at)) return;
    take_until(rewrite, at);
    buf_add_text(&rewrite->new, entry->fix);
    rewrite->taken += strlen(entry->was);
    rewrite->count++;
    tell(&rewrite->told, entry);
}

/* ---- the difference ---- */

static struct str next_line(struct str *rest) {
    const char *end = memchr(rest->at, '\n', rest->len);
    struct str line = {rest->at, end ? (size_t)(end - rest->at) : rest->len};
    size_t passed = line.len + (end != NULL);
    *rest = (struct str){rest->at + passed, rest->len - passed};
    return line;
}

static void print_line(char sign, struct str line) {
    char *shown = mem_copy(line.at, line.len);
    log_redact(shown);
    printf("%c%s\n", sign, shown);
    mem_free(shown);
}

static void print_difference(const struct rewrite *rewrite) {
    struct str old = buf_str(&rewrite->old), new = buf_str(&rewrite->new);
    printf("--- %s\n+++ %s\n", rewrite->path, rewrite->path);
    for (unsigned number = 1; old.len || new.len; number++) {
        struct str was = next_line(&old), is = next_line(&new);
        if (str_eq(was, is)) continue;
        printf("@@ -%u +%u @@\n", number, number);
        print_line('-', was);
        print_line('+', is);
    }
}

/* ---- all files ---- */

static bool replace(const struct rewrite *rewrite) {
    struct diag diag = {0};
    bool good = file_replace(rewrite->path, buf_str(&rewrite->new), &diag);
    if (good)
        fputs(buf_text(&rewrite->told), stderr);
    else
        log_error("%s", diag.text);
    return good;
}

static size_t fix_file(const struct diag_entry *first, size_t count, bool dry_run) {
    struct rewrite rewrite = {.path = first->place.file, .line = 1};
    bool good = file_read(rewrite.path, FILE_LIMIT, &rewrite.old, NULL);
    for (size_t i = 0; good && i < count; i++)
        if (first[i].fix) apply(&rewrite, &first[i]);
    if (rewrite.count) take_until(&rewrite, rewrite.old.len);
    if (rewrite.count && dry_run) print_difference(&rewrite);
    if (rewrite.count && !dry_run) good = replace(&rewrite);
    buf_release(&rewrite.told);
    buf_release(&rewrite.old);
    buf_release(&rewrite.new);
    return good ? rewrite.count : 0;
}

static bool same_file(const struct diag_entry *a, const struct diag_entry *b) {
    return a->place.file && b->place.file && strcmp(a->place.file, b->place.file) == 0;
}

size_t fixes_make(const struct diags *diags, bool dry_run) {
    size_t made = 0;
    for (size_t i = 0, end; i < diags->count; i = end) {
        const struct diag_entry *first = &diags->list[i];
        size_t sure = 0;
        for (end = i; end < diags->count && (end == i || same_file(first, &diags->list[end]));
             end++)
            sure += diags->list[end].fix != NULL;
        if (sure && first->place.file) made += fix_file(first, end - i, dry_run);
    }
    return made;
}
