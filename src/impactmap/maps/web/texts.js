/** The texts of events, in the page or in files beside it; opened when a card, the search or the table needs them. */
import {openContainer} from "./container.js";
import {readBeside, readBlock} from "./files.js";

/** Files kept open at a time; the browser keeps the rest in its cache. */
const KEPT = 32;

/**
 * @typedef {import("./payload.js").EventText} EventText
 * @typedef {import("./container.js").Container} Container
 *
 * @typedef {object} Chunk texts of a run of events
 * @property {number} first
 * @property {number} events
 * @property {Container} data
 * @property {Record<string, Uint32Array>} starts by part, where each event's rows begin
 *
 * @typedef {object} Texts
 * @property {(event: number) => EventText | null} text null while it is closed, or where it is missing
 * @property {(event: number, row: number) => {name: string, around: string} | null} place what a row's place is called, and what is around it; null while it is closed
 * @property {(events?: Iterable<number>) => Promise<boolean>} openTexts those of some events, or all of them; false when some could not be read
 * @property {(visit: (chunk: Chunk, done: number, of: number) => boolean) => Promise<number>} eachChunk one after the other until told to stop
 *   (false); how many could not be read
 * @property {boolean} beside whether the texts lie in files beside the page
 */

/** Of what has no texts. @type {Texts} */
export const NO_TEXTS = { beside: true, text: () => null, place: () => null, openTexts: async () => true, eachChunk: async () => 0 };

const PARTS = ["places", "claims", "disputes", "sources", "fields"];

/**
 * @param {import("./payload.js").Header} header
 * @param {Promise<Container> | null} early the texts that the page holds, where they are being opened already
 * @returns {Texts}
 */
export function createTexts(header, early) {
  const files = header.texts?.files ?? [];
  const span = header.texts ? header.texts.events : Math.max(1, header.events);
  const count = Math.ceil(header.events / span);
  /** @type {Map<number, Promise<Chunk | null>>} */
  const opening = new Map();
  /** @type {Map<number, Chunk>} */
  const open = new Map();
  /** @type {Map<number, EventText>} */
  const made = new Map();

  /**
   * @param {number} number
   * @returns {Promise<Chunk | null>} null when it could not be read
   */
  function chunk(number) {
    let promise = opening.get(number);
    if (!promise) {
      promise = read(number).catch(() => {
        // Asked again, it is tried again: a connection may have come back.
        opening.delete(number);
        return null;
      });
      opening.set(number, promise);
      if (opening.size > KEPT) close(/** @type {number} */ (opening.keys().next().value));
    }
    return promise;
  }

  /** @param {number} number */
  function close(number) {
    opening.delete(number);
    open.delete(number);
  }

  /** @param {number} number */
  async function read(number) {
    const data = await (early ?? openContainer(files.length > 0 ? await readBeside(files[number]) : await readBlock("im-texts")));
    /** @type {Record<string, Uint32Array>} */
    const starts = {};
    for (const part of PARTS) {
      const counts = data.numbers(part);
      starts[part] = new Uint32Array(counts.length + 1);
      for (let i = 0; i < counts.length; i++) starts[part][i + 1] = starts[part][i] + counts[i];
    }
    const found = { first: data.header.first, events: data.header.events, data, starts };
    if (opening.has(number)) open.set(number, found);
    return found;
  }

  return {
    beside: files.length > 0,
    text(event) {
      const found = open.get(Math.floor(event / span));
      if (!found) return null;
      let text = made.get(event);
      if (!text) {
        if (made.size > 2000) made.clear();
        made.set(event, (text = eventText(found, event - found.first)));
      }
      return text;
    },
    place(event, row) {
      const found = open.get(Math.floor(event / span));
      if (!found) return null;
      const { data, starts, first } = found;
      const rows = data.numbers("places.row");
      for (let at = starts.places[event - first]; at < starts.places[event - first + 1]; at++) {
        if (rows[at] === row) return { name: data.texts("places.name").at(at), around: data.texts("places.around").at(at) };
      }
      return { name: "", around: "" };
    },
    async openTexts(events) {
      const wanted = new Set();
      if (events) for (const event of events) wanted.add(Math.floor(event / span));
      else for (let number = 0; number < count; number++) wanted.add(number);
      const found = await Promise.all(Array.from(wanted, chunk));
      return found.every((one) => one !== null);
    },
    async eachChunk(visit) {
      let missing = 0;
      for (let number = 0; number < count; number++) {
        const found = await chunk(number);
        if (!found) missing++;
        else if (!visit(found, number + 1, count)) break;
        // A first file that cannot be read: none of them can.
        if (missing > 0 && missing === number + 1 && number === 2) return count;
      }
      return missing;
    },
  };
}

/**
 * Put an event's text together, leaving out what is missing.
 * @param {Chunk} chunk
 * @param {number} row within the chunk
 * @returns {EventText}
 */
function eventText({ data, starts }, row) {
  const names = Object.keys(data.header.columns);
  /**
   * @param {string} before what the names of the columns begin with
   * @param {number} at
   */
  function told(before, at) {
    /** @type {any} */
    const found = {};
    for (const name of names) {
      const short = name.slice(before.length);
      if (!name.startsWith(before) || short.includes(".") || (before === "" && PARTS.includes(short))) continue;
      const value = data.value(name, at);
      if (value !== "" && !Number.isNaN(value)) found[short] = value;
    }
    return found;
  }
  const event = told("", row);
  for (const part of PARTS) {
    event[part] = [];
    for (let at = starts[part][row]; at < starts[part][row + 1]; at++) event[part].push(told(`${part}.`, at));
  }
  return event;
}
