// What a network says of one glyph, and what in the glyph speaks for it.

import { percent } from "./figures.js";
import { likeliest, softmax } from "./losses.js";

export const LEAST_SURE = 0.5; // of networks that have no threshold of their own
const MOST_INK = 280; // of 784 pixels; the inkiest of 5,000 digits has 242
const MOST_RUNS = { row: 4, column: 5, all: 90 }; // strokes that lines meet: the most of 5,000 digits

// {answers of every layer, probabilities, best, sure, refused} for a glyph (28, 28) of 0..255;
// `refused` says why it is taken for no digit, and is empty where it is taken for one.
export function readGlyph({ network, about }, glyph) {
  const x = Float32Array.from(glyph, (value) => value / 255);
  const answers = network.answers(x);
  const probabilities = softmax(answers.at(-1), network.outputs, about.temperature ?? 1);
  const best = likeliest(probabilities);
  const sure = probabilities[best];
  return { answers, probabilities, best, sure, refused: refusal(about, best, sure, glyph) };
}

function refusal({ refuse_below: least, classes }, best, sure, glyph) {
  const odd = least == null ? oddForm(glyph) : "";
  if (odd) return odd;
  if (sure >= (least ?? LEAST_SURE)) return "";
  return `${percent(sure)} for ${classes[best]} is under what this network answers from on, ${percent(least ?? LEAST_SURE)}.`;
}

// In what the form of a glyph is like none of 5,000 digits; empty where it is like them.
function oddForm(glyph) {
  const ink = glyph.reduce((sum, value) => sum + value, 0) / 255;
  if (ink > MOST_INK) return "It has more ink than any of 5,000 digits.";
  const dark = (y, x) => x >= 0 && glyph[y * 28 + x] > 127;
  const most = { row: 0, column: 0, all: 0 };
  for (let line = 0; line < 28; line++) {
    let [row, column] = [0, 0];
    for (let at = 0; at < 28; at++) {
      if (dark(line, at) && !dark(line, at - 1)) row++;
      if (dark(at, line) && !(at && dark(at - 1, line))) column++;
    }
    most.row = Math.max(most.row, row);
    most.column = Math.max(most.column, column);
    most.all += row + column;
  }
  const odd = Object.keys(most).some((name) => most[name] > MOST_RUNS[name]);
  return odd ? "It has more strokes beside one another than any of 5,000 digits." : "";
}

// What each pixel (28, 28) adds to one class more than to the mean of all: pixel times slope.
export function evidence({ network }, glyph, place) {
  const x = Float32Array.from(glyph, (value) => value / 255);
  const dlogits = new Float32Array(network.outputs).fill(-1 / network.outputs);
  dlogits[place] += 1;
  return network.slopeAt(x, dlogits).map((slope, k) => slope * x[k]);
}
