// Why a rule raised an alert: the clauses of its `when` with what they met, what its Lua read and
// answered, its exceptions, steps and memory.

function wantedText(wanted) {
  if (Array.isArray(wanted) && wanted.length === 1) return brief(wanted[0]);
  return Array.isArray(wanted) ? wanted.map(brief).join(", ") : brief(wanted);
}

function foundCell(clause) {
  if (!clause.found.length) return el("span", {class: "quiet"}, "nothing there");
  return code(clause.found.map(brief).join(", ") + (clause.more ? ", …" : ""));
}

function clauseRow(clause) {
  return el("tr", {class: clause.holds ? "holds" : "fails"},
    el("td", {"data-name": "holds"}, clause.holds ? "yes" : "no"),
    el("td", {"data-name": "field"}, path(clause.path)),
    el("td", {"data-name": "met"}, foundCell(clause)),
    el("td", {"data-name": "wanted"}, code(wantedText(clause.wanted))),
    el("td", {class: "number", "data-name": "line"}, clause.line || ""));
}

function account(title, of) {
  if (!of) return null;
  const head = ["holds", "field", "met", "wanted", "line"].map(name =>
    el("th", {scope: "col", class: name === "line" ? "number" : null}, name));
  const note = of.alternatives > 1 && el("p", {class: "note"},
    `One of ${of.alternatives} alternatives, which `, el("code", null, "$or"), " makes.");
  return [el("h4", null, title), el("div", {class: "scroll"}, el("table", {class: "clauses stack"},
    el("thead", null, el("tr", null, head)), el("tbody", null, of.clauses.map(clauseRow)))), note];
}

function noteRow(note) {
  const what = note.read !== undefined
    ? ["read ", code(note.read || "the event"), note.value === undefined ? ": nothing there" : " = ",
      note.value === undefined ? null : code(brief(note.value), 200)]
    : ["asked ", code(note.call, 200), note.answer === undefined ? null : [" → ", code(note.answer, 200)]];
  return el("li", {class: note.inside ? "inside" : null}, note.line ? el("span", {class: "line"}, note.line) : null,
    el("span", null, what));
}

function luaFunction(asked) {
  const answer = asked.error !== undefined
    ? ["failed: ", code(asked.error)] : ["answered ", code(asked.answer)];
  const heading = ["Its Lua ", el("code", null, asked.function), " ", answer,
    asked.line ? ` on line ${asked.line}` : null];
  if (!asked.notes.length) return el("p", null, heading);
  return el("details", {open: asked.function === "rule" && asked.notes.length < 12},
    el("summary", null, heading, `, ${plural(asked.notes.length, "step")}`),
    el("ol", {class: "notes"}, asked.notes.map(noteRow)), asked.more && el("p", {class: "note"}, "and more"));
}

function lua(of) {
  if (!of) return null;
  if (of.not_asked) return el("p", {class: "note"}, `Its Lua was not asked again: ${of.not_asked}`);
  return of.functions.map(luaFunction);
}

function step(one) {
  const rule = one.rule && [": a match of ", code(one.rule)];
  return [el("p", null, `Step ${one.name}`, rule, one.met ? ": this event is one" : ": not this event"),
    one.met && account("", one.when)];
}

function exception(one) {
  const why = one.over ? "is over" : one.held ? "holds" : "does not hold";
  return el("li", null, `“${one.reason}” ${why}`);
}

function why(of) {
  if (!of) return null;
  const exceptions = of.exceptions || [];
  return [el("h3", null, "Why it fired"),
    el("p", {class: "note"}, "Rule ", code(of.rule), " in ", code(of.file)),
    account("Its pattern", of.when), lua(of.lua), (of.steps || []).map(step),
    exceptions.length ? [el("h4", null, "Its exceptions"), el("ul", null, exceptions.map(exception))] : null];
}
