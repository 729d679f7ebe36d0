// What is shown lives in the fragment of the address, so that a view can be sent, kept and tested:
// #severity=high&sort=-count&alert=70d0ea…

const listeners = [];
let shown = readAddress();

function readAddress() {
  return Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
}

const get = (key, otherwise = "") => key in shown ? shown[key] : otherwise;

// `keep`: as a step of its own in the history.
function set(changes, keep = false) {
  const next = {...shown, ...changes};
  for (const key of Object.keys(next)) if (next[key] === "" || next[key] === null) delete next[key];
  const address = "#" + new URLSearchParams(next);
  if (address === "#" + new URLSearchParams(shown)) return;
  history[keep ? "pushState" : "replaceState"](null, "", address);
  turn(next);
}

function turn(next) {
  const before = shown;
  shown = next;
  const changed = key => before[key] !== next[key];
  for (const listener of listeners) listener(changed);
}

const onChange = listener => listeners.push(listener);

// A single word is the name of a section.
function goTo(id) {
  const target = document.getElementById(id);
  if (!target) return;
  target.scrollIntoView();
  target.focus({preventScroll: true});
}

// Keys whose view is one section, by its name.
const viewOf = {};

function goWhereAsked() {
  const open = document.querySelector("tr.is-open");
  const word = location.hash.slice(1), key = Object.keys(viewOf).find(one => get(one));
  if (open) open.scrollIntoView();
  else if (key) goTo(viewOf[key]);
  else if (/^[a-z]+$/.test(word)) goTo(word);
}

function followAddress() {
  const word = location.hash.slice(1);
  if (/^[a-z]+$/.test(word)) goTo(word);
  else turn(readAddress());
}

window.addEventListener("hashchange", followAddress);
window.addEventListener("popstate", followAddress);

function sectionLink(id, text) {
  const go = event => {
    event.preventDefault();
    goTo(id);
  };
  return el("a", {href: "#" + id, click: go}, text);
}

// {id: name} of those that are there.
function showNav(sections) {
  const there = Object.entries(sections).filter(([id]) => document.getElementById(id));
  replace(document.getElementById("nav"), there.map(([id, name]) => sectionLink(id, name)));
}

// ---- light and dark ----

const THEMES = {"": "Auto", light: "Light", dark: "Dark"};

function showTheme() {
  document.documentElement.dataset.theme = get("theme");
}

function themeSwitch() {
  const choose = event => set({theme: event.target.value});
  const options = Object.entries(THEMES).map(([value, name]) => el("option", {value}, name));
  const box = el("select", {id: "theme", change: choose}, options);
  onChange(() => {
    box.value = get("theme");
    showTheme();
  });
  box.value = get("theme");
  showTheme();
  return el("label", {class: "theme"}, "Theme ", box);
}

const masthead = name => el("div", {class: "masthead"}, el("p", {class: "kicker"}, name), themeSwitch());
