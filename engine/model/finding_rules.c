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
    {0},
};
