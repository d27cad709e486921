// The panel: puts the parts together. Loaded by widget.js once somebody wants it.

import { Api } from "./api.js";
import { Composer } from "./composer.js";
import { Conversation, Keep } from "./conversation.js";
import { copy, gbText, plainText } from "./copy.js";
import { button, element, sign } from "./marks.js";
import { Source } from "./source.js";
import { TurnView } from "./turn.js";

const WORDS = {}; // by language
const SLOW_MS = 8000;
const MAX_NAMED = 5; // reports that are listed where none answered
const SEPARATOR = /[,，、|\n]/;

/**
 * @param {HTMLElement} host the `<judian-chat>`  @param {string} look the style sheet of the panel
 * @returns {Promise<{show: () => void}>}
 */
export async function mount(host, look) {
  const root = host.shadowRoot.querySelector(".root");
  // In a frame, or by a copied address, the page is told its channel by that.
  const asked = host.mode === "page" && new URLSearchParams(location.search).get("channel");
  const channel = host.dataset.channel || asked || "";
  const conversation = new Conversation(new Keep(host.home + channel));
  const said = conversation.turns.flatMap((turn) => turn.answer?.language ?? []);
  const [words] = await Promise.all([root.lang, ...said].map(learn));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(look);
  host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, sheet];
  const panel = new Panel(host, words, conversation, channel);
  root.append(panel.node);
  return panel;
}

/** The words of a language; loaded when the page, or an answer, is in it. */
async function learn(language) {
  WORDS[language] ??= (await import(`./words.${language}.js`)).default;
  return WORDS[language];
}

class Panel {
  #views = [];
  #asking = null; // aborts the question that is being answered

  constructor(host, words, conversation, channel) {
    Object.assign(this, { host, words, conversation, keep: conversation.keep });
    this.api = new Api(host.home, this.keep, channel, host);
    this.source = new Source(this.api, words, {
      shown: (open) => this.node.classList.toggle("with-source", open),
      at: (stop) => this.#point(stop),
      tell: (error) => this.#tell(error),
      key: (key) => this.keep.write("key", key),
    });
    this.node = this.#build();
    for (const turn of this.conversation.turns) this.#view(turn);
    this.#welcome();
  }

  show() {
    this.node.hidden = false;
    this.#follow(this.#views.at(-1));
    // On a touch screen the focus in the field would cover half of the panel with a keyboard.
    const where = matchMedia("(pointer: coarse)").matches ? this.node : this.composer.field;
    if (this.host.mode !== "inline") where.focus({ preventScroll: true });
  }

  #close() {
    this.source.close();
    this.node.hidden = true;
    this.host.closed();
  }

  #build() {
    const { words, host } = this;
    const title = host.dataset.title || words.title;
    this.log = element("div.log", { tabindex: "0", role: "region", "aria-label": words.talk });
    this.greeting = element("div.greeting");
    this.log.append(this.greeting);
    this.status = element("p.unseen", { role: "status" });
    this.composer = new Composer(words, {
      send: (question, instead) => this.#ask(question, instead),
      stop: () => this.#asking?.abort(),
    });
    const fresh = button("quiet", words.fresh, () => this.#fresh());
    const close = sign("×", words.close, () => this.#close());
    const bar = element("div.bar", element("h2", title), fresh, host.mode === "float" ? close : null);
    const talk = element("div.talk", bar, this.log, this.composer.node, this.status);
    const role = host.mode === "float" ? "dialog" : "region";
    const node = element(
      "div.panel",
      { role, tabindex: "-1", "aria-label": title, hidden: "" },
      talk,
      this.source.node,
    );
    node.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.isComposing) return;
      if (this.source.isOpen) this.source.close();
      else if (host.mode === "float") this.#close();
      else return;
      event.stopPropagation();
    });
    if (host.mode === "float") holdScrolling(node);
    return node;
  }

  /** What stands there before the first question. */
  async #welcome() {
    const { words, host } = this;
    this.greeting.hidden = this.conversation.turns.length > 0;
    if (this.greeting.hidden || this.greeting.childElementCount) return;
    this.greeting.append(element("p", host.dataset.greeting || words.greeting));
    const examples = split(host.dataset.questions, /[|\n]/);
    if (examples.length) {
      const items = examples.map((question) =>
        element(
          "li",
          button("choice", question, () => this.#ask(question)),
        ),
      );
      this.greeting.append(element("p.label", words.examples), element("ul.choices", ...items));
    }
    if (host.mode !== "page") return;
    const reports = await this.api.reports().catch(() => []);
    if (!reports.length) return;
    const names = reports.map((report) => element("li", report.title));
    this.greeting.append(
      element("details", element("summary", `${words.reports} (${reports.length})`), element("ul", ...names)),
    );
  }

  /** @param {string} question  @param {object|null} instead the turn in whose place it is asked */
  async #ask(question, instead = null) {
    if (this.#asking) return;
    const at = instead ? this.conversation.turns.indexOf(instead) : this.conversation.turns.length;
    this.composer.edit(null);
    this.source.close();
    for (const view of this.#views.splice(at)) view.node.remove();
    const turn = this.conversation.begin(question, at);
    const view = this.#view(turn);
    this.greeting.hidden = true;
    // What was pressed may be gone now, and the focus with it.
    if (!this.host.shadowRoot.activeElement) this.log.focus({ preventScroll: true });
    this.#busy(new AbortController());
    this.#announce(this.words.searching);
    const slow = setTimeout(() => {
      this.#announce(this.words.slow);
      view.node.querySelector(".waiting").textContent = this.words.slow;
    }, SLOW_MS);
    try {
      const asked = { question, history: this.conversation.history(turn), filters: this.#filters() };
      const answer = await this.api.ask(
        asked,
        (given) => {
          clearTimeout(slow);
          this.conversation.add(turn, given);
          view.render();
          this.#follow(view);
        },
        this.#asking.signal,
      );
      await learn(answer.language);
      this.conversation.end(turn, "done", { answer });
      this.#announce(`${this.words.found(answer.citations.length)} ${answer.text}`);
    } catch (error) {
      const stopped = this.#asking.signal.aborted;
      const { kind, waitSeconds } = error;
      this.conversation.end(turn, stopped ? "stopped" : "failed", { trouble: { kind, waitSeconds } });
      if (!stopped && !kind) console.error("judian:", error);
      this.#announce(stopped ? this.words.stopped : this.#tell(error));
    } finally {
      clearTimeout(slow);
      this.#busy(null);
      view.render();
      this.#follow(view);
    }
  }

  #filters() {
    const { regions, years, reports } = this.host.dataset;
    return {
      regions: split(regions),
      years: split(years).map(Number).filter(Number.isInteger),
      report_ids: split(reports),
    };
  }

  #view(turn) {
    const view = new TurnView(turn, {
      words: this.words,
      wordsOf: (language) => WORDS[language],
      tell: (trouble) => this.#tell(trouble),
      ask: (question) => this.#ask(question),
      retry: (one) => this.#ask(one.question, one),
      edit: (one) => this.composer.edit(one),
      copy: (one, gb, pressed) => this.#copy(one.answer, gb, pressed),
      rate: (one, rating, comment) => this.#rate(one, rating, comment),
      address: (path) => new URL(path.slice(1), this.api.home).href,
      key: (key) => this.keep.write("key", key),
      cite: (one, number, back) => this.#open(one, number, back),
      searched: () => this.#searched(),
    });
    this.#views.push(view);
    this.log.append(view.node);
    this.#follow(view);
    return view;
  }

  /** Opens the source of a citation, from which one steps to all others of the conversation. */
  #open(turn, number, back) {
    const cited = this.#views.filter((view) => view.citations.length);
    const stops = cited.flatMap((view, answer) =>
      view.citations.map((citation, at) => {
        const nth = this.words.nth(at + 1, view.citations.length);
        return { view, citation, nth: cited.length > 1 ? `${this.words.nthAnswer(answer + 1)} ${nth}` : nth };
      }),
    );
    const wanted = ({ view, citation }) => view.turn === turn && citation.number === number;
    this.source.open(stops, stops.findIndex(wanted), back);
  }

  /** Shows in the conversation to which citation the open source belongs. */
  #point(stop) {
    this.log.querySelector(".chip[aria-current]")?.removeAttribute("aria-current");
    const chip = stop?.view.chip(stop.citation.number);
    if (!chip) return;
    chip.setAttribute("aria-current", "true");
    const [{ top, bottom }, log] = [chip, this.log].map((node) => node.getBoundingClientRect());
    if (top < log.top || bottom > log.bottom) this.log.scrollTop += top - log.top - log.height / 4;
  }

  /** The reports that could have answered: all that the filters let through. */
  async #searched() {
    const { regions, years, report_ids: ids } = this.#filters();
    const passes = (wanted, has) => !wanted.length || wanted.some((one) => String(one) === has);
    const reports = (await this.api.reports()).filter(
      (report) => passes(regions, report.region) && passes(years, report.year) && passes(ids, report.report_id),
    );
    return { n: reports.length, names: reports.slice(0, MAX_NAMED).map((report) => report.title) };
  }

  async #copy(answer, gb, pressed) {
    const words = WORDS[answer.language];
    const reports = new Map();
    if (gb) {
      const ids = [...new Set(answer.citations.map((citation) => citation.report_id))];
      await Promise.all(
        ids.map((id) =>
          this.api
            .report(id)
            .then((report) => reports.set(id, report))
            .catch(() => {}),
        ),
      );
    }
    const text = gb ? gbText(answer, this.api, words, reports) : plainText(answer, this.api, words);
    const before = pressed.textContent;
    pressed.textContent = (await copy(text, this.node)) ? this.words.copied : this.words.notCopied;
    this.#announce(pressed.textContent);
    setTimeout(() => (pressed.textContent = before), 2000);
  }

  async #rate(turn, rating, comment) {
    let told = this.words.thanks;
    try {
      await this.api.rate({ answer_id: turn.answer.answer_id, rating, comment });
      turn.rated = { rating, comment };
      this.conversation.save();
    } catch (error) {
      told = this.#tell(error);
    }
    this.#announce(told);
    return told;
  }

  #fresh() {
    this.#asking?.abort();
    this.source.close();
    this.composer.edit(null);
    this.conversation.clear();
    for (const view of this.#views.splice(0)) view.node.remove();
    this.#welcome();
    this.composer.focus();
  }

  #busy(controller) {
    this.#asking = controller;
    this.composer.busy(controller !== null);
  }

  /** Tells a screen reader, once. */
  #announce(text) {
    this.status.textContent = text;
  }

  #tell(trouble) {
    const say = this.words.trouble[trouble.kind] ?? this.words.trouble.broken;
    return say(new URL(this.api.home).host, trouble.waitSeconds);
  }

  /** Scrolls to the end, but no further than until the question is at the top. */
  #follow(view) {
    if (!view) return;
    const top = view.node.getBoundingClientRect().top - this.log.getBoundingClientRect().top + this.log.scrollTop;
    this.log.scrollTop = Math.min(top - 8, this.log.scrollHeight);
  }
}

function split(value, separator = SEPARATOR) {
  return (value ?? "")
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** A wheel over the panel never scrolls the page under it: what can scroll there keeps it to itself, and so does the rest. */
function holdScrolling(node) {
  const hold = (event) => {
    const one = event.target.closest(".log, .text, .note, textarea");
    if (!event.ctrlKey && !(one?.scrollHeight > one?.clientHeight)) event.preventDefault();
  };
  node.addEventListener("wheel", hold, { passive: false });
}
