/* The look before the parse: patterns as YAML documents, a NUL, and a record. Whenever a pattern
 * matches an event of the record, parsed, the look wants the record, whichever field it goes by. */
#include "fuzz.h"

#include "look_rules.h"

enum { TURNS = 3, MOST_PATTERNS = 8 };

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct arena arena = {0};
    struct str record = fuzz_input(bytes, size);
    struct str yaml = fuzz_take(&record, '\0');
    struct look_rules rules = look_rules_compile(&arena, yaml);
    bool matches = rules.count <= MOST_PATTERNS && look_matches(&arena, &rules, record);
    for (size_t turn = 0; turn < TURNS && rules.count <= MOST_PATTERNS; turn++) {
        struct look *look = look_of(&arena, &rules, turn);
        if (look) demand(look_asked(look, record) || !matches, "turn %zu", turn);
        look_free(look);
    }
    look_rules_release(&rules);
    arena_release(&arena);
    return 0;
}
