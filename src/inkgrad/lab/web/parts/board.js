// The paper that one draws on: with a mouse, a pen, a finger or the keyboard; strokes can be taken
// back, written into a link and read from it.

import { toGlyph } from "../engine/glyph.js";
import { h } from "./elements.js";

export const BOARD = 448; // pixels of the paper, each way
const APART = 5; // pixels between points that are kept
const KEY_STEP = 14; // pixels that an arrow key moves the pen

export class Board {
  // `changed` is called after every change, at most once a frame.
  constructor(changed, thickness = 34) {
    this.canvas = h("canvas", {
      class: "board",
      width: BOARD,
      height: BOARD,
      tabindex: 0,
      role: "img",
      "aria-label":
        "Paper to draw on. Arrow keys move the pen, space puts it down or lifts it, backspace undoes.",
    });
    this.context = this.canvas.getContext("2d", { willReadFrequently: true });
    this.thickness = thickness;
    this.strokes = []; // {thickness, points: [[x, y], ...]}
    this.glyph = null; // a digit of a data set, or of a photo, under the strokes
    this.changed = changed;
    this.pen = { x: BOARD / 2, y: BOARD / 4, down: false };
    this.listen();
    this.paint();
  }
  listen() {
    const { canvas } = this;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button > 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.begin(this.place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.stroke || this.pen.down) return;
      const every = event.getCoalescedEvents?.() ?? [];
      for (const each of every.length ? every : [event]) this.extend(this.place(each));
      this.later();
    });
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, () => {
        if (!this.pen.down) this.stroke = null;
      });
    }
    canvas.addEventListener("keydown", (event) => this.key(event));
  }
  place(event) {
    const box = this.canvas.getBoundingClientRect();
    const along = (at, from, wide) => Math.round(((at - from) / wide) * BOARD);
    return [along(event.clientX, box.left, box.width), along(event.clientY, box.top, box.height)];
  }
  begin(point) {
    this.stroke = { thickness: this.thickness, points: [point] };
    this.strokes.push(this.stroke);
    this.later();
  }
  extend([x, y]) {
    const [lastX, lastY] = this.stroke.points.at(-1);
    if (Math.hypot(x - lastX, y - lastY) >= APART) this.stroke.points.push([x, y]);
  }
  key(event) {
    const moves = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    const { pen } = this;
    if (event.key in moves) {
      const [x, y] = moves[event.key];
      pen.x = Math.min(BOARD, Math.max(0, pen.x + x * KEY_STEP));
      pen.y = Math.min(BOARD, Math.max(0, pen.y + y * KEY_STEP));
      if (pen.down) this.extend([pen.x, pen.y]);
    } else if (event.key === " ") {
      pen.down = !pen.down;
      if (pen.down) this.begin([pen.x, pen.y]);
      else this.stroke = null;
    } else if (event.key === "Backspace") this.undo();
    else return;
    event.preventDefault();
    this.cursor = true;
    this.later();
  }
  undo() {
    if (this.strokes.length) this.strokes.pop();
    else this.glyph = null;
    [this.stroke, this.pen.down] = [null, false];
    this.later();
  }
  clear(glyph = null) {
    [this.strokes, this.glyph, this.stroke, this.pen.down] = [[], glyph, null, false];
    this.later();
  }
  later() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.changed(this.form());
    });
  }
  // The 28x28 form of what is on the paper now, (28, 28) bytes; null where there is no ink.
  form() {
    this.paint();
    if (this.glyph && !this.strokes.length) return this.glyph;
    const { data } = this.context.getImageData(0, 0, BOARD, BOARD);
    const ink = new Uint8Array(BOARD * BOARD);
    for (let k = 0; k < ink.length; k++) ink[k] = 255 - data[4 * k + 1];
    const form = toGlyph(ink, BOARD, BOARD);
    if (this.cursor) this.showPen();
    return form;
  }
  paint() {
    const { context } = this;
    context.fillStyle = "#fff";
    context.fillRect(0, 0, BOARD, BOARD);
    if (this.glyph) this.paintGlyphUnder();
    [context.strokeStyle, context.lineCap, context.lineJoin] = ["#000", "round", "round"];
    for (const { thickness, points } of this.strokes) {
      context.lineWidth = thickness;
      context.beginPath();
      context.moveTo(...points[0]);
      if (points.length === 1) context.lineTo(points[0][0] + 0.1, points[0][1]);
      // Through the middles between points, bent at the points: what a hand draws has no corners.
      for (let k = 1; k < points.length - 1; k++) {
        const [[x, y], [nextX, nextY]] = [points[k], points[k + 1]];
        context.quadraticCurveTo(x, y, (x + nextX) / 2, (y + nextY) / 2);
      }
      if (points.length > 1) context.lineTo(...points.at(-1));
      context.stroke();
    }
  }
  paintGlyphUnder() {
    const small = document.createElement("canvas");
    [small.width, small.height] = [28, 28];
    const image = new ImageData(28, 28);
    this.glyph.forEach((value, k) => image.data.set([0, 0, 0, value], 4 * k));
    small.getContext("2d").putImageData(image, 0, 0);
    this.context.imageSmoothingQuality = "high";
    this.context.drawImage(small, 0, 0, BOARD, BOARD);
  }
  showPen() {
    const { context, pen } = this;
    context.fillStyle = pen.down ? "#2f49c8" : "#9aabff";
    context.beginPath();
    context.arc(pen.x, pen.y, 9, 0, 7);
    context.fill();
  }
  // The strokes in few letters: two for each number, in base 36.
  toString() {
    const two = (value) => Math.max(0, Math.min(1295, value)).toString(36).padStart(2, "0");
    return this.strokes
      .map(
        ({ thickness, points }) =>
          two(thickness) + points.map(([x, y]) => two(x) + two(y)).join(""),
      )
      .join(".");
  }
  read(text) {
    this.strokes = text
      .split(".")
      .filter((part) => /^[0-9a-z]{6,}$/.test(part) && part.length % 4 === 2)
      .map((part) => {
        const numbers = part.match(/../g).map((each) => parseInt(each, 36));
        const points = [];
        for (let k = 1; k < numbers.length; k += 2) points.push([numbers[k], numbers[k + 1]]);
        return { thickness: numbers[0], points };
      });
    this.later();
  }
}
