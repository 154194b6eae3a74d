// Where the page begins, and the worker that trains: both are this one script.

import { startPage } from "./app.js";
import { openDigits, openModel } from "./contents.js";
import { advice } from "./engine/advice.js";
import { principalComponents } from "./engine/components.js";
import { edited } from "./engine/editing.js";
import { FAULTS } from "./engine/faults.js";
import { toGlyph } from "./engine/glyph.js";
import { softmax, softmaxCrossEntropy } from "./engine/losses.js";
import { architecture, LAYERS, Network } from "./engine/network.js";
import { OneStep } from "./engine/one-step.js";
import { Adam, SGD } from "./engine/optimizers.js";
import { runProgram } from "./engine/program.js";
import { readGlyph } from "./engine/reading.js";
import { readModel, writeModel } from "./engine/safetensors.js";
import { Run } from "./engine/training.js";
import { startWorker } from "./worker.js";

// The engine, for the browser's console.
globalThis.inkgrad = {
  ...{ Network, LAYERS, architecture, readModel, writeModel, softmax, softmaxCrossEntropy },
  ...{ Adam, SGD, OneStep, Run, FAULTS, advice, toGlyph, readGlyph, openModel, openDigits },
  ...{ principalComponents, edited, runProgram },
};

if (typeof document === "undefined") startWorker();
else startPage();
