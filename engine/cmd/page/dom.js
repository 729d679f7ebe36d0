"use strict";

// Elements, and how values are written. Whatever comes from an event becomes a text node or the value of
// an attribute that is harmless; nothing is ever read as HTML.

const SVG = "http://www.w3.org/2000/svg";

// Characters that nobody sees, or that change the order of those around them.
const HIDDEN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

function plain(text) {
  const escape = c => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0");
  return String(text).replace(HIDDEN, escape);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : plain(value));
  }
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    element.append(child instanceof Node ? child : plain(child));
  }
  return element;
}

const el = (name, attributes, ...children) =>
  fill(document.createElement(name), attributes, children);

const draw = (name, attributes, ...children) =>
  fill(document.createElementNS(SVG, name), attributes, children);

function replace(element, ...children) {
  element.replaceChildren();
  return fill(element, null, children);
}

// ---- numbers and times ----

const number = value => Number(value).toLocaleString("en-US");

function plural(count, one, many = one + "s") {
  return number(count) + " " + (count === 1 ? one : many);
}

function compact(value, digits = 1) {
  return Number(value).toLocaleString("en-US", {maximumFractionDigits: digits});
}

const percent = share => compact(100 * share, share < 0.1 ? 1 : 0) + " %";

function duration(ns) {
  if (ns < 1e3) return ns + " ns";
  if (ns < 1e6) return compact(ns / 1e3) + " µs";
  if (ns < 1e9) return compact(ns / 1e6) + " ms";
  return compact(ns / 1e9, 2) + " s";
}

function size(bytes) {
  if (bytes < 1e3) return bytes + " B";
  return bytes < 1e6 ? compact(bytes / 1e3) + " kB" : compact(bytes / 1e6) + " MB";
}

const stamp = ms => new Date(ms).toISOString();
const day = ms => stamp(ms).slice(0, 10);
const minute = ms => stamp(ms).slice(0, 16).replace("T", " ");
const second = ms => ms === null ? "–" : stamp(ms).slice(0, 19).replace("T", " ");

// ---- what stands in many places ----

const SEVERITIES = ["critical", "high", "medium", "low", "info"];

const severity = name => el("span", {class: "severity " + name}, name);

// Where an id, a path or an ARN may go on in the next line.
function breaking(text) {
  return String(text).split(/(?<=[./:_-])|(?<=[a-z])(?=[A-Z])/).flatMap((part, i) => i ? [el("wbr"), part] : [part]);
}

// Only what opens in a browser as a page is a link.
function link(address) {
  const text = String(address);
  if (!/^https?:\/\/[^\s]+$/i.test(text)) return el("span", null, text);
  return el("a", {href: text, rel: "noreferrer noopener", target: "_blank"}, text);
}

function section(id, title, lead, ...children) {
  return el("section", {id, tabindex: -1, "aria-labelledby": id + "-title"},
    el("h2", {id: id + "-title"}, title), lead && el("p", {class: "lead"}, lead), children);
}

const shortened = (text, most = 300) => text.length > most ? text.slice(0, most) + "…" : text;

const path = text => el("code", {class: "path"}, breaking(text));

const code = (text, most) => el("code", null, shortened(text, most));

function fact(name, value) {
  return value || value === 0 ? [el("dt", null, name), el("dd", null, value)] : null;
}
