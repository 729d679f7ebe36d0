// The page of `tocsin diff --html`: what two versions of the rules make of the same events.

const KINDS = ["gained", "lost", "changed"];
const STATES = {same: "the same", added: "added", removed: "removed", changed: "changed", own: "the engine's own"};

let data, told;

// What differs in its tests alone says nothing of alerts.
const inTestsAlone = rule => KINDS.every(kind => !rule[kind].count) && rule.state === "changed" &&
  rule.changes.length > 0 && rule.changes.every(change => change.path === "tests");

// ---- the head ----

function inWords() {
  return KINDS.map(kind => `${number(data.alerts[kind])} ${kind}`).join(", ");
}

function versionRow(name, version) {
  return el("tr", null, el("th", {scope: "row"}, name), el("td", null, code(version.name)),
    ["alerts", "matches", "suppressed", "failures"].map(key => el("td", {class: "number"}, number(version[key]))),
    el("td", null, code(version.rules_version.slice(0, 12))));
}

function versions() {
  const names = ["", "Rules", "Alerts", "Matches", "Suppressed", "Failures", "Version"];
  const numeric = name => ["Alerts", "Matches", "Suppressed", "Failures"].includes(name);
  return el("div", {class: "scroll"}, el("table", null, el("caption", {class: "unseen"}, "The two versions"),
    el("thead", null, el("tr", null, names.map(name => el("th", {scope: "col", class: numeric(name) ? "number" : null}, name)))),
    el("tbody", null, versionRow("Old", data.old), versionRow("New", data.new))));
}

function head() {
  const rules = Object.entries(data.rules).filter(([state, count]) => count && state !== "same")
    .map(([state, count]) => `${number(count)} ${STATES[state]}`);
  return [masthead("Tocsin diff"), el("h1", null, `Alerts: ${inWords()}`),
    el("p", {class: "deck"}, `${plural(data.old.alerts, "alert")} become ${number(data.new.alerts)} over ${plural(data.records, "record")}. `,
      rules.length ? `Rules: ${rules.join(", ")}; ${number(data.rules.same)} as they were.` : "The rules themselves are the same."),
    data.rejected > 0 && el("p", {class: "trouble"}, `Not in these numbers: ${plural(data.rejected, "record")} that could not be used.`),
    versions()];
}

// ---- rules in a table ----

// What is lost to the left of the middle, what is gained to the right.
function balance(row, most) {
  const part = count => 50 * count / (most || 1);
  const lost = part(row.lost.count), gained = part(row.gained.count), changed = part(row.changed.count);
  return draw("svg", {class: "bar balance", "aria-hidden": "true"},
    draw("rect", {class: "gone", x: 50 - lost + "%", width: lost + "%", height: "100%"}),
    draw("rect", {class: "come", x: "50%", width: gained + "%", height: "100%"}),
    draw("rect", {class: "plain", x: 50 + gained + "%", width: changed + "%", height: "100%"}),
    draw("line", {x1: "50%", x2: "50%", y1: 0, y2: "100%"}));
}

const anchorOf = rule => "rule-" + told.indexOf(rule);

function rulesTable() {
  const most = Math.max(1, ...told.map(row => Math.max(row.lost.count, row.gained.count + row.changed.count)));
  const columns = [{id: "rule", name: "Rule", head: true, cell: row => sectionLink(anchorOf(row), row.rule)},
    {id: "state", name: "Rule itself", value: row => STATES[row.state]},
    {id: "balance", name: "Lost and gained", class: "counted", value: row => row.gained.count - row.lost.count, down: true,
      cell: row => balance(row, most)},
    ...KINDS.map(kind => ({id: kind, name: kind[0].toUpperCase() + kind.slice(1), numeric: true, value: row => row[kind].count})),
    {id: "old", name: "Alerts before", numeric: true, value: row => row.old.alerts},
    {id: "new", name: "and after", numeric: true, value: row => row.new.alerts}];
  const others = data.by_rule.length - told.length;
  return section("rules", "By rule", told.length ? "Rules that differ, or whose alerts do." : "No rule differs, and no alert.",
    told.length > 0 && sortedTable("rules", "Rules that differ", columns, told, 50),
    others > 0 && el("p", {class: "note"}, `${plural(others, "more rule")} ${others === 1 ? "differs" : "differ"} in tests alone.`));
}

// ---- one rule ----

const isText = value => typeof value === "string" && value.includes("\n");

function changeRows(change) {
  const {path, old, new: now} = change;
  const title = el("tr", {class: "path"}, el("th", {colspan: 2, scope: "colgroup"}, code(path)));
  if (isText(old) || isText(now)) return [title, sideBySide(old ?? "", now ?? "")];
  if (old !== undefined && brief(old) === brief(now))
    return [title, el("tr", null, el("td", {colspan: 2}, code(brief(old)), el("span", {class: "quiet"}, " of them, otherwise")))];
  const text = value => value === undefined ? null : typeof value === "string" ? value : pretty(value);
  return [title, el("tr", null, lineCell(text(old), text(now), "gone"), lineCell(text(now), text(old), "come"))];
}

function changesTable(changes) {
  if (!changes.length) return null;
  return el("div", {class: "scroll"}, el("table", {class: "sides"}, el("caption", {class: "unseen"}, "What changed in the rule"),
    el("thead", null, el("tr", null, el("th", {scope: "col"}, "Old"), el("th", {scope: "col"}, "New"))),
    el("tbody", null, changes.map(changeRows))));
}

function changeText(change) {
  return [code(change.path), ": ", code(change.old === undefined ? "none" : brief(change.old), 120), " → ",
    code(change.new === undefined ? "none" : brief(change.new), 120)];
}

const cell = (name, value, kind) => el("td", {class: kind, "data-name": name}, value);

function sampleRow(sample) {
  const changes = sample.changes.length > 0 &&
    el("ul", null, sample.changes.map(change => el("li", null, changeText(change))));
  return el("tr", null, cell("Time (UTC)", sample.time ? sample.time.replace("T", " ").replace("Z", "") : "–", "time"),
    cell("Severity", severity(sample.severity)), cell("Title", [sample.title, changes], "title wide"),
    cell("Matches", number(sample.count), "number"), cell("Alert", code(sample.id.slice(0, 12)), "time"));
}

function samples(kind, list) {
  if (!list.count) return null;
  const rest = list.count - list.samples.length;
  const names = ["Time (UTC)", "Severity", "Title", "Matches", "Alert"];
  return [el("h4", null, `${number(list.count)} ${kind}${rest > 0 ? `, the first ${number(list.samples.length)}` : ""}`),
    el("div", {class: "scroll"}, el("table", {class: "samples stack"}, el("thead", null, el("tr", null, names.map(name =>
      el("th", {scope: "col", class: name === "Matches" ? "number" : null}, name)))), el("tbody", null, list.samples.map(sampleRow))))];
}

function ruleArticle(rule) {
  return el("article", {id: anchorOf(rule), tabindex: -1, "aria-labelledby": anchorOf(rule) + "-title"},
    el("h3", {id: anchorOf(rule) + "-title"}, breaking(rule.rule), " ", el("span", {class: "quiet"}, STATES[rule.state])),
    changesTable(rule.changes), KINDS.map(kind => samples(kind, rule[kind])));
}

// ---- the whole ----

function build(summary) {
  data = summary;
  told = data.by_rule.filter(rule => !inTestsAlone(rule));
  replace(document.getElementById("head"), head());
  replace(document.getElementById("main"), rulesTable(),
    told.length > 0 && section("each", "Rule by rule", null, told.map(ruleArticle)));
  showNav({rules: "Rules", each: "Rule by rule"});
  document.documentElement.dataset.ready = "1";
}

start(build);
