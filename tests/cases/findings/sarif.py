"""Holds SARIF to what version 2.1.0 requires of the parts that `check` writes, and that each region is
in its file; then prints the results, one a line. The document is standard input."""
import json
import sys

LEVELS = {"none", "note", "warning", "error"}


def keys(value, required, allowed):
    assert set(required) <= set(value) <= set(required) | set(allowed), value


def message(value):
    keys(value, ["text"], ["markdown"])
    assert isinstance(value["text"], str) and value["text"]


def region(value, uri):
    keys(value, ["startLine"], ["startColumn", "endColumn"])
    with open(uri, encoding="utf-8") as source:
        line = source.read().split("\n")[value["startLine"] - 1]
    start = value.get("startColumn", 1)
    assert 1 <= start <= value.get("endColumn", start) <= len(line) + 1, value
    return line[start - 1 : value.get("endColumn", start) - 1]


def rule(value):
    keys(value, ["id"], ["shortDescription", "fullDescription", "help", "defaultConfiguration"])
    for name in ("shortDescription", "fullDescription", "help"):
        message(value[name])
    assert value["defaultConfiguration"]["level"] in LEVELS


def fix(value):
    for change in value["artifactChanges"]:
        keys(change, ["artifactLocation", "replacements"], [])
        for replacement in change["replacements"]:
            keys(replacement, ["deletedRegion"], ["insertedContent"])
            deleted = region(replacement["deletedRegion"], change["artifactLocation"]["uri"])
            yield f"{deleted} -> {replacement['insertedContent']['text']}"


def result(value, rules):
    keys(value, ["message"], ["ruleId", "ruleIndex", "level", "locations", "fixes"])
    message(value["message"])
    assert value["level"] in LEVELS
    assert rules[value.pop("ruleIndex")]["id"] == value["ruleId"]
    for location in value["locations"]:
        physical = location["physicalLocation"]
        keys(physical, ["artifactLocation"], ["region"])
        region(physical["region"], physical["artifactLocation"]["uri"])
    fixes = [text for each in value.get("fixes", []) for text in fix(each)]
    print(json.dumps({**value, "fixes": fixes}, ensure_ascii=False))


document = json.load(sys.stdin)
keys(document, ["version", "runs"], ["$schema"])
assert document["version"] == "2.1.0"
(run,) = document["runs"]
keys(run, ["tool"], ["results", "columnKind"])
assert run["columnKind"] in ("utf16CodeUnits", "unicodeCodePoints")
driver = run["tool"]["driver"]
keys(driver, ["name"], ["version", "rules"])
ids = [each["id"] for each in driver["rules"]]
assert ids == sorted(set(ids))
for each in driver["rules"]:
    rule(each)
for each in run["results"]:
    result(each, driver["rules"])
