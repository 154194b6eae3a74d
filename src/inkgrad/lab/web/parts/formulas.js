// Formulas as MathML, put together from a few words.

const MATHML = "http://www.w3.org/1998/Math/MathML";

// An element of MathML with what is in it; text becomes a name, a number or a sign by its looks.
export function m(tag, ...children) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...children.map((child) => (typeof child === "string" ? leaf(child) : child)));
  return element;
}

function leaf(text) {
  const tag = /^[\d.]+$/.test(text) ? "mn" : /^[\p{L}]+$/u.test(text) ? "mi" : "mo";
  const element = document.createElementNS(MATHML, tag);
  element.textContent = text;
  return element;
}

export const sub = (base, index) => m("msub", base, index);
export const sup = (base, index) => m("msup", base, index);
export const frac = (top, bottom) => m("mfrac", top, bottom);
export const root = (inner) => m("msqrt", inner);
export const row = (...children) => m("mrow", ...children);
export const hat = (base) => m("mover", base, "^");

// A whole formula.
export function formula(...children) {
  return m("math", ...children);
}
