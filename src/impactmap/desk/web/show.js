/** Show: the map as it will be, at three widths and as pictures, and what the author may set of it. */
import {ask, errorText, withQuery} from "./ask.js";
import {element} from "./dom.js";
import {say} from "./words.js";

const WIDTHS = [390, 680, 1280];
/** @type {Record<number, number>} */
const HEIGHTS = { 390: 844, 680: 800, 1280: 900 };

/** @param {HTMLElement} root @param {import("./bring.js").Page} page */
export function createShow(root, page) {
  const fault = element("p", { class: "dk-fault", role: "alert" });
  const tabs = element("div", { class: "im-row", role: "group", "aria-label": say("show.as") });
  const stage = element("div", { id: "dk-stage" });
  const form = element("form", { id: "dk-settings", novalidate: true, "aria-label": say("show.settings") });
  root.append(fault, element("div", { id: "dk-show-parts" }, element("div", { class: "dk-look" }, tabs, stage), form));
  form.addEventListener("submit", (event) => event.preventDefault());
  let what = "390";
  let version = -1;
  let usable = false;

  /** @param {string} name @param {string} value */
  async function set(name, value) {
    fault.textContent = "";
    try {
      fill(await ask("setting", { name, value }), name);
      page.announce(say("saved"));
      page.changed();
    } catch (error) {
      fault.textContent = errorText(error);
    }
  }

  function draw() {
    for (const button of tabs.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === what));
    if (!usable) {
      stage.replaceChildren(element("p", {}, say("show.nothing")));
      return;
    }
    const width = Number(what);
    if (!width) {
      const picture = element("img", { src: withQuery(`preview/${what}.png`, { v: version }), alt: say("show.picture_alt"), class: "dk-picture" });
      picture.addEventListener("error", () => stage.replaceChildren(element("p", {}, say("show.failed"))));
      stage.replaceChildren(picture);
      return;
    }
    const frame = element("iframe", {
      src: withQuery("preview/map.html", { v: version }), title: say("show.frame", { width }), sandbox: "allow-scripts allow-popups allow-popups-to-escape-sandbox", id: "dk-frame",
    });
    const holder = element("div", { class: "dk-holder" }, frame);
    stage.replaceChildren(holder);
    const scale = Math.min(1, stage.clientWidth / width || 1);
    frame.style.width = `${width}px`;
    frame.style.height = `${HEIGHTS[width]}px`;
    frame.style.transform = `scale(${scale})`;
    holder.style.width = `${width * scale}px`;
    holder.style.height = `${HEIGHTS[width] * scale}px`;
  }

  /** @param {any} settings @param {string} [keep] the setting that is being typed */
  function fill(settings, keep = "") {
    if (!settings.title) {
      form.replaceChildren();
      return;
    }
    const now = /** @type {HTMLElement | null} */ (document.activeElement);
    const focused = now && form.contains(now) ? now.id : "";
    const field = (/** @type {string} */ name, /** @type {string} */ value, /** @type {string} */ label, /** @type {string} */ note = "", /** @type {boolean} */ long = false) => {
      const id = `dk-set-${name.replace(/\W/g, "-")}`;
      const input = long ? element("textarea", { id, rows: "3" }) : element("input", { type: "text", id, maxlength: "2000", autocomplete: "off" });
      input.value = value;
      input.addEventListener("change", () => void set(name, input.value));
      return element("label", { class: "rv-field" }, element("span", {}, label), input, note ? element("small", {}, note) : null);
    };
    const select = (/** @type {string} */ name, /** @type {string} */ label, /** @type {[string, string][]} */ values, /** @type {string} */ value) => {
      const made = element("select", { id: `dk-set-${name.replace(/\W/g, "-")}` }, ...values.map(([each, text]) => element("option", { value: each, selected: each === value }, text)));
      made.addEventListener("change", () => void set(name, made.value));
      return element("label", { class: "rv-field" }, element("span", {}, label), made);
    };
    const sides = settings.sides.map((/** @type {{name: string, color: string, faults: string[]}} */ side, /** @type {number} */ at) => {
      const color = element("input", { type: "color", value: side.color, "aria-label": say("show.color", { side: side.name }), id: `dk-color-${at + 1}` });
      color.addEventListener("change", () => void set(`sides.${at + 1}.color`, color.value));
      const name = element("input", { type: "text", value: side.name, "aria-label": say("show.side", { n: at + 1 }), id: `dk-side-${at + 1}` });
      name.addEventListener("change", () => void set(`sides.${at + 1}.name`, name.value));
      return element("li", {}, element("div", { class: "dk-line" }, color, name,
        element("button", { type: "button", click: () => void set(`sides.${at + 1}.color`, "") }, say("show.house_color"))),
      side.faults.length ? element("p", { class: "dk-fault" }, side.faults.map((each) => say(`color.${each}`)).join(" ")) : null);
    });
    form.replaceChildren(
      field("map.headline", settings.headline, say("show.headline"), say("show.headline_note")),
      field("map.subtitle", settings.subtitle, say("show.subtitle")),
      field("map.finding", settings.finding, say("show.finding"), say("show.finding_note"), true),
      select("map.language", say("show.language"), settings.languages, settings.language),
      settings.metrics.length ? select("symbols.size", say("show.size"), [["", say("show.no_size")], ...settings.metrics], settings.size) : "",
      sides.length ? element("fieldset", {}, element("legend", {}, say("show.sides")), element("ul", { class: "dk-sides" }, ...sides)) : "",
      field("map.credit", settings.credit, say("show.credit")),
      field("map.contact", settings.contact, say("show.contact"), say("show.contact_note")),
    );
    const again = focused && !keep ? document.getElementById(focused) : null;
    again?.focus();
    if (keep && focused) document.getElementById(focused)?.focus();
  }

  return {
    /** @param {import("./desk.js").State} state */
    async show(state) {
      usable = state.usable;
      const settings = await ask("settings.json");
      if (!tabs.childElementCount) {
        const tab = (/** @type {string} */ value, /** @type {string} */ text) => element("button", { type: "button", value, click: () => { what = value; draw(); } }, text);
        tabs.append(...WIDTHS.map((width) => tab(String(width), say("show.width", { width }))), ...(settings.pictures ?? []).map((/** @type {string} */ name) => tab(name, say(`picture.${name}`))));
        if (stage.clientWidth >= 680) what = "680";
      }
      fill(settings);
      if (version !== state.version || !stage.childElementCount) {
        version = state.version;
        draw();
      }
    },
  };
}
