// Your own digits: drawings kept as a data set, and a network adapted to the hand that drew them.

import { adapted } from "../engine/adapting.js";
import { counted, percent } from "../engine/figures.js";
import { writeNpz } from "../engine/npz.js";
import { adaptingProgram } from "../engine/program.js";
import { writeModel } from "../engine/safetensors.js";
import { answersOf, isLarge, shareRight, someDigits } from "../engine/testing.js";
import { writeAddress } from "../parts/address.js";
import { Board } from "../parts/board.js";
import { button, choice, download, h, say } from "../parts/elements.js";
import { Asker } from "../parts/helper.js";
import { paintGlyph } from "../parts/paint.js";

const KEPT = "inkgrad lab, digits"; // where the browser keeps them
const LEAST = 10; // digits to adapt from
const HELD = 3; // every so-manieth digit is not learned from
const BESIDE = [400, 100]; // digits of others to learn from beside them; with a large network

export const ownView = {
  name: "own",
  title: "Your digits",
  sentence:
    "Draw digits in your own hand, say what each is, and adapt a network to them on the spot; it is tested on those of yours that it did not learn from, and on everybody's.",
  show: (body, state, shelf) => new OwnView(body, state, shelf),
};

class OwnView {
  constructor(body, state, shelf) {
    this.shelf = shelf;
    this.name = shelf.names.includes(state.model) ? state.model : (shelf.names[0] ?? "");
    this.digits = kept();
    this.board = new Board((glyph) => (this.glyph = glyph));
    this.labels = h(
      "div",
      { class: "row", role: "group", "aria-label": "What it is" },
      [...Array(10).keys()].map((label) => button(String(label), () => this.keep(label))),
    );
    this.count = h("p", { class: "soft", "aria-live": "polite" });
    this.list = h("div", { class: "wrong" });
    this.found = h("div", { "aria-live": "polite" });
    this.go = button("Adapt it to my digits", () => this.adapt(), { class: "main" });
    this.networks = choice("Network", shelf.names, this.name, (name) => {
      this.name = name;
      writeAddress("own", { model: name });
    });
    body.append(
      h(
        "div",
        { class: "columns draw" },
        h(
          "div",
          { class: "stack" },
          this.board.canvas,
          h("h2", {}, "This is a"),
          this.labels,
          h(
            "div",
            { class: "row" },
            button("Clear", () => this.board.clear()),
            button("Undo", () => this.board.undo()),
          ),
        ),
        h(
          "div",
          { class: "stack" },
          h(
            "div",
            { class: "card stack adapting" },
            h("h2", {}, "Adapt a network"),
            this.networks,
            h("div", { class: "row" }, this.go),
            this.found,
          ),
          h(
            "div",
            { class: "card stack" },
            h("h2", {}, "Kept so far"),
            this.count,
            this.list,
            h(
              "div",
              { class: "row" },
              button("Save as .npz", () => this.save()),
              button("Throw all away", () => this.forget()),
            ),
            h(
              "p",
              { class: "soft" },
              "They stay in this browser. inkgrad train --data digits.npz learns from the file.",
            ),
          ),
        ),
      ),
    );
    writeAddress("own", { model: this.name });
    this.paint();
  }
  keep(label) {
    if (!this.glyph) return say("Draw a digit first, then say what it is.");
    this.digits.push({ image: this.glyph.slice(), label });
    this.board.clear();
    return this.changed();
  }
  changed() {
    try {
      const told = this.digits.map(({ image, label }) => [
        label,
        btoa(String.fromCharCode(...image)),
      ]);
      localStorage.setItem(KEPT, JSON.stringify(told));
    } catch {
      // A browser that keeps nothing: they are here until the page is closed.
    }
    this.paint();
  }
  paint() {
    const { digits } = this;
    this.count.textContent = digits.length
      ? `${digits.length} digits. Click one to take it out.`
      : "None yet: about thirty, three of each, tell much.";
    this.go.disabled = digits.length < LEAST || !this.name;
    this.go.textContent =
      digits.length < LEAST ? `Adapt it (from ${LEAST} digits on)` : "Adapt it to my digits";
    this.list.replaceChildren(
      ...digits.map(({ image, label }, k) => {
        const canvas = h("canvas", { class: "pixels thumb", "aria-hidden": "true" });
        paintGlyph(canvas, image);
        return h(
          "button",
          {
            type: "button",
            class: "kept",
            "aria-label": `Take out the ${label}`,
            onclick: () => this.without(k),
          },
          canvas,
          String(label),
        );
      }),
    );
  }
  without(k) {
    this.digits.splice(k, 1);
    this.changed();
  }
  forget() {
    this.digits = [];
    this.changed();
  }
  async adapt() {
    const everybody = await this.shelf.digits();
    if (!everybody)
      return say("This page holds no digits of others.");
    const model = this.shelf.model(this.name);
    const learned = this.digits.filter((_, k) => k % HELD);
    const held = this.digits.filter((_, k) => !(k % HELD));
    const others = someDigits(everybody.train, BESIDE[+isLarge(model.network)]);
    this.go.disabled = true;
    this.found.replaceChildren(h("p", { class: "soft" }, "Learning …"));
    const pause = () => new Promise((resolve) => setTimeout(resolve));
    const after = await adapted(model, [...repeated(learned, others.length), ...others], pause);
    const own = [];
    for (const each of [model, after]) own.push(shareRight(await answersOf(each, held)));
    this.go.disabled = false;
    const program = () => this.program(model, others.length);
    this.tell(own, { held: held.length, after, program });
    return this.test([model, after], everybody.test);
  }
  // Both networks on everybody's digits, at the same time, each in a worker of its own.
  async test(models, digits) {
    this.askers ??= models.map(() => new Asker(digits));
    const sofar = models.map(() => []);
    const told = (k) => ({ found }) => {
      sofar[k] = found;
      this.tellEverybody(sofar, digits.labels.length);
    };
    const ask = async (model, k) => {
      const answered = await this.askers[k].ask(model, { soFar: told(k) });
      if (answered) told(k)(answered);
    };
    await Promise.all(models.map(ask));
  }
  // What is right of as many of everybody's digits as both networks have answered.
  tellEverybody(answers, of) {
    const n = Math.min(...answers.map(({ length }) => length));
    const [name, ...cells] = this.everybody.children;
    name.textContent = n < of ? `everybody's, ${n} of ${counted(of)} so far` : `${counted(of)} of everybody's`;
    cells.forEach((cell, k) => {
      cell.textContent = n ? percent(shareRight(answers[k].slice(0, n))) : "…";
    });
  }
  // What was just done, as a program with these digits in it.
  program(model, others) {
    const { network, about, shipped } = model;
    const opened = { name: this.name, shipped, bytes: writeModel(network, about) };
    const text = adaptingProgram(this.digits, opened, { held: HELD, others });
    download("adapt_as_in_the_lab.py", text, "text/x-python");
  }
  tell(own, { held, after, program }) {
    const line = (...cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell)));
    this.everybody = line("everybody's", "…", "…");
    const use = () => {
      const name = this.shelf.add(`${this.name} for me`, after);
      location.hash = `#draw?model=${encodeURIComponent(name)}`;
    };
    this.found.replaceChildren(
      h(
        "div",
        { class: "scroll" },
        h(
          "table",
          {},
          h("tr", {}, h("th", {}, "right of"), h("th", {}, "before"), h("th", {}, "adapted")),
          line(`${held} of yours, not learned from`, ...own.map((share) => percent(share))),
          this.everybody,
        ),
      ),
      h(
        "div",
        { class: "row adapted" },
        button("Use it in Draw", use),
        button("Save the network", () =>
          download(
            "adapted.safetensors",
            writeModel(after.network, after.about),
            "application/octet-stream",
          ),
        ),
        button("As a Python program", program),
      ),
    );
  }
  // A network came in.
  models() {
    this.networks.offer(this.shelf.names);
    this.name ||= this.shelf.names[0];
    this.paint();
  }
  repaint() {
    this.board.later();
    this.paint();
  }
  leave() {
    for (const asker of this.askers ?? []) asker.leave();
  }
  save() {
    if (!this.digits.length) return say("There are no digits to save yet.");
    const values = new Uint8Array(this.digits.length * 784);
    this.digits.forEach(({ image }, k) => values.set(image, k * 784));
    const labels = Uint8Array.from(this.digits, ({ label }) => label);
    const arrays = {
      images: { shape: [labels.length, 28, 28], values },
      labels: { shape: [labels.length], values: labels },
    };
    return download("digits.npz", writeNpz(arrays), "application/zip");
  }
}

// Digits over and over, to so many.
function repeated(digits, count) {
  return Array.from({ length: count }, (_, k) => digits[k % digits.length]);
}

// The digits that the browser has kept; none where it keeps nothing.
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]").map(([label, text]) => ({
      label,
      image: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)),
    }));
  } catch {
    return [];
  }
}
