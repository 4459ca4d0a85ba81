/** Web Mercator in units of the whole world (0 to 1), and the part of it that a canvas shows. */

/**
 * The piece of the world on a canvas: world units times `scale`, less `left` and `top`, are canvas pixels.
 * @typedef {{scale: number, left: number, top: number, width: number, height: number, zoom: number}} Frame
 *
 * @typedef {{points: Float64Array, west: number, north: number, east: number, south: number}} Line world units
 */

/** @param {number} longitude */
export function worldX(longitude) {
  return (longitude + 180) / 360;
}

/** @param {number} latitude */
export function worldY(latitude) {
  const sine = Math.sin((Math.max(-85.05, Math.min(85.05, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

/**
 * Undo the payload's differences: integers of degrees x 10,000 become world units.
 * @param {number[]} packed
 * @returns {Line}
 */
export function unpackLine(packed) {
  const points = new Float64Array(packed.length);
  const line = { points, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  let [longitude, latitude] = [0, 0];
  for (let i = 0; i < packed.length; i += 2) {
    longitude += packed[i];
    latitude += packed[i + 1];
    const x = (points[i] = worldX(longitude / 1e4));
    const y = (points[i + 1] = worldY(latitude / 1e4));
    if (x < line.west) line.west = x;
    if (x > line.east) line.east = x;
    if (y < line.north) line.north = y;
    if (y > line.south) line.south = y;
  }
  return line;
}

/**
 * @param {Line} line
 * @param {Frame} frame
 * @returns {boolean} whether the line may be seen
 */
export function inFrame(line, { scale, left, top, width, height }) {
  return (
    line.east * scale >= left &&
    line.west * scale <= left + width &&
    line.south * scale >= top &&
    line.north * scale <= top + height
  );
}

/**
 * Add a line to a path, leaving out vertices closer than the eye can see.
 * @param {CanvasPath} path
 * @param {Line} line
 * @param {Frame} frame
 * @param {boolean} [close]
 */
export function traceLine(path, { points }, { scale, left, top }, close = false) {
  const end = points.length - 2;
  let [atX, atY] = [points[0] * scale - left, points[1] * scale - top];
  path.moveTo(atX, atY);
  for (let i = 2; i <= end; i += 2) {
    const x = points[i] * scale - left;
    const y = points[i + 1] * scale - top;
    if (Math.abs(x - atX) + Math.abs(y - atY) < 0.8 && i < end) continue;
    path.lineTo(x, y);
    atX = x;
    atY = y;
  }
  if (close) path.closePath();
}
