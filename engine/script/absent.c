#include "script/absent.h"

const char *absent_why(struct str name) {
    static const struct {
        const char *name, *why;
    } names[] = {
        {"coroutine", "a rule is one call"},
        {"getmetatable", "tables are plain here"},
        {"io", "a rule reads nothing but its event"},
        {"load", "a rule makes no code"},
        {"os", "a rule knows no time but the event's; see 'time'"},
        {"pcall", "an error of a rule is reported, not caught"},
        {"None", "it is written 'nil'"},
        {"True", "it is written 'true'"},
        {"False", "it is written 'false'"},
        {"null", "it is written 'nil'"},
        {"undefined", "it is written 'nil'"},
        {"len", "the length of x is '#x'"},
        {"str", "it is written 'tostring'"},
        {"int", "it is written 'tonumber'"},
        {"deep_get", "it is written get(event, \"a.b.c\")"},
        {"print", "what a rule has to say goes into title or alert_context"},
        {"setmetatable", "tables are plain here"},
        {"xpcall", "an error of a rule is reported, not caught"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (str_is(name, names[i].name)) return names[i].why;
    return NULL;
}
