// The map's points, and how well they fit words, as the server sends them: 16 bytes and 8 bytes each.

const BYTES = 16;

/** Give number, place and genre of every track, as columns. */
export function readPoints(data) {
  const n = data.byteLength / BYTES;
  const points = { ids: new Uint32Array(n), x: new Float32Array(n), y: new Float32Array(n), genre: new Uint32Array(n) };
  for (let i = 0; i < n; i += 1) {
    points.ids[i] = data.getUint32(i * BYTES, true);
    points.x[i] = data.getFloat32(i * BYTES + 4, true);
    points.y[i] = data.getFloat32(i * BYTES + 8, true);
    points.genre[i] = data.getUint32(i * BYTES + 12, true);
  }
  for (const values of [points.x, points.y]) spread(values);
  return points;
}

/** Give how well tracks fit, 0 to 1, by number. */
export function readShades(data) {
  return new Map(Array.from({ length: data.byteLength / 8 }, (_, i) => [data.getUint32(i * 8, true), data.getFloat32(i * 8 + 4, true)]));
}

/** Bring coordinates to −1…1, but for the outermost few: a single far point must not press all others together. */
function spread(values) {
  const sorted = values.slice().sort();
  const at = (share) => sorted[Math.round((sorted.length - 1) * share)];
  const [low, high] = [at(0.005), at(0.995)];
  for (let i = 0; i < values.length; i += 1) values[i] = (2 * (values[i] - low)) / (high - low || 1) - 1;
}
