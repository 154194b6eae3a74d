// Model files: safetensors, as inkgrad writes and reads them. A length, a header of JSON, then the
// numbers. https://huggingface.co/docs/safetensors describes the format.

import { Network } from "./network.js";

const MOST_HEADER = 1 << 24;

// {network, about, name} from the bytes of a file. Throws, naming the fault, for anything else.
export function readModel(bytes, name) {
  try {
    return { ...read(bytes), name };
  } catch (error) {
    throw new Error(`${name}: ${error.message}`, { cause: error });
  }
}

function read(bytes) {
  const [header, body] = parted(bytes);
  const told = header.__metadata__?.inkgrad;
  if (typeof told !== "string") throw new Error("was not written by inkgrad");
  const facts = JSON.parse(told);
  if (facts.format !== "1") throw new Error(`is of format ${facts.format}, expected 1`);
  if (facts.about?.alphabet) throw new Error("reads lines, expected a network for one character");
  if (!facts.architecture) throw new Error("holds several networks, expected one");
  const network = new Network(facts.architecture);
  if (network.shapes[0].reduce((a, b) => a * b) !== 784) {
    throw new Error(`takes ${network.shapes[0].join(" x ")} values, expected 28 x 28 pixels`);
  }
  for (const { place, name, shape, values } of network.tensors) {
    const entry = header[`${place}.${name}`];
    if (!entry || entry.shape.join() !== shape.join()) {
      throw new Error(`has no ${place}.${name} of ${shape.join(" x ")}`);
    }
    values.set(numbers(body, entry));
    if (!values.every(Number.isFinite)) throw new Error(`${place}.${name} is not finite`);
  }
  const about = facts.about ?? {};
  const classes = about.classes ?? Array.from({ length: network.outputs }, (_, k) => String(k));
  if (classes.length !== network.outputs)
    throw new Error("names other classes than it has outputs");
  return { network, about: { ...about, classes } };
}

function parted(bytes) {
  const buffer = bytes.buffer ? bytes.slice().buffer : bytes;
  if (buffer.byteLength < 8) throw new Error("is no safetensors file");
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  if (length > MOST_HEADER || 8 + length > buffer.byteLength) {
    throw new Error("is no whole safetensors file");
  }
  const text = new TextDecoder().decode(new Uint8Array(buffer, 8, length));
  if (!text.startsWith("{")) throw new Error("is no safetensors file");
  return [JSON.parse(text), buffer.slice(8 + length)];
}

function numbers(body, { dtype, data_offsets: [from, to] }) {
  if (!(0 <= from && from <= to && to <= body.byteLength)) throw new Error("is cut short");
  const piece = body.slice(from, to);
  if (dtype === "F32") return new Float32Array(piece);
  if (dtype === "F16") return Float32Array.from(new Uint16Array(piece), fromHalf);
  throw new Error(`has numbers of type ${dtype}, expected F32 or F16`);
}

// A number of 16 bits: a sign, five bits of exponent, ten of fraction (IEEE 754 binary16).
function fromHalf(bits) {
  const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

// The bytes of a model file that `inkgrad` reads: weights as 32 bits.
export function writeModel(network, about) {
  const layers = network.architecture.layers.map(knownSettings);
  const architecture = { ...network.architecture, layers };
  const header = {
    __metadata__: { inkgrad: JSON.stringify({ format: "1", architecture, about }) },
  };
  let at = 0;
  for (const { place, name, shape, count } of network.tensors) {
    const data_offsets = [at, (at += 4 * count)];
    header[`${place}.${name}`] = { dtype: "F32", shape, data_offsets };
  }
  let text = JSON.stringify(header);
  const length = new TextEncoder().encode(text).length;
  text += " ".repeat((8 - (length % 8)) % 8); // numbers begin at a multiple of eight
  const head = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + head.length + at);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(head.length), true);
  bytes.set(head, 8);
  let from = 8 + head.length;
  for (const { values, count } of network.tensors) {
    bytes.set(new Uint8Array(values.slice().buffer), from);
    from += 4 * count;
  }
  return bytes;
}

// What is known of a network whose weights were changed: not how well it once did.
export function withoutScores(about) {
  const { scores, refused, ...rest } = about;
  return rest;
}

// Ways to begin that exist for experiments only are not known to inkgrad.
function knownSettings(layer) {
  return ["zero", "positive"].includes(layer.init) ? { ...layer, init: "he" } : layer;
}
