// The frame around the views: where they are chosen, what they share, and what is dropped on them.

import { modelNames, openDigits, openModel } from "./contents.js";
import { enterAddress, isAsLeft, readAddress } from "./parts/address.js";
import { h } from "./parts/elements.js";
import { takeFile } from "./parts/incoming.js";
import { sourcesOf } from "./parts/sources.js";
import { Tour } from "./parts/tour.js";
import { drawView } from "./views/draw.js";
import { editView } from "./views/edit.js";
import { ownView } from "./views/own.js";
import { stepView } from "./views/step.js";
import { testView } from "./views/test.js";
import { trainView } from "./views/train.js";
import { unfoldedView } from "./views/unfolded.js";

const VIEWS = [drawView, trainView, stepView, unfoldedView, testView, editView, ownView];

// Networks by name, opened when they are asked for, and the digits.
class Shelf {
  constructor() {
    this.names = modelNames();
    this.added = () => {};
    this.opened = new Map();
  }
  model(name) {
    if (!this.opened.has(name)) this.opened.set(name, openModel(name));
    return this.opened.get(name);
  }
  // Put in a network, {network, about}, under a name that is still free.
  add(name, model) {
    let free = name;
    for (let k = 2; this.names.includes(free); k++) free = `${name} ${k}`;
    this.names.push(free);
    this.opened.set(free, { ...model, name: free });
    this.added(free);
    return free;
  }
  digits() {
    return openDigits();
  }
}

export function startPage() {
  const shelf = new Shelf();
  const main = h("main", { id: "main", tabindex: "-1" });
  const links = VIEWS.map((view) => h("a", { href: `#${view.name}` }, view.title));
  const brand = h("a", { class: "brand", href: "#draw" }, "inkgrad ", h("i", {}, "lab"));
  const entry = h("a", { class: "entry", href: "#tour", onclick: (event) => begin(event) });
  const kept = new Map(); // views as they were left, by name: {id, shown, parts}
  const tour = new Tour(main, entry, (view) => kept.has(view));
  document
    .getElementById("page")
    .append(
      h(
        "a",
        { class: "skip", href: "#main", onclick: (event) => skip(event, main) },
        "To the view",
      ),
      h(
        "header",
        { class: "top" },
        h("div", {}, brand, h("nav", { "aria-label": "Views" }, links), entry),
      ),
      tour.panel,
      main,
      footer(shelf),
    );
  const begin = (event) => {
    event.preventDefault(); // the address goes on telling what is seen
    tour.open();
  };
  shelf.added = () => {
    for (const { shown } of kept.values()) shown.models?.();
  };
  let [current, count] = [null, 0];
  const show = () => {
    const { view, state } = readAddress();
    if (view === "tour") return tour.open(state.step);
    const wanted = VIEWS.find((each) => each.name === view) ?? VIEWS[0];
    if (current && current !== wanted) kept.get(current.name).shown.away?.();
    current = wanted;
    const before = kept.get(wanted.name);
    const asLeft = before && isAsLeft(before.id);
    if (asLeft || before?.shown.follow?.(state)) {
      main.replaceChildren(...before.parts);
      enterAddress(wanted.name, before.id, true);
      before.shown.repaint();
    } else {
      before?.shown.leave?.();
      const id = `${performance.timeOrigin} ${++count}`; // a page that is opened anew keeps no view
      enterAddress(wanted.name, id, false);
      const body = h("div", {});
      const lead = h("p", { class: "lead" }, wanted.sentence);
      const parts = [h("h1", {}, wanted.title), lead, body, sourcesOf(wanted.name)];
      main.replaceChildren(...parts);
      kept.set(wanted.name, { id, parts, shown: wanted.show(body, state, shelf) });
    }
    links.forEach((link, k) => {
      if (VIEWS[k] === wanted) {
        link.setAttribute("aria-current", "page");
        link.parentElement.scrollLeft = link.offsetLeft - link.parentElement.clientWidth / 2;
      } else link.removeAttribute("aria-current");
    });
    document.title = `${wanted.title} · inkgrad lab`;
    return undefined;
  };
  window.addEventListener("hashchange", show);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());
  takeDrops(shelf, () => kept.get(current.name).shown);
  show();
}

function skip(event, main) {
  event.preventDefault();
  main.focus();
}

function footer(shelf) {
  const note = h("p", {}, "Everything here happens in this page: nothing is sent anywhere. ");
  shelf.digits().then((digits) => {
    if (digits) note.append(`Digits: ${digits.title}; ${digits.licence}.`);
  });
  return h("footer", {}, note);
}

// Networks and pictures that are dropped anywhere on the page.
function takeDrops(shelf, shown) {
  const over = (event, on) => {
    event.preventDefault();
    document.body.classList.toggle("dropping", on);
  };
  window.addEventListener("dragover", (event) => over(event, true));
  window.addEventListener("dragleave", (event) => over(event, false));
  window.addEventListener("drop", (event) => {
    over(event, false);
    const file = event.dataTransfer?.files[0];
    if (file) takeFile(file, shelf, shown());
  });
}
