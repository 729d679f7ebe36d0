#include "script/destination_script.h"

#include "base/file.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "script/library.h"
#include "script/order.h"
#include "script/print.h"
#include "script/sandbox.h"
#include "script/view.h"

enum { CODE_LIMIT = 1 << 20, MOST_DIRS = 8 };

struct destination_script {
    const struct destination *destination;
    const char *dirs[MOST_DIRS + 1];
    struct arena arena;
    struct buf code;
    struct sandbox sandbox;
};

void request_release(struct request *request) {
    for (size_t i = 0; i < request->header_count; i++) {
        buf_release(&request->headers[i].name);
        buf_release(&request->headers[i].value);
    }
    mem_free(request->headers);
    buf_release(&request->url);
    buf_release(&request->method);
    buf_release(&request->body);
    *request = (struct request){0};
}

/* ---- loading ---- */

/* The type comes from the configuration and becomes part of a path. */
static bool is_type_name(struct str type) {
    for (size_t i = 0; i < type.len; i++) {
        char c = type.at[i];
        bool fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
        if (!fine) return false;
    }
    return type.len > 0;
}

static const char *find_code(struct destination_script *script) {
    struct str type = script->destination->type;
    if (!is_type_name(type)) return NULL;
    const char *file = arena_format(&script->arena, "destination/%.*s.lua", STR_ARG(type));
    for (const char **dir = script->dirs; *dir; dir++) {
        const char *path = path_join(&script->arena, *dir, file);
        if (path_exists(path)) return path;
    }
    return NULL;
}

static bool has_function(lua_State *L, const char *name) {
    library_defined(L); // defined
    lua_pushstring(L, name);
    lua_rawget(L, -2);  // defined function
    lua_replace(L, -2); // function
    return lua_isfunction(L, -1);
}

static int look_body(lua_State *L) {
    if (!has_function(L, "request")) return luaL_error(L, "no function 'request'");
    return 0;
}

static bool open_script(struct destination_script *script, const char *path, struct diags *diags) {
    struct diag diag = {0};
    if (!file_read(path, CODE_LIMIT, &script->code, &diag))
        return diags_reject(diags, "TC041", script->destination->place, "%s", diag.text);
    struct sandbox_setup setup = {.file = path,
        .line = 1,
        .code = buf_str(&script->code),
        .dirs = script->dirs,
        .limits = SANDBOX_MESSAGE_LIMITS};
    struct sandbox *sandbox = &script->sandbox;
    sandbox_init(sandbox, &setup);
    if (!sandbox_open(sandbox))
        return diags_reject(diags, "TC041", (struct place){path, sandbox->error_line, 0}, "%s",
            buf_text(&sandbox->error));
    if (sandbox_call(sandbox, look_body, NULL, &diag)) return true;
    return diags_reject(
        diags, "TC041", (struct place){path, 0, 0}, "%s", buf_text(&sandbox->error));
}

struct destination_script *destination_script_new(
    const struct destination *destination, const char *const *dirs, struct diags *diags) {
    struct destination_script *script = mem_alloc(sizeof *script);
    script->destination = destination;
    for (size_t i = 0; i < MOST_DIRS && dirs[i]; i++)
        script->dirs[i] = arena_text(&script->arena, dirs[i]);
    const char *path = find_code(script);
    if (!path)
        diags_reject(diags, "TC041", destination->place,
            "unknown destination type '%.*s': no file destination/%.*s.lua",
            STR_ARG(destination->type), STR_ARG(destination->type));
    else if (open_script(script, path, diags))
        return script;
    destination_script_free(script);
    return NULL;
}

void destination_script_free(struct destination_script *script) {
    if (!script) return;
    sandbox_release(&script->sandbox);
    buf_release(&script->code);
    arena_release(&script->arena);
    mem_free(script);
}

/* ---- what Lua is shown ---- */

static void set_setting(lua_State *L, struct str key, struct str text) {
    struct buf *placeholder = &sandbox_of(L)->scratch;
    buf_reset(placeholder);
    bool is_secret = text.len && memmem(text.at, text.len, "${", 2);
    if (is_secret) destination_placeholder(key, placeholder);
    library_push(L, key);                                     // settings key
    library_push(L, is_secret ? buf_str(placeholder) : text); // settings key value
    lua_rawset(L, -3);                                        // settings
}

static void push_settings(lua_State *L, const struct destination *destination) {
    lua_newtable(L); // settings
    for (size_t i = 0; i < destination->setting_count; i++)
        set_setting(L, destination->settings[i].key, destination->settings[i].value.text);
    set_setting(L, STR("name"), destination->name);
    set_setting(L, STR("type"), destination->type);
    if (destination->url.text.len) set_setting(L, STR("url"), destination->url.text);
}

/* ---- request ---- */

struct making {
    struct destination_script *script;
    const struct json *alert;
    struct request *request;
};

static void take_string(lua_State *L, const char *key, struct buf *to) {
    struct str text;
    text.at = lua_tolstring(L, -1, &text.len);
    if (!text.at)
        luaL_error(
            L, "request answered a %s as '%s', expected a string", luaL_typename(L, -1), key);
    buf_add_str(to, text);
}

/* A line's end in a header would begin another one. */
static void take_line(lua_State *L, const char *key, struct buf *to) {
    take_string(L, key, to);
    for (size_t i = 0; i < to->len; i++) {
        unsigned char c = (unsigned char)to->at[i];
        if ((c < ' ' && c != '\t') || c == 0x7F)
            luaL_error(L, "request answered a control character in '%s'", key);
    }
}

static void take_url(lua_State *L, struct request *request) {
    take_line(L, "url", &request->url);
}

static void take_method(lua_State *L, struct request *request) {
    take_line(L, "method", &request->method);
}

static void take_body(lua_State *L, struct request *request) {
    if (lua_istable(L, -1))
        print_json(L, "request", -1, &request->body);
    else
        take_string(L, "body", &request->body);
}

/* The name and value on top of the stack. */
static void add_header(lua_State *L, struct request *request) {
    request->headers = mem_grow(request->headers, request->header_count);
    struct request_header *header = &request->headers[request->header_count++];
    *header = (struct request_header){0};
    take_line(L, "headers", &header->value);
    lua_pushvalue(L, -2); // name value name
    take_line(L, "headers", &header->name);
    lua_pop(L, 1); // name value
}

static void take_headers(lua_State *L, struct request *request) {
    if (!lua_istable(L, -1))
        luaL_error(L, "request answered a %s as 'headers', expected a table", luaL_typename(L, -1));
    view_push_table(L, -1); // … headers
    int headers = lua_gettop(L);
    size_t count = order_push_others(L, headers, 0, NULL); // … headers names
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, headers + 1, (lua_Integer)i + 1); // … name
        lua_pushvalue(L, -1);                            // … name name
        lua_rawget(L, headers);                          // … name value
        add_header(L, request);
        lua_pop(L, 2); // …
    }
    lua_settop(L, headers - 1);
}

static const struct {
    const char *key;
    void (*take)(lua_State *L, struct request *request);
} parts[] = {
    {"url", take_url},
    {"method", take_method},
    {"headers", take_headers},
    {"body", take_body},
};

/* The key and value on top of the stack. */
static void take_part(lua_State *L, struct request *request) {
    const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
    struct suggest suggest = suggest_for(str_of(key));
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        suggest_offer(&suggest, parts[i].key);
        if (strcmp(parts[i].key, key) != 0) continue;
        parts[i].take(L, request);
        return;
    }
    luaL_error(
        L, "request answered an unknown part '%s'%s", key, suggest_text(suggest_best(&suggest)));
}

static int request_body(lua_State *L) {
    struct making *making = lua_touserdata(L, 1);
    if (!has_function(L, "request")) return luaL_error(L, "no function 'request'");
    view_push(L, making->alert);                   // making function alert
    push_settings(L, making->script->destination); // making function alert settings
    lua_call(L, 2, 1);                             // making answer
    if (!lua_istable(L, 2))
        return luaL_error(L, "request answered a %s, expected a table", luaL_typename(L, 2));
    view_push_table(L, 2);            // making answer table
    order_push_others(L, 3, 0, NULL); // making answer table keys
    size_t count = lua_rawlen(L, 4);
    for (size_t i = 0; i < count; i++) {
        lua_rawgeti(L, 4, (lua_Integer)i + 1); // … key
        lua_pushvalue(L, -1);
        lua_rawget(L, 3); // … key value
        take_part(L, making->request);
        lua_pop(L, 2); // …
    }
    return 0;
}

bool destination_script_request(struct destination_script *script, const struct json *alert,
    struct request *request, struct diag *diag) {
    struct making making = {script, alert, request};
    bool made = sandbox_call(&script->sandbox, request_body, &making, diag);
    sandbox_turn(&script->sandbox);
    if (!made) request_release(request);
    return made;
}

/* ---- verdict ---- */

static const char *const verdict_names[] = {
    [VERDICT_DONE] = "done", [VERDICT_LATER] = "later", [VERDICT_NEVER] = "never"};

struct judging {
    long status;
    struct str body;
    enum destination_verdict verdict;
};

static void take_verdict(lua_State *L, struct judging *judging) {
    const char *name = lua_type(L, -1) == LUA_TSTRING ? lua_tostring(L, -1) : "";
    if (lua_isnil(L, -1)) return;
    for (int i = VERDICT_DONE; i <= VERDICT_NEVER; i++)
        if (strcmp(verdict_names[i], name) == 0) {
            judging->verdict = (enum destination_verdict)i;
            return;
        }
    luaL_error(L, "verdict answered something else than 'done', 'later', 'never' or nil");
}

static int verdict_body(lua_State *L) {
    struct judging *judging = lua_touserdata(L, 1);
    if (!has_function(L, "verdict")) return 0;
    lua_createtable(L, 0, 2); // judging function response
    lua_pushinteger(L, judging->status);
    lua_setfield(L, -2, "status");
    library_push(L, judging->body);
    lua_setfield(L, -2, "body"); // judging function response
    lua_call(L, 1, 1);           // judging answer
    take_verdict(L, judging);
    return 0;
}

enum destination_verdict destination_script_verdict(
    struct destination_script *script, long status, struct str body, struct diag *diag) {
    struct judging judging = {status, body, VERDICT_BY_STATUS};
    bool judged = sandbox_call(&script->sandbox, verdict_body, &judging, diag);
    sandbox_turn(&script->sandbox);
    return judged ? judging.verdict : VERDICT_BY_STATUS;
}
