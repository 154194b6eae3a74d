// Edit: take weights out of a network, disturb and round them, and see what it still knows.

import { edited, weightsLeft } from "../engine/editing.js";
import { counted, percent } from "../engine/figures.js";
import { withoutScores, writeModel } from "../engine/safetensors.js";
import { shareRight } from "../engine/testing.js";
import { writeAddress } from "../parts/address.js";
import { offFrom, SCALES, SHIFTS, toldOff, toldTuned, tunedFrom } from "../parts/edited-units.js";
import { button, choice, download, h, say, slider } from "../parts/elements.js";
import { Asker } from "../parts/helper.js";
import { frame } from "../parts/matrix.js";
import { mapAt, paintMaps } from "../parts/paint.js";

const LEAST_UNIT = 26; // pixels of a unit's picture, so that a finger meets it
const PARTS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98];
const NOISES = [0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5];
const BITS = [2, 3, 4, 5, 6, 8, 32];

export const editView = {
  name: "edit",
  title: "Edit",
  sentence:
    "Switch units off, scale and shift them, take the smallest weights out, add noise, round to a few bits: how much of a network can go before it forgets its digits?",
  show: (body, state, shelf) => new EditView(body, state, shelf),
};

class EditView {
  constructor(body, state, shelf) {
    [this.body, this.shelf] = [body, shelf];
    this.name = state.model;
    const known = (values, value, usual) => (values.includes(+value) ? +value : usual);
    this.changes = {
      prune: known(PARTS, state.prune, 0),
      noise: known(NOISES, state.noise, 0),
      bits: known(BITS, state.bits, 32),
    };
    this.linked = { off: state.off, tuned: state.tuned };
    this.start();
  }
  async start() {
    this.digits = await this.shelf.digits();
    const { names } = this.shelf;
    if (!names.includes(this.name)) this.name = names[0];
    this.body.replaceChildren();
    if (!this.name) return this.body.append(h("p", {}, "There is no network in this page yet."));
    if (this.digits) this.asker = new Asker(this.digits.test);
    this.lay();
    this.choose(this.name);
    return undefined;
  }
  lay() {
    const set = (name) => (value) => this.change({ [name]: value });
    this.networks = choice("Network", this.shelf.names, this.name, (name) => this.choose(name));
    this.told = h("dl", { class: "facts" });
    this.units = h("div", { class: "stack" });
    this.unit = h("div", { class: "stack chosen-unit" });
    const controls = h(
      "div",
      { class: "card stack" },
      this.networks,
      slider("Smallest weights taken out", PARTS, this.changes.prune, set("prune"), (part) =>
        percent(part, 0),
      ),
      slider("Noise, by the weights' own spread", NOISES, this.changes.noise, set("noise")),
      slider("Bits a weight", BITS, this.changes.bits, set("bits")),
      h(
        "div",
        { class: "row" },
        button("Use it in Draw", () => this.use()),
        button("Save it", () =>
          download(
            "edited.safetensors",
            writeModel(this.network, withoutScores(this.model.about)),
            "application/octet-stream",
          ),
        ),
      ),
    );
    const right = h(
      "div",
      { class: "stack" },
      h("div", { class: "card" }, this.told),
      h(
        "div",
        { class: "card units" },
        h("h2", {}, "Units"),
        h(
          "p",
          { class: "soft" },
          "Click one to switch it off, and again to have it back. With the keyboard: arrow keys and Enter. The sliders are of the one that is framed; those that are off are crossed out, those that are scaled or shifted have a dot.",
        ),
        this.unit,
        this.units,
      ),
    );
    this.body.append(h("div", { class: "columns train" }, controls, right));
  }
  choose(name) {
    [this.name, this.model] = [name, this.shelf.model(name)];
    this.picked = null;
    const { network } = this.model;
    Object.assign(this.changes, { off: offFrom(this.linked.off, network), tuned: tunedFrom(this.linked.tuned, network) });
    this.linked = {};
    this.rows = this.model.network.layers.flatMap((layer, place) =>
      layer.W && place < this.model.network.layers.length - 1 ? [this.row(layer, place)] : [],
    );
    this.units.replaceChildren(...this.rows.map(({ element }) => element));
    const first = Object.entries(this.changes.tuned)[0];
    this.pick(first ? +first[0] : this.rows[0]?.place, first ? +Object.keys(first[1])[0] : 0);
    this.change({});
  }
  // The weights of a layer, unit by unit, to be switched off by a click.
  row(layer, place) {
    const { shape } = this.model.network.tensors.find(
      (each) => each.place === place && each.name === "W",
    );
    const units = shape.at(-1);
    const pixels = shape[0] === 784;
    const strips = shape.length === 2 && !pixels;
    const grid = pixels
      ? { h: 28, w: 28, c: units, across: 16 }
      : strips
        ? { h: 1, w: 1, c: units, across: Math.min(units, 32) }
        : { h: shape[0], w: shape[1], c: units, across: Math.min(units, 32) };
    const canvas = h("canvas", {
      class: "pixels first",
      tabindex: 0,
      role: "img",
      "aria-label": `Units of layer ${place + 1}, ${layer.name}`,
    });
    const status = h("small", { class: "soft", "aria-live": "polite" });
    const marks = h("div", {});
    const sheet = h("div", { class: "sheet wide" }, canvas, marks);
    sheet.style.minWidth = `${grid.across * LEAST_UNIT}px`;
    canvas.style.minHeight = `${Math.ceil(units / grid.across) * LEAST_UNIT}px`;
    let at = 0;
    const toggle = (unit) => {
      if (unit < 0) return;
      const off = new Set(this.changes.off[place] ?? []);
      if (!off.delete(unit)) off.add(unit);
      at = unit;
      this.pick(place, unit);
      this.change({ off: { ...this.changes.off, [place]: [...off] } });
    };
    canvas.addEventListener("click", (event) => toggle(mapAt(canvas, event, grid)));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.across, ArrowUp: -grid.across }[
        event.key
      ];
      if (step) at = Math.min(units - 1, Math.max(0, at + step));
      else if (event.key === "Enter") toggle(at);
      else return;
      event.preventDefault();
      this.pick(place, at);
      this.mark();
      marks.querySelector(".picked-unit").scrollIntoView({ block: "nearest", inline: "nearest" });
    });
    return {
      ...{ place, grid, canvas, marks, status },
      element: h(
        "div",
        {},
        h("h3", {}, `Layer ${place + 1}, ${layer.name}, ${units} units `, status),
        h("div", { class: "framed units-of" }, sheet),
      ),
    };
  }
  // The sliders for one unit: what it answers, scaled and shifted.
  pick(place, unit) {
    if (place === undefined) return;
    this.picked = { place, unit };
    const [scale, shift] = this.changes.tuned[place]?.[unit] ?? [1, 0];
    const set = (to) => {
      const now = { ...this.changes.tuned[place] };
      const [before, after] = now[unit] ?? [1, 0];
      now[unit] = [to.scale ?? before, to.shift ?? after];
      if (now[unit].join() === "1,0") delete now[unit];
      this.change({ tuned: { ...this.changes.tuned, [place]: now } });
    };
    this.unit.replaceChildren(
      h("h3", {}, `Unit ${unit + 1} of layer ${place + 1}`),
      h(
        "div",
        { class: "columns half" },
        slider("What it answers, times", SCALES, scale, (to) => set({ scale: to })),
        slider("and plus", SHIFTS, shift, (to) => set({ shift: to })),
      ),
    );
  }
  change(changes) {
    Object.assign(this.changes, changes);
    this.network = edited(this.model.network, this.changes);
    const { prune, noise, bits } = this.changes;
    writeAddress("edit", {
      model: this.name,
      prune: prune || "",
      noise: noise || "",
      bits: bits < 32 ? bits : "",
      off: toldOff(this.changes.off),
      tuned: toldTuned(this.changes.tuned),
    });
    for (const row of this.rows) this.paintRow(row);
    this.mark();
    this.test();
  }
  // Frame the unit that was chosen, cross those that are off, dot those that are scaled or shifted.
  mark() {
    for (const { place, grid, canvas, marks, status } of this.rows) {
      const { off, tuned } = this.changes;
      const units = [
        ...(off[place] ?? []).map((unit) => ["off", unit]),
        ...Object.keys(tuned[place] ?? {}).map((unit) => ["tuned", +unit]),
        ...(this.picked?.place === place ? [["picked-unit", this.picked.unit]] : []),
      ];
      marks.replaceChildren(
        ...units.map(([kind, map]) => {
          const element = h("i", { class: `mark ${kind}` });
          frame(element, canvas, grid, { map });
          return element;
        }),
      );
      const picked = this.picked?.place === place ? this.picked.unit : null;
      const switched = off[place]?.includes(picked) ? ", off" : "";
      status.textContent = picked === null ? "" : `unit ${picked + 1}${switched}`;
    }
  }
  // How many test digits are still right: at first of those so far, at last of all.
  async test() {
    this.done = false;
    this.tell();
    if (!this.digits) return;
    const model = { network: this.network, about: this.model.about };
    const answered = await this.asker.ask(model, { soFar: (told) => this.tell(told) });
    if (!answered) return;
    this.done = true;
    this.tell(answered);
  }
  paintRow({ place, grid, canvas }) {
    const layer = this.network.layers[place];
    const units = layer.b.length;
    const inputs = layer.W.length / units / (grid.h * grid.w);
    const sums = new Float32Array(grid.h * grid.w * units);
    // The mean over what comes in, where that is more than can be shown.
    layer.W.forEach((value, k) => {
      const cell = Math.floor(k / (inputs * units));
      sums[cell * units + (k % units)] += grid.h > 1 ? value : Math.abs(value);
    });
    paintMaps(canvas, sums, grid);
  }
  tell({ found, of } = {}) {
    const { left, all } = weightsLeft(this.network);
    const tested = of ? `${found.length} of ${counted(of)}` : found && counted(found.length);
    const facts = [
      ["Right in the test", found ? percent(shareRight(found)) : "…"],
      ["Digits tested", tested ?? "…"],
      ["Weights left", `${counted(left)} of ${counted(all)}`],
      ["Size, by its bits", `${((left * this.changes.bits) / 8000).toFixed(0)} kB`],
    ];
    this.told.replaceChildren(
      ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
    );
  }
  use() {
    const name = this.shelf.add(`${this.name} edited`, {
      network: this.network,
      about: withoutScores(this.model.about),
    });
    say(`It is in the lab as “${name}”.`);
    location.hash = `#draw?model=${encodeURIComponent(name)}`;
  }
  // A network came in.
  models() {
    if (this.networks) this.networks.offer(this.shelf.names);
    else this.start();
  }
  repaint() {
    for (const row of this.rows ?? []) this.paintRow(row);
    if (this.rows && !this.done) this.test();
  }
  // While another view is seen nothing is computed here.
  away() {
    if (!this.done) this.asker?.stop();
  }
  leave() {
    this.asker?.leave();
  }
}
