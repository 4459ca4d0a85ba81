/** The form of one doubtful place: what it may be, the pin, an area, nothing; why, and who says so. */
import {element} from "./dom.js";
import {say, sayCount} from "./words.js";

/**
 * @typedef {{id: string, name: string, region: string | null, country: string | null, latitude: number | null,
 *   longitude: number | null, proposed: boolean, within?: string, radius_km?: number | null}} Option
 * @typedef {{way: string, sentence: string, option: string, name: string, latitude: number | null,
 *   longitude: number | null, precision: string | null, radius_km: number | null, reason: string, editor: string, day: string}} Decided
 * @typedef {{number: number, place: string, region: string, country: string, district: string,
 *   given: [number, number] | null, status: string, why: import("./words.js").Told | null, rows: number,
 *   reports: {day: string, what: string}[], options: Option[], areas: {id: string, name: string}[],
 *   bounds: number[] | null, decided: Decided | null}} Place
 * @typedef {{kind: string, option?: string, latitude?: number, longitude?: number, radius_km?: number, editor: string,
 *   reason: string}} Choice
 */

const RADIUS_KM = 30;
/** @type {Record<string, string>} What coordinates of the source are called beside their name. */
const OF_THE_SOURCE = { source: "place.source", source_mended: "place.source_mended" };

/** @param {Option} option */
export function optionWhere({ region, country }) {
  return [region, country].filter(Boolean).join(", ");
}

/**
 * @param {HTMLFormElement} form
 * @param {{map: ReturnType<import("./reviewmap.js").createReviewMap>, editor?: string, name?: HTMLInputElement,
 *   save: (choice: Choice) => Promise<void>, skip: () => void, undo: () => Promise<void>,
 *   lookUp: (name: string) => Promise<{options: Option[], reason: string}>, outline: (id: string) => Promise<number[][]>}} page
 */
export function createChooser(form, { map, editor, name: given, save, skip, undo, lookUp, outline }) {
  /** @type {Place | null} */
  let place = null;
  /** @type {Option[]} */
  let options = [];
  let asked = 0;

  const field = (/** @type {string} */ text, /** @type {HTMLElement} */ input, /** @type {string} */ note = "") =>
    element("label", { class: "rv-field" }, element("span", {}, text), input, note ? element("small", {}, note) : null);
  const number = (/** @type {string} */ id, /** @type {string} */ label, /** @type {number} */ most, /** @type {string} */ step) =>
    element("input", { type: "number", id, "aria-label": label, placeholder: label.split(/[ ,]/)[0], min: String(-most), max: String(most), step, inputmode: "decimal" });

  const choices = element("div", { class: "rv-options" });
  const latitude = number("rv-latitude", say("place.latitude"), 85, "0.01");
  const longitude = number("rv-longitude", say("place.longitude"), 180, "0.01");
  const areaSelect = element("select", { id: "rv-area", "aria-label": say("place.which_area") });
  const radius = element("input", { type: "number", id: "rv-radius", "aria-label": say("place.radius"), min: "1", max: "1000", step: "1", value: String(RADIUS_KM) });
  const name = element("input", { type: "search", id: "rv-look", autocomplete: "off", "aria-label": say("place.look_label") });
  const found = element("p", { class: "im-quiet", role: "status" });
  const lookButton = element("button", { type: "button", click: look }, say("place.look"));
  const why = element("input", { type: "text", id: "rv-why", maxlength: "500", autocomplete: "off" });
  const who = given ?? element("input", { type: "text", id: "rv-editor", maxlength: "500", autocomplete: "name", value: editor });
  const fault = element("p", { id: "rv-fault", role: "alert" });
  const undoButton = element("button", { type: "button", id: "rv-undo", click: () => void undo() }, say("place.undo"));
  const skipButton = element("button", { type: "button", id: "rv-skip", click: skip }, say("settle.skip"));

  form.append(
    element("fieldset", { class: "rv-choices" }, element("legend", {}, say("place.where")), choices),
    element("div", { class: "rv-look" }, field(say("place.other_name"), name), lookButton, found),
    field(say("settle.why"), why, say("settle.why_note")),
    given ? "" : field(say("settle.name"), who, say("settle.name_note")),
    fault,
    element("div", { class: "im-row rv-act" }, element("button", { type: "submit", class: "rv-save" }, say("settle.save")), skipButton, undoButton),
  );

  const radios = () => /** @type {HTMLInputElement[]} */ ([...choices.querySelectorAll('input[type="radio"]')]);
  const value = () => radios().find((radio) => radio.checked)?.value ?? "";

  /**
   * @param {string} choice
   * @param {string} badge
   * @param {(Node | string | null)[]} label
   * @param {HTMLElement | null} [more]
   */
  function row(choice, badge, label, more = null) {
    const radio = element("input", { type: "radio", name: "choice", value: choice, id: `rv-choice-${choices.childElementCount}` });
    radio.addEventListener("change", () => void changed());
    const text = element("label", { for: radio.id, dir: "auto" }, ...label);
    return element("div", { class: "rv-option" }, radio, element("span", { class: "rv-badge", "aria-hidden": "true" }, badge), text, more);
  }

  function fill() {
    const before = value();
    choices.replaceChildren();
    options.forEach((option, at) => {
      const where = optionWhere(option);
      const area = option.latitude === null;
      choices.append(row(`option ${option.id}`, String(at + 1), [
        element("strong", {}, option.name),
        element("small", {}, [
          where, option.proposed ? say("place.proposed") : "", OF_THE_SOURCE[option.id] ? say(OF_THE_SOURCE[option.id]) : "",
          option.within ? say("place.within", { area: option.within, km: Math.round(option.radius_km ?? 0) }) : area ? say("place.area") : `${option.latitude?.toFixed(2)}, ${option.longitude?.toFixed(2)}`,
        ].filter(Boolean).join(" · ")),
      ]));
    });
    choices.append(row("pin", "", [element("strong", {}, say("place.pin"))],
      element("div", { class: "rv-more" }, latitude, longitude)));
    choices.append(row("area", "", [element("strong", {}, say("place.in_area"))],
      element("div", { class: "rv-more" }, areaSelect, radius)));
    choices.append(row("reject", "", [element("strong", {}, say("place.reject")), element("small", {}, say("place.reject_note"))]));
    for (const radio of radios()) radio.checked = radio.value === before;
  }

  function showPin() {
    const pin = map.pin();
    latitude.value = pin ? pin.latitude.toFixed(2) : "";
    longitude.value = pin ? pin.longitude.toFixed(2) : "";
  }

  async function changed() {
    const now = value();
    const circle = now === "area" && areaSelect.value === "circle";
    radius.hidden = areaSelect.value !== "circle";
    if ((now === "pin" || circle) && !map.pin()) {
      map.setPin(map.middle());
      showPin();
    }
    map.select(now.startsWith("option ") ? now.slice(7) : now);
    map.circle(circle ? Number(radius.value) || 0 : 0);
    const option = options.find(({ id }) => `option ${id}` === now);
    const area = now === "area" && !circle ? areaSelect.value : option?.latitude === null ? option.id : "";
    const mine = ++asked;
    const rings = area ? await outline(area) : [];
    if (mine === asked) {
      if (rings.length > 0) map.area(rings);
      else if (!area) map.area([]);
    }
  }

  async function look() {
    if (!name.value.trim()) {
      name.focus();
      return;
    }
    lookButton.disabled = true;
    try {
      const { options: more, reason } = await lookUp(name.value);
      const fresh = more.filter(({ id }) => !options.some((one) => one.id === id));
      options = [...options, ...fresh];
      fill();
      showSpots();
      found.textContent = more.length === 0 ? reason : fresh.length === 0 ? say("place.nothing_new") : sayCount("place.added", fresh.length);
      const first = radios()[options.length - fresh.length];
      if (fresh.length > 0) first?.focus();
    } catch (error) {
      found.textContent = error instanceof Error ? error.message : String(error);
    } finally {
      lookButton.disabled = false;
    }
  }

  function showSpots() {
    const spots = options.flatMap((option, at) =>
      option.latitude === null || option.longitude === null ? [] : [{
        id: option.id, label: String(at + 1), name: `${option.name}, ${optionWhere(option)}`, latitude: option.latitude, longitude: option.longitude,
      }]);
    map.show(spots, map.pin(), place?.bounds ?? null);
    void changed();
  }

  /** @param {Decided} decided */
  function choiceOf(decided) {
    if (decided.way === "reject") return "reject";
    if (decided.precision === "district") return "area";
    if (options.some(({ id }) => id === decided.option)) return `option ${decided.option}`;
    if (decided.precision === "region" || decided.precision === "country") return "area";
    return "pin";
  }

  name.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    void look();
  });
  choices.addEventListener("keydown", (event) => {
    const radio = /** @type {HTMLInputElement} */ (event.target);
    const at = Number(event.key) - 1;
    if (radio.type !== "radio" || !(at >= 0 && at < options.length) || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    pick(options[at].id);
  });
  for (const input of [latitude, longitude]) {
    input.addEventListener("change", () => {
      pickValue("pin");
      if (latitude.value && longitude.value) map.setPin({ latitude: Number(latitude.value), longitude: Number(longitude.value) });
      showPin();
    });
  }
  areaSelect.addEventListener("change", () => pickValue("area"));
  radius.addEventListener("input", () => pickValue("area"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const wrong = check();
    fault.textContent = wrong?.text ?? "";
    if (wrong) {
      wrong.focus.focus();
      return;
    }
    try {
      await save(choice());
    } catch (error) {
      fault.textContent = error instanceof Error ? error.message : String(error);
    }
  });

  function check() {
    if (!value()) return { text: say("place.choose_first"), focus: radios()[0] };
    if (!who.value.trim()) return { text: say("settle.name_needed"), focus: who };
    const circle = value() === "area" && areaSelect.value === "circle";
    if ((value() === "pin" || circle) && !map.pin()) return { text: say("place.pin_first"), focus: latitude };
    if (circle && !(Number(radius.value) >= 1 && Number(radius.value) <= 1000)) return { text: say("place.radius_fault"), focus: radius };
    return null;
  }

  /** @returns {Choice} */
  function choice() {
    const now = value();
    const said = { editor: who.value, reason: why.value };
    const pin = map.pin() ?? undefined;
    if (now === "reject") return { kind: "reject", ...said };
    if (now === "pin") return { kind: "pin", ...pin, ...said };
    if (now !== "area") return { kind: "option", option: now.slice(7), ...said };
    if (areaSelect.value === "circle") return { kind: "circle", ...pin, radius_km: Number(radius.value), ...said };
    return { kind: "area", option: areaSelect.value, ...said };
  }

  /** @param {string} wanted */
  function pickValue(wanted) {
    for (const radio of radios()) radio.checked = radio.value === wanted;
    void changed();
  }

  /** @param {string} id of a candidate */
  function pick(id) {
    pickValue(`option ${id}`);
    radios().find((radio) => radio.checked)?.focus();
  }

  return {
    pick,
    /** The pin was moved on the map. */
    pinMoved() {
      showPin();
      if (!(value() === "area" && areaSelect.value === "circle")) pickValue("pin");
    },
    /** @param {Place} shown */
    show(shown) {
      place = shown;
      options = [...shown.options];
      const { decided } = shown;
      areaSelect.replaceChildren(
        ...shown.areas.map(({ id, name: text }) => element("option", { value: id }, text)),
        element("option", { value: "circle" }, say("place.circle")),
      );
      radius.value = String(decided?.precision === "district" && decided.radius_km ? decided.radius_km : RADIUS_KM);
      if (decided?.precision === "district") areaSelect.value = "circle";
      else if (decided?.option.startsWith("iso:")) {
        if (!shown.areas.some(({ id }) => id === decided.option)) areaSelect.prepend(element("option", { value: decided.option }, decided.name));
        areaSelect.value = decided.option;
      }
      const pinned = decided && decided.latitude !== null && decided.longitude !== null && (decided.way === "pin" || decided.precision === "district");
      map.setPin(pinned ? { latitude: Number(decided.latitude), longitude: Number(decided.longitude) } : null);
      name.value = "";
      found.textContent = fault.textContent = "";
      why.value = decided?.reason ?? "";
      undoButton.hidden = !decided;
      fill();
      showPin();
      const proposed = options.find((option) => option.proposed);
      const wanted = decided ? choiceOf(decided) : proposed ? `option ${proposed.id}` : "";
      for (const radio of radios()) radio.checked = radio.value === wanted;
      showSpots();
      if (wanted === "area") void changed();
    },
    /** Put the keyboard where the next decision is made. */
    focus() {
      (radios().find((radio) => radio.checked) ?? radios()[0])?.focus();
    },
    editor: () => who.value,
    current: () => place,
  };
}
