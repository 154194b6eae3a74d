// How wrong an answer is, and the gradient of that: where backpropagation starts.

// Probabilities (n, k) from logits (n, k): exp(z / T) / sum, with the maximum taken off first.
//
// `faults` are for experiments: `noMaximum` leaves the maximum where it is, so that exp overflows;
// `wrongAxis` sums down the batch where it should sum along the classes.
export function softmax(logits, k, temperature = 1, faults = {}) {
  const n = logits.length / k;
  const p = new Float32Array(logits.length);
  const down = faults.wrongAxis;
  const [groups, members, step] = down ? [k, n, k] : [n, k, 1];
  for (let g = 0; g < groups; g++) {
    const from = down ? g : g * k;
    let top = faults.noMaximum ? 0 : -Infinity;
    if (!faults.noMaximum) {
      for (let m = 0; m < members; m++) top = Math.max(top, logits[from + m * step]);
    }
    let total = 0;
    for (let m = 0; m < members; m++) {
      const at = from + m * step;
      p[at] = Math.exp((logits[at] - top) / temperature); // as 32 bits hold it: inf from e^89 on
      total += p[at];
    }
    for (let m = 0; m < members; m++) p[from + m * step] /= total;
  }
  return p;
}

// The mean cross-entropy in nats, how many are right, and the gradient `dlogits` (n, k).
//
// log sum exp(z) - z[label] neither overflows nor takes the log of zero; with a fault in the
// softmax the loss is what a program with that fault would print. `sum` leaves the division by n
// out of the gradient.
export function softmaxCrossEntropy(logits, labels, k, faults = {}) {
  const n = labels.length;
  const p = softmax(logits, k, 1, faults);
  const dlogits = new Float32Array(logits.length);
  const faulty = faults.noMaximum || faults.wrongAxis;
  let [loss, right] = [0, 0];
  for (let s = 0; s < n; s++) {
    const row = logits.subarray(s * k, s * k + k);
    const label = labels[s];
    const at = s * k + label;
    loss += faulty ? -Math.log(p[at]) : logSumExp(row) - row[label];
    if (likeliest(row) === label) right++;
    for (let j = 0; j < k; j++) {
      dlogits[s * k + j] = (p[s * k + j] - (j === label ? 1 : 0)) / (faults.sum ? 1 : n);
    }
  }
  return { loss: loss / n, right, dlogits, p };
}

export function logSumExp(row) {
  const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
  let total = 0;
  for (const value of row) total += Math.exp(value - top);
  return top + Math.log(total);
}

// The place of the largest value; the first of several.
export function likeliest(row) {
  let best = 0;
  for (let j = 1; j < row.length; j++) if (row[j] > row[best]) best = j;
  return best;
}
