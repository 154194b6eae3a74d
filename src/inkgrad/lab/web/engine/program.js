// What was done in the page as a Python program that does it with the package, and runs as it is.

import { ADAPTING_RATE, ADAPTING_STEPS, AT_ONCE } from "./adapting.js";

const NAMES = { sgd: "SGD", adam: "Adam", adamw: "AdamW" };
const AT_A_LINE = 100; // letters of base64

// The program of a training run with these settings: the loop written out, faults and all.
export function runProgram(settings, layers, { epochs, train }) {
  const { faults, optimizer, rate, momentum, batch, augment } = settings;
  const kept = layers.filter(({ type }) => type !== "Dropout" || settings.dropout > 0);
  const made = kept.map((layer) => layerCall(layer, settings));
  const own = faults.noMaximum || faults.wrongAxis;
  const used = [
    ...(augment === "none" ? [] : ["Augmented"]),
    ...new Set(kept.map(({ type }) => type)),
    ...["Network", NAMES[optimizer], "load", "logits_of", "one_blas_thread", "save_network"],
    ...(own ? [] : ["softmax_cross_entropy"]),
  ].sort(inOrder);
  const samples = Math.min(settings.samples, train);
  const shape = kept[0].type === "Conv2D" ? "(28, 28, 1)" : "(784,)";
  const arguments_ = optimizer === "sgd" ? `${rate}, momentum=${momentum}` : String(rate);
  const floats = faults.unscaled ? ".astype(np.float32)" : "";
  return program([
    `"""A training run of the lab: ${settings.network}, ${NAMES[optimizer]} at ${rate}, batches of ${batch}.`,
    "",
    "python FILE [EPOCHS]    trains as the page does and writes model.safetensors",
    '"""',
    "",
    "import sys",
    "",
    "import numpy as np",
    "",
    `from inkgrad import ${used.length > 6 ? `(\n    ${used.join(",\n    ")},\n)` : used.join(", ")}`,
    "",
    own ? lossWithFaults(faults) : null,
    `epochs = int(sys.argv[1]) if len(sys.argv) > 1 else ${epochs}`,
    'data, rng = load("mnist-5k"), np.random.default_rng(0)',
    `train = data.train.take(np.arange(${samples}) * len(data.train) // ${samples})`,
    faults.testOnTrain ? "test = train  # which is no test" : "test = data.test",
    augment === "none" ? null : `train = Augmented(train, "${augment}")`,
    "network = Network(",
    `    ${shape},`,
    "    [",
    ...made.map((call) => `        ${call},`),
    "    ],",
    ")",
    ...firstWeights(settings.init),
    `optimizer = ${NAMES[optimizer]}(${arguments_}).start()`,
    "with one_blas_thread():",
    "    for epoch in range(1, epochs + 1):",
    faults.unshuffled
      ? "        order = np.arange(len(train))  # sorted by class, as the digits come"
      : "        order = rng.permutation(len(train))",
    `        for places in np.split(order, range(${batch}, len(order), ${batch})):`,
    "            images, labels = train.batch(places, rng)",
    faults.inverted ? "            images = 255 - images  # dark ink on light paper" : null,
    `            logits = network.forward(images${floats})${floats && "  # 0..255, not 0..1"}`,
    `            loss, gradient = ${own ? "cross_entropy" : "softmax_cross_entropy"}(logits, labels)`,
    `            network.backward(gradient${faults.sum ? " * len(labels)" : ""})${faults.sum ? "  # the sum, not the mean" : ""}`,
    "            optimizer.step(network)",
    `        right = logits_of(network, test.images${floats}).argmax(axis=1) == test.labels`,
    '        print(f"epoch {epoch}: loss of the last batch {loss:.3f}, test {100 * right.mean():.1f} %")',
    'save_network(network, "model.safetensors", {"classes": list("0123456789")})',
  ]);
}

// The program that adapts a network to digits [{image, label}] as `adapted` does, with them in it.
// `model` is {name, shipped, bytes}: one that comes with inkgrad is opened by its name.
export function adaptingProgram(digits, model, { held, others }) {
  const images = new Uint8Array(digits.length * 784);
  digits.forEach(({ image }, k) => images.set(image, k * 784));
  return program([
    `"""${model.shipped ? `The network "${model.name}"` : "A network"} adapted to one hand, as it was done in the lab.`,
    "",
    "python FILE    tells how many digits are right before and after; writes adapted.safetensors",
    '"""',
    "",
    "import base64",
    model.shipped ? null : "from pathlib import Path",
    model.shipped ? null : "from tempfile import TemporaryDirectory",
    "",
    "import numpy as np",
    "",
    "from inkgrad import Adam, Network, load, load_network, save_network, softmax_cross_entropy",
    model.shipped ? "from inkgrad.pretrained.shipped import find" : null,
    "",
    `LABELS = "${digits.map(({ label }) => label).join("")}"`,
    `IMAGES = """\n${inLines(base64(images))}\n"""  # 28x28 bytes each, 0 for paper and 255 for ink`,
    model.shipped ? null : `MODEL = """\n${inLines(base64(model.bytes))}\n"""`,
    "",
    ...(model.shipped
      ? [`network, about = load_network(find("${model.name}"))`]
      : [
          "with TemporaryDirectory() as folder:",
          '    path = Path(folder) / "model.safetensors"',
          "    path.write_bytes(base64.b64decode(MODEL))",
          "    network, about = load_network(path)",
        ]),
    'classes = about.get("classes", list("0123456789"))',
    "mine = np.frombuffer(base64.b64decode(IMAGES), np.uint8).reshape(-1, 28, 28)",
    "mine_labels = np.array([classes.index(label) for label in LABELS])",
    `held = np.arange(len(mine)) % ${held} == 0  # not learned from`,
    'everybody = load("mnist-5k")',
    `others = everybody.train.take(np.arange(${others}) * len(everybody.train) // ${others})`,
    "",
    "",
    "def right(images, labels):",
    '    """How many percent of some digits the network reads rightly."""',
    "    return 100 * np.mean(network(images).argmax(axis=1) == labels)",
    "",
    "",
    "def class_of(labels):",
    '    """The places among the network\'s classes of digits 0..9."""',
    "    return np.array([classes.index(str(label)) for label in labels])",
    "",
    "",
    "def told(when):",
    "    own = right(mine[held], mine_labels[held])",
    "    everybodys = right(everybody.test.images, class_of(everybody.test.labels))",
    '    print(f"{when}: {own:.1f} % of mine, {everybodys:.1f} % of everybody\'s")',
    "",
    "",
    'told("before")',
    "# Mine over and over, to as many as there are of others: so that those are not forgotten.",
    "learned = np.resize(np.flatnonzero(~held), len(others))",
    "labels = np.concatenate([mine_labels[learned], class_of(others.labels)])",
    "features = network.prepare(np.concatenate([mine[learned], others.images]))",
    "for layer in network.layers[:-1]:",
    "    features = layer(features)",
    "# The last layer as a network of its own: it alone learns.",
    "head = Network(features.shape[1:], [network.layers[-1]])",
    "last, rng = len(network.layers) - 1, np.random.default_rng(5)",
    'for name in ("W", "b"):',
    '    head.parameters()[f"0.{name}"][:] = network.parameters()[f"{last}.{name}"]',
    `optimizer = Adam(${ADAPTING_RATE}).start()`,
    `for _ in range(${ADAPTING_STEPS}):`,
    `    places = rng.integers(len(features), size=${AT_ONCE})`,
    "    _, gradient = softmax_cross_entropy(head.forward(features[places]), labels[places])",
    "    head.backward(gradient)",
    "    optimizer.step(head)",
    'for name in ("W", "b"):',
    '    network.parameters()[f"{last}.{name}"][:] = head.parameters()[f"0.{name}"]',
    'told("adapted")',
    'save_network(network, "adapted.safetensors", about)',
  ]);
}

const program = (lines) => `${lines.filter((line) => line !== null).join("\n")}\n`;

// Constants, classes, functions: as the tools of Python sort imports.
function inOrder(a, b) {
  const kind = (name) => (name === name.toUpperCase() ? 0 : /^[A-Z]/.test(name) ? 1 : 2);
  return kind(a) - kind(b) || (a < b ? -1 : 1);
}

// A layer as it is written in Python; ways to begin that are for experiments come after.
function layerCall({ type, ...told }, { init, dropout }) {
  if (type === "Dropout") return `Dropout(${dropout})`;
  const first = told.units ?? told.channels;
  const more = [
    ...(told.kernel && told.kernel !== 3 ? [`kernel=${told.kernel}`] : []),
    ...(told.init && init === "glorot" ? ['init="glorot"'] : []),
    ...(told.init && typeof init === "number" ? [`init=${init}`] : []),
  ];
  return `${type}(${[...(first ? [first] : []), ...more].join(", ")})`;
}

function firstWeights(init) {
  if (init !== "zero" && init !== "positive") return [];
  const positive = [
    "        inputs, outputs = np.prod(array.shape[:-1]), array.size / array.shape[-2]",
    "        array[:] = rng.random(array.shape) * np.sqrt(6 / (inputs + outputs))",
  ];
  return [
    "for name, array in network.parameters().items():",
    '    if name.endswith(".W"):',
    ...(init === "zero" ? ["        array[:] = 0"] : positive),
  ];
}

function lossWithFaults({ noMaximum, wrongAxis }) {
  const axis = wrongAxis ? 0 : 1;
  const top = noMaximum ? "logits" : `logits - logits.max(axis=${axis}, keepdims=True)`;
  const why = wrongAxis ? "  # along the classes would be axis=1" : "";
  return [
    "",
    "def cross_entropy(logits, labels):",
    `    """Softmax and loss with ${noMaximum ? "no maximum taken off" : "the wrong axis"}, as in the experiment."""`,
    `    p = np.exp(${top})`,
    `    p /= p.sum(axis=${axis}, keepdims=True)${why}`,
    "    right = np.arange(len(labels)), labels",
    "    loss = -np.log(p[right]).mean()",
    "    p[right] -= 1",
    "    return loss, p / len(labels)",
    "",
    "",
  ].join("\n");
}

function base64(bytes) {
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  return btoa(letters);
}

const inLines = (text) => text.match(new RegExp(`.{1,${AT_A_LINE}}`, "g")).join("\n");
