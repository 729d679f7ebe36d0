#include "script/line_counter.h"

#include "base/mem.h"

/* Counting takes time, which must not be the rule's: steps decide. */
enum { TIME_FACTOR = 20 };

struct line_counter {
    struct sandbox_watch watch; /* first: the sandbox knows it as that */
    struct sandbox *sandbox;
    struct rule_lines *lines;
    struct str code; /* of the sandbox when nobody counts */
};

static struct rule_line *find(const struct rule_lines *lines, unsigned line, unsigned function) {
    size_t low = 0, high = lines->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct rule_line *at = &lines->list[middle];
        if (at->line < line || (at->line == line && at->function < function))
            low = middle + 1;
        else
            high = middle;
    }
    struct rule_line *found = &lines->list[low];
    bool is_it = low < lines->count && found->line == line && found->function == function;
    return is_it ? found : NULL;
}

static void count_line(lua_State *L, lua_Debug *at) {
    const struct line_counter *counter = (const void *)sandbox_of(L)->watch;
    lua_getinfo(L, "Sl", at);
    if (strcmp(at->source, "=" SANDBOX_CHUNK) != 0 || at->currentline < 1) return;
    struct rule_line *line = find(
        counter->lines, (unsigned)at->currentline, (unsigned)at->linedefined);
    if (line) line->runs++;
}

static void hook(lua_State *L, lua_Debug *at) {
    if (at->event == LUA_HOOKCOUNT)
        sandbox_count(L, at);
    else
        count_line(L, at);
}

struct line_counter *line_counter_new(struct sandbox *sandbox, struct rule_lines *lines) {
    struct line_counter *counter = mem_alloc(sizeof *counter);
    counter->watch = (struct sandbox_watch){hook, LUA_MASKLINE, NULL, NULL};
    counter->sandbox = sandbox;
    counter->lines = lines;
    counter->code = sandbox->setup.code;
    sandbox->budget.limits.time_ms *= TIME_FACTOR;
    sandbox_close(sandbox);
    sandbox->watch = &counter->watch;
    if (lines->branches.count) sandbox->setup.code = lines->branches.noting;
    return counter;
}

void line_counter_free(struct line_counter *counter) {
    if (!counter) return;
    sandbox_close(counter->sandbox);
    counter->sandbox->watch = NULL;
    counter->sandbox->budget.limits.time_ms /= TIME_FACTOR;
    counter->sandbox->setup.code = counter->code;
    mem_free(counter);
}
