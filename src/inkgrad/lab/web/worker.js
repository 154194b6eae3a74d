// Trains and tests beside the page, so that the page stays at hand. It is told what to do, and tells
// what is so far: messages both ways are plain objects with a `kind`.

import { Answering } from "./answering.js";
import { writeModel } from "./engine/safetensors.js";
import { Run } from "./engine/training.js";

const SLICE = 40; // milliseconds of training between looks at what has been said
const TELL = 160; // milliseconds between tellings, or as long as four of them take
const QUICK = 400; // test digits for a quick look between epochs

export function startWorker() {
  const send = (message) => postMessage(message);
  const [trainer, answering] = [new Trainer(send), new Answering(send)];
  addEventListener("message", ({ data }) => {
    trainer.hear(data);
    answering.hear(data);
  });
}

class Trainer {
  constructor(tell) {
    this.send = tell;
    this.going = false;
    this.slow = false;
  }
  hear({ kind, ...told }) {
    if (kind === "data") this.data = told.data;
    if (kind === "new") this.begin(told.settings);
    if (kind === "change") this.run.change(told.settings);
    if (kind === "slow") this.slow = told.slow;
    if (kind === "go") this.go();
    if (kind === "pause") this.pause();
    if (kind === "step") this.single();
    if (kind === "model") this.model();
  }
  begin(settings) {
    this.run = new Run(this.data, settings);
    this.going = false;
    this.recent = [];
    this.tell(true);
  }
  go() {
    if (this.going) return;
    this.going = true;
    [this.told, this.telling] = [0, 0];
    this.slice();
  }
  pause() {
    this.going = false;
    this.tell(true);
  }
  single() {
    this.going = false;
    this.note(this.run.step());
    this.tell(true);
  }
  slice() {
    if (!this.going) return;
    const begun = performance.now();
    do this.note(this.run.step());
    while (!this.slow && performance.now() - begun < SLICE && this.run.order.length);
    const whole = !this.run.order.length;
    const since = performance.now() - this.told;
    if (whole || this.slow || since > Math.max(TELL, 4 * this.telling)) this.tell(whole);
    if (this.run.broken && this.run.steps > this.run.broken + 20) this.pause();
    setTimeout(() => this.slice(), this.slow ? 400 : 0);
  }
  note({ loss, right, samples }) {
    this.recent.push([loss, right / samples]);
    if (this.recent.length > 40) this.recent.shift();
  }
  // What is so far; `whole` looks at all test digits, else at some.
  tell(whole) {
    const { run } = this;
    const begun = performance.now();
    const mean = (k) => this.recent.reduce((sum, each) => sum + each[k], 0) / this.recent.length;
    const tested = run.evaluate(whole ? Infinity : QUICK);
    this.send({
      kind: "state",
      going: this.going,
      whole,
      steps: run.steps,
      epoch: run.epoch,
      part: 1 - run.order.length / (run.samples || 1),
      broken: run.broken,
      loss: this.recent.length ? mean(0) : NaN,
      accuracy: this.recent.length ? mean(1) : NaN,
      tested,
      ...run.measure(),
      first: this.firstWeights(),
      parameters: run.network.theta.length,
    });
    this.told = performance.now();
    this.telling = this.told - begun;
  }
  firstWeights() {
    const first = this.run.network.tensors[0];
    return { shape: first.shape, values: first.values.slice() };
  }
  model() {
    const about = { data: "digits of MNIST, trained in the lab" };
    about.classes = [..."0123456789"];
    this.send({ kind: "model", bytes: writeModel(this.run.network, about) });
  }
}
