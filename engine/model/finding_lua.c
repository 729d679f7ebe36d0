/* TC2xx: what a rule says of its log and of the world outside, and what its Lua says. */
#include "model/finding.h"

#define WARNING(number) .code = "TC" number, .level = DIAG_WARNING
/* An error with which the rule loads. */
#define FAILS(number) .code = "TC" number, .level = DIAG_ERROR, .loads = true

#define RULE(line) "lua: |\n  function rule(event)\n    " line "\n  end"

const struct finding findings_of_lua[] = {
    /* ---- fields and names ---- */
    {WARNING("201"), .title = "a field that the log does not have",
        .meaning =
            "No record of the log has such a field, so that it is missing in every event. The\n"
            "fields of a log are in rules/logs/LOG.yaml; below requestParameters and its like\n"
            "anything may stand. A note says that no known name is near: it may be new.",
        .bad = "when: {userIdentity.tpye: Root}", .good = "when: {userIdentity.type: Root}"},
    {WARNING("202"), .title = "a call that no service has",
        .meaning =
            "The service of 'eventSource' has no such call, or, where none is named, no service\n"
            "has. A note says that no known name is near: the service may have it since the\n"
            "list was made (rules/logs/aws.cloudtrail.events).",
        .bad = "when: {eventSource: iam.amazonaws.com, eventName: CreateUsr}",
        .good = "when: {eventSource: iam.amazonaws.com, eventName: CreateUser}"},
    {WARNING("203"), .title = "a service that is misspelt",
        .meaning = "'eventSource' is a word and '.amazonaws.com', and this is nearly one of those.",
        .bad = "when: {eventSource: iam}", .good = "when: {eventSource: iam.amazonaws.com}"},
    {WARNING("204"), .title = "an ATT&CK id that does not exist",
        .meaning =
            "It is not in the release that rules/attack.txt lists: misspelt, revoked, or newer.",
        .bad = "attack: [T1098.099]", .good = "attack: [T1098.001]"},
    {WARNING("205"), .title = "a regular expression that can take long",
        .meaning =
            "It can divide one text in very many ways, all of which are tried where it does not\n"
            "match. Somebody who writes the text can make the event too dear to be judged.",
        .bad = "when: {userAgent: [{regex: \"^(a+)+$\"}]}",
        .good = "when: {userAgent: [{regex: \"^a+$\"}]}"},
    {WARNING("206"), .title = "a value of another type than the field",
        .meaning = "In a pattern true and \"true\" are different, and so are false and \"false\".\n"
                   "CloudTrail writes mfaAuthenticated as a string, readOnly as true or false.",
        .bad = "when: {userIdentity.sessionContext.attributes.mfaAuthenticated: false}",
        .good = "when: {userIdentity.sessionContext.attributes.mfaAuthenticated: \"false\"}"},
    /* ---- names in Lua ---- */
    {FAILS("210"), .title = "an unknown name in Lua",
        .meaning = "Neither the rule nor the library has it. It is nil: to call it, or to read a\n"
                   "field of it, fails. What there is: lua/README.md.",
        .bad = RULE("return evnt.eventName == \"DeleteTrail\""),
        .good = RULE("return event.errorCode == nil")},
    {FAILS("211"), .title = "a library has no such function",
        .meaning = "To call it fails. What there is: lua/README.md.",
        .bad = RULE("return regex.mtach(event.userAgent, \"kali\") ~= nil"),
        .good = RULE("return regex.match(event.userAgent, \"kali\") ~= nil")},
    {WARNING("212"), .title = "state that is kept between events",
        .meaning =
            "Which events a rule sees before which is not fixed, so that what it keeps decides\n"
            "by chance. Counting is what 'threshold' and its like are for (rules/MEMORY.md).",
        .bad =
            "lua: |\n  local n = 0\n  function rule(event)\n    n = n + 1\n    return n > 5\n  end",
        .good = "threshold: {count: 5, within: 10m}"},
    {WARNING("213"), .title = "a function that nobody calls",
        .meaning =
            "It is none of those that a rule is asked for (rule, title, severity, …), and the\n"
            "rule does not call it.",
        .bad = "lua: |\n  function tittle(event)\n    return \"Trail deleted\"\n  end",
        .good = "lua: |\n  function title(event)\n    return \"Trail deleted\"\n  end"},
    {WARNING("214"), .title = "a test in Lua that could be 'when'",
        .meaning =
            "Without 'when' the rule is called for every event of its log. A pattern decides\n"
            "without Lua, and is found by an index.",
        .bad = RULE("return event.eventName == \"DeleteTrail\""),
        .good = "when: {eventName: DeleteTrail}"},
    {WARNING("220"), .title = "a local that is never read",
        .meaning =
            "It was forgotten, or another name is misspelt. One that begins with '_' is not\n"
            "meant to be read.",
        .bad = RULE("local who = event.userIdentity\n    return event.errorCode == nil"),
        .good = RULE("return event.errorCode == nil")},
    {FAILS("221"), .title = "a global that a function writes",
        .meaning =
            "A rule keeps nothing from one event to the next: to write a global fails, and with\n"
            "it the rule on this event. Write 'local'.",
        .bad = RULE("who = event.userIdentity\n    return who.type == \"Root\""),
        .good = RULE("local who = event.userIdentity\n    return who.type == \"Root\"")},
    {WARNING("222"), .title = "a change of the event",
        .meaning =
            "The event is the rule's own view: nobody else sees the change, neither the alert\n"
            "nor another rule.",
        .bad = RULE("event.userIdentity.type = \"Root\"\n    return true"),
        .good = RULE("local kind = event.userIdentity.type\n    return kind == \"Root\"")},
    {FAILS("223"), .title = "a call of what is no function",
        .meaning = "An event holds values and no functions. The library is beside it: get(event,\n"
                   "\"a.b\") is what event:get(…) is elsewhere.",
        .bad = RULE("return event:get(\"eventName\") == \"DeleteTrail\""),
        .good = RULE("return get(event, \"eventName\") == \"DeleteTrail\"")},
    /* ---- comparisons ---- */
    {WARNING("224"), .title = "a comparison with a new table",
        .meaning =
            "Two tables are equal when they are one and the same, and one that is written\n"
            "here is new. one_of(value, list) asks whether a value is in a list; #value == 0\n"
            "whether a list is empty.",
        .bad = RULE("return event.eventName == {\"StopLogging\", \"DeleteTrail\"}"),
        .good = RULE("return one_of(event.eventName, \"StopLogging\", \"DeleteTrail\")")},
    {WARNING("225"), .title = "'not' before a comparison",
        .meaning = "'not a == b' is (not a) == b: true or false is compared with a value that is\n"
                   "neither.",
        .bad = RULE("return not event.errorCode == \"AccessDenied\""),
        .good = RULE("return event.errorCode ~= \"AccessDenied\"")},
    {WARNING("226"), .title = "a comparison with a value of another type",
        .meaning = "In Lua 1 and \"1\", true and \"true\" are different. Account ids are strings.",
        .bad = RULE("return event.recipientAccountId == 111122223333"),
        .good = RULE("return event.recipientAccountId == \"111122223333\"")},
    {WARNING("227"), .title = "a condition that comes out the same for every event",
        .meaning = "Whatever a is, it is not \"x\" or not \"y\", and it is never both.",
        .bad = RULE("return event.awsRegion ~= \"eu-west-1\" or event.awsRegion ~= \"eu-west-2\""),
        .good = RULE(
            "return event.awsRegion ~= \"eu-west-1\" and event.awsRegion ~= \"eu-west-2\"")},
    {WARNING("228"), .title = "a value that stands for a comparison",
        .meaning =
            "a == \"x\" or \"y\" is (a == \"x\") or \"y\": \"y\" is neither false nor nil, so that the\n"
            "whole never is.",
        .bad = RULE("return event.awsRegion == \"eu-west-1\" or \"eu-west-2\""),
        .good = RULE("return one_of(event.awsRegion, \"eu-west-1\", \"eu-west-2\")")},
    {WARNING("229"), .title = "a condition that was tested before",
        .meaning = "An 'elseif' asks what an earlier one asked, and is never reached.",
        .bad = RULE("if event.errorCode then return false\n"
                    "    elseif event.errorCode then return true end"),
        .good = RULE("if event.errorCode then return false\n"
                     "    elseif event.errorMessage then return true end")},
    /* ---- calls ---- */
    {WARNING("230"), .title = "the wrong number of arguments",
        .meaning =
            "A function of the library fails where an argument is missing, and passes over one\n"
            "too many.",
        .bad = RULE("return regex.test(event.userAgent)"),
        .good = RULE("return regex.test(event.userAgent, \"kali\")")},
    {FAILS("231"), .title = "a regular expression in Lua that is none",
        .meaning = "It does not compile, so that the call fails. Long strings, [[\\d+]], save\n"
                   "backslashes.",
        .bad = RULE("return regex.test(event.userAgent, \"(kali\")"),
        .good = RULE("return regex.test(event.userAgent, \"(kali)\")")},
    {FAILS("232"), .title = "a method that strings do not have",
        .meaning = "Strings have those of Lua: find, match, sub, lower and so on. To call another\n"
                   "fails.",
        .bad = RULE("return event.eventName:startswith(\"Delete\")"),
        .good = RULE("return glob(event.eventName, \"Delete*\")")},
    /* ---- ways ---- */
    {WARNING("233"), .title = "code that is never reached",
        .meaning = "What stands before it always leaves, by 'return', 'break' or error().",
        .bad = RULE("if event.errorCode then return false else return true end\n    return false"),
        .good = RULE("if event.errorCode then return false end\n    return true")},
    {WARNING("234"), .title = "a function that answers nothing",
        .meaning =
            "It has no 'return' with a value: 'rule' never matches, and for 'title' and the\n"
            "others the manifest's value stands.",
        .bad = RULE("local _ = event.errorCode == nil"),
        .good = RULE("return event.errorCode == nil")},
    {WARNING("235"), .title = "'rule' answers neither true nor false",
        .meaning = "Any other value is an error of the rule. Compare it with something.",
        .bad = RULE("return event.errorCode"), .good = RULE("return event.errorCode ~= nil")},
    {WARNING("236"), .title = "an unknown severity in Lua",
        .meaning = "The alert would go out with the manifest's, and say that 'severity' failed.",
        .bad = "lua: |\n  function severity(event)\n    return \"hgih\"\n  end",
        .good = "lua: |\n  function severity(event)\n    return \"high\"\n  end"},
    {0},
};
