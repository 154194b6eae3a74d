// What is to be seen of a training run: figures, curves, weights, histograms, mistakes.

import { brief, counted, percent } from "../engine/figures.js";
import { paintCurves, paintHistogram } from "./charts.js";
import { trainingEquations } from "./equations.js";
import { h } from "./elements.js";
import { paintGlyph, paintMaps, themeColours } from "./paint.js";

const MOST_WEIGHTS = 64; // units of the first layer that are shown
const MOST_WRONG = 24; // digits that are still wrong

const FIRST = [
  ["", "batches"],
  ["two", "test"],
];
const SOLE = [...FIRST, ["old", "test, the run before"]];
const PAIR = [
  ["", "A, test"],
  ["dashed", "A, batches"],
  ["two", "B, test"],
  ["two dashed", "B, batches"],
];

// The card of figures of one run.
export class Facts {
  constructor() {
    this.figures = h("dl", { class: "facts" });
    this.element = h("div", { class: "card told-now" }, this.figures);
  }
  paint({ epoch, steps, loss, accuracy, tested, parameters }) {
    this.tell([
      ["Epoch", String(epoch)],
      ["Step", counted(steps)],
      ["Loss of the batches", Number.isNaN(loss) && !steps ? "–" : brief(loss)],
      ["Right in the batches", Number.isNaN(accuracy) ? "–" : percent(accuracy)],
      [tested.onTrain ? "Right, of its own" : "Right in the test", percent(tested.accuracy)],
      ["Parameters", counted(parameters)],
    ]);
  }
  // Before anything is known.
  wait() {
    this.tell(["Epoch", "Step", "Right in the test", "Parameters"].map((name) => [name, "…"]));
  }
  tell(facts) {
    this.figures.replaceChildren(
      ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
  }
}

// `others` are all the cards below the figures.
export class Panels {
  constructor() {
    this.legends = [legend(FIRST), legend(FIRST)];
    this.loss = chart("Loss over epochs");
    this.accuracy = chart("Accuracy over epochs");
    this.weights = h("canvas", {
      class: "pixels first",
      role: "img",
      "aria-label": "The weights of the first layer, unit by unit",
    });
    this.formulas = h("div", {});
    this.layers = h("div", { class: "stack" });
    this.confusion = h("div", { class: "scroll" });
    this.wrong = h("div", { class: "wrong" });
    const soft = (text) => h("p", { class: "soft" }, text);
    this.others = [
      h(
        "div",
        { class: "cards curves" },
        card("Loss", this.legends[0], this.loss),
        card("Accuracy", this.legends[1], this.accuracy),
      ),
      card(
        "What is made small, and how",
        this.formulas,
        soft(
          "p is what the network gives the right class; g the gradient of L by every weight θ, η the learning rate.",
        ),
      ),
      card(
        "First weights",
        soft(
          "One square a unit: the pixels that speak for it in blue, those against it in orange.",
        ),
        this.weights,
      ),
      card("Layer by layer", this.layers),
      h(
        "div",
        { class: "cards" },
        card(
          "Who is taken for whom",
          soft("Rows are what was written, columns what was read."),
          this.confusion,
        ),
        card("Still wrong", this.wrong),
      ),
    ];
  }
  // How the optimizer of the run moves the weights.
  paintFormulas(optimizer) {
    if (this.optimizer === optimizer) return;
    this.optimizer = optimizer;
    this.formulas.replaceChildren(trainingEquations(optimizer));
  }
  // What the worker of a run told last.
  paint(state, digits) {
    this.paintWeights(state.first);
    this.paintLayers(state.layers);
    this.paintConfusion(state.tested);
    this.paintWrong(state.tested, digits);
  }
  // The curves of one run and, faint, those of the run before; or those of two.
  paintCurves(lanes) {
    const kinds = lanes.length > 1 ? PAIR : lanes[0].old ? SOLE : FIRST;
    if (this.kinds !== kinds) {
      this.kinds = kinds;
      this.legends = this.legends.map((old) => {
        const now = legend(kinds);
        old.replaceWith(now);
        return now;
      });
    }
    const every = lanes.flatMap(({ curves }) => curves);
    const losses = every.flatMap(({ loss, tested }) => [loss, tested.loss]).filter(Number.isFinite);
    const most = Math.min(12, Math.max(2.5, ...losses));
    const step = most <= 3 ? 0.5 : most <= 6 ? 1 : 2;
    const high = Math.ceil(most / step) * step;
    const axes = { low: 0, x: "epoch", most: 1 };
    const lossOf = [({ loss }) => loss, ({ tested }) => tested.loss];
    const shareOf = [({ accuracy }) => accuracy, ({ tested }) => tested.accuracy];
    const show = (v) => `${Math.round(100 * v)} %`;
    paintCurves(this.loss, curvesOf(lanes, lossOf), {
      ...axes,
      high,
      step,
      show: (v) => v.toFixed(1),
    });
    paintCurves(this.accuracy, curvesOf(lanes, shareOf), { ...axes, high: 1, step: 0.25, show });
  }
  paintWeights({ shape, values }) {
    const units = shape.at(-1);
    const side = shape.length === 2 ? 28 : shape[0];
    const c = Math.min(units, MOST_WEIGHTS);
    const few = c === units ? values : values.filter((_, k) => k % units < c);
    paintMaps(this.weights, few, { h: side, w: side, c, across: Math.min(c, 16) });
    this.weights.classList.toggle("few", c < 16);
  }
  paintLayers(layers) {
    const rows = layers.filter(({ name }) => !["Dropout", "Flatten"].includes(name));
    if (this.rows?.length !== rows.length) {
      this.rows = rows.map(() => ({
        title: h("h3"),
        answers: chart("Answers", "chart low"),
        gradients: chart("Gradients", "chart low"),
      }));
      this.layers.replaceChildren(
        h(
          "p",
          { class: "soft" },
          "What each layer answers to 200 test digits, and the gradients that come back to it.",
        ),
        ...this.rows.map(({ title, answers, gradients }) =>
          h("div", {}, title, h("div", { class: "columns half" }, answers, gradients)),
        ),
      );
    }
    rows.forEach((layer, k) => {
      const { title, answers, gradients } = this.rows[k];
      const dead = layer.units ? `, ${layer.dead} of ${layer.units} units dead` : "";
      title.textContent = `${layer.name}${dead}`;
      paintHistogram(answers, layer.answers);
      paintHistogram(gradients, layer.gradients, "series-2");
    });
  }
  paintConfusion({ confusion }) {
    if (!this.cells) {
      const numbers = [...Array(10).keys()];
      this.cells = numbers.map(() => numbers.map(() => h("td")));
      const rows = this.cells.map((cells, k) =>
        h("tr", {}, h("th", { scope: "row" }, String(k)), cells),
      );
      const head = h(
        "tr",
        {},
        h("th", {}, h("span", { class: "unseen" }, "written")),
        numbers.map((k) => h("th", { scope: "col" }, String(k))),
      );
      this.confusion.append(h("table", { class: "confusion" }, head, rows));
    }
    const { pos, neg, mid } = themeColours();
    this.cells.forEach((cells, row) => {
      const total =
        confusion.subarray(row * 10, row * 10 + 10).reduce((sum, count) => sum + count, 0) || 1;
      cells.forEach((cell, column) => {
        const count = confusion[row * 10 + column];
        const part = Math.min(
          1,
          row === column ? (0.4 * count) / total : Math.sqrt(count / total) * 0.5,
        );
        const colour = row === column ? pos : neg;
        cell.textContent = count || "";
        cell.style.background = `rgb(${mid.map((from, c) => from + (colour[c] - from) * part).join(" ")})`;
      });
    });
  }
  paintWrong({ wrong, n, onTrain }, digits) {
    const part = onTrain ? digits.train : digits.test;
    const shown = Math.min(MOST_WRONG, wrong.length);
    const few = Array.from(
      { length: shown },
      (_, k) => wrong[Math.floor((k * wrong.length) / shown)],
    );
    const figures = few.map(({ place, label, answer }) => {
      const canvas = h("canvas", {
        class: "pixels thumb",
        role: "img",
        "aria-label": `a ${label} taken for a ${answer}`,
      });
      paintGlyph(canvas, part.images.subarray(place * 784, place * 784 + 784));
      return h("figure", {}, canvas, h("figcaption", {}, `${label} → ${answer}`));
    });
    this.wrong.replaceChildren(
      h("p", { class: "soft" }, `${wrong.length} of ${n} looked at.`),
      ...figures,
    );
  }
}

function card(title, ...inner) {
  return h("div", { class: "card" }, h("h2", {}, title), inner);
}

function chart(label, kind = "chart") {
  return h("canvas", { class: kind, role: "img", "aria-label": label });
}

function legend(kinds) {
  return h(
    "p",
    { class: "legend" },
    kinds.map(([kind, name]) => h("span", { class: kind }, h("i", {}), name)),
  );
}

// The curves of one run (its batches and its test, faint the test of the run before) or of two.
function curvesOf(lanes, [ofBatches, ofTest]) {
  const points = (curves, value) => curves.map((each) => [each.at, value(each)]);
  if (lanes.length > 1) {
    return lanes.flatMap(({ curves }, k) => {
      const colour = k ? "series-2" : "accent";
      return [
        { points: points(curves, ofBatches), colour, dashed: true, faint: true },
        { points: points(curves, ofTest), colour },
      ];
    });
  }
  const [{ curves, old }] = lanes;
  return [
    ...(old ? [{ points: points(old, ofTest), colour: "soft", faint: true }] : []),
    { points: points(curves, ofBatches), colour: "accent" },
    { points: points(curves, ofTest), colour: "series-2" },
  ];
}
