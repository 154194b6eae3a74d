// Curves and histograms on a canvas, in the page's own colours.

function prepared(canvas) {
  const [width, height] = [canvas.clientWidth || 300, canvas.clientHeight || 150];
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  context.font = "12px system-ui, sans-serif";
  return { context, width, height, colour };
}

// Curves over a common axis. series: [{points: [[x, y]], colour: "accent", dashed, faint}];
// `low` and `high` bound the values, with a line every `step`; `x` names what is counted along,
// `show` writes a value.
export function paintCurves(canvas, series, { low, high, step, x = "", show = String, most = 0 }) {
  const { context, width, height, colour } = prepared(canvas);
  const edge = { left: 46, right: 12, top: 10, bottom: 26 };
  const every = series.flatMap(({ points }) => points);
  const last = Math.max(most, ...every.map(([at]) => at), 1);
  const first = Math.min(...every.map(([at]) => at), last);
  const toX = (at) =>
    edge.left + ((at - first) / (last - first || 1)) * (width - edge.left - edge.right);
  const toY = (value) =>
    height - edge.bottom - ((value - low) / (high - low || 1)) * (height - edge.top - edge.bottom);
  context.strokeStyle = colour("line");
  context.fillStyle = colour("soft");
  for (let value = low; value < high + step / 2; value += step) {
    context.beginPath();
    context.moveTo(edge.left, toY(value));
    context.lineTo(width - edge.right, toY(value));
    context.stroke();
    context.textAlign = "right";
    context.fillText(show(value), edge.left - 7, toY(value) + 4);
  }
  context.fillText(`${x} ${Math.round(last)}`.trim(), width - edge.right, height - 7);
  context.textAlign = "left";
  context.fillText(String(Math.round(first)), edge.left, height - 7);
  for (const { points, colour: name, dashed, faint } of series) {
    context.strokeStyle = colour(name);
    context.globalAlpha = faint ? 0.4 : 1;
    context.lineWidth = 2;
    context.lineJoin = "round";
    context.setLineDash(dashed ? [5, 4] : []);
    context.beginPath();
    for (const [at, value] of points) {
      if (Number.isFinite(value))
        context.lineTo(toX(at), toY(Math.min(high, Math.max(low, value))));
    }
    context.stroke();
  }
  context.globalAlpha = 1;
}

// One histogram: {low, high, counts}, or a word where a value is no number.
export function paintHistogram(canvas, found, name = "accent") {
  const { context, width, height, colour } = prepared(canvas);
  context.fillStyle = colour("soft");
  if (!found) {
    context.fillText("no numbers any more", 4, height / 2);
    return;
  }
  const top = Math.max(...found.counts);
  const wide = width / found.counts.length;
  context.fillStyle = colour(name);
  found.counts.forEach((count, k) => {
    const tall = (Math.sqrt(count / top) || 0) * (height - 20);
    context.fillRect(k * wide + 0.5, height - 16 - tall, wide - 1, tall);
  });
  context.fillStyle = colour("soft");
  context.textAlign = "left";
  context.fillText(found.low.toPrecision(2), 0, height - 3);
  context.textAlign = "right";
  context.fillText(found.high.toPrecision(2), width, height - 3);
}
