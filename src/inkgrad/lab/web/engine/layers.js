// What a network is made of: each layer's forward and backward pass, side by side, as in
// inkgrad/nn. n samples, i inputs, o outputs; a gradient is `d` and the name of what it belongs to.
//
// Values lie in flat Float32Arrays, sample by sample. `forward(x, n, training)` gives y and, in
// training, remembers what `backward(dy, n, needDx)` needs. The network that a layer is put into
// gives it its shapes, and its parameters with their gradients as views on two long vectors.

export const size = (shape) => shape.reduce((product, side) => product * side, 1);

export class Layer {
  constructor(settings = {}) {
    Object.assign(this, this.constructor.defaults, settings);
  }
  get name() {
    return this.constructor.type;
  }
  // The shapes of the parameters by name, and of one output, for one input of that shape.
  shapes(inputs) {
    return [{}, inputs];
  }
  statistics() {
    return {};
  }
  initial() {
    return () => 0;
  }
}

// y = x @ W + b      x (n, i)  W (i, o)  b (o,)  y (n, o)
export class Dense extends Layer {
  static type = "Dense";
  static defaults = { init: "he" };

  shapes(inputs) {
    if (inputs.length !== 1) throw new Error(`Dense got ${inputs.join(" x ")}, needs a flat input`);
    return [{ W: [inputs[0], this.units], b: [this.units] }, [this.units]];
  }
  initial(name, shape, random) {
    return name === "b" ? () => 0 : drawer(this.init, shape[0], shape[1], random);
  }
  forward(x, n, training) {
    const { W, b, units: o } = this;
    const i = W.length / o;
    const y = new Float32Array(n * o);
    const sum = new Float64Array(o);
    for (let s = 0; s < n; s++) {
      sum.set(b);
      for (let k = 0; k < i; k++) {
        const value = x[s * i + k];
        if (value !== 0) addScaled(sum, W, k * o, o, value);
      }
      y.set(sum, s * o);
    }
    if (training) this.x = x;
    return y;
  }
  backward(dy, n, needDx) {
    const { W, dW, db, x, units: o } = this;
    const i = W.length / o;
    dW.fill(0);
    db.fill(0);
    for (let s = 0; s < n; s++) {
      for (let j = 0; j < o; j++) db[j] += dy[s * o + j];
      for (let k = 0; k < i; k++) {
        const value = x[s * i + k];
        if (value === 0) continue;
        for (let j = 0, at = k * o, from = s * o; j < o; j++) dW[at + j] += value * dy[from + j];
      }
    }
    if (!needDx) return null;
    const dx = new Float32Array(n * i);
    for (let s = 0; s < n; s++) {
      for (let k = 0; k < i; k++) dx[s * i + k] = dot(W, k * o, dy, s * o, o);
    }
    return dx;
  }
}

// y = x, each sample as one row
export class Flatten extends Layer {
  static type = "Flatten";

  shapes(inputs) {
    return [{}, [size(inputs)]];
  }
  forward(x) {
    return x;
  }
  backward(dy) {
    return dy;
  }
}

// y = x * mask / (1 - rate) in training, y = x in prediction
export class Dropout extends Layer {
  static type = "Dropout";
  static defaults = { rate: 0.5 };

  forward(x, n, training) {
    this.dropping = training && this.rate > 0;
    if (!this.dropping) return x;
    const decided = this.decide(n, x.length);
    this.mask = decided;
    return x.map((value, k) => value * decided[k]);
  }
  decide(n, count) {
    const scale = 1 / (1 - this.rate);
    return Float32Array.from({ length: count }, () => (this.random() < this.rate ? 0 : scale));
  }
  predictionSlope(dy) {
    return dy;
  }
  backward(dy) {
    return this.dropping ? dy.map((value, k) => value * this.mask[k]) : dy;
  }
}

// Dropout of whole channels      x, y (n, h, w, c)
export class SpatialDropout extends Dropout {
  static type = "SpatialDropout";

  shapes(inputs) {
    this.channels = inputs[inputs.length - 1];
    return [{}, inputs];
  }
  decide(n, count) {
    const c = this.channels;
    const each = super.decide(n, n * c);
    const values = count / n;
    return Float32Array.from(
      { length: count },
      (_, k) => each[Math.floor(k / values) * c + (k % c)],
    );
  }
}

// y = gamma * (x - mean) / sqrt(variance + epsilon) + beta      (Ioffe and Szegedy 2015)
//
// x, y (..., c). In training mean and variance are the batch's, and `running` moves a tenth of the
// way towards them; in prediction they are the running ones.
export class BatchNorm extends Layer {
  static type = "BatchNorm";
  static defaults = { epsilon: 1e-5 };

  shapes(inputs) {
    const c = [inputs[inputs.length - 1]];
    return [{ gamma: c, beta: c }, inputs];
  }
  statistics(inputs) {
    const c = [inputs[inputs.length - 1]];
    return { mean: c, variance: c };
  }
  initial(name) {
    return () => (name === "gamma" || name === "variance" ? 1 : 0);
  }
  forward(x, n, training) {
    const c = this.gamma.length;
    let { mean, variance } = this;
    if (training) {
      [mean, variance] = moments(x, c);
      Object.assign(this, { x, batchMean: mean, batchVariance: variance });
    }
    const scale = this.gamma.map((gamma, j) => gamma / Math.sqrt(variance[j] + this.epsilon));
    const shift = this.beta.map((beta, j) => beta - mean[j] * scale[j]);
    const y = new Float32Array(x.length);
    for (let k = 0; k < x.length; k += c) {
      for (let j = 0; j < c; j++) y[k + j] = x[k + j] * scale[j] + shift[j];
    }
    return y;
  }
  predictionSlope(dy) {
    const c = this.gamma.length;
    const scale = this.gamma.map((gamma, j) => gamma / Math.sqrt(this.variance[j] + this.epsilon));
    return dy.map((value, k) => value * scale[k % c]);
  }
  // Move the running statistics towards those of the batch that was seen last.
  note(part = 0.1) {
    this.mean.forEach((was, j) => (this.mean[j] += (this.batchMean[j] - was) * part));
    this.variance.forEach((was, j) => (this.variance[j] += (this.batchVariance[j] - was) * part));
  }
  backward(dy) {
    const { x, gamma, dgamma, dbeta, batchMean } = this;
    const c = gamma.length;
    const rows = x.length / c;
    const deviation = Float64Array.from(this.batchVariance, (v) => Math.sqrt(v + this.epsilon));
    const sums = [new Float64Array(c), new Float64Array(c)];
    for (let k = 0; k < x.length; k += c) {
      for (let j = 0; j < c; j++) {
        sums[0][j] += (dy[k + j] * (x[k + j] - batchMean[j])) / deviation[j];
        sums[1][j] += dy[k + j];
      }
    }
    dgamma.set(sums[0]);
    dbeta.set(sums[1]);
    const dx = new Float32Array(x.length);
    for (let k = 0; k < x.length; k += c) {
      for (let j = 0; j < c; j++) {
        const normal = (x[k + j] - batchMean[j]) / deviation[j];
        const centred = dy[k + j] - sums[1][j] / rows - (normal * sums[0][j]) / rows;
        dx[k + j] = (gamma[j] / deviation[j]) * centred;
      }
    }
    return dx;
  }
}

// Mean and variance of each of c channels, over all else.
function moments(x, c) {
  const rows = x.length / c;
  const mean = new Float64Array(c);
  const variance = new Float64Array(c);
  for (let k = 0; k < x.length; k += c) for (let j = 0; j < c; j++) mean[j] += x[k + j];
  for (let j = 0; j < c; j++) mean[j] /= rows;
  for (let k = 0; k < x.length; k += c) {
    for (let j = 0; j < c; j++) variance[j] += (x[k + j] - mean[j]) ** 2;
  }
  for (let j = 0; j < c; j++) variance[j] /= rows;
  return [mean, variance];
}

// sum += scale * values[from ...], four at a time: a third faster than one by one
export function addScaled(sum, values, from, count, scale) {
  let j = 0;
  for (; j + 3 < count; j += 4) {
    sum[j] += scale * values[from + j];
    sum[j + 1] += scale * values[from + j + 1];
    sum[j + 2] += scale * values[from + j + 2];
    sum[j + 3] += scale * values[from + j + 3];
  }
  for (; j < count; j++) sum[j] += scale * values[from + j];
}

export function dot(a, fromA, b, fromB, count) {
  let sum = 0;
  for (let j = 0; j < count; j++) sum += a[fromA + j] * b[fromB + j];
  return sum;
}

// Initial weights: "he", "glorot", the standard deviation of a plain normal, or a fault to look at.
export function drawer(init, inputs, outputs, random) {
  if (typeof init === "number") return () => random.normal() * init;
  const limit = Math.sqrt(6 / (inputs + outputs));
  const deviation = Math.sqrt(2 / inputs);
  if (init === "glorot") return () => (random() * 2 - 1) * limit;
  if (init === "he") return () => random.normal() * deviation;
  if (init === "positive") return () => random() * limit;
  if (init === "zero") return () => 0;
  throw new Error(`weights "${init}" are unknown, expected he, glorot or a number`);
}
