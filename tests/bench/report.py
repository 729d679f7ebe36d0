"""The tables on standard output, and the same as JSON."""
import json
import os
import statistics
import sys

from ways import TWO

MARKS = {True: ("holds", "32"), False: ("misses", "31"), None: ("", "")}


def _coloured():
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def paint(text, code):
    return f"\033[{code}m{text}\033[0m" if code and _coloured() else text


def _number(value):
    places = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 0.1 else 3
    return f"{value:,.{places}f}"


# ---- rows ----

def _wants(row):
    unit = " " + row.unit if row.unit else ""
    if row.at_least is not None:
        return f"at least {row.at_least:g}{unit}"
    return f"at most {row.at_most:g}{unit}" if row.at_most is not None else ""


def _figures(row):
    if not row.values:
        return f"{'not measured':>24}"
    unit = " " + row.unit if row.unit else ""
    spread = f"({_number(min(row.values))}-{_number(max(row.values))})"
    return f"{_number(row.median) + unit:>9} {spread if len(row.values) > 1 else '':<14}"


def _print_row(row):
    mark, code = MARKS[row.holds]
    line = "  %-35s %-20s %s %-15s " % (row.what, row.against, _figures(row), _wants(row))
    line += paint(f"{mark:<6}", code) + ("  " + row.note if row.note else "")
    print(line.rstrip())


class Table:
    """Prints rows as they come, each section under its name."""

    def __init__(self):
        self.rows = []

    def add(self, row):
        if not self.rows or row.section != self.rows[-1].section:
            print("\n" + paint(row.section, "1"))
        _print_row(row)
        sys.stdout.flush()
        self.rows.append(row)


# ---- speeds ----

def _rules(measure):
    return int(measure.way.rules[1:].split("-")[0])


def print_speeds(measures):
    cells = {(measure.way.engine, _rules(measure)): measure for measure in measures.values()
             if measure.way.engine != TWO}
    columns = sorted({rules for _, rules in cells})
    engines = sorted({engine for engine, _ in cells}, key=lambda name: ("tocsin" not in name, name))
    print("\n" + paint("Events a second of CPU time, all processes", "1"))
    print("  %-24s" % "" + "".join(f"{'W' + str(rules):>12}" for rules in columns))
    for engine in engines:
        line = "  %-24s" % engine
        for rules in columns:
            measure = cells.get((engine, rules))
            line += f"{statistics.median(measure.rates('cpu')):>12,.0f}" if measure else " " * 12
        print(line.rstrip())


# ---- JSON ----

def _spread(values):
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}


def _row_as_json(row):
    made = {"section": row.section, "what": row.what, "against": row.against, "unit": row.unit}
    if row.values:
        made.update(_spread(row.values))
    made.update({"at_least": row.at_least, "at_most": row.at_most, "holds": row.holds})
    return {**made, "note": row.note} if row.note else made


def _speed_as_json(measure):
    return {"engine": measure.way.engine, "rules": measure.way.rules,
            "events": measure.corpus.events,
            "events_per_cpu_second": _spread(measure.rates("cpu")),
            "events_per_second": _spread(measure.rates("wall")),
            "cores_busy": measure.busy, "start_cpu_seconds": measure.start.cpu}


def write_json(path, bench, measures, rows):
    largest = bench.load.largest
    with open(path, "w", encoding="utf-8") as file:
        json.dump({
            "load": {"maker": bench.load.maker, "events": largest.events, "bytes": largest.bytes},
            "rounds": bench.rounds, "cores": os.cpu_count(), "left_out": bench.left_out,
            "complaints": bench.complaints, "rows": [_row_as_json(row) for row in rows],
            "speeds": [_speed_as_json(measure) for measure in measures.values()]},
            file, indent=1)
        file.write("\n")
