// One weight taken apart: the products that make its gradient, the proof of it, its update.

import { brief } from "../engine/figures.js";
import { h } from "./elements.js";

const ENDS = ["Layer", "From", "To"];

// What comes into a layer at a place: a pixel, or a unit of the layer before.
export function inputName(layer, i) {
  if (layer) return `unit ${i + 1}`;
  return `the pixel in row ${Math.floor(i / 28) + 1}, column ${(i % 28) + 1},`;
}

// Fill a card with the weight at [layer, from, to] of a step; `choose` is called with another.
export function paintWeight(card, step, chosen, choose) {
  const [layer, i, o] = chosen;
  const found = step.weight(layer, i, o);
  const { gradient, checked, before, after, m = "", s = "" } = found;
  Object.assign(card.dataset, { gradient, checked, before, after, m, s });
  const proof = `(loss(w + 0.0001) − loss(w − 0.0001)) / 0.0002 = ${checked.toPrecision(6)}`;
  card.replaceChildren(
    h("h2", {}, "One weight"),
    h("p", {}, `It leads from ${inputName(layer, i)} to unit ${o + 1} of layer ${layer + 1}.`),
    h("div", { class: "row few" }, fieldsOf(chosen, choose)),
    h("div", { class: "scroll" }, productTable(found, layer, step.labels)),
    codeOf(chosen, Boolean(step.moved.m)),
    h(
      "p",
      {},
      "Two losses prove it: with this weight a little larger and a little smaller, ",
      h("span", { class: "number" }, proof),
      ".",
    ),
    updateList(found, step.moved.steps),
  );
}

// The lines of Python that make this very gradient and move this very weight.
function codeOf([layer, i, o], adam) {
  const k = layer + 1;
  const g = `dW${k}[${i}, ${o}]`;
  const lines = adam
    ? ["m = 0.9 * m + 0.1 * g", "s = 0.999 * s + 0.001 * g**2", `W${k}[${i}, ${o}] -= lr * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)`]
    : ["v = 0.9 * v + g", `W${k}[${i}, ${o}] -= lr * v`];
  const first = `g = ${g} = ${layer ? `a${layer}` : "x"}[:, ${i}] @ dz${k}[:, ${o}]`;
  return h("div", { class: "formula code", tabindex: 0 }, h("code", {}, [first, ...lines].join("\n")));
}

function fieldsOf(chosen, choose) {
  return ENDS.map((name, k) => {
    const value = chosen[k] + 1;
    const field = h("input", {
      type: "number",
      min: 1,
      value,
      "aria-label": `${name} (of the weight)`,
    });
    field.addEventListener("change", () =>
      choose(chosen.map((at, j) => (j === k ? Number(field.value) - 1 : at))),
    );
    return h("label", { class: "field" }, h("span", {}, name), field);
  });
}

function productTable({ products, gradient }, layer, labels) {
  const k = layer + 1;
  const head = ["digit", layer ? `a${layer}` : "x", `dz${k}`, "product"];
  const lines = products.map(({ input, dz, product }, s) => [
    `${s + 1} (a ${labels[s]})`,
    brief(input),
    brief(dz),
    brief(product),
  ]);
  const sum = h("b", {}, gradient.toPrecision(6));
  return h(
    "table",
    {},
    h(
      "tr",
      {},
      head.map((name) => h("th", { scope: "col" }, name)),
    ),
    lines.map((line) =>
      h(
        "tr",
        {},
        line.map((value) => h("td", { class: "number" }, value)),
      ),
    ),
    h(
      "tr",
      {},
      h("td", {}, h("b", {}, `sum = dW${k}`)),
      h("td"),
      h("td"),
      h("td", { class: "number" }, sum),
    ),
  );
}

function updateList({ m, s, v, before, after }, t) {
  const corrected = [
    ["m", m],
    ["s", s],
    [`m / (1 − 0.9^${t})`, m / (1 - 0.9 ** t)],
    [`s / (1 − 0.999^${t})`, s / (1 - 0.999 ** t)],
  ];
  const facts = m === undefined ? [["v", v]] : corrected;
  const all = [...facts, ["before", before], ["moves by", after - before], ["after", after]];
  return h(
    "dl",
    { class: "facts" },
    all.map(([name, value]) =>
      h("div", {}, h("dt", {}, name), h("dd", { class: "number" }, brief(value))),
    ),
  );
}
