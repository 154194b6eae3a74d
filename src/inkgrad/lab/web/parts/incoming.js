// Files that are opened in the page or dropped on it.

import { readModel } from "../engine/safetensors.js";
import { say } from "./elements.js";

const LARGEST_MODEL = 64 << 20; // bytes

// Put in a network, or give a picture to the view. What cannot be read is said.
export async function takeFile(file, shelf, view) {
  if (file.type.startsWith("image/")) {
    if (view.picture) await view.picture(file);
    else say("Pictures are for the view Draw.");
    return null;
  }
  try {
    if (file.size > LARGEST_MODEL) throw new Error(`${file.name}: is larger than 64 MB`);
    const model = readModel(new Uint8Array(await file.arrayBuffer()), file.name);
    const name = shelf.add(file.name.replace(/\.safetensors$/, ""), model);
    say(`${name} is in the lab: choose it among the networks.`);
    return name;
  } catch (error) {
    say(error.message);
    return null;
  }
}
