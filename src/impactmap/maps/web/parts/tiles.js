/** Of very many reports the page holds counts by square and day; finer ones and single reports come from files beside it. */
import {addPart} from "../parts.js";
import {byId, element} from "../dom.js";
import {createTexts} from "../texts.js";
import {NO_DAY} from "../words.js";
import {OTHER_BIT, indexEvents} from "../state.js";
import {MANY_SQUARES} from "../places.js";
import {indexRows} from "../marks.js";
import {openContainer} from "../container.js";
import {readBeside} from "../files.js";

/**
 * @typedef {{name: string, level: number, first: number, last: number, bounds: number[], count: number}} Tile
 * @typedef {{tile: Tile, data: import("../container.js").Container, texts: import("../texts.js").Texts}} OpenTile
 */

/** Files that what is drawn may lie in, at most. */
const MOST_FILES = 96;
/** So many times what is drawn at most is kept open. */
const KEPT_TIMES = 3;
/** Files asked for at a time. */
const AT_ONCE = 8;
/** Wider than this on the screen, in pixels, the squares of the page are coarse. */
const COARSE_SQUARE = 10;
/** Files reach as far beyond the view, as a part of it, so that most movements need no others. */
const AROUND = 0.25;
const SUM_DIGITS = 16;

/**
 * A file whose bytes are not those that it is named after is none: cut, or of another version.
 * @param {string} name
 * @param {Uint8Array<ArrayBuffer>} bytes
 */
async function checkSum(name, bytes) {
  // Without a secure connection the browser has no check sums; what is cut is still noticed when it is opened.
  if (!globalThis.crypto?.subtle) return;
  const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  const digits = Array.from(sum, (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, SUM_DIGITS);
  if (!name.includes(digits)) throw new Error(`${name}: expected other bytes`);
}

/**
 * @param {Uint32Array} masks of the terms of a file
 * @param {string[]} from
 * @param {string[]} to the page's terms; those that have no bit of their own share the last
 */
function renumbered(masks, from, to) {
  if (to.length === 0) return new Uint32Array(masks.length);
  const bits = from.map((term) => Math.min(to.indexOf(term) >>> 0, OTHER_BIT));
  /** @type {Map<number, number>} */
  const known = new Map();
  return masks.map((mask) => {
    let found = known.get(mask);
    if (found === undefined) {
      found = 0;
      for (let bit = 0; bit <= OTHER_BIT; bit++) if ((mask >>> bit) & 1) found |= 1 << (bits[bit] ?? OTHER_BIT);
      known.set(mask, found);
    }
    return found >>> 0;
  });
}

/**
 * Put the entries of files together, as the page's own are.
 * @param {OpenTile[]} tiles
 * @param {import("../payload.js").Payload} payload of the page
 * @returns {Pick<import("../payload.js").Payload, "columns" | "when" | "text" | "place" | "openTexts" | "eachChunk">}
 */
export function joinTiles(tiles, { header }) {
  const [west] = header.basemap.bounds;
  const areas = new Map(header.areas.map(({ id }, number) => [id, number]));
  const slots = header.sides.map(({ key }) => key);
  /** @type {number[][]} */
  const [eventFrom, rowFrom] = [[0], [0]];
  for (const { data } of tiles) {
    eventFrom.push(eventFrom[eventFrom.length - 1] + data.header.events);
    rowFrom.push(rowFrom[rowFrom.length - 1] + data.header.rows);
  }
  const [events, rows] = [eventFrom[tiles.length], rowFrom[tiles.length]];
  /** @type {any} */
  const columns = {
    row_place: new Uint32Array(rows), row_event: new Uint32Array(rows), row_kind: new Uint8Array(rows), row_precision: new Uint8Array(rows),
    row_area: new Int32Array(rows), side: new Uint8Array(events), confirmed: new Uint8Array(events), contradicted: new Uint8Array(events),
    sectors: new Uint32Array(events), means: new Uint32Array(events), weight: new Uint32Array(events),
    day_start: new Int32Array(events), day_end: new Int32Array(events),
    size: new Float32Array(events).fill(NaN), size_low: new Float32Array(events).fill(NaN), size_high: new Float32Array(events).fill(NaN),
    fields: [],
  };
  /** A position is one place, whichever files name it. @type {Map<string, number>} */
  const known = new Map();
  /** @type {{lat: number, lon: number, territory: number}[]} */
  const places = [];
  /** @type {Map<string, number>} */
  const territories = new Map([["", 0]]);
  tiles.forEach(({ data }, i) => {
    const [firstEvent, firstRow] = [eventFrom[i], rowFrom[i]];
    const [lat, lon, territory] = ["place_lat", "place_lon", "place_territory"].map(data.numbers);
    const numbers = Uint32Array.from({ length: lat.length + 1 }, (_, place) => {
      if (place === 0) return 0;
      const named = data.header.territories[territory[place - 1]] ?? "";
      const key = `${lat[place - 1]} ${lon[place - 1]} ${named}`;
      let number = known.get(key);
      if (number === undefined) {
        if (!territories.has(named)) territories.set(named, territories.size);
        const turned = lon[place - 1] < west ? lon[place - 1] + 360 : lon[place - 1];
        places.push({ lat: lat[place - 1], lon: turned, territory: /** @type {number} */ (territories.get(named)) });
        known.set(key, (number = places.length));
      }
      return number;
    });
    for (const name of ["row_kind", "row_precision"]) columns[name].set(data.numbers(name), firstRow);
    // Files know nothing of the page: what they name has other numbers there.
    const own = data.header.areas.map((/** @type {string[]} */ ids) => ids.map((id) => areas.get(id)).find((number) => number !== undefined) ?? -1);
    columns.row_area.set(data.numbers("row_area").map((/** @type {number} */ area) => (area < 0 ? -1 : own[area])), firstRow);
    const sides = data.header.sides.map((/** @type {string} */ key) => slots.indexOf(key));
    columns.side.set(data.numbers("side").map((/** @type {number} */ side) => (side === 255 || sides[side] < 0 ? 255 : sides[side])), firstEvent);
    for (const name of /** @type {const} */ (["sectors", "means"])) columns[name].set(renumbered(data.numbers(name), data.header[name], header[name]), firstEvent);
    columns.row_place.set(data.numbers("row_place").map((/** @type {number} */ place) => numbers[place]), firstRow);
    columns.row_event.set(Uint32Array.from(data.numbers("row_event"), (/** @type {number} */ event) => event + firstEvent), firstRow);
    for (const name of ["confirmed", "contradicted"]) columns[name].set(data.numbers(name), firstEvent);
    if (data.header.columns.weight) columns.weight.set(data.numbers("weight"), firstEvent);
    else columns.weight.fill(1, firstEvent, firstEvent + data.header.events);
    const [when, start, end] = ["event_when", "when_start", "when_end"].map(data.numbers);
    for (let event = 0; event < when.length; event++) {
      columns.day_start[firstEvent + event] = start[when[event]];
      columns.day_end[firstEvent + event] = end[when[event]];
    }
  });
  columns.place_lat = Float64Array.from(places, ({ lat }) => lat);
  columns.place_lon = Float64Array.from(places, ({ lon }) => lon);
  columns.place_territory = Uint16Array.from(places, ({ territory }) => territory);

  /** The file that holds an event. @param {number} event */
  const of = (event) => {
    let [low, high] = [0, tiles.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (eventFrom[middle] <= event) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  return {
    columns,
    when(event) {
      const i = of(event);
      const { data } = tiles[i];
      return data.texts("when").at(data.numbers("event_when")[event - eventFrom[i]]);
    },
    text(event) {
      const i = of(event);
      const text = tiles[i].texts.text(event - eventFrom[i]);
      return text && { ...text, places: text.places.map((place) => ({ ...place, row: place.row + rowFrom[i] })) };
    },
    place(event, row) {
      const i = of(event);
      return tiles[i].texts.place(event - eventFrom[i], row - rowFrom[i]);
    },
    async openTexts(asked = []) {
      /** @type {Map<number, number[]>} */
      const byTile = new Map();
      for (const event of asked) byTile.set(of(event), [...(byTile.get(of(event)) ?? []), event - eventFrom[of(event)]]);
      const opened = await Promise.all(Array.from(byTile, ([i, own]) => tiles[i].texts.openTexts(own)));
      return opened.every(Boolean);
    },
    eachChunk: async () => 0,
  };
}

addPart(({ map, payload, state, words, drawn, layer, card, announce }) => {
  const { header } = payload;
  const list = header.tiles;
  if (!list) return;
  const { say } = words;
  /** @type {Tile[]} */
  const tiles = list.files.map(([name, level, first, last, west, south, east, north, count]) => ({ name, level, first, last, bounds: [west, south, east, north], count }));
  const [edge] = header.basemap.bounds;
  const overview = { rows: indexRows(payload.columns, drawn.state, false, header.areas.length, MANY_SQUARES), keep: { ...drawn.payload } };
  /** Open files, those used last at the end. @type {Map<string, OpenTile>} */
  const open = new Map();
  /** @type {{level: number, names: Set<string>}} */
  let now = { level: 0, names: new Set() };
  /** @type {AbortController | null} */
  let loading = null;
  let asked = "";
  let later = 0;

  const note = element("span", { id: "im-detail", role: "status" });
  const again = element("button", { type: "button", id: "im-detail-again", hidden: true, click: () => refresh() }, say("tiles_again"));
  const whole = list.address && element("a", { href: list.address, target: "_blank", rel: "noopener", hidden: true }, say("full_map"));
  const line = element("p", { class: "im-quiet im-detail" }, note, " ", again, " ", whole);
  (byId("im-controls") ?? document.body).append(line);

  /** @param {import("leaflet").LatLngBounds} view */
  const meeting = (view) => (/** @type {Tile} */ { bounds: [west, south, east, north] }) =>
    [0, 360].some((turn) => (turn === 0 || west < edge) &&
      west + turn <= view.getEast() && east + turn >= view.getWest() && south <= view.getNorth() && north >= view.getSouth());
  /** @param {Tile} tile */
  const inPeriod = ({ first, last }) => (last === NO_DAY ? state.wholePeriod() : first <= state.filters.to && last >= state.filters.from);

  /**
   * The finest level whose entries in view and period are few enough, and its files; level 0 is the page's own.
   * @returns {{level: number, files: Tile[]}}
   */
  function wanted() {
    if (!list) return { level: 0, files: [] };
    const near = tiles.filter(inPeriod).filter(meeting(map.getBounds().pad(AROUND)));
    // Squares are as wide as a part of the equator is.
    const wide = (/** @type {number} */ level) => list.kilometres[level] / 40075 * 256 * 2 ** map.getZoom();
    for (let level = list.kilometres.length - 1; level > 0; level--) {
      const files = near.filter((tile) => tile.level === level);
      const entries = files.reduce((sum, { count }) => sum + count, 0);
      const single = list.kilometres[level] === 0;
      if (entries > 0 && entries <= list.most && files.length <= MOST_FILES && (single || wide(level - 1) > COARSE_SQUARE)) return { level, files };
    }
    return { level: 0, files: [] };
  }

  /** Whether what is drawn holds all of the view. */
  function covered() {
    if (now.level === 0) return true;
    const here = meeting(map.getBounds());
    return tiles.every((tile) => tile.level !== now.level || now.names.has(tile.name) || !inPeriod(tile) || !here(tile));
  }

  function showOverview() {
    if (now.level === 0) return;
    now = { level: 0, names: new Set() };
    draw(overview.keep, drawn.index, overview.rows, true);
  }

  /**
   * @param {Partial<import("../payload.js").Payload>} what
   * @param {import("../state.js").EventIndex} index
   * @param {import("../marks.js").RowIndex} rows
   * @param {boolean} gathered
   */
  function draw(what, index, rows, gathered) {
    card.close();
    Object.assign(drawn.payload, what, { gathered });
    drawn.state.use(index);
    drawn.state.set({ ...state.filters });
    layer.use(rows);
  }

  /** @param {OpenTile[]} found @param {number} level */
  async function show(found, level) {
    const joined = joinTiles(found, payload);
    const gathered = list?.kilometres[level] !== 0;
    now = { level, names: new Set(found.map(({ tile }) => tile.name)) };
    draw(joined, indexEvents(joined.columns, state.slots), indexRows(joined.columns, drawn.state, false, header.areas.length, gathered ? MANY_SQUARES : undefined), gathered);
    // Few reports are named on the map; of more the texts come with the card.
    if (!gathered && joined.columns.side.length <= 2000 && await joined.openTexts(joined.columns.side.keys())) layer.recolor();
  }

  /** @param {Tile} tile @param {AbortSignal} signal */
  async function read(tile, signal) {
    const known = open.get(tile.name);
    if (known) {
      open.delete(tile.name);
      open.set(tile.name, known);
      return known;
    }
    const bytes = await readBeside(tile.name, signal);
    await checkSum(tile.name, bytes);
    const data = await openContainer(bytes);
    const found = { tile, data, texts: createTexts({ ...header, ...data.header }, null) };
    open.set(tile.name, found);
    return found;
  }

  function forget() {
    let kept = [...open.values()].reduce((sum, { tile }) => sum + tile.count, 0);
    for (const [name, { tile }] of open) {
      if (kept <= KEPT_TIMES * (list?.most ?? 0)) break;
      if (now.names.has(name)) continue;
      open.delete(name);
      kept -= tile.count;
    }
  }

  /** What the map shows, in words. @param {{done?: number, of?: number, missing?: number}} progress */
  function tell({ done = 0, of = 0, missing = 0 } = {}) {
    const kilometres = list?.kilometres[now.level] ?? 0;
    const shows = kilometres === 0 ? say("tiles_single") : say("tiles_squares", { km: Math.round(kilometres) });
    const more = missing > 0 ? say(location.protocol === "file:" ? "tiles_disk" : "tiles_missing", { n: missing, of })
      : done < of ? say("tiles_loading", { done, of }) : kilometres > 0 ? say("tiles_closer") : "";
    const text = `${shows} ${more}`.trim();
    if (note.textContent !== text) note.textContent = text;
    again.hidden = missing === 0 || location.protocol === "file:";
    if (whole) whole.hidden = missing === 0;
    line.dataset.level = String(now.level);
    line.dataset.state = missing > 0 ? "missing" : done < of ? "loading" : "whole";
  }

  async function refresh() {
    clearTimeout(later);
    // What moves the map to make room for a card closes it not.
    if (byId("im-card")?.hidden === false && covered()) return;
    const { level, files } = wanted();
    const key = `${level} ${files.map(({ name }) => name).join(" ")}`;
    if (key === asked && line.dataset.state === "loading") return;
    asked = key;
    loading?.abort();
    if (!covered()) showOverview();
    if (level === 0 || (level === now.level && files.every(({ name }) => now.names.has(name)))) {
      if (level !== now.level) showOverview();
      return tell();
    }
    const mine = (loading = new AbortController());
    /** @type {OpenTile[]} */
    const found = new Array(files.length);
    let [next, done, missing] = [0, 0, 0];
    tell({ done, of: files.length });
    async function work() {
      while (next < files.length && !mine.signal.aborted) {
        const at = next++;
        try {
          found[at] = await read(files[at], mine.signal);
          done++;
        } catch {
          missing++;
        }
        // Nothing can be read: asking for all others would only take long.
        if (missing > 2 && done === 0) next = files.length;
        if (!mine.signal.aborted) tell({ done, of: files.length });
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (mine.signal.aborted) return;
    if (done < files.length) {
      // All or nothing: with a part of its files the map would show too few.
      showOverview();
      tell({ missing: files.length - done, of: files.length });
      return announce(note.textContent ?? "");
    }
    show(found, level);
    forget();
    tell();
  }

  function soon() {
    if (!covered()) {
      showOverview();
      tell();
    }
    clearTimeout(later);
    later = setTimeout(refresh, 150);
  }
  map.on("moveend", soon);
  map.on("move", () => covered() || (showOverview(), tell()));
  state.onChange(soon);
  addEventListener("online", soon);
  refresh();
});
