// What is wrong with a run, from what was measured of it, and which control would mend it.

import { brief, percent } from "./figures.js";

const GUESSING = Math.log(10); // the loss of somebody who knows nothing

// state: what the worker tells; settings: what the run was made of. Each piece of advice is
// {what, why, change, button}: `change` are settings, null where there is nothing to change.
export function advice(state, settings) {
  const faults = Object.entries(settings.faults).filter(([, on]) => on);
  for (const rule of RULES) {
    const found = rule(state, settings);
    if (found) return [found];
  }
  const several = WHILE_IT_LEARNS.map((rule) => rule(state, settings)).filter(Boolean);
  if (several.length || faults.length || state.steps < 100) return several;
  return [{ what: "It learns.", why: PRAISE, change: null, good: true }];
}

const STANDSTILL = 0.01; // more digits right than two epochs ago: less is no progress

const tidy = (rate) => +rate.toPrecision(2);

const PRAISE = "Nothing that was measured looks wrong.";

// The first of these that holds is all there is to say.
const RULES = [
  ({ steps, tested, loss }, { faults }) => {
    if (!faults.wrongAxis || steps < 40) return null;
    return {
      what: `The loss (${brief(loss)}) says little about what it knows (${percent(tested.accuracy)} right in the test).`,
      why: "The softmax sums down the batch: for each class, the samples share out a probability between them. Sums belong along the classes, so that each sample has a probability for each.",
      change: { faults: { ...faults, wrongAxis: false } },
      button: "Sum along the classes, begin again",
    };
  },
  ({ broken }, { faults, rate }) => {
    if (!broken) return null;
    if (faults.noMaximum) {
      return {
        what: `At step ${broken} the loss is no number any more.`,
        why: "The softmax takes exp of the logits as they are. From 89 on, 32 bits hold no exp: infinity over infinity is no number. Taking the largest logit off first changes no probability, and then nothing overflows.",
        change: { faults: { ...faults, noMaximum: false } },
        button: "Take the maximum off, begin again",
      };
    }
    if (faults.unscaled) return scaled(`At step ${broken} the loss is no number any more.`, faults);
    return {
      what: `At step ${broken} the loss is no number any more.`,
      why: `Each step was so long that the weights grew without bound. A tenth of the learning rate is worth a try.`,
      change: { rate: tidy(rate / 10) },
      button: `Learning rate ${tidy(rate / 10)}, begin again`,
    };
  },
  ({ steps, tested }, { faults }) => {
    if (steps < 60 || !faults.inverted || tested.accuracy > 0.7) return null;
    return {
      what: "It learns its own digits and fails on the test's.",
      why: "It learned dark ink on light paper; the test digits are light on black. A network knows only what it was shown: bring every image to one form first.",
      change: { faults: { ...faults, inverted: false } },
      button: "Ink the same way round, begin again",
    };
  },
  ({ steps, loss }, { init }) => {
    if (init !== "positive" || steps < 30 || loss < 0.8) return null;
    return {
      what: "It hardly learns.",
      why: "All first weights are positive, so every unit answers to all ink alike, large and much the same. Weights need both signs to tell strokes apart.",
      change: { init: "he" },
      button: "Weights of He, begin again",
    };
  },
  ({ steps, layers, loss }, { init }) => {
    const flat = steps >= 30 && Math.abs(loss - GUESSING) < 0.06;
    if (!flat || init === "he" || init === "glorot") return null;
    const why = {
      zero: "All weights are zero, so all units of a layer get the same gradient: they stay equal for ever, and behind a ReLU that gradient is zero.",
      0.01: "Weights of 0.01 shrink what goes through them, layer after layer, and the gradients on their way back as well: look at how narrow the last histograms are.",
    };
    return {
      what: `After ${steps} steps it still guesses: the loss is ${brief(loss)}, that of ten equal chances is ${brief(GUESSING)}.`,
      why:
        why[init] ??
        `The first weights do not let values through: the last layer answers within ${spread(layers)}.`,
      change: { init: "he" },
      button: "Weights of He, begin again",
    };
  },
  ({ steps, loss }, { faults }) => {
    if (!faults.unscaled || steps < 20 || loss < 1.2) return null;
    return scaled(`It began far worse than guessing, and its loss is now ${brief(loss)}.`, faults);
  },
  ({ steps, tested, accuracy }, { faults }) => {
    if (!faults.unshuffled || steps < 60 || tested.accuracy > 0.85) return null;
    return {
      what: `It forgets: ${percent(accuracy)} in the batches just now, ${percent(tested.accuracy)} in the test.`,
      why: "The digits come sorted: first all zeros, then all ones. Each batch is of one class, and what is learned of the last is forgotten for the next. The confusion matrix shows one column.",
      change: { faults: { ...faults, unshuffled: false } },
      button: "Shuffle, from now on",
      live: true,
    };
  },
  ({ steps, loss, tested }, { rate, faults }) => {
    const worse = loss > 1.5 * GUESSING || (loss > 2 && steps > 120 && tested.accuracy < 0.3);
    if (steps < 25 || !worse || rate < 1e-3) return null;
    if (faults.sum) return divided(faults);
    return {
      what: `The loss (${brief(loss)}) is no better than guessing, ${brief(GUESSING)}.`,
      why: "The steps jump over what they look for: with a smaller learning rate the loss falls instead of leaping.",
      change: { rate: tidy(rate / 10) },
      button: `Learning rate ${tidy(rate / 10)}, begin again`,
    };
  },
  ({ steps, loss, tested }, { optimizer, rate }) => {
    if (steps < 150 || loss < 1.9 || tested.accuracy > 0.6) return null;
    return {
      what: `After ${steps} steps the loss is still ${brief(loss)}.`,
      why: "It falls, but so slowly that it will take all day: the steps are too short.",
      change:
        optimizer === "sgd" ? { rate: tidy(rate * 10), momentum: 0.9 } : { rate: tidy(rate * 10) },
      button: `Learning rate ${tidy(rate * 10)}, from now on`,
      live: true,
    };
  },
];

// Any of these may hold together.
const WHILE_IT_LEARNS = [
  ({ layers }, { rate }) => {
    const dying = layers.find((layer) => layer.units >= 8 && layer.dead / layer.units > 0.3);
    if (!dying) return null;
    return {
      what: `${dying.dead} of ${dying.units} units of a ReLU answer with zero to every digit.`,
      why: "A unit that is zero for all has no gradient and learns nothing any more. Too long a step threw it there: a smaller learning rate, from the beginning.",
      change: { rate: tidy(rate / 5) },
      button: `Learning rate ${tidy(rate / 5)}, begin again`,
    };
  },
  ({ steps, accuracy, tested }, { samples, dropout, augment }) => {
    const gap = accuracy - tested.accuracy;
    if (tested.onTrain || steps < 150 || accuracy < 0.96 || gap < 0.035) return null;
    const what = `It knows its own digits (${percent(accuracy)}) better than others (${percent(tested.accuracy)}).`;
    if (!dropout && samples < 4000) {
      return {
        what,
        why: "It learns by heart. With half of the units dropped at random in every step none can rely on another.",
        change: { dropout: 0.5 },
        button: "Dropout of a half, from now on",
        live: true,
      };
    }
    if (augment === "none") {
      return {
        what,
        why: "It has seen each digit in one form only. Shifted, turned and slanted anew in every batch, each is a hundred.",
        change: { augment: "affine", dropout: 0 },
        button: "Deform the digits, from now on",
        live: true,
      };
    }
    if (samples < 4000) {
      return {
        what,
        why: `It learns from ${samples} digits. More data mend this better than anything.`,
        change: { samples: 4000 },
        button: "All 4,000 digits, from now on",
        live: true,
      };
    }
    return null;
  },
  ({ tested }, { faults }) => {
    if (!tested.onTrain) return null;
    return {
      what: `${percent(tested.accuracy)} of digits that it learned from: that is no test.`,
      why: "What it was tuned on it knows. How it does on digits of others shows only on digits that it has never seen.",
      change: { faults: { ...faults, testOnTrain: false } },
      button: "Test on other digits",
      live: true,
    };
  },
  ({ gain, tested, accuracy }, { network }) => {
    const units = Math.min(...(network.match(/\d+/g) ?? [99]).map(Number));
    if (gain === null || gain > STANDSTILL || units > 6 || accuracy > 0.93) return null;
    return {
      what: `${percent(tested.accuracy)} in the test is as far as ${units} units take it.`,
      why: "All that the layers after know of a digit must go through so few numbers. It fits its own digits badly as well: that tells too small a network from learning by heart.",
      change: { network: "mlp:64" },
      button: "64 units, begin again",
    };
  },
  ({ steps }, { faults }) => (faults.sum && steps >= 10 ? divided(faults) : null),
];

function scaled(what, faults) {
  return {
    what,
    why: "Pixels of 0 to 255 make logits of hundreds, and steps as much too long. Divided by 255 they suit the first weights.",
    change: { faults: { ...faults, unscaled: false } },
    button: "Divide by 255, begin again",
  };
}

function divided(faults) {
  return {
    what: "Its steps are as many times too long as the batch has digits.",
    why: "The gradient is the sum over the batch, not the mean: the learning rate means something else for every batch size.",
    change: { faults: { ...faults, sum: false } },
    button: "Divide by the batch, begin again",
  };
}

function spread(layers) {
  const last = layers.at(-1).answers;
  return last ? `${last.low.toPrecision(2)} to ${last.high.toPrecision(2)}` : "nothing";
}
