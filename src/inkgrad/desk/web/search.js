// What is on the desk, by how a word, a text or a name begins; each is shown, and leads to its page.

import { ask, begin } from "/web/talk.js";

const $ = (id) => document.getElementById(id);
const MOST = 60;
let asked = 0;

async function search() {
  const text = $("text").value.trim();
  const number = ++asked;
  history.replaceState(null, "", text ? `?text=${encodeURIComponent(text)}` : location.pathname);
  if (!text) return;
  try {
    const { fields } = await ask(`/v1/search?text=${encodeURIComponent(text)}&count=${MOST}`);
    if (number < asked) return;
    $("said").textContent = fields.length ? `${fields.length}${fields.length < MOST ? "" : " and more"} found` : "Nothing begins so.";
    $("found").replaceChildren(...fields.map(item));
  } catch (error) {
    $("said").textContent = error.message;
  }
}

function item(field) {
  const made = document.createElement("li");
  const link = document.createElement("a");
  const picture = document.createElement("img");
  const where = document.createElement("small");
  link.href = `/piece.html?field=${field.id}`;
  picture.src = `/v1/fields/${field.id}/line.png`;
  picture.alt = "";
  picture.loading = "lazy";
  link.append(picture, field.state === "open" ? `${field.read.text} ?` : field.text || "(nothing)");
  where.className = "soft";
  where.textContent = `${field.name}, page ${field.page}${field.read.label ? `, ${field.read.label}` : ""}`;
  made.append(link, where);
  return made;
}

$("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  search();
});
$("text").value = new URLSearchParams(location.search).get("text") ?? "";
begin().then(search, (error) => ($("said").textContent = error.message));
