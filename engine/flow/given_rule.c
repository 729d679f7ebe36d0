#include "flow/given_rule.h"

#include "script/rule_lines.h"

static void note_first(struct diag *diag, const struct diags *diags) {
    const struct diag_entry *entry = &diags->list[0];
    if (diags->count)
        diag_set(diag, "%s:%u: %s", entry->place.file, entry->place.line, entry->text);
    else
        diag_set(diag, "the rule does not load");
}

static void load(struct given_rule *given, const struct rules *rules) {
    struct diags diags = {0};
    given->rule.script = rules_script(rules, given->rule.manifest, &diags);
    if (!given->rule.script) note_first(&given->diag, &diags);
    if (given->rule.script && given->rule.lines)
        rule_script_count_lines(given->rule.script, given->rule.lines);
    diags_release(&diags);
}

const struct rule *given_rule_find(struct given_rule *given, const struct rules *rules,
    uint32_t rule, const struct manifest_test *test, struct diag *diag) {
    if (given->test != test) {
        given_rule_release(given);
        given->test = test;
        given->rule = rules->list[rule];
        given->rule.manifest = (struct manifest *)test->rule;
        given->rule.script = NULL;
        if (rules->list[rule].script) load(given, rules);
    }
    if (given->diag.set) *diag = given->diag;
    return given->diag.set ? NULL : &given->rule;
}

void given_rule_release(struct given_rule *given) {
    rule_script_free(given->rule.script);
    *given = (struct given_rule){0};
}
