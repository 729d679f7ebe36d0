// Two texts of some lines side by side.

// How long the longest sequence of equal lines from i and j on is, for all i and j.
function common(old, now) {
  const of = Array.from({length: old.length + 1}, () => new Uint16Array(now.length + 1));
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      of[i][j] = old[i] === now[j] ? of[i + 1][j + 1] + 1 : Math.max(of[i + 1][j], of[i][j + 1]);
  return of;
}

// [[line of the old one or null, line of the new one or null], …]
function pairLines(old, now) {
  const of = common(old, now), pairs = [];
  let i = 0, j = 0;
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) pairs.push([old[i++], now[j++]]);
    else if (j >= now.length || (i < old.length && of[i + 1][j] >= of[i][j + 1])) pairs.push([old[i++], null]);
    else pairs.push([null, now[j++]]);
  }
  return pairs;
}

// What was taken out stands beside what was put in.
function facing(pairs) {
  const out = [];
  let gone = [], come = [];
  const flush = () => {
    for (let i = 0; i < Math.max(gone.length, come.length); i++) out.push([gone[i] ?? null, come[i] ?? null]);
    gone = [], come = [];
  };
  for (const [old, now] of pairs) {
    if (now === null) gone.push(old);
    else if (old === null) come.push(now);
    else flush(), out.push([old, now]);
  }
  flush();
  return out;
}

function lineCell(text, other, kind) {
  const changed = text !== other && text !== null;
  return el("td", {class: changed ? kind : text === null ? "absent" : null}, el("code", null, text ?? ""));
}

const MOST_LINES = 1000;

function sideBySide(old, now) {
  const both = [old, now].map(text => text.split("\n").slice(0, MOST_LINES));
  return facing(pairLines(...both)).map(([before, after]) =>
    el("tr", null, lineCell(before, after, "gone"), lineCell(after, before, "come")));
}
