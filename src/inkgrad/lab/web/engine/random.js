// Random numbers from a seed: the same seed gives the same network and the same batches.

// A generator of numbers in 0..1 (sfc32, a small fast counting generator), with `normal` and `order`.
export function seeded(seed) {
  let [a, b, c, count] = [0x9e3779b9, 0x243f6a88, seed | 0, 1];
  const random = () => {
    const sum = (a + b + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let k = 0; k < 15; k++) random();
  // Box and Muller 1958
  random.normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  // The numbers 0..count-1 in random order (Fisher and Yates).
  random.order = (length) => {
    const places = Array.from({ length }, (_, k) => k);
    for (let k = length - 1; k > 0; k--) {
      const other = Math.floor(random() * (k + 1));
      [places[k], places[other]] = [places[other], places[k]];
    }
    return places;
  };
  return random;
}
