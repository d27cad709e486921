// The source beside the answer: the whole report, the cited characters marked and scrolled to. What cannot be placed
// surely is not marked, and that is said. From one citation to the next it goes through the whole conversation.

import { keyForm } from "./composer.js";
import { linkTo } from "./copy.js";
import { cut, element, marked, sign, units } from "./marks.js";

const NEAR = 3000; // UTF-16 units on either side of a quote
const PX_A_CHARACTER = 1; // about, of height, until it is laid out

/** @typedef {{citation: object, nth: string}} Stop one that can be stepped to; `nth`: which one it is, in words */

export class Source {
  #stops = [];
  #at = 0;
  #opened = 0; // a later opening makes an earlier one void
  #back = () => null;

  /**
   * @param {import("./api.js").Api} api  @param {object} words
   * @param {{shown: (open: boolean) => void, at: (stop: Stop|null) => void, tell: (trouble: object) => string,
   *   key: (key: string) => void}} on
   */
  constructor(api, words, on) {
    Object.assign(this, { api, words, on });
    this.title = element("h3", { id: "source-title" });
    this.path = element("p.path");
    this.link = element("a.path", { target: "_blank", rel: "noopener" }, words.viewer);
    this.nth = element("span.nth");
    this.note = element("div.note", { role: "status" });
    this.text = element("div.text", {
      lang: "zh-CN",
      tabindex: "0",
      role: "document",
      "aria-labelledby": "source-title",
    });
    this.previous = sign("‹", words.previous, () => this.#step(-1));
    this.next = sign("›", words.next, () => this.#step(1));
    this.closing = sign("×", words.closeSource, () => this.close());
    const steps = element("div.steps", this.nth, this.previous, this.next, this.closing);
    this.node = element(
      "aside.source",
      { "aria-label": words.source, hidden: "" },
      element("div.head", element("div.names", this.title, this.path, this.link), steps),
      this.note,
      this.text,
    );
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const other = event.target.localName === "input" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
      if (step && !other) this.#step(step);
    });
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /**
   * @param {Stop[]} stops all citations of the conversation  @param {number} at which of them is shown
   * @param {() => HTMLElement|null} back what has the focus after it is closed
   */
  async open(stops, at, back) {
    this.#stops = stops;
    this.#back = back;
    this.node.hidden = false;
    this.on.shown(true);
    await this.#show(at);
  }

  close() {
    if (!this.isOpen) return;
    this.#opened += 1;
    this.node.hidden = true;
    this.on.shown(false);
    this.on.at(null);
    this.#back()?.focus({ preventScroll: true });
  }

  #step(by) {
    const at = this.#at + by;
    if (at >= 0 && at < this.#stops.length) this.#show(at);
  }

  async #show(at) {
    const opened = (this.#opened += 1);
    const { citation, nth } = this.#stops[at];
    this.#at = at;
    this.nth.textContent = nth;
    this.previous.disabled = at === 0;
    this.next.disabled = at === this.#stops.length - 1;
    this.link.href = linkTo(this.api, citation);
    this.#head(citation, citation.page);
    this.on.at(this.#stops[at]);
    this.note.replaceChildren(this.words.opening);
    try {
      const { status, place, snapshot_id: snapshotId } = await this.api.citation(citation.citation_id);
      const text = place && (await this.api.text(place.report_id, snapshotId));
      if (opened === this.#opened) this.#place(citation, status, place, text);
    } catch (error) {
      this.#fail(error, opened, () => this.#show(at), citation);
    }
  }

  #fail(error, opened, again, citation = null) {
    if (opened !== this.#opened) return;
    this.text.replaceChildren();
    this.note.replaceChildren(...this.#unplaced(this.on.tell(error), citation));
    if (error.kind !== 401) return;
    const use = (key) => {
      this.on.key(key);
      again();
    };
    this.note.append(keyForm(this.words, use));
  }

  /** Marks the quote where it stands now, if it does stand there. */
  #place(citation, status, place, text) {
    if (!place || cut(text, place.start, place.end) !== citation.quote) {
      const why = this.words.state[place ? "differs" : status];
      this.text.replaceChildren(text ?? "");
      this.note.replaceChildren(...this.#unplaced(why, citation));
      this.closing.focus({ preventScroll: true });
      return;
    }
    this.#head(place, citation.page);
    this.note.replaceChildren(status === "moved" ? this.words.state.moved : "");
    const here = element(
      "mark",
      { tabindex: "-1" },
      ...marked(citation.quote, citation.start, citation.highlights, this.words),
    );
    const from = units(text, place.start);
    const to = from + citation.quote.length;
    // What is far from the quote is laid out once somebody scrolls there: a long report opens as fast as a short one.
    const top = text.lastIndexOf("\n", Math.max(from - NEAR, 0)) + 1;
    const bottom = text.indexOf("\n", to + NEAR) + 1 || text.length;
    const far = (start, end) => {
      const node = element("div.far", text.slice(start, end));
      node.style.containIntrinsicBlockSize = `auto ${(end - start) * PX_A_CHARACTER}px`;
      return node;
    };
    const near = [text.slice(top, from), here, text.slice(to, bottom)];
    this.text.replaceChildren(far(0, top), ...near, far(bottom, text.length));
    here.focus({ preventScroll: true });
    const box = this.text.getBoundingClientRect();
    this.text.scrollTop += here.getBoundingClientRect().top - box.top - box.height / 4;
  }

  #head({ title, heading_path: path }, page) {
    this.title.textContent = title;
    this.path.textContent = [...path, ...(page ? [this.words.page(page)] : [])].join(" › ");
  }

  #unplaced(why, citation) {
    const quote = citation && element("blockquote", `${this.words.quoted}${citation.quote}`);
    return [element("p", why), ...(quote ? [quote] : [])];
  }
}
