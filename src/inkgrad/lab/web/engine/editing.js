// Networks changed by hand: weights taken out, disturbed, rounded; units scaled, shifted, switched off.

import { seeded } from "./random.js";

// A copy of a network, edited. prune: part of the weights, the smallest first, that become zero;
// noise: a normal of this part of each layer's own spread; bits: of a weight, 32 as it is;
// off: {layer place: units}, which answer with zero; tuned: {layer place: {unit: [scale, shift]}},
// what a unit answers times the one plus the other, before it is bent.
export function edited(network, { prune = 0, noise = 0, bits = 32, off = {}, tuned = {} }) {
  const copy = network.copy();
  const random = seeded(3);
  for (const { name, values } of copy.tensors) {
    if (name !== "W") continue;
    const spread = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    if (noise)
      for (let k = 0; k < values.length; k++) values[k] += noise * spread * random.normal();
    if (prune) withoutSmallest(values, prune);
    if (bits < 32) rounded(values, bits);
  }
  for (const [place, units] of Object.entries(tuned))
    for (const [unit, [scale, shift]] of Object.entries(units))
      scaledAndShifted(copy, +place, +unit, scale, shift);
  for (const [place, units] of Object.entries(off))
    for (const unit of units) switchOff(copy, +place, unit);
  return copy;
}

function withoutSmallest(values, part) {
  const sizes = values.map(Math.abs).sort();
  const least = sizes[Math.min(sizes.length - 1, Math.floor(part * sizes.length))];
  for (let k = 0; k < values.length; k++) if (Math.abs(values[k]) < least) values[k] = 0;
}

// To 2^bits - 1 even steps between minus and plus the largest weight of the layer.
function rounded(values, bits) {
  const most = values.reduce((high, value) => Math.max(high, Math.abs(value)), 0);
  const step = most / (2 ** (bits - 1) - 1);
  if (step) for (let k = 0; k < values.length; k++) values[k] = Math.round(values[k] / step) * step;
}

// Where a normalization follows, it has a scale and a shift of its own for the unit: those change.
function scaledAndShifted(network, place, unit, scale, shift) {
  const [layer, next] = network.layers.slice(place, place + 2);
  const [weights, bias] = next?.gamma ? [next.gamma, next.beta] : [layer.W, layer.b];
  const units = bias.length;
  for (let k = unit; k < weights.length; k += units) weights[k] *= scale;
  bias[unit] = bias[unit] * scale + shift;
}

// All that leads to a unit becomes zero, and its scale and shift where a normalization follows.
function switchOff(network, place, unit) {
  const layer = network.layers[place];
  const units = layer.b.length;
  for (let k = unit; k < layer.W.length; k += units) layer.W[k] = 0;
  layer.b[unit] = 0;
  const next = network.layers[place + 1];
  if (next?.gamma) [next.gamma[unit], next.beta[unit]] = [0, 0];
}

// How many weights are not zero, of all.
export function weightsLeft(network) {
  let [left, all] = [0, 0];
  for (const { name, values } of network.tensors) {
    if (name !== "W") continue;
    all += values.length;
    for (const value of values) if (value !== 0) left++;
  }
  return { left, all };
}
