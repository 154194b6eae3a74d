// Every layer's answer as a picture, and what a unit of it looks for.

import { brief } from "../engine/figures.js";
import { h } from "./elements.js";
import { largest, mapAt, paintGlyph, paintMaps } from "./paint.js";

const EXCITED_OF = 300; // test digits that are looked through
const EXCITED = 6; // of which so many are shown

const SAID = {
  Dense: "each unit weighs all values before it",
  Conv2D: "each map looks for one pattern everywhere",
  BatchNorm: "each map brought to a common scale",
  ReLU: "what is negative becomes zero",
  MaxPool2D: "the largest of four neighbours",
  GlobalMaxPool: "the largest of each whole map",
  Flatten: "all maps as one row",
};

// The pictures of all layers of a network; `all` shows every one, else those after a bend.
export class LayersView {
  constructor(shelf) {
    this.shelf = shelf;
    this.pictures = h("div", {});
    this.card = h("div", { class: "unit-card", "aria-live": "polite" });
    this.element = h("div", {}, this.card, this.pictures);
    this.chosen = null;
  }
  // Lay out the layers of a model.
  lay(model, all) {
    this.model = model;
    this.chosen = null;
    this.excited = new Map();
    const { network } = model;
    const last = network.layers.length - 1;
    this.rows = network.layers
      .map((layer, place) => ({ layer, place, grid: gridOf(network.shapes[place + 1]) }))
      .filter(
        ({ layer, place }) => all || place === last || /LU|Tanh|Sigmoid|Pool/.test(layer.name),
      )
      .filter(
        ({ place }, k, every) =>
          all || !/LU/.test(every[k + 1]?.layer.name) || every[k + 1].place !== place + 1,
      );
    this.pictures.replaceChildren(...this.rows.map((row) => this.picture(row)));
    this.tell();
  }
  picture(row) {
    const { layer, place, grid } = row;
    const shape = this.model.network.shapes[place + 1].join(" × ");
    row.canvas = h("canvas", {
      class: "pixels",
      tabindex: 0,
      role: "img",
      "aria-label": `Answer of layer ${place + 1}, ${layer.name}, ${shape}. Arrow keys choose a unit.`,
    });
    const choose = (unit) => this.choose(row, unit);
    row.canvas.addEventListener("pointermove", (event) => choose(mapAt(row.canvas, event, grid)));
    row.canvas.addEventListener("pointerdown", (event) => choose(mapAt(row.canvas, event, grid)));
    row.canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.across, ArrowUp: -grid.across }[
        event.key
      ];
      if (!step) return;
      event.preventDefault();
      const now = this.chosen?.row === row ? this.chosen.unit : -1;
      choose(Math.min(grid.c - 1, Math.max(0, now + step)));
    });
    const said = SAID[layer.name] ?? "";
    const title = h(
      "h3",
      {},
      `${place + 1}. ${layer.name} `,
      h("small", { class: "soft" }, `${shape}${said && ` · ${said}`}`),
    );
    return h("div", { class: "layer" }, title, row.canvas);
  }
  // Paint the answers to what is drawn; null for an empty paper.
  paint(answers) {
    this.answers = answers;
    for (const row of this.rows ?? []) {
      const { c, h: tall, w } = row.grid;
      const values = answers?.[row.place + 1] ?? new Float32Array(c * tall * w);
      const chosen = this.chosen?.row === row ? this.chosen.unit : -1;
      paintMaps(row.canvas, values, { ...row.grid, chosen });
    }
    if (this.chosen) this.value.textContent = this.valueOf(this.chosen);
  }
  choose(row, unit) {
    if (unit < 0 || (this.chosen?.row === row && this.chosen.unit === unit)) return;
    this.chosen = { row, unit };
    this.tell();
    this.paint(this.answers);
  }
  valueOf({ row, unit }) {
    const answer = this.answers?.[row.place + 1];
    if (!answer) return "–";
    const { c } = row.grid;
    return brief(
      largest(answer.filter((_, k) => k % c === unit)) *
        (c === answer.length ? Math.sign(answer[unit]) || 1 : 1),
    );
  }
  // The card of the chosen unit: its answer, its weights, the digits that excite it most.
  tell() {
    this.value = h("b", { class: "number" });
    this.card.classList.toggle("of-one", Boolean(this.chosen));
    if (!this.chosen) {
      const hint =
        "Point at a unit or a map below: what it looks for, and which digits excite it, appears here.";
      this.card.replaceChildren(h("p", { class: "soft" }, hint));
      return;
    }
    const { row, unit } = this.chosen;
    const named =
      row.place === this.model.network.layers.length - 1
        ? ` (“${this.model.about.classes[unit]}”)`
        : "";
    const looks = weightsOf(this.model.network, row.place, unit);
    const weights = h("canvas", {
      class: "pixels glyph",
      role: "img",
      "aria-label": "Its weights",
    });
    if (looks) paintMaps(weights, looks.values, { ...looks.grid });
    const digits = h("div", { class: "row" });
    this.card.replaceChildren(
      h("p", {}, `Unit ${unit + 1} of layer ${row.place + 1}${named} answers `, this.value, "."),
      h(
        "div",
        { class: "row unit" },
        looks
          ? h("div", { class: "weights" }, weights, h("small", { class: "soft" }, looks.said))
          : null,
        h("div", {}, digits, h("small", { class: "soft" }, "the test digits that excite it most")),
      ),
    );
    this.value.textContent = this.valueOf(this.chosen);
    this.fill(digits, row.place, unit);
  }
  async fill(element, place, unit) {
    const digits = await this.shelf.digits();
    if (!digits) return element.replaceChildren(h("small", {}, "This page holds no digits."));
    const answers = this.answersToDigits(place, digits.test);
    const c = this.model.network.shapes[place + 1].at(-1);
    const strengths = answers.map((values) => values[unit]);
    const order = [...strengths.keys()]
      .sort((a, b) => strengths[b] - strengths[a])
      .slice(0, EXCITED);
    element.replaceChildren(
      ...order.map((k) => {
        const canvas = h("canvas", {
          class: "pixels thumb",
          role: "img",
          "aria-label": `a ${digits.test.labels[k]}`,
        });
        paintGlyph(canvas, digits.test.images.subarray(k * 784, k * 784 + 784));
        return canvas;
      }),
    );
    return c;
  }
  // The strongest answer of every unit of a layer to some test digits; computed once.
  answersToDigits(place, test) {
    if (!this.excited.has(place)) {
      const { network } = this.model;
      const few = network.theta.length > 150000 ? EXCITED_OF / 5 : EXCITED_OF;
      const step = Math.max(1, Math.floor(test.labels.length / few));
      const c = network.shapes[place + 1].at(-1);
      this.excited.set(place, []);
      for (let k = 0; k < test.labels.length; k++) {
        const strongest = new Float32Array(c).fill(-Infinity);
        if (k % step === 0) {
          let y = Float32Array.from(test.images.subarray(k * 784, k * 784 + 784), (v) => v / 255);
          for (const layer of network.layers.slice(0, place + 1)) y = layer.forward(y, 1);
          y.forEach((value, at) => (strongest[at % c] = Math.max(strongest[at % c], value)));
        }
        this.excited.get(place).push(strongest);
      }
    }
    return this.excited.get(place);
  }
}

// How a layer's answer is laid out: maps (h, w) of an image, single cells of a row.
function gridOf(shape) {
  const [c, tall, w] = shape.length === 3 ? [shape[2], shape[0], shape[1]] : [shape[0], 1, 1];
  const room = shape.length === 3 ? 16 : 32;
  return { h: tall, w, c, across: Math.min(c, c > 16 && c % 10 === 0 && tall === 1 ? c : room) };
}

// The weights that make a unit, of its own layer or the nearest before it.
function weightsOf(network, place, unit) {
  for (let at = place; at >= 0; at--) {
    const layer = network.layers[at];
    if (layer.name === "Flatten") return null;
    if (!layer.W) continue;
    const units = layer.W.length / (layer.W.length / layer.b.length);
    const own = layer.W.filter((_, k) => k % units === unit);
    if (layer.name === "Dense") {
      if (own.length === 784)
        return {
          values: own,
          grid: { h: 28, w: 28, c: 1, across: 1 },
          said: "the pixels it looks for",
        };
      return {
        values: own,
        grid: { h: 1, w: 1, c: own.length, across: 16 },
        said: "its weight on each unit before it",
      };
    }
    const [k, , c] = network.tensors.find((each) => each.place === at && each.name === "W").shape;
    return {
      values: own,
      grid: { h: k, w: k, c, across: Math.ceil(Math.sqrt(c)) },
      said: "its pattern, one square for each map before it",
    };
  }
  return null;
}
