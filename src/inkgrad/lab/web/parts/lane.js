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
    this.advice = h("div", { class: "advised", "aria-live": "polite" });
    this.element = h("div", { class: "lane stack" }, this.title, this.facts.element, this.advice);
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
    this.state = message;
    if (message.steps) {
      this.curves.push({ at: message.epoch - 1 + message.part, ...message });
      if (this.curves.length > MOST_POINTS) this.curves = this.curves.filter((_, k) => k % 2);
    }
    this.facts.paint(message);
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
    if (key === this.advised) return;
    this.advised = key;
    this.advice.replaceChildren(
      ...found.map(({ what, why, change, button: name, live, good }) =>
        h(
          "div",
          { class: `advice ${good ? "good" : ""}` },
          h("p", {}, h("b", {}, what), " ", why),
          change ? button(name, () => this.cure(this, change, live)) : null,
        ),
      ),
    );
  }
  // A name for the run among others, and in what it differs; nothing where it is alone.
  name(letter, difference) {
    this.title.hidden = !letter;
    this.title.replaceChildren(`Run ${letter} `, h("small", { class: "soft" }, difference));
  }
}
