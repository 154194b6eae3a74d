// The controls of a training run, as settings of `engine/training.js`, and as a link's short names.

import { AT_START, DEFAULTS } from "../engine/training.js";
import { choice, h, slider } from "./elements.js";

const RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 2, 3];
const NETWORKS = [
  ["deck", "784-128-64-10 (deck)"],
  ["mlp:3", "784-3-10"],
  ["mlp:16", "784-16-10"],
  ["mlp:64", "784-64-10"],
  ["mlp:256-128", "784-256-128-10"],
  ["conv", "one convolution"],
  ["tiny", "six convolutions (tiny)"],
  ["lenet", "LeNet (slow here)"],
];
const INITS = [
  ["he", "He"],
  ["glorot", "Glorot"],
  ["0.01", "all about 0.01"],
  ["zero", "all zero"],
  ["positive", "all positive"],
];
const KINDS = {
  network: ["Network", NETWORKS],
  optimizer: [
    "Optimizer",
    [
      ["adam", "Adam"],
      ["adamw", "AdamW"],
      ["sgd", "SGD"],
    ],
  ],
  rate: ["Learning rate", RATES, (rate) => String(+rate.toPrecision(2))],
  batch: ["Batch", [1, 4, 8, 16, 32, 64, 128, 256]],
  momentum: ["Momentum (of SGD)", [0, 0.5, 0.8, 0.9, 0.95, 0.99]],
  init: ["First weights", INITS],
  dropout: ["Dropout", [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7]],
  augment: [
    "Deformed digits",
    [
      ["none", "no, as they are"],
      ["shift", "shifted"],
      ["affine", "shifted, turned, slanted"],
    ],
  ],
  samples: ["Digits to learn from", [100, 200, 500, 1000, 2000, 4000]],
};

// Controls that call `change(settings, anew)`; `anew` where the run has to begin again for it.
export class Controls {
  constructor(settings, change) {
    this.settings = settings;
    this.fields = Object.entries(KINDS).map(([name, [label, options, show]]) => {
      const take = (to) => change({ [name]: valueOf(name, to) }, AT_START.includes(name));
      const value = settings[name];
      const field = Array.isArray(options[0])
        ? choice(label, options, String(value), take)
        : slider(label, options, value, take, show);
      return [name, field];
    });
    this.element = h(
      "div",
      { class: "stack" },
      this.fields.map(([, field]) => field),
    );
  }
  // Show settings that were changed elsewhere.
  set(settings) {
    for (const [name, field] of this.fields) {
      field.set(Array.isArray(KINDS[name][1][0]) ? String(settings[name]) : settings[name]);
    }
  }
}

// Settings from a link: what is no setting, or of no sense, is left as it is.
export function settingsFrom(state) {
  const settings = { ...DEFAULTS, faults: {} };
  for (const [name, value] of Object.entries(state)) {
    if (name === "faults") for (const fault of value.split(",")) settings.faults[fault] = true;
    else if (name === "network" && /^[a-z]+(:\d{1,4}(-\d{1,4}){0,3})?$/.test(value))
      settings.network = value;
    else if (name in KINDS && name !== "network" && allowed(name, value))
      settings[name] = valueOf(name, value);
  }
  return settings;
}

// What differs from the defaults, for a link.
export function told(settings) {
  const state = {};
  for (const name of Object.keys(KINDS)) {
    if (settings[name] !== DEFAULTS[name]) state[name] = settings[name];
  }
  const faults = Object.keys(settings.faults).filter((name) => settings.faults[name]);
  return { ...state, faults: faults.join(",") };
}

// The settings of a second run in a link; null where there is none.
export function besideFrom({ beside }) {
  return beside ? settingsFrom(Object.fromEntries(new URLSearchParams(beside))) : null;
}

// The second run for a link; it names its network in any case, so that it is something.
export function toldBeside(settings) {
  const state = { network: settings.network, ...told(settings) };
  return new URLSearchParams(Object.entries(state).filter(([, value]) => value !== "")).toString();
}

// In what settings differ from those of another run, in words.
export function difference(settings, other) {
  const differing = Object.entries(KINDS)
    .filter(([name]) => settings[name] !== other[name])
    .map(([name, [label, options, show]]) => {
      const known = Array.isArray(options[0]) && options.find(([value]) => value === String(settings[name]));
      return `${label.toLowerCase()} ${known ? known[1] : (show ?? String)(settings[name])}`;
    });
  const faults = Object.keys(settings.faults).filter((name) => settings.faults[name]);
  return [...differing, ...faults].join(", ") || "with the same settings";
}

function allowed(name, value) {
  const options = KINDS[name][1];
  if (Array.isArray(options[0])) return options.some(([known]) => known === value);
  return +value >= options[0] && +value <= options.at(-1);
}

function valueOf(name, value) {
  if (name === "init") return value === "0.01" ? 0.01 : value;
  return typeof DEFAULTS[name] === "number" ? +value : value;
}
