// Convolution unfolded: one value of a layer's answer, and all that it is made of.

import { brief } from "../engine/figures.js";
import { writeAddress } from "../parts/address.js";
import { button, choice, h } from "../parts/elements.js";
import { layerEquation } from "../parts/equations.js";
import { cellAt, paintGlyph, paintMaps } from "../parts/paint.js";
import { unfold } from "../parts/unfold.js";

const KINDS_SHOWN = ["Conv2D", "BatchNorm", "ReLU", "MaxPool2D", "GlobalMaxPool"];

export const unfoldedView = {
  name: "unfolded",
  title: "Convolution",
  sentence:
    "A convolution unfolded: choose a layer and click on its answer to see the window, the weights and the products that this one value is the sum of; pooling and normalization likewise.",
  show: (body, state, shelf) => new UnfoldedView(body, state, shelf),
};

class UnfoldedView {
  constructor(body, state, shelf) {
    [this.body, this.shelf] = [body, shelf];
    this.state = {
      map: +state.map || 0,
      y: +(state.y ?? NaN),
      x: +(state.x ?? NaN),
      digit: +(state.digit ?? 21),
      layer: +state.layer || 0,
    };
    this.name = state.model;
    this.start();
  }
  async start() {
    const convolutional = this.convolutional();
    this.digits = await this.shelf.digits();
    if (!convolutional.length || !this.digits) {
      return this.body.append(
        h(
          "p",
          {},
          "This view needs a convolutional network and digits: this page holds too little.",
        ),
      );
    }
    if (!convolutional.includes(this.name)) this.name = convolutional[0];
    this.body.replaceChildren();
    this.lay(convolutional);
    this.choose(this.name);
    return undefined;
  }
  convolutional() {
    return this.shelf.names.filter((name) =>
      this.shelf.model(name).network.layers.some(({ name: kind }) => kind === "Conv2D"),
    );
  }
  // A network came in.
  models() {
    if (this.networks) this.networks.offer(this.convolutional());
    else if (this.digits && this.convolutional().length) this.start();
  }
  repaint() {
    if (this.network) this.go({});
  }
  lay(names) {
    this.thumb = h("canvas", { class: "pixels thumb", role: "img", "aria-label": "The digit" });
    this.networks = choice("Network", names, this.name, (name) => this.choose(name));
    this.layers = h("div", {});
    this.answer = h("canvas", {
      class: "pixels map",
      role: "img",
      "aria-label": "The answer of this map: click a value",
    });
    this.window = h("canvas", {
      class: "pixels map",
      role: "img",
      "aria-label": "What the layer is given, its window marked",
    });
    this.detail = h("div", { class: "card stack", "aria-live": "polite" });
    this.fields = h("div", { class: "row few" });
    this.answer.addEventListener("click", (event) => {
      const cell = cellAt(this.answer, event, { ...this.grid(), c: 1, across: 1 });
      if (cell) this.go({ y: cell.y, x: cell.x });
    });
    this.body.append(
      h(
        "div",
        { class: "columns train" },
        h(
          "div",
          { class: "card stack" },
          h(
            "div",
            { class: "row" },
            this.thumb,
            button("Another digit", () =>
              this.go({ digit: Math.floor(Math.random() * this.digits.test.labels.length) }),
            ),
          ),
          this.networks,
          this.layers,
          this.fields,
        ),
        h(
          "div",
          { class: "stack" },
          h(
            "div",
            { class: "columns half" },
            h("div", { class: "card" }, h("h2", {}, "What it is given"), this.window),
            h(
              "div",
              { class: "card" },
              h("h2", {}, "What it answers"),
              this.answer,
              h("p", { class: "soft" }, "Click a value."),
            ),
          ),
          this.detail,
        ),
      ),
    );
  }
  choose(name) {
    this.name = name;
    this.network = this.shelf.model(name).network;
    this.shown = [...this.network.layers.entries()].filter(([, layer]) =>
      KINDS_SHOWN.includes(layer.name),
    );
    if (!this.shown.some(([place]) => place === this.state.layer))
      this.state.layer = this.shown[0][0];
    const options = this.shown.map(([place, layer]) => [
      String(place),
      `${place + 1}. ${layer.name}`,
    ]);
    this.layers.replaceChildren(
      choice("Layer", options, String(this.state.layer), (place) =>
        this.go({ layer: +place, y: NaN, x: NaN }),
      ),
    );
    this.go({});
  }
  // The answer's size at the layer: (h, w) maps, or one value a map.
  grid() {
    const shape = this.network.shapes[this.state.layer + 1];
    return shape.length === 3
      ? { h: shape[0], w: shape[1], c: shape[2] }
      : { h: 1, w: 1, c: shape[0] };
  }
  go(changes) {
    Object.assign(this.state, changes);
    const { state } = this;
    const within = (at, count) => Math.min(count - 1, Math.max(0, Math.floor(at) || 0));
    const grid = this.grid();
    state.map = within(state.map, grid.c);
    state.digit = within(state.digit, this.digits.test.labels.length);
    const image = this.digits.test.images.subarray(state.digit * 784, state.digit * 784 + 784);
    paintGlyph(this.thumb, image);
    this.answers = this.network.answers(Float32Array.from(image, (value) => value / 255));
    if (Number.isNaN(state.y + state.x)) Object.assign(state, this.strongest(grid));
    Object.assign(state, { y: within(state.y, grid.h), x: within(state.x, grid.w) });
    writeAddress("unfolded", { model: this.name, ...state });
    this.paint(grid);
  }
  // Where the map answers most: there is something to see.
  strongest(grid) {
    const answer = this.answers[this.state.layer + 1].filter(
      (_, k) => k % grid.c === this.state.map,
    );
    let best = 0;
    answer.forEach((value, k) => (best = Math.abs(value) > Math.abs(answer[best]) ? k : best));
    return { y: Math.floor(best / grid.w), x: best % grid.w };
  }
  paint(grid) {
    const { map, layer, y, x } = this.state;
    const spots = [
      ["map", "Map", grid.c],
      ["y", "Row", grid.h],
      ["x", "Column", grid.w],
    ];
    this.fields.replaceChildren(
      ...spots.map(([name, label, count]) => {
        const field = h("input", {
          type: "number",
          min: 1,
          max: count,
          value: this.state[name] + 1,
          "aria-label": label,
        });
        field.addEventListener("change", () =>
          this.go({ [name]: field.value - 1, ...(name === "map" ? { y: NaN, x: NaN } : {}) }),
        );
        return h("label", { class: "field" }, h("span", {}, `${label} of ${count}`), field);
      }),
    );
    const one = (values, c, at) => values.filter((_, k) => k % c === at);
    const answer = this.answers[layer + 1];
    paintMaps(this.answer, one(answer, grid.c, map), { h: grid.h, w: grid.w, c: 1, across: 1 });
    mark(this.answer, [x, y, 1, 1]);
    const found = unfold(
      this.network.layers[layer],
      this.answers[layer],
      this.network.shapes[layer],
      this.state,
    );
    const [h0, w0, c0] =
      this.network.shapes[layer].length === 3
        ? this.network.shapes[layer]
        : [1, 1, this.network.shapes[layer][0]];
    paintMaps(this.window, one(this.answers[layer], c0, found.from), {
      h: h0,
      w: w0,
      c: 1,
      across: 1,
    });
    mark(this.window, found.window);
    this.tell(found, answer[(y * grid.w + x) * grid.c + map]);
  }
  tell(found, value) {
    this.detail.dataset.value = value;
    this.detail.dataset.sum = found.value;
    this.detail.replaceChildren(
      h("h2", {}, "This one value: ", h("span", { class: "number" }, brief(value))),
      h("p", {}, found.said),
      layerEquation(this.network.layers[this.state.layer].name),
      h("div", { class: "row products" }, found.parts),
      h("p", { class: "number" }, found.sum),
    );
  }
}

// A frame around pixels of a picture: left, top, width, height.
function mark(canvas, [left, top, width, height]) {
  const context = canvas.getContext("2d");
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--series-2");
  context.globalAlpha = 0.55;
  context.fillRect(left, top, width, height);
  context.globalAlpha = 1;
}
