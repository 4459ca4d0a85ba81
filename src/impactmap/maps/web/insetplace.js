/** Where the inset stands, the small map of what lies far out: the rules of `scene/author/inset.py`. */

/** Width by height, part of the map's width and height at most, and pixels at least, below which it says nothing. */
const INSET_SHAPE = 4 / 3;
const [INSET_WIDE, INSET_HIGH] = [0.28, 0.36];
const INSET_LEAST = 116;
const INSET_MARGIN = 8;
/** Above the line of sources. */
const INSET_FOOT = 40;

/**
 * @typedef {import("./labels.js").Box} Box
 * @param {Box} view
 * @param {Box[]} obstacles marks
 * @returns {{box: Box, covered: number}} the corner where the least is covered
 */
export function insetSpot({ x, y, width, height }, obstacles) {
  const high = Math.max(INSET_LEAST / INSET_SHAPE, Math.min((INSET_WIDE * width) / INSET_SHAPE, INSET_HIGH * height));
  const [w, h] = [Math.round(high * INSET_SHAPE), Math.round(high)];
  const [right, bottom] = [x + width - w - INSET_MARGIN, y + height - h - INSET_FOOT];
  const spots = [[right, bottom], [right, y + INSET_MARGIN], [x + INSET_MARGIN, bottom]].map(([left, top]) => {
    const box = { x: left, y: top, width: w, height: h };
    return { box, covered: obstacles.reduce((sum, other) => sum + shared(box, other), 0) };
  });
  return spots.reduce((best, spot) => (spot.covered < best.covered ? spot : best));
}

/** @type {(box: Box, other: Box) => number} */
function shared(box, other) {
  const across = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
  const down = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
  return across > 0 && down > 0 ? across * down : 0;
}

/**
 * Pixels to leave free on the right of the first view, where the inset would cover a mark in each corner.
 * @param {import("leaflet").Map} map in its first view
 * @param {import("./payload.js").Payload} payload
 */
export function insetRoom(map, { header, columns }) {
  if (!header.inset) return 0;
  const size = map.getSize();
  /** @type {Box[]} */
  const marks = [];
  const { place_lat: lat, place_lon: lon } = columns;
  for (let place = 0; place < lat.length; place++) {
    const { x, y } = map.latLngToContainerPoint([lat[place], lon[place]]);
    if (x >= 0 && y >= 0 && x <= size.x && y <= size.y) marks.push({ x: x - 12, y: y - 12, width: 24, height: 24 });
  }
  for (const { label: [west, south] } of header.areas) {
    const { x, y } = map.latLngToContainerPoint([south, west]);
    marks.push({ x: x - 12, y: y - 12, width: 24, height: 24 });
  }
  const { box, covered } = insetSpot({ x: 0, y: 0, width: size.x, height: size.y }, marks);
  return covered > 0 ? box.width + 2 * INSET_MARGIN : 0;
}
