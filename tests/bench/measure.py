"""Measures the ways in turns: a round runs each of them once, the next one in the other direction,
so that what the machine does beside it falls on all.

A way that is slow reads the first part of the corpus. Its start, measured with no event at all,
then counts once for the whole corpus, as it does for those that read the whole.
"""
import statistics
import sys
from dataclasses import dataclass, field

from program import Failed, run


@dataclass
class Measure:
    way: object
    corpus: object   # what it reads,
    whole: object    # and what it stands for
    start: object    # the cost before the first event
    costs: list = field(default_factory=list)

    def _rate(self, cost, start):
        times = self.whole.events / self.corpus.events
        return self.whole.events / (start + max(cost - start, 0.01 * cost) * times)

    def rates(self, clock):
        """Events a second, round by round."""
        start = getattr(self.start, clock)
        return [self._rate(getattr(cost, clock), start) for cost in self.costs]

    @property
    def busy(self):
        """How many cores it kept busy."""
        return statistics.median(cost.cpu / cost.wall for cost in self.costs)


def progress(text):
    if sys.stderr.isatty():
        print("\r\033[K" + text, end="", file=sys.stderr, flush=True)


def run_once(bench, way, corpus):
    """Its cost; Failed where it does not find what is there."""
    out = bench.folder + "/out"
    cost = run(way.command(bench, corpus), out, way.stdin(bench))
    found, events = way.found(out)
    expected = way.expected(corpus)
    if (found, events or expected[1]) != expected:
        raise Failed("%s, %s: found %s in %s events, not %d in %d" % (
            way.engine, way.rules, found, events or "the", *expected))
    return cost


# ---- how much each reads ----

def _fit(bench, way):
    """As much as its limit of time allows, its start not counted: from small to larger corpora,
    until one tells."""
    start = run(way.command(bench, bench.load.empty), bench.folder + "/out", way.stdin(bench))
    limit, corpora = way.limit * bench.patience, bench.load.corpora
    for corpus in corpora:
        event = max(0.0, run_once(bench, way, corpus).cpu - start.cpu) / corpus.events
        fitting = [other for other in corpora if event * other.events <= limit] or corpora[:1]
        if event * corpus.events > limit / 40 or fitting[-1].events <= corpus.events:
            break  # less than that tells nothing
    return Measure(way, fitting[-1], bench.load.largest, start)


def _prepare(bench, way):
    if not bench.load.has(way.rules):
        return None
    missing = way.missing(bench)
    if missing:
        bench.left_out[way.engine] = missing
        return None
    progress(f"{way.engine}, {way.rules}: how much it can read")
    try:
        return _fit(bench, way)
    except Failed as failed:
        bench.complain(failed)
        return None


def _align(measures):
    """Who is compared by wall time with another one of ours reads what that one reads."""
    for measure in measures.values():
        if measure.way.like in measures:
            measure.corpus = measures[measure.way.like].corpus


# ---- rounds ----

def _run_round(bench, measures, number):
    ordered = list(measures.values())[::1 if number % 2 == 0 else -1]
    for measure in ordered:
        progress(f"round {number + 1} of {bench.rounds}: {measure.way.engine}, {measure.way.rules}")
        try:
            measure.costs.append(run_once(bench, measure.way, measure.corpus))
        except Failed as failed:
            bench.complain(failed)
            del measures[measure.way.key]


def measure_ways(bench, ways):
    """What is there of them, by (engine, rules)."""
    measures = {way.key: measure for way in ways if (measure := _prepare(bench, way))}
    _align(measures)
    for number in range(bench.rounds):
        _run_round(bench, measures, number)
    progress("")
    return measures
