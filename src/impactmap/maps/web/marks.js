/** Where events are drawn: places, the marks they gather into, and how a mark looks. */
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";
import {createDensity} from "./density.js";
import {createPlaces} from "./places.js";
import {groupBy} from "./state.js";
import {UNSTATED_SHAPE, outline} from "./dom.js";

const BASE_RADIUS = 7;
const LARGEST_RADIUS = 26;
/** Room that one side takes in a badge. */
const BADGE_STEP = 24;
/** Side of the squares in which neighbours are looked up; five across hold the widest badges. */
const BUCKET = 40;
/** Side of the square that a click on density asks about. */
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
 * @property {boolean} dense whether density is drawn in place of points
 * @property {import("./places.js").Counted} counted
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
  const { row_event: rowEvent, row_kind: rowKind, row_area: rowArea } = columns;
  const shapes = header.sides.map((side) => new Path2D(outline(side.shape)));
  shapes.push(new Path2D(outline(UNSTATED_SHAPE)));
  const largest = Math.max(largestOf(columns.size), largestOf(columns.size_high));
  const sized = header.page.size !== null && largest > 0;

  const places = createPlaces(columns, state);
  const { x: placeX, y: placeY, start: placeStart, rows: placeRows } = places;

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
  const areaKeys = new Int32Array(rowArea.length);
  for (let row = 0; row < rowArea.length; row++) areaKeys[row] = rowKind[row] === 1 && rowArea[row] >= 0 ? rowArea[row] : noArea;
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
    const { scale, left, top } = frame;
    const counted = places.count(frame);
    /** @type {Mark[]} */
    let points = [];
    if (!counted.dense) {
      /** @type {Group[]} */
      let groups = Array.from(counted.list, (place) => {
        const reach = sized ? sizeRadius(columns.size[counted.last[place]], largest) : BASE_RADIUS;
        return {
          x: placeX[place] * scale - left, y: placeY[place] * scale - top, places: [place],
          count: counted.counts[place], slots: counted.slots[place], reach,
        };
      });
      // A badge grows with the sides that join it, so merging is repeated while it helps.
      for (let before = Infinity; groups.length < before; ) {
        before = groups.length;
        groups = merge(groups);
      }
      points = groups.map((group) => settle(markAt("point", group.places, group.x, group.y)));
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
    return { marks: marks.concat(points), dense: counted.dense, counted };
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
   * The square of the density picture at a point of the canvas, for keys and clicks.
   * @param {Scene} scene
   * @param {import("./geometry.js").Frame} frame
   * @param {number} x
   * @param {number} y
   * @returns {Mark | null} null where nothing is shown
   */
  function blockAt(scene, { scale, left, top }, x, y) {
    const [column, line] = [Math.floor((x + left) / BLOCK), Math.floor((y + top) / BLOCK)];
    /** @type {number[]} */
    const members = [];
    const edge = BLOCK / scale;
    places.within(column * edge, line * edge, (column + 1) * edge, (line + 1) * edge, (place) => {
      if (scene.counted.holds(place)) members.push(place);
    });
    if (members.length === 0) return null;
    const mark = markAt("block", members, (column + 0.5) * BLOCK - left, (line + 0.5) * BLOCK - top);
    mark.key = `block${column} ${line}`;
    mark.halfWidth = mark.halfHeight = BLOCK / 2;
    return mark;
  }

  /**
   * The squares of the density picture in a part of the canvas, from west to east.
   * @param {Scene} scene
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./labels.js").Box} box
   * @returns {Mark[]}
   */
  function blocksIn(scene, frame, box) {
    const found = [];
    for (let x = box.x + BLOCK / 2; x < box.x + box.width; x += BLOCK) {
      for (let y = box.y + BLOCK / 2; y < box.y + box.height; y += BLOCK) {
        const mark = blockAt(scene, frame, x, y);
        if (mark) found.push(mark);
      }
    }
    return found;
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

  const drawDensity = createDensity(state.slots);

  /** @type {(context: CanvasRenderingContext2D, scene: Scene, colors: import("./basemap.js").Colors) => void} */
  const drawMany = (context, { counted }, colors) =>
    drawDensity(context, counted, Array.from({ length: state.slots }, (_, slot) => slotColor(slot, colors)));

  return {
    gather, settle, eventsOf, together, nameRow, blockAt, blocksIn, drawMark, drawArea, drawMany, areaPath, areas, sized, largest,
  };
}
