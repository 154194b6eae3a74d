// A worker beside the page, and questions to it about many digits.

import { say } from "./elements.js";

// The worker: this very script, as a page that is a file may not load another. `heard` is called
// with what it tells; {tell, end}.
export function helper(heard) {
  const script = document.getElementById("lab").textContent;
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const worker = new Worker(address);
  worker.addEventListener("error", (event) => say(`Computing stopped: ${event.message}`));
  worker.addEventListener("message", ({ data }) => heard(data));
  return {
    tell: (message) => worker.postMessage(message),
    end() {
      worker.terminate();
      URL.revokeObjectURL(address);
    },
  };
}

// What networks answer to digits {images, labels}. One question at a time: a new one puts an end to
// the one before, whose answer is null then.
export class Asker {
  constructor(digits) {
    this.digits = digits;
    this.number = 0;
  }
  // {found} of a model for its first `most` digits, damaged by [kind, strength] where that is given;
  // with a `layer` their map as well, {found, places, parts}. `soFar` is told those until now,
  // {found, done, of}, and of a map a first one.
  ask({ network, about }, { soFar, ...asked }) {
    this.stop();
    if (!this.helper) {
      this.helper = helper((message) => this.hear(message));
      this.helper.tell({ kind: "digits", digits: this.digits });
    }
    const { architecture, theta, running } = network;
    const { classes, temperature } = about;
    const model = { architecture, theta, running, about: { classes, temperature } };
    this.soFar = soFar;
    this.helper.tell({ kind: "ask", number: ++this.number, model, ...asked });
    return new Promise((resolve) => (this.answer = resolve));
  }
  hear({ kind, number, ...told }) {
    if (number !== this.number) return;
    if (kind === "so far") this.soFar?.(told);
    else this.answer(told);
  }
  stop() {
    this.answer?.(null);
    this.number++;
    this.helper?.tell({ kind: "hush" });
  }
  leave() {
    this.stop();
    this.helper?.end();
    this.helper = null;
  }
}
