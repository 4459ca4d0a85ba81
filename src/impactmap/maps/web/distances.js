/** Lines to the border that distances refer to, and those at a distance from it; by the rules of `scene/distance_lines.py`. */
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";

/** Places up to which lines are drawn. */
const FEW = 12;
/** Points of a line lie at most so many kilometres apart. */
const STEP_KM = 20;
/** A line that is shorter, in pixels, lies under its mark: its figure would seem to be the mark's. */
const SHORTEST = 20;
/** Pixels between the spots where the name of a band may stand. */
const BAND_STEP = 60;

/**
 * @typedef {{place: number, border: [number, number], km: number, text: string}} DistanceLine border: longitude, latitude
 * @typedef {{text: string, band: boolean, spots: (width: number, height: number) => number[][],
 *   along: import("./labels.js").Box[]}} LineLabel along: what other labels keep off
 * @typedef {ReturnType<typeof createDistances>} Distances
 */

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {(place: number) => Uint32Array} rowsOf
 */
export function createDistances(payload, state, rowsOf) {
  const { of, lines, bands } = payload.header.distances;
  let { columns } = payload;
  const drawnBands = bands.map(({ text, lines }) => ({ text, lines: lines.map(unpackLine) }));
  /** @type {Map<number, import("./geometry.js").Line>} */
  const traced = new Map();
  /** @type {DistanceLine[]} */
  let chosen = [];

  /** @param {DistanceLine} line */
  function trace({ place, border, km }) {
    if (columns !== payload.columns) {
      traced.clear();
      ({ columns } = payload);
    }
    let line = traced.get(place);
    if (!line) traced.set(place, (line = geodesic(columns.place_lon[place], columns.place_lat[place], border[0], border[1], km)));
    return line;
  }

  /** @param {import("./geometry.js").Frame} frame */
  const shown = (frame) =>
    (of === "all" ? lines : chosen).filter((line) => inFrame(trace(line), frame) && rowsOf(line.place).some(state.rowShown));

  return {
    /**
     * Lines of the places of these events, whose texts are open; of none where they are many.
     * @param {number[]} events
     */
    choose(events) {
      if (of !== "chosen") return;
      /** @type {Map<number, DistanceLine>} */
      const found = new Map();
      for (const { row, km, line, border_lat: lat, border_lon: lon } of events.flatMap((event) => payload.text(event)?.places ?? [])) {
        const place = payload.columns.row_place[row] - 1;
        if (place >= 0 && km !== undefined && lat !== undefined && lon !== undefined) found.set(place, { place, border: [lon, lat], km, text: line ?? "" });
      }
      chosen = found.size > FEW ? [] : [...found.values()];
    },

    /** @type {import("./basemap.js").Painter} */
    drawBands(context, frame, colors) {
      context.beginPath();
      for (const line of drawnBands.flatMap(({ lines }) => lines)) if (inFrame(line, frame)) traceLine(context, line, frame);
      context.globalAlpha = 0.55;
      context.lineWidth = 1;
      context.strokeStyle = colors["border-reference"];
      context.stroke();
      context.globalAlpha = 1;
    },

    /** @type {import("./basemap.js").Painter} */
    draw(context, frame, colors) {
      for (const line of shown(frame)) {
        const path = trace(line);
        context.beginPath();
        traceLine(context, path, frame);
        context.lineWidth = 3.5;
        context.strokeStyle = colors.halo;
        context.stroke();
        context.lineWidth = 1.25;
        context.strokeStyle = context.fillStyle = colors["text-muted"];
        context.setLineDash([4, 2.5]);
        context.stroke();
        context.setLineDash([]);
        context.beginPath();
        const [x, y] = path.points.slice(-2);
        context.arc(x * frame.scale - frame.left, y * frame.scale - frame.top, 2.5, 0, 7);
        context.fill();
      }
    },

    /**
     * What the lines in view say, and where that may stand.
     * @param {import("./geometry.js").Frame} frame
     * @param {import("./labels.js").Box} view
     * @returns {LineLabel[]}
     */
    labels(frame, view) {
      const pixels = (/** @type {import("./geometry.js").Line} */ { points }) => {
        const found = [];
        for (let i = 0; i < points.length; i += 2) found.push([points[i] * frame.scale - frame.left, points[i + 1] * frame.scale - frame.top]);
        return found;
      };
      /** @type {LineLabel[]} */
      const found = shown(frame).flatMap((line) => {
        const points = pixels(trace(line));
        const [[x, y], [endX, endY]] = [points[0], points[points.length - 1]];
        const along = spotsAlong(points, view, 12).map(([x, y]) => ({ x: x - 2, y: y - 2, width: 4, height: 4 }));
        const spots = (/** @type {number} */ width, /** @type {number} */ height) => spotsBeside(points, width, height, 3);
        return Math.hypot(endX - x, endY - y) < SHORTEST ? [] : [{ text: line.text, band: false, spots, along }];
      });
      for (const { text, lines } of drawnBands) {
        const spots = lines.filter((line) => inFrame(line, frame)).flatMap((line) => spotsAlong(pixels(line), view, BAND_STEP));
        const from = (/** @type {number[]} */ [x, y]) => (/** @type {number[]} */ a, /** @type {number[]} */ b) =>
          Math.hypot(a[0] - x, a[1] - y) - Math.hypot(b[0] - x, b[1] - y);
        spots.sort(from([view.x + view.width / 2, view.y + view.height / 2]));
        // Once more as far off as can be: on the other side of the border, as a rule.
        const far = spots.length > 0 ? [...spots].sort(from(spots[0])).reverse() : [];
        for (const list of [spots, far]) found.push({ text, band: true, spots: () => list, along: [] });
      }
      return found;
    },
  };
}

/**
 * The shortest way between two positions, as a great circle: a line on a map differs from the ellipsoid's by metres.
 * @param {number} lon
 * @param {number} lat
 * @param {number} toLon
 * @param {number} toLat
 * @param {number} km
 * @returns {import("./geometry.js").Line}
 */
export function geodesic(lon, lat, toLon, toLat, km) {
  const radians = Math.PI / 180;
  const vector = (/** @type {number} */ a, /** @type {number} */ b) => [Math.cos(b) * Math.cos(a), Math.cos(b) * Math.sin(a), Math.sin(b)];
  const from = vector(lon * radians, lat * radians);
  const to = vector(toLon * radians, toLat * radians);
  const arc = 2 * Math.asin(Math.min(1, Math.hypot(...from.map((part, i) => part - to[i])) / 2));
  const steps = Math.ceil(km / STEP_KM) + 1;
  const points = new Float64Array(2 * steps + 2);
  const line = { points, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  let before = lon;
  for (let i = 0; i <= steps; i++) {
    const [near, far] = arc > 0 ? [1 - i / steps, i / steps].map((part) => Math.sin(part * arc) / Math.sin(arc)) : [1, 0];
    const [x, y, z] = from.map((part, axis) => near * part + far * to[axis]);
    // No jump where the line crosses the 180th meridian.
    before += ((Math.atan2(y, x) / radians - before + 540) % 360) - 180;
    const at = [worldX(before), worldY(Math.atan2(z, Math.hypot(x, y)) / radians)];
    points.set(at, 2 * i);
    line.west = Math.min(line.west, at[0]);
    line.east = Math.max(line.east, at[0]);
    line.north = Math.min(line.north, at[1]);
    line.south = Math.max(line.south, at[1]);
  }
  return line;
}

/**
 * Where a line's label may have its middle: beside it, or beyond one that is too short.
 * @param {number[][]} points
 * @param {number} width of the label
 * @param {number} height
 * @param {number} clear room between line and label
 * @returns {number[][]} x, y, 0: centred
 */
export function spotsBeside(points, width, height, clear) {
  const steps = points.slice(1).map(([x, y], i) => Math.hypot(x - points[i][0], y - points[i][1]));
  const total = steps.reduce((sum, step) => sum + step, 0);
  const spots = [];
  let [east, south] = [0, 0];
  for (const part of [0.5, 0.35, 0.65, 0.2, 0.8]) {
    let at = 0;
    let rest = part * total;
    while (at < steps.length - 1 && rest >= steps[at]) rest -= steps[at++];
    const [[x, y], [endX, endY]] = [points[at], points[at + 1]];
    // Square to the line, upwards first.
    [east, south] = [(endY - y) / steps[at], (x - endX) / steps[at]];
    const turn = south > 0 || (south === 0 && east < 0) ? -1 : 1;
    const reach = turn * ((Math.abs(east) * width) / 2 + (Math.abs(south) * height) / 2 + clear);
    const middle = [x + (rest / steps[at]) * (endX - x), y + (rest / steps[at]) * (endY - y)];
    for (const side of [reach, -reach]) spots.push([middle[0] + side * east, middle[1] + side * south, 0]);
  }
  // Beside a long line's end the label would seem to belong to what stands there.
  if (total > 2 * width) return spots;
  const beyond = (Math.abs(south) * width) / 2 + (Math.abs(east) * height) / 2 + clear;
  const [endX, endY] = points[points.length - 1];
  return [...spots, [endX - south * beyond, endY + east * beyond, 0]];
}

/**
 * Spots along a line within the view.
 * @param {number[][]} points
 * @param {import("./labels.js").Box} view
 * @param {number} step pixels between them
 * @returns {number[][]} x, y, 0: centred
 */
function spotsAlong(points, { x: left, y: top, width, height }, step) {
  const spots = [];
  for (let i = 1; i < points.length; i++) {
    const [[x, y], [endX, endY]] = [points[i - 1], points[i]];
    if (Math.max(x, endX) < left || Math.min(x, endX) > left + width || Math.max(y, endY) < top || Math.min(y, endY) > top + height) continue;
    const parts = Math.ceil(Math.hypot(endX - x, endY - y) / step);
    for (let n = 0; n < parts; n++) {
      const spot = [x + (n / parts) * (endX - x), y + (n / parts) * (endY - y), 0];
      if (spot[0] > left && spot[0] < left + width && spot[1] > top && spot[1] < top + height) spots.push(spot);
    }
  }
  return spots;
}
