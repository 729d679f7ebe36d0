"""A picture: CPU time for an event against the number of rules, both by tens."""
import math
import statistics
from html import escape

from ways import BARE, DICT, JQ, LOOP, LUA, ONDEMAND, TOCSIN

WIDTH, HEIGHT = 760, 470
TITLE = "CPU time for an event, all processes; less is better"
LEFT, RIGHT, TOP, BOTTOM = 70, 200, 56, 56

# class, and ink on light and on dark paper; later ones are drawn first
LINES = {
    TOCSIN: ("ours", "#0969da", "#58a6ff"),
    BARE: ("bare", "#54a3f0", "#3d7cc9"),
    LOOP: ("loop", "#bc4c00", "#f0883e"),
    DICT: ("dict", "#9a6700", "#d29922"),
    LUA: ("lua", "#8250df", "#bc8cff"),
    JQ: ("jq", "#bf3989", "#f778ba"),
    ONDEMAND: ("limit", "#6e7781", "#9198a1"),
}
STYLE = """
  text {{ font: 13px system-ui, sans-serif; fill: #24292f }}
  .title {{ font-size: 16px; font-weight: 600 }}
  .small {{ font-size: 12px; fill: #57606a }}
  .paper {{ fill: #ffffff }}
  .grid {{ stroke: #d0d7de; stroke-width: 1 }}
  .line {{ fill: none; stroke-width: 2; stroke-linejoin: round }}
  .thread {{ stroke-width: 1; stroke-opacity: 0.35; stroke-dasharray: 1 3 }}
  .line.ours {{ stroke-width: 3.5 }}
  .line.limit {{ stroke-dasharray: 5 4; stroke-width: 1.5 }}
  {light}
  @media (prefers-color-scheme: dark) {{
    text {{ fill: #e6edf3 }} .small {{ fill: #9198a1 }} .paper {{ fill: #0d1117 }}
    .grid {{ stroke: #30363d }}
    {dark}
  }}
"""


def _style():
    """Spelled out for each ink: not every reader of SVG knows variables."""
    def ink(name, colour):
        return (f"line.{name}, polyline.{name} {{ stroke: {colour} }} "
                f"circle.{name}, text.{name} {{ fill: {colour} }}")
    return STYLE.format(light=" ".join(ink(name, light) for name, light, _ in LINES.values()),
                        dark=" ".join(ink(name, dark) for name, _, dark in LINES.values()))


def _curves(measures):
    """Microseconds of an event by number of rules, of each engine that is drawn."""
    curves = {}
    for measure in measures.values():
        engine, rules = measure.way.key
        if engine in LINES:
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


def _time(power):
    unit, size = ("ms", 1000) if power >= 1000 else ("µs", 1)
    return f"{power / size:g} {unit}"


def _text(x, y, text, style="", anchor="start"):
    return (f'<text x="{x:.1f}" y="{y:.1f}" class="{style}" text-anchor="{anchor}">'
            f"{escape(text)}</text>")


def _level(y, style):
    return f'<line class="{style}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _grid(x, y):
    for power in y.powers:
        yield _level(y(power), "grid")
        yield _text(LEFT - 8, y(power) + 4, _time(power), "small", "end")
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


def _curve(style, engine, points, x, y):
    path = " ".join(f"{x(rules):.1f},{y(cost):.1f}" for rules, cost in points)
    yield f'<polyline class="line {style}" points="{path}"/>'
    for rules, cost in points:
        yield (f'<circle class="{style}" cx="{x(rules):.1f}" cy="{y(cost):.1f}" r="3.5">'
               f"<title>{escape(engine)}, {rules:,} rules: {cost:,.2f} µs</title></circle>")


def _names(curves, x, y):
    """At the right edge, a thread from the end of each curve to its name."""
    edge = WIDTH - RIGHT + 14
    for at, engine in _apart([(y(points[-1][1]), engine) for engine, points in curves.items()]):
        rules, cost = curves[engine][-1]
        begin = WIDTH - RIGHT if engine == ONDEMAND else x(rules)
        style = LINES[engine][0]
        yield (f'<line class="line thread {style}" x1="{begin:.1f}" y1="{y(cost):.1f}" '
               f'x2="{edge - 4}" y2="{at:.1f}"/>')
        yield _text(edge, at + 4, f"limit: {engine}" if engine == ONDEMAND else engine, style)


def _draw(curves):
    points = [point for curve in curves.values() for point in curve]
    x = _Scale([rules for rules, _ in points], LEFT + 12, WIDTH - RIGHT - 8)
    y = _Scale([cost for _, cost in points], HEIGHT - BOTTOM, TOP)
    yield from _grid(x, y)
    for engine, (style, *_) in reversed(LINES.items()):
        if engine in curves and engine == ONDEMAND:
            yield _level(y(curves[engine][0][1]), "line " + style)  # it knows no rules
        elif engine in curves:
            yield from _curve(style, engine, curves[engine], x, y)
    yield from _names(curves, x, y)


def write_svg(path, measures):
    curves = _curves(measures)
    parts = list(_draw(curves)) if curves else []
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
                   f'width="{WIDTH}" height="{HEIGHT}" role="img">\n'
                   f"<title>CPU time for an event against the number of rules</title>\n"
                   f"<style>{_style()}</style>\n"
                   f'<rect class="paper" width="{WIDTH}" height="{HEIGHT}" rx="6"/>\n')
        file.write("\n".join([_text(20, 32, TITLE, "title"), *parts]) + "\n</svg>\n")
