/** Publish: what leaves and what does not, the folder, what to paste, and whether what was put up is whole. */
import {ask, errorText, withQuery} from "./ask.js";
import {element} from "./dom.js";
import {say, sayCount, toldNotes, toldText} from "./words.js";

/** @param {HTMLElement} root @param {import("./bring.js").Page} page */
export function createPublish(root, page) {
  const fault = element("p", { class: "dk-fault", role: "alert" });
  const leaving = element("div", { id: "dk-leaving" });
  const folder = element("input", { type: "text", id: "dk-target", value: "map", maxlength: "80", autocomplete: "off" });
  const since = element("input", { type: "text", id: "dk-since", maxlength: "80", autocomplete: "off" });
  const force = element("input", { type: "checkbox", id: "dk-force" });
  const base = element("input", { type: "text", id: "dk-base", inputmode: "url", autocomplete: "off" });
  const go = element("button", { type: "button", id: "dk-write", class: "rv-save", click: () => void write() }, say("publish.write"));
  const result = element("div", { id: "dk-result", role: "status" });
  const snippets = element("div", { id: "dk-snippets" });
  const uploaded = element("input", { type: "text", id: "dk-uploaded", inputmode: "url", autocomplete: "off" });
  const checks = element("div", { id: "dk-checks", role: "status" });
  const after = element("div", { hidden: true }, snippets,
    element("h3", {}, say("publish.check")), element("p", { class: "im-quiet" }, say("publish.check_note")),
    element("div", { class: "dk-line" }, element("label", { class: "rv-field" }, element("span", {}, say("publish.address")), uploaded), element("button", { type: "button", id: "dk-check", click: () => void check() }, say("publish.ask"))), checks);
  root.append(fault, leaving,
    element("div", { class: "dk-write" },
      element("label", { class: "rv-field" }, element("span", {}, say("publish.folder")), folder, element("small", {}, say("publish.folder_note"))),
      element("label", { class: "rv-field" }, element("span", {}, say("publish.base")), base, element("small", {}, say("publish.base_note"))),
      element("details", {}, element("summary", {}, say("publish.more")),
        element("label", { class: "rv-field" }, element("span", {}, say("publish.since")), since, element("small", {}, say("publish.since_note"))),
        element("label", { class: "dk-tick" }, force, element("span", {}, say("publish.force")))),
      go),
    result, after);
  base.addEventListener("change", () => void doing(async () => {
    await ask("setting", { name: "publish.base_url", value: base.value });
    page.changed();
  }));
  let waiting = false;

  /** @param {() => Promise<void>} act */
  async function doing(act) {
    fault.textContent = "";
    try {
      await act();
    } catch (error) {
      fault.textContent = errorText(error);
    }
  }

  const write = () => doing(async () => {
    result.replaceChildren(element("p", {}, say("busy.publish")));
    go.disabled = true;
    try {
      await ask("publish", { folder: folder.value.trim(), since: since.value.trim(), force: force.checked });
      waiting = true;
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        const { published } = await ask("state.json");
        if (published) {
          showResult(published);
          break;
        }
      }
      await showSnippets();
      await showLeaving();
      page.changed();
    } catch (error) {
      result.replaceChildren();
      throw error;
    } finally {
      go.disabled = false;
      waiting = false;
    }
  });

  /** @param {any} published */
  function showResult(published) {
    if (published.error) {
      result.replaceChildren(element("p", { class: "dk-fault" }, say("publish.failed")), toldText(published.error));
      return;
    }
    after.hidden = false;
    result.replaceChildren(
      element("h3", { tabindex: "-1", id: "dk-written" }, say("publish.written", { folder: published.folder })),
      element("p", {}, [sayCount("publish.events", published.events), sayCount("publish.files", published.files.length), published.corrections ? say("publish.corrected") : ""].filter(Boolean).join(" ")),
      element("details", {}, element("summary", {}, say("publish.list")), element("ul", { class: "dk-plain" }, ...published.files.map((/** @type {{name: string, bytes: number}} */ file) => element("li", {}, `${file.name} · ${say("kilobytes", { n: Math.ceil(file.bytes / 1024) })}`)))),
      toldNotes(published.notes),
    );
    document.getElementById("dk-written")?.focus();
  }

  async function showSnippets() {
    const told = await ask("snippets.json");
    snippets.replaceChildren(element("h3", {}, say("publish.paste")), element("p", { class: "im-quiet" }, say("publish.paste_note")), ...told.snippets.map((/** @type {{name: string, text: string}} */ { name, text }) => {
      const area = element("textarea", { readonly: true, rows: "3", spellcheck: "false", id: `dk-snippet-${name}`, dir: "auto" });
      area.value = text;
      const copy = element("button", { type: "button", click: async () => {
        area.select();
        try {
          await navigator.clipboard.writeText(text);
        } catch {
          document.execCommand("copy");
        }
        page.announce(say("publish.copied"));
        copy.textContent = say("publish.copied");
      } }, say("publish.copy"));
      return element("div", { class: "dk-snippet" }, element("label", { class: "rv-field" }, element("span", {}, say(`snippet.${name}`)), area), copy);
    }));
  }

  const check = () => doing(async () => {
    checks.replaceChildren(element("p", {}, say("publish.asking")));
    try {
      const told = await ask("uploaded", { url: uploaded.value, folder: folder.value.trim() });
      checks.replaceChildren(element("ul", { class: "dk-plain" }, ...told.checks.map((/** @type {{name: string, good: boolean, found: string}} */ { name, good, found }) =>
        element("li", { class: good ? "" : "dk-fault" }, element("strong", {}, say(good ? "check.good" : "check.bad")), ` ${say(`check.${name}${good ? "" : "_bad"}`)}`, good || !found ? "" : ` (${found})`))));
    } catch (error) {
      checks.replaceChildren();
      throw error;
    }
  });

  return {
    /** @param {import("./desk.js").State} state */
    async show(state) {
      if (waiting) return;
      go.disabled = !state.usable;
      if (!state.usable) {
        leaving.replaceChildren(element("p", {}, say("show.nothing")));
        return;
      }
      if (!leaving.childElementCount) leaving.replaceChildren(element("p", {}, say("busy.draw")));
      await doing(showLeaving);
    },
  };

  async function showLeaving() {
    base.value = (await ask("settings.json")).base_url ?? "";
    const told = await ask(withQuery("leaving.json", { folder: folder.value.trim() || "map" }));
    const line = (/** @type {number} */ n, /** @type {string} */ key, /** @type {Record<string, string | number>} */ values = {}) => (n ? element("li", {}, sayCount(key, n, values)) : "");
    const names = told.off_map.join(", ") + (told.off_map_count > told.off_map.length ? " …" : "");
    leaving.replaceChildren(
      element("h3", {}, say("publish.leaves")),
      element("ul", {}, element("li", {}, `${sayCount("publish.events", told.events)} ${sayCount("publish.claims", told.claims)}`), element("li", {}, say(told.exact ? "publish.exact" : "publish.coarse"))),
      element("h3", {}, say("publish.stays")),
      element("ul", { id: "dk-stays" },
        line(told.held_back, "publish.held_back", { hours: told.embargo }), line(told.outside, "publish.outside"), line(told.refused, "publish.refused"),
        told.off_map_count ? element("li", { dir: "auto" }, sayCount("publish.off_map", told.off_map_count, { names })) : "",
        told.columns.length ? element("li", { dir: "auto" }, sayCount("publish.columns", told.columns.length, { names: told.columns.join(", ") })) : "",
        told.silenced.length ? element("li", {}, sayCount("publish.silenced", told.silenced.length, { names: told.silenced.join("; ") })) : "",
        told.held_back || told.outside || told.refused || told.off_map_count || told.columns.length ? "" : element("li", {}, say("publish.nothing_stays"))),
      element("h3", {}, say("publish.since_last")),
      told.published ? element("p", {}, say("publish.last", { when: told.published })) : element("p", {}, say("publish.never")),
      told.changes.length ? element("ul", { class: "dk-plain" }, ...told.changes.map((/** @type {string} */ each) => element("li", { dir: "auto" }, each.replace(/^- /, "")))) : told.published ? element("p", {}, say("publish.no_change")) : "",
    );
  }
}
