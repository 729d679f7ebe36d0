#include "script/rule_branches.h"

#include "base/file.h"
#include "script/column.h"
#include "text/conditions.h"

#include <lauxlib.h>

enum { FILE_LIMIT = 4 << 20 };

static bool has_name(struct str code, struct str name) {
    return code.at && memmem(code.at, code.len, name.at, name.len) != NULL;
}

static bool can_be_rewritten(struct str code) {
    return code.len && !has_name(code, STR(BRANCH_NAME)) && !has_name(code, STR("_ENV"));
}

static bool compiles(struct str code) {
    lua_State *L = luaL_newstate();
    bool good = L && luaL_loadbufferx(L, code.at, code.len, "=rule", "t") == LUA_OK;
    if (L) lua_close(L);
    return good;
}

static bool rewrite(struct rule_branches *branches, struct arena *arena, struct str code,
    const struct conditions *conditions) {
    struct buf copy = {0};
    conditions_rewrite(&copy, code, conditions, BRANCH_NAME);
    bool good = compiles(buf_str(&copy));
    if (good) branches->noting = arena_copy(arena, buf_str(&copy));
    buf_release(&copy);
    return good;
}

static void set_branches(struct rule_branches *branches, struct arena *arena,
    const struct manifest_lua *lua, const struct conditions *conditions) {
    struct buf file = {0};
    file_read(lua->file, FILE_LIMIT, &file, NULL);
    branches->list = arena_list(arena, struct rule_branch, conditions->count);
    branches->count = conditions->count;
    for (size_t i = 0; i < conditions->count; i++) {
        const struct condition *condition = &conditions->list[i];
        branches->list[i].source = condition->source;
        branches->list[i].place = column_place(
            buf_str(&file), lua, condition->line, condition->column);
    }
    buf_release(&file);
}

void rule_branches_find(
    struct rule_branches *branches, struct arena *arena, const struct manifest_lua *lua) {
    struct syntax_chunk chunk = {.line = lua->line};
    struct conditions conditions = {0};
    struct arena tree = {0};
    struct place place;
    struct diag diag = {0};
    *branches = (struct rule_branches){0};
    if (can_be_rewritten(lua->code) &&
        syntax_parse(&tree, lua->code, &chunk, &place, &diag) == SYNTAX_FINE) {
        conditions_find(&conditions, &tree, chunk.body);
        if (conditions.count && rewrite(branches, arena, lua->code, &conditions))
            set_branches(branches, arena, lua, &conditions);
    }
    arena_release(&tree);
}
