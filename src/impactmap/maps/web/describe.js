/** Events and marks in words, for tooltips, lists, cards and screen readers. */
import {UNSTATED_SHAPE} from "./dom.js";

/**
 * @typedef {object} Describe
 * @property {(event: number) => string} where names of an event's places
 * @property {(event: number) => string} when
 * @property {(event: number) => string} side
 * @property {(event: number) => string} line one line: where, when, which side, claimed or confirmed
 * @property {(mark: import("./marks.js").Mark) => string} mark
 * @property {(slot: number) => string} slotName
 * @property {(slot: number) => string} slotShape
 */

/**
 * Words need the texts; without them an event is known by its date and side only.
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @param {import("./marks.js").Marks} marks
 * @returns {Describe}
 */
export function createDescribe({ header, columns, texts }, state, words, marks) {
  const slotName = (/** @type {number} */ slot) => header.sides[slot]?.name ?? words.say("side_none");
  const side = (/** @type {number} */ event) => slotName(state.slot(event));
  const where = (/** @type {number} */ event) => {
    const places = texts()?.[event]?.places ?? [];
    return [...new Set(places.map(placeName))].filter(Boolean).join(", ");
  };
  const when = (/** @type {number} */ event) =>
    words.eventDate(columns.day_start[event], columns.day_end[event], texts()?.[event]?.date_precision);
  const sure = (/** @type {number} */ event) =>
    words.term("confirmation", columns.confirmed[event] ? "confirmed" : "claimed");
  const line = (/** @type {number} */ event) =>
    [where(event), when(event), side(event), sure(event)].filter(Boolean).join(" · ");
  return {
    where,
    when,
    side,
    line,
    slotName,
    slotShape: (slot) => header.sides[slot]?.shape ?? UNSTATED_SHAPE,
    mark(mark) {
      if (mark.event >= 0 && mark.kind !== "area") return line(mark.event);
      const parts = mark.counts.flatMap((n, slot) => (n > 0 ? [`${slotName(slot)} ${words.number(n)}`] : []));
      const name = mark.kind === "area" ? marks.areas[mark.members[0]].name : "";
      return [name, words.say("results", { n: mark.count }), parts.join(", ")].filter(Boolean).join(" · ");
    },
  };
}

/** @param {import("./payload.js").Place} place */
export function placeName(place) {
  return place.name ?? place.reported ?? "";
}
