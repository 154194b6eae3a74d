// The queue of a desk, by keyboard. What was settled is shown as done at once and sent behind;
// the pictures of the next ten are loaded ahead. Text from outside is only ever text.

import { choose as chooseAlike } from "/web/alike.js";
import { ask, begin, give, tell } from "/web/talk.js";

const AHEAD = 11;
const $ = (id) => document.getElementById(id);
const pictures = new Map(); // loaded ahead, by address
const gone = new Set(); // fields that were settled here, until the desk has heard of it
let queue = [];
let since = 0;
let waiting = 0;
let whole = false;
let sending = Promise.resolve();
let shown = null;
let choosing = false; // those alike are being asked for: no key is for the one that is shown

const address = (field, what) => `/v1/fields/${field.id}/${what === "piece" ? "piece.jpg" : "line.png"}`;
const say = (text) => ($("said").textContent = text);
const who = () => $("who").value.trim() || "desk";

function show() {
  const field = queue[0] ?? null;
  $("work").hidden = !field;
  $("done").hidden = Boolean(field);
  if (field && field !== shown) {
    whole = false;
    since = performance.now();
    $("text").value = field.read.text;
    $("text").blur();
    $("name").textContent = `${field.name}, page ${field.page}, ${called(field)}`;
    $("page").href = `/piece.html?field=${field.id}`;
    $("why").replaceChildren(...field.read.why.map((why) => made("li", why)));
    $("others").replaceChildren(...field.read.alternatives.slice(0, 9).map(other));
  }
  shown = field;
  if (field) picture();
  for (const next of queue.slice(0, AHEAD)) loaded(address(next, "line"));
}

const called = ({ kind, read }) => (read.label ? `${kind.split("#")[0]}, ${read.label}` : kind);

function picture() {
  $("picture").src = loaded(address(queue[0], whole ? "piece" : "line")).src;
  $("picture").parentElement.classList.toggle("whole", whole);
}

function loaded(at) {
  if (!pictures.has(at)) {
    const image = new Image();
    image.src = at;
    pictures.set(at, image);
    if (pictures.size > 60) pictures.delete(pictures.keys().next().value);
  }
  return pictures.get(at);
}

function made(tag, ...parts) {
  const element = document.createElement(tag);
  element.append(...parts);
  return element;
}

function other([text, p], k) {
  const button = made("button", made("kbd", String(k + 1)), ` ${text} `, `${Math.round(100 * p)} %`);
  button.type = "button";
  button.addEventListener("click", () => choose(k));
  return made("li", button);
}

function choose(k) {
  const found = queue[0]?.read.alternatives[k];
  if (found) $("text").value = found[0];
}

// Say something of the field that is shown, and go on at once.
function settle(what) {
  const field = queue[0];
  const text = $("text").value.trim();
  if (!field || choosing) return;
  if (what === "settle" && !text) return say("Type what it says, or N where there is no such field.");
  const seconds = (performance.now() - since) / 1000;
  const said = { who: who(), version: field.version, seconds, text: what === "settle" ? text : "" };
  const sent = tell(`/v1/fields/${field.id}/${what}`, said); // in its turn, and at the latest when one leaves
  gone.add(field.id);
  queue.shift();
  say("");
  show();
  count();
  behind(
    async () => {
      const { bin, text: said } = await sent;
      if (bin) say(`${said || field.name} goes to ${bin}`);
    },
    () => gone.delete(field.id),
  );
}

// Those that are like the one that is shown, all at once: the same reading, or the same piece.
async function alike(by) {
  const field = queue[0];
  const text = by === "reading" ? $("text").value.trim() : "";
  if (!field || choosing || (by === "reading" && !text)) return;
  choosing = true;
  try {
    await sending; // what was settled before is no longer among them
    const told = await ask(`/v1/fields/${field.id}/alike?by=${by}`);
    const fields = await chooseAlike(told.fields, text, (each) => address(each, "line"));
    if (!fields.length) return;
    const seconds = (performance.now() - since) / 1000;
    behind(async () => {
      await tell("/v1/alike", { who: who(), seconds, text, fields });
      say(`Settled: ${fields.length}. U takes all of them back.`);
    });
  } catch (error) {
    say(error.message);
  } finally {
    choosing = false;
  }
}

function behind(work, done = () => {}) {
  sending = sending
    .then(work)
    .catch((error) => say(error.message))
    .finally(done)
    .then(refill);
}

async function refill() {
  try {
    const told = await ask(`/v1/queue?order=${$("order").value}&count=${AHEAD + gone.size}`);
    const fresh = told.fields.filter((field) => !gone.has(field.id));
    const kept = shown && fresh.find((field) => field.id === shown.id && field.version === shown.version);
    queue = kept ? [shown, ...fresh.filter((field) => field !== kept)] : fresh;
    waiting = told.waiting;
    count();
    show();
  } catch (error) {
    if (error.status === 401) return enter();
    say(error.message);
  }
}

// How many wait; while answers are on their way, how many those are.
function count() {
  const kept = gone.size ? `, ${gone.size} being kept` : "";
  $("waiting").textContent = `${waiting} waiting${kept}`;
}

function undo() {
  behind(async () => {
    const field = await tell("/v1/undo", { who: who() });
    queue.unshift(field);
    shown = null;
    show();
    say(`Undone: ${field.name}`);
  });
}

function take(files) {
  for (const file of files) {
    say(`Reading ${file.name} …`);
    behind(async () => {
      const told = await give(file);
      const open = told.fields.filter((field) => field.state === "open").length;
      say(`${file.name}: ${told.fields.length} read, ${open} to settle`);
    });
  }
}

function enter() {
  $("login").hidden = false;
  $("work").hidden = $("done").hidden = true;
  $("token").focus();
}

async function start() {
  try {
    await begin();
    $("login").hidden = true;
    await refill();
  } catch (error) {
    if (error.status === 401) return enter();
    say(error.message);
  }
}

const KEYS = {
  e: () => $("text").select(),
  a: () => alike("reading"),
  p: () => alike("piece"),
  s: () => settle("skip"),
  n: () => settle("none"),
  u: undo,
  g: () => queue[0] && $("page").click(),
  w: () => {
    whole = !whole;
    if (queue[0]) picture();
  },
};

document.addEventListener("keydown", (event) => {
  if (choosing) return; // the dialog has its own keys
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const inside = event.target.closest("input, select");
  if (inside) {
    if (event.key === "Escape") inside.blur();
    return;
  }
  const key = event.key.toLowerCase();
  if (key === "enter" && !event.target.closest("button, a")) settle("settle");
  else if (/^[1-9]$/.test(key)) choose(Number(key) - 1);
  else if (KEYS[key] && !event.repeat) KEYS[key]();
  else return;
  event.preventDefault();
});

for (const button of document.querySelectorAll("[data-key]")) {
  button.addEventListener("click", () => KEYS[button.dataset.key]());
}
$("answer").addEventListener("submit", (event) => {
  event.preventDefault();
  settle("settle");
});
$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  tell("/v1/login", { token: $("token").value }).then(start, (error) => say(error.message));
});
$("order").addEventListener("change", () => {
  shown = null;
  refill();
});
$("who").value = localStorage.getItem("who") ?? "";
$("who").addEventListener("change", () => localStorage.setItem("who", $("who").value));
$("files").addEventListener("change", () => {
  take([...$("files").files]);
  $("files").value = "";
});
document.addEventListener("dragover", (event) => {
  event.preventDefault();
  document.body.classList.add("dropping");
});
document.addEventListener("dragleave", () => document.body.classList.remove("dropping"));
document.addEventListener("drop", (event) => {
  event.preventDefault();
  document.body.classList.remove("dropping");
  take([...event.dataTransfer.files]);
});
start();
