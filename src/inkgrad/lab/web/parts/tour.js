// A guided tour through the views: a panel that says something, and what it speaks of, marked.

import { readAddress } from "./address.js";
import { button, h } from "./elements.js";
import { TOUR_STEPS } from "./tour-steps.js";

const LEFT_AT = "inkgrad lab, tour"; // where the browser keeps the step

export class Tour {
  // `main` is where the views are shown; `entry` is the link that opens the tour; `isKept` says
  // whether a view was seen before.
  constructor(main, entry, isKept) {
    Object.assign(this, { main, entry, isKept });
    this.panel = h("section", { class: "guide", "aria-label": "Guided tour", hidden: true });
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.leave();
    });
    // Views come later than their address, and change what they hold.
    this.watch = new MutationObserver(() => this.point());
    this.tellEntry(this.keptStep());
  }
  // Begin at a step (from 1), or go on where the tour was left.
  open(step) {
    const number = Number(step);
    const known = Number.isInteger(number) && number >= 1 && number <= TOUR_STEPS.length;
    this.watch.observe(this.main, { childList: true, subtree: true });
    this.go(known ? number - 1 : this.keptStep());
  }
  go(number) {
    this.number = number;
    const { link, title, text } = TOUR_STEPS[number];
    const last = number === TOUR_STEPS.length - 1;
    this.keep(last ? 0 : number);
    const heading = h("h2", { tabindex: -1 }, title);
    this.panel.replaceChildren(
      h("p", { class: "soft" }, `Step ${number + 1} of ${TOUR_STEPS.length}`),
      heading,
      h("p", {}, text),
      h(
        "div",
        { class: "row" },
        button("Back", () => this.go(number - 1), {
          disabled: number === 0,
          "aria-label": "Back in the tour",
        }),
        last
          ? button("Done", () => this.leave(), { class: "main" })
          : button("Next", () => this.go(number + 1), {
              class: "main",
              "aria-label": "Next in the tour",
            }),
        last
          ? null
          : button("Leave", () => this.leave(), { "aria-label": "Leave the tour (Escape)" }),
      ),
    );
    this.panel.hidden = false;
    document.body.classList.add("touring");
    // A view that was seen stays as it is: what was drawn and trained is not thrown away.
    const view = link.split("?")[0];
    if (readAddress().view !== view) location.hash = this.isKept(view) ? view : link;
    this.unmark();
    this.point();
    heading.focus({ preventScroll: true });
  }
  // Mark what the step speaks of, as soon as it is there.
  point() {
    const { link, at } = TOUR_STEPS[this.number];
    if (this.marked?.isConnected || readAddress().view !== link.split("?")[0]) return;
    this.marked = this.main.querySelector(at);
    if (!this.marked) return;
    this.marked.classList.add("pointed");
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.marked.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
  }
  unmark() {
    this.marked?.classList.remove("pointed");
    this.marked = null;
  }
  leave() {
    this.watch.disconnect();
    this.unmark();
    this.panel.hidden = true;
    this.panel.replaceChildren();
    document.body.classList.remove("touring");
    this.tellEntry(this.keptStep());
    this.entry.focus();
  }
  tellEntry(step) {
    this.entry.textContent = step ? "Go on with the tour" : "Tour";
  }
  keep(step) {
    this.left = step;
    try {
      localStorage.setItem(LEFT_AT, String(step));
    } catch {
      // A browser that keeps nothing: the step is known until the page is closed.
    }
  }
  keptStep() {
    if (this.left !== undefined) return this.left;
    try {
      const step = Number(localStorage.getItem(LEFT_AT));
      return TOUR_STEPS[step] ? step : 0;
    } catch {
      return 0;
    }
  }
}
