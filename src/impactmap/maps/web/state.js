/** What the reader has chosen, and which events that leaves. */
import {DAY_MS, NO_DAY} from "./words.js";

/** Bit of "any other term" in the masks of sectors and means. */
export const OTHER_BIT = 31;

/**
 * @typedef {object} Filters
 * @property {number} from first day shown
 * @property {number} to last day shown
 * @property {Set<number>} off sides switched off (slot numbers)
 * @property {number} sector bit, or -1 for all
 * @property {number} means bit, or -1 for all
 * @property {number} precision index, or -1 for all
 * @property {number[]} fields of each of the author's own categories its bit, or -1 for all
 * @property {string} query what was typed
 * @property {Uint8Array | null} matches 1 for events that the query finds; null without a query
 *
 * @typedef {"day" | "week" | "month" | "year"} Unit
 * @typedef {{unit: Unit, edges: Int32Array, counts: Uint32Array[]}} Histogram counts: one array a slot
 *
 * @typedef {object} State
 * @property {Filters} filters
 * @property {number} first first day of the data, NO_DAY when nothing is dated
 * @property {number} last
 * @property {number} events
 * @property {number} slots sides and "not stated"
 * @property {number} undated events without a date that pass the other filters
 * @property {Uint8Array} shown 1 for every event that is shown
 * @property {number} count events shown
 * @property {Uint32Array} slotCounts events of each slot that its switch would show
 * @property {Uint32Array} totals all events of each slot
 * @property {Uint8Array} slotConfirmed 1 for slots of which some event is confirmed
 * @property {{order: Uint32Array, from: number, to: number}} span the part of the time index that holds all that is shown
 * @property {Uint32Array} eventRow where an event's rows start in `rows`
 * @property {Uint32Array} rows row numbers, event after event
 * @property {(event: number) => number} slot
 * @property {(slot: number) => number} sideOf
 * @property {(row: number) => boolean} rowPasses whether a row passes everything but the period
 * @property {(row: number) => boolean} rowShown
 * @property {() => boolean} wholePeriod
 * @property {() => boolean} filtered whether anything but the period is narrowed
 * @property {(changes: Partial<Filters>) => void} set
 * @property {(index: EventIndex) => void} use count the events of another index in place of these
 * @property {() => void} clear everything but the period
 * @property {(maximum: number) => Histogram} histogram
 * @property {(listener: (filters: boolean) => void) => void} onChange told once a frame; `filters` when more than the period changed
 */

/**
 * Start of the first place in a sorted array whose value is at least `value`.
 * @param {Int32Array} sorted
 * @param {number} value
 */
export function lowerBound(sorted, value) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Order items by a small whole number: where each group starts, and the items group after group.
 * @param {ArrayLike<number>} keys
 * @param {number} groups
 * @returns {{start: Uint32Array, items: Uint32Array}}
 */
export function groupBy(keys, groups) {
  const start = new Uint32Array(groups + 1);
  for (let i = 0; i < keys.length; i++) start[keys[i] + 1]++;
  for (let g = 0; g < groups; g++) start[g + 1] += start[g];
  const next = start.slice(0, groups);
  const items = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) items[next[keys[i]]++] = i;
  return { start, items };
}

/**
 * First days of the bins that cover a period, and one more that closes the last.
 * @param {number} first
 * @param {number} last
 * @param {Unit} unit
 */
function binEdges(first, last, unit) {
  const edges = [];
  if (unit === "day" || unit === "week") {
    const step = unit === "day" ? 1 : 7;
    // 1970-01-01 was a Thursday: Mondays are 4 days past a multiple of 7.
    let day = step === 1 ? first : first - ((((first - 4) % 7) + 7) % 7);
    for (; day <= last; day += step) edges.push(day);
    edges.push(day);
  } else {
    const date = new Date(first * DAY_MS);
    const [year, month] = [date.getUTCFullYear(), unit === "month" ? date.getUTCMonth() : 0];
    for (let i = 0, day = -Infinity; day <= last; i++) {
      day = Date.UTC(unit === "year" ? year + i : year, unit === "month" ? month + i : 0) / DAY_MS;
      edges.push(day);
    }
  }
  return Int32Array.from(edges);
}

/**
 * @typedef {ReturnType<typeof indexEvents>} EventIndex
 *
 * Order events so that a period and an event's rows are found without a search through all.
 * @param {import("./payload.js").Columns} columns
 * @param {number} slots sides and "not stated"
 */
export function indexEvents(columns, slots) {
  const { day_start: dayStart, day_end: dayEnd, side, row_event: rowEvent, row_precision: rowPrecision, weight } = columns;
  const events = side.length;

  // Rows of each event, and the precisions they have.
  const { start: eventRow, items: rows } = groupBy(rowEvent, events);
  const precisions = new Uint32Array(events);
  for (let row = 0; row < rowEvent.length; row++) precisions[rowEvent[row]] |= 1 << rowPrecision[row];

  // The time index: dated events by first day. No event reaches further back than the longest one.
  let [first, last, longest, number] = [Infinity, -Infinity, 0, 0];
  /** @type {number[]} */
  const undatedEvents = [];
  const totals = new Uint32Array(slots);
  const slotConfirmed = new Uint8Array(slots);
  for (let event = 0; event < events; event++) {
    const slot = side[event] === 255 ? slots - 1 : side[event];
    totals[slot] += weight[event];
    number += weight[event];
    if (columns.confirmed[event]) slotConfirmed[slot] = 1;
    if (dayStart[event] === NO_DAY) undatedEvents.push(event);
    else {
      first = Math.min(first, dayStart[event]);
      last = Math.max(last, dayEnd[event]);
      longest = Math.max(longest, dayEnd[event] - dayStart[event]);
    }
  }
  if (first > last) first = last = NO_DAY;
  const undatedKey = last - first + 1;
  const keys = new Uint32Array(events);
  for (let event = 0; event < events; event++) keys[event] = dayStart[event] === NO_DAY ? undatedKey : dayStart[event] - first;
  const byStart = groupBy(keys, undatedKey + 1).items;
  const starts = new Int32Array(events - undatedEvents.length);
  for (let i = 0; i < starts.length; i++) starts[i] = dayStart[byStart[i]];
  return { columns, number, eventRow, rows, precisions, first, last, longest, undatedEvents, byStart, starts, totals, slotConfirmed };
}

/**
 * @param {import("./payload.js").Payload} payload
 * @param {EventIndex} [index] of its columns, where that is made already
 * @returns {State}
 */
export function createState({ header, columns: all }, index) {
  const slots = header.sides.length + 1;
  let now = index ?? indexEvents(all, slots);
  const anyField = () => header.fields.map(() => -1);
  const slot = (/** @type {number} */ event) => {
    const side = now.columns.side[event];
    return side === 255 ? slots - 1 : side;
  };
  const { first, last } = now;

  let passes = new Uint8Array(now.columns.side.length);
  /** @type {((filters: boolean) => void)[]} */
  const listeners = [];
  let frame = 0;
  let filtersChanged = true;

  const asPrecise = (/** @type {number} */ row) => state.filters.precision < 0 || now.columns.row_precision[row] === state.filters.precision;

  /** @type {State} */
  const state = {
    filters: { from: first, to: last, off: new Set(), sector: -1, means: -1, precision: -1, fields: anyField(), query: "", matches: null },
    first,
    last,
    events: now.number,
    slots,
    undated: 0,
    shown: new Uint8Array(now.columns.side.length),
    count: 0,
    slotCounts: new Uint32Array(slots),
    totals: now.totals,
    slotConfirmed: now.slotConfirmed,
    span: { order: now.byStart, from: 0, to: now.byStart.length },
    eventRow: now.eventRow,
    rows: now.rows,
    slot,
    sideOf: (index) => (index === slots - 1 ? 255 : index),
    rowPasses: (row) => passes[now.columns.row_event[row]] === 1 && !state.filters.off.has(slot(now.columns.row_event[row])) && asPrecise(row),
    rowShown: (row) => state.shown[now.columns.row_event[row]] === 1 && asPrecise(row),
    wholePeriod: () => state.filters.from <= first && state.filters.to >= last,
    filtered: () => {
      const { off, sector, means, precision, fields, query } = state.filters;
      return off.size > 0 || fields.some((bit) => bit >= 0) || sector >= 0 || means >= 0 || precision >= 0 || query !== "";
    },
    set(changes) {
      const only = Object.keys(changes).every((key) => key === "from" || key === "to");
      Object.assign(state.filters, changes);
      filtersChanged ||= !only;
      select();
      frame ||= requestAnimationFrame(tell);
    },
    use(index) {
      now = index;
      const events = now.byStart.length;
      passes = new Uint8Array(events);
      const { number, totals, slotConfirmed, eventRow, rows, byStart: order } = now;
      Object.assign(state, { events: number, totals, slotConfirmed, eventRow, rows, shown: new Uint8Array(events), span: { order, from: 0, to: events } });
      filtersChanged = true;
      state.set({});
    },
    clear() {
      state.set({ off: new Set(), sector: -1, means: -1, precision: -1, fields: anyField(), query: "", matches: null });
    },
    histogram,
    onChange: (listener) => listeners.push(listener),
  };

  function tell() {
    frame = 0;
    const filters = toldFilters;
    toldFilters = false;
    for (const listener of listeners) listener(filters);
  }

  let toldFilters = true;

  function filter() {
    const { sector, means, precision, fields, matches } = state.filters;
    const { columns, precisions, undatedEvents } = now;
    for (let event = 0; event < passes.length; event++) {
      passes[event] =
        (sector < 0 || (columns.sectors[event] >>> sector) & 1) &&
        (means < 0 || (columns.means[event] >>> means) & 1) &&
        (precision < 0 || (precisions[event] >>> precision) & 1) &&
        fields.every((bit, number) => bit < 0 || (columns.fields[number][event] >>> bit) & 1) &&
        (matches === null || matches[event])
          ? 1
          : 0;
    }
    state.undated = undatedEvents.reduce((n, event) => n + passes[event] * columns.weight[event], 0);
  }

  /** Mark what is shown; costs what the period holds, not what the table holds. */
  function select() {
    if (filtersChanged) filter();
    toldFilters ||= filtersChanged;
    filtersChanged = false;
    const { from, to, off } = state.filters;
    const on = Uint8Array.from({ length: slots }, (_, index) => (off.has(index) ? 0 : 1));
    const { shown, slotCounts, span } = state;
    const { byStart, starts, longest } = now;
    const { day_start: dayStart, day_end: dayEnd, side, weight } = now.columns;
    // What was shown is forgotten, and only that.
    for (let i = span.from; i < span.to; i++) shown[byStart[i]] = 0;
    slotCounts.fill(0);
    let count = 0;
    const whole = state.wholePeriod();
    span.from = lowerBound(starts, from - longest);
    // Events without a date stand last.
    span.to = whole ? byStart.length : lowerBound(starts, to + 1);
    for (let i = span.from; i < span.to; i++) {
      const event = byStart[i];
      if (passes[event] === 0 || (dayEnd[event] < from && dayStart[event] !== NO_DAY)) continue;
      const index = side[event] === 255 ? slots - 1 : side[event];
      slotCounts[index] += weight[event];
      shown[event] = on[index];
      count += on[index] * weight[event];
    }
    state.count = count;
  }

  /** @type {State["histogram"]} */
  function histogram(maximum) {
    const days = last - first + 1;
    const unit = days <= maximum ? "day" : days / 7 <= maximum ? "week" : days / 30 <= maximum ? "month" : "year";
    const edges = first === NO_DAY ? new Int32Array(1) : binEdges(first, last, unit);
    const bins = edges.length - 1;
    const counts = Array.from({ length: slots }, () => new Uint32Array(bins + 1));
    const { byStart, starts } = now;
    const { day_start: dayStart, day_end: dayEnd, weight } = now.columns;
    const bin = (/** @type {number} */ day) => (unit === "day" ? day - first : lowerBound(edges, day + 1) - 1);
    for (let i = 0; i < starts.length; i++) {
      const event = byStart[i];
      if (!passes[event] || state.filters.off.has(slot(event))) continue;
      const column = counts[slot(event)];
      const [begin, stop] = [bin(dayStart[event]), bin(dayEnd[event])];
      for (let b = begin; b <= stop; b++) column[b] += weight[event];
    }
    return { unit, edges, counts };
  }

  select();
  return state;
}
