"""The tables on standard output, and the same as JSON."""
import json
import os
import statistics
import sys

MARKS = {True: ("holds", "32"), False: ("misses", "31"), None: ("", "")}


def _coloured():
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR")


def paint(text, code):
    return f"\033[{code}m{text}\033[0m" if code and _coloured() else text


def _number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


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
    spread = f"({_number(min(row.values))}-{_number(max(row.values))})" if len(row.values) > 1 else ""
    return f"{_number(row.median) + unit:>9} {spread:<14}"


def _print_row(row):
    mark, code = MARKS[row.holds]
    line = "  %-30s %-22s %s %-14s " % (row.what, row.against, _figures(row), _wants(row))
    line += paint(f"{mark:<6}", code) + ("  " + row.note if row.note else "")
    print(line.rstrip())


def print_rows(rows):
    section = None
    for row in rows:
        if row.section != section:
            section = row.section
            print("\n" + paint(section, "1"))
        _print_row(row)
    sys.stdout.flush()


# ---- speeds ----

def print_speeds(measures):
    columns = sorted({int(m.way.rules[1:].split("-")[0]) for m in measures.values()})
    engines = list(dict.fromkeys(m.way.engine for m in measures.values()))
    engines.sort(key=lambda name: (not name.startswith("tocsin"), name))
    cells = {(m.way.engine, int(m.way.rules[1:].split("-")[0])): m for m in measures.values()}
    print("\n" + paint("Events a second of CPU time, all processes; whole programs, start included", "1"))
    print("  %-24s" % "" + "".join(f"{'W' + str(column):>12}" for column in columns))
    for engine in engines:
        line = "  %-24s" % engine
        for column in columns:
            measure = cells.get((engine, column))
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
    return {"engine": measure.way.engine, "rules": measure.way.rules, "events": measure.corpus.events,
            "events_per_cpu_second": _spread(measure.rates("cpu")),
            "events_per_second": _spread(measure.rates("wall")),
            "cores_busy": measure.busy, "start_cpu_seconds": measure.start}


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
