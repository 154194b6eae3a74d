// Answers to many digits beside the page: the worker's part of the views Edit, Test and Your digits.
// A new question puts an end to the one before.

import { principalComponents } from "./engine/components.js";
import { Network } from "./engine/network.js";
import { answersOf, DAMAGES, someDigits } from "./engine/testing.js";

const TELL_ANSWERS = 150; // milliseconds between tellings
const AT_FIRST = 100; // digits that a first map is of, so that one need not wait for all

export class Answering {
  constructor(send) {
    this.send = send;
  }
  hear({ kind, ...told }) {
    if (kind === "digits") this.digits = told.digits;
    if (kind === "ask") this.ask(told);
    if (kind === "hush") this.number = null;
  }
  // model: {architecture, theta, running, about}; damage: [kind, strength]; layer: of a map.
  async ask({ number, model, most, damage, layer }) {
    this.number = number;
    const network = new Network(model.architecture);
    network.theta.set(model.theta);
    network.running.set(model.running);
    const asked = { model: { network, about: model.about }, digits: someDigits(this.digits, most) };
    const found = await (layer === undefined ? this.answers(asked, damage) : this.map(asked, layer));
    if (found && this.number === number) this.send({ kind: "answered", number, ...found });
  }
  async answers({ model, digits }, damage) {
    const [kind, strength] = damage ?? [];
    const change = damage && ((image, at) => DAMAGES[kind].damage(image, strength, at));
    const found = await answersOf(model, digits, { damage: change, pause: this.pause(digits.length) });
    return found && { found };
  }
  // The answers of one layer in two directions: first of some digits, then of all.
  async map({ model, digits }, layer) {
    const width = model.network.shapes[layer + 1].reduce((a, b) => a * b);
    const rows = new Float32Array(digits.length * width);
    const look = (answers, k) => rows.set(answers[layer + 1], k * width);
    const some = digits.slice(0, AT_FIRST);
    const first = await answersOf(model, some, { look, pause: this.pause(digits.length) });
    if (!first) return null;
    if (digits.length === first.length) return this.components(rows, first);
    const early = await this.components(rows.slice(0, first.length * width), first);
    if (!early) return null;
    this.send({ kind: "so far", number: this.number, of: digits.length, ...early });
    const others = await answersOf(model, digits.slice(first.length), {
      look: (answers, k) => look(answers, first.length + k),
      pause: this.pause(digits.length, first.length),
    });
    return others && this.components(rows, [...first, ...others]);
  }
  async components(rows, found) {
    const { number } = this;
    const { places, parts } = await principalComponents(rows, found.length, 2, async () => {
      await new Promise((resolve) => setTimeout(resolve));
      if (this.number !== number) throw new Hushed();
    }).catch((error) => {
      if (error instanceof Hushed) return {};
      throw error;
    });
    return places ? { found, places, parts } : null;
  }
  // Between digits: tell those so far, hear whether something else is wanted. `before` are those
  // that were answered before these.
  pause(of, before = 0) {
    const { number } = this;
    let told = performance.now();
    return async (found) => {
      await new Promise((resolve) => setTimeout(resolve));
      if (this.number !== number) return false;
      if (performance.now() - told > TELL_ANSWERS) {
        this.send({ kind: "so far", number, of, done: before + found.length, found });
        told = performance.now();
      }
      return true;
    };
  }
}

class Hushed extends Error {}
