// Elements made in one line each, and the controls that the views share.

// An element: h("p", { class: "soft", onclick }, "text", another). Text is never read as HTML.
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value == null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

export function button(text, onclick, properties = {}) {
  return h("button", { type: "button", onclick, ...properties }, text);
}

// A button that opens files of some kinds; `take` gets the first.
export function fileButton(text, accept, take) {
  const input = h("input", { type: "file", accept, "aria-label": text });
  input.addEventListener("change", () => {
    if (input.files[0]) take(input.files[0]);
    input.value = "";
  });
  return h("span", { class: "file" }, text, input);
}

// A labelled choice; `options` are names, or pairs of value and what is shown.
export function choice(label, options, value, change, properties = {}) {
  const pairs = options.map((option) => (Array.isArray(option) ? option : [option, option]));
  const select = h(
    "select",
    { onchange: () => change(select.value), "aria-label": label, ...properties },
    optionsOf(pairs, value),
  );
  const field = h("label", { class: "field" }, h("span", {}, label), select);
  field.set = (to) => (select.value = to);
  field.offer = (names) => select.replaceChildren(...optionsOf(names.map((name) => [name, name]), select.value));
  return field;
}

function optionsOf(pairs, value) {
  return pairs.map(([name, shown]) => h("option", { value: name, selected: name === value }, shown));
}

// A labelled slider with its value beside it. `places` are the values it goes through.
export function slider(label, places, value, change, show = String) {
  const nearest = (wanted) =>
    places.reduce(
      (best, at, k) => (Math.abs(at - wanted) < Math.abs(places[best] - wanted) ? k : best),
      0,
    );
  const output = h("span", { class: "value" }, show(value));
  const range = h("input", {
    type: "range",
    "aria-label": label,
    min: 0,
    max: places.length - 1,
    step: 1,
    value: nearest(value),
    "aria-valuetext": show(value),
  });
  range.addEventListener("input", () => {
    const now = places[range.value];
    told(now);
    change(now);
  });
  function told(now) {
    output.textContent = show(now);
    range.setAttribute("aria-valuetext", show(now));
  }
  const field = h("label", { class: "field" }, h("span", {}, label, output), range);
  field.set = (to) => {
    range.value = nearest(to);
    told(to);
  };
  return field;
}

export function checkbox(label, value, change) {
  const input = h("input", { type: "checkbox", onchange: () => change(input.checked) });
  input.checked = value;
  const field = h("label", { class: "check" }, input, label);
  field.set = (to) => (input.checked = to);
  return field;
}

// A few words at the foot of the page, for a moment; said aloud by a screen reader.
export function say(text) {
  document.querySelector(".note")?.remove();
  const note = h("div", { class: "note", role: "status" }, text);
  document.body.append(note);
  setTimeout(() => note.remove(), 5000);
}

// Hand bytes to the user as a file.
export function download(name, content, type) {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}
