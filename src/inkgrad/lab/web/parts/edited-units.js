// Units that were switched off, scaled and shifted, as a link holds them.

export const SCALES = [-1, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
export const SHIFTS = [-4, -2, -1, -0.5, -0.25, 0, 0.25, 0.5, 1, 2, 4];

// Units that are off in a link: "place:unit", with commas between.
export function toldOff(off) {
  return Object.entries(off)
    .flatMap(([place, units]) => units.map((unit) => `${place}:${unit}`))
    .join();
}

export function offFrom(text, network) {
  const off = {};
  for (const [place, unit] of quartets(text, network)) (off[place] ??= []).push(unit);
  return off;
}

// Units that are scaled and shifted: "place:unit:scale:shift".
export function toldTuned(tuned) {
  return Object.entries(tuned)
    .flatMap(([place, units]) =>
      Object.entries(units).map(([unit, values]) => [place, unit, ...values].join(":")),
    )
    .join();
}

export function tunedFrom(text, network) {
  const tuned = {};
  for (const [place, unit, scale, shift] of quartets(text, network)) {
    if (SCALES.includes(scale) && SHIFTS.includes(shift))
      (tuned[place] ??= {})[unit] = [scale, shift];
  }
  return tuned;
}

// The numbers of a link, where they name a unit that there is and that is not of the last layer.
function quartets(text, network) {
  return (text ?? "")
    .split(",")
    .map((each) => each.split(":").map(Number))
    .filter(([place, unit]) => {
      const layer = place < network.layers.length - 1 ? network.layers[place] : null;
      return layer?.W && layer.b[unit] !== undefined;
    });
}
