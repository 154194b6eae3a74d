// Blind double entry: a second person types what is seen, and is shown nothing that was read.

import { ask, begin, tell } from "/web/talk.js";

const $ = (id) => document.getElementById(id);
const who = () => $("who").value.trim() || "desk";
let queue = [];
let since = 0;
let shown = null; // the field on the screen
let asked = 0; // how often the queue was asked for; an older answer than the last is not taken
let coming = 0; // answers that are still on their way
const gone = new Set(); // numbers of fields of which something was said, until it is kept

async function refill() {
  const number = ++asked;
  coming++;
  try {
    const told = await ask(`/v1/checks?who=${encodeURIComponent(who())}`);
    if (number < asked) return; // asked again, perhaps for somebody else, or something was said
    queue = told.fields.filter((field) => !gone.has(field.id));
    $("part").textContent = told.part
      ? `${Math.round(1000 * told.part) / 10} % of what stands is read twice; who settled a field is not asked again.`
      : "This desk was started without --double.";
    show();
  } catch (error) {
    $("said").textContent = error.message;
  } finally {
    coming--;
  }
}

function show() {
  const field = queue[0];
  $("work").hidden = !field;
  $("done").hidden = Boolean(field);
  const same = field && shown && field.id === shown.id && field.version === shown.version;
  shown = field;
  if (!field || same) return; // what is typed already stays
  since = performance.now();
  $("picture").src = `/v1/fields/${field.id}/line.png`;
  $("name").textContent = `${field.name}, page ${field.page}, ${field.kind}`;
  $("text").value = "";
  if (document.activeElement !== $("who")) $("text").focus(); // a name that is being typed is none
}

// The next one is shown at once where there is one; what was said is kept behind.
async function check(text) {
  const field = queue.shift();
  if (!field) return;
  const seconds = (performance.now() - since) / 1000;
  const outdated = coming > 0;
  asked++; // what is on its way does not know of this
  gone.add(field.id);
  const sent = tell(`/v1/fields/${field.id}/check`, { who: who(), version: field.version, seconds, text });
  $("said").textContent = "";
  if (queue.length) show();
  try {
    await sent;
  } catch (error) {
    $("said").textContent = error.message;
  } finally {
    gone.delete(field.id);
  }
  if (!queue.length || outdated) await refill();
}

$("answer").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("text").value.trim();
  if (text) check(text);
  else $("said").textContent = "Type what it says.";
});
$("none").addEventListener("click", () => check(""));
$("undo").addEventListener("click", async () => {
  try {
    await tell("/v1/undo", { who: who() });
    await refill();
  } catch (error) {
    $("said").textContent = error.message;
  }
});
$("who").value = localStorage.getItem("who") ?? "";
$("who").addEventListener("change", async () => {
  localStorage.setItem("who", $("who").value);
  $("who").blur(); // with Enter it is still being typed in
  await refill();
  if (document.activeElement === document.body) $("text").focus();
});
begin().then(refill, (error) => ($("said").textContent = error.message));
