// One value of a layer's answer and all that it is made of: in words, in tables, as a sum.

import { brief } from "../engine/figures.js";
import { h } from "./elements.js";

const MOST_MAPS = 6; // maps of the input whose products are shown

// What a value at (y, x) of a map is made of: words, tables of products, their sum.
export function unfold(layer, given, shape, { map, y, x }) {
  const [h0, w0, c] = shape.length === 3 ? shape : [1, 1, shape[0]];
  const at = (row, column, channel) =>
    row >= 0 && row < h0 && column >= 0 && column < w0
      ? given[(row * w0 + column) * c + channel]
      : 0;
  if (layer.name === "Conv2D") return unfoldConvolution(layer, at, c, { map, y, x });
  if (layer.name === "MaxPool2D" || layer.name === "GlobalMaxPool") {
    const { tall, wide, down, across } = layer.inner;
    const rows = Array.from({ length: tall }, (_, i) =>
      Array.from({ length: wide }, (__, j) => at(y * down + i, x * across + j, map)),
    );
    const most = Math.max(...rows.flat());
    return {
      from: map,
      window: [x * across, y * down, wide, tall],
      value: most,
      said: "The largest value of the window goes on, the others are forgotten; the gradient goes back to it alone.",
      parts: [numberTable(rows, (value) => value === most)],
      sum: `largest = ${brief(most)}`,
    };
  }
  const was = at(y, x, map);
  if (layer.name === "BatchNorm") {
    const [gamma, beta, mean, variance] = ["gamma", "beta", "mean", "variance"].map(
      (name) => layer[name][map],
    );
    const value = (gamma * (was - mean)) / Math.sqrt(variance + layer.epsilon) + beta;
    return {
      from: map,
      window: [x, y, 1, 1],
      value,
      said: "Brought to the scale that this map had over all digits in training, then scaled and shifted as was learned.",
      parts: [],
      sum: `${brief(gamma)} × (${brief(was)} − ${brief(mean)}) / √${brief(variance)} + ${brief(beta)} = ${brief(value)}`,
    };
  }
  return {
    from: map,
    window: [x, y, 1, 1],
    value: Math.max(0, was),
    said: "What is negative becomes zero.",
    parts: [],
    sum: `max(${brief(was)}, 0) = ${brief(Math.max(0, was))}`,
  };
}

function unfoldConvolution(layer, at, c, { map, y, x }) {
  const { kernel: k, stride, channels: o } = layer;
  const [top, left] = [y * stride - layer.inner.before, x * stride - layer.inner.before];
  const each = Array.from({ length: c }, (_, channel) => {
    const cells = Array.from({ length: k * k }, (__, place) => {
      const [i, j] = [Math.floor(place / k), place % k];
      return [at(top + i, left + j, channel), layer.W[(place * c + channel) * o + map]];
    });
    return {
      channel,
      cells,
      sum: cells.reduce((total, [value, weight]) => total + value * weight, 0),
    };
  });
  const value = each.reduce((total, { sum }) => total + sum, layer.b[map]);
  const order = [...each].sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const shown = order.slice(0, MOST_MAPS);
  const rest = order.slice(MOST_MAPS).reduce((total, { sum }) => total + sum, 0);
  const rows = (cells, write) =>
    Array.from({ length: k }, (_, i) => cells.slice(i * k, i * k + k).map(write));
  const parts = shown.map(({ channel, cells, sum }) =>
    h(
      "div",
      { class: "product" },
      h("h3", {}, c > 1 ? `map ${channel + 1}` : "the pixels"),
      h(
        "div",
        { class: "row factors" },
        numberTable(rows(cells, ([given]) => given)),
        h("span", {}, "×", numberTable(rows(cells, ([, weight]) => weight))),
        h("span", { class: "multiplied" }, "=", numberTable(rows(cells, ([given, weight]) => given * weight))),
      ),
      h("p", { class: "number" }, `sum of the ${cells.length} products = ${brief(sum)}`),
    ),
  );
  const more = c > MOST_MAPS ? ` + ${c - MOST_MAPS} maps more: ${brief(rest)}` : "";
  return {
    from: shown[0].channel,
    window: [left, top, k, k],
    value,
    parts,
    said: `A window of ${k} × ${k} in each of ${c} ${c === 1 ? "map" : "maps"}, times as many weights, and the sum of the products; the same weights at every place.${c > MOST_MAPS ? ` The ${MOST_MAPS} maps that count most here:` : ""}`,
    sum: `${shown.map(({ sum }) => brief(sum)).join(" + ")}${more} + bias ${brief(layer.b[map])} = ${brief(value)}`,
  };
}

// A small table of numbers; `strong` marks some.
function numberTable(rows, strong = () => false) {
  const many = rows[0].length > 5;
  const write = (value) => short(value, many ? 2 : 3);
  return h(
    "table",
    { class: `small ${many ? "many" : ""}` },
    rows.slice(0, 8).map((row) =>
      h(
        "tr",
        {},
        row
          .slice(0, 8)
          .map((value) =>
            h("td", { class: "number" }, strong(value) ? h("b", {}, write(value)) : write(value)),
          ),
      ),
    ),
  );
}

// A number in a table, with so few digits that the table fits a phone.
function short(value, digits) {
  return Math.abs(value) < 0.001 ? brief(value) : String(+value.toPrecision(digits));
}
