/** Which places in view become one mark, how large it is, and where it stands: the rules of `scene/gathering.py`. */

/** Radius of a mark of one report, where so large a mark for each leaves enough of the map, and of the smallest mark. */
const BASE_RADIUS = 7;
const LEAST_RADIUS = 4;
/** Radius of the largest number of reports. */
const WIDEST_RADIUS = 28;
/** Part of the map that marks sized by the number of their reports cover together, at most. */
const INK = 0.07;
/** Room between two such marks of one side of a border. */
const MARK_GAP = 1;
/** Places above which marks gather from further around, and how many marks then share the map, about. */
const MANY_SPOTS = 250;
const MOST_MARKS = 150;
/** Radius of the largest figure, and of the smallest and of none: a tenth of a pixel could be neither seen nor hit. */
const LARGEST_RADIUS = 26;
const SMALLEST_RADIUS = 5;
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
 * Area of one report, where the number of reports sizes the marks.
 * @param {number} total reports on the map
 * @param {number} room square pixels of map
 */
export function countUnit(total, room) {
  return Math.min(Math.PI * BASE_RADIUS ** 2, (INK * room) / Math.max(total, 1));
}

/**
 * The same where no mark is too large.
 * @param {number} unit
 * @param {number} largest number of reports of one mark
 */
export function limitUnit(unit, largest) {
  return Math.min(unit, (Math.PI * WIDEST_RADIUS ** 2) / Math.max(largest, 1));
}

/**
 * @param {number} count of reports
 * @param {number} unit
 */
export function countRadius(count, unit) {
  return Math.max(LEAST_RADIUS, Math.sqrt((count * unit) / Math.PI));
}

/**
 * Radius within which every group takes others in: marks of very many places would be a smear.
 * @param {number} places
 * @param {number} room square pixels of map
 */
export function leastReach(places, room) {
  return places > MANY_SPOTS ? Math.sqrt(room / MOST_MARKS) / 2 : 0;
}

/**
 * How far groups reach: by the number of their reports, or by a chosen figure.
 * @type {(unit: number, spread: number) => Reach}
 */
export const countReach = (unit, spread) => ({ count }) => Math.max(Math.min(WIDEST_RADIUS, countRadius(count, unit)) + MARK_GAP, spread);

/** @type {(largest: number, spread: number) => Reach} */
export const figureReach = (largest, spread) => ({ sum }) => Math.max(Math.min(SIZED_REACH, sizeRadius(sum, largest)), spread);

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
          other.territory === group.territory && pixelsApart(other.x - group.x, other.y - group.y) < reach(other) + own) ?? null;
      }
    }
    if (home) {
      home.places.push(...group.places);
      home.weights.push(...group.weights);
      home.count += group.count;
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
        const away = pixelsApart(dx, dy);
        const push = (APART * (a.radius + b.radius) - away) / 2;
        if (push <= 0) continue;
        const [ux, uy] = away > 0 ? [dx / away, dy / away] : [1, 0];
        shift(a, from[one], -ux * push, -uy * push);
        shift(b, from[order[j]], ux * push, uy * push);
      }
    });
  }
}

/**
 * As the pictures do: `Math.hypot` rounds otherwise, which pushing back and forth makes larger.
 * @type {(across: number, down: number) => number}
 */
const pixelsApart = (across, down) => Math.sqrt(across * across + down * down);

/** @type {(mark: {x: number, y: number}, from: number[], dx: number, dy: number) => void} */
function shift(mark, [x, y], dx, dy) {
  const [goX, goY] = [mark.x + dx - x, mark.y + dy - y];
  const share = Math.min(1, FURTHEST / (pixelsApart(goX, goY) || 1));
  mark.x = x + goX * share;
  mark.y = y + goY * share;
}
