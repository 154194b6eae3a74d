// A map of the test digits: each where its answer in one layer lies, along the two directions in
// which these answers differ most.

import { principalComponents } from "../engine/components.js";
import { likeliest, softmax } from "../engine/losses.js";
import { choice, h, percent } from "./elements.js";
import { paintGlyph } from "./paint.js";

const MOST_VALUES = 4e6; // of all answers together: so many digits are looked at
const MARGIN = 14; // pixels around the map
const SKIPPED = ["Dropout", "Flatten"];

// A card with the map. `changed` is told the layer and the digit that are seen.
export class Space {
  constructor(digits, { layer, digit }, changed) {
    Object.assign(this, { digits, layer, changed, number: 0 });
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
    const number = ++this.number;
    const current = () => this.number === number && this.canvas.isConnected;
    this.changed();
    this.told.textContent = "Looking at the digits …";
    const pause = async () => {
      await new Promise((resolve) => setTimeout(resolve));
      if (!current()) throw new Stopped();
    };
    try {
      const { rows, points } = await this.answers(pause);
      const { places, parts } = await principalComponents(rows, points.length, 2, pause);
      points.forEach((point, k) => Object.assign(point, { x: places[2 * k], y: places[2 * k + 1] }));
      this.points = points;
      this.tell(parts);
    } catch (error) {
      if (!(error instanceof Stopped)) throw error;
    }
  }
  // The answers of the layer, one row a digit, and what the network says of each.
  async answers(pause) {
    const { network, about } = this.model;
    const { images, labels } = this.digits;
    const width = network.shapes[this.layer + 1].reduce((a, b) => a * b);
    const most = network.theta.length > 150000 ? 100 : MOST_VALUES / width;
    const n = Math.min(labels.length, Math.floor(most));
    const rows = new Float32Array(n * width);
    const points = [];
    let begun = performance.now();
    for (let k = 0; k < n; k++) {
      const at = Math.floor((k * labels.length) / n);
      const x = Float32Array.from(images.subarray(at * 784, at * 784 + 784), (v) => v / 255);
      const answers = network.answers(x);
      rows.set(answers[this.layer + 1], k * width);
      const p = softmax(answers.at(-1), network.outputs, about.temperature ?? 1);
      const best = likeliest(p);
      points.push({ at, label: String(labels[at]), answer: about.classes[best], sure: p[best] });
      if (performance.now() - begun > 30) {
        await pause();
        begun = performance.now();
      }
    }
    return { rows, points };
  }
  tell(parts) {
    const alike = nearestAlike(this.points);
    this.told.textContent = `${this.points.length} digits. These two directions hold ${percent(parts[0] + parts[1])} of all that differs; the nearest neighbour on the map is of the same class for ${percent(alike, 0)}.`;
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
  describe() {
    const { at, label, answer, sure } = this.points[this.chosen];
    paintGlyph(this.thumb, this.digits.images.subarray(at * 784, at * 784 + 784));
    this.thumb.setAttribute("aria-label", `test digit ${at + 1}, a ${label}`);
    const right = answer === label ? "rightly" : "wrongly";
    this.said.textContent = `Test digit ${at + 1}, a ${label}: read as ${answer}, ${right}, ${percent(sure)} sure.`;
  }
}

class Stopped extends Error {}

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
