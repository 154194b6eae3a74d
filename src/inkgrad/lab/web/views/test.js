// Test: what damage a network bears, and how far its own doubt can be trusted.

import { counted, percent } from "../engine/figures.js";
import { atThreshold, DAMAGES, isLarge, shareRight, someDigits } from "../engine/testing.js";
import { writeAddress } from "../parts/address.js";
import { paintCurves } from "../parts/charts.js";
import { choice, h, slider } from "../parts/elements.js";
import { confidenceEquation } from "../parts/equations.js";
import { Asker } from "../parts/helper.js";
import { paintGlyph } from "../parts/paint.js";
import { Space } from "../parts/space.js";

const THRESHOLDS = Array.from({ length: 100 }, (_, k) => k / 100);
const DAMAGED = [400, 200]; // digits for every strength of every damage; with a large network

export const testView = {
  name: "test",
  title: "Test",
  sentence:
    "How a network bears noise, turning, hiding and thick pens; what is gained when it keeps silent where it is in doubt; and how its layers sort the digits.",
  show: (body, state, shelf) => new TestView(body, state, shelf),
};

class TestView {
  constructor(body, state, shelf) {
    [this.body, this.shelf] = [body, shelf];
    this.name = state.model;
    this.least = THRESHOLDS.includes(+state.least) ? +state.least : 0.5;
    const whole = (text) => (/^-?\d+$/.test(text ?? "") ? Number(text) : NaN);
    this.seen = { layer: whole(state.layer), digit: whole(state.digit) };
    this.begin();
  }
  async begin() {
    this.digits = await this.shelf.digits();
    const { names } = this.shelf;
    if (!names.includes(this.name)) this.name = names[0];
    this.body.replaceChildren();
    if (!this.digits || !this.name) {
      return this.body.append(
        h("p", {}, "This view needs a network and digits: this page holds too little."),
      );
    }
    this.asker = new Asker(this.digits.test);
    this.lay();
    return this.run();
  }
  lay() {
    this.networks = choice("Network", this.shelf.names, this.name, (name) => {
      this.name = name;
      this.run();
    });
    this.status = h("p", { class: "soft", role: "status" });
    this.curves = Object.fromEntries(
      Object.entries(DAMAGES).map(([kind, { title, unit }]) => {
        const canvas = h("canvas", {
          class: "chart mid",
          role: "img",
          "aria-label": `Right, by strength: ${title}`,
        });
        const samples = h("div", { class: "row samples" });
        const along = h("p", { class: "soft" }, `Along: ${unit}.`);
        return [
          kind,
          {
            ...{ canvas, samples, along },
            element: h("div", { class: "card" }, h("h2", {}, title), samples, canvas, along),
          },
        ];
      }),
    );
    this.doubt = h("canvas", {
      class: "chart",
      role: "img",
      "aria-label": "Answered and right, by threshold",
    });
    this.told = h("p", { class: "told" });
    this.space = new Space(this.digits.test, this.seen, () => this.remember());
    this.body.append(
      h("div", { class: "row" }, this.networks, this.status),
      h(
        "div",
        { class: "card doubt" },
        h("h2", {}, "Silence where in doubt"),
        confidenceEquation(),
        h(
          "p",
          { class: "legend" },
          h("span", {}, h("i", {}), "answered"),
          h("span", { class: "two" }, h("i", {}), "right, of those"),
        ),
        this.doubt,
        slider(
          "Answers from a probability of",
          THRESHOLDS,
          this.least,
          (least) => this.threshold(least),
          (least) => percent(least, 0),
        ),
        this.told,
      ),
      this.space.element,
      h(
        "div",
        { class: "cards damages" },
        Object.values(this.curves).map(({ element }) => element),
      ),
    );
  }
  async run() {
    const model = this.shelf.model(this.name);
    this.remember();
    [this.answers, this.done] = [null, false];
    this.status.textContent = "Testing …";
    this.space.show(model);
    const soFar = ({ found, of }) => {
      this.status.textContent = `Tested on ${found.length} of ${counted(of)} digits …`;
      this.take(found);
    };
    const answered = await this.asker.ask(model, { soFar });
    if (!answered) return;
    this.take(answered.found);
    const tested = `Tested on ${counted(this.answers.length)} digits, ${percent(shareRight(this.answers))} of them right`;
    this.status.textContent = `${tested}. Damaging them …`;
    this.done = await this.damage(model);
    if (this.done) this.status.textContent = `${tested} as they are.`;
  }
  take(found) {
    this.answers = found;
    this.threshold(this.least);
  }
  // The curves of all damages, one after the other; whether they were made to the end.
  async damage(model) {
    const most = DAMAGED[+isLarge(model.network)];
    const digits = someDigits(this.digits.test, most);
    for (const [kind, { strengths, unit }] of Object.entries(DAMAGES)) {
      const points = [];
      this.sample(kind, digits[Math.floor(digits.length * 0.55)]);
      this.curves[kind].along.textContent = `Along: ${unit}. Right, of ${counted(digits.length)} digits.`;
      for (const strength of strengths) {
        const answered = strength
          ? await this.asker.ask(model, { most, damage: [kind, strength] })
          : { found: this.answers.slice(0, most) };
        if (!answered) return false;
        points.push([strength, shareRight(answered.found)]);
        this.paintCurve(kind, points);
      }
    }
    return true;
  }
  paintCurve(kind, points) {
    this.curves[kind].points = points;
    paintCurves(this.curves[kind].canvas, [{ points, colour: "accent" }], {
      low: 0,
      high: 1,
      step: 0.25,
      most: DAMAGES[kind].strengths.at(-1),
      show: (v) => percent(v, 0),
    });
  }
  sample(kind, { image, at }) {
    const { strengths, damage } = DAMAGES[kind];
    this.curves[kind].samples.replaceChildren(
      ...strengths.map((strength) => {
        const canvas = h("canvas", {
          class: "pixels thumb",
          role: "img",
          "aria-label": `at ${strength}`,
        });
        paintGlyph(canvas, strength ? damage(image, strength, at) : image);
        return canvas;
      }),
    );
  }
  threshold(least) {
    this.least = least;
    this.remember();
    if (!this.answers) return;
    const found = THRESHOLDS.map((at) => [at, atThreshold(this.answers, at)]);
    paintCurves(
      this.doubt,
      [
        { points: found.map(([at, { answered }]) => [100 * at, answered]), colour: "accent" },
        { points: found.map(([at, { right }]) => [100 * at, right]), colour: "series-2" },
        {
          points: [
            [100 * least, 0],
            [100 * least, 1],
          ],
          colour: "soft",
          dashed: true,
        },
      ],
      { low: 0, high: 1, step: 0.25, x: "%", show: (v) => percent(v, 0), most: 100 },
    );
    const { answered, right } = atThreshold(this.answers, least);
    this.told.textContent = `${percent(answered)} answered, ${percent(right)} of those right; the others are for a person to read. These are ${counted(this.answers.length)} digits.`;
  }
  remember() {
    const { layer, wanted } = this.space;
    const known = (value) => (Number.isNaN(value) ? "" : value);
    const seen = { layer: known(layer), digit: known(wanted) };
    writeAddress("test", { model: this.name, least: this.least, ...seen });
  }
  // A network came in.
  models() {
    if (this.networks) this.networks.offer(this.shelf.names);
    else this.begin();
  }
  repaint() {
    if (!this.networks) return;
    this.threshold(this.least);
    this.space.repaint();
    if (!this.done) this.run();
    for (const [kind, { points }] of Object.entries(this.curves))
      if (points) this.paintCurve(kind, points);
  }
  // While another view is seen nothing is computed here.
  away() {
    if (!this.done) this.asker?.stop();
    this.space?.away();
  }
  leave() {
    this.asker?.leave();
    this.space?.leave();
  }
}
