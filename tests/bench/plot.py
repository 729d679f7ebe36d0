"""A picture: CPU time for an event against the number of rules, both by tens."""
import math
import statistics
from html import escape

from ways import BARE, DICT, JQ, LOOP, LUA, ONDEMAND, TOCSIN

WIDTH, HEIGHT = 760, 470
LEFT, RIGHT, TOP, BOTTOM = 70, 190, 56, 56
LINES = {TOCSIN: "ours", BARE: "bare", LOOP: "a", DICT: "b", LUA: "c", JQ: "d"}
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #24292f }
  .title { font-size: 16px; font-weight: 600 }
  .small { font-size: 12px; fill: #57606a }
  .paper { fill: #ffffff }
  .grid { stroke: #d0d7de; stroke-width: 1 }
  .line { fill: none; stroke-width: 2; stroke-linejoin: round }
  .ours { --ink: #0969da } .bare { --ink: #54a3f0 } .limit { --ink: #6e7781 }
  .a { --ink: #bc4c00 } .b { --ink: #9a6700 } .c { --ink: #8250df } .d { --ink: #bf3989 }
  .line, .limit { stroke: var(--ink) }
  circle, text.name { fill: var(--ink); stroke: none }
  .ours.line { stroke-width: 3.5 } .limit { stroke-dasharray: 5 4; stroke-width: 1.5 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .small { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #30363d }
    .ours { --ink: #58a6ff } .bare { --ink: #3d7cc9 } .limit { --ink: #9198a1 }
    .a { --ink: #f0883e } .b { --ink: #d29922 } .c { --ink: #bc8cff } .d { --ink: #f778ba }
  }
"""


def _curves(measures):
    """Microseconds of an event by number of rules, of each engine that is drawn."""
    curves = {}
    for measure in measures.values():
        engine, rules = measure.way.key
        if engine in LINES or engine == ONDEMAND:
            cost = 1e6 / statistics.median(measure.rates("cpu"))
            curves.setdefault(engine, []).append((int(rules[1:].split("-")[0]), cost))
    return {engine: sorted(points) for engine, points in curves.items()}


class _Scale:
    """Powers of ten to places on paper."""

    def __init__(self, values, begin, end):
        self.first = math.floor(math.log10(min(values)))
        self.last = max(self.first + 1, math.ceil(math.log10(max(values))))
        self.begin, self.end = begin, end

    def __call__(self, value):
        part = (math.log10(value) - self.first) / (self.last - self.first)
        return self.begin + part * (self.end - self.begin)

    @property
    def powers(self):
        return [10.0 ** power for power in range(self.first, self.last + 1)]


def _text(x, y, text, style="", anchor="start"):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">{escape(text)}</text>'


def _grid(x, y):
    for power in y.powers:
        at = y(power)
        yield f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
        yield _text(LEFT - 8, at + 4, f"{power:,g} µs", "small", "end")
    for power in x.powers:
        yield _text(x(power), HEIGHT - BOTTOM + 20, f"{power:,.0f}", "small", "middle")
    yield _text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "rules", "small", "middle")


def _apart(labels, least=16):
    """Moves labels that would lie on one another: (wanted place, name) to (place, name)."""
    placed = []
    for at, name in sorted(labels):
        placed.append([max(at, placed[-1][0] + least) if placed else at, name])
    over = placed[-1][0] - (HEIGHT - BOTTOM) if placed else 0
    for i in range(len(placed) - 1, -1, -1):
        below = placed[i + 1][0] - least if i + 1 < len(placed) else placed[i][0] - max(0, over)
        placed[i][0] = min(placed[i][0], below)
    return placed


def _curve(engine, points, x, y):
    style = LINES[engine]
    path = " ".join(f"{x(rules):.1f},{y(cost):.1f}" for rules, cost in points)
    yield f'<polyline class="{style} line" points="{path}"/>'
    for rules, cost in points:
        yield (f'<circle class="{style}" cx="{x(rules):.1f}" cy="{y(cost):.1f}" r="3.5">'
               f"<title>{escape(engine)}, {rules:,} rules: {cost:,.2f} µs</title></circle>")


def _names(curves, y):
    """Beside the last point of each curve, with a thread to it where the label had to move."""
    for at, engine in _apart([(y(points[-1][1]), engine) for engine, points in curves.items()]):
        yield _text(WIDTH - RIGHT + 14, at + 4, engine, LINES.get(engine, "limit") + " name")


def _draw(curves):
    costs = [cost for points in curves.values() for _, cost in points]
    x = _Scale([rules for points in curves.values() for rules, _ in points], LEFT + 12, WIDTH - RIGHT - 8)
    y = _Scale(costs, HEIGHT - BOTTOM, TOP)
    yield from _grid(x, y)
    if ONDEMAND in curves:
        at = y(curves[ONDEMAND][0][1])
        yield f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/>'
    for engine in reversed(LINES):
        if engine in curves:
            yield from _curve(engine, curves[engine], x, y)
    yield from _names(curves, y)


def write_svg(path, measures):
    curves = _curves(measures)
    parts = list(_draw(curves)) if curves else []
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                   f'width="{WIDTH}" height="{HEIGHT}" role="img">\n'
                   f"<title>CPU time for an event against the number of rules</title>\n"
                   f"<style>{STYLE}</style>\n"
                   f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>\n')
        file.write(_text(20, 32, "CPU time for an event, all processes; less is better", "title") + "\n")
        file.write("\n".join(parts) + "\n</svg>\n")
