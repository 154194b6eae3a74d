// How numbers are written, wherever the page shows them: what is said agrees with what stands beside it.

export const counted = (number) => number.toLocaleString("en");

export const percent = (part, digits = 1) => `${(100 * part).toFixed(digits)} %`;

// A number in few characters.
export function brief(value) {
  if (Number.isNaN(value)) return "no number";
  if (!Number.isFinite(value)) return value > 0 ? "infinite" : "−infinite";
  if (value === 0) return "0";
  const large = Math.abs(value);
  return large >= 1e5 || large < 1e-3 ? value.toExponential(2) : value.toPrecision(4);
}
