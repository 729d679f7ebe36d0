"""What `make bench` runs: how fast it is, beside peers and limits, measured in turns in one run.

    bench.py BUILD      in the clone

BENCH_MB=512         how many million bytes the largest corpus has
BENCH_ROUNDS=5       how often each way is run; medians are told
BENCH_RULES=10000    rules of the largest rule set
BENCH_SECONDS=20     for how long a growing file is followed; 0: not at all
BENCH_EVENTS=20000   for what isolation costs; 0: not measured
BENCH_KEYS=1000000   how many keys a rule remembers; 0: not measured
BENCH_PATIENCE=1     2 lets each way read twice as long, 0.1 a tenth
BENCH_LOAD           the script that makes the work load

Exits 1 when a way does not find what is there, or fails. A figure that misses is told, not judged.
"""
import json
import os
import subprocess
import sys

import latency
import load
import memory
import plot
import remember
import report
import rows
from measure import measure_ways, progress
from program import Failed, become_reaper, run, two_cores
from rows import Row
from ways import TWO, WAYS

MEMORY_INPUT = 1e9  # bytes
HASTE = (  # what, of which part of the alerts, at most milliseconds
    ("half of the alerts within", 0.5, 10),
    ("99 of 100 within", 0.99, 50),
)


def number(name, otherwise):
    return float(os.environ.get(name) or otherwise)


class Bench:
    def __init__(self, build):
        self.build = build
        self.folder = build + "/bench"
        self.rounds = int(number("BENCH_ROUNDS", 5))
        self.patience = number("BENCH_PATIENCE", 1)
        self.seconds = number("BENCH_SECONDS", 20)
        self.load = load.prepare(
            build, number("BENCH_MB", 512), int(number("BENCH_RULES", 10000)))
        self.left_out = {}     # engine: what it lacks
        self.complaints = []

    def complain(self, what):
        self.complaints.append(str(what))
        progress("")
        print(f"bench: {what}", file=sys.stderr, flush=True)


# ---- what is not a ratio of two ways ----

def check_rows(bench):
    """Start with the largest rule set."""
    rules = "w%d" % bench.load.sizes[-1]
    argv = [bench.build + "/tocsin", "check", "-q", f"{bench.load.rules}/{rules}"]
    progress("check with " + rules)
    values = tuple(run(argv, bench.folder + "/out").wall for _ in range(bench.rounds))
    yield Row(rows.WALL, f"check of {bench.load.sizes[-1]:,} rules", "", values, "s", at_most=2)


def memory_rows(bench, measures):
    """Over the corpus as often as a billion bytes take, where that does not take too long."""
    measure = measures.get((TWO, "w1000"))
    if not measure:
        return
    corpus = measure.corpus
    times = -(-int(MEMORY_INPUT) // corpus.bytes) if corpus is bench.load.largest else 1
    argv = measure.way.command(bench, corpus) + [corpus.path] * (times - 1)
    progress("memory")
    peak, kind = memory.peak(argv, bench.folder + "/out")
    yield Row(rows.WALL, "peak memory, W1000", "", (peak,), "MB", at_most=150,
              note=f"{kind} of all processes, {corpus.bytes * times / 1e9:.2g} GB of input")


def _milliseconds(seconds):
    return 1000 * seconds


def latency_rows(bench):
    rules = "w1000" if bench.load.has("w1000") else "w%d" % bench.load.sizes[-1]
    progress(f"latency, {bench.seconds:g} s")
    alerts, syncs = latency.measure(bench.build, f"{bench.load.rules}/{rules}",
                                    bench.load.largest, bench.folder + "/run", bench.seconds)
    for what, part, most in HASTE:
        whole, sync = (_milliseconds(latency.share(each, part)) for each in (alerts, syncs))
        yield Row(rows.RUN, what, "", (max(0.0, whole - sync),), "ms", at_most=most,
                  note=f"{whole:.1f} less {sync:.1f} of the disk's sync; {len(alerts):,} alerts")


def house_rows(bench):
    """The two ways of judging inside the house, by a program of their own."""
    progress(rows.HOUSE)
    made = subprocess.run([bench.folder + "/bench", bench.build], stdout=subprocess.PIPE,
                          text=True, check=False)
    if made.returncode != 0:
        bench.complain("bench of what isolation costs failed")
    for line in made.stdout.splitlines():
        told = json.loads(line)
        values = (told["least"], told["median"], told["most"])
        yield Row(rows.HOUSE, f"{told['what']}, {told['clock']}", told["against"], values,
                  at_least=told.get("at_least"), at_most=told.get("at_most"), note=told["note"])


def keys_rows(bench, keys):
    progress(f"{keys:,} keys")
    yield from remember.rows_of(bench, keys, max(1, bench.rounds // 2))  # they are long


def tell(bench, table, make, *arguments):
    """Prints rows as they come; a failure is a complaint."""
    try:
        for row in make(bench, *arguments):
            progress("")
            table.add(row)
    except Failed as failed:
        bench.complain(failed)


# ---- the whole ----

def print_head(bench):
    largest = bench.load.largest
    print(f"{largest.events:,} events, {largest.bytes / 1e6:,.0f} MB, of {bench.load.maker}; "
          f"{len(two_cores())} of {os.cpu_count()} cores; {bench.rounds} rounds, "
          "median (least-most)")
    print("Whole programs, their start included. Who is slow reads the first part of the events,\n"
          "and rates are compared. All find the same matches, or it is told.", flush=True)


def measure_all(bench, table):
    measures = measure_ways(bench, WAYS)
    tell(bench, table, rows.cpu_rows, measures)
    if len(two_cores()) == 2:
        tell(bench, table, rows.wall_rows, measures)
    tell(bench, table, check_rows)
    tell(bench, table, memory_rows, measures)
    if bench.seconds > 0:
        tell(bench, table, latency_rows)
    if number("BENCH_EVENTS", 1) > 0:
        tell(bench, table, house_rows)
    keys = int(number("BENCH_KEYS", 1e6))
    if keys > 0:
        tell(bench, table, keys_rows, keys)
    return measures


def main():
    become_reaper()
    bench, table = Bench(sys.argv[1] if len(sys.argv) > 1 else "engine/build"), report.Table()
    print_head(bench)
    measures = measure_all(bench, table)
    report.print_speeds(measures)
    for engine, missing in bench.left_out.items():
        print(f"  {engine}: left out, no {missing}")
    report.write_json(bench.folder + "/bench.json", bench, measures, table.rows)
    plot.write_svg(bench.folder + "/bench.svg", measures)
    print(f"\nthe same as JSON: {bench.folder}/bench.json, as a picture: {bench.folder}/bench.svg")
    return 1 if bench.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
