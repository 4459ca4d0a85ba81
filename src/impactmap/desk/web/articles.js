/** Articles: a text, what was read of it, and an editor who decides about each draft; nothing is taken as a whole. */
import {ask, errorText, sendFile, withQuery} from "./ask.js";
import {createArticleText} from "./articletext.js";
import {element} from "./dom.js";
import {takeDrops} from "./drops.js";
import {createDraftForm, KINDS} from "./draftform.js";
import {createDraftPanel, draftTitle, fieldLabel, KEYS, namedLabel, stateText, unfit} from "./drafts.js";
import {say, sayCount, sayNumber} from "./words.js";

/**
 * @typedef {import("./articletext.js").Words} Words
 * @typedef {import("./drafts.js").Draft} Draft
 * @typedef {{id: string, name: string, outlet: string, published: string, waiting: number, drafts: number}} Listed
 * @typedef {Listed & {day: string, url: string, text: string, drafts: Draft[]}} Article
 */

/** That the program reads. */
const LANGUAGES = [["en", "English"], ["uk", "Українська"], ["ru", "Русский"]];
const REASONS = ["no_attack", "older", "elsewhere"];

/** @param {HTMLElement} root @param {import("./bring.js").Page} page */
export function createArticles(root, page) {
  /** @type {Listed[]} */
  let listed = [];
  /** @type {import("./draftform.js").Choices} */
  let choices = { sector: [], means: [], metric: [], qualifier: [], sides: [] };
  /** @type {Article | null} */
  let article = null;
  /** @type {Record<string, import("./drafts.js").Same[]>} */
  let same = {};
  let current = "";
  let drawn = "";
  let deciding = false;

  const fault = element("p", { class: "dk-fault", role: "alert" });
  const editor = element("input", { type: "text", id: "dk-art-editor", maxlength: "500", autocomplete: "name", value: page.state().editor });
  const select = element("select", { id: "dk-art-which", change: () => void read(select.value).catch(fail) });
  const which = element("label", { class: "rv-field" }, element("span", {}, say("articles.which")), select);
  const file = element("input", { type: "file", id: "dk-art-file", accept: ".txt,.md,.html,.htm,.xhtml,.xml,.rss,.atom,.json" });
  const pasted = element("textarea", { id: "dk-art-paste", rows: "6", dir: "auto" });
  const [published, outlet, url] = [["dk-art-day", "date"], ["dk-art-outlet", "text"], ["dk-art-url", "text"]].map(([id, type]) => element("input", { type, id, autocomplete: "off", maxlength: type === "text" ? "500" : null, max: type === "date" ? "9999-12-31" : null }));
  const labelled = (/** @type {string} */ name, /** @type {HTMLElement} */ input) => element("label", { class: "rv-field" }, element("span", {}, say(`articles.${name}`)), input);
  const language = element("select", { id: "dk-art-language" }, element("option", { value: "" }, say("bring.by_itself")),
    ...LANGUAGES.map(([value, label]) => element("option", { value, lang: value }, label)));
  const chosen = element("p", { id: "dk-art-chosen", hidden: true, dir: "auto" });
  /** @type {File | null} */
  let waiting = null;
  const drop = element("form", { class: "dk-drop", novalidate: true },
    element("p", {}, element("strong", {}, say("articles.drop"))),
    labelled("paste", pasted),
    element("label", { class: "dk-choose" }, element("span", {}, say("bring.file")), file), chosen,
    element("div", { class: "dk-line" }, labelled("day", published), labelled("outlet", outlet), labelled("url", url), labelled("language", language)),
    element("p", { class: "im-quiet" }, say("articles.day_note")),
    element("div", { class: "im-row" }, element("button", { type: "submit", class: "rv-save", id: "dk-art-read" }, say("articles.read"))));
  const another = element("details", { id: "dk-art-another" }, element("summary", {}, say("articles.another")));
  const head = element("p", { id: "dk-art-head", dir: "auto" });
  const textRoot = element("div", { id: "dk-art-text", tabindex: "0", role: "group", "aria-label": say("articles.text") });
  const tools = element("div", { id: "dk-art-tools", hidden: true });
  const panelHead = element("div", { id: "dk-draft-head" });
  const panelRoot = element("div", { id: "dk-draft-body" });
  const extra = element("form", { id: "dk-draft-extra", class: "dk-draft-form", hidden: true, novalidate: true });
  const formRoot = element("form", { id: "dk-draft-form", class: "dk-draft-form", hidden: true, novalidate: true });
  const list = element("ol", { class: "dk-plain", "aria-label": say("articles.drafts") });
  const work = element("div", { id: "dk-art-work", hidden: true },
    element("div", { class: "dk-art-left" }, head, textRoot, tools),
    element("section", { class: "dk-art-right", id: "dk-draft", "aria-label": say("articles.draft") }, panelHead, extra, formRoot, panelRoot, element("h4", {}, say("articles.drafts")), list));
  const sign = element("div", { class: "dk-sign", hidden: true }, element("label", { class: "rv-field" }, element("span", {}, say("settle.name")), editor), which);
  root.append(fault, drop, another, sign, work);

  /** @param {unknown} error */
  function fail(error) {
    fault.textContent = errorText(error);
  }

  const text = createArticleText(textRoot, {
    selected: showTools,
    use() {
      const words = text.words();
      if (!words) return;
      if (form.isOpen()) {
        form.take(words, text.textOf(words));
        form.focus();
      } else /** @type {HTMLElement | null} */ (tools.querySelector("button"))?.focus();
    },
    leave() {
      text.clear();
      if (form.isOpen()) form.focus();
      else panel.focus();
    },
    open(at) {
      const found = article?.drafts.find((draft) => draft.spans.some(({ start, end }) => start <= at && at < end));
      if (found && found.id !== current && !form.isOpen()) open(found.id, false);
    },
    spoken: page.announce,
  });
  const form = createDraftForm(formRoot, {
    choices: () => choices,
    save: async (field, value, words) => {
      await decide({ decision: "change", field, value, words }, true);
    },
    pick(from) {
      text.begin(from?.[0] ?? draft()?.spans[0]?.start ?? 0);
    },
    closed() {
      text.clear();
      if (editing) panel.focusField(editing);
      editing = "";
    },
  });
  let editing = "";
  const panel = createDraftPanel(panelHead, panelRoot, {
    act,
    edit,
    look: mark,
    take: ({ words, name, start, end }) => void decide({ decision: "change", field: next("place"), value: name || words, words: [start, end] }).catch(fail),
    open: (id, where) => void read(where, id, true).catch(fail),
    merge: (into) => void decide({ decision: "merge", into }).then(onward).catch(fail),
  });

  /** @returns {Draft | null} */
  function draft() {
    return article?.drafts.find(({ id }) => id === current) ?? null;
  }

  /** @param {string} kind @returns {string} the name of a field that is added */
  function next(kind) {
    const count = draft()?.fields.filter((field) => field.kind === kind).length ?? 0;
    return kind === "date" || kind === "side" ? kind : `${kind}.${count + 1}`;
  }

  /** Mark what was read of the current draft; the field whose line has the keyboard stands out. @param {import("./draftform.js").Field | null} [field] */
  function mark(field = null) {
    const now = draft();
    if (!article) return;
    text.show(article.text,
      now ? [
        ...now.fields.map((each, at) => ({ start: each.start, end: each.end, label: fieldLabel(at), kind: each.kind, active: each.field === field?.field })),
        ...now.not_taken.map((each, at) => ({ start: each.start, end: each.end, label: namedLabel(at), kind: "not" })),
      ] : [],
      article.drafts.flatMap((each, at) => each.spans.map((span) => ({ ...span, label: sayNumber(at + 1), current: each.id === current }))));
    if (field) text.reveal(field.start);
  }

  /** @param {Words | null} words @param {string} chosenText */
  function showTools(words, chosenText) {
    if (!words) {
      tools.hidden = true;
      tools.replaceChildren();
      return;
    }
    if (form.isOpen()) {
      form.take(words, chosenText);
      return;
    }
    const field = panel.field();
    const actions = [
      ...KINDS.map((kind) => /** @type {[string, () => void]} */ ([say(`drafts.${kind}`), () => edit(next(kind), null)])),
      /** @type {[string, () => void]} */ ([say("drafts.new"), () => void decide({ decision: "add", words }).catch(fail)]),
      ...(field ? [/** @type {[string, () => void]} */ ([say("drafts.move", { field: field.told }), () => void decide({ decision: "change", field: field.field, value: valueOf(field), words }, true).then(() => panel.focusField(field.field)).catch(fail)])] : []),
    ];
    tools.replaceChildren(element("p", {}, `${say("drafts.chosen")} `, element("q", { dir: "auto", class: "dk-quote" }, chosenText.length > 120 ? `${chosenText.slice(0, 119)}…` : chosenText)),
      element("div", { class: "im-row" }, ...actions.map(([label, click], at) => element("button", { type: "button", dir: "auto", click }, element("kbd", { "aria-hidden": "true" }, String(at + 1)), " ", label))));
    tools.hidden = false;
  }

  /** @param {import("./draftform.js").Field} field @returns {string} what the program takes for the field's value */
  function valueOf(field) {
    if (field.kind !== "claim") return field.value;
    const told = field.figure ? `${field.qualifier ?? ""} ${field.figure}`.trim() : field.text;
    return `${field.metric}: ${told}${field.claimant ? ` | ${field.claimant}` : ""}`;
  }

  /** @param {string} name @param {import("./draftform.js").Field | null} field */
  function edit(name, field) {
    const words = text.words() ?? (field ? /** @type {Words} */ ([field.start, field.end]) : null);
    editing = name;
    closeExtra();
    tools.hidden = true;
    form.show(name, field, words, words ? text.textOf(words) : "");
  }

  function closeExtra() {
    extra.hidden = true;
    extra.replaceChildren();
  }

  /**
   * @param {object} given
   * @param {boolean} [stay] whether the keyboard stays where it is
   */
  async function decide(given, stay = false) {
    const now = draft();
    if (!article || deciding) return; // the next draft is decided about once it is seen
    fault.textContent = "";
    if (!editor.value.trim()) {
      editor.focus();
      throw new Error(say("error.no_name"));
    }
    deciding = true;
    const sent = { article: article.id, draft: now?.id ?? "", seen: now?.seen ?? "", editor: editor.value, ...given };
    const told = await ask("draft", sent).finally(() => { deciding = false; });
    article = told.article;
    current = told.draft;
    drawn = "";
    closeExtra();
    text.clear();
    draw();
    page.announce(say("settle.saved"));
    page.changed();
    if (!stay) panel.focus();
  }

  /** Go to the next draft that waits, in this article or another. */
  function onward() {
    const drafts = article?.drafts ?? [];
    const at = drafts.findIndex(({ id }) => id === current);
    const found = [...drafts.slice(at + 1), ...drafts.slice(0, at)].find(({ state }) => state === "waiting");
    if (found) open(found.id, true);
    else panel.focus();
  }

  /** @param {number} step */
  function go(step) {
    const drafts = article?.drafts ?? [];
    const at = drafts.findIndex(({ id }) => id === current);
    const found = drafts[(at + step + drafts.length) % drafts.length];
    if (found) open(found.id, true);
  }

  /** @param {string} name of what the editor does */
  function act(name) {
    const now = draft();
    if (!now || unfit(now, name)) {
      if (now && name === "confirm" && now.missing.length) fault.textContent = say("drafts.incomplete");
      return;
    }
    if (deciding) return;
    const way = {
      confirm: () => decide({ decision: "confirm" }).then(onward),
      undo: () => decide({ decision: "undo" }),
      next: async () => go(1),
      previous: async () => go(-1),
      reject: async () => askReason(),
      merge: async () => askInto(now),
      words: async () => text.begin(now.spans[0]?.start ?? 0),
      change: async () => {
        const field = panel.field();
        const named = panel.name();
        edit(field?.field ?? (named || next("place")), field);
      },
      remove: async () => {
        const field = panel.field();
        if (field) await decide({ decision: "change", field: field.field, value: "" });
      },
    }[name];
    void way?.().catch(fail);
  }

  function askReason() {
    const own = element("input", { type: "text", id: "dk-reason", maxlength: "500", autocomplete: "off", dir: "auto" });
    const give = (/** @type {string} */ reason) => void decide({ decision: "reject", reason }).then(onward).catch(fail);
    extra.replaceChildren(element("h4", {}, say("drafts.why_rejected")),
      element("div", { class: "im-row" }, ...REASONS.map((name, at) => element("button", { type: "button", class: "dk-reason", click: () => give(say(`rejected.${name}`)) }, element("kbd", { "aria-hidden": "true" }, String(at + 1)), " ", say(`rejected.${name}`)))),
      labelledOwn(own), element("div", { class: "im-row" }, element("button", { type: "submit" }, say("act.reject")), element("button", { type: "button", click: leaveExtra }, say("close"))));
    extra.onsubmit = (event) => {
      event.preventDefault();
      give(own.value);
    };
    extra.hidden = false;
    /** @type {HTMLElement | null} */ (extra.querySelector("button"))?.focus();
  }

  /** @param {HTMLElement} input */
  function labelledOwn(input) {
    return element("label", { class: "rv-field" }, element("span", {}, say("drafts.own_reason")), input);
  }

  /** @param {Draft} now */
  function askInto(now) {
    const likely = (same[now.id] ?? []).filter(({ draft: id }) => id);
    const others = (article?.drafts ?? []).filter(({ id, state }) => id !== now.id && (state === "waiting" || state === "confirmed") && !likely.some((each) => each.draft === id));
    const into = element("select", { id: "dk-into" },
      likely.length ? null : element("option", { value: "" }, ""),
      ...likely.map((each) => element("option", { value: each.draft ?? "" }, [each.where, each.when, each.source].filter(Boolean).join(" · "))),
      ...others.map((each) => element("option", { value: each.id }, draftTitle(each))));
    extra.replaceChildren(element("h4", {}, say("drafts.merge")), element("label", { class: "rv-field" }, element("span", {}, say("drafts.into")), into, element("small", {}, say("drafts.merge_note"))),
      element("div", { class: "im-row" }, element("button", { type: "submit", class: "rv-save" }, say("act.merge")), element("button", { type: "button", click: leaveExtra }, say("close"))));
    extra.onsubmit = (event) => {
      event.preventDefault();
      if (into.value) void decide({ decision: "merge", into: into.value }).then(onward).catch(fail);
    };
    extra.hidden = false;
    into.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      extra.requestSubmit();
    });
    into.focus();
  }

  function leaveExtra() {
    closeExtra();
    panel.focus();
  }
  extra.addEventListener("keydown", (event) => {
    if (event.key === "Escape") leaveExtra();
    const button = /** @type {HTMLElement | undefined} */ (extra.querySelectorAll(".dk-reason")[Number(event.key) - 1]);
    if (button && !(/** @type {HTMLElement} */ (event.target).matches("input"))) {
      event.preventDefault();
      button.click();
    }
  });
  tools.addEventListener("keydown", (event) => {
    const button = tools.querySelectorAll("button")[Number(event.key) - 1];
    if (event.key === "Escape") panel.focus();
    if (!button) return;
    event.preventDefault();
    button.click();
  });

  // One key each, by the place on the keyboard where the letters are others; a key that is held down decides once.
  work.addEventListener("keydown", (event) => {
    const field = /** @type {HTMLElement} */ (event.target).closest("input, select, textarea, #dk-art-tools, #dk-draft-extra");
    if (field || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = /^[a-z]$/i.test(event.key) ? event.key.toLowerCase() : /^Key[A-Z]$/.test(event.code) && event.key.length === 1 ? event.code.slice(3).toLowerCase() : event.key;
    const name = KEYS.find(([each]) => each === key)?.[1];
    if (!name || form.isOpen()) return;
    event.preventDefault();
    act(name);
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    fault.textContent = "";
    panel.focus();
  });

  /** @param {string} id @param {boolean} focus */
  function open(id, focus) {
    current = id;
    form.close();
    closeExtra();
    draw();
    const now = draft();
    if (now?.spans.length) text.reveal(now.spans[0].start);
    if (focus) panel.focus();
  }

  function draw() {
    if (!article) return;
    const drafts = article.drafts;
    const link = /^https?:/i.test(article.url) ? element("a", { href: article.url, rel: "noopener noreferrer", target: "_blank" }, article.url) : "";
    head.replaceChildren([article.outlet, article.day].filter(Boolean).join(" · "), link && " · ", link);
    const now = draft();
    panelHead.hidden = panelRoot.hidden = !now;
    if (now) {
      panel.show(now, drafts.indexOf(now) + 1, drafts.length, drafts.find(({ id }) => id === now.into) ?? null);
      panel.showSame(same[now.id] ?? []);
    }
    list.replaceChildren(...drafts.map((each, at) => element("li", {}, element("button", { type: "button", class: "im-entry rv-entry", "aria-current": each.id === current ? "true" : null, click: () => open(each.id, true) },
      element("span", { class: "rv-entry-name", dir: "auto" }, `${at + 1} ${draftTitle(each)}`), element("small", {}, stateText(each))))));
    if (!drafts.length) list.replaceChildren(element("li", {}, say("articles.nothing")));
    mark();
  }

  /** @param {string} id @param {string} [wanted] a draft @param {boolean} [focus] */
  async function read(id, wanted = "", focus = false) {
    const before = JSON.stringify(article);
    const changed = article?.id !== id;
    article = await ask(withQuery("article.json", { id }));
    select.value = id;
    if (!article) return;
    if (changed) same = {};
    void compare(id).catch(fail);
    if (!wanted && JSON.stringify(article) === before) return; // nothing under the editor's hands is drawn anew
    const first = article.drafts.find(({ state }) => state === "waiting") ?? article.drafts[0];
    current = article.drafts.some((each) => each.id === (wanted || current)) ? wanted || current : first?.id ?? "";
    open(current, focus);
  }

  /** Ask what may be the same events, which takes longer. @param {string} id */
  async function compare(id) {
    const told = await ask(withQuery("same-events.json", { id }));
    if (article?.id !== id) return;
    same = told.same;
    panel.showSame(same[current] ?? []);
  }

  /** @param {Listed[]} articles */
  function showList(articles) {
    listed = articles;
    select.replaceChildren(...listed.map((each) => element("option", { value: each.id }, `${[each.published, each.outlet, each.name].filter(Boolean).join(" · ")} (${sayCount("of.drafts", each.waiting)})`)));
    which.hidden = listed.length < 2;
    sign.hidden = work.hidden = another.hidden = listed.length === 0;
    if (listed.length && drop.parentElement !== another) another.append(drop);
    else if (!listed.length && drop.parentElement !== root) root.insertBefore(drop, another);
  }

  /** @param {File | null} value a text that was dropped or chosen, to be read once its day is given */
  function hold(value) {
    waiting = value;
    chosen.hidden = !value;
    chosen.textContent = value ? say("articles.chosen", { file: value.name }) : "";
  }
  file.addEventListener("change", () => hold(file.files?.[0] ?? null));
  drop.addEventListener("submit", (event) => {
    event.preventDefault();
    void bring().catch(fail);
  });
  takeDrops(root, drop, (dropped, text) => give(dropped ?? text));

  async function bring() {
    fault.textContent = "";
    const body = waiting ?? new Blob([pasted.value]);
    const sending = sendFile(withQuery("article", { name: waiting?.name ?? "", published: published.value, outlet: outlet.value, url: url.value, language: language.value }), body);
    page.changed();
    try {
      const told = await sending;
      pasted.value = file.value = outlet.value = url.value = published.value = "";
      hold(null);
      another.open = false;
      page.announce(sayCount("of.drafts", told.drafts));
      await list_(told.article);
      if (editor.value.trim()) panel.focus();
      else editor.focus();
    } catch (error) {
      fail(error);
      if (!published.value) published.focus();
      else language.focus();
    }
    page.changed();
  }

  /** @param {string} wanted the article to show */
  async function list_(wanted) {
    const told = await ask("articles.json");
    choices = told.choices;
    if (!editor.value) editor.value = told.editor;
    showList(told.articles);
    const id = told.articles.some((/** @type {Listed} */ each) => each.id === wanted) ? wanted : told.articles[0]?.id;
    if (id) await read(id);
    else article = null;
  }

  /** Take a text that was dropped or pasted, here or where tables are brought. @param {File | string} what */
  function give(what) {
    another.open = true;
    if (typeof what === "string") pasted.value = what;
    else hold(what);
    published.focus();
  }

  return {
    give,
    focus() {
      if (!listed.length || another.open) (pasted.value || waiting ? published : pasted).focus();
      else if (editor.value.trim()) panel.focus();
      else editor.focus();
    },
    /** @param {import("./desk.js").State} state */
    async show(state) {
      const stamp = `${state.folder} ${state.version} ${state.drafts.articles} ${state.drafts.waiting}`;
      if (stamp === drawn || form.isOpen() || !extra.hidden || !tools.hidden) return;
      await list_(article?.id ?? "");
      drawn = stamp;
    },
  };
}
