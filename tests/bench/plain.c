#include "plain.h"

#include "base/mem.h"

#include <cjson/cJSON.h>
#include <lauxlib.h>
#include <lualib.h>
#include <math.h>
#include <stdio.h>

struct plain_rule {
    const struct manifest *manifest;
    int rule, title; /* in the registry; LUA_NOREF: there is none */
};

struct plain {
    const struct log_types *types;
    lua_State *state;
    struct plain_rule *rules;
    size_t count;
    struct arena arena; /* of one event */
    size_t failed;
};

/* ---- an event: from cJSON to Lua, and to what patterns read ---- */

static bool is_integer(double value) {
    return value == floor(value) && fabs(value) < 9007199254740992.0;
}

static void push_value(lua_State *L, const cJSON *json);

static void push_object(lua_State *L, const cJSON *json) {
    lua_newtable(L); // object
    for (const cJSON *item = json->child; item; item = item->next) {
        if (cJSON_IsNull(item)) continue;
        push_value(L, item); // object value
        lua_setfield(L, -2, item->string);
    }
}

static void push_array(lua_State *L, const cJSON *json) {
    lua_Integer count = 0;
    lua_newtable(L); // array
    for (const cJSON *item = json->child; item; item = item->next) {
        push_value(L, item); // array value
        lua_rawseti(L, -2, ++count);
    }
}

static void push_value(lua_State *L, const cJSON *json) {
    luaL_checkstack(L, 4, "nested too deeply");
    if (cJSON_IsObject(json))
        push_object(L, json);
    else if (cJSON_IsArray(json))
        push_array(L, json);
    else if (cJSON_IsString(json))
        lua_pushstring(L, json->valuestring);
    else if (cJSON_IsBool(json))
        lua_pushboolean(L, cJSON_IsTrue(json));
    else if (cJSON_IsNull(json))
        lua_pushlightuserdata(L, NULL);
    else if (is_integer(json->valuedouble))
        lua_pushinteger(L, (lua_Integer)json->valuedouble);
    else
        lua_pushnumber(L, json->valuedouble);
}

static void make_tree(struct arena *arena, const cJSON *json, struct json *to);

static void make_members(struct arena *arena, const cJSON *json, struct json *to) {
    size_t count = (size_t)cJSON_GetArraySize(json);
    to->members = arena_list(arena, struct json_member, count);
    for (const cJSON *item = json->child; item; item = item->next) {
        struct json_member *member = &to->members[to->count++];
        member->key = str_of(item->string);
        make_tree(arena, item, &member->value);
    }
}

static void make_items(struct arena *arena, const cJSON *json, struct json *to) {
    to->items = arena_list(arena, struct json, (size_t)cJSON_GetArraySize(json));
    for (const cJSON *item = json->child; item; item = item->next)
        make_tree(arena, item, &to->items[to->count++]);
}

static void make_number(const cJSON *json, struct json *to) {
    to->type = is_integer(json->valuedouble) ? JSON_INTEGER : JSON_FLOAT;
    if (to->type == JSON_INTEGER)
        to->integer = (int64_t)json->valuedouble;
    else
        to->number.value = json->valuedouble;
}

static void make_tree(struct arena *arena, const cJSON *json, struct json *to) {
    if (cJSON_IsObject(json)) {
        to->type = JSON_OBJECT;
        make_members(arena, json, to);
    } else if (cJSON_IsArray(json)) {
        to->type = JSON_ARRAY;
        make_items(arena, json, to);
    } else if (cJSON_IsString(json)) {
        to->type = JSON_STRING;
        to->string = str_of(json->valuestring);
    } else if (cJSON_IsBool(json)) {
        to->type = JSON_BOOL;
        to->boolean = cJSON_IsTrue(json);
    } else if (cJSON_IsNumber(json)) {
        make_number(json, to);
    }
}

/* ---- rules ---- */

/* Tells the error on top. */
static bool complain(lua_State *L, const char *what) {
    fprintf(stderr, "bench: %s: %s\n", what, lua_tostring(L, -1));
    lua_pop(L, 1);
    return false;
}

/* nil and other scalars are empty all the way down, as rules are told. */
static bool open_libraries(lua_State *L, const char *lua_dir) {
    static const char code[] =
        "package.path = ... .. '/?.lua'\n"
        "local empty = { __index = function() end }\n"
        "debug.setmetatable(nil, empty) debug.setmetatable(0, empty) debug.setmetatable(true, empty)\n"
        "for name, value in pairs(require 'prelude') do _G[name] = value end\n";
    luaL_openlibs(L);
    lua_newtable(L); // json
    lua_pushlightuserdata(L, NULL);
    lua_setfield(L, -2, "null");
    lua_setglobal(L, "json"); //
    if (luaL_loadstring(L, code) != LUA_OK) return complain(L, "libraries");
    lua_pushstring(L, lua_dir);
    return lua_pcall(L, 1, 0, 0) == LUA_OK || complain(L, "libraries");
}

/* A table of its own, behind which are the globals of all. */
static void push_environment(lua_State *L, const struct json *params) {
    struct buf text = {0};
    lua_newtable(L);          // env
    lua_createtable(L, 0, 1); // env meta
    lua_pushglobaltable(L);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2); // env
    if (params) json_print(&text, params);
    cJSON *json = cJSON_Parse(params ? buf_text(&text) : "{}");
    push_value(L, json); // env params
    lua_setfield(L, -2, "params");
    cJSON_Delete(json);
    buf_release(&text);
}

static int reference(lua_State *L, const char *name) {
    if (lua_getfield(L, -1, name) == LUA_TFUNCTION) return luaL_ref(L, LUA_REGISTRYINDEX);
    lua_pop(L, 1);
    return LUA_NOREF;
}

static bool load_rule(struct plain *plain, struct plain_rule *rule) {
    lua_State *L = plain->state;
    struct str code = rule->manifest->lua.code;
    rule->rule = rule->title = LUA_NOREF;
    if (code.len == 0) return true;
    push_environment(L, rule->manifest->params); // env
    if (luaL_loadbuffer(L, code.at, code.len, rule->manifest->id.at) != LUA_OK)
        return complain(L, rule->manifest->id.at);
    lua_pushvalue(L, -2);     // env chunk env
    lua_setupvalue(L, -2, 1); // env chunk
    if (lua_pcall(L, 0, 0, 0) != LUA_OK) return complain(L, rule->manifest->id.at);
    rule->rule = reference(L, "rule");
    rule->title = reference(L, "title");
    lua_pop(L, 1); //
    return true;
}

struct plain *plain_new(const struct rules *rules, const char *lua_dir) {
    struct plain *plain = mem_alloc(sizeof *plain);
    plain->types = &rules->types;
    plain->state = luaL_newstate();
    cJSON_InitHooks(NULL);
    plain->rules = mem_alloc(rules->count * sizeof *plain->rules);
    bool good = open_libraries(plain->state, lua_dir);
    for (; good && plain->count < rules->count; plain->count++) {
        plain->rules[plain->count].manifest = rules->list[plain->count].manifest;
        good = load_rule(plain, &plain->rules[plain->count]);
    }
    if (good) return plain;
    plain_free(plain);
    return NULL;
}

void plain_free(struct plain *plain) {
    if (!plain) return;
    lua_close(plain->state);
    mem_free(plain->rules);
    arena_release(&plain->arena);
    mem_free(plain);
}

/* ---- judging ---- */

/* The event's tables are made when the first rule is asked, and stay at 1; leaves the answer. */
static bool call(struct plain *plain, int function, const cJSON *event) {
    lua_State *L = plain->state;
    if (lua_gettop(L) == 0) push_value(L, event); // event
    lua_rawgeti(L, LUA_REGISTRYINDEX, function);  // event function
    lua_pushvalue(L, 1);                          // event function event
    if (lua_pcall(L, 1, 1, 0) == LUA_OK) return true;
    plain->failed++;
    return complain(L, "a rule failed");
}

static bool matches(struct plain *plain, const struct plain_rule *rule, const struct json *tree,
    const cJSON *event) {
    if (rule->manifest->when && !pattern_matches(rule->manifest->when, tree, NULL)) return false;
    if (rule->rule == LUA_NOREF) return true;
    if (!call(plain, rule->rule, event)) return false;
    bool yes = lua_toboolean(plain->state, -1);
    lua_pop(plain->state, 1);
    return yes;
}

static size_t judge_event(struct plain *plain, const cJSON *event) {
    struct json tree = {0};
    size_t matched = 0;
    make_tree(&plain->arena, event, &tree);
    if (!log_types_recognise(plain->types, &tree)) return 0;
    for (size_t i = 0; i < plain->count; i++) {
        const struct plain_rule *rule = &plain->rules[i];
        if (!matches(plain, rule, &tree, event)) continue;
        matched++;
        if (rule->title != LUA_NOREF && call(plain, rule->title, event)) lua_pop(plain->state, 1);
    }
    lua_settop(plain->state, 0); //
    return matched;
}

size_t plain_judge(struct plain *plain, const struct events_set *events, size_t *failed) {
    size_t matched = 0;
    plain->failed = 0;
    for (size_t i = 0; i < events->count; i++) {
        cJSON *json = cJSON_ParseWithLength(events->list[i].at, events->list[i].len);
        arena_reset(&plain->arena);
        if (json) matched += judge_event(plain, json);
        cJSON_Delete(json);
    }
    *failed = plain->failed;
    return matched;
}
