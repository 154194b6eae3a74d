// What the views say best as a formula, each as a block.

import { h } from "./elements.js";
import { formula, frac, hat, m, root, row, sub, sup } from "./formulas.js";

const block = (...formulas) => h("div", { class: "formula" }, formulas);
const total = (index) => m("munder", "Σ", index);

// Probabilities from logits; a network may have a temperature of its own.
export function softmaxEquation(temperature = 1) {
  const power = (index) =>
    sup("e", temperature === 1 ? sub("z", index) : row(sub("z", index), "/", "T"));
  const said = temperature === 1 ? [] : [",", "T", "=", String(+temperature.toPrecision(3))];
  return block(
    formula(sub("p", "k"), "=", frac(power("k"), row(total("j"), power("j"))), ...said),
  );
}

// What training makes small, and how the weights move for it.
export function trainingEquations(optimizer) {
  const loss = formula(
    ...["L", "=", "−", frac("1", "n"), total("s"), "log", sub("p", row("s", ",", "label"))],
  );
  const beta = (number) => sub("β", number);
  const mean = (name, number, of) =>
    formula(name, "←", beta(number), name, "+", "(", "1", "−", beta(number), ")", of);
  const move = () => frac(hat("m"), row(root(hat("s")), "+", "ε"));
  const means = () => [mean("m", "1", "g"), mean("s", "2", sup("g", "2"))];
  const moves = {
    sgd: () => [
      formula("v", "←", "μ", "v", "+", "g"),
      formula("θ", "←", "θ", "−", "η", "v"),
    ],
    adam: () => [...means(), formula("θ", "←", "θ", "−", "η", move())],
    adamw: () => [
      ...means(),
      formula("θ", "←", "(", "1", "−", "η", "λ", ")", "θ", "−", "η", move()),
    ],
  };
  return block(...[loss, ...moves[optimizer]()].map((each) => h("p", {}, each)));
}

// How a layer of this kind makes one value; null where there is no formula for it here.
export function layerEquation(kind) {
  const made = {
    Conv2D: () =>
      formula(
        sub("y", row("p", "q", "o")),
        "=",
        total(row("i", "j", "c")),
        sub("x", row("p", "+", "i", ",", "q", "+", "j", ",", "c")),
        sub("W", row("i", "j", "c", "o")),
        "+",
        sub("b", "o"),
      ),
    BatchNorm: () =>
      formula(
        ...["y", "=", "γ", frac(row("x", "−", "μ"), root(row(sup("σ", "2"), "+", "ε"))), "+", "β"],
      ),
    ReLU: () => formula("y", "=", "max", "(", "x", ",", "0", ")"),
    MaxPool2D: () =>
      formula(
        sub("y", row("p", "q")),
        "=",
        m("munder", "max", row("i", ",", "j")),
        sub("x", row("2", "p", "+", "i", ",", "2", "q", "+", "j")),
      ),
    GlobalMaxPool: () =>
      formula(
        sub("y", "c"),
        "=",
        m("munder", "max", row("p", ",", "q")),
        sub("x", row("p", "q", "c")),
      ),
  }[kind];
  return made ? block(made()) : null;
}

// When a network answers at all.
export function confidenceEquation() {
  return block(formula("confidence", "=", m("munder", "max", "k"), sub("p", "k"), "≥", "t"));
}
