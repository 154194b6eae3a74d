// What a network says of one glyph, and what in the glyph speaks for it.

import { likeliest, softmax } from "./losses.js";

// {answers of every layer, probabilities, best, sure, refused} for a glyph (28, 28) of 0..255.
export function readGlyph({ network, about }, glyph) {
  const x = Float32Array.from(glyph, (value) => value / 255);
  const answers = network.answers(x);
  const probabilities = softmax(answers.at(-1), network.outputs, about.temperature ?? 1);
  const best = likeliest(probabilities);
  const sure = probabilities[best];
  return { answers, probabilities, best, sure, refused: sure < (about.refuse_below ?? 0) };
}

// What each pixel (28, 28) adds to one class more than to the mean of all: pixel times slope.
export function evidence({ network }, glyph, place) {
  const x = Float32Array.from(glyph, (value) => value / 255);
  const dlogits = new Float32Array(network.outputs).fill(-1 / network.outputs);
  dlogits[place] += 1;
  return network.slopeAt(x, dlogits).map((slope, k) => slope * x[k]);
}
