// Train: a network learns in the page, and everything that can be looked at meanwhile is.

import { experimentOf, FAULTS } from "../engine/faults.js";
import { architecture } from "../engine/network.js";
import { runProgram } from "../engine/program.js";
import { readModel } from "../engine/safetensors.js";
import { DEFAULTS } from "../engine/training.js";
import { writeAddress } from "../parts/address.js";
import { besideFrom, Controls, difference, settingsFrom, told, toldBeside } from "../parts/controls.js";
import { button, checkbox, download, h, say } from "../parts/elements.js";
import { Lane } from "../parts/lane.js";
import { Panels } from "../parts/panels.js";

const LETTERS = ["A", "B"];

export const trainView = {
  name: "train",
  title: "Train",
  sentence:
    "Train a network on 4,000 digits in this page, change anything while it learns, and watch its weights form; or two of them side by side. The experiments below break it in the ways that training is usually broken.",
  show: (body, state, shelf) => new TrainView(body, state, shelf),
};

class TrainView {
  constructor(body, state, shelf) {
    this.shelf = shelf;
    this.chosen = 0;
    this.lanes = [this.lane(settingsFrom(state))];
    const beside = besideFrom(state);
    if (beside) this.lanes.push(this.lane(beside));
    const { settings } = this.lanes[0];
    this.controls = new Controls(settings, (changed, anew) => this.change(changed, anew));
    this.go = button("Start", () => this.toggle(), { class: "main" });
    this.lay(body);
    this.arrange();
    this.begin();
  }
  lane(settings) {
    return new Lane(settings, {
      heard: (lane) => this.heard(lane),
      cure: (lane, change, live) => this.cure(lane, change, live),
    });
  }
  get current() {
    return this.lanes[this.chosen];
  }
  lay(body) {
    const all = (message) => this.lanes.forEach((lane) => lane.tell(message));
    const tools = h(
      "div",
      { class: "row" },
      this.go,
      button("One step", () => {
        all({ kind: "step" });
        this.shown(false);
      }),
      button("Begin again", () => this.anew()),
    );
    const slow = checkbox("slowly, step by step", false, (on) => {
      this.slow = on;
      all({ kind: "slow", slow: on });
    });
    const out = h(
      "div",
      { class: "row" },
      button("Use it in Draw", () => this.use()),
      button("Save the network", () => this.save()),
      button("As a Python program", () => this.program()),
    );
    this.status = h("p", { class: "soft", role: "status" });
    this.second = h("div", { class: "stack" });
    this.runs = h("div", { class: "runs cards" });
    this.panels = new Panels();
    const left = h(
      "div",
      { class: "stack" },
      h("div", { class: "card stack tools" }, tools, this.status, slow, this.second, out),
      h("div", { class: "card" }, this.controls.element),
      this.experiments(),
    );
    const right = h("div", { class: "stack" }, this.runs, this.panels.others);
    body.append(h("div", { class: "columns train live" }, left, right));
  }
  experiments() {
    const each = FAULTS.map(({ name, settings, look, cure }) =>
      h(
        "details",
        { class: "fault" },
        h("summary", {}, name),
        h("p", {}, look),
        h("p", {}, h("b", {}, "Cure: "), cure),
        button("Run this", () => this.experiment(settings)),
      ),
    );
    return h(
      "div",
      { class: "card faults" },
      h("h2", {}, "What goes wrong"),
      h("p", { class: "soft" }, "Each sets the controls and starts."),
      each,
    );
  }
  // One run or two: their cards, and the buttons that say which the controls are of.
  arrange() {
    this.runs.replaceChildren(...this.lanes.map(({ element }) => element));
    const two = this.lanes.length > 1;
    const chips = LETTERS.map((letter, k) =>
      button(`Run ${letter}`, () => this.choose(k), { "aria-pressed": String(k === this.chosen) }),
    );
    const of = h(
      "div",
      { class: "row", role: "group", "aria-label": "Whose settings and pictures" },
      chips,
      button("Without B", () => this.alone()),
    );
    this.second.replaceChildren(
      two ? of : button("A second run beside it", () => this.beside()),
      two
        ? h("p", { class: "soft" }, "The controls below and the pictures are of the run pressed.")
        : "",
    );
    this.told();
  }
  told() {
    const two = this.lanes.length > 1;
    this.lanes.forEach((lane, k) => {
      const other = this.lanes[1 - k];
      lane.name(two ? LETTERS[k] : "", two ? difference(lane.settings, other.settings) : "");
      lane.explain(experimentOf(lane.settings));
    });
    const [first, second] = this.lanes.map(({ settings }) => settings);
    writeAddress("train", { ...told(first), beside: second ? toldBeside(second) : "" });
  }
  async begin() {
    const digits = await this.shelf.digits();
    if (!digits) {
      const why =
        "This page holds no digits to learn from.";
      this.current.advice.replaceChildren(h("div", { class: "advice" }, h("p", {}, why)));
      this.go.disabled = true;
      return;
    }
    if (this.left) return;
    this.digits = digits;
    for (const lane of this.lanes) lane.start(digits);
    this.shown(false);
  }
  leave() {
    this.left = true;
    for (const lane of this.lanes) lane.leave();
  }
  // A second run with the settings of the first, to be changed; both begin together.
  beside() {
    if (!this.digits) return;
    const { settings } = this.current;
    const lane = this.lane({ ...settings, faults: { ...settings.faults } });
    this.lanes.push(lane);
    lane.start(this.digits);
    if (this.slow) lane.tell({ kind: "slow", slow: true });
    this.anew();
    this.choose(1);
  }
  alone() {
    this.lanes.pop().leave();
    this.choose(0);
  }
  choose(k) {
    this.chosen = k;
    this.controls.set(this.current.settings);
    this.arrange();
    if (this.current.state) this.paint();
    this.shown(this.going());
  }
  going() {
    return this.lanes.some(({ state }) => state?.going);
  }
  toggle() {
    const going = this.going();
    for (const lane of this.lanes) lane.tell({ kind: going ? "pause" : "go" });
    this.shown(!going);
  }
  shown(going) {
    const begun = this.lanes.some(({ state }) => state?.steps);
    this.go.textContent = going ? "Pause" : begun ? "Go on" : "Start";
    const waiting = this.lanes.some((lane) => lane.waiting);
    this.status.textContent = waiting
      ? "Working …"
      : going
        ? "Learning …"
        : begun
          ? "It stands still."
          : "Ready to start.";
  }
  anew() {
    for (const lane of this.lanes) lane.anew();
    this.shown(false);
  }
  change(settings, anew) {
    this.current.change(settings, anew);
    this.told();
  }
  experiment(settings) {
    const lane = this.current;
    lane.settings = { ...DEFAULTS, faults: {}, ...settings };
    this.controls.set(lane.settings);
    this.told();
    lane.anew(true);
    this.shown(true);
    lane.element.scrollIntoView({ block: "start" });
  }
  cure(lane, change, live) {
    lane.advised = "";
    lane.change(change, !live, true);
    if (lane === this.current) this.controls.set(lane.settings);
    this.told();
  }
  heard(lane) {
    this.shown(this.going());
    if (!this.go.isConnected) return; // it goes on while another view is seen
    if (lane === this.current) this.paint();
    else this.panels.paintCurves(this.lanes);
  }
  repaint() {
    if (this.current.state) this.paint();
  }
  paint() {
    this.panels.paint(this.current.state, this.digits);
    this.panels.paintFormulas(this.current.settings.optimizer);
    this.panels.paintCurves(this.lanes);
  }
  async save() {
    download("model.safetensors", await this.current.model(), "application/octet-stream");
  }
  // The chosen run as a program that makes as many epochs as were made here.
  program() {
    if (!this.digits) return;
    const { settings, state } = this.current;
    const { layers } = architecture(settings.network, 10, settings);
    const facts = { epochs: Math.max(1, state?.epoch ?? 1), train: this.digits.train.labels.length };
    download("train_as_in_the_lab.py", runProgram(settings, layers, facts), "text/x-python");
  }
  async use() {
    const bytes = await this.current.model();
    const name = this.shelf.add("trained here", readModel(bytes, "trained here"));
    say(`It is in the lab as “${name}”.`);
    location.hash = `#draw?model=${encodeURIComponent(name)}`;
  }
}
