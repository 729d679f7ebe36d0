// The matrix of ATT&CK: below each tactic the techniques that rules name, and how many alerts those
// rules raised; and the techniques that no rule names.

let techniquesOf = new Map();

function learnTechniques(rules) {
  for (const rule of rules)
    techniquesOf.set(rule.id, rule.attack.map(id => id.replace(/^TA\d+\/?/, "")));
}

// As check and `tocsin attack` see it: a technique has the rules of what is below it, too.
function namesTechnique(rule, technique) {
  return (techniquesOf.get(rule) || []).some(id => id === technique || id.startsWith(technique + "."));
}

function cellOf(technique, alertsOf) {
  const alerts = technique.rules.reduce((sum, rule) => sum + (alertsOf.get(rule) || 0), 0);
  const drafts = technique.drafts.length === technique.rules.length;
  const kind = alerts ? "fired " + technique.severity : drafts ? "drafts" : "covered";
  const told = `${plural(technique.rules.length, "rule")}, ${alerts ? plural(alerts, "alert") : "silent"}`;
  const text = [el("b", null, technique.technique), el("span", null, told)];
  const title = technique.rules.join("\n");
  if (!alerts) return el("li", {class: "cell " + kind, title}, text);
  const go = () => filterBy({technique: technique.technique});
  return el("li", {class: "cell " + kind, title}, el("button", {type: "button", click: go}, text));
}

function tacticColumn(tactic, alertsOf) {
  const fired = tactic.techniques.filter(one => one.rules.some(rule => alertsOf.get(rule))).length;
  const note = tactic.techniques.length ? `${fired} of ${tactic.techniques.length} fired` : "no rule";
  return el("div", {class: "tactic" + (tactic.techniques.length ? "" : " bare")},
    el("h3", null, tactic.name || tactic.tactic || "No tactic"), el("p", {class: "note"}, note),
    el("ul", null, tactic.techniques.map(one => cellOf(one, alertsOf))));
}

function missing(attack) {
  const gap = attack.gap;
  const own = gap.missing.filter(id => !id.includes("."));
  return el("details", {class: "gap"},
    el("summary", null, `${number(gap.missing.length)} of the ${number(gap.techniques)} techniques and ` +
      `sub-techniques of ATT&CK ${attack.attack} have no rule`),
    el("p", {class: "note"}, `${number(own.length)} techniques, and parts of them. Most are about machines and networks: ` +
      "what a log cannot show, no rule of it finds. ", el("code", null, "tocsin attack --gap FILE"),
      " holds the pack against a list of yours."),
    el("p", {class: "ids"}, gap.missing.map(id => [el("a", {href: "https://attack.mitre.org/techniques/" +
      id.replace(".", "/") + "/", rel: "noreferrer noopener", target: "_blank"}, id), " "])));
}

function attackSection(data) {
  const attack = data.attack;
  if (!attack) return null;
  const alertsOf = new Map(data.stats.rules.map(rule => [rule.rule, rule.alerts]));
  const without = attack.without.length;
  return section("attack", "ATT&CK", `${number(attack.rules - without)} of ${plural(attack.rules, "rule")} name ` +
    `${plural(attack.techniques, "technique")} of MITRE ATT&CK ${attack.attack}.`,
    el("ul", {class: "legend"}, el("li", {class: "cell fired high"}, "fired, by the highest severity of its rules"),
      el("li", {class: "cell covered"}, "has a rule, which was silent"), el("li", {class: "cell drafts"}, "drafts alone")),
    el("div", {class: "matrix", role: "group", "aria-label": "Matrix of ATT&CK"},
      attack.tactics.map(tactic => tacticColumn(tactic, alertsOf))), missing(attack));
}
