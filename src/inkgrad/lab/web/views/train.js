// Train: a network learns in the page, and everything that can be looked at meanwhile is.

import { advice } from "../engine/advice.js";
import { FAULTS } from "../engine/faults.js";
import { readModel } from "../engine/safetensors.js";
import { DEFAULTS } from "../engine/training.js";
import { writeAddress } from "../parts/address.js";
import { Controls, settingsFrom, told } from "../parts/controls.js";
import { button, checkbox, download, h, say } from "../parts/elements.js";
import { Panels } from "../parts/panels.js";

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
    const tools = h(
      "div",
      { class: "row" },
      this.go,
      button("One step", () => this.tell({ kind: "step" })),
      button("Begin again", () => this.anew()),
    );
    const slow = checkbox("slowly, step by step", false, (on) =>
      this.tell({ kind: "slow", slow: on }),
    );
    const out = h(
      "div",
      { class: "row" },
      button("Use it in Draw", () => this.take("draw")),
      button("Save the network", () => this.take("save")),
    );
    this.advice = h("div", { class: "advised", "aria-live": "polite" });
    this.panels = new Panels();
    const left = h(
      "div",
      { class: "stack" },
      h("div", { class: "card stack tools" }, tools, slow, out),
      h("div", { class: "card" }, this.controls.element),
      this.experiments(),
    );
    const right = h("div", { class: "stack" }, this.panels.facts, this.advice, this.panels.others);
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
      { class: "card" },
      h("h2", {}, "What goes wrong"),
      h("p", { class: "soft" }, "Each sets the controls and starts."),
      each,
    );
  }
  async begin() {
    const digits = await this.shelf.digits();
    if (!digits) {
      this.advice.replaceChildren(
        h(
          "div",
          { class: "advice" },
          h(
            "p",
            {},
            "This page holds no digits to learn from: pip install 'inkgrad[data]' brings some.",
          ),
        ),
      );
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
    this.panels.facts.scrollIntoView({ block: "center" });
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
    if (this.where === "save")
      return download("model.safetensors", bytes, "application/octet-stream");
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
    this.panels.paint(state, this.curves, this.old, this.digits);
    this.paintAdvice(state);
  }
  paintAdvice(state) {
    const found = state.steps ? advice(state, this.settings) : [];
    const key = found.map(({ what, button: name }) => what.replace(/[\d.]+/g, "") + name).join();
    if (key === this.advised) return;
    this.advised = key;
    this.advice.replaceChildren(
      ...found.map(({ what, why, change, button: name, live, good }) =>
        h(
          "div",
          { class: `advice ${good ? "good" : ""}` },
          h("p", {}, h("b", {}, what), " ", why),
          change ? button(name, () => this.cure(change, live)) : null,
        ),
      ),
    );
  }
  cure(change, live) {
    this.controls.set({ ...this.settings, ...change });
    this.advised = "";
    this.change(change, !live, true);
  }
}
