// Arrays of bytes as an .npz, NumPy's zip file, which inkgrad takes as a data set.

// The bytes of an .npz: {name: {shape, values}} of numbers 0..255. Members are stored, not packed.
export function writeNpz(arrays) {
  const members = Object.entries(arrays).map(([name, { shape, values }]) => {
    const content = joined([npyHeader(shape), values]);
    return { name: new TextEncoder().encode(`${name}.npy`), content, sum: crc32(content) };
  });
  const [pieces, directory] = [[], []];
  let at = 0;
  for (const { name, content, sum } of members) {
    // Version, flags, method 0, a date (1980-01-01), checksum, sizes, length of the name.
    const sizes = [
      [content.length, 4],
      [content.length, 4],
      [name.length, 2],
      [0, 2],
    ];
    const common = [[20, 2], [0, 2], [0, 2], [0, 2], [0x21, 2], [sum, 4], ...sizes];
    const local = joined([littleEndian([[0x04034b50, 4], ...common]), name, content]);
    const entry = [[0x02014b50, 4], [20, 2], ...common, [0, 2], [0, 2], [0, 2], [0, 4], [at, 4]];
    directory.push(joined([littleEndian(entry), name]));
    pieces.push(local);
    at += local.length;
  }
  const index = joined(directory);
  const count = members.length;
  const end = littleEndian([
    [0x06054b50, 4],
    [0, 2],
    [0, 2],
    [count, 2],
    [count, 2],
    [index.length, 4],
    [at, 4],
    [0, 2],
  ]);
  return joined([...pieces, index, end]);
}

function npyHeader(shape) {
  const tuple = `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
  let text = `{'descr': '|u1', 'fortran_order': False, 'shape': ${tuple}, }`;
  text += `${" ".repeat((64 - ((11 + text.length) % 64)) % 64)}\n`;
  const start = Uint8Array.of(0x93, ...[..."NUMPY"].map((letter) => letter.charCodeAt(0)), 1, 0);
  return joined([start, littleEndian([[text.length, 2]]), new TextEncoder().encode(text)]);
}

// Numbers with so many bytes each, the lowest byte first.
function littleEndian(pairs) {
  return Uint8Array.from(
    pairs.flatMap(([value, bytes]) =>
      Array.from({ length: bytes }, (_, k) => (value >>> (8 * k)) & 255),
    ),
  );
}

function joined(pieces) {
  const all = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

function crc32(bytes) {
  let sum = -1;
  for (const byte of bytes) {
    sum ^= byte;
    for (let k = 0; k < 8; k++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}
