/** Where events are drawn: places and areas, the marks they gather into, and what those hold. */
import {countRadius, countReach, countUnit, figureReach, gatherGroups, leastReach, limitUnit, sizeRadius, standApart} from "./gather.js";
import {createDensity} from "./density.js";
import {createGlyphs} from "./glyphs.js";
import {MANY_SQUARES, createPlaces} from "./places.js";
import {groupBy} from "./state.js";
import {inFrame, traceLine, unpackLine, worldX, worldY} from "./geometry.js";

/** Side of the square that a click on density asks about. */
const BLOCK = 36;

/**
 * @typedef {object} Mark what is drawn at one spot, or one area
 * @property {string} key the same for the same mark after a redraw
 * @property {"point" | "area" | "block"} kind
 * @property {number} x canvas pixels
 * @property {number} y
 * @property {number} radius of what is drawn at a point
 * @property {number} halfWidth
 * @property {number} halfHeight
 * @property {number[]} reach of what is drawn at a point: left, right, up, down
 * @property {number[]} members places, or the one area
 * @property {number[]} weights rows shown, place by place
 * @property {number} territory country and side of the border of its places; 0 where unknown
 * @property {number} count events
 * @property {number[]} counts events of each slot
 * @property {boolean[]} open by slot, true unless every event of it is confirmed
 * @property {boolean[]} partly by slot, true where some of its events are confirmed and some are not
 * @property {number} size sum of the chosen figure of its events; NaN without any
 * @property {number[]} bounds the same of their lowest and their highest figures
 * @property {number[]} outlines radii drawn around it for those, where they differ
 * @property {number} event the event, when there is one only
 *
 * @typedef {object} Scene
 * @property {Mark[]} marks in the order in which keys step through them
 * @property {boolean} dense whether density is drawn in place of points
 * @property {number} largest figure, or number of reports, of the largest mark
 * @property {number} unit area of one report, where their number sizes the marks
 * @property {import("./places.js").Counted} counted
 *
 * @typedef {ReturnType<typeof createMarks>} Marks
 */

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
 * @typedef {ReturnType<typeof indexRows>} RowIndex
 *
 * Order rows by place and by area.
 * @param {import("./payload.js").Columns} columns
 * @param {import("./state.js").State} state
 * @param {boolean} sized whether figures are added up
 * @param {number} noArea how many areas there are
 * @param {number} [many] places in view above which there is density
 */
export function indexRows(columns, state, sized, noArea, many) {
  const { row_area: rowArea, row_kind: rowKind } = columns;
  const keys = new Int32Array(rowArea.length);
  for (let row = 0; row < rowArea.length; row++) keys[row] = rowKind[row] === 1 && rowArea[row] >= 0 ? rowArea[row] : noArea;
  // Distinct events are counted with a stamp: no set, no clearing.
  return { columns, places: createPlaces(columns, state, sized, many), areas: groupBy(keys, noArea + 1), stamps: new Uint32Array(columns.side.length) };
}

/**
 * The largest figure of a mark, and whether figures size the marks. What stands beside the map sizes none: the figure of a
 * whole country would make all of them small.
 * @param {import("./payload.js").Payload} payload
 */
function figuresOf({ header, columns }) {
  const drawn = columns.row_event.filter((_, row) => columns.row_kind[row] === 0);
  const largestIn = (/** @type {Float32Array} */ figures) => largestOf(Float32Array.from(drawn, (event) => figures[event]));
  const largest = Math.max(largestIn(columns.size), largestIn(columns.size_high)) || Math.max(largestOf(columns.size), largestOf(columns.size_high));
  return { largest, sized: header.page.size !== null && largest > 0 };
}

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 */
export function createMarks(payload, state, words) {
  const { header } = payload;
  const glyphs = createGlyphs(header, state, words);
  const { drawMark, slotColor } = glyphs;
  const { largest, sized } = figuresOf(payload);

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
  let here = indexRows(payload.columns, state, sized, areas.length, payload.gathered ? MANY_SQUARES : undefined);
  let stamp = 0;

  /**
   * @param {Mark["kind"]} kind
   * @param {number[]} members
   * @param {(event: number) => void} visit called once an event
   */
  function eachEvent(kind, members, visit) {
    stamp++;
    const { stamps, areas: byArea, places } = here;
    const rowEvent = here.columns.row_event;
    const { start, rows } = kind === "area" ? { start: byArea.start, rows: byArea.items } : places;
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
      key: `${kind}${members[0]}`, kind, x, y, radius: 0, halfWidth: 0, halfHeight: 0, reach: [0, 0, 0, 0], members, weights: [], territory: 0,
      count: -1, counts: [], open: [], partly: [], size: NaN, bounds: [], outlines: [], event: -1,
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
    mark.open = new Array(state.slots).fill(false);
    mark.partly = new Array(state.slots).fill(false);
    let [figures, size, low, high] = [0, 0, 0, 0];
    const { columns } = here;
    eachEvent(mark.kind, mark.members, (event) => {
      const slot = state.slot(event);
      mark.count += columns.weight[event];
      mark.counts[slot] += columns.weight[event];
      mark.event = event;
      if (columns.confirmed[event]) mark.partly[slot] = true;
      else mark.open[slot] = true;
      const value = columns.size[event];
      if (Number.isNaN(value)) return;
      figures++;
      size += value;
      low += Number.isNaN(columns.size_low[event]) ? value : columns.size_low[event];
      high += Number.isNaN(columns.size_high[event]) ? value : columns.size_high[event];
    });
    if (figures > 0) [mark.size, mark.bounds] = [size, [low, high]];
    mark.partly = mark.partly.map((some, slot) => some && mark.open[slot]);
    if (mark.count !== 1) mark.event = -1;
    return mark;
  }

  /**
   * @param {Mark} mark
   * @param {number} scale the figure of the largest mark
   * @param {number} unit area of one report
   */
  function measure(mark, scale, unit) {
    mark.radius = sized ? sizeRadius(mark.size, scale) : countRadius(mark.count, unit);
    mark.outlines = sized ? mark.bounds.filter((bound) => bound !== mark.size).map((bound) => sizeRadius(bound, scale)) : [];
    mark.reach = glyphs.reachOf(mark);
    mark.halfWidth = Math.max(mark.reach[0], mark.reach[1]);
    mark.halfHeight = Math.max(mark.reach[2], mark.reach[3]);
  }

  /**
   * Gather what the frame shows into marks.
   * @param {import("./geometry.js").Frame} frame
   * @param {{unit: number, largest: number}} [like] sized as the marks of another map
   * @param {number} elsewhere reports of the largest mark that another map has, sized as these
   * @returns {Scene}
   */
  function gather(frame, like, elsewhere = 0) {
    const { scale, left, top } = frame;
    const { columns } = here;
    const { x: placeX, y: placeY } = here.places;
    const counted = here.places.count(frame);
    /** @type {Mark[]} */
    const inAreas = [];
    for (const area of areaOrder) {
      const { bounds, x, y } = areas[area];
      if (!inFrame(bounds, frame)) continue;
      const mark = settle(markAt("area", [area], x * scale - left, y * scale - top));
      if (mark.count > 0) inAreas.push(mark);
    }
    // Each has a mark of its own, which is never gathered.
    const regionMarks = header.regions?.how === "marks" ? inAreas : [];
    /** @type {Mark[]} */
    let points = [];
    let [largestHere, unit, total] = [largest, 0, 0];
    if (!counted.dense) {
      const groups = () => Array.from(counted.list, (place) => ({
        x: placeX[place] * scale - left, y: placeY[place] * scale - top, places: [place], weights: [counted.counts[place]],
        count: counted.counts[place], territory: columns.place_territory[place], sum: counted.sums[place],
      }));
      for (const place of counted.list) total += counted.counts[place];
      const room = frame.width * frame.height;
      const spread = leastReach(counted.list.length, room);
      for (const { count } of regionMarks) total += count;
      unit = like?.unit || countUnit(total, room);
      let found = gatherGroups(groups(), sized ? figureReach(largest, spread) : countReach(unit, spread));
      // Where the largest is too large all are smaller, and so fewer lie on each other.
      const inRegions = Math.max(elsewhere, ...regionMarks.map(({ count }) => count));
      const limited = limitUnit(unit, Math.max(inRegions, ...found.map(({ count }) => count)));
      if (!sized && limited < unit) found = gatherGroups(groups(), countReach((unit = limited), spread));
      points = found.map((group) => {
        const mark = settle(markAt("point", group.places, group.x, group.y));
        return Object.assign(mark, { weights: group.weights, territory: group.territory });
      });
      // The largest sum in view has the largest mark: what is gathered is never drawn smaller than a part of it.
      if (!sized) largestHere = 0;
      for (const { size, bounds, count } of [...points, ...regionMarks]) largestHere = sized ? Math.max(largestHere, size || 0, ...bounds) : Math.max(largestHere, count);
      unit = limitUnit(unit, Math.max(largestHere, elsewhere));
      for (const mark of [...points, ...regionMarks]) measure(mark, sized && like ? Math.max(like.largest, largestHere) : largestHere, unit);
      standApart(points);
    }
    points.sort((a, b) => a.x - b.x || a.y - b.y);
    return { marks: inAreas.concat(points), dense: counted.dense, largest: largestHere, unit, counted };
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
    here.places.within(column * edge, line * edge, (column + 1) * edge, (line + 1) * edge, (place) => {
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
    const { day_start: dayStart } = here.columns;
    return events.sort((a, b) => dayStart[b] - dayStart[a] || a - b);
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
   * All rows of a place, shown or not.
   * @param {number} place
   */
  const rowsOf = (place) => here.places.rows.subarray(here.places.start[place], here.places.start[place + 1]);

  /**
   * Hatching that leans a different way for every side; the outline is broken while nothing is confirmed.
   * @param {CanvasRenderingContext2D} context
   * @param {Mark} mark
   * @param {import("./geometry.js").Frame} frame
   * @param {import("./basemap.js").Colors} colors
   */
  function drawArea(context, mark, frame, colors) {
    const path = areaPath(mark.members[0], frame, context.recorded?.());
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
    context.setLineDash(used.every((slot) => mark.open[slot]) ? [5, 3] : []);
    context.strokeStyle = used.length === 1 ? slotColor(used[0], colors) : colors["text-muted"];
    context.stroke(path);
    context.setLineDash([]);
  }

  /**
   * @param {number} area
   * @param {import("./geometry.js").Frame} frame
   * @param {Path2D} [path]
   */
  function areaPath(area, frame, path = new Path2D()) {
    for (const line of areas[area].lines) traceLine(path, line, frame, true);
    return path;
  }

  const drawDensity = createDensity(state.slots);

  /** @type {(context: CanvasRenderingContext2D, scene: Scene, colors: import("./basemap.js").Colors) => void} */
  const drawMany = (context, { counted }, colors) =>
    drawDensity(context, counted, Array.from({ length: state.slots }, (_, slot) => slotColor(slot, colors)));

  /** Draw the rows of other columns in place of these. @param {RowIndex} index */
  const use = (index) => (here = index);

  return {
    use, gather, settle, eventsOf, together, rowsOf, blockAt, blocksIn, drawMark, slotColor, numbered: glyphs.numbered, drawArea, drawMany, areaPath, areas, sized, largest,
  };
}
