#include "text/records_resync.h"

void resync_init(struct resync *resync, const struct json_nest *nest, unsigned home, bool anew,
    bool in_string, bool at_line) {
    *resync = (struct resync){.nest = *nest, .home = home, .moved = !anew, .last = ':'};
    resync->in_string = in_string && home;
    resync->at_line = at_line;
}

static bool at_home(const struct resync *resync) {
    return resync->nest.depth <= resync->home;
}

/* Finds the innermost open level of the element that is an object, or an array. All levels without
 * room are arrays, so that the search is short. */
static bool find_level(const struct resync *resync, bool object, unsigned *level) {
    unsigned depth = resync->nest.depth;
    if (object && depth > NEST_ROOM) depth = NEST_ROOM;
    while (depth > resync->home)
        if (nest_level_is_object(&resync->nest, --depth) == object) {
            *level = depth;
            return true;
        }
    return false;
}

/* Whether reading goes on before `c`, and how. */
static enum resync_outcome look(const struct resync *resync, char c) {
    unsigned level;
    bool outside = !resync->home || at_home(resync);
    if (!resync->moved || resync->in_string) return RESYNC_NONE;
    if (resync->at_line && outside && (c == '{' || c == '[')) return RESYNC_TOP;
    if (!resync->home) return RESYNC_NONE;
    if (c == '{' && (resync->at_line || outside)) return RESYNC_ELEMENT;
    if (c == '{' && nest_is_object(&resync->nest) && resync->last != ':') return RESYNC_ELEMENT;
    if (c == ',' && outside) return RESYNC_AFTER;
    return c == ']' && !find_level(resync, false, &level) ? RESYNC_AFTER : RESYNC_NONE;
}

static void pass_in_string(struct resync *resync, char c) {
    if (c == '\n' || (c == '"' && !resync->escaped)) resync->in_string = false;
    resync->escaped = c == '\\' && !resync->escaped;
}

static bool is_json_byte(char c) {
    return c && strchr("0123456789+-.eEtrufalsn,: \t\r\n", c);
}

static void pass_outside(struct resync *resync, char c) {
    unsigned level;
    if (c == '{' || c == '[')
        nest_push(&resync->nest, c == '{');
    else if ((c == '}' || c == ']') && find_level(resync, c == '}', &level))
        resync->nest.depth = level;
    else if (c != '}' && c != ']' && !is_json_byte(c))
        resync->in_string = true;
    resync->escaped = c == '\\';
    if (!strchr(" \t\r\n", c) || !c) resync->last = c;
}

static void pass(struct resync *resync, char c) {
    resync->moved = true;
    resync->at_line = c == '\n';
    if (!resync->home) return;
    if (resync->in_string)
        pass_in_string(resync, c);
    else
        pass_outside(resync, c);
}

bool resync_feed(struct resync *resync, struct str bytes, size_t *used) {
    for (*used = 0; *used < bytes.len; ++*used) {
        resync->outcome = look(resync, bytes.at[*used]);
        if (resync->outcome) return true;
        pass(resync, bytes.at[*used]);
    }
    return false;
}
