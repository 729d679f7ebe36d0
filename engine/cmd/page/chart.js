// Charts as SVG: bars in tables, and columns over time. Each has a table beside it that says the same.

// A bar of `value`, as a share of `most`.
function bar(value, most, name) {
  const width = most ? Math.max(100 * value / most, value ? 0.5 : 0) : 0;
  return draw("svg", {class: "bar", "aria-hidden": "true", focusable: "false"},
    draw("rect", {class: name, width: width + "%", height: "100%"}));
}

// `parts`: [[name, value], …], side by side.
function parted(parts) {
  const all = parts.reduce((sum, part) => sum + part[1], 0);
  let at = 0;
  const rects = parts.map(([name, value]) => {
    const rect = draw("rect", {class: name, x: 100 * at / all + "%", height: "100%",
      width: 100 * value / all + "%"});
    at += value;
    return rect;
  });
  return draw("svg", {class: "parted", "aria-hidden": "true"}, all ? rects : null);
}

// ---- columns over time ----

const STEPS = [1, 5, 15, 60, 360, 1440, 10080, 40320, 524160].map(minutes => minutes * 60000);
const HEIGHT = 200, LEFT = 44, BELOW = 22, ABOVE = 8;

// The narrowest step by which no more than `most` columns are needed, and no narrower than the data.
function stepFor(from, to, least, most) {
  return STEPS.find(step => step >= least && (to - from) / step <= most) || STEPS.at(-1);
}

// [[begin, {severity: alerts}], …], those without alerts among them.
function columnsOf(overTime, most) {
  const buckets = overTime.buckets;
  if (!buckets.length) return {step: 0, list: []};
  const from = buckets[0][0], to = buckets.at(-1)[0];
  const step = stepFor(from, to, overTime.width_ms, most);
  const first = Math.floor(from / step), count = Math.floor(to / step) - first + 1;
  if (count > 2 * most) return {step, list: addUp([], buckets, step, first)};
  const list = Array.from({length: count}, (_, i) => ({at: (first + i) * step, of: {}, all: 0}));
  return {step, list: addUp(list, buckets, step, first)};
}

function addUp(list, buckets, step, first) {
  for (const [at, info, low, medium, high, critical] of buckets) {
    const column = list[Math.floor(at / step) - first];
    if (!column) continue;
    const more = {info, low, medium, high, critical};
    for (const name of SEVERITIES) column.of[name] = (column.of[name] || 0) + more[name];
    column.all += info + low + medium + high + critical;
  }
  return list;
}

const stepName = step =>
  step % 86400000 ? step % 3600000 ? step / 60000 + " min" : step / 3600000 + " h"
    : plural(step / 86400000, "day");

const columnTime = (at, step) => step % 86400000 ? minute(at) : day(at);

function columnText(column, step) {
  const parts = SEVERITIES.filter(name => column.of[name]).map(name => `${column.of[name]} ${name}`);
  return `${columnTime(column.at, step)}: ${plural(column.all, "alert")}` +
    (parts.length ? `, ${parts.join(", ")}` : "");
}

// Round numbers up to the highest, at most four.
function ticksTo(most) {
  const rough = most / 4, power = 10 ** Math.floor(Math.log10(rough || 1));
  const step = Math.max(1, [1, 2, 5, 10].map(n => n * power).find(n => n >= rough) || 1);
  return Array.from({length: Math.floor(most / step) + 1}, (_, i) => i * step);
}

function drawColumn(column, place, step, scale) {
  let top = HEIGHT - BELOW;
  const rects = [...SEVERITIES].reverse().filter(name => column.of[name]).map(name => {
    const height = column.of[name] * scale;
    top -= height;
    return draw("rect", {class: name, x: place.x, y: top, width: place.width, height});
  });
  const reach = draw("rect", {class: "reach", x: place.from, y: ABOVE, width: place.whole,
    height: HEIGHT - BELOW - ABOVE});
  return draw("g", {class: "column", role: "button", tabindex: -1,
    "aria-label": columnText(column, step)}, reach, rects, draw("title", null, columnText(column, step)));
}

function drawAxis(columns, step, width, scale, most) {
  const lines = ticksTo(most).map(value => {
    const y = HEIGHT - BELOW - value * scale;
    return [draw("line", {x1: LEFT, x2: width, y1: y, y2: y}),
      draw("text", {x: LEFT - 6, y: y + 4, "text-anchor": "end"}, number(value))];
  });
  const wide = (width - LEFT) / columns.length;
  const every = Math.max(1, Math.ceil(110 / wide));
  const fits = i => i % every === 0 && (i === 0 || (columns.length - i) * wide > 90);
  const labels = columns.map((column, i) => fits(i) && draw("text",
    {x: LEFT + i * wide, y: HEIGHT - 6}, columnTime(column.at, step)));
  return draw("g", {class: "axis", "aria-hidden": "true"}, lines, labels);
}

function drawColumns(columns, step, width) {
  const most = Math.max(1, ...columns.map(column => column.all));
  const scale = (HEIGHT - BELOW - ABOVE) / most, wide = (width - LEFT) / columns.length;
  const gap = wide > 6 ? 2 : wide > 3 ? 1 : 0;
  const drawn = columns.map((column, i) => {
    const from = LEFT + i * wide, thick = Math.min(wide - gap, 60);
    return drawColumn(column, {from, whole: wide, x: from + (wide - thick) / 2, width: thick}, step, scale);
  });
  return draw("svg", {class: "columns", width, height: HEIGHT, role: "group",
    "aria-label": "Alerts over time, in columns; arrow keys move, Enter shows the alerts of a column"},
    drawAxis(columns, step, width, scale, most), drawn);
}

// One stop for the tab key; arrows move within.
function makeWalkable(svg, columns, choose) {
  const groups = [...svg.querySelectorAll(".column")];
  let at = Math.max(0, columns.findIndex(column => column.all));
  const move = to => {
    groups[at].setAttribute("tabindex", -1);
    at = Math.min(groups.length - 1, Math.max(0, to));
    groups[at].setAttribute("tabindex", 0);
  };
  const keys = {ArrowRight: () => at + 1, ArrowLeft: () => at - 1, Home: () => 0, End: () => groups.length};
  svg.addEventListener("keydown", event => {
    if (event.key === "Enter" || event.key === " ") choose(columns[at]);
    else if (keys[event.key]) move(keys[event.key]()), groups[at].focus();
    else return;
    event.preventDefault();
  });
  groups.forEach((group, i) => group.addEventListener("click", () => (move(i), choose(columns[i]))));
  if (groups.length) move(at);
}

// The chart in a figure that it is drawn anew in when its width changes.
function overTimeChart(overTime, choose) {
  const place = el("div", {class: "chart"});
  let width = 0;
  const show = () => {
    if (place.clientWidth === width || !place.clientWidth) return;
    width = place.clientWidth;
    const {step, list} = columnsOf(overTime, Math.max(12, Math.floor(width / 9)));
    const svg = drawColumns(list, step, width);
    makeWalkable(svg, list, column => choose(column.at, column.at + step));
    replace(place, svg, el("p", {class: "note"}, `One column is ${stepName(step)}, UTC.`));
  };
  new ResizeObserver(() => requestAnimationFrame(show)).observe(place);
  return place;
}
