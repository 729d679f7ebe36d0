// The page of `tocsin replay --html`: what rules would have raised over past events.

let data, stats, ruleOf, countOf;

function learn(summary) {
  data = summary;
  stats = data.stats;
  ruleOf = new Map(data.rules.map(rule => [rule.id, rule]));
  countOf = new Map(stats.rules.map(rule => [rule.rule, rule]));
  learnTechniques(data.rules);
}

// ---- the head ----

function period() {
  if (!stats.first_day) return "at times unknown";
  if (stats.first_day === stats.last_day) return `of ${stats.first_day}`;
  return `of ${plural(stats.days, "day")} between ${stats.first_day} and ${stats.last_day}`;
}

function asked() {
  const words = [stats.sample && `of one record in ${number(stats.sample)}`, data.since && `since ${data.since}`, data.until && `until ${data.until}`].filter(Boolean);
  return words.length ? `, only those ${words.join(" and ")}` : "";
}

function troubles() {
  const all = [[data.rejected, "record that could not be used", "records that could not be used"],
    [data.unrecognised, "record that no log type recognises", "records that no log type recognises"],
    [data.failures, "event that a rule could not judge", "events that a rule could not judge"],
    [data.unreadable, "input that could not be read", "inputs that could not be read"]];
  const told = all.filter(one => one[0]).map(([count, one, many]) => plural(count, one, many));
  return told.length > 0 && el("p", {class: "trouble"}, "Not in these numbers: ", told.join("; "), ".");
}

function head() {
  return [masthead("Tocsin replay"),
    el("h1", null, `${plural(stats.alerts, "alert")} in ${plural(stats.events, "event")}`),
    el("p", {class: "deck"}, `What ${plural(data.rules.length, "rule")} would have raised over events ${period()}${asked()}: `,
      `${plural(stats.matches, "match", "matches")}, of which dedup and thresholds made ${plural(stats.alerts, "alert")}. `,
      stats.suppressed > 0 && `${number(stats.suppressed)} more ${stats.suppressed === 1 ? "was" : "were"} suppressed by exceptions. `,
      "Nothing was sent."),
    troubles(),
    el("dl", {class: "facts read"}, fact("Read", data.inputs.map((name, i) => [i ? ", " : "", el("code", null, name)])),
      fact("Rules", el("code", null, data.rules_version.slice(0, 12))),
      fact("Made", `${second(Date.parse(data.made))} UTC by tocsin ${data.version}`))];
}

// ---- severities ----

function severityTotals() {
  const list = SEVERITIES.map(name => el("li", null, filterButton(
    [el("b", null, number(stats.severities[name])), severity(name)], {severity: name}, `Alerts of severity ${name}`)));
  return section("severity", "By severity", null, parted(SEVERITIES.map(name => [name, stats.severities[name]])),
    el("ul", {class: "totals"}, list));
}

// ---- over time ----

function timeTable() {
  const {step, list} = columnsOf(data.over_time, 40);
  const rows = list.filter(column => column.all);
  const columns = [{id: "at", name: "Time (UTC)", head: true, cell: row => filterButton(columnTime(row.at, step),
    {from: stamp(row.at), to: stamp(row.at + step)})}, {id: "all", name: "Alerts", numeric: true},
    ...SEVERITIES.map(name => ({id: name, name, numeric: true, value: row => row.of[name] || 0}))];
  return el("details", null, el("summary", null, "The same as a table"),
    sortedTable("time", "Alerts over time", columns, rows, 40));
}

function overTime() {
  const undated = data.over_time.undated;
  const choose = (from, to) => filterBy({from: stamp(from), to: stamp(to)});
  if (!data.over_time.buckets.length) return null;
  return section("time", "Over time", undated > 0 && `${plural(undated, "alert")} of unknown time ${undated === 1 ? "is" : "are"} not shown.`,
    legend(), overTimeChart(data.over_time, choose), timeTable());
}

function legend() {
  const there = SEVERITIES.filter(name => stats.severities[name]);
  return el("ul", {class: "legend"}, there.map(name => el("li", null, severity(name))));
}

// ---- rules ----

const rateText = row => compact(row.alerts_a_day, row.alerts_a_day < 10 ? 2 : 0);

function ruleName(row) {
  const rule = ruleOf.get(row.rule);
  return el("span", {class: "named"}, filterButton(breaking(row.rule), {rule: row.rule}),
    rule && el("span", {class: "quiet"}, rule.title));
}

const severityOf = row => ruleOf.has(row.rule) ? ruleOf.get(row.rule).severity : "info";
const severityRank = row => SEVERITIES.length - SEVERITIES.indexOf(severityOf(row));

function rulesSection() {
  const rows = stats.rules.filter(row => row.alerts || row.matches || row.suppressed);
  const most = Math.max(1, ...rows.map(row => row.alerts));
  const columns = [{id: "rule", name: "Rule", head: true, cell: ruleName},
    {id: "severity", name: "Severity", value: severityRank, cell: row => severity(severityOf(row))},
    {id: "alerts", name: "Alerts", numeric: true, class: "counted",
      cell: row => [bar(row.alerts, most, severityOf(row)), el("span", null, number(row.alerts))]},
    {id: "alerts_a_day", name: "A day", numeric: true, cell: rateText},
    {id: "worst", name: "Worst day", numeric: true, value: row => row.worst_day ? row.worst_day.alerts : 0,
      cell: row => row.worst_day ? el("span", {title: row.worst_day.day}, number(row.worst_day.alerts)) : "–"},
    {id: "budget", name: "Budget", numeric: true, cell: row => row.budget === null ? "–"
      : el("span", {class: row.over_budget ? "over" : null}, compact(row.budget, 2), row.over_budget ? " exceeded" : "")},
    {id: "matches", name: "Matches", numeric: true}, {id: "suppressed", name: "Suppressed", numeric: true}];
  return section("rules", "By rule", overBudget(), sortedTable("rules", "Alerts by rule", columns, rows, 12),
    neverFired(), unreadFields());
}

function overBudget() {
  const over = stats.rules.filter(row => row.over_budget);
  if (!over.length) return null;
  return [el("strong", null, `${plural(over.length, "rule")} over budget: `),
    over.map((row, i) => [i ? ", " : "", el("code", null, row.rule)]), "."];
}

function neverFired() {
  const silent = stats.never_fired;
  if (!silent.length) return el("p", {class: "note"}, "Every rule fired.");
  return el("details", null, el("summary", null, `${number(silent.length)} of ${plural(data.rules.length, "rule")} never fired`),
    el("ul", {class: "silent"}, silent.map(id => el("li", null, el("code", null, id), " ",
      el("span", {class: "quiet"}, ruleOf.has(id) ? ruleOf.get(id).title : "")))));
}

function unreadFields() {
  const rows = stats.rules.flatMap(row => row.unread.map(one => ({...one, rule: row.rule})));
  if (!rows.length) return null;
  const columns = [{id: "field", name: "Field", head: true, cell: row => el("code", null, row.field)},
    {id: "rule", name: "Rule", cell: row => breaking(row.rule)},
    {id: "place", name: "Where", value: row => `${row.file}:${row.line}`, cell: row => breaking(`${row.file}:${row.line}`)},
    {id: "events", name: "Events", numeric: true},
    {id: "elsewhere", name: "In other events", value: row => row.elsewhere ? "yes" : "no"}];
  return el("details", null, el("summary", null, `${plural(rows.length, "field")} that a rule read and no event had`),
    el("p", {class: "note"}, "A typing error, or something that these days did not have."),
    sortedTable("unread", "Fields that no event had", columns, rows, 20));
}

// ---- who and where ----

function countedTable(id, name, counter, key) {
  const rows = counter.list.map(([text, times]) => ({text: text || NOBODY, times}));
  const most = Math.max(1, ...rows.map(row => row.times));
  const columns = [{id: "text", name, head: true, cell: row => filterButton(breaking(row.text), {[key]: row.text})},
    {id: "times", name: "Alerts", numeric: true, class: "counted",
      cell: row => [bar(row.times, most, "plain"), el("span", null, number(row.times))]}];
  return el("div", {class: "half"}, el("h3", null, name), sortedTable(id, `Alerts by ${name.toLowerCase()}`, columns, rows, 8),
    counter.rest > 0 && el("p", {class: "note"}, `${plural(counter.rest, "more alert")} of others.`));
}

function whoSection() {
  return section("who", "By identity and region", null, el("div", {class: "halves"},
    countedTable("actors", "Identity", data.actors, "actor"), countedTable("regions", "Region", data.regions, "region")));
}

// ---- noise ----

function keyRows() {
  const matches = new Map(data.matched.list);
  return data.keys.list.map(([key, alerts]) => {
    const at = key.indexOf("\n");
    return {rule: key.slice(0, at), key: key.slice(at + 1), alerts, matches: matches.get(key) || null};
  });
}

function noiseSection() {
  const columns = [{id: "key", name: "Dedup key", head: true, class: "key"},
    {id: "rule", name: "Rule", cell: row => filterButton(breaking(row.rule), {rule: row.rule})},
    {id: "alerts", name: "Alerts", numeric: true},
    {id: "matches", name: "Matches", numeric: true, cell: row => row.matches === null ? "–" : row.matches}];
  return section("noise", "Noisiest dedup keys", "A key that comes again and again wants a longer period, a threshold, or an exception.",
    sortedTable("keys", "Dedup keys", columns, keyRows(), 10), exceptionsTable());
}

function exceptionsTable() {
  const rows = stats.rules.flatMap(row => row.exceptions.map(one => ({...one, rule: row.rule})));
  if (!rows.length) return el("p", {class: "note"}, "No rule has an exception.");
  const columns = [{id: "reason", name: "Exception", head: true}, {id: "rule", name: "Rule"},
    {id: "suppressed", name: "Suppressed", numeric: true}];
  return [el("h3", null, "What exceptions suppressed"), sortedTable("exceptions", "Exceptions", columns,
    sorted(rows, prepare(columns), "-suppressed"), 10)];
}

// ---- cost ----

const eachUs = rule => rule.events ? rule.time_us / rule.events : 0;

function costSection() {
  const rows = sorted(stats.rules.filter(rule => rule.time_us), prepare([{id: "time_us"}]), "-time_us");
  const most = Math.max(1, ...rows.map(rule => rule.time_us)), all = rows.reduce((sum, rule) => sum + rule.time_us, 0);
  const columns = [{id: "rule", name: "Rule", head: true, cell: rule => el("span", {class: "named"}, path(rule.rule))},
    {id: "time_us", name: "Time", numeric: true, class: "counted",
      cell: rule => [bar(rule.time_us, most, "plain"), el("span", null, duration(1000 * rule.time_us))]},
    {id: "share", name: "Share", numeric: true, value: rule => rule.time_us / all, cell: rule => percent(rule.time_us / all)},
    {id: "events", name: "Events asked", numeric: true},
    {id: "each", name: "Each", numeric: true, value: eachUs, cell: rule => duration(Math.round(1000 * eachUs(rule)))},
    {id: "memory", name: "Memory of its Lua", numeric: true, cell: rule => size(rule.memory)},
    {id: "failures", name: "Failures", numeric: true}];
  return section("cost", "Slowest rules", ["Time of the wall in a rule's pattern and Lua, on this machine. ",
    el("code", null, "tocsin replay --profile"), " tells more."],
    sortedTable("cost", "Cost of rules", columns, rows, 10));
}

// ---- alerts ----

function keptNote() {
  const kept = data.alerts.length, rest = stats.alerts - kept;
  const words = [];
  if (rest > 0) words.push(`The first ${number(kept)} of ${plural(stats.alerts, "alert")}, and of each rule at least some; ${number(rest)} are counted above and not listed.`);
  if (data.left_out > 0) words.push(`There was no room for ${plural(data.left_out, "event")}.`);
  return words.join(" ") || null;
}

// ---- the whole ----

const SECTIONS = {time: "Over time", rules: "Rules", who: "Identities", noise: "Noise", attack: "ATT&CK", cost: "Cost",
  alerts: "Alerts"};

function build(summary) {
  learn(summary);
  replace(document.getElementById("head"), head());
  replace(document.getElementById("main"), severityTotals(), overTime(), rulesSection(), whoSection(), noiseSection(),
    attackSection(data), costSection(), alertSection(data.alerts.map(toAlert), keptNote()));
  showNav(SECTIONS);
  return firstDrawn;
}

start(build);
