/** Where events are drawn: places, the marks they gather into, and how a mark looks. */
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";
import {groupBy} from "./state.js";
import {UNSTATED_SHAPE, outline} from "./dom.js";

const BASE_RADIUS = 7;
const LARGEST_RADIUS = 26;
/** Room that one side takes in a badge. */
const BADGE_STEP = 24;
/** Side of the squares in which neighbours are looked up; five across hold the widest badges. */
const BUCKET = 40;
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
 * @typedef {{x: number, y: number, places: number[], count: number, slots: number, reach: number}} Group
 *   places on their way to a mark: canvas pixels, rows shown, bit mask of slots, radius of a single mark
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
   * @returns {Mark} not yet counted
   */
  function markAt(kind, members, x, y) {
    return {
      key: `${kind}${members[0]}`, kind, x, y, halfWidth: 0, halfHeight: 0, members, count: -1, counts: [], open: false, event: -1,
    };
  }

  /**
   * Count a mark's events, unless that was done.
   * @param {Mark} mark
   * @returns {Mark} the same
   */
  function settle(mark) {
    if (mark.count >= 0) return mark;
    mark.count = 0;
    mark.counts = new Array(state.slots).fill(0);
    eachEvent(mark.kind, mark.members, (event) => {
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
      mark.halfWidth = (radius + 1) * used.length;
    }
  }

  /** @param {number} count */
  function badgeRadius(count) {
    return count < 100 ? 11 : count < 1000 ? 14 : 17;
  }

  /**
   * Gather what the frame shows into marks.
   * @param {import("./geometry.js").Frame} frame
   * @returns {Scene}
   */
  function gather(frame) {
    const { scale, left, top, width, height } = frame;
    /** @type {Group[]} */
    let groups = [];
    const rectangle = /** @type {const} */ ([left / scale, top / scale, (left + width) / scale, (top + height) / scale]);
    within(...rectangle, (place) => {
      let [count, slots, reach] = [0, 0, 0];
      for (let i = placeStart[place]; i < placeStart[place + 1]; i++) {
        const row = placeRows[i];
        if (!state.rowShown(row)) continue;
        count++;
        slots |= 1 << state.slot(rowEvent[row]);
        reach = sized ? sizeRadius(columns.size[rowEvent[row]], largest) : BASE_RADIUS;
      }
      if (count > 0) {
        groups.push({ x: placeX[place] * scale - left, y: placeY[place] * scale - top, places: [place], count, slots, reach });
      }
    });
    const dense = groups.length > MANY_PLACES;
    let points;
    if (dense) points = blocks(groups, frame);
    else {
      // A badge grows with the sides that join it, so merging is repeated while it helps.
      for (let before = Infinity; groups.length < before; ) {
        before = groups.length;
        groups = merge(groups);
      }
      points = groups.map(({ places, x, y }) => settle(markAt("point", places, x, y)));
      points.forEach(measure);
    }
    points.sort((a, b) => a.x - b.x || a.y - b.y);
    const marks = [];
    for (const area of areaOrder) {
      const { bounds, x, y } = areas[area];
      if (!inFrame(bounds, frame)) continue;
      const mark = settle(markAt("area", [area], x * scale - left, y * scale - top));
      if (mark.count > 0) marks.push(mark);
    }
    return { marks: marks.concat(points), dense };
  }

  /**
   * The busiest place takes in those whose marks would cover its own; the mark stands at a real place.
   * @param {Group[]} groups
   * @returns {Group[]}
   */
  function merge(groups) {
    groups.sort((a, b) => b.count - a.count || a.places[0] - b.places[0]);
    const wide = (/** @type {Group} */ { count, slots, reach }) => {
      if (count === 1) return Math.min(reach, 12);
      let sides = 0;
      for (let rest = slots; rest > 0; rest &= rest - 1) sides++;
      return sides * BADGE_STEP / 2;
    };
    /** @type {Map<number, Group[]>} */
    const grid = new Map();
    const kept = [];
    for (const group of groups) {
      const [column, line] = [Math.floor(group.x / BUCKET), Math.floor(group.y / BUCKET)];
      let home = null;
      for (let cell = 0; cell < 15 && !home; cell++) {
        const key = (line + Math.floor(cell / 5) - 1) * 65536 + column + (cell % 5) - 2;
        home = grid.get(key)?.find((other) =>
          Math.abs(other.x - group.x) < wide(other) + wide(group) &&
          Math.abs(other.y - group.y) < (group.count + other.count === 2 ? Math.min(group.reach + other.reach, 20) : BADGE_STEP)) ?? null;
      }
      if (home) {
        home.places.push(...group.places);
        home.count += group.count;
        home.slots |= group.slots;
      } else {
        kept.push(group);
        const key = line * 65536 + column;
        const there = grid.get(key);
        if (there) there.push(group);
        else grid.set(key, [group]);
      }
    }
    return kept;
  }

  /**
   * Squares of the density picture that keys and clicks can reach.
   * @param {Group[]} groups
   * @param {import("./geometry.js").Frame} frame
   */
  function blocks(groups, { left, top }) {
    /** @type {Map<number, number[]>} */
    const found = new Map();
    for (const { x, y, places: [place] } of groups) {
      const key = Math.floor((y + top) / BLOCK) * 1e6 + Math.floor((x + left) / BLOCK);
      const there = found.get(key);
      if (there) there.push(place);
      else found.set(key, [place]);
    }
    return Array.from(found, ([key, members]) => {
      const [column, line] = [key % 1e6, Math.floor(key / 1e6)];
      const mark = markAt("block", members, (column + 0.5) * BLOCK - left, (line + 0.5) * BLOCK - top);
      mark.key = `block${key}`;
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
   * Areas that lie over each other as one mark, that of the first; null without any.
   * @param {Mark[]} list
   * @returns {Mark | null}
   */
  function together(list) {
    if (list.length < 2) return list[0] ?? null;
    const mark = settle({ ...list[0], count: -1, members: list.flatMap(({ members }) => members) });
    return { ...mark, key: list.map(({ key }) => key).join(" ") };
  }

  /**
   * A row at the place where a mark stands, to name it by.
   * @param {Mark} mark
   */
  function nameRow({ members: [place] }) {
    return placeRows[placeStart[place]];
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
      const x = mark.x + (i - (used.length - 1) / 2) * (radius + 1) * 2;
      shape(context, slot, x, mark.y, radius, mark.open, colors);
      context.fillStyle = mark.open || slot === state.slots - 1 ? colors.text : colors["claimed-fill"];
      context.font = `600 ${n < 10 ? 12 : 11}px system-ui, sans-serif`;
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

  return { gather, settle, eventsOf, together, nameRow, drawMark, drawArea, drawDensity, areaPath, areas, sized, largest };
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
