/* Tells a rule without `when` which one it could have: whoever wrote `if event.eventName ~= "X" then
 * return false end` has the rule called for every event. Looks at the compiled code of `rule` alone,
 * and says nothing where it is not certain. */
#ifndef SCRIPT_RULE_HINT_H
#define SCRIPT_RULE_HINT_H

#include "base/arena.h"
#include "base/diag.h"
#include "model/manifest.h"

#include <lua.h>

/* Adds one warning, or none. L is the rule's state, its code loaded and run; `file` is what stands
 * in the file of `lua`. */
void rule_hint(lua_State *L, const struct manifest_lua *lua, struct str file, struct arena *arena,
    struct diags *diags);

#endif
