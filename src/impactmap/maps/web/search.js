/** Finding events by words: in their texts, places, terms, claims and sources. */
import {fold} from "./words.js";

/** Parts of an event's text that are searched. */
const SEARCHED = [
  "id", "summary", "sectors", "means", "places.name", "places.reported", "places.around",
  "claims.claimant", "claims.source", "claims.said", "sources.name", "fields.value",
];

/**
 * Find the events in which every word of a query occurs.
 * @param {import("./payload.js").Payload} payload
 * @param {string} query
 * @param {(done: number, of: number) => boolean} progress told after every file; false stops the search
 * @returns {Promise<{matches: Uint8Array, missing: number} | null>} null when it was stopped; `missing` counts files that could not be read
 */
export async function searchTexts(payload, query, progress) {
  const needles = fold(query).split(/\s+/).filter(Boolean);
  const matches = new Uint8Array(payload.header.events);
  let stopped = false;
  const missing = await payload.eachChunk(({ first, events, data, starts }, done, of) => {
    const found = needles.map(() => new Uint8Array(events));
    for (const name of SEARCHED) {
      const owner = starts[name.split(".")[0]];
      data.texts(name).find(needles, fold, (i, row) => (found[i][owner ? lastStart(owner, row) : row] = 1));
    }
    for (let event = 0; event < events; event++) if (found.every((one) => one[event])) matches[first + event] = 1;
    stopped = !progress(done, of);
    return !stopped;
  });
  return stopped ? null : { matches, missing };
}

/**
 * @param {Uint32Array} starts where each event's rows begin
 * @param {number} row
 * @returns {number} the event that a row belongs to
 */
function lastStart(starts, row) {
  let [low, high] = [0, starts.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= row) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * @param {import("./payload.js").Payload} payload
 * @param {string} id
 * @param {number} guess where it was when the link was made
 * @returns {Promise<number>} -1 when no event has the identifier
 */
export async function findEvent(payload, id, guess) {
  if (guess >= 0 && guess < payload.header.events) {
    await payload.openTexts([guess]);
    if (payload.text(guess)?.id === id) return guess;
  }
  let found = -1;
  await payload.eachChunk(({ first, events, data }) => {
    const ids = data.texts("id");
    for (let row = 0; row < events && found < 0; row++) if (ids.at(row) === id) found = first + row;
    return found < 0;
  });
  return found;
}
