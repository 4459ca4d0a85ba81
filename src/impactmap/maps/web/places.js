/** Places, the positions that points share: where they are, which rows they hold, and what of them is shown. */
import {groupBy} from "./state.js";
import {worldX, worldY} from "./geometry.js";

/** Above this many places in view single marks cannot be told apart and density is drawn. */
export const MANY_PLACES = 1500;
/** The same of squares in which reports are counted: what lies in one is known to lie apart. */
export const MANY_SQUARES = 5000;
/** Side of a density cell in pixels. */
export const CELL = 3;

/**
 * @typedef {object} Counted what a frame holds
 * @property {Uint32Array} list the places with anything shown, the first ones, where they are very many
 * @property {boolean} dense whether there are more
 * @property {Uint32Array} counts rows shown, by place
 * @property {Float64Array} sums of the chosen figure, by place, row by row; NaN without any
 * @property {(place: number) => boolean} holds whether a place in the frame has anything shown
 * @property {Uint32Array[]} tallies rows shown, by slot and cell
 * @property {number} across cells in a line
 * @property {number} lines
 *
 * @typedef {ReturnType<typeof createPlaces>} Places
 */

/**
 * @param {import("./payload.js").Columns} columns
 * @param {import("./state.js").State} state
 * @param {boolean} sized whether figures are added up
 * @param {number} [many] places in view above which there is density
 */
export function createPlaces(columns, state, sized, many = MANY_PLACES) {
  const { row_event: rowEvent, row_place: rowPlace, row_precision: rowPrecision, place_lat: lat, place_lon: lon } = columns;
  const number = lat.length;
  const x = new Float64Array(number);
  const y = new Float64Array(number);
  let [west, north, east, south] = [1, 1, 0, 0];
  for (let i = 0; i < number; i++) {
    x[i] = worldX(lon[i]);
    y[i] = worldY(lat[i]);
    if (x[i] < west) west = x[i];
    if (x[i] > east) east = x[i];
    if (y[i] < north) north = y[i];
    if (y[i] > south) south = y[i];
  }
  const grouped = groupBy(rowPlace, number + 1);
  // Group 0 holds the rows without a position.
  const start = grouped.start.subarray(1);
  const rows = grouped.items;

  // The spatial index: places by the cell of a grid over all of them.
  const side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(number / 2))));
  const cellOf = (/** @type {number} */ value, /** @type {number} */ low, /** @type {number} */ high) =>
    Math.max(0, Math.min(side - 1, Math.floor(((value - low) / (high - low || 1)) * side)));
  const cells = new Uint32Array(number);
  for (let i = 0; i < number; i++) cells[i] = cellOf(y[i], north, south) * side + cellOf(x[i], west, east);
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
        if (x[place] >= w && x[place] <= e && y[place] >= n && y[place] <= s) visit(place);
      }
    }
  }

  // All of this is made once and used for every frame: nothing to allocate while the hand moves.
  const at = new Int32Array(number);
  const stamps = new Uint32Array(number);
  const counts = new Uint32Array(number);
  const sums = new Float64Array(sized ? number : 0);
  const list = new Uint32Array(Math.min(number, many));
  /** @type {Uint32Array[]} */
  let tallies = [];
  let stamp = 0;
  let [across, lines] = [0, 0];
  let placed = "";

  /** Find the density cell of every place, -1 outside the frame; a change of filters leaves them as they are.
   * @param {import("./geometry.js").Frame} frame
   */
  function locate({ scale, left, top, width, height }) {
    const key = `${scale} ${left} ${top} ${width} ${height}`;
    if (key === placed) return;
    placed = key;
    across = Math.ceil(width / CELL);
    lines = Math.ceil(height / CELL);
    if (tallies.length === 0 || tallies[0].length !== across * lines) {
      tallies = Array.from({ length: state.slots }, () => new Uint32Array(across * lines));
    }
    const [zoom, shiftX, shiftY] = [scale / CELL, left / CELL, top / CELL];
    for (let i = 0; i < number; i++) {
      const column = Math.floor(x[i] * zoom - shiftX);
      const line = Math.floor(y[i] * zoom - shiftY);
      at[i] = column >= 0 && line >= 0 && column < across && line < lines ? line * across + column : -1;
    }
  }

  /**
   * Count what a frame shows. Costs what the period holds, through the time index.
   * @param {import("./geometry.js").Frame} frame
   * @returns {Counted}
   */
  function count(frame) {
    locate(frame);
    for (const tally of tallies) tally.fill(0);
    const now = ++stamp;
    let distinct = 0;
    const { order, from, to } = state.span;
    const { shown, eventRow, rows: eventRows } = state;
    const { precision } = state.filters;
    const { side: sides, size, weight } = columns;
    const unstated = state.slots - 1;
    for (let i = from; i < to; i++) {
      const event = order[i];
      if (shown[event] === 0) continue;
      const slot = sides[event] === 255 ? unstated : sides[event];
      const tally = tallies[slot];
      for (let r = eventRow[event]; r < eventRow[event + 1]; r++) {
        const row = eventRows[r];
        const place = rowPlace[row] - 1;
        if (place < 0 || at[place] < 0 || (precision >= 0 && rowPrecision[row] !== precision)) continue;
        tally[at[place]] += weight[event];
        if (stamps[place] !== now) {
          stamps[place] = now;
          counts[place] = 0;
          if (sized) sums[place] = NaN;
          if (distinct < list.length) list[distinct] = place;
          distinct++;
        }
        counts[place] += weight[event];
        if (sized && size[event] >= 0) sums[place] = size[event] + (sums[place] || 0);
      }
    }
    return {
      list: list.subarray(0, Math.min(distinct, list.length)), dense: distinct > many, counts, sums, tallies, across, lines,
      holds: (place) => stamps[place] === now,
    };
  }

  return { x, y, start, rows, within, count };
}
