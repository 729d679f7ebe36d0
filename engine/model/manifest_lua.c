#include "base/file.h"
#include "model/manifest_parts.h"

static bool climbs(struct str path) {
    for (size_t start = 0, end; start < path.len; start = end + 1) {
        for (end = start; end < path.len && path.at[end] != '/';) end++;
        if (str_is((struct str){path.at + start, end - start}, "..")) return true;
    }
    return false;
}

struct str manifest_file_read(
    struct schema_context *context, const struct yaml *value, const char **path) {
    struct str name = value->text, bytes = {0};
    if (str_starts(name, STR("/")) || climbs(name) || memchr(name.at, '\0', name.len)) {
        diags_reject(context->diags, "TC032", value->place,
            "bad file name '%.*s': it must lie beside the manifest", STR_ARG(name));
        return bytes;
    }
    struct buf buf;
    struct diag diag = {0};
    buf_init(&buf);
    *path = path_join(context->arena, path_directory(context->arena, value->place.file), name.at);
    if (file_read(*path, YAML_LIMIT, &buf, &diag))
        bytes = arena_copy(context->arena, buf_str(&buf));
    else
        diags_reject(context->diags, "TC005", value->place, "%s", diag.text);
    buf_release(&buf);
    return bytes;
}

static bool names_file(const struct yaml *value) {
    return !value->is_block && str_ends(value->text, STR(".lua")) &&
           !memchr(value->text.at, '\n', value->text.len);
}

/* So that an error in line n of the code is found in line `line` + n - 1 of the file. */
static struct manifest_lua inline_code(const struct yaml *value) {
    return (struct manifest_lua){
        .file = value->place.file,
        .line = value->place.line + value->is_block,
        .code = value->text,
    };
}

bool manifest_lua_read(struct schema_context *context, const struct yaml *value, void *into) {
    struct manifest_lua *lua = into;
    if (value->type != YAML_STRING)
        return diags_reject(context->diags, "TC032", value->place,
            "'lua' must be code or the name of a file, not %s", yaml_type_name(value->type));
    if (value->is_folded)
        return diags_reject(
            context->diags, "TC032", value->place, "'>' joins lines: write 'lua: |' to keep them");
    *lua = inline_code(value);
    if (names_file(value)) {
        lua->line = 1;
        lua->code = manifest_file_read(context, value, &lua->file);
        if (!lua->code.at) return false;
    }
    return lua->code.len || diags_reject(context->diags, "TC016", value->place, "'lua' is empty");
}
