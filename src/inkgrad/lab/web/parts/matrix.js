// A matrix of numbers as a picture that is read by pointer, by tap and by keyboard; a small one as
// a table with every number in it.

import { brief } from "../engine/figures.js";
import { h } from "./elements.js";
import { cellAt, largest, paintMaps, themeColours } from "./paint.js";

const MOST_COLUMNS = 16; // of a table
const LEAST_CELL = 10; // pixels of a number in a picture, so that a finger meets it
const NAMED_ROW = 20; // pixels of a row with a name beside it

// The numbers `values` laid out by `grid`. `rows` and `columns` name them where they are known,
// `read(cell)` says what stands at {map, x, y}, `choose(cell)` is called for one that is chosen.
export function matrix({ name, values, grid, rows, columns, read, choose }) {
  if (grid.c === 1 && grid.w <= MOST_COLUMNS && rows && columns)
    return numberedTable({ name, values, grid, rows, columns });
  const wide = grid.w * grid.across >= 40;
  const canvas = h("canvas", {
    class: "pixels numbers",
    tabindex: 0,
    role: "img",
    "aria-label": `${name}, as a picture: blue is positive, orange negative. Arrow keys go from number to number.${choose ? " Enter takes one apart." : ""}`,
  });
  paintMaps(canvas, values, grid);
  const cursor = h("i", { class: "cursor", hidden: true });
  const sheet = h("div", { class: `sheet ${wide ? "wide" : ""}` }, canvas, cursor);
  if (grid.c === 1) {
    sheet.style.minWidth = `${grid.w * LEAST_CELL}px`;
    canvas.style.height = `${Math.max(32, grid.h * (rows ? NAMED_ROW : LEAST_CELL))}px`;
  }
  const hint = choose ? "Point at a number to read it, click it to take it apart." : "Point at a number to read it.";
  const readout = h("p", { class: "soft readout", "aria-live": "polite" }, hint);
  let at = null;
  const go = (cell) => {
    at = cell;
    frame(cursor, canvas, grid, cell);
    readout.textContent = read(cell);
  };
  const under = (event, take) => {
    const cell = cellAt(canvas, event, grid);
    if (cell) take(cell);
  };
  canvas.addEventListener("pointermove", (event) => under(event, go));
  canvas.addEventListener("click", (event) =>
    under(event, (cell) => {
      go(cell);
      choose?.(cell);
    }),
  );
  canvas.addEventListener("keydown", (event) => {
    const next = moved(at, event.key, grid);
    if (next) {
      go(next);
      cursor.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "Enter" && at && choose) choose(at);
    else return;
    event.preventDefault();
  });
  const labels = rows && h("div", { class: "row-names", "aria-hidden": "true" }, rows.map((row) => h("span", {}, row)));
  return h(
    "div",
    {},
    h("div", { class: "matrix" }, labels, h("div", { class: "framed" }, sheet)),
    readout,
  );
}

// The cell that an arrow key leads to, over the borders of maps; null for another key.
function moved(at, key, { h: tall, w, c, across }) {
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  if (!way) return null;
  if (!at) return { map: 0, x: 0, y: 0 };
  const column = (at.map % across) * w + at.x + way[0];
  const row = Math.floor(at.map / across) * tall + at.y + way[1];
  const map = Math.floor(row / tall) * across + Math.floor(column / w);
  const outside = column < 0 || row < 0 || column >= across * w || map >= c;
  return outside ? at : { map, x: column % w, y: row % tall };
}

// Lay a frame over a cell of a picture, or over a whole map where no cell of it is named.
export function frame(element, canvas, { h: tall, w, across }, { map, x, y }) {
  const whole = x === undefined;
  const left = (map % across) * (w + 1) + (x ?? 0);
  const top = Math.floor(map / across) * (tall + 1) + (y ?? 0);
  const along = (value, all) => `${(100 * value) / all}%`;
  Object.assign(element.style, {
    left: along(left, canvas.width),
    top: along(top, canvas.height),
    width: along(whole ? w : 1, canvas.width),
    height: along(whole ? tall : 1, canvas.height),
  });
  element.hidden = false;
}

function numberedTable({ name, values, grid, rows, columns }) {
  const { pos, neg, mid } = themeColours();
  const most = largest(values) || 1;
  const cell = (value) => {
    const part = 0.45 * Math.abs(value / most); // pale enough to read the number on it
    const colour = value > 0 ? pos : neg;
    const element = h("td", { class: "number" }, brief(value));
    element.style.background = `rgb(${mid.map((from, k) => from + (colour[k] - from) * part).join(" ")})`;
    return element;
  };
  const line = (row, y) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, row),
      columns.map((_, x) => cell(values[y * grid.w + x])),
    );
  const head = columns.map((column) => h("th", { scope: "col" }, column));
  return h(
    "div",
    { class: "scroll", tabindex: 0, role: "group", "aria-label": `${name}, number by number` },
    h("table", { class: "numbered" }, h("tr", {}, h("td"), head), rows.map(line)),
  );
}
