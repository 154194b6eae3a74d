// The commonest faults as experiments: settings that show each, what to look at, and the cure.

import { DEFAULTS } from "./training.js";

const OVERFITTING = { network: "mlp:256-128", samples: 500 };

export const FAULTS = [
  {
    name: "A course's settings that never start",
    settings: { optimizer: "sgd", rate: 0.001, momentum: 0, init: 0.01 },
    look: "Weights of 0.01 and plain SGD at 0.001: the loss lies flat at 2.30, which is ten equal chances. The histograms get narrower from layer to layer.",
    cure: "Weights of He keep values as large as they were, layer after layer.",
  },
  {
    name: "A learning rate too high",
    settings: { optimizer: "sgd", rate: 2, momentum: 0.9 },
    look: "The loss leaps up and then stays; units die, and every digit gets the same answer: one column of the confusion matrix.",
    cure: "A tenth, and a tenth again, until the loss falls.",
  },
  {
    name: "No shuffling",
    settings: { faults: { unshuffled: true } },
    look: "The digits come sorted by class. The batches are right, the test is not, and its confusion matrix has the class that came last.",
    cure: "A new random order for every epoch.",
  },
  {
    name: "Pixels not scaled",
    settings: { optimizer: "sgd", rate: 0.05, faults: { unscaled: true } },
    look: "Pixels of 0 to 255: the first loss is in the hundreds, then the weights run off.",
    cure: "Divide by 255.",
  },
  {
    name: "Gradients not divided by the batch",
    settings: { optimizer: "sgd", rate: 0.1, batch: 64, faults: { sum: true } },
    look: "Steps 64 times too long: as with a learning rate of 6.4. Adam would hide this, as it divides by the gradient's size.",
    cure: "The mean of the batch, so that the learning rate means the same for every batch.",
  },
  {
    name: "Softmax without its maximum",
    settings: { optimizer: "sgd", rate: 0.5, faults: { noMaximum: true, unscaled: true } },
    look: "exp of a logit over 88 is more than 32 bits hold: infinity over infinity, and from there on there are no numbers.",
    cure: "Take the largest logit off first: no probability changes, and nothing overflows.",
  },
  {
    name: "All weights zero",
    settings: { init: "zero" },
    look: "All units of a layer are equal and stay so; behind the ReLU no gradient comes back at all. Only the last bias learns.",
    cure: "Random weights: units that begin differently can become different.",
  },
  {
    name: "All weights positive",
    settings: { init: "positive", optimizer: "sgd", rate: 0.01 },
    look: "Every unit answers to all ink alike. The first pictures of weights all look the same.",
    cure: "Weights of both signs, around zero.",
  },
  {
    name: "The wrong axis",
    settings: { faults: { wrongAxis: true } },
    look: "The softmax sums down the batch, not along the classes. The first loss is that of the batch size: ln 32 = 3.47, not ln 10. For some fifty steps digits are learned all the same, about half of them, as so often with this fault; then the logits drift apart, the loss becomes infinite, and it guesses again.",
    cure: "Sum along the classes, axis=1. The first loss tells: it has to be ln 10 = 2.30.",
  },
  {
    name: "Three hidden units",
    settings: { network: "mlp:3", rate: 0.003 },
    look: "Its own digits and the test's are equally bad: too small, not learned by heart.",
    cure: "More units.",
  },
  {
    name: "Overfitting 500 digits",
    settings: OVERFITTING,
    look: "All 500 of its own digits right, the test far behind, and its loss begins to rise.",
    cure: "Next: the same with dropout, then with deformed digits.",
  },
  {
    name: "… the same with dropout",
    settings: { ...OVERFITTING, dropout: 0.5 },
    look: "The curve of its own digits comes down, the test's goes up a little.",
    cure: "Next: deformed digits.",
  },
  {
    name: "… the same with deformed digits",
    settings: { ...OVERFITTING, augment: "affine" },
    look: "500 digits, each in a new form in every batch: the test goes up by several percent.",
    cure: "Or more data, where there are any.",
  },
  {
    name: "Ink the wrong way round",
    settings: { faults: { inverted: true } },
    look: "It learns dark ink on light paper and is tested on light ink on black: perfect, and useless.",
    cure: "Bring every image to one form, in training and in use.",
  },
  {
    name: "Testing on what was tuned on",
    settings: { ...OVERFITTING, faults: { testOnTrain: true } },
    look: "The test says 100 %. It is of the digits that were learned.",
    cure: "Digits that had no part in any choice.",
  },
];

// The experiment that settings are of; undefined where they are of none.
export function experimentOf(settings) {
  const same = (one, other) =>
    Object.keys(DEFAULTS).every((name) =>
      name === "faults" ? active(one) === active(other) : one[name] === other[name],
    );
  return FAULTS.find((each) => same({ ...DEFAULTS, ...each.settings }, settings));
}

function active({ faults }) {
  return Object.keys(faults)
    .filter((name) => faults[name])
    .sort()
    .join();
}
