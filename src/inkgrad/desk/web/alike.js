// Fields that are alike, shown before they are settled at once: each can be left out.

const $ = (id) => document.getElementById(id);

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
    const closed = () => {
      const kept = $("alike").returnValue === "settle" ? boxes.filter((box) => box.check.checked) : [];
      done(kept.map((box) => [box.field.id, box.field.version]));
    };
    $("alike").addEventListener("close", closed, { once: true });
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

$("alike-settle").value = "settle";
$("alike-leave").addEventListener("click", () => $("alike").close());
$("alike").addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target === $("alike-leave")) return;
  event.preventDefault();
  $("alike").close("settle");
});
