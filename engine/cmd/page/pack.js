// What is large lies in the page gzip'd, some texts together, and is unpacked when somebody looks.

const unpacked = new Map();
let packs = null;

function packText(chunk) {
  packs = packs || [...document.querySelectorAll("script.pack")];
  return packs[chunk].textContent;
}

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).text();
}

// The texts of one chunk, one a line; each is JSON.
function unpack(chunk) {
  if (!unpacked.has(chunk))
    unpacked.set(chunk, inflate(packText(chunk)).then(text => text.split("\n")));
  return unpacked.get(chunk);
}

// Digits that a number of JavaScript would lose stay as they were written.
function keepDigits(key, value, context) {
  const exact = typeof value !== "number" || !context || String(value) === context.source;
  return exact || !JSON.rawJSON ? value : JSON.rawJSON(context.source);
}

const pretty = value => value === undefined ? "" : JSON.stringify(value, null, 2);
const brief = value => value === undefined ? "" : JSON.stringify(value);

async function detail(chunk, index) {
  const texts = await unpack(chunk);
  return JSON.parse(texts[index], keepDigits);
}

// What the page is about: plain, or packed where it is long.
async function readSummary() {
  const place = document.getElementById("summary");
  const text = place.type === "application/json" ? place.textContent : await inflate(place.textContent.trim());
  return JSON.parse(text);
}

// Draws the page with `build`, which returns what is to be waited for; then goes where the address says.
async function start(build) {
  try {
    await build(await readSummary());
    performance.mark("drawn");
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    goWhereAsked();
  } catch (error) {
    replace(document.getElementById("main"), el("p", {class: "trouble"},
      `This page cannot be drawn: ${error.message}. It needs a browser of 2024 or later.`));
    throw error;
  }
}
