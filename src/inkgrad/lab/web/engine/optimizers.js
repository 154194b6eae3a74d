// How the weights move along the gradient: each optimizer sees one vector of each, and steps in place.

// v = momentum v + g; theta -= lr v
export class SGD {
  constructor(count, { momentum = 0.9 } = {}) {
    Object.assign(this, { momentum, steps: 0, v: new Float32Array(count) });
  }
  step(theta, grad, lr) {
    const { v, momentum } = this;
    this.steps++;
    for (let k = 0; k < theta.length; k++) {
      v[k] = momentum * v[k] + grad[k];
      theta[k] -= lr * v[k];
    }
  }
}

// m, s: decaying means of g and g^2; theta -= lr m^ / (sqrt(s^) + epsilon)
//
// m^ and s^ are corrected for starting from zero (Kingma and Ba 2015). With `decay` the weights
// shrink on their own first: AdamW (Loshchilov and Hutter 2019).
export class Adam {
  constructor(count, { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, decay = 0 } = {}) {
    Object.assign(this, { beta1, beta2, epsilon, decay, steps: 0 });
    this.m = new Float32Array(count);
    this.s = new Float32Array(count);
  }
  step(theta, grad, lr) {
    const { m, s, beta1, beta2, epsilon, decay } = this;
    this.steps++;
    const [known1, known2] = [1 - beta1 ** this.steps, 1 - beta2 ** this.steps];
    for (let k = 0; k < theta.length; k++) {
      const g = grad[k];
      m[k] = beta1 * m[k] + (1 - beta1) * g;
      s[k] = beta2 * s[k] + (1 - beta2) * g * g;
      const move = (lr * (m[k] / known1)) / (Math.sqrt(s[k] / known2) + epsilon);
      theta[k] = theta[k] * (1 - lr * decay) - move;
    }
  }
}

export const OPTIMIZERS = {
  sgd: SGD,
  adam: Adam,
  adamw: class AdamW extends Adam {
    constructor(count, settings) {
      super(count, { decay: 0.01, ...settings });
    }
  },
};
