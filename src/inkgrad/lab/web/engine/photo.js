// A photograph or scan of one character -> its glyph, as inkgrad/ink/character.py finds the ink:
// the paper is a bent surface through the edge of the picture, ink is what stands out from it.

import { SIDE, toGlyph } from "./glyph.js";

const LEAST_CONTRAST = 24; // grey levels between paper and ink
const STRONGEST = 12; // the ink is as strong as its so-manieth strongest pixel
const SPECK = 0.03; // pieces smaller than this part of the largest are dirt

// grey (height, width) of 0 black to 255 white, of either polarity; null where no ink stands out.
export function fromPhoto(grey, height, width) {
  if (height === SIDE && width === SIDE && grey[0] < 8 && grey[SIDE * SIDE - 1] < 8) {
    return Uint8Array.from(grey); // has the form already
  }
  const off = offPaper(grey, height, width);
  let smooth = smoothed(off, height, width, Math.min(height, width) / 150);
  const [least, most] = smooth.reduce(
    ([low, high], v) => [Math.min(low, v), Math.max(high, v)],
    [0, 0],
  );
  if (-least >= most) smooth = smooth.map((value) => -value); // dark ink on light paper
  const strength = [...smooth].sort((a, b) => b - a)[Math.min(STRONGEST, smooth.length) - 1];
  if (strength < LEAST_CONTRAST) return null;
  const threshold = parting(smooth, strength);
  const ink = smooth.map((v) =>
    Math.min(1, Math.max(0, (v - 0.35 * threshold) / (1.3 * threshold))),
  );
  return toGlyph(withoutSpecks(ink, height, width), height, width);
}

// The picture less its paper: level, then slope, then bend, fitted to the edge; what is far from
// the surface (ink that reaches the edge) is left out and the fit repeated.
function offPaper(grey, height, width) {
  const terms = (k) => {
    const y = (2 * Math.floor(k / width)) / Math.max(1, height - 1) - 1;
    const x = (2 * (k % width)) / Math.max(1, width - 1) - 1;
    return [1, x, y, x * x, x * y, y * y];
  };
  const [marginY, marginX] = [height, width].map((side) => Math.max(1, Math.floor(side / 12)));
  const edge = [...grey.keys()].filter((k) => {
    const [y, x] = [Math.floor(k / width), k % width];
    return y < marginY || y >= height - marginY || x < marginX || x >= width - marginX;
  });
  const middle = median(edge.map((k) => grey[k]));
  let kept = edge.filter((k) => Math.abs(grey[k] - middle) <= 40);
  let surface = [middle];
  const value = (k) => terms(k).reduce((sum, term, j) => sum + term * (surface[j] ?? 0), 0);
  for (const count of [1, 3, 6, 6]) {
    surface = fitted(
      kept.map((k) => terms(k).slice(0, count)),
      kept.map((k) => grey[k]),
    );
    const off = edge.map((k) => Math.abs(grey[k] - value(k)));
    const most = Math.max(12, 3 * median(off));
    kept = edge.filter((_, j) => off[j] <= most);
  }
  return Float32Array.from(grey, (level, k) => level - value(k));
}

// Least squares by the normal equations, solved by elimination.
function fitted(rows, values) {
  const count = rows[0].length;
  const system = Array.from({ length: count }, (_, i) => [
    ...Array.from({ length: count }, (__, j) =>
      rows.reduce((sum, row) => sum + row[i] * row[j], i === j ? 1e-9 : 0),
    ),
    rows.reduce((sum, row, k) => sum + row[i] * values[k], 0),
  ]);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      if (i === j) continue;
      const part = system[j][i] / system[i][i];
      for (let k = i; k <= count; k++) system[j][k] -= part * system[i][k];
    }
  }
  return system.map((row, i) => row[count] / row[i]);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}

// Weighted with a Gaussian around every pixel, across and down; beyond the edge the last pixel goes on.
export function smoothed(image, height, width, deviation) {
  const reach = Math.ceil(4 * deviation);
  if (!reach) return image;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, k) =>
    Math.exp(-0.5 * ((k - reach) / deviation) ** 2),
  );
  const total = taps.reduce((sum, tap) => sum + tap, 0);
  const along = (values, step, count, other, otherStep) => {
    const out = new Float32Array(values.length);
    for (let line = 0; line < other; line++) {
      for (let at = 0; at < count; at++) {
        let sum = 0;
        for (let k = -reach; k <= reach; k++) {
          const from = Math.min(count - 1, Math.max(0, at + k));
          sum += taps[k + reach] * values[line * otherStep + from * step];
        }
        out[line * otherStep + at * step] = sum / total;
      }
    }
    return out;
  };
  return along(along(image, 1, width, height, width), width, height, width, 1);
}

// The threshold that splits values of 0..top best into two groups (Otsu 1979).
function parting(values, top) {
  const steps = 128;
  const counts = new Float64Array(steps);
  for (const value of values) {
    counts[Math.min(steps - 1, Math.floor((Math.min(top, Math.max(0, value)) / top) * steps))]++;
  }
  const middles = Array.from(counts, (_, k) => ((k + 0.5) * top) / steps);
  const all = counts.reduce((sum, count, k) => sum + count * middles[k], 0);
  let [below, sum, best, place] = [0, 0, -1, 0];
  counts.forEach((count, k) => {
    below += count;
    sum += count * middles[k];
    const above = values.length - below;
    if (!below || !above) return;
    const between = below * above * (sum / below - (all - sum) / above) ** 2;
    if (between > best) [best, place] = [between, k];
  });
  return middles[place];
}

// Ink without its small pieces; pixels that touch by a side or a corner are of one piece.
function withoutSpecks(ink, height, width) {
  const piece = new Int32Array(ink.length);
  const sizes = [0];
  for (let start = 0; start < ink.length; start++) {
    if (ink[start] <= 0.5 || piece[start]) continue;
    const [label, waiting] = [sizes.length, [start]];
    piece[start] = label;
    sizes.push(0);
    while (waiting.length) {
      const k = waiting.pop();
      sizes[label]++;
      for (const near of around(k, height, width)) {
        if (ink[near] > 0.5 && !piece[near]) {
          piece[near] = label;
          waiting.push(near);
        }
      }
    }
  }
  const most = Math.max(...sizes);
  let kept = Uint8Array.from(piece, (label) => (label && sizes[label] >= SPECK * most ? 1 : 0));
  for (let times = 0; times < 2; times++) {
    kept = kept.map((on, k) => (on || around(k, height, width).some((near) => kept[near]) ? 1 : 0));
  }
  return ink.map((value, k) => (kept[k] ? value : 0));
}

function around(k, height, width) {
  const [y, x] = [Math.floor(k / width), k % width];
  const found = [];
  for (let row = Math.max(0, y - 1); row <= Math.min(height - 1, y + 1); row++) {
    for (let column = Math.max(0, x - 1); column <= Math.min(width - 1, x + 1); column++) {
      if (row !== y || column !== x) found.push(row * width + column);
    }
  }
  return found;
}
