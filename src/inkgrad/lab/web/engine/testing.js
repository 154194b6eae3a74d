// Networks tested in the page: digits damaged on purpose, answers weighed by how sure they are.

import { deformed } from "./augment.js";
import { likeliest, softmax } from "./losses.js";
import { seeded } from "./random.js";

const LARGE = 150000; // parameters from which on fewer digits are tested, so that one need not wait

// So many of the test digits as a network is tested on quickly, evenly of all.
export function someDigits(network, { images, labels }, [many, few] = [1000, 100]) {
  const count = Math.min(labels.length, network.theta.length > LARGE ? few : many);
  const places = Array.from({ length: count }, (_, k) => Math.floor((k * labels.length) / count));
  return places.map((at) => ({
    image: images.subarray(at * 784, at * 784 + 784),
    label: labels[at],
    at,
  }));
}

// The answer to each of some digits, {label, answer, sure}, a few at a time: between them the page
// lives. `goOn` is asked whether this is still wanted; null where it is not.
export async function answersOf(
  { network, about },
  digits,
  damage = (image) => image,
  goOn = () => true,
) {
  const found = [];
  let begun = performance.now();
  for (const { image, label, at } of digits) {
    const x = Float32Array.from(damage(image, at), (value) => value / 255);
    const p = softmax(network.forward(x), network.outputs, about.temperature ?? 1);
    const best = likeliest(p);
    found.push({
      label,
      answer: best,
      sure: p[best],
      right: about.classes[best] === String(label),
      at,
    });
    if (performance.now() - begun > 30) {
      await new Promise((resolve) => setTimeout(resolve));
      if (!goOn()) return null;
      begun = performance.now();
    }
  }
  return goOn() ? found : null;
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
