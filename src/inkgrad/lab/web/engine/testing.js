// Networks tested in the page: digits damaged on purpose, answers weighed by how sure they are.

import { deformed } from "./augment.js";
import { likeliest, softmax } from "./losses.js";
import { seeded } from "./random.js";

const LARGE = 150000; // parameters from which on a thousand digits take a quarter of a minute
const SLICE_OF_DIGITS = 30; // milliseconds of answering between looks at what else is wanted

// Whether a network is so large that what is asked many times is asked of fewer digits.
export const isLarge = (network) => network.theta.length > LARGE;

// The first digits of a part {images, labels} in an order in which any beginning is evenly of all:
// digits lie sorted by their class.
export function someDigits({ images, labels }, most = Infinity) {
  const n = labels.length;
  let stride = Math.max(1, Math.round(0.618 * n)); // the golden section leaves no gaps
  while (divisor(stride, n) > 1) stride++;
  return Array.from({ length: Math.min(n, most) }, (_, k) => {
    const at = (k * stride) % n;
    return { image: images.subarray(at * 784, at * 784 + 784), label: labels[at], at };
  });
}

function divisor(a, b) {
  return b ? divisor(b, a % b) : a;
}

// The answer to each of some digits, {label, answer, sure, right, at}, a few at a time: `pause` is
// awaited between them with those so far, and says whether to go on; null where it does not.
export async function answersOf(model, digits, { damage = (image) => image, pause, look } = {}) {
  const { network, about } = model;
  const found = [];
  let begun = performance.now();
  for (const { image, label, at } of digits) {
    const x = Float32Array.from(damage(image, at), (value) => value / 255);
    const answers = network.answers(x);
    look?.(answers, found.length);
    const p = softmax(answers.at(-1), network.outputs, about.temperature ?? 1);
    const best = likeliest(p);
    const right = about.classes[best] === String(label);
    found.push({ label, answer: best, sure: p[best], right, at });
    if (pause && performance.now() - begun > SLICE_OF_DIGITS) {
      if (!(await pause(found))) return null;
      begun = performance.now();
    }
  }
  return found;
}

// The part of answers that are right.
export const shareRight = (answers) => answers.filter(({ right }) => right).length / answers.length;

// Of those that are as sure as this: how many are answered, how many of them right.
export function atThreshold(answers, least) {
  const answered = answers.filter(({ sure }) => sure >= least);
  return {
    answered: answered.length / answers.length,
    right: answered.length ? shareRight(answered) : 1,
  };
}

// Ways to damage a glyph (28, 28): each with its strengths and what they are measured in.
export const DAMAGES = {
  noise: {
    title: "Noise",
    unit: "grey levels",
    strengths: [0, 25, 50, 75, 100, 140],
    damage: noisy,
  },
  turn: {
    title: "Turned",
    unit: "degrees",
    strengths: [0, 10, 20, 30, 45, 60],
    damage: (image, turn) => deformed(image, { turn }),
  },
  shift: {
    title: "Shifted to the right",
    unit: "pixels",
    strengths: [0, 1, 2, 3, 4, 6],
    damage: (image, right) => deformed(image, { right }),
  },
  thick: {
    title: "Thickened",
    unit: "pixels",
    strengths: [0, 1, 2, 3],
    damage: (image, times) => grownBy(image, times, Math.max),
  },
  thin: {
    title: "Thinned",
    unit: "pixels",
    strengths: [0, 1, 2],
    damage: (image, times) => grownBy(image, times, Math.min),
  },
  hidden: {
    title: "Partly hidden",
    unit: "pixels wide",
    strengths: [0, 4, 8, 12, 16],
    damage: hidden,
  },
};

function noisy(image, strength, seed) {
  const random = seeded(seed + 1);
  return image.map((value) =>
    Math.min(255, Math.max(0, Math.round(value + strength * random.normal()))),
  );
}

// Every pixel the largest (or least) of itself and its four neighbours, so many times.
function grownBy(image, times, choose) {
  let now = image;
  for (let k = 0; k < times; k++) {
    const was = now;
    const at = (y, x) => (y >= 0 && y < 28 && x >= 0 && x < 28 ? was[y * 28 + x] : 0);
    now = was.map((value, j) => {
      const [y, x] = [Math.floor(j / 28), j % 28];
      return choose(value, at(y - 1, x), at(y + 1, x), at(y, x - 1), at(y, x + 1));
    });
  }
  return now;
}

// A black square of so many pixels, somewhere over the digit's middle.
function hidden(image, side, seed) {
  const random = seeded(seed + 1);
  const [top, left] = [0, 0].map(() => Math.round(14 - side / 2 + (random() - 0.5) * 10));
  return image.map((value, k) => {
    const [y, x] = [Math.floor(k / 28), k % 28];
    return y >= top && y < top + side && x >= left && x < left + side ? 0 : value;
  });
}
