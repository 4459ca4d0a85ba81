/** Which places in view become one mark, how large it is, and where it stands. */

/** Radius of a mark of one report where no figure is chosen. */
export const BASE_RADIUS = 7;
/** Radius of the largest figure, and of the smallest and of none: a tenth of a pixel could be neither seen nor hit. */
const LARGEST_RADIUS = 26;
const SMALLEST_RADIUS = 5;
/** The widest that a mark without a figure can be. */
const WIDEST_RADIUS = 40;
/** From how near a mark with a figure takes its neighbours in; beyond, a small one is seen on top of a large one. */
const SIZED_REACH = 14;
/** Side of the squares in which neighbours are looked up. */
const BUCKET = 40;
/** Two marks that a border keeps apart stand at least this part of their radii apart, and move no further for it, in pixels. */
const APART = 1.1;
const FURTHEST = 12;

/**
 * @typedef {object} Group places on their way to a mark
 * @property {number} x canvas pixels, where one of its places is
 * @property {number} y
 * @property {number[]} places
 * @property {number[]} weights rows shown, place by place
 * @property {number} count all of them
 * @property {number} slots bit mask
 * @property {number} territory country and side of the border; 0 where unknown
 * @property {number} sum of the chosen figure
 *
 * @typedef {(group: Group) => number} Reach radius within which a group takes others in
 */

/**
 * Radius of a figure, or of a sum of figures, on an area scale.
 * @param {number} value NaN for none, which is drawn as the smallest
 * @param {number} largest
 */
export function sizeRadius(value, largest) {
  return Number.isNaN(value) ? SMALLEST_RADIUS : Math.max(SMALLEST_RADIUS, LARGEST_RADIUS * Math.sqrt(value / largest));
}

/**
 * Radius in which every side's number has room.
 * @param {number} sides
 * @param {number} largest of the numbers
 */
export function countRadius(sides, largest) {
  if (sides === 1) return largest < 100 ? 11 : largest < 1000 ? 14 : 17;
  const room = 6.2 * Math.min(4, String(largest).length) + 6;
  return Math.min(WIDEST_RADIUS, room * (1 + 0.15 * (sides - 2)));
}

/**
 * How far groups reach.
 * @param {boolean} sized whether a figure is chosen
 * @param {number} largest of the figures
 * @returns {Reach}
 */
export function reachOf(sized, largest) {
  return ({ count, slots, sum }) => {
    if (sized) return Math.min(SIZED_REACH, sizeRadius(sum, largest));
    if (count === 1) return BASE_RADIUS;
    let sides = 0;
    for (let rest = slots; rest > 0; rest &= rest - 1) sides++;
    return countRadius(sides, count);
  };
}

/**
 * Gather groups until no two of one territory reach each other. Each then stands at its busiest place; none ever holds
 * places of two territories.
 * @param {Group[]} groups one place each; taken over: their lists grow
 * @param {Reach} reach
 * @returns {Group[]}
 */
export function gatherGroups(groups, reach) {
  /** @type {Map<number, [number, number]>} */
  const at = new Map(groups.map(({ places: [place], x, y }) => [place, [x, y]]));
  // A mark grows with what joins it, so this is repeated while it helps.
  for (let before = Infinity; groups.length < before; ) {
    before = groups.length;
    groups = mergeOnce(groups, reach);
  }
  for (const group of groups) {
    const { places, weights } = group;
    let busiest = 0;
    for (let i = 1; i < places.length; i++) if (weights[i] > weights[busiest]) busiest = i;
    [group.x, group.y] = /** @type {[number, number]} */ (at.get(places[busiest]));
  }
  return groups;
}

/** @type {(groups: Group[], reach: Reach) => Group[]} */
function mergeOnce(groups, reach) {
  groups.sort((a, b) => b.count - a.count || a.places[0] - b.places[0]);
  /** @type {Map<number, Group[]>} */
  const grid = new Map();
  const kept = [];
  let widest = 0;
  for (const group of groups) {
    const own = reach(group);
    const [column, line] = [Math.floor(group.x / BUCKET), Math.floor(group.y / BUCKET)];
    const span = Math.ceil((own + widest) / BUCKET);
    let home = null;
    for (let down = -span; down <= span && !home; down++) {
      for (let along = -span; along <= span && !home; along++) {
        home = grid.get((line + down) * 65536 + column + along)?.find((other) =>
          other.territory === group.territory && Math.hypot(other.x - group.x, other.y - group.y) < reach(other) + own) ?? null;
      }
    }
    if (home) {
      home.places.push(...group.places);
      home.weights.push(...group.weights);
      home.count += group.count;
      home.slots |= group.slots;
      if (!Number.isNaN(group.sum)) home.sum = group.sum + (home.sum || 0);
      widest = Math.max(widest, reach(home));
    } else {
      kept.push(group);
      widest = Math.max(widest, own);
      const key = line * 65536 + column;
      const there = grid.get(key);
      if (there) there.push(group);
      else grid.set(key, [group]);
    }
  }
  return kept;
}

/**
 * Move marks that a border keeps apart off each other, so that neither hides the other.
 * @template {{x: number, y: number, radius: number, territory: number}} T
 * @param {T[]} marks their positions are changed, by a few pixels
 */
export function standApart(marks) {
  const from = marks.map(({ x, y }) => [x, y]);
  for (let round = 0; round < 4; round++) {
    const order = marks.map((_, i) => i).sort((a, b) => marks[a].x - marks[b].x || a - b);
    const widest = Math.max(0, ...marks.map(({ radius }) => radius));
    order.forEach((one, i) => {
      const a = marks[one];
      for (let j = i + 1; j < order.length && marks[order[j]].x - a.x < 2 * APART * widest; j++) {
        const b = marks[order[j]];
        if (a.territory === b.territory) continue;
        const [dx, dy] = [b.x - a.x, b.y - a.y];
        const away = Math.hypot(dx, dy);
        const push = (APART * (a.radius + b.radius) - away) / 2;
        if (push <= 0) continue;
        const [ux, uy] = away > 0 ? [dx / away, dy / away] : [1, 0];
        shift(a, from[one], -ux * push, -uy * push);
        shift(b, from[order[j]], ux * push, uy * push);
      }
    });
  }
}

/** @type {(mark: {x: number, y: number}, from: number[], dx: number, dy: number) => void} */
function shift(mark, [x, y], dx, dy) {
  const [goX, goY] = [mark.x + dx - x, mark.y + dy - y];
  const share = Math.min(1, FURTHEST / (Math.hypot(goX, goY) || 1));
  mark.x = x + goX * share;
  mark.y = y + goY * share;
}
