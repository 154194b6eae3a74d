// The network: layers in a row, all their parameters on one vector `theta`, all gradients on
// another, `grad`, running statistics on a third, as in inkgrad/nn/network.py.

import { GELU, LeakyReLU, ReLU, Sigmoid, Tanh } from "./activations.js";
import { AveragePool2D, Conv2D, GlobalAveragePool, GlobalMaxPool, MaxPool2D } from "./images.js";
import { BatchNorm, Dense, Dropout, Flatten, size, SpatialDropout } from "./layers.js";
import { seeded } from "./random.js";

// The table of layers that a file may ask for.
export const LAYERS = Object.fromEntries(
  [
    [Dense, Dropout, SpatialDropout, Flatten, BatchNorm],
    [ReLU, LeakyReLU, Tanh, Sigmoid, GELU],
    [Conv2D, MaxPool2D, AveragePool2D, GlobalMaxPool, GlobalAveragePool],
  ]
    .flat()
    .map((kind) => [kind.type, kind]),
);

export class Network {
  // architecture: {input_shape, layers: [{type, ...settings}]}, as a model file has it
  constructor({ input_shape, layers }, seed = 0) {
    this.architecture = { input_shape, layers };
    this.inputShape = input_shape;
    this.layers = layers.map(built);
    this.shapes = [input_shape];
    this.tensors = []; // {place, name, shape, values, grad} of every parameter and statistic
    for (const [place, layer] of this.layers.entries()) {
      const inputs = this.shapes[place];
      const [parameters, outputs] = layer.shapes(inputs);
      this.shapes.push(outputs);
      this.note(place, parameters, true);
      this.note(place, layer.statistics(inputs), false);
    }
    this.outputs = size(this.shapes.at(-1));
    this.firstLearning = this.tensors.length ? this.tensors[0].place : 0;
    this.bind();
    this.initialize(seed);
  }
  note(place, shapes, learned) {
    for (const [name, shape] of Object.entries(shapes)) {
      this.tensors.push({ place, name, shape, learned, count: size(shape) });
    }
  }
  // Make every layer's parameters, gradients and statistics views on the vectors.
  bind() {
    const count = (learned) =>
      this.tensors.reduce((sum, each) => sum + (each.learned === learned ? each.count : 0), 0);
    this.theta = new Float32Array(count(true));
    this.grad = new Float32Array(this.theta.length);
    this.running = new Float32Array(count(false));
    let [at, atRunning] = [0, 0];
    for (const each of this.tensors) {
      const layer = this.layers[each.place];
      if (each.learned) {
        each.from = at;
        each.values = this.theta.subarray(at, at + each.count);
        layer[`d${each.name}`] = this.grad.subarray(at, at + each.count);
        at += each.count;
      } else {
        each.values = this.running.subarray(atRunning, atRunning + each.count);
        atRunning += each.count;
      }
      layer[each.name] = each.values;
    }
  }
  initialize(seed) {
    const random = seeded(seed);
    for (const layer of this.layers) layer.random = random;
    for (const { place, name, shape, values } of this.tensors) {
      const draw = this.layers[place].initial(name, shape, random);
      for (let k = 0; k < values.length; k++) values[k] = draw();
    }
  }
  // The logits (n, k) for x (n, ...), floats 0..1. In training the layers remember for backward.
  forward(x, n = 1, training = false) {
    return this.answers(x, n, training).at(-1);
  }
  // What every layer answers, the input first: for looking inside.
  answers(x, n = 1, training = false) {
    const all = [x];
    for (const layer of this.layers) all.push(layer.forward(all.at(-1), n, training));
    return all;
  }
  // Write `grad` for the batch that went forward last; the gradients by each layer's output.
  backward(dlogits, n) {
    const all = [];
    let dy = dlogits;
    for (let place = this.layers.length - 1; place >= this.firstLearning; place--) {
      all[place] = dy;
      dy = this.layers[place].backward(dy, n, place > this.firstLearning);
    }
    return all;
  }
  // The gradient by the input x (one sample) in prediction, from that by the logits.
  slopeAt(x, dlogits) {
    let y = x;
    for (const layer of this.layers) y = layer.forward(y, 1, !layer.predictionSlope);
    let dy = dlogits;
    for (const layer of [...this.layers].reverse()) {
      dy = layer.predictionSlope ? layer.predictionSlope(dy) : layer.backward(dy, 1, true);
    }
    return dy;
  }
  // The same with weights of its own.
  copy() {
    const twin = new Network(this.architecture);
    twin.theta.set(this.theta);
    twin.running.set(this.running);
    return twin;
  }
}

function built({ type, ...settings }) {
  const kind = LAYERS[type];
  if (!kind) {
    throw new Error(`layer ${type} is unknown here, expected ${Object.keys(LAYERS).join(", ")}`);
  }
  return new kind(settings);
}

// Networks with a name, as `inkgrad train --model` knows them: "deck", "mlp:32-16", "lenet", "tiny",
// "cnn", "cnn:large", and "conv", a single convolution. `init`, `dropout` and `inputDropout` as there;
// a dropout of 0 puts the layers in, for a rate that is changed later.
export function architecture(
  name,
  classes = 10,
  { init = "he", dropout = null, inputDropout = 0 } = {},
) {
  const dense = (units) => ({ type: "Dense", units, init });
  const conv = (channels, kernel = 3) => ({ type: "Conv2D", channels, kernel, init });
  const [relu, pool, norm] = [{ type: "ReLU" }, { type: "MaxPool2D" }, { type: "BatchNorm" }];
  const drop = (rate) => (rate == null ? [] : [{ type: "Dropout", rate }]);
  const image = (...layers) => ({ input_shape: [28, 28, 1], layers: layers.flat() });
  const flat = { type: "Flatten" };
  const normalized = (a, b, c, d) =>
    image(
      [conv(a), norm, relu, conv(a), norm, pool, relu],
      [conv(b), norm, relu, conv(b), norm, pool, relu],
      [conv(c), norm, relu, conv(d), norm, { type: "GlobalMaxPool" }, relu],
      drop(dropout),
      dense(classes),
    );
  const perceptron = name === "deck" ? "128-64" : /^mlp:(\d{1,4}(?:-\d{1,4})*)$/.exec(name)?.[1];
  if (perceptron) {
    const hidden = perceptron.split("-").map((units) => [dense(+units), relu, drop(dropout)]);
    const layers = [drop(inputDropout || null), hidden, dense(classes)].flat(3);
    return { input_shape: [784], layers };
  }
  if (name === "lenet") {
    const head = [flat, dense(128), relu, drop(dropout), dense(classes)];
    return image([conv(16, 5), pool, relu, conv(32, 5), pool, relu], head.flat());
  }
  if (name === "conv") return image(conv(8, 5), pool, relu, flat, drop(dropout), dense(classes));
  if (name === "tiny") return normalized(8, 16, 16, 20);
  if (name === "cnn") return normalized(16, 32, 40, 48);
  if (name === "cnn:large") return normalized(32, 64, 80, 96);
  throw new Error(
    `network "${name}" is unknown, expected deck, mlp:32-16, conv, lenet, tiny or cnn`,
  );
}
