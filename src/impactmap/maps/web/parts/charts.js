/** Counts below the map, of what the reader has chosen: tables whose rows carry bars. */
import {addPart} from "../parts.js";
import {byId, element} from "../dom.js";

addPart(({ map, payload, state, words, layer }) => {
  const { columns } = payload;
  const tables = [.../** @type {NodeListOf<HTMLTableElement>} */ (document.querySelectorAll("#im-charts table"))];
  const charts = tables.map((table, number) => {
    const rows = [.../** @type {NodeListOf<HTMLTableRowElement>} */ (table.querySelectorAll("tbody tr"))];
    return {
      masks: /** @type {Uint32Array} */ (/** @type {any} */ (columns)[`chart_${number}`]),
      rows: rows.map((row) => {
        const bar = element("span", { class: "im-bar", "aria-hidden": "true" });
        row.cells[0].append(bar);
        return { bar, number: row.cells[1] };
      }),
    };
  });
  const inView = /** @type {HTMLInputElement | null} */ (byId("im-charts-view"));
  inView?.parentElement?.removeAttribute("hidden");

  /** @returns {Uint8Array} the events with a place in the view */
  function seenEvents() {
    const seen = new Uint8Array(payload.header.events);
    const bounds = map.getBounds();
    const [west, south, east, north] = [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()];
    const { place_lat: lat, place_lon: lon, row_place: rowPlace, row_event: rowEvent, row_area: rowArea } = columns;
    const { shown } = state;
    const areas = payload.header.areas.map(({ label: [x, y] }) => x >= west && x <= east && y >= south && y <= north);
    for (let row = 0; row < rowEvent.length; row++) {
      if (!shown[rowEvent[row]]) continue;
      const place = rowPlace[row] - 1;
      const inside = place >= 0 ? lon[place] >= west && lon[place] <= east && lat[place] >= south && lat[place] <= north : rowArea[row] >= 0 && areas[rowArea[row]];
      if ((inside || layer.shows(row)) && state.rowShown(row)) seen[rowEvent[row]] = 1;
    }
    return seen;
  }

  function count() {
    const chosen = inView?.checked ? seenEvents() : state.shown;
    for (const { masks, rows } of charts) {
      const counts = new Uint32Array(32);
      for (let event = 0; event < masks.length; event++) {
        if (chosen[event]) for (let bits = masks[event]; bits; bits &= bits - 1) counts[31 - Math.clz32(bits & -bits)]++;
      }
      const most = Math.max(1, ...counts);
      rows.forEach(({ bar, number }, bit) => {
        bar.style.width = `${(100 * counts[bit]) / most}%`;
        number.textContent = words.number(counts[bit]);
      });
    }
  }

  let waiting = 0;
  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(count, 60);
  };
  inView?.addEventListener("change", count);
  state.onChange(later);
  map.on("moveend", () => inView?.checked && later());
  layer.onScale(() => inView?.checked && later());
  count();
});
