// The table of alerts: filtered, sorted, a page at a time; one can be opened.

const PAGE = 50;

const FIELDS = ["id", "rule", "severity", "time", "last", "count", "title", "dedup", "actor", "region",
  "chunk", "index"];

const toAlert = row => Object.fromEntries(FIELDS.map((name, i) => [name, row[i]]));

const rank = alert => SEVERITIES.length - SEVERITIES.indexOf(alert.severity);

const ALERT_COLUMNS = prepare([
  {id: "time", name: "Time (UTC)", down: true, class: "time", cell: alert => second(alert.time)},
  {id: "severity", name: "Severity", down: true, value: rank, cell: alert => severity(alert.severity)},
  {id: "rule", name: "Rule", class: "rule", value: alert => alert.rule, cell: alert => breaking(alert.rule)},
  {id: "title", name: "Title", class: "title", cell: titleButton},
  {id: "count", name: "Matches", numeric: true},
  {id: "actor", name: "Identity", class: "actor", cell: alert => breaking(alert.actor)},
  {id: "region", name: "Region", class: "region"},
]);

// ---- which are shown ----

const searchText = alert => alert.search = alert.search ||
  [alert.title, alert.rule, alert.dedup, alert.actor, alert.region, alert.id].join("\n").toLowerCase();

// Names of the filters in the address, and whether an alert passes.
const FILTERS = {
  severity: (alert, wanted) => wanted.split(",").includes(alert.severity),
  rule: (alert, wanted) => alert.rule === wanted,
  actor: (alert, wanted) => (alert.actor || NOBODY) === wanted,
  region: (alert, wanted) => (alert.region || NOBODY) === wanted,
  technique: (alert, wanted) => namesTechnique(alert.rule, wanted),
  from: (alert, wanted) => alert.time !== null && alert.time >= Date.parse(wanted),
  to: (alert, wanted) => alert.time !== null && alert.time < Date.parse(wanted),
};

const NOBODY = "(none)";

function passes(alert) {
  return Object.entries(FILTERS).every(([name, test]) => !get(name) || test(alert, get(name)));
}

// Events that hold the text: what is packed is looked through once somebody wants it.
async function inEvents(alerts, text) {
  const found = new Set();
  for (const chunk of new Set(alerts.map(alert => alert.chunk))) {
    if (chunk < 0) continue;
    const texts = await unpack(chunk);
    const lower = texts.map(one => one.toLowerCase());
    for (const alert of alerts)
      if (alert.chunk === chunk && lower[alert.index].includes(text)) found.add(alert);
  }
  return found;
}

async function chosen(alerts) {
  const text = get("q").toLowerCase();
  const passing = alerts.filter(passes);
  if (!text) return passing;
  const found = get("in") ? await inEvents(passing, text) : new Set();
  return passing.filter(alert => searchText(alert).includes(text) || found.has(alert));
}

// ---- one that is open ----

function facts(alert, whole) {
  const ids = whole.event_ids;
  return el("dl", {class: "facts"},
    fact("First match", second(alert.time)), fact("Last match", second(alert.last)),
    fact("Matches", number(alert.count)), fact("Dedup key", whole.dedup),
    fact("Identity", alert.actor), fact("Region", alert.region),
    fact("ATT&CK", whole.attack.join(", ")), fact("Tags", whole.tags.join(", ")),
    fact("Destinations", whole.destinations.join(", ")),
    fact("Alert", el("code", null, alert.id)),
    fact("Events", [ids.slice(0, 5).map((id, i) => [i ? ", " : "", el("code", null, id)]),
      ids.length > 5 ? ` and ${plural(ids.length - 5, "more id", "more ids")}` : null]));
}

function prose(title, text) {
  return text && [el("h3", null, title), el("p", {class: "prose"}, text)];
}

function references(list) {
  return list.length > 0 && [el("h3", null, "References"),
    el("ul", null, list.map(one => el("li", null, link(one))))];
}

function json(title, value) {
  return [el("h3", null, title), el("pre", {class: "json", tabindex: 0, "aria-label": title}, pretty(value))];
}

function whole(alert, of) {
  const told = of.alert;
  const errors = told.errors.length > 0 && json("Functions of the rule that failed", told.errors);
  const context = Object.keys(told.context).length > 0 && json("Context", told.context);
  return el("div", {class: "detail"},
    el("div", {class: "told"}, facts(alert, told), errors, why(of.why), prose("What it means", told.description),
      prose("What to do", told.runbook), references(told.references)),
    el("div", {class: "raw"}, context, json("Event of the first match", told.event)));
}

async function fillDetail(cell, alert) {
  if (alert.chunk < 0) {
    replace(cell, el("p", null, "This page has no room for its event: ",
      el("code", null, "tocsin explain"), " shows it."));
    return;
  }
  try {
    replace(cell, whole(alert, await detail(alert.chunk, alert.index)));
  } catch (error) {
    replace(cell, el("p", null, `Its event cannot be unpacked: ${error.message}`));
  }
}

function titleButton(alert) {
  const open = get("alert") === alert.id;
  return el("button", {type: "button", class: "open", "aria-expanded": String(open),
    "aria-controls": open ? "open-alert" : null, "data-alert": alert.id,
    click: () => set({alert: open ? "" : alert.id}, true)}, alert.title || "(no title)");
}

function alertRows(alert) {
  const row = bodyRow(alert, ALERT_COLUMNS);
  if (get("alert") !== alert.id) return row;
  const cell = el("td", {colspan: ALERT_COLUMNS.length, class: "opened"}, el("p", null, "Unpacking…"));
  opening = fillDetail(cell, alert);
  row.classList.add("is-open");
  return [row, el("tr", {id: "open-alert", class: "detail-row"}, cell)];
}

// ---- the controls ----

function chooser(name, label, alerts, of) {
  const counts = new Map();
  for (const alert of alerts) counts.set(of(alert), (counts.get(of(alert)) || 0) + 1);
  const options = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 500).map(([value, count]) =>
    el("option", {value}, `${shortened(value, 80)} (${number(count)})`));
  const box = el("select", {change: event => set({[name]: event.target.value, page: ""})},
    el("option", {value: ""}, "all"), options);
  const show = () => {
    const known = counts.has(get(name)) || !get(name);
    if (!known) box.append(el("option", {value: get(name)}, get(name)));
    box.value = get(name);
  };
  onChange(show);
  show();
  return el("label", null, label + " ", box);
}

function severityBoxes(alerts) {
  const boxes = SEVERITIES.filter(name => alerts.some(alert => alert.severity === name)).map(name => {
    const box = el("input", {type: "checkbox", value: name, change: () => choose()});
    return {name, box};
  });
  const choose = () => set({severity: boxes.filter(one => one.box.checked).map(one => one.name).join(","), page: ""});
  const show = () => boxes.forEach(({name, box}) => box.checked = get("severity").split(",").includes(name));
  onChange(show);
  show();
  return el("fieldset", null, el("legend", null, "Severity"),
    boxes.map(({name, box}) => el("label", null, box, severity(name))));
}

function searchBox() {
  let waiting = 0;
  const type = event => {
    clearTimeout(waiting);
    waiting = setTimeout(() => set({q: event.target.value, page: ""}), 150);
  };
  const box = el("input", {type: "search", id: "search", input: type, size: 28, placeholder: "text of an alert"});
  const events = el("input", {type: "checkbox", change: event => set({in: event.target.checked ? "1" : ""})});
  const show = () => {
    if (document.activeElement !== box) box.value = get("q");
    events.checked = get("in") === "1";
  };
  onChange(show);
  show();
  return [el("label", null, "Search ", box), el("label", {class: "check"}, events, " in events, too")];
}

const SHOWN_FILTERS = {technique: "technique", from: "from", to: "before"};

// Filters that no control shows, and a way out of all.
function filterNotes() {
  const place = el("p", {class: "filters"});
  const clear = () => set({...Object.fromEntries(Object.keys(FILTERS).map(name => [name, ""])), q: "", in: "", page: ""});
  const show = () => {
    const words = Object.entries(SHOWN_FILTERS).filter(([name]) => get(name))
      .map(([name, word]) => `${word} ${get(name)}`);
    const any = get("q") || Object.keys(FILTERS).some(name => get(name));
    replace(place, words.length > 0 && `Only ${words.join(", ")}. `,
      any && el("button", {type: "button", class: "clear", click: clear}, "Show all alerts"));
  };
  onChange(show);
  show();
  return place;
}

function pager(count, at, pages) {
  const to = page => () => set({page: page ? String(page + 1) : ""});
  if (pages < 2) return null;
  return el("div", {class: "pager"},
    el("button", {type: "button", disabled: at === 0, click: to(at - 1)}, "Previous"),
    el("span", null, `${number(at * PAGE + 1)} to ${number(Math.min(count, (at + 1) * PAGE))} of ${number(count)}`),
    el("button", {type: "button", disabled: at >= pages - 1, click: to(at + 1)}, "Next"));
}

// ---- the table ----

function pageOf(list) {
  const pages = Math.max(1, Math.ceil(list.length / PAGE));
  return {pages, at: Math.min(pages, Math.max(1, Number(get("page", "1")) || 1)) - 1};
}

// Where one is to be open that stands on another page, that one is turned to.
function turnTo(list) {
  const place = list.findIndex(alert => alert.id === get("alert"));
  if (place < 0) return pageOf(list);
  return {pages: pageOf(list).pages, at: Math.floor(place / PAGE)};
}

let drawn = 0, firstDrawn = null, opening = null;

async function drawAlerts(place, alerts, follow) {
  const turn = ++drawn, order = get("sort", "-time");
  const list = sorted(await chosen(alerts), ALERT_COLUMNS, order);
  if (turn !== drawn) return;
  const {pages, at} = follow ? turnTo(list) : pageOf(list);
  const rows = list.slice(at * PAGE, (at + 1) * PAGE);
  const focused = document.activeElement && document.activeElement.dataset.alert;
  const head = ALERT_COLUMNS.map(column => headCell(column, order, to => set({sort: to, page: ""})));
  const sortedBy = document.activeElement && document.activeElement.closest("#alerts th");
  const headAt = sortedBy ? [...sortedBy.parentNode.children].indexOf(sortedBy) : -1;
  replace(place, el("p", {class: "shown", "aria-live": "polite"},
    list.length === alerts.length ? plural(alerts.length, "alert") : `${number(list.length)} of ${plural(alerts.length, "alert")}`),
    el("div", {class: "scroll"}, el("table", {class: "alerts stack"}, el("caption", {class: "unseen"}, "Alerts"),
      el("thead", null, el("tr", null, head)), el("tbody", null, rows.map(alertRows)))),
    list.length === 0 && el("p", {class: "nothing"}, "No alert is like that."), pager(list.length, at, pages));
  if (focused) (place.querySelector(`[data-alert="${CSS.escape(focused)}"]`) || place).focus();
  if (headAt >= 0) place.querySelectorAll("th button")[headAt].focus();
  await opening;
  document.documentElement.dataset.ready = String(turn);
}

function alertSection(alerts, note) {
  const place = el("div", {id: "alert-table", tabindex: -1});
  const keys = ["sort", "page", "alert", "q", "in", ...Object.keys(FILTERS)];
  for (const key of keys) viewOf[key] = "alerts";
  onChange(changed => keys.some(changed) && drawAlerts(place, alerts, changed("alert") && get("alert")));
  firstDrawn = drawAlerts(place, alerts, get("alert"));
  return section("alerts", "Every alert", note,
    el("form", {class: "controls", submit: event => event.preventDefault()}, searchBox(), severityBoxes(alerts),
      chooser("rule", "Rule", alerts, alert => alert.rule),
      chooser("actor", "Identity", alerts, alert => alert.actor || NOBODY),
      chooser("region", "Region", alerts, alert => alert.region || NOBODY)),
    filterNotes(), place);
}

// From a chart or another table: shows the alerts that are meant.
function filterBy(changes) {
  set({q: "", in: "", page: "", alert: "", ...Object.fromEntries(Object.keys(FILTERS).map(name => [name, ""])), ...changes}, true);
  goTo("alerts");
}

function filterButton(text, changes, title) {
  return el("button", {type: "button", class: "filter", title, click: () => filterBy(changes)}, text);
}
