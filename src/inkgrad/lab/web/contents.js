// What the page carries: networks as model files, digits in a picture with their labels.

import { readModel } from "./engine/safetensors.js";

// The names of the networks in the page, in order.
export function modelNames() {
  return [...document.querySelectorAll("script.model")].map((each) => each.dataset.name);
}

// A network in the page by its name: {network, about, name, shipped}; what is shipped with inkgrad a
// program can open by its name.
export function openModel(name) {
  const every = [...document.querySelectorAll("script.model")];
  const found = every.find((each) => each.dataset.name === name);
  if (!found) throw new Error(`${name}: no such network in this page`);
  const shipped = found.dataset.shipped !== undefined;
  return { ...readModel(fromBase64(found.textContent), name), shipped };
}

function fromBase64(text) {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let k = 0; k < letters.length; k++) bytes[k] = letters.charCodeAt(k);
  return bytes;
}

let unpacked = null;

// The digits: {train: {images (n, 784), labels}, test, title, licence}; null where there are none.
export function openDigits() {
  unpacked ??= unpack(document.getElementById("digits"));
  return unpacked;
}

async function unpack(element) {
  if (!element) return null;
  const { train, across, labels, title, licence } = JSON.parse(element.dataset.facts);
  const picture = new Image();
  picture.src = `data:image/png;base64,${element.textContent}`;
  await picture.decode();
  const pixels = pixelsOf(picture);
  const images = new Uint8Array(labels.length * 784);
  for (let k = 0; k < labels.length; k++) {
    const [top, left] = [Math.floor(k / across) * 28, (k % across) * 28];
    for (let y = 0; y < 28; y++) {
      const from = ((top + y) * pixels.width + left) * 4;
      for (let x = 0; x < 28; x++) images[k * 784 + y * 28 + x] = pixels.data[from + x * 4];
    }
  }
  const numbers = Uint8Array.from(labels, Number);
  const part = (from, to) => ({
    images: images.subarray(from * 784, to * 784),
    labels: numbers.subarray(from, to),
  });
  return { train: part(0, train), test: part(train, labels.length), title, licence };
}

// The pixels (ImageData) of a picture, no side longer than `most`.
export function pixelsOf(picture, most = Infinity) {
  const [width, height] = [
    picture.naturalWidth || picture.width,
    picture.naturalHeight || picture.height,
  ];
  const scale = Math.min(1, most / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
