// A map of the test digits: each where its answer in one layer lies, along the two directions in
// which these answers differ most.

import { counted, percent } from "../engine/figures.js";
import { choice, h } from "./elements.js";
import { Asker } from "./helper.js";
import { paintGlyph } from "./paint.js";

const MOST_VALUES = 8e6; // of all answers together: of a wide layer fewer digits are looked at
const MARGIN = 14; // pixels around the map
const SKIPPED = ["Dropout", "Flatten"];

// A card with the map. `changed` is told the layer and the digit that are seen.
export class Space {
  constructor(digits, { layer, digit }, changed) {
    Object.assign(this, { digits, layer, changed });
    this.asker = new Asker(digits);
    this.wanted = digit;
    this.canvas = h("canvas", {
      class: "chart scatter",
      tabindex: 0,
      role: "img",
      "aria-label":
        "A map of the test digits. Arrow keys go from a digit to the next in that direction.",
    });
    this.layers = h("div", {});
    this.told = h("p", { class: "soft" });
    this.progress = h("p", { class: "soft", role: "status" });
    this.thumb = h("canvas", { class: "pixels thumb large", role: "img", "aria-label": "none yet" });
    this.said = h("p", { "aria-live": "polite" }, "Point at a digit to see it.");
    this.canvas.addEventListener("pointermove", (event) => this.pick(this.under(event)));
    this.canvas.addEventListener("pointerdown", (event) => this.pick(this.under(event)));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.element = h(
      "div",
      { class: "card space" },
      h("h2", {}, "A map of the test digits"),
      h(
        "p",
        { class: "soft" },
        "Each numeral is a test digit; near each other lie those that the layer answers alike. The two directions are those in which its answers differ most (principal components).",
      ),
      this.layers,
      this.canvas,
      this.told,
      this.progress,
      h("div", { class: "row picked" }, this.thumb, this.said),
    );
  }
  // The map of another network.
  show(model) {
    this.model = model;
    const { network } = model;
    this.places = [
      -1,
      ...[...network.layers.keys()].filter((k) => !SKIPPED.includes(network.layers[k].name)),
    ];
    if (!this.places.includes(this.layer)) this.layer = network.layers.length - 1;
    const name = (place) =>
      place < 0 ? "the pixels" : `${place + 1}. ${network.layers[place].name}`;
    this.layers.replaceChildren(
      choice(
        "Layer",
        this.places.map((place) => [String(place), name(place)]),
        String(this.layer),
        (place) => {
          this.layer = +place;
          this.draw();
        },
      ),
    );
    return this.draw();
  }
  async draw() {
    this.done = false;
    this.changed();
    delete this.told.dataset.parts;
    this.told.textContent = "";
    this.progress.textContent = "Looking at the digits …";
    const width = this.model.network.shapes[this.layer + 1].reduce((a, b) => a * b);
    const every = this.digits.labels.length;
    const most = Math.min(every, Math.floor(MOST_VALUES / width));
    const soFar = ({ done, of, ...early }) => {
      if (early.places) this.tell(early);
      else this.progress.textContent = `Looking at the digits: ${done} of ${counted(of)} …`;
    };
    const mapped = await this.asker.ask(this.model, { layer: this.layer, most, soFar });
    if (!mapped) return;
    this.done = true;
    this.tell(mapped);
    this.progress.textContent =
      most < every
        ? `The layer has ${counted(width)} values: for all ${counted(every)} digits they would be too many.`
        : "";
  }
  tell({ found, places, parts }) {
    const { classes } = this.model.about;
    this.points = found.map(({ at, label, answer, sure }, k) => ({
      ...{ at, label: String(label), answer: classes[answer], sure },
      ...{ x: places[2 * k], y: places[2 * k + 1] },
    }));
    const alike = nearestAlike(this.points);
    this.told.textContent = `${counted(this.points.length)} digits. These two directions hold ${percent(parts[0] + parts[1])} of all that differs; the nearest neighbour on the map is of the same class for ${percent(alike, 0)}.`;
    this.told.dataset.parts = parts.join();
    this.chosen = this.points.findIndex(({ at }) => at === this.wanted);
    this.paint();
    if (this.chosen >= 0) this.describe();
  }
  paint() {
    const { canvas, points } = this;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const scale = window.devicePixelRatio || 1;
    [canvas.width, canvas.height] = [Math.round(width * scale), Math.round(height * scale)];
    const context = canvas.getContext("2d");
    context.scale(scale, scale);
    const [toX, toY] = [spanned(points, "x", width), spanned(points, "y", height)];
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    [context.textAlign, context.textBaseline] = ["center", "middle"];
    context.font = "600 12px system-ui, sans-serif";
    for (const point of points) {
      [point.left, point.top] = [toX(point.x), height - toY(point.y)];
      context.fillStyle = `hsl(${36 * Number(point.label)} 75% ${dark ? 70 : 36}%)`;
      context.fillText(point.label, point.left, point.top);
    }
    const chosen = points[this.chosen];
    if (!chosen) return;
    context.strokeStyle = getComputedStyle(document.documentElement).getPropertyValue("--ink");
    context.lineWidth = 2;
    context.beginPath();
    context.arc(chosen.left, chosen.top, 11, 0, 7);
    context.stroke();
  }
  // The point nearest to the pointer; -1 where none is near.
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    return nearest(this.points ?? [], ({ left, top }) => {
      const away = Math.hypot(left - x, top - y);
      return away < 24 ? away : Infinity;
    });
  }
  key(event) {
    const ways = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
    const way = ways[event.key];
    if (!way || !this.points) return;
    event.preventDefault();
    const from = this.points[this.chosen];
    if (!from) return this.pick(0);
    // What lies aside counts twice: the next is rather straight ahead.
    const next = nearest(this.points, ({ left, top }) => {
      const [ahead, aside] = [
        (left - from.left) * way[0] + (top - from.top) * way[1],
        Math.abs((left - from.left) * way[1]) + Math.abs((top - from.top) * way[0]),
      ];
      return ahead > 0.5 ? ahead + 2 * aside : Infinity;
    });
    this.pick(next);
  }
  pick(k) {
    if (k < 0 || k === this.chosen) return;
    this.chosen = k;
    this.wanted = this.points[k].at;
    this.paint();
    this.describe();
    this.changed();
  }
  away() {
    this.asker.stop();
  }
  repaint() {
    if (this.points) this.paint();
    if (this.model && !this.done) this.draw();
  }
  leave() {
    this.asker.leave();
  }
  describe() {
    const { at, label, answer, sure } = this.points[this.chosen];
    paintGlyph(this.thumb, this.digits.images.subarray(at * 784, at * 784 + 784));
    this.thumb.setAttribute("aria-label", `test digit ${at + 1}, a ${label}`);
    const right = answer === label ? "rightly" : "wrongly";
    this.said.textContent = `Test digit ${at + 1}, a ${label}: read as ${answer}, ${right}, ${percent(sure)} sure.`;
  }
}

// The place of the point with the least distance; -1 where all are infinitely far.
function nearest(points, distance) {
  let [best, least] = [-1, Infinity];
  points.forEach((point, k) => {
    const away = distance(point);
    if (away < least) [best, least] = [k, away];
  });
  return best;
}

// From a value to pixels, all values within `room`.
function spanned(points, name, room) {
  const values = points.map((point) => point[name]);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  return (value) => MARGIN + ((value - low) / (high - low || 1)) * (room - 2 * MARGIN);
}

// For which part of the points the nearest other one is of the same class.
function nearestAlike(points) {
  const alike = points.filter((one, k) => {
    const near = nearest(points, (other) =>
      other === one ? Infinity : (one.x - other.x) ** 2 + (one.y - other.y) ** 2,
    );
    return near >= 0 && points[near].label === points[k].label;
  });
  return alike.length / (points.length || 1);
}
