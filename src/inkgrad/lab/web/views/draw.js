// Draw: what a network makes of a drawing, layer by layer, while the pen moves.

import { pixelsOf } from "../contents.js";
import { fromPhoto } from "../engine/photo.js";
import { writeAddress } from "../parts/address.js";
import { Board } from "../parts/board.js";
import { button, checkbox, fileButton, h, say, slider } from "../parts/elements.js";
import { takeFile } from "../parts/incoming.js";
import { paintGlyph } from "../parts/paint.js";
import { Reader } from "../parts/reader.js";

const THICKNESSES = [8, 14, 20, 26, 34, 42, 52, 64];

export const drawView = {
  name: "draw",
  title: "Draw",
  sentence:
    "Draw a digit and watch every layer answer while the pen moves. Point at a probability to see what speaks for and against it, at a unit to see what it looks for.",
  show: (body, state, shelf) => new DrawView(body, state, shelf),
};

class DrawView {
  constructor(body, state, shelf) {
    this.shelf = shelf;
    this.board = new Board((glyph) => this.read(glyph), +state.pen || 34);
    this.form = h("canvas", {
      class: "pixels glyph",
      role: "img",
      "aria-label": "The 28 by 28 pixels that the network sees",
    });
    this.time = h("small", { class: "soft" });
    const known = (name) => (shelf.names.includes(name) ? name : "");
    this.readers = [new Reader(this, known(state.model) || shelf.names[0] || "")];
    if (known(state.beside)) this.readers.push(new Reader(this, state.beside));
    this.answers = h("div", { class: "cards answers" });
    this.inside = h("div", { class: "inside" });
    this.all = state.all === "1";
    body.append(
      h(
        "div",
        { class: "columns draw" },
        this.paper(),
        h("div", { class: "stack" }, this.answers, this.inside),
      ),
    );
    this.opening = Boolean(state.digit);
    this.arrange();
    if (state.digit) this.testDigit(+state.digit);
    if (state.ink) this.board.read(state.ink);
    else this.board.later();
  }
  paper() {
    const { board } = this;
    const pen = slider("Thickness", THICKNESSES, board.thickness, (to) => (board.thickness = to));
    return h(
      "div",
      { class: "stack" },
      board.canvas,
      h(
        "div",
        { class: "row pens" },
        button("Clear", () => this.clear(), { class: "main" }),
        button("Undo", () => board.undo()),
        button("A test digit", () => this.testDigit()),
        fileButton("Photo…", "image/*", (file) => this.picture(file)),
        button("Save as PNG", () => this.save()),
      ),
      pen,
      h(
        "div",
        { class: "card sees" },
        h("h2", {}, "What the network sees"),
        this.form,
        h(
          "p",
          { class: "soft seen" },
          "Whatever is drawn is cropped to its ink, fitted to 20 pixels and centred by its mass in 28 × 28, as MNIST was made. ",
          this.time,
        ),
      ),
      fileButton("Open a network (.safetensors)…", ".safetensors", (file) =>
        takeFile(file, this.shelf, this),
      ),
    );
  }
  arrange() {
    this.answers.replaceChildren(...this.readers.map((reader) => reader.element()));
    this.inside.replaceChildren(
      h(
        "div",
        { class: "row spread" },
        h("h2", {}, "Inside"),
        checkbox("every layer", this.all, (on) => {
          this.all = on;
          this.arrange();
        }),
      ),
      h(
        "div",
        { class: this.readers.length > 1 ? "columns half" : "" },
        this.readers.map((reader) =>
          h("div", { class: "card" }, h("h3", {}, reader.name), reader.inside()),
        ),
      ),
    );
    this.read(this.glyph ?? null);
  }
  // Take a new form of the drawing, (28, 28) bytes or null, through all networks.
  read(glyph) {
    const begun = performance.now();
    this.glyph = glyph;
    for (const reader of this.readers) reader.read(glyph);
    paintGlyph(this.form, glyph);
    const took = performance.now() - begun;
    this.time.textContent = glyph ? `This took ${took.toFixed(0)} ms.` : "";
    this.time.dataset.milliseconds = took;
    this.remember();
  }
  remember() {
    clearTimeout(this.remembering);
    if (this.opening) return; // the link asks for a digit that is not here yet
    this.remembering = setTimeout(() => {
      const [model, beside] = this.readers.map(({ name }) => name);
      const ink = String(this.board);
      const digit = this.board.glyph ? this.digit : "";
      const all = this.all ? 1 : "";
      writeAddress("draw", { model, beside, pen: this.board.thickness, all, digit, ink });
    }, 250);
  }
  // A link to another network: what is drawn stays.
  follow({ model, ...others }) {
    if (Object.keys(others).length || !this.shelf.names.includes(model)) return false;
    this.choose(this.readers[0], model);
    return true;
  }
  repaint() {
    this.board.later();
  }
  leave() {
    clearTimeout(this.remembering);
  }
  clear() {
    this.digit = "";
    this.board.clear();
  }
  async testDigit(number) {
    const digits = await this.shelf.digits();
    this.opening = false;
    if (!digits) return say("This page holds no digits.");
    const count = digits.test.labels.length;
    this.digit = Number.isInteger(number)
      ? Math.min(count - 1, Math.max(0, number))
      : Math.floor(Math.random() * count);
    const image = digits.test.images.slice(this.digit * 784, this.digit * 784 + 784);
    const strokes = Number.isInteger(number) ? this.board.strokes : [];
    this.board.clear(image);
    this.board.strokes = strokes;
    return undefined;
  }
  async picture(file) {
    try {
      const { data, width, height } = pixelsOf(await createImageBitmap(file), 256);
      const grey = Float32Array.from(
        { length: width * height },
        (_, k) => 0.299 * data[4 * k] + 0.587 * data[4 * k + 1] + 0.114 * data[4 * k + 2],
      );
      const glyph = fromPhoto(grey, height, width);
      if (!glyph) throw new Error("shows no ink that stands out from the paper");
      this.digit = "";
      this.board.clear(glyph);
    } catch (error) {
      say(`${file.name}: ${error.message}`);
    }
  }
  save() {
    this.board.paint();
    const link = h("a", {
      href: this.board.canvas.toDataURL("image/png"),
      download: "drawing.png",
    });
    link.click();
  }
  models() {
    this.arrange();
  }
  choose(reader, name) {
    const place = this.readers.indexOf(reader);
    this.readers[place] = new Reader(this, name);
    this.arrange();
  }
  compare(name) {
    this.readers.length = 1;
    if (name) this.readers.push(new Reader(this, name));
    this.arrange();
  }
}
