"""What a match costs a rule that remembers many keys, against one that remembers a thousand.

All see a match of a key about as often within the rule's time: of many keys 300 a second come, each
once or each twice; of a thousand one a second, again and again. Nothing fires.
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
        self.measure = ""
        os.makedirs(self.folder, exist_ok=True)
        self.events = {"few": max(keys // 4, FEW), "once": keys, "twice": 2 * keys}
        self._make("few", FEW, 1)
        self._make("once", keys, 300)
        self._make("twice", keys, 300)
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

    def cost(self, how, kind, name):
        """CPU seconds, and the peak of the memory."""
        out = self.folder + "/out"
        argv = [self.program, how] + self._command(how, kind, name)
        cost, peak, self.measure = memory.watch(argv, out)
        with open(out + ".err", encoding="utf-8") as file:
            if f" {self.events[name]:,} matches, 0 alerts" not in file.read():
                raise Failed(f"{kind} of {name} keys: not what is there: {out}.err")
        return cost.cpu, peak

    def _round(self, how, kind, number):
        """Ratios of a match of a key that is known, and of one that is not; the peak."""
        costs, peaks = {}, []
        for name in tuple(self.events)[::1 if number % 2 == 0 else -1]:
            costs[name], peak = self.cost(how, kind, name)
            peaks.append(peak)
        few = costs["few"] / self.events["few"] * self.events["once"]
        return (costs["twice"] - costs["once"]) / few, costs["once"] / few, max(peaks)

    def rows(self, how, kind, rounds):
        known, new, peaks = zip(*(self._round(how, kind, number) for number in range(rounds)))
        what = f"{kind.replace('_', ' ')}, {how}"
        yield Row(KEPT, f"match of a known key, {what}", "1,000 keys", known, at_most=3)
        yield Row(KEPT, f"match of a new key, {what}", "1,000 keys", new, at_most=3)
        yield Row(KEPT, f"peak memory, {what}", "", (max(peaks),), "MB", at_most=300,
                  note=f"{self.measure} of all processes, {self.events['once']:,} keys")


def rows_of(bench, keys, rounds):
    remember = Remember(bench, keys)
    for kind in KINDS:
        yield from remember.rows("replay", kind, rounds)
    yield from remember.rows("run", "threshold", 1)  # waits for the disk
