// Any ink -> the one 28x28 form a network sees, as inkgrad/ink/character.py makes it: cropped,
// fitted to 20 pixels, centred by mass, light ink on black.

export const SIDE = 28;
const BOX = 20;

// Ink (height, width), 0 for paper and more for ink -> glyph (28, 28) of 0..255; null without ink.
export function toGlyph(ink, height, width) {
  const top = ink.reduce((most, value) => (value > most ? value : most), 0);
  if (!(top > 0)) return null;
  const values = Float32Array.from(ink, (value) => value * Math.fround(255 / top));
  const box = boxOf(values, height, width);
  const piece = cut(values, width, box);
  const [h, w] = [box.bottom - box.top, box.right - box.left];
  const scale = BOX / Math.max(h, w);
  const [tall, wide] = [h, w].map((side) => Math.max(1, roundEven(side * scale)));
  const fitted = resized(piece, h, w, tall, wide).map((value) => Math.max(0, value));
  return centred(fitted, tall, wide);
}

// The box that holds all ink over 32 of 255.
export function boxOf(values, height, width) {
  const box = { top: height, left: width, bottom: 0, right: 0 };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (values[y * width + x] <= 32) continue;
      box.top = Math.min(box.top, y);
      box.bottom = Math.max(box.bottom, y + 1);
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
    }
  }
  return box;
}

function cut(values, width, { top, left, bottom, right }) {
  const wide = right - left;
  const piece = new Float32Array((bottom - top) * wide);
  for (let y = top; y < bottom; y++) {
    piece.set(values.subarray(y * width + left, y * width + right), (y - top) * wide);
  }
  return piece;
}

// Ink of at most 28x28 on a field of 28x28, its centre of mass in the middle, at full strength.
function centred(ink, height, width) {
  let [mass, row, column, most] = [0, 0, 0, 0];
  ink.forEach((value, k) => {
    mass += value;
    row += value * Math.floor(k / width);
    column += value * (k % width);
    most = Math.max(most, value);
  });
  const place = (middle, side) =>
    Math.min(Math.max(roundEven((SIDE - 1) / 2 - middle / mass), 0), SIDE - side);
  const [top, left] = [place(row, height), place(column, width)];
  const glyph = new Uint8Array(SIDE * SIDE);
  ink.forEach((value, k) => {
    const at = (top + Math.floor(k / width)) * SIDE + left + (k % width);
    glyph[at] = Math.min(255, roundEven(Math.fround(value * Math.fround(255 / most))));
  });
  return glyph;
}

// An image brought to another size as Pillow does it for BICUBIC: across, then down, the window
// widened where the image is made smaller, so that every pixel counts.
export function resized(values, height, width, tall, wide) {
  const across = weights(width, wide);
  const middle = new Float32Array(height * wide);
  for (let y = 0; y < height; y++) {
    across.forEach(({ from, taps }, x) => {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += values[y * width + from + k] * taps[k];
      middle[y * wide + x] = sum;
    });
  }
  const out = new Float32Array(tall * wide);
  weights(height, tall).forEach(({ from, taps }, y) => {
    for (let x = 0; x < wide; x++) {
      let sum = 0;
      for (let k = 0; k < taps.length; k++) sum += middle[(from + k) * wide + x] * taps[k];
      out[y * wide + x] = sum;
    }
  });
  return out;
}

// For each of `out` pixels the first pixel that it sees of `count`, and the weight of each.
function weights(count, out) {
  const scale = count / out;
  const wider = Math.max(1, scale);
  const support = 2 * wider;
  return Array.from({ length: out }, (_, k) => {
    const centre = (k + 0.5) * scale;
    const from = Math.max(0, Math.trunc(centre - support + 0.5));
    const to = Math.min(count, Math.trunc(centre + support + 0.5));
    const taps = Array.from({ length: to - from }, (_, j) =>
      cubic((j + from - centre + 0.5) / wider),
    );
    const total = taps.reduce((sum, tap) => sum + tap, 0);
    return { from, taps: taps.map((tap) => tap / total) };
  });
}

// Keys 1981, with a = -1/2
function cubic(x) {
  const d = Math.abs(x);
  if (d < 1) return (1.5 * d - 2.5) * d * d + 1;
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0;
}

// To the nearest whole number; from the middle to the even one, as Python rounds.
export function roundEven(value) {
  const low = Math.floor(value);
  if (value - low !== 0.5) return Math.round(value);
  return low % 2 === 0 ? low : low + 1;
}
