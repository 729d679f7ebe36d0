"""What a match costs a rule that remembers many keys, against one that remembers a thousand.

Both see a match of a key about as often within the rule's time: the many come at 300 a second and
each once, the few at one a second, again and again. Nothing fires.
"""
import os
import subprocess

import memory
from program import Failed
from rows import KEPT, Row

KEYS_AWK = "tests/e2e/remember/keys.awk"
FEW = 1000
KINDS = {
    "threshold": "threshold: {count: 5, within: 1h}",
    "first_seen": "first_seen: {by: [userIdentity.userName], within: 30d, learn: 30d}",
}
RULE = """id: bench.remember
title: Logins
severity: low
log: aws.cloudtrail
when: {eventName: ConsoleLogin}
dedup: {by: [userIdentity.userName]}
"""


class Remember:
    def __init__(self, bench, keys):
        self.folder = bench.folder + "/remember"
        self.program = bench.build + "/tocsin"
        os.makedirs(self.folder, exist_ok=True)
        self.events = {"many": keys, "few": max(keys // 4, FEW)}
        self._make("many", keys, 300)
        self._make("few", FEW, 1)
        for kind, text in KINDS.items():
            self._write(f"{kind}.rule.yaml", RULE + text + "\n")
            self._write(f"{kind}.yaml", f"rules: [{kind}.rule.yaml]\nstore: store.db\n")

    def _write(self, name, text):
        with open(f"{self.folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text)

    def _make(self, name, keys, rate):
        with open(f"{self.folder}/{name}", "wb") as file:
            subprocess.run(["awk", "-v", f"events={self.events[name]}", "-v", f"keys={keys}",
                            "-v", f"rate={rate}", "-f", KEYS_AWK], stdout=file, check=True)

    def _command(self, how, kind, name):
        if how == "replay":
            return ["-r", f"{self.folder}/{kind}.rule.yaml", f"{self.folder}/{name}"]
        for ending in ("", "-wal", "-shm", ".lock"):
            if os.path.exists(f"{self.folder}/store.db{ending}"):
                os.remove(f"{self.folder}/store.db{ending}")
        return ["-c", f"{self.folder}/{kind}.yaml", f"{self.folder}/{name}"]

    def match(self, how, kind, name):
        """CPU seconds a match, and the peak of the memory."""
        out = self.folder + "/out"
        argv = [self.program, how] + self._command(how, kind, name)
        cost, peak, measure = memory.watch(argv, out)
        with open(out + ".err", encoding="utf-8") as file:
            if f" {self.events[name]:,} matches, 0 alerts" not in file.read():
                raise Failed(f"{kind} of {name} keys: not what is there: {out}.err")
        return cost.cpu / self.events[name], peak, measure

    def rows(self, how, kind, rounds):
        ratios, peaks, measure = [], [], ""
        for number in range(rounds):
            found = {}
            for name in ("few", "many")[::1 if number % 2 == 0 else -1]:
                found[name], peak, measure = self.match(how, kind, name)
                peaks.append(peak)
            ratios.append(found["many"] / found["few"])
        yield Row(KEPT, f"CPU time of a match, {kind}, {how}", "1,000 keys", tuple(ratios),
                  at_most=3)
        yield Row(KEPT, f"peak memory, {kind}, {how}", "", (max(peaks),), "MB", at_most=300,
                  note=f"{measure} of all processes, {self.events['many']:,} keys")


def rows_of(bench, keys, rounds):
    remember = Remember(bench, keys)
    for how in ("replay", "run"):
        for kind in KINDS:
            yield from remember.rows(how, kind, rounds)
