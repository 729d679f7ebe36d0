// Tables that are sorted by any column: {id, name, value, cell, numeric, down, head, class}. `value` is what is
// compared, `cell` what is shown, if it is not that; `down`: sorted with the highest first, as numbers are. How one is sorted lives in
// the address as `sort` or `sort.ID`.

const collator = new Intl.Collator("en", {numeric: true});

function compare(a, b) {
  if (a === null || b === null) return (a === null) - (b === null);
  return typeof a === "number" ? a - b : collator.compare(a, b);
}

// "-count": by count, the highest first.
function sorted(rows, columns, order) {
  const down = order.startsWith("-");
  const column = columns.find(one => one.id === order.replace(/^-/, ""));
  if (!column) return rows;
  const of = new Map(rows.map(row => [row, column.value(row)]));
  const sign = down ? -1 : 1;
  return [...rows].sort((a, b) => sign * compare(of.get(a), of.get(b)));
}

function turned(order, column) {
  const up = column.id, down = "-" + column.id;
  if (order === down) return up;
  if (order === up) return down;
  return column.numeric || column.down ? down : up;
}

function headCell(column, order, choose) {
  const by = order.replace(/^-/, "") === column.id;
  const direction = !by ? "none" : order.startsWith("-") ? "descending" : "ascending";
  const arrow = el("span", {class: "arrow", "aria-hidden": "true"});
  const button = el("button", {type: "button", click: () => choose(turned(order, column))},
    column.name, arrow);
  return el("th", {scope: "col", class: column.class, "aria-sort": direction}, button);
}

function bodyRow(row, columns) {
  return el("tr", null, columns.map(column => {
    const cell = column.cell ? column.cell(row) : column.value(row);
    const shownAs = column.numeric && typeof cell === "number" ? compact(cell, 2) : cell;
    return el(column.head ? "th" : "td", {class: column.class, scope: column.head ? "row" : null,
      "data-name": column.name}, shownAs);
  }));
}

function prepare(columns) {
  for (const column of columns) {
    column.value = column.value || (row => row[column.id]);
    column.class = [column.class, column.numeric && "number"].filter(Boolean).join(" ") || null;
  }
  return columns;
}

// A table of all of the rows, the first `few` of them until somebody asks for more.
function sortedTable(id, caption, columns, rows, few = 15) {
  const place = el("div", {class: "scroll", id: id + "-table"});
  const key = "sort." + id, all = "all." + id;
  prepare(columns);
  const show = () => {
    const order = get(key);
    const wanted = get(all) ? rows.length : few;
    const head = el("tr", null, columns.map(column => headCell(column, order, to => {
      set({[key]: to});
      place.querySelector(`th[aria-sort]:nth-child(${columns.indexOf(column) + 1}) button`).focus();
    })));
    const body = sorted(rows, columns, order).slice(0, wanted).map(row => bodyRow(row, columns));
    replace(place, el("table", null, el("caption", {class: "unseen"}, caption),
      el("thead", null, head), el("tbody", null, body)), moreButton(rows.length - wanted, all));
  };
  onChange(changed => (changed(key) || changed(all)) && show());
  show();
  return place;
}

function moreButton(hidden, key) {
  if (hidden > 0) return el("button", {type: "button", class: "more", click: () => set({[key]: "1"})},
    `Show ${number(hidden)} more`);
  return get(key) && el("button", {type: "button", class: "more", click: () => set({[key]: ""})}, "Show fewer");
}
