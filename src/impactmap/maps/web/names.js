/** What a mark is called: what it holds, never one of its places with the number of all. */

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @typedef {{key: string, name: string}} Name key: differs for places that only share a name
 * @typedef {{key: string, name: string, count: number}} Held count: rows shown
 * @typedef {{places: number, names: string[], leading: string}} Holding leading: the name of more than half; empty without such
 */

/** Up to so many places are all named where there is room. */
const FEW_NAMES = 3;
/** Places of a mark up to which its label says how many they are, where none of them leads. */
const MOST_COUNTED = 9;

/**
 * @param {Held[]} held one item a name
 * @returns {Holding} names by falling count
 */
export function holding(held) {
  const total = held.reduce((sum, { count }) => sum + count, 0);
  const [first] = held = [...held].sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1));
  const leads = first && (held.length === 1 || 2 * first.count > total);
  return { places: held.length, names: held.map(({ name }) => name), leading: leads ? first.name : "" };
}

/**
 * @param {import("./payload.js").Payload} payload
 * @param {import("./state.js").State} state
 * @param {import("./words.js").Words} words
 * @param {import("./marks.js").Marks} marks
 */
export function createNames(payload, state, { say }, marks) {
  /** @type {(Name[] | undefined)[]} */
  let known = [];
  let { columns } = payload;

  /**
   * @param {number} row
   * @param {number} place
   * @returns {Name | null} null while its text is closed
   */
  function nameOf(row, place) {
    const text = payload.place(payload.columns.row_event[row], row);
    if (!text) return null;
    const { name, around } = text;
    return { key: name ? `${name}\n${around}` : String(place), name };
  }

  /**
   * Names that the rows of a place give it: one, unless places were moved onto one position.
   * @param {number} place
   * @returns {Name[] | null}
   */
  function namesOf(place) {
    if (columns !== payload.columns) [columns, known] = [payload.columns, []];
    let names = known[place];
    if (!names) {
      names = [];
      for (const row of marks.rowsOf(place)) {
        const name = nameOf(row, place);
        if (!name) return null;
        if (!names.some(({ key }) => key === name.key)) names.push(name);
      }
      known[place] = names;
    }
    return names;
  }

  /**
   * @param {Mark} mark of points
   * @returns {Holding}
   */
  function heldBy({ members, weights }) {
    /** @type {Map<string, Held>} */
    const held = new Map();
    const add = (/** @type {Name} */ { key, name }, /** @type {number} */ count) => {
      const one = held.get(key);
      if (one) one.count += count;
      else held.set(key, { key, name, count });
    };
    for (let i = 0; i < members.length; i++) {
      const names = namesOf(members[i]);
      // Without the texts it is only known how many positions there are.
      if (!names) return { places: members.length, names: [], leading: "" };
      if (names.length === 1) add(names[0], weights[i]);
      else for (const row of marks.rowsOf(members[i])) if (state.rowShown(row)) add(/** @type {Name} */ (nameOf(row, members[i])), 1);
    }
    return holding([...held.values()]);
  }

  return {
    /**
     * Beside the mark; nothing while its texts are closed.
     * @param {Mark} mark
     * @returns {{text: string, leading: string}} leading: the name that it begins with
     */
    short(mark) {
      const { places, names, leading } = heldBy(mark);
      if (places < 2 || names.length === 0 || (!leading && places > MOST_COUNTED)) return { text: leading, leading };
      return { text: leading ? say("place_plus", { place: leading, n: places - 1 }) : say("places", { n: places }), leading };
    },
    /** Where there is room for more. @param {Mark} mark */
    long(mark) {
      const { places, names, leading } = heldBy(mark);
      if (places < 2) return leading;
      if (leading) return say("place_and", { place: leading, n: places - 1 });
      const few = names.length > 0 && names.length <= FEW_NAMES && names.every(Boolean);
      return few ? `${say("places", { n: places })}: ${names.join(say("comma"))}` : say("places", { n: places });
    },
  };
}
