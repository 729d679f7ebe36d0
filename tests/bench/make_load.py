"""Makes a work load with a known answer: records like those of CloudTrail, and rules for them.

    make_load.py OUT [--mb 64] [--rules 1000] [--seed 1] [--gz 0]

OUT/corpus.ndjson    records, some with a match or a decoy put in
OUT/gz/f0000.json.gz the same as {"Records": [...]}, in --gz files
OUT/w1 w100 ...      the first rules as manifests: `when` names the events, Lua tests fields
OUT/w1-lua ...       the same without `when`: Lua does it all
OUT/w1.py, w1.jq ... the same for Python (a list RULES) and jq
OUT/expected.json    records, bytes, and for each rule set how many pairs of event and rule match
"""
import argparse
import collections
import gzip
import json
import os
import random

from make_records import records, spell
from make_rules import draw_rules

SIZES = (1, 10, 100, 1000, 10000)


# ---- matches and decoys ----

def put(event, path, value):
    *parents, last = path.split(".")
    for key in parents:
        if not isinstance(event.get(key), dict):
            event[key] = {}
        event = event[key]
    event[last] = value


def put_match(rnd, event, rule):
    event["eventName"] = rnd.choice(rule.names)
    for test in rule.tests:
        put(event, test.path, test.example(rnd))


# chance in 10,000, and what is done to the record
INJECTIONS = (
    (3, lambda rnd, event, rules: put_match(rnd, event, rules[0])),
    (7, lambda rnd, event, rules: put_match(rnd, event, rnd.choice(rules[:100]))),
    (10, lambda rnd, event, rules: put_match(rnd, event, rnd.choice(rules))),
    (4, lambda rnd, event, rules: put(event, "eventName", "CreatePortfolio")),
    (4, lambda rnd, event, rules: put(event, "userIdentity.type", "Root")),
    (4, lambda rnd, event, rules: put(event, "requestParameters.note", "CreatePortfolio")),
)


def inject(rnd, line, rules):
    dice = rnd.random() * 10000
    for chance, change in INJECTIONS:
        dice -= chance
        if dice < 0:
            event = json.loads(line)
            change(rnd, event, rules)
            return spell(event)
    return line


def lines(seed, rules, limit):
    rnd = random.Random(seed)
    size = 0
    for line in records(seed):
        line = inject(rnd, line, rules)
        size += len(line) + 1  # all of it is ASCII
        yield line
        if size >= limit:
            return


# ---- who matches ----

class Judge:
    """Counts, for each size of rule set, the pairs that match."""

    def __init__(self, rules, sizes):
        self.sizes = sizes
        self.pairs = collections.Counter()
        self.by_name = collections.defaultdict(list)
        for rule in rules:
            for name in rule.names:
                self.by_name[name].append(rule)

    def see(self, line):
        name = line.split('"eventName":"', 1)[1].split('"', 1)[0]
        if name not in self.by_name:
            return
        event = json.loads(line)
        for rule in self.by_name[name]:
            if rule.holds(event):
                self.pairs.update(size for size in self.sizes if rule.number < size)


# ---- files ----

def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def write_rules(out, rules):
    name = f"{out}/w{len(rules)}"
    for folder in (name, name + "-lua"):
        os.makedirs(folder, exist_ok=True)
    for rule in rules:
        write(f"{name}/{rule.id}.yaml", rule.manifest())
        write(f"{name}-lua/{rule.id}.yaml", rule.manifest_of_lua_alone())
    write(name + ".py", "".join(rule.python() for rule in rules))
    write(name + ".jq", ".eventName as $n | " + ",\n".join(rule.jq() for rule in rules) + "\n")


def write_corpus(out, corpus, judge):
    count = 0
    with open(out + "/corpus.ndjson", "w", encoding="utf-8") as file:
        for line in corpus:
            file.write(line + "\n")
            judge.see(line)
            count += 1
    return count


def write_gz(out, count, files):
    os.makedirs(out + "/gz", exist_ok=True)
    share = -(-count // files)
    with open(out + "/corpus.ndjson", encoding="utf-8") as corpus:
        for number in range(files):
            part = [line.rstrip("\n") for _, line in zip(range(share), corpus)]
            with gzip.open(f"{out}/gz/f{number:04}.json.gz", "wt", 6, encoding="utf-8") as file:
                file.write('{"Records":[' + ",".join(part) + "]}")


def read_arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("--mb", type=float, default=64)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--gz", type=int, default=0)
    return parser.parse_args()


def main():
    given = read_arguments()
    os.makedirs(given.out, exist_ok=True)
    sizes = [size for size in SIZES if size <= given.rules]
    rules = draw_rules(random.Random(given.seed), given.rules)
    for size in sizes:
        write_rules(given.out, rules[:size])
    judge = Judge(rules, sizes)
    count = write_corpus(given.out, lines(given.seed, rules, given.mb * 1e6), judge)
    if given.gz:
        write_gz(given.out, count, given.gz)
    write(given.out + "/expected.json", json.dumps({
        "events": count, "bytes": os.path.getsize(given.out + "/corpus.ndjson"),
        "seed": given.seed, "matches": {f"w{size}": judge.pairs[size] for size in sizes}}))


if __name__ == "__main__":
    main()
