// Test: what damage a network bears, and how far its own doubt can be trusted.

import { answersOf, atThreshold, DAMAGES, shareRight, someDigits } from "../engine/testing.js";
import { writeAddress } from "../parts/address.js";
import { paintCurves } from "../parts/charts.js";
import { choice, h, percent, slider } from "../parts/elements.js";
import { confidenceEquation } from "../parts/equations.js";
import { paintGlyph } from "../parts/paint.js";
import { Space } from "../parts/space.js";

const THRESHOLDS = Array.from({ length: 100 }, (_, k) => k / 100);

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
    this.name = shelf.names.includes(state.model) ? state.model : (shelf.names[0] ?? "");
    this.least = THRESHOLDS.includes(+state.least) ? +state.least : 0.5;
    const whole = (text) => (/^-?\d+$/.test(text ?? "") ? Number(text) : NaN);
    this.seen = { layer: whole(state.layer), digit: whole(state.digit) };
    this.start();
  }
  async start() {
    this.digits = await this.shelf.digits();
    if (!this.digits || !this.name) {
      return this.body.append(
        h("p", {}, "This view needs a network and digits: this page holds too little."),
      );
    }
    this.lay();
    return this.run();
  }
  lay() {
    const chooser = choice("Network", this.shelf.names, this.name, (name) => {
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
        return [
          kind,
          {
            canvas,
            samples,
            element: h(
              "div",
              { class: "card" },
              h("h2", {}, title),
              samples,
              canvas,
              h("p", { class: "soft" }, `Along: ${unit}.`),
            ),
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
      h("div", { class: "row" }, chooser, this.status),
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
    const number = (this.number = (this.number ?? 0) + 1);
    const goOn = () => this.number === number && !this.left;
    const model = this.shelf.model(this.name);
    const digits = someDigits(model.network, this.digits.test, [400, 60]);
    this.remember();
    this.status.textContent = `Testing on ${digits.length} digits …`;
    this.answers = await answersOf(model, digits, undefined, goOn);
    if (!this.answers) return;
    this.threshold(this.least);
    await this.space.show(model);
    for (const [kind, { strengths, damage }] of Object.entries(DAMAGES)) {
      const points = [];
      this.sample(kind, digits[Math.floor(digits.length * 0.55)]);
      for (const strength of strengths) {
        const found = strength
          ? await answersOf(model, digits, (image, at) => damage(image, strength, at), goOn)
          : this.answers;
        if (!found || !goOn()) return;
        points.push([strength, shareRight(found)]);
        paintCurves(this.curves[kind].canvas, [{ points, colour: "accent" }], {
          low: 0,
          high: 1,
          step: 0.25,
          most: strengths.at(-1),
          show: (v) => percent(v, 0),
        });
      }
    }
    this.status.textContent = `Tested on ${digits.length} digits, ${percent(shareRight(this.answers))} of them right as they are.`;
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
    this.told.textContent = `${percent(answered)} answered, ${percent(right)} of those right; the others are for a person to read.`;
  }
  remember() {
    const { layer, wanted } = this.space;
    const known = (value) => (Number.isNaN(value) ? "" : value);
    const seen = { layer: known(layer), digit: known(wanted) };
    writeAddress("test", { model: this.name, least: this.least, ...seen });
  }
  models() {
    this.body.replaceChildren();
    this.start();
  }
  leave() {
    this.left = true;
  }
}
