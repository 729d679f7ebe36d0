"""Every rule is called with every event, as in Panther: loop.py RULES.py EVENTS

Prints how many pairs matched, and of how many events.
"""
import json
import sys
from functools import reduce


def deep_get(event, *keys):
    return reduce(lambda at, key: at.get(key) if isinstance(at, dict) else None, keys, event)


def load(path):
    names = {"RULES": [], "deep_get": deep_get}
    with open(path, encoding="utf-8") as file:
        exec(compile(file.read(), path, "exec"), names)
    return names


def count(rules, path):
    events = matches = 0
    with open(path, encoding="utf-8") as file:
        for line in file:
            event = json.loads(line)
            events += 1
            for rule in rules:
                try:
                    matches += rule(event) is True
                except AttributeError:  # a field is of another type: no match
                    pass
    return matches, events


if __name__ == "__main__":
    print(*count(load(sys.argv[1])["RULES"], sys.argv[2]))
