// The page of `tocsin test --html`: what of each rule its tests have seen, in its source.

const KINDS = {lines: "Lines that ran", branches: "Conditions, each true and false",
  outcomes: "Clauses, each held and not", alternatives: "Alternatives that held"};

let data;

const share = pair => pair.all ? pair.seen / pair.all : 1;

// ---- the head ----

function totals() {
  const rows = Object.entries(KINDS).filter(([kind]) => data[kind].all).map(([kind, name]) =>
    el("tr", null, el("th", {scope: "row"}, name), el("td", {class: "counted"}, bar(data[kind].seen, data[kind].all, "come")),
      el("td", {class: "number"}, `${number(data[kind].seen)} of ${number(data[kind].all)}`),
      el("td", {class: "number"}, percent(share(data[kind])))));
  return el("table", {class: "sums"}, el("caption", {class: "unseen"}, "What the tests have seen"), el("tbody", null, rows));
}

function head() {
  const whole = data.rules.filter(rule => rule.percent === 100).length;
  return [masthead("Tocsin coverage"), el("h1", null, `${data.percent} % of what the rules can do is tested`),
    el("p", {class: "deck"}, `The tests of ${plural(data.rules.length, "rule")} see all of ${number(whole)}.`), totals()];
}

// ---- rules in a table ----

const missed = rule => Object.keys(KINDS).reduce((sum, kind) => sum + rule[kind].all - rule[kind].seen, 0);

function openButton(rule) {
  const go = () => {
    set({rule: rule.rule}, true);
    document.getElementById("source").scrollIntoView();
  };
  return el("button", {type: "button", class: "filter", click: go}, breaking(rule.rule));
}

function rulesTable() {
  const pairs = Object.keys(KINDS).map(kind => ({id: kind, name: kind[0].toUpperCase() + kind.slice(1), numeric: true,
    value: rule => share(rule[kind]), cell: rule => rule[kind].all ? `${rule[kind].seen} of ${rule[kind].all}` : "–"}));
  const columns = [{id: "rule", name: "Rule", head: true, cell: openButton},
    {id: "percent", name: "Seen", numeric: true, class: "counted",
      cell: rule => [bar(rule.percent, 100, rule.percent === 100 ? "come" : "plain"), el("span", null, rule.percent + " %")]},
    {id: "missed", name: "Missed", numeric: true, value: missed}, ...pairs];
  const rows = sorted(data.rules, prepare(columns), "-missed");
  return section("rules", "By rule", null, sortedTable("rules", "Coverage by rule", columns, rows, 15));
}

// ---- the source of one ----

const problem = condition => !condition.true && !condition.false ? "never asked"
  : condition.true ? "never false" : "never true";

const isMissed = condition => !condition.true || !condition.false;

// Columns count bytes in the file, of which the block of YAML is indented by a little.
function indentOf(bytes, conditions) {
  const stands = (one, indent) => {
    const from = one.column - 1 - indent;
    return from >= 0 && new TextDecoder().decode(bytes.slice(from)).startsWith(one.text);
  };
  for (let indent = 0; indent <= 40; indent++)
    if (conditions.every(one => stands(one, indent))) return indent;
  return null;
}

// The text of a line, with conditions marked that were not seen both ways.
function markedText(line, conditions) {
  const bytes = new TextEncoder().encode(line.text), text = (from, to) => new TextDecoder().decode(bytes.slice(from, to));
  const whole = conditions.filter(one => !one.text.includes("\n")), indent = indentOf(bytes, whole);
  if (indent === null) return line.text;
  const parts = [];
  let at = 0;
  for (const one of whole) {
    const from = one.column - 1 - indent, to = from + new TextEncoder().encode(one.text).length;
    if (from < at) continue;
    parts.push(text(at, from), el("mark", {title: problem(one)}, one.text));
    at = to;
  }
  return [...parts, text(at)];
}

const runsText = line => line.runs === null ? "" : line.runs ? number(line.runs) + "×" : "never";

function sourceLine(line, conditions) {
  const missing = conditions.filter(one => one.line === line.line && isMissed(one)).sort((a, b) => a.column - b.column);
  const kind = line.runs === 0 ? "missed" : line.part || missing.length ? "partly" : line.runs ? "ran" : null;
  const notes = missing.map(one => el("span", {class: "said"}, `${problem(one)}: `, el("code", null, shortened(one.text, 80))));
  return el("tr", {class: kind}, el("td", {class: "number line"}, line.line), el("td", {class: "number runs"}, runsText(line)),
    el("td", {class: "text"}, el("code", null, markedText(line, missing)), notes,
      line.part && el("span", {class: "said"}, "part of the line never ran")));
}

function source(lua) {
  if (!lua) return null;
  const head = ["Line", "Runs", "Lua"].map(name => el("th", {scope: "col", class: name === "Lua" ? null : "number"}, name));
  return [el("h3", null, "Lua"), el("p", {class: "note"}, breaking(lua.file)), el("div", {class: "scroll"},
    el("table", {class: "source"}, el("caption", {class: "unseen"}, "Source with runs"), el("thead", null, el("tr", null, head)),
      el("tbody", null, lua.source.map(line => sourceLine(line, lua.conditions)))))];
}

function alternativesList(clause) {
  const never = clause.alternatives.filter(one => !one.true);
  return never.length > 0 && el("span", {class: "said"}, "never: ", never.map((one, i) => [i ? ", " : "", code(brief(one.wanted), 80)]));
}

function clauseRow(clause) {
  const asks = clause.true !== undefined;
  const bad = asks && (!clause.true || !clause.false) || clause.alternatives.some(one => !one.true);
  return el("tr", {class: bad ? "partly" : "ran"}, el("td", {class: "number line"}, clause.line),
    el("td", null, path(clause.path)), el("td", {class: "wide"}, code(brief(clause.wanted)), alternativesList(clause)),
    el("td", {class: "number"}, asks ? clause.true ? number(clause.true) : "never" : "–"),
    el("td", {class: "number"}, asks ? clause.false ? number(clause.false) : "never" : "–"));
}

function clauses(list) {
  if (!list.length) return null;
  const head = ["Line", "Field", "Wanted", "Held", "Did not"].map(name =>
    el("th", {scope: "col", class: name === "Field" || name === "Wanted" ? null : "number"}, name));
  return [el("h3", null, "Patterns"), el("div", {class: "scroll"}, el("table", {class: "source"},
    el("caption", {class: "unseen"}, "Clauses of patterns"), el("thead", null, el("tr", null, head)),
    el("tbody", null, list.map(clauseRow))))];
}

const chosenRule = () => data.rules.find(rule => rule.rule === get("rule")) ||
  [...data.rules].sort((a, b) => missed(b) - missed(a))[0];

function chooser() {
  const box = el("select", {change: event => set({rule: event.target.value}, true)},
    data.rules.map(rule => el("option", {value: rule.rule}, `${rule.rule} (${rule.percent} %)`)));
  const show = () => box.value = chosenRule().rule;
  onChange(show);
  show();
  return el("label", null, "Rule ", box);
}

function sourceSection() {
  const place = el("div", {id: "rule-source"});
  const show = () => {
    const rule = chosenRule();
    replace(place, el("p", null, el("strong", null, rule.title), ` ${rule.percent} %, in `, code(rule.file)),
      missed(rule) ? null : el("p", {class: "note"}, "Its tests see all of it."), clauses(rule.clauses), source(rule.lua));
  };
  viewOf.rule = "source";
  onChange(changed => changed("rule") && show());
  show();
  return section("source", "In the source", null, el("form", {class: "controls", submit: event => event.preventDefault()}, chooser()), place);
}

// ---- the whole ----

function build(summary) {
  data = summary;
  replace(document.getElementById("head"), head());
  replace(document.getElementById("main"), rulesTable(), data.rules.length > 0 && sourceSection());
  showNav({rules: "Rules", source: "In the source"});
  document.documentElement.dataset.ready = "1";
}

start(build);
