/** The author's callouts: beside what they tell of, in the period that they belong to. */
import {addPart} from "../parts.js";
import {byId, typeFamily} from "../dom.js";
import {corners} from "../labels.js";
import {inFrame, unpackLine, worldX, worldY} from "../geometry.js";
import {kept} from "../link.js";

/**
 * @typedef {import("../labels.js").Box} Box
 * @typedef {[number, number]} Point
 * @typedef {{width: number, height: number, x: number, y: number, side: string | null}} Callout
 * @typedef {{box: Box, start: Point, end: Point, dot: boolean}} PlacedCallout
 */

/** As in `scene/author/callouts.py`, which says what each is. */
const RINGS = [26, 44, 70, 110, 160];
const NUMBER_RINGS = [9, 15, 24, 38, 60];
const SHIFTS = [0, -0.5, 0.5, -1, 1];
const SIDES = ["right", "left", "above", "below"];
const [ON_LINE, OTHER_SIDE] = [2, 10];
const CALLOUT_GAP = 5;
const [DOT, CLEAR_OF] = [3, 2];

const [NOTE_SIZE, NOTE_LINE] = [13, 16];
/** Widest text, in pixels and as a part of the map's width. */
const [WIDEST_NOTE, NOTE_PART] = [185, 0.34];
/** On a map as narrow as this words would hide what they tell of: numbers stand there, and the words below it. */
const NARROW_MAP = 480;
const NUMBER_SIZE = 18;

/**
 * @param {Callout[]} callouts the author's first first
 * @param {Box} frame
 * @param {Box[]} obstacles on which neither they nor their lines may lie
 * @param {Box[]} avoid on which they lie only where there is no other room
 * @param {number[]} rings
 * @returns {(PlacedCallout | null)[]}
 */
export function placeCallouts(callouts, frame, obstacles, avoid, rings) {
  const taken = [...obstacles];
  return callouts.map((callout) => {
    const place = placeOne(callout, frame, taken, avoid, rings);
    if (place) taken.push(place.box);
    return place;
  });
}

/**
 * @param {Callout} callout
 * @param {Box} frame
 * @param {Box[]} taken
 * @param {Box[]} avoid
 * @param {number[]} rings
 * @returns {PlacedCallout | null}
 */
function placeOne(callout, frame, taken, avoid, rings) {
  const { x, y, width, height, side: wanted } = callout;
  if (!liesIn({ x, y, width: 0, height: 0 }, frame)) return null;
  const own = taken.filter((box) => liesIn({ x, y, width: 0, height: 0 }, box));
  const others = taken.filter((box) => !own.includes(box));
  let least = Infinity;
  /** @type {PlacedCallout | null} */
  let best = null;
  const order = rings.flatMap((ring, number) =>
    SIDES.map((side) => ({ ring, side, cost: number + (wanted && side !== wanted ? OTHER_SIDE : 0) })));
  for (const { ring, side, cost } of order.sort((a, b) => a.cost - b.cost)) {
    if (cost >= least) break;
    for (const shift of SHIFTS) {
      const across = side === "left" || side === "right";
      const box = {
        x: across ? (side === "right" ? x + ring : x - ring - width) : x - width / 2 + shift * width,
        y: across ? y - height / 2 + shift * height : side === "below" ? y + ring : y - ring - height,
        width, height,
      };
      if (cost >= least || !liesIn(box, frame) || taken.some((other) => meets(box, other, CALLOUT_GAP))) continue;
      const start = /** @type {Point} */ ([Math.min(Math.max(x, box.x), box.x + width), Math.min(Math.max(y, box.y), box.y + height)]);
      const end = lineEnd(start, [x, y], own);
      if (others.some((other) => crosses(start, end, other))) continue;
      const whole = cost + (avoid.some((other) => meets(box, other, 0)) ? ON_LINE : 0);
      if (whole < least) [least, best] = [whole, { box, start, end, dot: own.length === 0 }];
    }
  }
  return best;
}

/**
 * At the edge of the mark, or beside the dot that stands for a place without one.
 * @param {Point} start
 * @param {Point} anchor
 * @param {Box[]} own
 * @returns {Point}
 */
function lineEnd([fromX, fromY], [x, y], own) {
  const [dx, dy] = [fromX - x, fromY - y];
  const length = Math.max(Math.hypot(dx, dy), 1e-9);
  let reach = DOT;
  for (const box of own) {
    const across = (dx > 0 ? box.x + box.width - x : x - box.x) / Math.max(Math.abs(dx), 1e-9);
    const down = (dy > 0 ? box.y + box.height - y : y - box.y) / Math.max(Math.abs(dy), 1e-9);
    reach = Math.max(reach, Math.min(across, down) * length + CLEAR_OF);
  }
  const part = Math.min(reach / length, 1);
  return [x + part * dx, y + part * dy];
}

/**
 * Whether a straight line touches a box.
 * @param {Point} start
 * @param {Point} end
 * @param {Box} box
 */
function crosses([x, y], [toX, toY], box) {
  let [enter, leave] = [0, 1];
  for (const [at, step, low, high] of [[x, toX - x, box.x, box.x + box.width], [y, toY - y, box.y, box.y + box.height]]) {
    if (Math.abs(step) < 1e-9) {
      if (at < low || at > high) return false;
      continue;
    }
    const [one, other] = [(low - at) / step, (high - at) / step];
    enter = Math.max(enter, Math.min(one, other));
    leave = Math.min(leave, Math.max(one, other));
  }
  return enter <= leave;
}

/** @type {(box: Box, other: Box) => boolean} */
const liesIn = (box, other) =>
  box.x >= other.x && box.y >= other.y && box.x + box.width <= other.x + other.width && box.y + box.height <= other.y + other.height;

/** @type {(box: Box, other: Box, gap: number) => boolean} */
const meets = (box, other, gap) =>
  box.x - gap < other.x + other.width && other.x < box.x + box.width + gap && box.y - gap < other.y + other.height && other.y < box.y + box.height + gap;

/**
 * Break a text into lines of about the same width, as few as the widest allows.
 * @param {CanvasRenderingContext2D} context with its font
 * @param {string} text
 * @param {number} widest
 * @returns {string[]}
 */
function balanced(context, text, widest) {
  const words = text.split(/\s+/).filter(Boolean);
  const lines = (/** @type {number} */ width) => {
    const made = [""];
    for (const word of words) {
      const longer = made[made.length - 1] ? `${made[made.length - 1]} ${word}` : word;
      if (made[made.length - 1] && context.measureText(longer).width > width) made.push(word);
      else made[made.length - 1] = longer;
    }
    return made;
  };
  const few = lines(widest).length;
  let width = widest;
  while (width > 40 && lines(width - 6).length === few) width -= 6;
  return lines(width);
}

/** @type {(boxes: Box[], lines: import("../geometry.js").Line[], frame: import("../geometry.js").Frame) => Box[]} */
function alongBorders(boxes, lines, frame) {
  for (const line of lines) {
    if (!inFrame(line, frame)) continue;
    let [beforeX, beforeY] = [NaN, NaN];
    for (let i = 0; i < line.points.length; i += 2) {
      const [x, y] = [line.points[i] * frame.scale - frame.left, line.points[i + 1] * frame.scale - frame.top];
      const steps = Math.min(200, Math.ceil(Math.hypot(x - beforeX, y - beforeY) / 8)) || 1;
      const seen = x > -50 && y > -50 && x < frame.width + 50 && y < frame.height + 50;
      for (let n = 1; seen && n <= steps; n++) {
        const [a, b] = steps === 1 ? [x, y] : [beforeX + (n / steps) * (x - beforeX), beforeY + (n / steps) * (y - beforeY)];
        boxes.push({ x: a - 2, y: b - 2, width: 4, height: 4 });
      }
      [beforeX, beforeY] = [x, y];
    }
  }
  return boxes;
}

addPart(({ payload, state, layer }) => {
  const { notes = [], basemap, steps = [], layers = [] } = payload.header;
  /** The callout that the story's step shows. */
  const chosen = () => steps[Number(kept.s) - 1]?.note ?? -1;
  const spots = notes.map(({ lat, lon }) => ({ x: worldX(lon), y: worldY(lat) }));
  const own = layers.flatMap(({ areas, lines }) => [...areas, ...lines]);
  const borders = [...basemap.borders.flatMap(({ lines }) => lines), ...own].map(unpackLine);
  const list = byId("im-notes");
  const entries = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("#im-notes [data-note]"))];

  /** @param {number} note */
  function dated(note) {
    const { first, last } = notes[note];
    const { from, to } = state.filters;
    return note === chosen() || state.wholePeriod() || ((first ?? -Infinity) <= to && (last ?? Infinity) >= from);
  }

  /**
   * Only what is not told on the map stands below it; who does not see the map reads all.
   * @param {Set<number>} told
   */
  function tellBelow(told) {
    entries.forEach((entry, note) => {
      entry.hidden = !dated(note);
      entry.classList.toggle("im-hidden-visually", told.has(note));
    });
    list?.classList.toggle("im-hidden-visually", entries.every((entry, note) => entry.hidden || told.has(note)));
  }

  layer.addOverlay((context, marks, frame, view, colors, along) => {
    const font = `400 ${NOTE_SIZE}px ${typeFamily()}`;
    context.font = font;
    const inner = { x: view.x + 6, y: view.y + 6, width: view.width - 12, height: view.height - 12 };
    const obstacles = marks.filter(({ kind }) => kind === "point")
      .map(({ x, y, reach: [left, right, up, down] }) => ({ x: x - left - 1, y: y - up - 1, width: left + right + 2, height: up + down + 2 }));
    obstacles.push(...corners(view), ...along);
    const first = chosen();
    const here = notes.map((_, note) => note).filter(dated).sort((a, b) => Number(b === first) - Number(a === first)).map((note) => ({
      note, x: spots[note].x * frame.scale - frame.left, y: spots[note].y * frame.scale - frame.top, side: notes[note].side,
    }));
    const worded = here.filter(({ note }) => note === first || view.width >= NARROW_MAP).map((one) => {
      const lines = balanced(context, notes[one.note].text, Math.min(WIDEST_NOTE, Math.max(110, NOTE_PART * view.width)));
      return { ...one, lines, width: Math.max(...lines.map((line) => context.measureText(line).width)), height: NOTE_LINE * lines.length };
    });
    const avoid = alongBorders([], borders, frame);
    const places = placeCallouts(worded, inner, obstacles, avoid, RINGS);
    const drawn = worded.flatMap((one, i) => (places[i] ? [{ ...one, place: /** @type {PlacedCallout} */ (places[i]) }] : []));
    const taken = drawn.flatMap(({ place }) => [place.box, ...alongLine(place)]);
    const told = new Set(drawn.map(({ note }) => note));
    const rest = here.filter(({ note, x, y }) => !told.has(note) && liesIn({ x, y, width: 0, height: 0 }, inner))
      .map((one) => ({ ...one, lines: /** @type {string[]} */ ([]), width: NUMBER_SIZE, height: NUMBER_SIZE }));
    const numbers = placeCallouts(rest, inner, [...obstacles, ...taken], avoid, NUMBER_RINGS);
    rest.forEach((one, i) => {
      const beside = { x: one.x, y: one.y - NUMBER_SIZE, width: NUMBER_SIZE, height: NUMBER_SIZE };
      const place = numbers[i] ?? { box: beside, start: [one.x, one.y], end: [one.x, one.y], dot: false };
      drawn.push({ ...one, place });
      taken.push(place.box, ...alongLine(place));
    });
    for (const one of drawn) drawCallout(context, one, font, colors);
    // What lies outside the view is told below no more than the marks there are.
    tellBelow(new Set([...told, ...here.filter(({ note }) => !rest.some((one) => one.note === note)).map(({ note }) => note)]));
    return taken;
  });
});

/** @param {PlacedCallout} place */
function alongLine({ start: [x, y], end: [endX, endY] }) {
  const steps = Math.max(2, Math.floor(Math.hypot(endX - x, endY - y) / 6));
  return Array.from({ length: steps + 1 }, (_, i) => ({
    x: x + (i / steps) * (endX - x) - 2, y: y + (i / steps) * (endY - y) - 2, width: 4, height: 4,
  }));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{note: number, lines: string[], place: PlacedCallout}} one
 * @param {string} font
 * @param {import("../basemap.js").Colors} colors
 */
function drawCallout(context, { note, lines, place: { box, start, end, dot } }, font, colors) {
  context.lineJoin = context.lineCap = "round";
  for (const [color, width] of /** @type {[string, number][]} */ ([[colors.halo, 3.5], [colors.text, 1.2]])) {
    context.strokeStyle = color;
    context.lineWidth = width;
    context.beginPath();
    context.moveTo(...start);
    context.lineTo(...end);
    context.stroke();
  }
  context.fillStyle = colors.text;
  context.strokeStyle = colors.halo;
  if (dot) disc(context, end[0], end[1], 2.5, 1.5);
  context.textBaseline = "middle";
  if (lines.length === 0) {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    disc(context, x, y, NUMBER_SIZE / 2, 1.5);
    context.font = `700 11px ${typeFamily()}`;
    context.textAlign = "center";
    context.fillStyle = colors.halo;
    context.fillText(String(note + 1), x, y + 0.5);
    return;
  }
  // Towards its line a text stands flush.
  const right = start[0] >= box.x + box.width && box.x + box.width < end[0];
  context.font = font;
  context.textAlign = right ? "right" : "left";
  context.lineWidth = 3.5;
  lines.forEach((line, i) => {
    const [x, y] = [right ? box.x + box.width : box.x, box.y + NOTE_LINE * (i + 0.5)];
    context.strokeText(line, x, y);
    context.fillText(line, x, y);
  });
}

/** @type {(context: CanvasRenderingContext2D, x: number, y: number, radius: number, edge: number) => void} */
function disc(context, x, y, radius, edge) {
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.lineWidth = 2 * edge;
  context.stroke();
  context.fill();
}
