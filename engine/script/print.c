#include "script/print.h"

#include "script/library.h"
#include "script/order.h"
#include "script/sandbox.h"
#include "script/view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { VALUE_STEPS = 4, FLOAT_STEPS = 100, BYTES_A_STEP = 8 };

struct print {
    lua_State *L;
    struct buf *to;
    const char *function;
    int depth;
    size_t paid, limit; /* lengths of `to` */
};

static void print_value(struct print *print, int index, const struct json *was);

/* ---- numbers ---- */

static void add_float(struct buf *to, double value) {
    char text[40];
    int digits = 15;
    do snprintf(text, sizeof text, "%.*g", digits, value);
    while (strtod(text, NULL) != value && ++digits <= 17);
    buf_add_text(to, text);
    if (!text[strcspn(text, ".en")]) buf_add_text(to, ".0");
}

void print_number(lua_State *L, int index, struct buf *to) {
    struct str digits;
    if (lua_isinteger(L, index))
        buf_add_format(to, "%lld", (long long)lua_tointeger(L, index));
    else if (view_digits(L, lua_tonumber(L, index), &digits))
        buf_add_str(to, digits);
    else
        add_float(to, lua_tonumber(L, index));
}

static void print_json_number(struct print *print, int index, const struct json *was) {
    lua_Number value = lua_tonumber(print->L, index);
    bool integral = lua_isinteger(print->L, index);
    if (!integral && was && was->type == JSON_FLOAT && was->number.value == value)
        buf_add_str(print->to, was->number.digits);
    else if (integral || isfinite(value))
        print_number(print->L, index, print->to);
    else
        luaL_error(print->L, "%s: JSON has no %s", print->function, isnan(value) ? "nan" : "inf");
}

/* ---- tables ---- */

static void comma(struct print *print, bool *first) {
    if (!*first) buf_add_char(print->to, ',');
    *first = false;
}

/* A list: its keys are 1..n and nothing else, and it is not known to be an object. */
static bool is_list(lua_State *L, int table, size_t others) {
    const struct json *json = view_json(L, table);
    if (others > 0) return false;
    if (lua_rawlen(L, table) == 0) return view_is_array(L, table);
    if (!json || json->type != JSON_OBJECT) return true;
    sandbox_charge(L, VALUE_STEPS * json->count);
    for (size_t i = 0; i < json->count; i++) {
        library_push(L, json->members[i].key);
        bool there = lua_rawget(L, table) != LUA_TNIL;
        lua_pop(L, 1);
        if (there) return false;
    }
    return true;
}

static void print_list(struct print *print, int table) {
    const struct json *json = view_json(print->L, table);
    bool first = true;
    size_t count = lua_rawlen(print->L, table), known = 0;
    if (json && json->type == JSON_ARRAY) known = json->count;
    buf_add_char(print->to, '[');
    for (size_t i = 0; i < count; i++) {
        comma(print, &first);
        lua_rawgeti(print->L, table, (lua_Integer)i + 1); // item
        print_value(print, -1, i < known ? &json->items[i] : NULL);
        lua_pop(print->L, 1); //
    }
    buf_add_char(print->to, ']');
}

static void print_known_members(struct print *print, int table, bool *first) {
    const struct json *json = view_json(print->L, table);
    size_t count = json && json->type == JSON_OBJECT ? json->count : 0;
    sandbox_charge(print->L, VALUE_STEPS * count);
    for (size_t i = 0; i < count; i++) {
        const struct json_member *member = &json->members[i];
        library_push(print->L, member->key);    // key
        int type = lua_rawget(print->L, table); // value
        if (type != LUA_TNIL || member->value.type == JSON_NULL) {
            comma(print, first);
            json_print_string(print->to, member->key);
            buf_add_char(print->to, ':');
            print_value(print, -1, &member->value);
        }
        lua_pop(print->L, 1); //
    }
}

static void print_key(struct print *print, int key) {
    lua_State *L = print->L;
    if (lua_type(L, key) == LUA_TSTRING) {
        struct str name;
        name.at = lua_tolstring(L, key, &name.len);
        json_print_string(print->to, name);
        return;
    }
    if (lua_type(L, key) == LUA_TTABLE || view_is_null(L, key))
        luaL_error(L, "%s: a key is a %s", print->function, luaL_typename(L, key));
    buf_add_char(print->to, '"');
    if (lua_isboolean(L, key))
        buf_add_text(print->to, lua_toboolean(L, key) ? "true" : "false");
    else
        print_number(L, key, print->to);
    buf_add_char(print->to, '"');
}

static void print_list_part(struct print *print, int table, bool *first) {
    lua_Integer count = (lua_Integer)lua_rawlen(print->L, table);
    for (lua_Integer i = 1; i <= count; i++) {
        comma(print, first);
        buf_add_format(print->to, "\"%lld\":", (long long)i);
        lua_rawgeti(print->L, table, i); // value
        print_value(print, -1, NULL);
        lua_pop(print->L, 1); //
    }
}

static void print_others(struct print *print, int table, int keys, size_t count, bool *first) {
    lua_State *L = print->L;
    for (size_t i = 0; i < count; i++) {
        comma(print, first);
        lua_rawgeti(L, keys, (lua_Integer)i + 1); // key
        print_key(print, -1);
        buf_add_char(print->to, ':');
        lua_rawget(L, table); // value
        print_value(print, -1, NULL);
        lua_pop(L, 1); //
    }
}

static void print_table(struct print *print, int index) {
    lua_State *L = print->L;
    view_push_table(L, index); // table
    int table = lua_gettop(L);
    size_t others = order_push_others(
        L, table, (lua_Integer)lua_rawlen(L, table), view_json(L, table)); // table keys
    bool first = true;
    if (is_list(L, table, others)) {
        print_list(print, table);
    } else {
        buf_add_char(print->to, '{');
        print_list_part(print, table, &first);
        print_known_members(print, table, &first);
        print_others(print, table, table + 1, others, &first);
        buf_add_char(print->to, '}');
    }
    lua_settop(L, table - 1); //
}

static void enter_table(struct print *print, int index) {
    const struct json *untouched = view_untouched(print->L, index);
    if (untouched) {
        json_print(print->to, untouched);
        return;
    }
    if (print->depth >= JSON_DEPTH)
        luaL_error(print->L, "%s: tables nested too deeply, or in a cycle", print->function);
    print->depth++;
    print_table(print, index);
    print->depth--;
}

/* For `size` bytes that are about to be printed, and for what was printed since the last time. */
static void pay(struct print *print, size_t steps, size_t size) {
    sandbox_charge(print->L, steps + (print->to->len - print->paid) / BYTES_A_STEP);
    print->paid = print->to->len;
    if (print->to->len + size > print->limit) sandbox_exhausted(print->L);
}

static void print_value(struct print *print, int index, const struct json *was) {
    lua_State *L = print->L;
    struct str s;
    luaL_checkstack(L, 8, "nested too deeply");
    index = lua_absindex(L, index);
    pay(print, lua_type(L, index) == LUA_TNUMBER ? FLOAT_STEPS : VALUE_STEPS,
        lua_type(L, index) == LUA_TSTRING ? lua_rawlen(L, index) : 0);
    switch (lua_type(L, index)) {
    case LUA_TNIL: buf_add_text(print->to, "null"); break;
    case LUA_TBOOLEAN: buf_add_text(print->to, lua_toboolean(L, index) ? "true" : "false"); break;
    case LUA_TNUMBER: print_json_number(print, index, was); break;
    case LUA_TSTRING:
        s.at = lua_tolstring(L, index, &s.len);
        json_print_string(print->to, s);
        break;
    case LUA_TTABLE: enter_table(print, index); break;
    default:
        if (!view_is_null(L, index))
            luaL_error(L, "%s: JSON has no %s", print->function, luaL_typename(L, index));
        buf_add_text(print->to, "null");
    }
}

void print_json(lua_State *L, const char *function, int index, struct buf *to) {
    size_t limit = to->len + (size_t)sandbox_of(L)->budget.limits.allocation;
    struct print print = {.L = L, .to = to, .function = function, .paid = to->len, .limit = limit};
    print_value(&print, index, NULL);
    pay(&print, 0, 0);
}
