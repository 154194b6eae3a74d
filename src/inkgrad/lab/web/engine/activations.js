// The functions that bend, value by value: without one between them, two dense layers are one.

import { Layer } from "./layers.js";

// `f` and its slope, of x and y.
class Activation extends Layer {
  forward(x, n, training) {
    const y = x.map((value) => this.f(value));
    if (training) [this.x, this.y] = [x, y];
    return y;
  }
  backward(dy) {
    return dy.map((value, k) => value * this.slopeAt(this.x[k], this.y[k]));
  }
}

export class ReLU extends Activation {
  static type = "ReLU";
  forward(x, n, training) {
    const y = new Float32Array(x.length);
    for (let k = 0; k < x.length; k++) if (!(x[k] <= 0)) y[k] = x[k]; // what is no number stays none
    if (training) this.y = y;
    return y;
  }
  backward(dy) {
    const dx = new Float32Array(dy.length);
    for (let k = 0; k < dy.length; k++) if (this.y[k] > 0) dx[k] = dy[k];
    return dx;
  }
}

export class LeakyReLU extends Activation {
  static type = "LeakyReLU";
  static defaults = { slope: 0.01 };
  f(x) {
    return x > 0 ? x : x * this.slope;
  }
  slopeAt(x) {
    return x > 0 ? 1 : this.slope;
  }
}

export class Tanh extends Activation {
  static type = "Tanh";
  f(x) {
    return Math.tanh(x);
  }
  slopeAt(x, y) {
    return 1 - y * y;
  }
}

export class Sigmoid extends Activation {
  static type = "Sigmoid";
  f(x) {
    return (Math.tanh(x / 2) + 1) / 2;
  }
  slopeAt(x, y) {
    return y * (1 - y);
  }
}

// y = x / 2 * (1 + tanh(u)), u = sqrt(2 / pi) * (x + 0.044715 x^3)   (Hendrycks and Gimpel 2016)
export class GELU extends Activation {
  static type = "GELU";
  f(x) {
    return (x / 2) * (1 + bend(x));
  }
  slopeAt(x) {
    const t = bend(x);
    const du = Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
    return (1 + t + x * (1 - t * t) * du) / 2;
  }
}

const bend = (x) => Math.tanh(Math.sqrt(2 / Math.PI) * x * (1 + 0.044715 * x * x));
