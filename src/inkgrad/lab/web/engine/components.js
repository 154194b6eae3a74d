// Principal components: the directions in which many vectors differ most, by orthogonal iteration.

import { seeded } from "./random.js";

const GUARDS = 3; // directions beyond those wanted: with them the wanted ones are found sooner
const MOST_ROUNDS = 60;
const SETTLED = 1e-6; // by which part the wanted variances may still change

// The first directions of n vectors of d values, rows (n * d), which are centred in place.
// {axes: [(d)], places: (n * wanted), parts: of the whole variance}; `pause` is awaited each round.
export async function principalComponents(rows, n, wanted = 2, pause = async () => {}) {
  const d = rows.length / n;
  const all = withoutMean(rows, n, d);
  const count = Math.min(wanted + GUARDS, d, n);
  const random = seeded(11);
  let axes = Array.from({ length: count }, () => Float64Array.from({ length: d }, random.normal));
  orthonormalize(axes);
  let variances = [];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = variances;
    ({ axes, variances } = turned(axes, rows, n, d));
    await pause();
    if (variances.slice(0, wanted).every((v, k) => Math.abs(v - before[k]) <= SETTLED * v)) break;
  }
  axes = axes.slice(0, wanted).map(upright);
  const places = new Float32Array(n * axes.length);
  axes.forEach((axis, k) => along(axis, rows, n, d).forEach((v, s) => (places[s * axes.length + k] = v)));
  return { axes, places, parts: variances.slice(0, wanted).map((v) => (all ? v / all : 0)) };
}

// Take the mean off each column; returns the whole variance.
function withoutMean(rows, n, d) {
  const mean = new Float64Array(d);
  for (let k = 0; k < rows.length; k++) mean[k % d] += rows[k] / n;
  let all = 0;
  for (let k = 0; k < rows.length; k++) {
    rows[k] -= mean[k % d];
    all += (rows[k] * rows[k]) / n;
  }
  return all;
}

// One round: the axes multiplied by the covariance, made orthonormal, and turned so that each has
// the most variance that is left (Rayleigh and Ritz).
function turned(axes, rows, n, d) {
  const next = axes.map((axis) => {
    const out = new Float64Array(d);
    along(axis, rows, n, d).forEach((v, s) => {
      for (let k = 0, at = s * d; k < d; k++, at++) out[k] += (v * rows[at]) / n;
    });
    return out;
  });
  orthonormalize(next);
  const seen = next.map((axis) => along(axis, rows, n, d));
  const small = seen.map((one) => seen.map((other) => product(one, other) / n));
  const { values, vectors } = symmetricEigen(small);
  const order = [...values.keys()].sort((a, b) => values[b] - values[a]);
  const mixed = order.map((column) => {
    const out = new Float64Array(d);
    next.forEach((axis, j) => axis.forEach((v, k) => (out[k] += vectors[j][column] * v)));
    return out;
  });
  return { axes: mixed, variances: order.map((column) => Math.max(0, values[column])) };
}

// How far each row reaches along an axis (n).
function along(axis, rows, n, d) {
  const out = new Float64Array(n);
  for (let s = 0; s < n; s++) {
    let sum = 0;
    for (let k = 0, at = s * d; k < d; k++, at++) sum += axis[k] * rows[at];
    out[s] = sum;
  }
  return out;
}

const product = (a, b) => a.reduce((sum, v, k) => sum + v * b[k], 0);

// Gram and Schmidt, in place; what is left of nothing is nothing.
function orthonormalize(axes) {
  axes.forEach((axis, j) => {
    for (let turn = 0; turn < 2; turn++) {
      for (const other of axes.slice(0, j)) {
        const part = product(axis, other);
        for (let k = 0; k < axis.length; k++) axis[k] -= part * other[k];
      }
      const long = Math.sqrt(product(axis, axis));
      for (let k = 0; k < axis.length; k++) axis[k] = long > 1e-12 ? axis[k] / long : 0;
    }
  });
}

// The eigenvalues of a small symmetric matrix, and its eigenvectors as columns (Jacobi 1846).
export function symmetricEigen(matrix) {
  const a = matrix.map((row) => [...row]);
  const size = a.length;
  const vectors = a.map((_, j) => a.map((__, k) => (j === k ? 1 : 0)));
  for (let sweep = 0; sweep < 30; sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) {
        if (a[p][q] !== 0) rotate(a, vectors, p, q);
      }
    }
  }
  return { values: a.map((row, k) => row[k]), vectors };
}

// Turn the plane of p and q so that a[p][q] becomes zero.
function rotate(a, vectors, p, q) {
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  const turn = (x, y) => [c * x - s * y, s * x + c * y];
  for (const row of [...a, ...vectors]) [row[p], row[q]] = turn(row[p], row[q]);
  for (let k = 0; k < a.length; k++) [a[p][k], a[q][k]] = turn(a[p][k], a[q][k]);
}

// The sign is free: the largest value is made positive, so that a map does not flip.
function upright(axis) {
  const most = axis.reduce((best, v, k) => (Math.abs(v) > Math.abs(axis[best]) ? k : best), 0);
  return axis[most] < 0 ? axis.map((v) => -v) : axis;
}
