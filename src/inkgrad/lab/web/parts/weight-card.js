// One weight or bias taken apart: the products that make its gradient, the proof of it, its update.

import { brief } from "../engine/figures.js";
import { button, h } from "./elements.js";

const ENDS = ["Layer", "From", "To"];

// What comes into a layer at a place: a pixel, or a unit of the layer before.
export function inputName(layer, i) {
  if (layer) return `unit ${i + 1}`;
  return `the pixel in row ${Math.floor(i / 28) + 1}, column ${(i % 28) + 1},`;
}

// Fill a card with the weight at [layer, from, to] of a step; `choose` is called with another.
export function paintWeight(card, step, chosen, choose) {
  const [layer, i, o] = chosen;
  const inputs = step.tensor(layer).shape[0];
  const bias = i === inputs;
  const [letter, of] = bias ? ["b", `[${o}]`] : ["W", `[${i}, ${o}]`];
  const found = step.weight(layer, i, o);
  const { gradient, checked, before, after, m = "", s = "" } = found;
  Object.assign(card.dataset, { gradient, checked, before, after, m, s });
  const w = bias ? "b" : "w";
  const proof = `(loss(${w} + 0.0001) − loss(${w} − 0.0001)) / 0.0002 = ${checked.toPrecision(6)}`;
  card.replaceChildren(
    h("h2", {}, bias ? "One bias" : "One weight"),
    h(
      "p",
      {},
      bias
        ? `It is the bias of unit ${o + 1} of layer ${layer + 1}: a weight on an input that is always 1.`
        : `It leads from ${inputName(layer, i)} to unit ${o + 1} of layer ${layer + 1}.`,
    ),
    h("div", { class: "row few" }, fieldsOf(chosen, choose), bias ? "" : biasButton(chosen, inputs, choose)),
    h("div", { class: "scroll" }, productTable(found, { layer, labels: step.labels, bias })),
    codeOf(chosen, { letter, of, adam: Boolean(step.moved.m) }),
    h(
      "p",
      {},
      `Two losses prove it: with this ${bias ? "bias" : "weight"} a little larger and a little smaller, `,
      h("span", { class: "number" }, proof),
      ".",
    ),
    updateList(found, step.moved.steps),
  );
}

// The lines of Python that make this very gradient and move this very weight.
function codeOf([layer, i, o], { letter, of, adam }) {
  const k = layer + 1;
  const parameter = `${letter}${k}${of}`;
  const lines = adam
    ? ["m = 0.9 * m + 0.1 * g", "s = 0.999 * s + 0.001 * g**2", `${parameter} -= lr * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)`]
    : ["v = 0.9 * v + g", `${parameter} -= lr * v`];
  const dz = `dz${k}[:, ${o}]`;
  const made = letter === "b" ? `${dz}.sum()` : `${layer ? `a${layer}` : "x"}[:, ${i}] @ ${dz}`;
  const first = `g = d${parameter} = ${made}`;
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

// To the bias of the unit that a weight leads to.
function biasButton([layer, , o], inputs, choose) {
  return button(`The bias of unit ${o + 1}`, () => choose([layer, inputs, o]));
}

function productTable({ products, gradient }, { layer, labels, bias }) {
  const k = layer + 1;
  const head = ["digit", bias ? "input" : layer ? `a${layer}` : "x", `dz${k}`, "product"];
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
      h("td", {}, h("b", {}, `sum = d${bias ? "b" : "W"}${k}`)),
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
