// A training run, step by step, and what can be measured of it: the loop that the page shows, with
// the faults in it that one may want to see.

import { augmented } from "./augment.js";
import { softmaxCrossEntropy } from "./losses.js";
import { architecture, Network } from "./network.js";
import { OPTIMIZERS } from "./optimizers.js";
import { seeded } from "./random.js";

export const PIXELS = 784;
const PROBE = 200; // test digits that layers are measured on

// What one run is made of. `faults`: unshuffled, unscaled, sum (gradients not divided by the batch),
// noMaximum, wrongAxis, inverted (learns dark ink on light paper), testOnTrain.
export const DEFAULTS = {
  network: "deck",
  optimizer: "adam",
  rate: 0.001,
  batch: 32,
  momentum: 0.9,
  init: "he",
  dropout: 0,
  inputDropout: 0,
  augment: "none",
  samples: 4000,
  seed: 0,
  faults: {},
};

// The settings that a run begins with; the others can be changed while it goes on.
export const AT_START = ["network", "init", "seed", "optimizer"];

export class Run {
  // data: {train: {images (n, 784) bytes, labels}, test: the same}
  constructor(data, settings = {}) {
    this.data = data;
    this.settings = { ...DEFAULTS, ...settings };
    const { network, init, dropout, inputDropout, seed } = this.settings;
    const made = architecture(network, 10, { init, dropout, inputDropout });
    this.network = new Network(made, seed);
    this.random = seeded(seed + 1);
    this.steps = 0;
    this.epoch = 0;
    this.order = [];
    this.broken = 0; // the step whose loss was no number, or infinite
    this.shares = []; // of each whole epoch: the part that was right in its batches
    this.seen = { right: 0, samples: 0 };
    this.change({});
  }
  // Change settings while the run goes on.
  change(settings) {
    Object.assign(this.settings, settings);
    const { optimizer, momentum, samples, dropout } = this.settings;
    const kind = OPTIMIZERS[optimizer];
    if (!(this.optimizer instanceof kind)) {
      this.optimizer = new kind(this.network.theta.length, { momentum });
    }
    if ("momentum" in this.optimizer) this.optimizer.momentum = momentum;
    this.samples = Math.min(samples, this.data.train.labels.length);
    const drops = this.network.layers.filter((layer) => layer.name === "Dropout");
    for (const layer of this.settings.inputDropout ? drops.slice(1) : drops) layer.rate = dropout;
  }
  // The places of the next batch; a new order where the last is used up.
  next() {
    const { batch, faults } = this.settings;
    if (!this.order.length) {
      this.epoch++;
      if (this.seen.samples) this.shares.push(this.seen.right / this.seen.samples);
      this.seen = { right: 0, samples: 0 };
      this.order = faults.unshuffled
        ? Array.from({ length: this.samples }, (_, k) => this.place(k))
        : this.random.order(this.samples).map((k) => this.place(k));
    }
    return this.order.splice(0, batch);
  }
  // Digits lie sorted by their class: a part of them is taken evenly from all.
  place(k) {
    return Math.floor((k * this.data.train.labels.length) / this.samples);
  }
  // Digits as the network takes them: x (n, 784) and their labels.
  batch(part, places, training) {
    const { faults, augment } = this.settings;
    const x = new Float32Array(places.length * PIXELS);
    const labels = new Uint8Array(places.length);
    for (const [row, place] of places.entries()) {
      let image = part.images.subarray(place * PIXELS, (place + 1) * PIXELS);
      if (training && augment !== "none") image = augmented(image, augment, this.random);
      const [scale, flip] = [faults.unscaled ? 1 : 1 / 255, training && faults.inverted];
      for (let k = 0; k < PIXELS; k++) {
        x[row * PIXELS + k] = (flip ? 255 - image[k] : image[k]) * scale;
      }
      labels[row] = part.labels[place];
    }
    return [x, labels];
  }
  // One step: a batch forward, its loss backward, the weights moved.
  step() {
    const [x, labels] = this.batch(this.data.train, this.next(), true);
    const { network, settings } = this;
    const logits = network.forward(x, labels.length, true);
    const { loss, right, dlogits } = softmaxCrossEntropy(logits, labels, 10, settings.faults);
    network.backward(dlogits, labels.length);
    this.optimizer.step(network.theta, network.grad, settings.rate);
    for (const layer of network.layers) layer.note?.();
    this.steps++;
    this.seen.right += right;
    this.seen.samples += labels.length;
    if (!Number.isFinite(loss) && !this.broken) this.broken = this.steps;
    return { loss, right, samples: labels.length };
  }
  // Loss and accuracy on the test digits (or on what a fault takes for them), who was taken for
  // whom (10 x 10), and the digits that are still wrong.
  evaluate(count = Infinity) {
    const onTrain = this.settings.faults.testOnTrain;
    const part = onTrain ? this.data.train : this.data.test;
    const every = onTrain
      ? Array.from({ length: this.samples }, (_, k) => this.place(k))
      : [...part.labels.keys()];
    const n = Math.min(count, every.length);
    const places = Array.from({ length: n }, (_, k) => every[Math.floor((k * every.length) / n)]);
    const found = { loss: 0, right: 0, n, confusion: new Uint16Array(100), wrong: [] };
    for (let at = 0; at < n; at += 100) {
      const some = places.slice(at, at + 100);
      const [x, labels] = this.batch(part, some, false);
      const logits = this.network.forward(x, some.length);
      const { loss, right, p } = softmaxCrossEntropy(logits, labels, 10, this.settings.faults);
      found.loss += (loss * some.length) / n;
      found.right += right;
      this.sortOut(found, { some, labels, logits, p });
    }
    return { ...found, accuracy: n ? found.right / n : 0, onTrain: Boolean(onTrain) };
  }
  sortOut(found, { some, labels, logits, p }) {
    some.forEach((place, row) => {
      const answers = logits.subarray(row * 10, row * 10 + 10);
      let best = 0;
      answers.forEach((value, k) => (best = value > answers[best] ? k : best));
      found.confusion[labels[row] * 10 + best]++;
      if (best !== labels[row]) {
        found.wrong.push({ place, label: labels[row], answer: best, sure: p[row * 10 + best] });
      }
    });
  }
  // What there is to see in every layer: spread of answers and of gradients, units that are dead.
  measure() {
    const { network } = this;
    const all = this.data.test.labels.length;
    const n = Math.min(PROBE, all);
    const places = Array.from({ length: n }, (_, k) => Math.floor((k * all) / n)); // of all classes
    const [x, labels] = this.batch(this.data.test, places, false);
    const kept = network.running.slice();
    const grad = network.grad.slice();
    const answers = network.answers(x, n, true);
    const { dlogits } = softmaxCrossEntropy(answers.at(-1), labels, 10, this.settings.faults);
    const slopes = network.backward(dlogits, n);
    network.grad.set(grad);
    network.running.set(kept);
    const layers = network.layers.map((layer, place) => ({
      name: layer.name,
      answers: histogram(answers[place + 1]),
      gradients: slopes[place] ? histogram(slopes[place]) : null,
      ...(layer.name === "ReLU" ? dead(answers[place + 1], n, network.shapes[place + 1]) : {}),
    }));
    const norms = { gradientNorm: norm(grad), weightNorm: norm(network.theta) };
    return { layers, ...norms, gain: this.gain() };
  }
  // How much more is right in the last two epochs than in the two before; null until then.
  gain() {
    const [a, b, c, d] = this.shares.slice(-4);
    return d === undefined ? null : (c + d - a - b) / 2;
  }
}

// Counts of values in 24 steps from the least to the most; null where one is no number.
export function histogram(values, steps = 24) {
  let [low, high, total] = [Infinity, -Infinity, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    total += value;
  }
  if (!Number.isFinite(total)) return null;
  const counts = new Uint32Array(steps);
  const width = (high - low) / steps || 1;
  for (const value of values) counts[Math.min(steps - 1, Math.floor((value - low) / width))]++;
  return { low, high, counts, mean: total / values.length };
}

// How many units answer with 0 to every sample: they learn nothing any more.
function dead(answers, n, shape) {
  const units = shape.at(-1);
  const alive = new Uint8Array(units);
  answers.forEach((value, k) => {
    if (value > 0) alive[k % units] = 1;
  });
  return { units, dead: units - alive.reduce((sum, one) => sum + one, 0) };
}

export function norm(vector) {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
