"""What is compared with what, and what is wanted of it: the rows of the tables."""
import statistics
from dataclasses import dataclass

from ways import BARE, DICT, INFLATE, LOOP, ONDEMAND, PACKED, TOCSIN, TWO

CPU = "By CPU time of all processes, -j 1"
WALL = "By wall time on two cores, -j 2"
RUN = "A file that grows by 1,000 events a second, tocsin run"
HOUSE = "What isolation costs"
KEPT = "A rule that remembers many keys"


@dataclass(frozen=True)
class Row:
    section: str
    what: str
    against: str
    values: tuple = ()     # one a round; empty: not measured
    unit: str = ""         # "": a ratio
    at_least: float = None
    at_most: float = None
    note: str = ""
    excused: bool = False  # what is wanted cannot be asked here; the note says why

    @property
    def median(self):
        return statistics.median(self.values)

    @property
    def holds(self):
        """None: nothing to judge."""
        if not self.values or (self.at_least is None and self.at_most is None):
            return None
        if self.at_least is not None and self.median < self.at_least:
            return None if self.excused else False
        return self.at_most is None or self.median <= self.at_most


# ours, the other, at least
BY_CPU = (
    ((TOCSIN, "w1"), (ONDEMAND, "w1"), 1.0),
    ((TOCSIN, "w100"), (ONDEMAND, "w1"), 0.8),
    ((TOCSIN, "w1000"), (ONDEMAND, "w1"), 0.25),
    ((TOCSIN, "w1000"), (LOOP, "w1000"), 50),
    ((TOCSIN, "w1000"), (DICT, "w1000"), 4),
    ((TOCSIN, "w10000"), (TOCSIN, "w1000"), 0.15),
    ((BARE, "w100-lua"), (LOOP, "w100"), 0.5),
)
BY_WALL = (
    ((TWO, "w1"), (TOCSIN, "w1"), 1.6),
    ((TWO, "w100"), (TOCSIN, "w100"), 1.6),
    ((TWO, "w1000"), (TOCSIN, "w1000"), 1.6),
    ((PACKED, "w100"), (INFLATE, "w100"), 0.75),
)


def _what(key):
    engine, rules = key
    return rules.split("-")[0].upper() + {BARE: " without when", PACKED: " gzip'd"}.get(engine, "")


def _against(ours, other):
    if other == (TOCSIN, ours[1]):
        return "our -j 1"
    return other[1].upper() if other[0] == TOCSIN else other[0]


def _ratio(bench, measures, row, section, clock):
    ours, other, wanted = row
    a, b = measures.get(ours), measures.get(other)
    if not a or not b:
        lacks = bench.left_out.get(other[0])
        return Row(section, _what(ours), _against(ours, other), at_least=wanted,
                   note=f"no {lacks}" if lacks else "")
    values = tuple(x / y for x, y in zip(a.rates(clock), b.rates(clock)))
    return Row(section, _what(ours), _against(ours, other), values, at_least=wanted)


def _with_note(row, note, excused=False):
    return Row(**{**row.__dict__, "note": note, "excused": excused})


def _with_start(made, measure):
    if not made.values or measure.start.cpu < 0.1:
        return made
    return _with_note(made, "with %.1f s to start" % measure.start.cpu)


def cpu_rows(bench, measures):
    for row in BY_CPU:
        if bench.load.has(row[0][1]):
            yield _with_start(_ratio(bench, measures, row, CPU, "cpu"), measures.get(row[0]))


def _busy(made, measures, other):
    """More than two cores there are not: what -j 1 uses already cannot be won."""
    alone = measures.get(other)
    if not made.values or other[0] != TOCSIN:
        return made
    return _with_note(
        made, "-j 1 keeps %.2f cores busy" % alone.busy, alone.busy > 2 / made.at_least)


def wall_rows(bench, measures):
    for row in BY_WALL:
        if bench.load.has(row[0][1]):
            yield _busy(_ratio(bench, measures, row, WALL, "wall"), measures, row[1])
