// A network adapted to somebody's hand: its last layer learns from their digits, the rest stays.
//
// What the layers before it answer is computed once a digit, so this takes seconds for any network.
// As many digits of others are learned from beside them, so that those are not forgotten.

import { softmaxCrossEntropy } from "./losses.js";
import { Network } from "./network.js";
import { Adam } from "./optimizers.js";
import { seeded } from "./random.js";
import { withoutScores } from "./safetensors.js";

export const ADAPTING_STEPS = 200;
export const AT_ONCE = 32;
export const ADAPTING_RATE = 0.003;

// A copy of a model whose last layer has learned from digits, [{image, label}]; `pause` is awaited
// now and then, so that the page lives meanwhile.
export async function adapted({ network, about }, digits, pause = async () => {}) {
  const last = network.layers.length - 1;
  const inputs = network.shapes[last][0];
  const features = new Float32Array(digits.length * inputs);
  for (const [k, { image }] of digits.entries()) {
    let y = Float32Array.from(image, (value) => value / 255);
    for (const layer of network.layers.slice(0, last)) y = layer.forward(y, 1);
    features.set(y, k * inputs);
    if (k % 10 === 9) await pause();
  }
  const copy = network.copy();
  const head = headOf(copy, inputs);
  const [optimizer, random] = [new Adam(head.theta.length), seeded(5)];
  for (let step = 0; step < ADAPTING_STEPS; step++) {
    const places = Array.from({ length: AT_ONCE }, () => Math.floor(random() * digits.length));
    const x = new Float32Array(AT_ONCE * inputs);
    places.forEach((at, s) => x.set(features.subarray(at * inputs, (at + 1) * inputs), s * inputs));
    const labels = places.map((at) => about.classes.indexOf(String(digits[at].label)));
    const logits = head.forward(x, AT_ONCE, true);
    head.backward(softmaxCrossEntropy(logits, labels, network.outputs).dlogits, AT_ONCE);
    optimizer.step(head.theta, head.grad, ADAPTING_RATE);
  }
  copy.theta.set(head.theta, copy.theta.length - head.theta.length);
  return { network: copy, about: withoutScores(about) };
}

// The last layer as a network of its own, with its weights.
function headOf(network, inputs) {
  const head = new Network({ input_shape: [inputs], layers: [network.architecture.layers.at(-1)] });
  head.theta.set(network.theta.subarray(network.theta.length - head.theta.length));
  return head;
}
