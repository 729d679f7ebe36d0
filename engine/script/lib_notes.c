/* event_notes: what is odd about an event, or about a part of it. Only rules have it. */
#include "script/lib_notes.h"

#include "base/suggest.h"
#include "model/event_notes.h"
#include "script/library.h"
#include "script/sandbox.h"
#include "script/view.h"

static const char NAME[] = NOTES_NAME;

static void push_note(lua_State *L, const struct event_note *note) {
    lua_createtable(L, 0, 2); // note
    lua_pushstring(L, note->name);
    lua_setfield(L, -2, "note");
    lua_pushlstring(L, note->path, note->path_len);
    lua_setfield(L, -2, "path"); // note
}

static void push_more(lua_State *L, size_t more) {
    lua_createtable(L, 0, 2); // note
    lua_pushliteral(L, "more");
    lua_setfield(L, -2, "note");
    lua_pushinteger(L, (lua_Integer)more);
    lua_setfield(L, -2, "count"); // note
}

static void push_notes(lua_State *L, const struct event_notes *notes) {
    lua_createtable(L, (int)notes->count + 1, 1); // list
    view_mark_array(L, -1);
    for (size_t i = 0; i < notes->count; i++) {
        push_note(L, &notes->list[i]); // list note
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    if (!notes->more) return;
    push_more(L, notes->more); // list note
    lua_rawseti(L, -2, EVENT_NOTES + 1);
}

/* The kind that is asked for, NULL where every kind is. */
static const char *kind_wanted(lua_State *L) {
    if (lua_isnoneornil(L, 2)) return NULL;
    struct suggest near = {0};
    const char *wanted = lua_tostring(L, 2);
    if (!wanted) library_refuse(L, NAME, 2, "the name of a note");
    near = suggest_for(str_of(wanted));
    for (size_t i = 0; event_note_name(i); i++) {
        if (strcmp(event_note_name(i), wanted) == 0) return wanted;
        suggest_offer(&near, event_note_name(i));
    }
    luaL_error(L, "%s: no note is called '%s'%s", NAME, wanted, suggest_text(suggest_best(&near)));
    return NULL;
}

/* A table that was not made from JSON, and nil, have no notes. */
static int event_notes(lua_State *L) {
    const struct event *const *event = lua_touserdata(L, lua_upvalueindex(1));
    bool nothing = lua_isnoneornil(L, 1) || view_is_null(L, 1);
    const char *only = kind_wanted(L);
    if (!nothing && !lua_istable(L, 1))
        return library_refuse(L, NAME, 1, "the event or a table in it");
    struct event_notes notes = {.count = 0};
    const struct json *part = nothing ? NULL : view_json(L, 1);
    if (part) event_notes_find(&notes, *event, part, only);
    sandbox_charge(L, notes.looked);
    push_notes(L, &notes); // … list
    return 1;
}

void notes_push(lua_State *L, const struct event *const *event) {
    lua_pushlightuserdata(L, (void *)event);
    lua_pushcclosure(L, event_notes, 1); // event_notes
}
