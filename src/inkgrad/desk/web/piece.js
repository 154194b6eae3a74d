// A whole page: what was read on it, marked in place, and every field to be corrected beside it.

import { ask, begin, tell } from "/web/talk.js";

const $ = (id) => document.getElementById(id);
const who = () => $("who").value.trim() || "desk";
const number = new URLSearchParams(location.search).get("field") ?? "";
const rows = new Map(); // by the number of a field: its input, its mark on the page, when it was seen

async function show() {
  const told = await ask(`/v1/fields/${encodeURIComponent(number)}/piece`);
  $("picture").src = `/v1/fields/${told.fields[0].id}/piece.jpg`;
  $("name").textContent = `${told.name}, page ${told.page}`;
  if (document.activeElement !== $("tags")) $("tags").value = told.tags.join(", ");
  $("formats").replaceChildren(...handed(told));
  for (const field of told.fields) put(field);
  const chosen = rows.get(Number(number));
  const first = chosen?.field.state === "open" ? chosen : (open()[0] ?? chosen);
  if (document.activeElement === document.body) first?.input.focus(); // a name may be typed already
  count();
}

// Links to all that the page can be had as.
function handed(told) {
  const documents = told.formats.map((format) =>
    link(`/v1/fields/${told.fields[0].id}/document.${format}`, format === "pdf" ? "PDF" : format),
  );
  const forms = told.forms.map((name) => link(`/v1/forms/${name}.csv`, `${name} as CSV`));
  return [...documents, ...forms].flatMap((each) => [each, " "]);
}

function link(to, text) {
  const made = document.createElement("a");
  made.href = to;
  made.textContent = text;
  return made;
}

function put(field) {
  const item = document.createElement("li");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const none = document.createElement("button");
  label.textContent = field.read.label || field.kind;
  label.append(input);
  input.maxLength = 1000;
  input.autocomplete = "off";
  input.spellcheck = false;
  input.autocapitalize = "off";
  none.type = "button";
  none.textContent = "Not there";
  item.append(label, none);
  const why = document.createElement("small");
  why.className = "why";
  item.append(why);
  $("fields").append(item);
  const row = { field, item, input, why, none, marks: [], since: performance.now() };
  rows.set(field.id, row);
  draw(row);
  input.addEventListener("focus", () => choose(row));
  input.addEventListener("keydown", (event) => key(row, event));
  none.addEventListener("click", () => settle(row, ""));
}

// What a row and its marks on the page look like, by what the field now is.
function draw(row) {
  const { field, item, input, why } = row;
  item.dataset.state = field.state;
  input.value = field.state === "open" ? field.read.text : field.text;
  why.textContent = field.state === "open" ? field.read.why.join("; ") : field.state === "none" ? "not there" : "";
  for (const mark of row.marks) mark.remove();
  row.marks = [];
  const doubtful = field.state === "open" ? field.read.words.filter(([, doubt]) => doubt) : [];
  if (field.read.at) mark(row, field.read.at, "field", field.read.label);
  for (const [text, , at] of doubtful) if (at) mark(row, at, "doubt", text);
}

function mark(row, [left, top, right, bottom], kind, title) {
  const made = document.createElement("button");
  made.type = "button";
  made.tabIndex = -1; // the inputs say the same, and are reached by keys
  made.ariaLabel = title || "field";
  made.className = `mark ${kind} ${row.field.state}`;
  Object.assign(made.style, {
    left: `${100 * left}%`,
    top: `${100 * top}%`,
    width: `${100 * (right - left)}%`,
    height: `${100 * (bottom - top)}%`,
  });
  made.addEventListener("click", () => row.input.focus());
  $("sheet").append(made);
  row.marks.push(made);
}

function choose(row) {
  row.since = performance.now();
  for (const each of rows.values()) for (const mark of each.marks) mark.classList.toggle("chosen", each === row);
  row.marks[0]?.scrollIntoView({ block: "nearest", inline: "nearest" });
  row.input.select();
}

const open = () => [...rows.values()].filter(({ field }) => field.state === "open");

function key(row, event) {
  const all = [...rows.values()];
  const place = all.indexOf(row);
  if (event.key === "Enter") {
    const text = row.input.value.trim();
    if (text || row.field.state !== "open") settle(row, text);
    else say("Type what it says, or press “Not there”.");
  } else if (event.key === "ArrowDown") all[place + 1]?.input.focus();
  else if (event.key === "ArrowUp") all[place - 1]?.input.focus();
  else if (event.key === "Escape") draw(row);
  else return;
  event.preventDefault();
}

// Said at once; the next one in doubt is there before the answer is.
async function settle(row, text) {
  const { field } = row;
  const seconds = (performance.now() - row.since) / 1000;
  const what = text ? "settle" : "none";
  const sent = tell(`/v1/fields/${field.id}/${what}`, { who: who(), version: field.version, seconds, text });
  row.field = { ...field, state: text ? "settled" : "none", text, version: field.version + 1 };
  draw(row);
  say("");
  const all = [...rows.values()];
  const after = all.slice(all.indexOf(row) + 1).concat(all);
  (after.find((each) => each.field.state === "open") ?? row).input.focus();
  count();
  try {
    row.field = await sent;
  } catch (error) {
    say(error.message);
    row.field = await ask(`/v1/fields/${field.id}`);
  }
  const typed = document.activeElement === row.input ? row.input.value : null;
  draw(row);
  if (typed !== null) row.input.value = typed;
  count();
}

function count() {
  const waiting = open().length;
  $("help").dataset.waiting = waiting;
  document.title = `${waiting ? `${waiting} in doubt` : "all settled"} - inkgrad desk`;
}

function say(text) {
  $("said").textContent = text;
}

$("undo").addEventListener("click", async () => {
  try {
    const field = await tell("/v1/undo", { who: who() });
    const row = rows.get(field.id);
    if (row) {
      row.field = await ask(`/v1/fields/${field.id}`);
      draw(row);
      row.input.focus();
    }
    say(`Undone: ${field.name}`);
    count();
  } catch (error) {
    say(error.message);
  }
});
$("tags").addEventListener("change", async () => {
  try {
    const { tags } = await tell(`/v1/fields/${encodeURIComponent(number)}/tags`, { tags: $("tags").value.split(",") });
    $("tags").value = tags.join(", ");
    say("");
  } catch (error) {
    say(error.message);
  }
});
$("who").value = localStorage.getItem("who") ?? "";
$("who").addEventListener("change", () => localStorage.setItem("who", $("who").value));
begin().then(show).catch((error) => say(error.message));
