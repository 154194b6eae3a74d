// One step of training taken apart: every number of it, in the order in which they come about.

import { softmaxCrossEntropy } from "./losses.js";
import { architecture, Network } from "./network.js";
import { Adam, SGD } from "./optimizers.js";

// One step of a perceptron on a batch x (n, 784): `numbers` has z, a, dz, da and dW of each layer,
// Adam's moments and the update; the network moves on when `take` is called.
export class OneStep {
  constructor({ network = "deck", seed = 0, optimizer = "adam", rate = 0.001 } = {}) {
    this.network = new Network(architecture(network), seed);
    this.optimizer =
      optimizer === "sgd"
        ? new SGD(this.network.theta.length)
        : new Adam(this.network.theta.length);
    this.rate = rate;
    this.dense = this.network.layers.flatMap((layer, place) =>
      layer.name === "Dense" ? [place] : [],
    );
  }
  // Compute all of the step for this batch; `before` and `after` are the weights.
  look(x, labels) {
    const { network, optimizer } = this;
    Object.assign(this, { x, labels, n: labels.length });
    this.before = network.theta.slice();
    this.answers = network.answers(x, this.n, true);
    const { loss, dlogits, p } = softmaxCrossEntropy(this.answers.at(-1), labels, 10);
    Object.assign(this, { loss, p });
    this.slopes = network.backward(dlogits, this.n);
    this.grad = network.grad.slice();
    this.after = network.theta.slice();
    this.moved = Object.assign(Object.create(Object.getPrototypeOf(optimizer)), optimizer);
    for (const name of ["m", "s", "v"])
      if (optimizer[name]) this.moved[name] = optimizer[name].slice();
    this.moved.step(this.after, this.grad, this.rate);
    return this;
  }
  // Make the step that was looked at.
  take() {
    this.network.theta.set(this.after);
    this.optimizer = this.moved;
  }
  // Where the weight from unit i to unit o of a dense layer (0, 1, 2) stands on the vectors. A bias
  // is the weight after the last: that of an input which is always 1.
  at(layer, i, o) {
    const tensor = this.tensor(layer);
    return tensor.from + i * tensor.shape[1] + o;
  }
  tensor(layer) {
    return this.network.tensors.find(
      ({ place, name }) => place === this.dense[layer] && name === "W",
    );
  }
  // All of one weight: the products whose sum is its gradient, its moments, its update, and the
  // slope of the loss as two losses tell it.
  weight(layer, i, o) {
    const {
      shape: [inputs, units],
    } = this.tensor(layer);
    const [input, dz] = [this.answers[this.dense[layer]], this.slopes[this.dense[layer]]];
    const products = Array.from({ length: this.n }, (_, s) => {
      const given = i === inputs ? 1 : input[s * inputs + i];
      return { input: given, dz: dz[s * units + o], product: given * dz[s * units + o] };
    });
    const k = this.at(layer, i, o);
    const moments = Object.fromEntries(
      ["m", "s", "v"].filter((name) => this.moved[name]).map((name) => [name, this.moved[name][k]]),
    );
    return {
      ...{ products, gradient: this.grad[k], ...moments },
      ...{ before: this.before[k], after: this.after[k], checked: this.check(k) },
    };
  }
  // (loss(w + e) - loss(w - e)) / 2e, in 64 bits: the gradient by its definition.
  check(k, e = 1e-4) {
    return (this.lossWith(k, e) - this.lossWith(k, -e)) / (2 * e);
  }
  // The loss in 64 bits where weight k is larger by e.
  lossWith(k, e) {
    const theta = Float64Array.from(this.before);
    theta[k] += e;
    let y = Float64Array.from(this.x);
    this.dense.forEach((place, layer) => {
      const {
        from,
        shape: [i, o],
      } = this.tensor(layer);
      y = affine(
        y,
        theta.subarray(from, from + i * o),
        theta.subarray(from + i * o, from + i * o + o),
        this.n,
      );
      if (layer < this.dense.length - 1) y = y.map((value) => Math.max(0, value));
    });
    let loss = 0;
    for (let s = 0; s < this.n; s++) {
      const row = y.subarray(s * 10, s * 10 + 10);
      const top = Math.max(...row);
      loss +=
        top + Math.log(row.reduce((sum, z) => sum + Math.exp(z - top), 0)) - row[this.labels[s]];
    }
    return loss / this.n;
  }
}

function affine(x, W, b, n) {
  const [i, o] = [x.length / n, b.length];
  const y = new Float64Array(n * o);
  for (let s = 0; s < n; s++) {
    for (let j = 0; j < o; j++) y[s * o + j] = b[j];
    for (let k = 0; k < i; k++) {
      const value = x[s * i + k];
      if (value) for (let j = 0; j < o; j++) y[s * o + j] += value * W[k * o + j];
    }
  }
  return y;
}
