/** Where events are drawn: places, the marks they gather into, and how a mark looks. */
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";
import {groupBy} from "./state.js";
import {UNSTATED_SHAPE, outline} from "./dom.js";

const BASE_RADIUS = 7;
const LARGEST_RADIUS = 26;
/** Marks nearer than this are one mark with a number. */
const MERGE_PIXELS = 22;
/** Above this many places in view single marks cannot be told apart and density is drawn. */
const MANY_PLACES = 1500;
/** Side of a density cell, and of the square that a click on density asks about. */
const CELL = 3;
const BLOCK = 36;

/**
 * @typedef {object} Mark what is drawn at one spot, or one area
 * @property {string} key the same for the same mark after a redraw
 * @property {"point" | "area" | "block"} kind
 * @property {number} x canvas pixels
 * @property {number} y
 * @property {number} halfWidth
 * @property {number} halfHeight
 * @property {number[]} members places, or the one area
 * @property {number} count events
 * @property {number[]} counts events of each slot
 * @property {boolean} open true unless every event is confirmed
 * @property {number} event the event, when there is one only
 *
 * @typedef {object} Scene
 * @property {Mark[]} marks in the order in which keys step through them
 * @property {boolean} dense
 *
 * @typedef {ReturnType<typeof createMarks>} Marks
 */

/**
 * Radius of a figure on an area scale.
 * @param {number} value
 * @param {number} largest
 */
export function sizeRadius(value, largest) {
  return Number.isNaN(value) ? BASE_RADIUS : Math.max(3, LARGEST_RADIUS * Math.sqrt(value / largest));
}

/**
 * @param {Float32Array} values
 * @returns {number} the largest, 0 when there is none
 */
export function largestOf(values) {
  let largest = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > largest) largest = values[i];
  return largest;
}

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 */
export function createMarks({ header, columns }, state, words) {
  const { row_event: rowEvent, row_kind: rowKind, row_lat: rowLat, row_lon: rowLon, row_area: rowArea } = columns;
  const shapes = header.sides.map((side) => new Path2D(outline(side.shape)));
  shapes.push(new Path2D(outline(UNSTATED_SHAPE)));
  const largest = Math.max(largestOf(columns.size), largestOf(columns.size_high));
  const sized = header.page.size !== null && largest > 0;

  // Places: points that share a position.
  /** @type {Map<number, number>} */
  const known = new Map();
  /** @type {number[]} */
  const placeX = [];
  /** @type {number[]} */
  const placeY = [];
  /** @type {number[]} */
  const pointRows = [];
  /** @type {number[]} */
  const pointPlaces = [];
  for (let row = 0; row < rowKind.length; row++) {
    if (rowKind[row] !== 0 || Number.isNaN(rowLat[row])) continue;
    const key = Math.round((rowLat[row] + 90) * 1e5) * 4e7 + Math.round((rowLon[row] + 180) * 1e5);
    let place = known.get(key);
    if (place === undefined) {
      place = placeX.length;
      known.set(key, place);
      placeX.push(worldX(rowLon[row]));
      placeY.push(worldY(rowLat[row]));
    }
    pointRows.push(row);
    pointPlaces.push(place);
  }
  known.clear();
  const { start: placeStart, items } = groupBy(pointPlaces, placeX.length);
  const placeRows = items.map((i) => pointRows[i]);

  // The spatial index: places by the cell of a grid over all of them.
  const side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(placeX.length / 2))));
  let [west, north, east, south] = [1, 1, 0, 0];
  for (let i = 0; i < placeX.length; i++) {
    west = Math.min(west, placeX[i]);
    east = Math.max(east, placeX[i]);
    north = Math.min(north, placeY[i]);
    south = Math.max(south, placeY[i]);
  }
  const cellOf = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    Math.max(0, Math.min(side - 1, Math.floor(((value - low) / (high - low || 1)) * side)));
  const cells = placeX.map((x, i) => cellOf(placeY[i], north, south) * side + cellOf(x, west, east));
  const { start: cellStart, items: cellPlaces } = groupBy(cells, side * side);

  /**
   * Visit the places of a rectangle given in world units.
   * @param {number} w
   * @param {number} n
   * @param {number} e
   * @param {number} s
   * @param {(place: number) => void} visit
   */
  function within(w, n, e, s, visit) {
    const [firstColumn, lastColumn] = [cellOf(w, west, east), cellOf(e, west, east)];
    for (let line = cellOf(n, north, south); line <= cellOf(s, north, south); line++) {
      for (let i = cellStart[line * side + firstColumn]; i < cellStart[line * side + lastColumn + 1]; i++) {
        const place = cellPlaces[i];
        const [x, y] = [placeX[place], placeY[place]];
        if (x >= w && x <= e && y >= n && y <= s) visit(place);
      }
    }
  }

  // Areas, the largest first so that the smaller are drawn on top.
  const areas = header.areas.map(({ name, rings, label }) => {
    const lines = rings.map(unpackLine);
    const bounds = {
      points: new Float64Array(),
      west: Math.min(...lines.map((line) => line.west)),
      north: Math.min(...lines.map((line) => line.north)),
      east: Math.max(...lines.map((line) => line.east)),
      south: Math.max(...lines.map((line) => line.south)),
    };
    return { name, lines, bounds, x: worldX(label[0]), y: worldY(label[1]) };
  });
  const areaSize = areas.map(({ bounds }) => (bounds.east - bounds.west) * (bounds.south - bounds.north));
  const areaOrder = areas.map((_, i) => i).sort((a, b) => areaSize[b] - areaSize[a]);
  const noArea = areas.length;
  const areaKeys = Int32Array.from(rowArea, (area, row) => (rowKind[row] === 1 && area >= 0 ? area : noArea));
  const { start: areaStart, items: areaRows } = groupBy(areaKeys, noArea + 1);

  // Distinct events are counted with a stamp: no set, no clearing.
  const stamps = new Uint32Array(header.events);
  let stamp = 0;

  /**
   * @param {Mark["kind"]} kind
   * @param {number[]} members
   * @param {(event: number) => void} visit called once an event
   */
  function eachEvent(kind, members, visit) {
    stamp++;
    const [start, rows] = kind === "area" ? [areaStart, areaRows] : [placeStart, placeRows];
    for (const member of members) {
      for (let i = start[member]; i < start[member + 1]; i++) {
        const event = rowEvent[rows[i]];
        if (stamps[event] !== stamp && state.rowShown(rows[i])) {
          stamps[event] = stamp;
          visit(event);
        }
      }
    }
  }

  /**
   * @param {Mark["kind"]} kind
   * @param {number[]} members
   * @param {number} x
   * @param {number} y
   * @returns {Mark}
   */
  function tally(kind, members, x, y) {
    /** @type {Mark} */
    const mark = {
      key: `${kind}${members[0]}`, kind, x, y, halfWidth: 0, halfHeight: 0, members, count: 0,
      counts: new Array(state.slots).fill(0), open: false, event: -1,
    };
    eachEvent(kind, members, (event) => {
      mark.count++;
      mark.counts[state.slot(event)]++;
      mark.event = event;
      if (!columns.confirmed[event]) mark.open = true;
    });
    if (mark.count !== 1) mark.event = -1;
    return mark;
  }

  /** @param {Mark} mark */
  function measure(mark) {
    const used = mark.counts.filter((n) => n > 0);
    if (mark.count === 1) {
      const outer = [columns.size[mark.event], columns.size_high[mark.event]].map((value) => sizeRadius(value, largest));
      mark.halfWidth = mark.halfHeight = (sized ? Math.max(...outer) : BASE_RADIUS) * 1.15;
    } else {
      const radius = badgeRadius(Math.max(...used));
      mark.halfHeight = radius * 1.2;
      mark.halfWidth = radius * 1.2 * used.length;
    }
  }

  /** @param {number} count */
  function badgeRadius(count) {
    return count < 100 ? 11 : count < 1000 ? 13 : 16;
  }

  /**
   * Gather what the frame shows into marks.
   * @param {import("./geometry.js").Frame} frame
   * @returns {Scene}
   */
  function gather(frame) {
    const { scale, left, top, width, height } = frame;
    /** @type {number[]} */
    const seen = [];
    const rectangle = /** @type {const} */ ([left / scale, top / scale, (left + width) / scale, (top + height) / scale]);
    within(...rectangle, (place) => {
      for (let i = placeStart[place]; i < placeStart[place + 1]; i++) {
        if (state.rowShown(placeRows[i])) {
          seen.push(place);
          break;
        }
      }
    });
    const dense = seen.length > MANY_PLACES;
    const points = dense ? blocks(seen, frame) : merge(seen, frame);
    points.sort((a, b) => a.x - b.x || a.y - b.y);
    const marks = [];
    for (const area of areaOrder) {
      const { bounds, x, y } = areas[area];
      if (!inFrame(bounds, frame)) continue;
      const mark = tally("area", [area], x * scale - left, y * scale - top);
      if (mark.count > 0) marks.push(mark);
    }
    return { marks: marks.concat(points), dense };
  }

  /**
   * The busiest place of a neighbourhood takes in those too near to be told apart; the mark stands at a real place.
   * @param {number[]} seen
   * @param {import("./geometry.js").Frame} frame
   */
  function merge(seen, { scale, left, top }) {
    const weight = (/** @type {number} */ place) => placeStart[place + 1] - placeStart[place];
    seen.sort((a, b) => weight(b) - weight(a) || a - b);
    /** @type {Map<number, number[][]>} */
    const grid = new Map();
    const groups = [];
    const bucket = (/** @type {number} */ column, /** @type {number} */ line) => line * 65536 + column;
    for (const place of seen) {
      const [x, y] = [placeX[place] * scale, placeY[place] * scale];
      const [column, line] = [Math.floor((x - left) / MERGE_PIXELS) + 8, Math.floor((y - top) / MERGE_PIXELS) + 8];
      let home = null;
      for (let dy = -1; dy <= 1 && !home; dy++) {
        for (let dx = -1; dx <= 1 && !home; dx++) {
          for (const group of grid.get(bucket(column + dx, line + dy)) ?? []) {
            const [gx, gy] = [placeX[group[0]] * scale, placeY[group[0]] * scale];
            if ((gx - x) ** 2 + (gy - y) ** 2 < MERGE_PIXELS ** 2) home = group;
          }
        }
      }
      if (home) home.push(place);
      else {
        const group = [place];
        groups.push(group);
        const key = bucket(column, line);
        const there = grid.get(key);
        if (there) there.push(group);
        else grid.set(key, [group]);
      }
    }
    return groups.map((group) => {
      const mark = tally("point", group, placeX[group[0]] * scale - left, placeY[group[0]] * scale - top);
      measure(mark);
      return mark;
    });
  }

  /**
   * Squares of the density picture that keys and clicks can reach.
   * @param {number[]} seen
   * @param {import("./geometry.js").Frame} frame
   */
  function blocks(seen, { scale, left, top }) {
    /** @type {Map<string, number[]>} */
    const found = new Map();
    for (const place of seen) {
      const key = `${Math.floor((placeX[place] * scale) / BLOCK)}:${Math.floor((placeY[place] * scale) / BLOCK)}`;
      const there = found.get(key);
      if (there) there.push(place);
      else found.set(key, [place]);
    }
    return Array.from(found, ([key, members]) => {
      const [column, line] = key.split(":").map(Number);
      const mark = tally("block", members, (column + 0.5) * BLOCK - left, (line + 0.5) * BLOCK - top);
      mark.key = key;
      mark.halfWidth = mark.halfHeight = BLOCK / 2;
      return mark;
    });
  }

  /**
   * Events of a mark, the latest first.
   * @param {Mark} mark
   * @returns {number[]}
   */
  function eventsOf(mark) {
    /** @type {number[]} */
    const events = [];
    eachEvent(mark.kind, mark.members, (event) => events.push(event));
    return events.sort((a, b) => columns.day_start[b] - columns.day_start[a] || a - b);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {number} slot
   * @param {number} x
   * @param {number} y
   * @param {number} radius
   * @param {boolean} open
   * @param {import("./basemap.js").Colors} colors
   */
  function shape(context, slot, x, y, radius, open, colors) {
    const unstated = slot === state.slots - 1;
    const color = slotColor(slot, colors);
    const weight = Math.min(2.5, radius * 0.4);
    const inner = radius - weight / 2;
    context.save();
    context.translate(x, y);
    context.scale(inner, inner);
    context.strokeStyle = colors.halo;
    context.lineWidth = (weight + 2.5) / inner;
    context.stroke(shapes[slot]);
    context.fillStyle = open || unstated ? colors["claimed-fill"] : color;
    context.fill(shapes[slot]);
    context.strokeStyle = color;
    context.lineWidth = weight / inner;
    context.stroke(shapes[slot]);
    if (unstated && !open && radius < 11) {
      context.fillStyle = color;
      context.scale(0.4, 0.4);
      context.fill(shapes[slot]);
    }
    context.restore();
  }

  /**
   * @param {number} slot
   * @param {import("./basemap.js").Colors} colors
   */
  function slotColor(slot, colors) {
    return slot === state.slots - 1 ? colors["side-none"] : colors[`side-${slot + 1}`];
  }

  /** @type {(context: CanvasRenderingContext2D, mark: Mark, colors: import("./basemap.js").Colors) => void} */
  function drawMark(context, mark, colors) {
    const used = mark.counts.map((n, slot) => ({ n, slot })).filter(({ n }) => n > 0);
    if (mark.count === 1) {
      const { event, x, y } = mark;
      const [{ slot }] = used;
      const value = sized ? columns.size[event] : NaN;
      shape(context, slot, x, y, sizeRadius(value, largest), mark.open, colors);
      for (const bound of sized ? [columns.size_low[event], columns.size_high[event]] : []) {
        if (Number.isNaN(bound) || bound === value) continue;
        const radius = sizeRadius(bound, largest);
        context.save();
        context.translate(x, y);
        context.scale(radius, radius);
        context.lineWidth = 1 / radius;
        context.strokeStyle = slotColor(slot, colors);
        context.stroke(shapes[slot]);
        context.restore();
      }
      return;
    }
    const radius = badgeRadius(Math.max(...mark.counts));
    used.forEach(({ n, slot }, i) => {
      const x = mark.x + (i - (used.length - 1) / 2) * radius * 2.3;
      shape(context, slot, x, mark.y, radius, mark.open, colors);
      context.fillStyle = mark.open || slot === state.slots - 1 ? colors.text : colors["claimed-fill"];
      context.font = `600 ${n < 1000 ? 12 : 10}px system-ui, sans-serif`;
      context.textAlign = "center";
      context.textBaseline = "middle";
      context.fillText(words.short(n), x, mark.y + 0.5);
    });
  }

  /**
   * Hatching that leans a different way for every side; the outline is broken while nothing is confirmed.
   * @param {CanvasRenderingContext2D} context
   * @param {Mark} mark
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   */
  function drawArea(context, mark, frame, colors) {
    const path = areaPath(mark.members[0], frame);
    context.save();
    context.clip(path, "evenodd");
    const used = mark.counts.flatMap((n, slot) => (n > 0 ? [slot] : []));
    for (const slot of used) {
      const lean = slot === state.slots - 1 ? 0 : [1, -1, 2, -2, 0.5, -0.5][slot % 6];
      const gap = lean === 0 ? 8 : 8 * Math.hypot(1, lean);
      const offset = (frame.top - lean * frame.left) % gap;
      context.beginPath();
      const reach = Math.ceil((Math.abs(lean) * frame.width) / gap) * gap;
      for (let y = -reach - offset - gap; y < frame.height + reach + gap; y += gap) {
        context.moveTo(0, y);
        context.lineTo(frame.width, y + lean * frame.width);
      }
      context.globalAlpha = 0.6;
      context.lineWidth = 1.5;
      context.strokeStyle = slotColor(slot, colors);
      context.stroke();
    }
    context.restore();
    context.lineWidth = 1.5;
    context.setLineDash(mark.open ? [5, 3] : []);
    context.strokeStyle = used.length === 1 ? slotColor(used[0], colors) : colors["text-muted"];
    context.stroke(path);
    context.setLineDash([]);
  }

  /**
   * @param {number} area
   * @param {import("./geometry.js").Frame} frame
   */
  function areaPath(area, frame) {
    const path = new Path2D();
    for (const line of areas[area].lines) traceLine(path, line, frame, true);
    return path;
  }

  const pixels = document.createElement("canvas");

  /**
   * Many events: every cell has the mixture of its sides' colours, the stronger the more events it holds.
   * @param {CanvasRenderingContext2D} context
   * @param {Scene} scene
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   */
  function drawDensity(context, scene, frame, colors) {
    const [width, height] = [Math.ceil(frame.width / CELL), Math.ceil(frame.height / CELL)];
    const tallies = Array.from({ length: state.slots }, () => new Uint16Array(width * height));
    let most = 1;
    for (const mark of scene.marks) {
      if (mark.kind !== "block") continue;
      for (const place of mark.members) {
        const x = Math.floor((placeX[place] * frame.scale - frame.left) / CELL);
        const y = Math.floor((placeY[place] * frame.scale - frame.top) / CELL);
        if (x < 0 || y < 0 || x >= width || y >= height) continue;
        for (let i = placeStart[place]; i < placeStart[place + 1]; i++) {
          if (!state.rowShown(placeRows[i])) continue;
          const n = ++tallies[state.slot(rowEvent[placeRows[i]])][y * width + x];
          if (n > most) most = n;
        }
      }
    }
    const paint = tallies.map((_, slot) => rgb(slotColor(slot, colors), context));
    const image = new ImageData(width, height);
    for (let cell = 0; cell < width * height; cell++) {
      let [n, r, g, b] = [0, 0, 0, 0];
      for (let slot = 0; slot < tallies.length; slot++) {
        const there = tallies[slot][cell];
        n += there;
        r += there * paint[slot][0];
        g += there * paint[slot][1];
        b += there * paint[slot][2];
      }
      if (n > 0) image.data.set([r / n, g / n, b / n, 255 * (0.4 + (0.6 * Math.log1p(n)) / Math.log1p(most))], cell * 4);
    }
    pixels.width = width;
    pixels.height = height;
    /** @type {CanvasRenderingContext2D} */ (pixels.getContext("2d")).putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    context.drawImage(pixels, 0, 0, width * CELL, height * CELL);
  }

  return { gather, eventsOf, drawMark, drawArea, drawDensity, areaPath, areas, sized, largest };
}

/**
 * @param {string} color any CSS colour
 * @param {CanvasRenderingContext2D} context
 * @returns {number[]} red, green, blue
 */
function rgb(color, context) {
  context.fillStyle = color;
  const hex = String(context.fillStyle);
  return [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
}
