"""Only the rules that want an event's name are called with it: dict.py RULES.py EVENTS

What a team writes that found a loop over all rules too slow. Prints as loop.py does.
"""
import json
import sys

from loop import load


def by_name(names):
    rules = {}
    for rule in names["RULES"]:
        for name in names["N_" + rule.__name__]:
            rules.setdefault(name, []).append(rule)
    return rules


def count(rules, path):
    events = matches = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            events += 1
            for rule in rules.get(event.get("eventName"), ()):
                try:
                    matches += rule(event) is True
                except AttributeError:  # a field is of another type: no match
                    pass
    return matches, events


if __name__ == "__main__":
    print(*count(by_name(load(sys.argv[1])), sys.argv[2]))
