// What double entry has found: a chart and tables, of which each tells all by itself.

import { ask, begin } from "/web/talk.js";

const $ = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
const LEFT = 50;
const TOP = 14;
const WIDE = 580;
const HIGH = 190;

const percent = (part) => `${(100 * part).toFixed(part && part < 0.1 ? 2 : 1)} %`;

function made(tag, ...parts) {
  const element = document.createElement(tag);
  element.append(...parts);
  return element;
}

function drawn(tag, values, text = "") {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(values)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

function table(id, first, rates, promised = false) {
  const titles = [first, "Read twice", "Wrong", "Found", ...(promised ? ["Promised"] : [])];
  const head = made("tr", ...titles.map((title) => Object.assign(made("th", title), { scope: "col" })));
  const rows = rates.map((rate) => {
    const found = rate.count ? percent(rate.wrong / rate.count) : "–";
    const cells = [rate.count, rate.wrong, found];
    if (promised) cells.push(rate.count ? percent(rate.promised / rate.count) : "–");
    const name = Object.assign(made("th", rate.name), { scope: "row" });
    return made("tr", name, ...cells.map((cell) => made("td", String(cell))));
  });
  $(id).replaceChildren(made("thead", head), made("tbody", ...rows));
}

function chart(rates) {
  const parts = rates.flatMap((rate) => (rate.count ? [rate.wrong / rate.count, rate.promised / rate.count] : []));
  const most = Math.max(0.01, ...parts);
  const y = (part) => TOP + HIGH - (HIGH * part) / most;
  const step = WIDE / rates.length;
  const shapes = [0, most / 2, most].flatMap((part) => [
    drawn("line", { x1: LEFT, x2: LEFT + WIDE, y1: y(part), y2: y(part), class: "grid" }),
    drawn("text", { x: LEFT - 6, y: y(part) + 4, class: "end" }, percent(part)),
  ]);
  rates.forEach((rate, k) => {
    const x = LEFT + k * step;
    const [from, to] = rate.name.split(" to ");
    shapes.push(drawn("text", { x: x + step / 2, y: TOP + HIGH + 18, class: "middle" }, from));
    shapes.push(drawn("text", { x: x + step / 2, y: TOP + HIGH + 34, class: "middle" }, `to ${to}`));
    if (!rate.count) return;
    for (const [what, sum, place] of [["promised", rate.promised, 0.15], ["found", rate.wrong, 0.5]]) {
      const part = sum / rate.count;
      const high = Math.max(1, TOP + HIGH - y(part));
      shapes.push(drawn("rect", { x: x + place * step, y: TOP + HIGH - high, width: 0.32 * step, height: high, class: what }));
    }
  });
  $("chart").replaceChildren(...shapes);
}

async function start() {
  try {
    await begin();
    const rates = await ask("/v1/rates");
    table("confidence", "Confidence", rates.confidence, true);
    table("person", "Person", rates.person);
    table("kind", "Field", rates.kind);
    chart(rates.confidence);
    const count = rates.confidence.reduce((sum, rate) => sum + rate.count, 0);
    $("said").textContent = count ? `${count} fields were read twice.` : "Nothing was read twice yet: start the desk with --double 5%.";
  } catch (error) {
    $("said").textContent = error.message;
  }
}

start();
