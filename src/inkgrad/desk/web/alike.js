// Fields that are alike, shown before they are settled at once: each can be left out.

const $ = (id) => document.getElementById(id);
let finish = () => {}; // what becomes of the choice once the dialog is closed

// The numbers and versions of those that a person settles; none where they are left.
export function choose(fields, text, address) {
  const one = text ? `as ${text}` : "as they were read";
  $("alike-title").textContent = `Settle ${fields.length} ${one}?`;
  const boxes = fields.map((field) => entry(field, address));
  $("alike-fields").replaceChildren(...boxes.map((box) => box.item));
  $("alike").returnValue = "";
  $("alike").showModal();
  $("alike-settle").focus();
  return new Promise((done) => {
    finish = () => {
      const kept = $("alike").returnValue === "settle" ? boxes.filter((box) => box.check.checked) : [];
      done(kept.map((box) => [box.field.id, box.field.version]));
    };
  });
}

function entry(field, address) {
  const [item, label, check, image] = ["li", "label", "input", "img"].map((tag) => document.createElement(tag));
  check.type = "checkbox";
  check.checked = true;
  image.src = address(field);
  image.alt = "";
  label.append(image, check, ` ${field.read.text} · ${field.name}`);
  item.append(label);
  return { item, check, field };
}

// By keyboard the choice ends at once: the event of closing comes later, and keys may come before it.
function end(event, chosen) {
  event.preventDefault();
  event.stopPropagation();
  $("alike").close(chosen);
  finish();
}

$("alike-settle").value = "settle";
$("alike-leave").addEventListener("click", () => $("alike").close(""));
$("alike").addEventListener("close", () => {
  if (!$("alike").open) finish(); // else it tells of a choice before this one
});
$("alike").addEventListener("keydown", (event) => {
  if (event.key === "Escape") end(event, "");
  else if (event.key === "Enter" && event.target !== $("alike-leave")) end(event, "settle");
});
