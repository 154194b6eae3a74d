// Layers of images: every pixel of the output sees a window of the input. Images lie sample by
// sample, row by row, the channels of a pixel together: (n, h, w, c).

import { Layer, addScaled, dot, drawer } from "./layers.js";

// y[p, q] = sum over the window at (p, q) of x * W, + b      W (k, k, c, o)  b (o,)  y (n, p, q, o)
export class Conv2D extends Layer {
  static type = "Conv2D";
  static defaults = { kernel: 3, stride: 1, padding: "same", init: "he" };

  shapes(inputs) {
    requireImage(inputs, "Conv2D");
    const [h, w, c] = inputs;
    const { kernel: k, stride, channels: o } = this;
    const same = this.padding === "same";
    const [before, after] = same ? [(k - 1) >> 1, k >> 1] : [this.padding, this.padding];
    const [p, q] = [h, w].map((side) => Math.floor((side + before + after - k) / stride) + 1);
    this.inner = { h, w, c, p, q, before };
    return [{ W: [k, k, c, o], b: [o] }, [p, q, o]];
  }
  initial(name, shape, random) {
    const window = this.kernel ** 2;
    return name === "b"
      ? () => 0
      : drawer(this.init, window * shape[2], window * this.channels, random);
  }
  // Calls `visit(output, input, weight)` with where each pixel of a window and its weights begin.
  windows(n, visit) {
    const { h, w, c, p, q, before } = this.inner;
    const { kernel: k, stride, channels: o } = this;
    for (let s = 0; s < n; s++) {
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < q; j++) {
          const output = ((s * p + i) * q + j) * o;
          const [top, left] = [i * stride - before, j * stride - before];
          visit.start(output);
          for (let y = Math.max(0, -top); y < k && top + y < h; y++) {
            for (let x = Math.max(0, -left); x < k && left + x < w; x++) {
              visit.pixel(output, ((s * h + top + y) * w + left + x) * c, (y * k + x) * c * o);
            }
          }
          visit.end(output);
        }
      }
    }
  }
  forward(x, n, training) {
    const { W, b, channels: o } = this;
    const { c, p, q } = this.inner;
    const y = new Float32Array(n * p * q * o);
    const sum = new Float64Array(o);
    this.windows(n, {
      start: () => sum.set(b),
      pixel: (output, input, weight) => {
        for (let d = 0; d < c; d++) {
          const value = x[input + d];
          if (value !== 0) addScaled(sum, W, weight + d * o, o, value);
        }
      },
      end: (output) => y.set(sum, output),
    });
    if (training) this.x = x;
    return y;
  }
  backward(dy, n, needDx) {
    const { W, dW, db, x, channels: o } = this;
    const { c } = this.inner;
    const dx = needDx ? new Float32Array(x.length) : null;
    dW.fill(0);
    db.fill(0);
    this.windows(n, {
      start: (output) => {
        for (let j = 0; j < o; j++) db[j] += dy[output + j];
      },
      pixel: (output, input, weight) => {
        for (let d = 0, at = weight; d < c; d++, at += o) {
          const value = x[input + d];
          if (value !== 0) for (let j = 0; j < o; j++) dW[at + j] += value * dy[output + j];
          if (dx) dx[input + d] += dot(W, at, dy, output, o);
        }
      },
      end: () => {},
    });
    return dx;
  }
}

// Windows of `size` pixels (or `size` by `width`), `stride` apart; a remainder is left out.
class Pool2D extends Layer {
  static defaults = { size: 2, stride: null, width: null };

  shapes(inputs) {
    requireImage(inputs, this.name);
    const [h, w, c] = inputs;
    const [tall, wide] = [this.size, this.width ?? this.size];
    const [down, across] = this.stride == null ? [tall, wide] : [this.stride, this.stride];
    const [p, q] = [Math.floor((h - tall) / down) + 1, Math.floor((w - wide) / across) + 1];
    this.inner = { h, w, c, p, q, tall, wide, down, across };
    return [{}, [p, q, c]];
  }
  // Calls `visit(output, input)` for every value of every window.
  values(n, visit) {
    const { h, w, c, p, q, tall, wide, down, across } = this.inner;
    for (let s = 0; s < n; s++) {
      for (let i = 0; i < p; i++) {
        for (let j = 0; j < q; j++) {
          const output = ((s * p + i) * q + j) * c;
          for (let y = i * down; y < i * down + tall; y++) {
            for (let x = j * across; x < j * across + wide; x++) {
              const input = ((s * h + y) * w + x) * c;
              for (let d = 0; d < c; d++) visit(output + d, input + d);
            }
          }
        }
      }
    }
  }
}

// y = the largest of each window; the gradient goes to the first of the largest.
export class MaxPool2D extends Pool2D {
  static type = "MaxPool2D";

  forward(x, n, training) {
    const { p, q, c } = this.inner;
    const y = new Float32Array(n * p * q * c).fill(-Infinity);
    const places = new Int32Array(y.length).fill(-1);
    this.values(n, (output, input) => {
      if (x[input] > y[output] || places[output] < 0) {
        y[output] = x[input];
        places[output] = input;
      }
    });
    if (training) [this.places, this.taken] = [places, x.length];
    return y;
  }
  backward(dy) {
    const dx = new Float32Array(this.taken);
    this.places.forEach((place, k) => (dx[place] += dy[k]));
    return dx;
  }
}

// y = the mean of each window
export class AveragePool2D extends Pool2D {
  static type = "AveragePool2D";

  forward(x, n, training) {
    const { p, q, c, tall, wide } = this.inner;
    const sum = new Float64Array(n * p * q * c);
    this.values(n, (output, input) => (sum[output] += x[input]));
    if (training) this.taken = x.length;
    return Float32Array.from(sum, (value) => value / (tall * wide));
  }
  backward(dy, n) {
    const { tall, wide } = this.inner;
    const dx = new Float32Array(this.taken);
    this.values(n, (output, input) => (dx[input] += dy[output] / (tall * wide)));
    return dx;
  }
}

class GlobalPool extends Layer {
  shapes(inputs) {
    requireImage(inputs, this.name);
    const [h, w, c] = inputs;
    this.inner = { h, w, c, p: 1, q: 1, tall: h, wide: w, down: h, across: w };
    return [{}, [c]];
  }
}

// y = the largest value of each channel      x (n, h, w, c)  y (n, c)
export class GlobalMaxPool extends GlobalPool {
  static type = "GlobalMaxPool";
  values = Pool2D.prototype.values;
  forward = MaxPool2D.prototype.forward;
  backward = MaxPool2D.prototype.backward;
}

// y = the mean of each channel
export class GlobalAveragePool extends GlobalPool {
  static type = "GlobalAveragePool";
  values = Pool2D.prototype.values;
  forward = AveragePool2D.prototype.forward;
  backward = AveragePool2D.prototype.backward;
}

function requireImage(inputs, name) {
  if (inputs.length !== 3) throw new Error(`${name} got ${inputs.join(" x ")}, needs an image`);
}
