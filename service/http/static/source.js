// The source beside the answer: the whole report, the cited characters marked and scrolled to. What cannot be placed
// surely is not marked, and that is said.

import { keyForm } from "./composer.js";
import { element, marked, sign } from "./marks.js";

export class Source {
  #cited = [];
  #at = 0;
  #opened = 0; // a later opening makes an earlier one void
  #back = null;

  /**
   * @param {import("./api.js").Api} api  @param {object} words
   * @param {{shown: (open: boolean) => void, tell: (trouble: object) => string,
   *   key: (key: string) => void}} on
   */
  constructor(api, words, on) {
    Object.assign(this, { api, words, on });
    this.title = element("h3", { id: "source-title" });
    this.path = element("p.path");
    this.nth = element("span.nth");
    this.note = element("div.note", { role: "status" });
    this.text = element("div.text", { tabindex: "0", role: "document", "aria-labelledby": "source-title" });
    this.previous = sign("‹", words.previous, () => this.#step(-1));
    this.next = sign("›", words.next, () => this.#step(1));
    const close = sign("×", words.closeSource, () => this.close());
    const steps = element("div.steps", this.nth, this.previous, this.next, close);
    this.node = element(
      "aside.source",
      { "aria-label": words.source, hidden: "" },
      element("div.head", element("div.names", this.title, this.path), steps),
      this.note,
      this.text,
    );
    this.node.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (step && !event.altKey && !event.ctrlKey && !event.metaKey) this.#step(step);
    });
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /**
   * @param {object[]} citations of one answer  @param {number} number which of them
   * @param {HTMLElement|null} back what has the focus after it is closed
   */
  async open(citations, number, back) {
    this.#cited = citations;
    this.#back = back;
    this.node.hidden = false;
    this.on.shown(true);
    await this.#show(citations.findIndex((citation) => citation.number === number));
  }

  /** Opens a report by its address, with the citation marked that the address names, if any. */
  async openLink(reportId, citationId) {
    const opened = (this.#opened += 1);
    this.node.hidden = false;
    this.on.shown(true);
    try {
      const { status, place } = citationId ? await this.api.citation(citationId) : {};
      if (place) {
        this.open([{ number: 1, citation_id: citationId, ...place, highlights: [] }], 1, null);
        return;
      }
      const [report, points] = await Promise.all([this.api.report(reportId), this.api.text(reportId, "")]);
      if (opened !== this.#opened) return;
      this.#head({ title: report.title, heading_path: [] });
      this.text.replaceChildren(points.join(""));
      this.note.replaceChildren(status ? this.words.state[status] : "");
    } catch (error) {
      this.#fail(error, opened, () => this.openLink(reportId, citationId));
    }
  }

  close() {
    if (!this.isOpen) return;
    this.#opened += 1;
    this.node.hidden = true;
    this.on.shown(false);
    if (this.#back?.isConnected) this.#back.focus({ preventScroll: true });
    this.#back = null;
  }

  #step(by) {
    const at = this.#at + by;
    if (at >= 0 && at < this.#cited.length) this.#show(at);
  }

  async #show(at) {
    const opened = (this.#opened += 1);
    const citation = this.#cited[at];
    this.#at = at;
    this.nth.textContent = this.words.nth(at + 1, this.#cited.length);
    this.previous.disabled = at === 0;
    this.next.disabled = at === this.#cited.length - 1;
    this.#head(citation, citation.page);
    this.note.replaceChildren(this.words.opening);
    try {
      const { status, place, snapshot_id: snapshotId } = await this.api.citation(citation.citation_id);
      const points = place && (await this.api.text(place.report_id, snapshotId));
      if (opened === this.#opened) this.#place(citation, status, place, points);
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
  #place(citation, status, place, points) {
    const stands = place && points.slice(place.start, place.end).join("") === citation.quote;
    if (!stands) {
      const why = this.words.state[place ? "differs" : status] ?? this.words.state.differs;
      this.text.replaceChildren(points ? points.join("") : "");
      this.note.replaceChildren(...this.#unplaced(why, citation));
      this.node.querySelector("button:last-of-type").focus({ preventScroll: true });
      return;
    }
    this.#head(place, citation.page);
    this.note.replaceChildren(status === "moved" ? this.words.state.moved : "");
    const moved = place.start - citation.start;
    const highlights = citation.highlights.map(({ start, end }) => ({ start: start + moved, end: end + moved }));
    const nodes = [];
    let cursor = 0;
    let here = null;
    for (const span of [...this.#others(citation, place, points), { ...place, highlights, cited: true }].sort(
      byStart,
    )) {
      if (span.start < cursor) continue;
      const inner = marked(points, 0, span.start, span.end, span.highlights, this.words);
      const mark = element("mark", { class: span.cited ? "cited" : "also" }, ...inner);
      if (span.cited) here = mark;
      nodes.push(points.slice(cursor, span.start).join(""), mark);
      cursor = span.end;
    }
    this.text.replaceChildren(...nodes, points.slice(cursor).join(""));
    here.tabIndex = -1;
    here.focus({ preventScroll: true });
    const from = this.text.getBoundingClientRect();
    this.text.scrollTop += here.getBoundingClientRect().top - from.top - from.height / 4;
  }

  /** The other citations of the answer that stand in the same report and do not touch this one. */
  #others(citation, place, points) {
    return this.#cited.filter(
      (other) =>
        other !== citation &&
        other.report_id === place.report_id &&
        (other.end <= place.start || other.start >= place.end) &&
        points.slice(other.start, other.end).join("") === other.quote,
    );
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

function byStart(one, other) {
  return one.start - other.start;
}
