/** Events and marks in words, for tooltips, lists, cards and screen readers. */
import {UNSTATED_SHAPE} from "./dom.js";
import {createNames} from "./names.js";

/**
 * @typedef {object} Describe
 * @property {(mark: import("./marks.js").Mark) => string} name where a mark stands
 * @property {(event: number) => string} where names of an event's places
 * @property {(event: number) => string} when
 * @property {(event: number) => string} side
 * @property {(event: number) => string} sure `claimed` or `confirmed`; nothing where nobody says which
 * @property {(event: number) => string} attacker the side as such, to stand beside a place
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
export function createDescribe(payload, state, words, marks) {
  const { header } = payload;
  const when = (/** @type {number} */ event) => payload.when(event);
  const slotName = (/** @type {number} */ slot) => header.sides[slot]?.name ?? words.say("side_none");
  const side = (/** @type {number} */ event) => slotName(state.slot(event));
  const within = (/** @type {number} */ slot) => header.sides[slot]?.name ?? words.say("side_unstated");
  // A country's name alone beside a place would seem to say where that is.
  const attacker = (/** @type {number} */ event) => words.say("side_line", { side: within(state.slot(event)) });
  const names = createNames(payload, state, words, marks);
  const where = (/** @type {number} */ event) => {
    const places = payload.text(event)?.places ?? [];
    return [...new Set(places.map(({ name }) => name))].filter(Boolean).join(words.say("comma"));
  };
  /** Whether an event is confirmed or claimed; nothing where nobody says which. */
  const sure = (/** @type {number} */ event) => ["claimed", "confirmed"][payload.columns.confirmed[event]];
  const line = (/** @type {number} */ event) =>
    [where(event), when(event), attacker(event), words.term("confirmation", sure(event))].filter(Boolean).join(" · ");
  /** @param {import("./marks.js").Mark} mark */
  function name(mark) {
    if (mark.kind === "area") {
      const names = [...new Set(mark.members.map((area) => marks.areas[area].name))].filter(Boolean);
      return names.length > 3 ? `${names.slice(0, 3).join(words.say("comma"))} …` : names.join(words.say("comma"));
    }
    return mark.kind === "block" ? "" : names.long(mark);
  }
  return {
    sure,
    name,
    where,
    when,
    side,
    attacker,
    line,
    slotName,
    slotShape: (slot) => header.sides[slot]?.shape ?? UNSTATED_SHAPE,
    mark(mark) {
      if (mark.event >= 0 && mark.kind !== "area") return line(mark.event);
      const parts = mark.counts.flatMap((n, slot) => (n > 0 ? [`${within(slot)} ${words.number(n)}`] : []));
      return [name(mark), words.say("results", { n: mark.count }), words.say("side_line", { side: parts.join(words.say("comma")) })].filter(Boolean).join(" · ");
    },
  };
}
