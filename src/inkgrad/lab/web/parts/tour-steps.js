// The guided tour: what is pointed at, in which view, and what is said of it; some three minutes.

// `link` opens the view as the step needs it; `at` is what is pointed at.
export const TOUR_STEPS = [
  {
    link: "draw?digit=310",
    at: ".board",
    title: "A digit on paper",
    text: "Somebody wrote this 3 and the network has never seen it. Clear it and draw one of your own, if you like: with the mouse, a pen, a finger or the keyboard.",
  },
  {
    link: "draw?digit=310",
    at: ".sees",
    title: "What the network sees",
    text: "784 numbers, 0 for paper and 1 for ink, and nothing else. Every drawing is brought to this one form first, so that its size and place do not matter.",
  },
  {
    link: "draw?digit=310",
    at: ".answers",
    title: "What it answers",
    text: "Ten probabilities that sum to one. Point at one of them, or reach it by Tab: the form of the digit turns blue where its ink speaks for that class, and orange where it speaks against it.",
  },
  {
    link: "draw?digit=310",
    at: ".inside",
    title: "Layer by layer",
    text: "Each square is the answer of one unit. The first layers find strokes and edges, the later ones parts of digits, the last one digits. Point at a square to see what it looks for.",
  },
  {
    link: "unfolded?digit=310&layer=0",
    at: ".products",
    title: "One value, unfolded",
    text: "This is all that a layer does: nine pixels times nine weights, summed. The same nine weights go over the whole digit. What they are is not programmed: it is learned.",
  },
  {
    link: "train",
    at: ".tools",
    title: "Learning",
    text: "A network begins with random weights and guesses: one in ten is right. Press Start. It looks at 32 digits at a time and moves every weight a little to where it would have been less wrong.",
  },
  {
    link: "train",
    at: ".curves",
    title: "Is it learning?",
    text: "The loss says how surprised it is by the right answers; 2.30 is guessing. Blue is of the digits it learns from, orange of digits it never sees. Where the two part, it learns by heart.",
  },
  {
    link: "train",
    at: ".faults",
    title: "What goes wrong",
    text: "Each of these breaks the training in one of the usual ways, says what to look at, and how it is mended. The advice above the curves is worked out from what is measured.",
  },
  {
    link: "step?stage=0",
    at: ".stages",
    title: "One step, number by number",
    text: "How does it know where to move a weight? Forward from the pixels to the loss, then backward from the loss to every weight. Press Step to go through the stages, or Play.",
  },
  {
    link: "step?stage=0",
    at: ".weight",
    title: "One weight",
    text: "The gradient of a weight is what came in times what comes back, summed over the digits. Below the products stand two losses, with the weight a little larger and a little smaller: they agree.",
  },
  {
    link: "test",
    at: ".doubt",
    title: "May it be trusted?",
    text: "Its probability is a doubt that can be used: where it answers only from a threshold on, fewer are answered and more of them are right. Move the threshold.",
  },
  {
    link: "test",
    at: ".space",
    title: "A map of the digits",
    text: "Every test digit as a point, by what a layer answers to it. In the pixels the classes lie over each other; from layer to layer they move apart. Choose the layer above the map.",
  },
  {
    link: "edit",
    at: ".units",
    title: "What each unit is for",
    text: "Click a unit to switch it off and see how many digits are still right. Most can go; a few cannot. Weights can be rounded to a few bits, too.",
  },
  {
    link: "own",
    at: ".adapting",
    title: "Your own hand",
    text: "Keep a dozen digits of your own and adapt the network to them. It is tested on those of yours that it did not learn from. That was the tour; everything here is yours to try.",
  },
];
