// One training run of the view Train: its settings, the worker that it runs in, what was told of it.

import { advice } from "../engine/advice.js";
import { button, h } from "./elements.js";
import { helper } from "./helper.js";
import { Facts } from "./panels.js";

const MOST_POINTS = 1500; // of a curve

export class Lane {
  // `heard` is called after everything that the worker tells, `cure` with settings to be changed.
  constructor(settings, { heard, cure }) {
    Object.assign(this, { settings, heard, cure });
    [this.curves, this.old, this.state] = [[], null, null];
    this.title = h("h2", { class: "of-run", hidden: true });
    this.facts = new Facts();
    this.facts.wait();
    this.experiment = h("div", { class: "card experiment", hidden: true });
    this.advice = h("div", { class: "advised" });
    // Read out only when the advice is another: its numbers change with every look.
    this.aloud = h("p", { class: "unseen", "aria-live": "polite" });
    this.stopped = h("p", { class: "stopped", role: "status" });
    this.element = h(
      "div",
      { class: "lane stack" },
      ...[this.title, this.experiment, this.facts.element, this.stopped, this.advice, this.aloud],
    );
  }
  start({ train, test }) {
    this.helper = helper((message) => this.hear(message));
    this.tell({ kind: "data", data: { train, test } });
    this.tell({ kind: "new", settings: this.settings });
  }
  leave() {
    this.helper?.end();
  }
  tell(message) {
    if (["new", "step", "go", "pause"].includes(message.kind)) this.waiting = true;
    this.helper?.tell(message);
  }
  // Begin again with the settings as they are; the curves so far stay, faint.
  anew(go = false) {
    if (this.curves.length > 1) this.old = this.curves;
    this.curves = [];
    this.advised = "";
    this.tell({ kind: "new", settings: this.settings });
    if (go) this.tell({ kind: "go" });
  }
  change(settings, anew, go = false) {
    Object.assign(this.settings, settings);
    if (anew) this.anew(go || this.state?.going);
    else this.tell({ kind: "change", settings });
  }
  hear(message) {
    if (message.kind === "model") return this.handed(message.bytes);
    [this.state, this.waiting] = [message, false];
    if (message.steps) {
      this.curves.push({ at: message.epoch - 1 + message.part, ...message });
      if (this.curves.length > MOST_POINTS) this.curves = this.curves.filter((_, k) => k % 2);
    }
    this.facts.paint(message);
    this.paintStopped(message);
    this.paintAdvice();
    return this.heard(this);
  }
  // The bytes of the network as it is now.
  model() {
    return new Promise((resolve) => {
      this.handed = resolve;
      this.tell({ kind: "model" });
    });
  }
  paintAdvice() {
    const found = this.state.steps ? advice(this.state, this.settings) : [];
    const key = found.map(({ what, button: name }) => what.replace(/[\d.]+/g, "") + name).join();
    if (key !== this.advised) {
      this.advised = key;
      this.pieces = found.map((piece) => this.piece(piece));
      this.advice.replaceChildren(...this.pieces.map(({ element }) => element));
      this.aloud.textContent = found.map(({ what, why }) => `${what} ${why}`).join(" ");
    }
    // The numbers as they are now; the button stays, so that a click on it is not lost.
    found.forEach(({ what, why }, k) => {
      this.pieces[k].what.textContent = what;
      this.pieces[k].why.textContent = ` ${why}`;
    });
  }
  piece({ change, button: name, live, good }) {
    const [what, why] = [h("b", {}), h("span", {})];
    const cure = change && button(name, () => this.cure(this, change, live));
    const element = h("div", { class: `advice ${good ? "good" : ""}` }, h("p", {}, what, why), cure);
    return { what, why, element };
  }
  // Why a run stands still that nobody stopped.
  paintStopped({ broken, going, steps }) {
    const stopped = broken && !going && steps > broken;
    this.stopped.textContent = stopped
      ? `The run stopped by itself at step ${steps}: from step ${broken} on the loss is infinite or no number.`
      : "";
  }
  // What to look at, and the cure, where the settings are those of an experiment.
  explain(experiment) {
    this.experiment.hidden = !experiment;
    if (!experiment) return;
    this.experiment.replaceChildren(
      h("h3", {}, `Experiment: ${experiment.name}`),
      h("p", {}, experiment.look),
      h("p", {}, h("b", {}, "Cure: "), experiment.cure),
    );
  }
  // A name for the run among others, and in what it differs; nothing where it is alone.
  name(letter, difference) {
    this.title.hidden = !letter;
    this.title.replaceChildren(`Run ${letter} `, h("small", { class: "soft" }, difference));
  }
}
