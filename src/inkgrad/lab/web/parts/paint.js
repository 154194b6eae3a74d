// Numbers as pictures: glyphs in grey, weights and answers in two colours, pixel by pixel.

const colours = {};

// The three colours of signed values, as the theme has them now.
export function themeColours() {
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  if (colours.dark !== dark) {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["pos", "neg", "mid"]) {
      colours[name] = style.getPropertyValue(`--${name}`).trim().split(/\s+/).map(Number);
    }
    colours.dark = dark;
  }
  return colours;
}

// A glyph (28, 28) of 0..255 as it is: light ink on black. `over` (28, 28) tints it by sign.
export function paintGlyph(canvas, glyph, over = null) {
  const image = blank(canvas, 28, 28);
  const most = over ? largest(over) || 1 : 1;
  const { pos, neg } = themeColours();
  for (let k = 0; k < 784; k++) {
    const grey = glyph ? glyph[k] : 0;
    const tint = over ? Math.min(1, Math.abs(over[k]) / most) : 0;
    const colour = over?.[k] > 0 ? pos : neg;
    for (let c = 0; c < 3; c++) {
      const base = over ? grey * 0.35 : grey;
      image.data[4 * k + c] = base + (colour[c] - base) * tint;
    }
    image.data[4 * k + 3] = 255;
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Maps (h, w, c) side by side in a grid, `across` of them in a row, a pixel apart. Positive values
// in one colour, negative in another; `limit` is what is shown at full strength.
export function paintMaps(canvas, values, { h, w, c, across, limit, chosen = -1 }) {
  const down = Math.ceil(c / across);
  const image = blank(canvas, across * (w + 1) - 1, down * (h + 1) - 1);
  const { pos, neg, mid } = themeColours();
  const most = limit ?? (largest(values) || 1);
  for (let map = 0; map < c; map++) {
    const [top, left] = [Math.floor(map / across) * (h + 1), (map % across) * (w + 1)];
    for (let y = 0; y < h; y++) {
      for (let x = 0; x < w; x++) {
        const value = values[(y * w + x) * c + map];
        const part = Math.min(1, Math.abs(value) / most) || 0;
        const colour = value > 0 ? pos : neg;
        const at = 4 * ((top + y) * image.width + left + x);
        for (let k = 0; k < 3; k++) image.data[at + k] = mid[k] + (colour[k] - mid[k]) * part;
        image.data[at + 3] = chosen < 0 || chosen === map ? 255 : 110;
      }
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
}

// Which map of such a grid a pointer is over; -1 between them.
export function mapAt(canvas, event, { h, w, c, across }) {
  const box = canvas.getBoundingClientRect();
  const x = ((event.clientX - box.left) / box.width) * canvas.width;
  const y = ((event.clientY - box.top) / box.height) * canvas.height;
  const map = Math.floor(y / (h + 1)) * across + Math.floor(x / (w + 1));
  return x < 0 || y < 0 || map >= c ? -1 : map;
}

export function largest(values) {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

function blank(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  return canvas.getContext("2d").createImageData(width, height);
}

// The same with the place within the map: {map, x, y}; null between the maps.
export function cellAt(canvas, event, grid) {
  const map = mapAt(canvas, event, grid);
  if (map < 0) return null;
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * canvas.width) % (grid.w + 1);
  const y = Math.floor(((event.clientY - box.top) / box.height) * canvas.height) % (grid.h + 1);
  return x < grid.w && y < grid.h ? { map, x, y } : null;
}
