#include "base/file.h"
#include "base/log.h"
#include "model/config_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <unistd.h>

enum { SECRET_LIMIT = 64 * 1024 };

enum part_kind { PART_TEXT, PART_VARIABLE, PART_FILE };

struct part {
    enum part_kind kind;
    struct str text; /* the text, or the name of the variable or file */
};

static struct str cut(struct str *rest, size_t len) {
    struct str head = {rest->at, len};
    *rest = (struct str){rest->at + len, rest->len - len};
    return head;
}

static bool is_variable(struct str name) {
    if (name.len == 0 || isdigit((unsigned char)name.at[0])) return false;
    for (size_t i = 0; i < name.len; i++)
        if (!isalnum((unsigned char)name.at[i]) && name.at[i] != '_') return false;
    return true;
}

/* `rest` begins with ${. */
static bool take_reference(struct str *rest, struct part *part, struct diag *diag) {
    const char *end = memchr(rest->at, '}', rest->len);
    if (!end) return diag_set(diag, "'${' without '}' (write '$${' for a plain '${')");
    struct str whole = cut(rest, (size_t)(end - rest->at) + 1);
    struct str name = {whole.at + 2, whole.len - 3};
    part->kind = str_starts(name, STR("file:")) ? PART_FILE : PART_VARIABLE;
    if (part->kind == PART_FILE) cut(&name, sizeof "file:" - 1);
    part->text = name;
    if (part->kind == PART_FILE ? name.len > 0 : is_variable(name)) return true;
    return diag_set(diag, "bad reference '%.*s' (${NAME}, ${file:PATH}, or '$${' for a plain '${')",
        STR_ARG(whole));
}

static bool take_part(struct str *rest, struct part *part, struct diag *diag) {
    if (str_starts(*rest, STR("${"))) return take_reference(rest, part, diag);
    part->kind = PART_TEXT;
    if (str_starts(*rest, STR("$${"))) {
        part->text = (struct str){cut(rest, 3).at + 1, 2};
        return true;
    }
    const char *dollar = rest->len ? memchr(rest->at + 1, '$', rest->len - 1) : NULL;
    part->text = cut(rest, dollar ? (size_t)(dollar - rest->at) : rest->len);
    return true;
}

/* Calls `use` for each part, in order. */
static bool each_part(const struct template *template, struct diag *diag,
    bool (*use)(const struct part *part, const char *name, void *to, struct diag *diag), void *to) {
    struct arena arena;
    struct str rest = template->text;
    bool good = true;
    arena_init(&arena);
    char *dir = path_directory(&arena, template->place.file ? template->place.file : "");
    for (struct part part; good && rest.len;) {
        good = take_part(&rest, &part, diag);
        if (!good) break;
        const char *name = arena_copy(&arena, part.text).at;
        if (part.kind == PART_FILE) name = path_join(&arena, dir, name);
        good = use(&part, name, to, diag);
    }
    arena_release(&arena);
    return good;
}

static const char *variable(const char *name, struct diag *diag) {
    const char *value = getenv(name);
    if (value && *value) return value;
    diag_set(diag, "environment variable '%s' is %s", name, value ? "empty" : "not set");
    return NULL;
}

static bool check_part(const struct part *part, const char *name, void *to, struct diag *diag) {
    (void)to;
    if (part->kind == PART_VARIABLE) return variable(name, diag) != NULL;
    if (part->kind == PART_TEXT || (access(name, R_OK) == 0 && !path_is_directory(name)))
        return true;
    const char *why = path_exists(name) ? "it is not readable" : "no such file";
    if (path_is_directory(name)) why = "it is a directory";
    return diag_set(diag, "cannot open '%s': %s", name, why);
}

/* ---- filling in ---- */

struct filling {
    struct buf *to;
    bool hide;
};

static bool fill_file(const char *name, struct filling *filling, struct diag *diag) {
    size_t before = filling->to->len;
    if (!file_read(name, SECRET_LIMIT, filling->to, diag)) return false;
    struct str value = {filling->to->at + before, filling->to->len - before};
    if (memchr(value.at, '\0', value.len)) return diag_set(diag, "NUL byte in '%s'", name);
    if (str_ends(value, STR("\n"))) filling->to->at[--filling->to->len] = '\0';
    if (filling->to->len == before) return diag_set(diag, "'%s' is empty", name);
    if (filling->hide) log_hide(filling->to->at + before);
    return true;
}

static bool fill_part(const struct part *part, const char *name, void *to, struct diag *diag) {
    struct filling *filling = to;
    if (part->kind == PART_FILE) return fill_file(name, filling, diag);
    if (part->kind == PART_TEXT) {
        buf_add_str(filling->to, part->text);
        return true;
    }
    const char *value = variable(name, diag);
    if (!value) return false;
    if (filling->hide) log_hide(value);
    buf_add_text(filling->to, value);
    return true;
}

bool config_secret(const struct template *template, struct buf *to, struct diag *diag) {
    struct filling filling = {to, true};
    return each_part(template, diag, fill_part, &filling);
}

bool template_check(struct schema_context *context, const struct template *template) {
    struct diag diag = {0};
    return each_part(template, &diag, check_part, NULL) ||
           diags_reject(context->diags, "TC040", template->place, "%s", diag.text);
}

bool template_expand(
    struct schema_context *context, const struct template *template, struct str *to) {
    struct buf buf;
    struct diag diag = {0};
    buf_init(&buf);
    struct filling filling = {&buf, false};
    bool good = each_part(template, &diag, fill_part, &filling);
    if (!good) diags_reject(context->diags, "TC040", template->place, "%s", diag.text);
    *to = arena_copy(context->arena, buf_str(&buf));
    buf_release(&buf);
    return good;
}
