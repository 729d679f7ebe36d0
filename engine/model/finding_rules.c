/* TC1xx: what is wrong with rules and configuration as a whole, though each line may be. */
#include "model/finding.h"

#define WARNING(number) .code = "TC" number, .level = DIAG_WARNING

const struct finding findings_of_rules[] = {
    {WARNING("101"), .title = "an exception no longer applies",
        .meaning =
            "Its 'until' is over, so that what it let pass raises alerts again. Remove it, or\n"
            "decide anew until when it holds.",
        .bad = "exceptions:\n  - when: {userIdentity.userName: scanner}\n    reason: the scanner\n"
               "    until: \"2020-01-31\"",
        .good = "exceptions:\n  - when: {userIdentity.userName: scanner}\n    reason: the scanner"},
    {WARNING("102"), .title = "an exception hides what a test expects",
        .meaning =
            "The event of a test that expects an alert meets the exception, so that the test\n"
            "fails. One of the two is wrong."},
    {WARNING("103"), .title = "'updates' that never come",
        .meaning =
            "A route tells of further matches of alerts whose rules make each match an alert of\n"
            "its own (dedup: {period: 0}). There is nothing to tell."},
    {WARNING("104"), .title = "an alert ends at once",
        .meaning =
            "The event of a test that expects an alert meets 'resolve', too, so that the alert\n"
            "is over when it begins."},
    {WARNING("105"), .title = "'limits' above those of the configuration",
        .meaning =
            "A rule may lower what the configuration gives to each of them, not raise it: the\n"
            "lower figure holds."},
    {WARNING("106"), .title = "a setting that looks like a misspelt key",
        .meaning =
            "Keys of a destination that the engine does not know go to its Lua. This one is\n"
            "spelt much like one that it knows.",
        .bad = "destinations:\n  soc: {type: slack, url: \"https://example.com/\", timout: 5s}",
        .good = "destinations:\n  soc: {type: slack, url: \"https://example.com/\", timeout: 5s}"},
    {WARNING("107"), .title = "nothing is ignored",
        .meaning = "'ignore_findings' names a finding that is not there (any more). Remove it, so\n"
                   "that it does not hide the next one."},
    {WARNING("110"), .title = "two rules match the same",
        .meaning =
            "Log, pattern, Lua, parameters, exceptions and memory are the same, so that each\n"
            "event raises two alerts. One of the rules is left over, or was copied and not\n"
            "changed."},
    {WARNING("111"), .title = "a route that no alert reaches",
        .meaning =
            "The first route that matches takes the alert, unless it has 'continue: true'. One\n"
            "before this takes all that would come here.",
        .bad = "routes:\n  - to: [soc]\n  - {when: {severity: critical}, to: [on-call]}",
        .good = "routes:\n  - {when: {severity: critical}, to: [on-call]}\n  - to: [soc]"},
    {WARNING("112"), .title = "a destination that nobody uses",
        .meaning = "No route leads there, and no rule names it: nothing is ever sent to it."},
    {WARNING("113"), .title = "a route for no rule",
        .meaning = "The route asks for a rule by its id, and there is none of that id.",
        .bad = "routes:\n  - {when: {rule: aws.rot-login}, to: [on-call, soc]}",
        .good = "routes:\n  - {when: {rule: aws.root-login}, to: [on-call, soc]}"},
    {WARNING("120"), .title = "a value that changes nothing",
        .meaning = "A list means 'any of'. Whatever this value matches, another one of the list\n"
                   "matches, too: it stands twice, or an operator covers it.",
        .bad = "when: {eventName: [DeleteTrail, {prefix: Delete}]}",
        .good = "when: {eventName: [{prefix: Delete}]}"},
    {WARNING("121"), .title = "a pattern that never matches",
        .meaning =
            "All fields of a pattern must hold, and these cannot at the same time: what is a\n"
            "value has no fields below it, and what each event of the log has is not absent.",
        .bad = "when:\n  userIdentity: Root\n  userIdentity.type: Root",
        .good = "when:\n  userIdentity.type: Root"},
    {WARNING("122"), .title = "an exception for all that a rule matches",
        .meaning = "The rule never fires. 'enabled: false' says so more plainly.",
        .bad = "when: {eventName: DeleteTrail}\nexceptions:\n"
               "  - {when: {eventName: [DeleteTrail, StopLogging]}, reason: too loud}",
        .good = "when: {eventName: DeleteTrail}\nexceptions:\n"
                "  - {when: {userIdentity.userName: terraform}, reason: it does}"},
    {WARNING("123"), .title = "an exception that never applies",
        .meaning =
            "It is asked about what the rule matches, and the rule matches nothing like that.",
        .bad = "when: {eventName: DeleteTrail}\nexceptions:\n"
               "  - {when: {eventName: StopLogging}, reason: maintenance}",
        .good = "when: {eventName: [DeleteTrail, StopLogging]}\nexceptions:\n"
                "  - {when: {eventName: StopLogging}, reason: maintenance}"},
    {.code = "TC130",
        .level = DIAG_NOTE,
        .title = "a rule that is not tested both ways",
        .meaning = "A rule has at least one test that expects an alert, and one that expects\n"
                   "nothing: the first finds what was misspelt, the second what matches too much.\n"
                   "A rule of 'status: draft' may do without.",
        .bad = "tests: []",
        .good = "tests:\n  - {name: root does, event: {eventName: DeleteTrail}, expect: alert}\n"
                "  - {name: another call, event: {eventName: GetTrail}, expect: nothing}"},
    {0},
};
