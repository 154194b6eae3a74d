// One network that reads the drawing, as a card of the view Draw.

import { percent } from "../engine/figures.js";
import { evidence, LEAST_SURE, readGlyph } from "../engine/reading.js";
import { button, choice, h } from "./elements.js";
import { softmaxEquation } from "./equations.js";
import { LayersView } from "./layers-view.js";
import { paintGlyph } from "./paint.js";

const MOST_BARS = 10;
const HINT = "Point at a probability: what speaks for it and against it appears here.";

// One network: its answer, its probabilities, its layers.
export class Reader {
  constructor(view, name) {
    [this.view, this.name] = [view, name];
    this.model = name ? view.shelf.model(name) : null;
    this.layers = new LayersView(view.shelf);
  }
  element() {
    const { view, name } = this;
    const { names } = view.shelf;
    if (!this.model)
      return h(
        "div",
        { class: "card" },
        h("p", {}, "There is no network here yet: open one, or train one."),
      );
    this.answer = h("div", { class: "answer", "aria-live": "polite" });
    this.bars = h("ol", { class: "bars" });
    this.tinted = h("canvas", { class: "pixels glyph", role: "img", hidden: true });
    this.speaks = h("figcaption", { class: "soft" }, HINT);
    const second = view.readers[1] === this;
    const chooser = choice(second ? "Beside it" : "Network", names, name, (to) =>
      view.choose(this, to),
    );
    const beside = choice("Beside it", [["", "no other"], ...names], "", (to) => view.compare(to));
    const without = button("Take it away", () => view.compare(""));
    return h(
      "div",
      { class: "card stack" },
      h(
        "div",
        { class: "row" },
        chooser,
        second ? without : view.readers.length < 2 ? beside : null,
      ),
      this.answer,
      h("div", { class: "weighed" }, this.bars, h("figure", {}, this.tinted, this.speaks)),
      softmaxEquation(this.model.about.temperature),
      h("p", { class: "soft" }, silence(this.model.about)),
    );
  }
  inside() {
    if (this.model) this.layers.lay(this.model, this.view.all);
    return this.layers.element;
  }
  read(glyph) {
    if (!this.model) return;
    const found = glyph ? readGlyph(this.model, glyph) : null;
    this.glyph = glyph;
    if (!this.tinted.hidden) this.explain(null);
    this.tell(found);
    this.paintBars(found);
    this.layers.paint(found?.answers ?? null);
  }
  tell(found) {
    const { classes } = this.model.about;
    const [what, why] = !found
      ? ["no digit", "The paper is empty."]
      : found.refused
        ? ["no digit", found.refused]
        : [classes[found.best], `${percent(found.sure)} sure.`];
    this.answer.classList.toggle("none", what === "no digit");
    this.answer.replaceChildren(h("b", {}, what), h("span", { class: "soft" }, why));
  }
  paintBars(found) {
    const { classes } = this.model.about;
    const order = [...classes.keys()];
    if (found && classes.length > MOST_BARS)
      order.sort((a, b) => found.probabilities[b] - found.probabilities[a]);
    const shown = order.slice(0, MOST_BARS);
    if (this.lines?.length !== shown.length || !this.bars.children.length) {
      this.lines = shown.map(() => this.bar());
      this.bars.replaceChildren(...this.lines.map(({ element }) => element));
    }
    shown.forEach((place, k) => {
      const line = this.lines[k];
      const part = found?.probabilities[place] ?? 0;
      line.place = place;
      line.name.textContent = classes[place];
      line.fill.style.width = `${(100 * part).toFixed(1)}%`;
      line.value.textContent = found ? percent(part) : "–";
      line.element.classList.toggle("best", found?.best === place && !found.refused);
    });
  }
  bar() {
    const line = { name: h("b", {}), fill: h("i", {}), value: h("span", { class: "number" }) };
    const explain = () => this.explain(line.place);
    const end = () => this.explain(null);
    const inner = h(
      "button",
      {
        type: "button",
        onpointerenter: explain,
        onfocus: explain,
        onclick: explain,
        onpointerleave: end,
        onblur: end,
      },
      line.name,
      h("span", {}, line.fill),
      line.value,
    );
    line.element = h("li", {}, inner);
    return line;
  }
  // The form tinted by what speaks for a class, right beside the probabilities; null for none.
  explain(place) {
    const shown = place !== null && this.glyph;
    this.tinted.hidden = !shown;
    if (!shown) return this.speaks.replaceChildren(HINT);
    const name = this.model.about.classes[place];
    paintGlyph(this.tinted, this.glyph, evidence(this.model, this.glyph, place));
    this.tinted.setAttribute("aria-label", `What speaks for ${name} and against it`);
    return this.speaks.replaceChildren(
      h("span", { class: "for" }, `for ${name}`),
      h("span", { class: "against" }, "against it"),
    );
  }
}

// When a network says that a drawing is no digit.
function silence({ refuse_below: least }) {
  if (least != null) return `Under ${percent(least)} it says “no digit”.`;
  return `This network has no threshold of its own: under ${percent(LEAST_SURE, 0)}, and for a form with more ink or more strokes than any of 5,000 digits, the page says “no digit”.`;
}
