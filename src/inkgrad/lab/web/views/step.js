// One step: a small batch forward and backward, number by number.

import { brief } from "../engine/figures.js";
import { OneStep } from "../engine/one-step.js";
import { writeAddress } from "../parts/address.js";
import { button, choice, h, slider } from "../parts/elements.js";
import { matrix } from "../parts/matrix.js";
import { paintGlyph } from "../parts/paint.js";
import { stagesOf } from "../parts/stages.js";
import { inputName, paintWeight } from "../parts/weight-card.js";

const BATCH = 4; // digits
const PLAYING = 1400; // milliseconds a stage
const STEP_RATES = [0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1];

export const stepView = {
  name: "step",
  title: "One step",
  sentence:
    "One step of training, with all its numbers: four digits go forward, the loss comes back, the weights move. Click any weight or bias to see the products that make its gradient, and two losses that prove it.",
  show: (body, state, shelf) => new StepView(body, state, shelf),
};

class StepView {
  constructor(body, state, shelf) {
    this.settings = {
      network: ["deck", "mlp:16"].includes(state.network) ? state.network : "deck",
      optimizer: state.optimizer === "sgd" ? "sgd" : "adam",
      rate: STEP_RATES.includes(+state.rate) ? +state.rate : 0.001,
    };
    this.places = (state.digits ?? "").split(",").filter(Boolean).map(Number);
    this.number = Number(state.stage) || 0;
    this.chosen = (state.weight ?? "").split(",").map(Number);
    this.body = body;
    this.start(shelf);
  }
  async start(shelf) {
    this.digits = await shelf.digits();
    if (!this.digits)
      return this.body.append(
        h("p", {}, "This page holds no digits."),
      );
    const count = this.digits.train.labels.length;
    const known =
      this.places.length === BATCH &&
      this.places.every((at) => at >= 0 && at < count && at % 1 === 0);
    if (!known)
      this.places = Array.from({ length: BATCH }, (_, k) =>
        Math.floor(((k + 0.37) * count) / BATCH),
      );
    this.lay();
    this.begin();
    return undefined;
  }
  lay() {
    this.batch = h("div", { class: "row" });
    this.steps = h("p", { class: "soft" });
    this.stages = h("div", { class: "stages", role: "group", "aria-label": "Stages of the step" });
    this.stage = h("div", { class: "card stack" });
    this.weight = h("div", { class: "card stack weight", "aria-live": "polite" });
    this.play = button("Play", () => this.toggle());
    const again = (settings) => {
      Object.assign(this.settings, settings);
      this.begin();
    };
    const controls = h(
      "div",
      { class: "card stack" },
      this.batch,
      button("Other digits", () => this.other()),
      choice(
        "Network",
        [
          ["deck", "784-128-64-10 (deck)"],
          ["mlp:16", "784-16-10"],
        ],
        this.settings.network,
        (network) => again({ network }),
      ),
      choice(
        "Optimizer",
        [
          ["adam", "Adam"],
          ["sgd", "SGD with momentum"],
        ],
        this.settings.optimizer,
        (optimizer) => again({ optimizer }),
      ),
      slider("Learning rate", STEP_RATES, this.settings.rate, (rate) => again({ rate })),
      button("Take this step, look at the next", () => this.take()),
      this.steps,
    );
    this.body.append(
      h(
        "div",
        { class: "card stack" },
        h(
          "div",
          { class: "row" },
          button("Back", () => this.go(this.number - 1)),
          button("Step", () => this.go(this.number + 1), { class: "main" }),
          this.play,
        ),
        this.stages,
      ),
      h(
        "div",
        { class: "columns train below" },
        h("div", { class: "stack" }, controls),
        h("div", { class: "stack" }, this.stage, this.weight),
      ),
    );
  }
  begin() {
    this.step = new OneStep({ ...this.settings, seed: 0 });
    this.look();
  }
  // Compute the step for the batch as it is.
  look() {
    const { train } = this.digits;
    const x = new Float32Array(BATCH * 784);
    this.places.forEach((at, s) =>
      train.images
        .subarray(at * 784, at * 784 + 784)
        .forEach((value, k) => (x[s * 784 + k] = value / 255)),
    );
    this.step.look(
      x,
      Uint8Array.from(this.places, (at) => train.labels[at]),
    );
    this.every = stagesOf(this.step);
    this.batch.replaceChildren(
      ...this.places.map((at) => {
        const canvas = h("canvas", {
          class: "pixels thumb",
          role: "img",
          "aria-label": `a ${train.labels[at]}`,
        });
        paintGlyph(canvas, train.images.subarray(at * 784, at * 784 + 784));
        return canvas;
      }),
    );
    this.steps.textContent = `Steps taken: ${this.step.optimizer.steps}. Loss of this batch: ${this.step.loss.toFixed(4)}.`;
    this.choose(...this.valid(this.chosen));
    this.go(this.number);
  }
  valid([layer, i, o]) {
    const shape = this.step.dense[layer] === undefined ? null : this.step.tensor(layer).shape;
    return shape && i >= 0 && i <= shape[0] && o >= 0 && o < shape[1]
      ? [layer, i, o]
      : this.telling();
  }
  // A weight with something to tell: the largest gradient of the first layer.
  telling() {
    const { from, count, shape } = this.step.tensor(0);
    let best = 0;
    for (let k = 0; k < count; k++)
      if (Math.abs(this.step.grad[from + k]) > Math.abs(this.step.grad[from + best])) best = k;
    return [0, Math.floor(best / shape[1]), best % shape[1]];
  }
  go(number) {
    this.number = Math.min(this.every.length - 1, Math.max(0, number));
    const chips = this.every.map(({ name }, k) =>
      button(name, () => this.go(k), {
        "aria-pressed": String(k === this.number),
        ...(k === this.number ? { "aria-current": "step" } : {}),
      }),
    );
    this.stages.replaceChildren(...chips);
    const chip = chips[this.number];
    this.stages.scrollLeft = chip.offsetLeft - this.stages.offsetLeft - this.stages.clientWidth / 2;
    this.paintStage(this.every[this.number]);
    this.remember();
  }
  toggle() {
    if (this.playing) {
      clearInterval(this.playing);
      this.playing = null;
    } else {
      if (this.number === this.every.length - 1) this.go(0);
      this.playing = setInterval(() => {
        this.go(this.number + 1);
        if (this.number === this.every.length - 1) this.toggle();
      }, PLAYING);
    }
    this.play.textContent = this.playing ? "Pause" : "Play";
  }
  away() {
    if (this.playing) this.toggle();
  }
  leave() {
    clearInterval(this.playing);
  }
  repaint() {
    if (this.every) this.go(this.number);
  }
  take() {
    this.step.take();
    this.look();
  }
  other() {
    const count = this.digits.train.labels.length;
    this.places = this.places.map(() => Math.floor(Math.random() * count));
    this.look();
  }
  remember() {
    const { network, optimizer, rate } = this.settings;
    writeAddress("step", {
      network,
      optimizer,
      rate,
      digits: this.places.join(),
      stage: this.number,
      weight: this.chosen.join(),
    });
  }
  paintStage(stage) {
    const { name, said, code, grid } = stage;
    const values = stage.bySample ? bySample(stage.values, this.step.n) : stage.values;
    const digits = Array.from(this.step.labels, (label, s) => `digit ${s + 1}, a ${label}`);
    const numbers = matrix({
      ...{ name: stage.weights ?? name, values, grid, read: (cell) => this.read(stage, values, cell) },
      ...{ rows: stage.rows ?? (grid.h === this.step.n ? digits : null), columns: stage.columns },
      choose: stage.weights && ((cell) => this.choose(stage.layer, ...weightOf(grid, cell))),
    });
    this.stage.replaceChildren(
      h("h2", {}, `${this.number + 1} of ${this.every.length}: ${name}`),
      h("p", {}, said),
      h("div", { class: "formula" }, stage.formula, h("code", {}, code)),
      numbers,
      stage.biases ? this.biases(stage) : "",
    );
  }
  // The same for the biases, one a unit.
  biases({ layer, biases: { name, values } }) {
    const inputs = this.step.tensor(layer).shape[0];
    const read = ({ x }) => `the bias of unit ${x + 1}: ${brief(values[x])}`;
    const grid = { h: 1, w: values.length, c: 1, across: 1 };
    const choose = ({ x }) => this.choose(layer, inputs, x);
    return h("div", {}, h("h3", {}, name), matrix({ name, values, grid, read, choose }));
  }
  read(stage, values, { map, x, y }) {
    const { grid } = stage;
    const value = brief(values[(y * grid.w + x) * grid.c + map]);
    if (stage.weights) {
      const [i, o] = weightOf(grid, { map, x, y });
      return `from ${inputName(stage.layer, i)} to unit ${o + 1}: ${value}`;
    }
    return stage.bySample
      ? `digit ${map + 1}, row ${y + 1}, column ${x + 1}: ${value}`
      : `digit ${y + 1}, unit ${x + 1}: ${value}`;
  }
  // Take one weight apart.
  choose(layer, i, o) {
    this.chosen = [layer, i, o];
    paintWeight(this.weight, this.step, this.chosen, (wanted) =>
      this.choose(...this.valid(wanted)),
    );
    this.remember();
  }
}

// Digits one after the other (n, 784) as maps side by side (784, n).
function bySample(values, n) {
  return Float32Array.from(values, (_, k) => values[(k % n) * 784 + Math.floor(k / n)]);
}

// Which input and unit a cell of a picture of weights stands for.
function weightOf(grid, { map, x, y }) {
  return grid.c > 1 ? [y * 28 + x, map] : [y, x];
}
