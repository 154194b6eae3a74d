// Other hands from one: digits shifted, turned, scaled and slanted anew in every batch, as
// inkgrad/data/augment.py does it (without its bending).

const HOW = {
  shift: { shift: 2.5, rotation: 0, scale: 0, shear: 0 },
  affine: { shift: 2.5, rotation: 12, scale: 0.12, shear: 0.2 },
};

// A deformed copy of a glyph (28, 28); `how` is "shift" or "affine".
export function augmented(image, how, random) {
  const { shift, rotation, scale, shear } = HOW[how];
  const drawn = (extent) => (random() * 2 - 1) * extent;
  return deformed(image, {
    turn: drawn(rotation),
    tall: 1 + drawn(scale),
    wide: 1 + drawn(scale),
    slant: drawn(shear),
    down: drawn(shift),
    right: drawn(shift),
  });
}

// An image (28, 28) by the inverse map, linearly between pixels; what comes in is black.
// turn in degrees, clockwise; slant as a tangent; down and right in pixels.
export function deformed(image, { turn = 0, tall = 1, wide = 1, slant = 0, down = 0, right = 0 }) {
  const [cos, sin] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const out = new Uint8Array(image.length);
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      const [v, u] = [y - 13.5 - down, x - 13.5 - right];
      const fromY = (cos * v - sin * u) / tall + 13.5;
      const fromX = ((sin + slant * cos) * v + (cos - slant * sin) * u) / wide + 13.5;
      out[y * 28 + x] = Math.round(between(image, fromY, fromX));
    }
  }
  return out;
}

function between(image, y, x) {
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [down, right] = [y - top, x - left];
  const at = (row, column) =>
    row >= 0 && row < 28 && column >= 0 && column < 28 ? image[row * 28 + column] : 0;
  const upper = at(top, left) * (1 - right) + at(top, left + 1) * right;
  const lower = at(top + 1, left) * (1 - right) + at(top + 1, left + 1) * right;
  return upper * (1 - down) + lower * down;
}
