"""Measures the ways in turns: a round runs each of them once, the next one in the other direction,
so that what the machine does beside it falls on all.
"""
import statistics
import sys
from dataclasses import dataclass, field

from program import Failed, run


@dataclass
class Measure:
    way: object
    corpus: object   # what it reads
    start: float     # seconds of CPU time before the first event, about
    costs: list = field(default_factory=list)

    def rates(self, clock):
        """Events a second, round by round."""
        return [self.corpus.events / getattr(cost, clock) for cost in self.costs]

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
    """As much as its limit of time allows, judged by what two small corpora took."""
    small, larger, *_ = bench.load.corpora
    first = run_once(bench, way, small).cpu
    if first > 3 * way.limit:
        return Measure(way, small, first)
    more = max(0.0, run_once(bench, way, larger).cpu - first)
    event = more / (larger.events - small.events)
    start = max(0.0, first - event * small.events)
    fitting = [corpus for corpus in bench.load.corpora
               if start + event * corpus.events <= way.limit * bench.patience]
    return Measure(way, fitting[-1] if fitting else small, start)


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
