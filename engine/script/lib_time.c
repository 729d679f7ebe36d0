/* time: seconds since 1970 in UTC, from and to text. A time may be given as either. The present is
 * not here: a rule knows only the event's time. */
#include "base/clock.h"
#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

#include <math.h>

enum { DAY = 86400, CALL_STEPS = 20, BYTES_A_STEP = 8 };

/* Argument 1 in milliseconds; CLOCK_UNKNOWN for nil and for text that is no time. */
static int64_t take_time(lua_State *L, const char *function) {
    sandbox_charge(L, CALL_STEPS);
    if (lua_isnoneornil(L, 1) || view_is_null(L, 1)) return CLOCK_UNKNOWN;
    if (lua_type(L, 1) == LUA_TSTRING) {
        struct str text;
        text.at = lua_tolstring(L, 1, &text.len);
        sandbox_charge(L, text.len / BYTES_A_STEP);
        return clock_parse(text);
    }
    if (lua_type(L, 1) != LUA_TNUMBER) library_refuse(L, function, 1, "seconds or a text");
    lua_Number seconds = lua_tonumber(L, 1);
    return fabs(seconds) < 253402300800.0 ? (int64_t)llround(seconds * 1000) : CLOCK_UNKNOWN;
}

static int push_or_nil(lua_State *L, int64_t at_ms, int64_t value) {
    if (at_ms == CLOCK_UNKNOWN)
        lua_pushnil(L);
    else
        lua_pushinteger(L, value);
    return 1;
}

static int64_t whole_seconds(int64_t at_ms) {
    return at_ms >= 0 ? at_ms / 1000 : -((-at_ms + 999) / 1000);
}

static int64_t second_of_day(int64_t at_ms) {
    int64_t rest = whole_seconds(at_ms) % DAY;
    return rest < 0 ? rest + DAY : rest;
}

static int time_parse(lua_State *L) {
    int64_t at_ms = take_time(L, "time.parse");
    if (at_ms == CLOCK_UNKNOWN || at_ms % 1000 == 0) return push_or_nil(L, at_ms, at_ms / 1000);
    lua_pushnumber(L, (lua_Number)at_ms / 1000);
    return 1;
}

static int time_format(lua_State *L) {
    int64_t at_ms = take_time(L, "time.format");
    if (at_ms == CLOCK_UNKNOWN) return push_or_nil(L, at_ms, 0);
    char text[CLOCK_TEXT];
    clock_format(at_ms, text);
    lua_pushstring(L, text);
    return 1;
}

static int time_hour(lua_State *L) {
    int64_t at_ms = take_time(L, "time.hour");
    return push_or_nil(L, at_ms, second_of_day(at_ms == CLOCK_UNKNOWN ? 0 : at_ms) / 3600);
}

/* 1 is Monday, as in ISO 8601; 1970-01-01 was a Thursday. */
static int time_weekday(lua_State *L) {
    int64_t at_ms = take_time(L, "time.weekday");
    int64_t seconds = at_ms == CLOCK_UNKNOWN ? 0 : whole_seconds(at_ms);
    int64_t day = (seconds - second_of_day(seconds * 1000)) / DAY;
    return push_or_nil(L, at_ms, ((day + 3) % 7 + 7) % 7 + 1);
}

const luaL_Reg lib_time[] = {
    {"format", time_format},
    {"hour", time_hour},
    {"parse", time_parse},
    {"weekday", time_weekday},
    {NULL, NULL},
};
