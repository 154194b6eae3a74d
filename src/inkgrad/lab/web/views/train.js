// Train: a network learns in the page, and everything that can be looked at meanwhile is.

import { advice } from "../engine/advice.js";
import { FAULTS } from "../engine/faults.js";
import { readModel } from "../engine/safetensors.js";
import { DEFAULTS } from "../engine/training.js";
import { writeAddress } from "../parts/address.js";
import { paintCurves, paintHistogram } from "../parts/charts.js";
import { Controls, settingsFrom, told } from "../parts/controls.js";
import { brief, button, checkbox, download, h, percent, say } from "../parts/elements.js";
import { paintGlyph, paintMaps, themeColours } from "../parts/paint.js";

const MOST_WEIGHTS = 64; // units of the first layer that are shown
const MOST_WRONG = 24; // digits that are still wrong

export const trainView = {
  name: "train",
  title: "Train",
  sentence:
    "Train a network on 4,000 digits in this page, change anything while it learns, and watch its weights form. The experiments below break it in the ways that training is usually broken.",
  show: (body, state, shelf) => new TrainView(body, state, shelf),
};

class TrainView {
  constructor(body, state, shelf) {
    this.shelf = shelf;
    this.settings = settingsFrom(state);
    this.curves = [];
    this.old = null;
    this.controls = new Controls(this.settings, (settings, anew) => this.change(settings, anew));
    this.go = button("Start", () => this.toggle(), { class: "main" });
    this.lay(body);
    this.remember();
    this.begin();
  }
  lay(body) {
    const tools = h("div", { class: "row" },
      this.go,
      button("One step", () => this.tell({ kind: "step" })),
      button("Begin again", () => this.anew()),
    );
    const slow = checkbox("slowly, step by step", false, (on) => this.tell({ kind: "slow", slow: on }));
    const out = h("div", { class: "row" },
      button("Use it in Draw", () => this.take("draw")),
      button("Save the network", () => this.take("save")),
    );
    this.facts = h("dl", { class: "facts" });
    this.advice = h("div", { class: "advised", "aria-live": "polite" });
    this.loss = chart("Loss over epochs");
    this.accuracy = chart("Accuracy over epochs");
    this.weights = h("canvas", { class: "pixels first", role: "img", "aria-label": "The weights of the first layer, unit by unit" });
    this.layers = h("div", { class: "stack" });
    this.confusion = h("div", { class: "scroll" });
    this.wrong = h("div", { class: "wrong" });
    const left = h("div", { class: "stack" }, h("div", { class: "card stack tools" }, tools, slow, out), h("div", { class: "card" }, this.controls.element), this.experiments());
    const right = h("div", { class: "stack" },
      h("div", { class: "card told-now" }, this.facts),
      this.advice,
      h("div", { class: "cards curves" }, card("Loss", legend(), this.loss), card("Accuracy", legend(), this.accuracy)),
      card("First weights", h("p", { class: "soft" }, "One square a unit: the pixels that speak for it in blue, those against it in orange."), this.weights),
      card("Layer by layer", this.layers),
      h("div", { class: "cards" },
        card("Who is taken for whom", h("p", { class: "soft" }, "Rows are what was written, columns what was read."), this.confusion),
        card("Still wrong", this.wrong),
      ),
    );
    body.append(h("div", { class: "columns train live" }, left, right));
  }
  experiments() {
    const each = FAULTS.map(({ name, settings, look, cure }) =>
      h("details", { class: "fault" },
        h("summary", {}, name),
        h("p", {}, look),
        h("p", {}, h("b", {}, "Cure: "), cure),
        button("Run this", () => this.experiment(settings)),
      ),
    );
    return h("div", { class: "card" }, h("h2", {}, "What goes wrong"), h("p", { class: "soft" }, "Each sets the controls and starts."), each);
  }
  async begin() {
    const digits = await this.shelf.digits();
    if (!digits) {
      this.advice.replaceChildren(h("div", { class: "advice" }, h("p", {}, "This page holds no digits to learn from: pip install 'inkgrad[data]' brings some.")));
      this.go.disabled = true;
      return;
    }
    if (this.left) return;
    this.digits = digits;
    // The worker is this very script: a page that is a file may not load another.
    const script = document.getElementById("lab").textContent;
    this.address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
    this.worker = new Worker(this.address);
    this.worker.addEventListener("error", (event) => say(`Training stopped: ${event.message}`));
    this.worker.addEventListener("message", ({ data }) => this.hear(data));
    this.tell({ kind: "data", data: { train: digits.train, test: digits.test } });
    this.tell({ kind: "new", settings: this.settings });
  }
  leave() {
    this.left = true;
    this.worker?.terminate();
    if (this.address) URL.revokeObjectURL(this.address);
  }
  tell(message) {
    this.worker?.postMessage(message);
  }
  toggle() {
    const going = this.state?.going;
    this.tell({ kind: going ? "pause" : "go" });
    this.shown(!going);
  }
  shown(going) {
    this.go.textContent = going ? "Pause" : this.state?.steps ? "Go on" : "Start";
  }
  // Begin again with the settings as they are; the curves so far stay, faint.
  anew(go = false) {
    if (this.curves.length > 1) this.old = this.curves;
    this.curves = [];
    this.tell({ kind: "new", settings: this.settings });
    if (go) this.tell({ kind: "go" });
    this.shown(go);
  }
  change(settings, anew, go = false) {
    Object.assign(this.settings, settings);
    this.remember();
    if (anew) this.anew(go || this.state?.going);
    else this.tell({ kind: "change", settings });
  }
  experiment(settings) {
    this.settings = { ...DEFAULTS, faults: {}, ...settings };
    this.controls.set(this.settings);
    this.remember();
    this.anew(true);
    this.facts.scrollIntoView({ block: "center" });
  }
  remember() {
    writeAddress("train", told(this.settings));
  }
  hear(message) {
    if (message.kind === "model") this.taken(message.bytes);
    else this.paint(message);
  }
  take(where) {
    this.where = where;
    this.tell({ kind: "model" });
  }
  taken(bytes) {
    if (this.where === "save") return download("model.safetensors", bytes, "application/octet-stream");
    const name = this.shelf.add("trained here", readModel(bytes, "trained here"));
    say(`It is in the lab as “${name}”.`);
    location.hash = `#draw?model=${encodeURIComponent(name)}`;
    return undefined;
  }
  paint(state) {
    this.state = state;
    this.shown(state.going);
    if (state.steps) {
      this.curves.push({ at: state.epoch - 1 + state.part, ...state });
      if (this.curves.length > 1500) this.curves = this.curves.filter((_, k) => k % 2);
    }
    this.paintFacts(state);
    this.paintCurves();
    this.paintAdvice(state);
    this.paintWeights(state.first);
    this.paintLayers(state.layers);
    this.paintConfusion(state.tested);
    this.paintWrong(state.tested);
  }
  paintFacts({ epoch, steps, loss, accuracy, tested, parameters }) {
    const facts = [
      ["Epoch", String(epoch)],
      ["Step", steps.toLocaleString("en")],
      ["Loss of the batches", brief(loss)],
      ["Right in the batches", Number.isNaN(accuracy) ? "–" : percent(accuracy)],
      [tested.onTrain ? "Right, of its own" : "Right in the test", percent(tested.accuracy)],
      ["Parameters", parameters.toLocaleString("en")],
    ];
    this.facts.replaceChildren(...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
  }
  paintCurves() {
    const points = (curves, value) => curves.map((each) => [each.at, value(each)]);
    const both = (one, two) => [
      ...(this.old ? [{ points: points(this.old, two), colour: "soft", faint: true }] : []),
      { points: points(this.curves, one), colour: "accent" },
      { points: points(this.curves, two), colour: "series-2" },
    ];
    const losses = this.curves.flatMap(({ loss, tested }) => [loss, tested.loss]).filter(Number.isFinite);
    const most = Math.min(12, Math.max(2.5, ...losses));
    const step = most <= 3 ? 0.5 : most <= 6 ? 1 : 2;
    const high = Math.ceil(most / step) * step;
    const axes = { low: 0, x: "epoch", most: 1 };
    paintCurves(this.loss, both(({ loss }) => loss, ({ tested }) => tested.loss), { ...axes, high, step, show: (v) => v.toFixed(1) });
    paintCurves(this.accuracy, both(({ accuracy }) => accuracy, ({ tested }) => tested.accuracy), { ...axes, high: 1, step: 0.25, show: (v) => `${Math.round(100 * v)} %` });
  }
  paintAdvice(state) {
    const found = state.steps ? advice(state, this.settings) : [];
    const key = found.map(({ what, button: name }) => what.replace(/[\d.]+/g, "") + name).join();
    if (key === this.advised) return;
    this.advised = key;
    this.advice.replaceChildren(...found.map(({ what, why, change, button: name, live, good }) =>
      h("div", { class: `advice ${good ? "good" : ""}` },
        h("p", {}, h("b", {}, what), " ", why),
        change ? button(name, () => this.cure(change, live)) : null,
      )));
  }
  cure(change, live) {
    this.controls.set({ ...this.settings, ...change });
    this.advised = "";
    this.change(change, !live, true);
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
      this.rows = rows.map(() => ({ title: h("h3"), answers: chart("Answers", "chart low"), gradients: chart("Gradients", "chart low") }));
      this.layers.replaceChildren(
        h("p", { class: "soft" }, "What each layer answers to 200 test digits, and the gradients that come back to it."),
        ...this.rows.map(({ title, answers, gradients }) => h("div", {}, title, h("div", { class: "columns half" }, answers, gradients))),
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
      const rows = this.cells.map((cells, k) => h("tr", {}, h("th", { scope: "row" }, String(k)), cells));
      const head = h("tr", {}, h("th", {}, h("span", { class: "unseen" }, "written")), numbers.map((k) => h("th", { scope: "col" }, String(k))));
      this.confusion.append(h("table", { class: "confusion" }, head, rows));
    }
    const { pos, neg, mid } = themeColours();
    this.cells.forEach((cells, row) => {
      const total = confusion.subarray(row * 10, row * 10 + 10).reduce((sum, count) => sum + count, 0) || 1;
      cells.forEach((cell, column) => {
        const count = confusion[row * 10 + column];
        const part = Math.min(1, row === column ? (0.4 * count) / total : Math.sqrt(count / total) * 0.5);
        const colour = row === column ? pos : neg;
        cell.textContent = count || "";
        cell.style.background = `rgb(${mid.map((from, c) => from + (colour[c] - from) * part).join(" ")})`;
      });
    });
  }
  paintWrong({ wrong, n, onTrain }) {
    const part = onTrain ? this.digits.train : this.digits.test;
    const shown = Math.min(MOST_WRONG, wrong.length);
    const few = Array.from({ length: shown }, (_, k) => wrong[Math.floor((k * wrong.length) / shown)]);
    const figures = few.map(({ place, label, answer }) => {
      const canvas = h("canvas", { class: "pixels thumb", role: "img", "aria-label": `a ${label} taken for a ${answer}` });
      paintGlyph(canvas, part.images.subarray(place * 784, place * 784 + 784));
      return h("figure", {}, canvas, h("figcaption", {}, `${label} → ${answer}`));
    });
    this.wrong.replaceChildren(h("p", { class: "soft" }, `${wrong.length} of ${n} looked at.`), ...figures);
  }
}

function card(title, ...inner) {
  return h("div", { class: "card" }, h("h2", {}, title), inner);
}

function chart(label, kind = "chart") {
  return h("canvas", { class: kind, role: "img", "aria-label": label });
}

function legend() {
  return h("p", { class: "legend" },
    h("span", {}, h("i", {}), "batches"),
    h("span", { class: "two" }, h("i", {}), "test"),
    h("span", { class: "old" }, h("i", {}), "test, the run before"),
  );
}
