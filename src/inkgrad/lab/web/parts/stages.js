// The stages of one step, in the order in which their numbers come about: what each is called, its
// formula, the line of the Python program, a sentence, and the numbers with their shape.

import { formula, frac, hat, root, row, sub, sup } from "./formulas.js";

// The stages of a step that was looked at. `grid` is how its numbers are laid out; `layer` is the
// dense layer (0, 1, ...) that they belong to, and `weights` names them where they stand one a weight;
// `biases` are the same for the biases.
export function stagesOf(step) {
  const last = step.dense.length - 1;
  const forward = step.dense.flatMap((place, layer) => [
    ...(layer ? [] : [input(step)]),
    weighed(step, place, layer),
    layer < last ? bent(step, place, layer) : probabilities(step),
  ]);
  const backward = [...step.dense.entries()]
    .reverse()
    .flatMap(([layer, place]) => [
      layer === last ? lossSlope(step, place, layer) : unitSlope(step, place, layer),
      weightSlope(step, layer),
    ]);
  const names = step.moved.m ? ["m", "s"] : ["v"];
  const updates = [...step.dense.keys()].flatMap((layer) => [
    ...names.map((name) => moment(step, layer, name)),
    update(step, layer),
  ]);
  return [...forward, ...backward, ...updates];
}

const CLASS_NAMES = [..."0123456789"];

// The part of a vector of all parameters that holds the biases of a layer: they follow its weights.
function biasesOf(step, layer, vector) {
  const { from, count, shape } = step.tensor(layer);
  return vector.slice(from + count, from + count + shape[1]);
}

const table = (h, w) => ({ h, w, c: 1, across: 1 });

// Weights of pixels as one picture a unit, others as a table of inputs by units.
function weightGrid(step, layer) {
  const [inputs, units] = step.tensor(layer).shape;
  return inputs === 784
    ? { h: 28, w: 28, c: units, across: Math.min(16, units) }
    : table(inputs, units);
}

function input(step) {
  return {
    name: "x",
    said: "The digits of the batch: 784 pixels each, 0 for paper and 1 for ink.",
    formula: formula("x", "=", frac("pixels", "255")),
    code: "x = images.reshape(n, 784) / 255",
    values: step.x,
    grid: { h: 28, w: 28, c: step.n, across: step.n },
    bySample: true,
  };
}

function weighed(step, place, layer) {
  const [, units] = step.tensor(layer).shape;
  const before = layer ? sub("a", String(layer)) : "x";
  const k = String(layer + 1);
  return {
    name: `z${k}`,
    layer,
    said: `Each of ${units} units weighs all that comes in and adds its bias. A row is a digit, a column a unit.`,
    columns: units === 10 ? CLASS_NAMES : null,
    formula: formula(sub("z", k), "=", before, sub("W", k), "+", sub("b", k)),
    code: "y = x @ self.W\ny += self.b",
    values: step.answers[place + 1],
    grid: table(step.n, units),
  };
}

function bent(step, place, layer) {
  const [, units] = step.tensor(layer).shape;
  const k = String(layer + 1);
  return {
    name: `a${k}`,
    layer,
    said: "What is negative becomes zero. Without this, all layers together would be one.",
    formula: formula(sub("a", k), "=", "max", "(", sub("z", k), ",", "0", ")"),
    code: "y = np.maximum(x, 0)",
    values: step.answers[place + 2],
    grid: table(step.n, units),
  };
}

function probabilities(step) {
  return {
    name: "p, loss",
    layer: step.dense.length - 1,
    said: `Ten probabilities for each digit, and how surprised the network is by the right one: the mean of −log p is the loss, ${step.loss.toFixed(6)}.`,
    formula: formula(
      sub("p", "k"),
      "=",
      frac(sup("e", sub("z", "k")), row("Σ", sup("e", sub("z", "j")))),
      ",",
      "loss",
      "=",
      "−",
      frac("1", "n"),
      "Σ",
      "log",
      sub("p", "label"),
    ),
    code: "p = np.exp(z - z.max(axis=1, keepdims=True))\np /= p.sum(axis=1, keepdims=True)",
    values: step.p,
    columns: CLASS_NAMES,
    grid: table(step.n, 10),
  };
}

function lossSlope(step, place, layer) {
  const k = String(layer + 1);
  return {
    name: `dz${k}`,
    layer,
    said: "How the loss changes with each logit: the probability, less 1 at the right class, over the digits of the batch. Here backpropagation begins.",
    formula: formula("d", sub("z", k), "=", frac(row("p", "−", "target"), "n")),
    code: "dlogits = (p - target) / n",
    columns: CLASS_NAMES,
    values: step.slopes[place],
    grid: table(step.n, 10),
  };
}

function unitSlope(step, place, layer) {
  const [, units] = step.tensor(layer).shape;
  const [k, next] = [String(layer + 1), String(layer + 2)];
  return {
    name: `dz${k}`,
    layer,
    said: "What comes back through the weights above, where the unit answered at all; where it was zero, nothing comes back.",
    formula: formula(
      "d",
      sub("z", k),
      "=",
      "(",
      "d",
      sub("z", next),
      sup(sub("W", next), "T"),
      ")",
      "·",
      "[",
      sub("a", k),
      ">",
      "0",
      "]",
    ),
    code: "dx = dy @ self.W.T\ndx = np.where(y > 0, dx, 0)",
    values: step.slopes[place],
    grid: table(step.n, units),
  };
}

function weightSlope(step, layer) {
  const { from, count } = step.tensor(layer);
  const k = String(layer + 1);
  return {
    name: `dW${k}, db${k}`,
    layer,
    weights: `dW${k}`,
    said: "The gradient of each weight: what came in times what comes back, summed over the digits; of a bias, on which always 1 comes in, what comes back alone. Click one to see its products.",
    formula: formula(
      "d",
      sub("W", k),
      "=",
      sup(layer ? sub("a", String(layer)) : "x", "T"),
      "d",
      sub("z", k),
      ",",
      "d",
      sub("b", k),
      "=",
      "Σ",
      "d",
      sub("z", k),
    ),
    code: "np.matmul(self.x.T, dy, out=self.dW)\nnp.sum(dy, axis=0, out=self.db)",
    values: step.grad.subarray(from, from + count),
    biases: { name: `db${k}`, values: biasesOf(step, layer, step.grad) },
    grid: weightGrid(step, layer),
  };
}

const MOMENTS = {
  m: {
    said: "Adam's m: a running mean of each weight's gradients, from 0. After the first step it is a tenth of the gradient.",
    code: "m = beta1 * m + (1 - beta1) * g",
    rule: () => ["m", "←", "0.9", "m", "+", "0.1", "g"],
  },
  s: {
    said: "Adam's s: a running mean of the squares of each weight's gradients: how large they usually are, whatever their sign.",
    code: "s = beta2 * s + (1 - beta2) * g**2",
    rule: () => ["s", "←", "0.999", "s", "+", "0.001", sup("g", "2")],
  },
  v: {
    said: "The momentum: each weight's gradients summed, the older ones less and less.",
    code: "v = momentum * v + g",
    rule: () => ["v", "←", "0.9", "v", "+", "g"],
  },
};

// What the optimizer remembers of the gradients of a layer, after this step.
function moment(step, layer, name) {
  const { from, count } = step.tensor(layer);
  const { said, code, rule } = MOMENTS[name];
  return {
    name: `${name}${layer + 1}`,
    layer,
    weights: `${name} of W${layer + 1}`,
    said,
    formula: formula(...rule()),
    code,
    values: step.moved[name].subarray(from, from + count),
    biases: { name: `${name} of b${layer + 1}`, values: biasesOf(step, layer, step.moved[name]) },
    grid: weightGrid(step, layer),
  };
}

function update(step, layer) {
  const { from, count } = step.tensor(layer);
  const k = String(layer + 1);
  const adam = Boolean(step.moved.m);
  const moves = step.after.map((value, at) => value - step.before[at]);
  return {
    name: `ΔW${k}, Δb${k}`,
    layer,
    weights: `ΔW${k}`,
    said: adam
      ? "How far each weight moves. m is a running mean of its gradients, s of their squares: in the first step all moves are of one length, whatever the gradient."
      : "How far each weight moves: against its gradient, and on as it moved before.",
    formula: adam
      ? formula("Δ", "W", "=", "−", "η", frac(hat("m"), row(root(hat("s")), "+", "ε")))
      : formula("Δ", "W", "=", "−", "η", "v", ",", "v", "=", "μ", "v", "+", "d", "W"),
    code: adam
      ? "m = beta1 * m + (1 - beta1) * g\ns = beta2 * s + (1 - beta2) * g**2\ntheta -= lr * (m / (1 - beta1**t)) / (np.sqrt(s / (1 - beta2**t)) + epsilon)"
      : "v = momentum * v + g\ntheta -= lr * v",
    values: moves.subarray(from, from + count),
    biases: { name: `Δb${k}`, values: biasesOf(step, layer, moves) },
    grid: weightGrid(step, layer),
  };
}
