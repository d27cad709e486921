// A question and what became of it, as it is shown.

import { answerNodes } from "./answer.js";
import { keyForm } from "./composer.js";
import { feedback } from "./feedback.js";
import { button, element, tongue } from "./marks.js";

// An answer of which nothing but segments has come.
const NOTHING = { missing: [], searched: [] };

/**
 * @typedef {object} On what a turn asks of the panel
 * @property {object} words of the panel  @property {(language: "zh"|"en") => object} wordsOf an answer
 * @property {(turn: object, number: number, back: () => HTMLElement|null) => void} cite
 * @property {(question: string) => void} ask
 * @property {(turn: object) => void} retry  @property {(turn: object) => void} edit
 * @property {(turn: object, gb: boolean, pressed: HTMLElement) => void} copy
 * @property {(turn: object, rating: string, comment: string) => Promise<string>} rate
 * @property {(path: string) => string} address of a path of the service
 * @property {(trouble: object) => string} tell
 * @property {(key: string) => void} key keeps it
 * @property {() => Promise<{n: number, names: string[]}>} searched which reports could have answered
 */

export class TurnView {
  /** @param {import("./conversation.js").Turn} turn  @param {On} on */
  constructor(turn, on) {
    this.turn = turn;
    this.on = on;
    this.node = element("article.turn");
    this.render();
  }

  /** Shows the turn as it is now; a chip that has the focus keeps it. */
  render() {
    const { turn, on } = this;
    const focused = this.node.getRootNode().activeElement?.dataset?.number;
    const answer = turn.answer ?? { ...NOTHING, ...turn, language: on.words.language };
    const words = on.wordsOf(answer.language);
    const question = element(
      "h3.question",
      tongue(turn.question),
      element("span.unseen", `${on.words.you}${on.words.colon}`),
      turn.question,
    );
    const said = element("div.answer", { lang: words.language });
    if (answer.rewritten_question) said.append(element("p.asked", words.asked(answer.rewritten_question)));
    if (answer.mode === "extractive_fallback") said.append(element("p.hint.fallback", words.fallback));
    said.append(...answerNodes(answer, { words, ask: on.ask, cite: (number) => this.#cite(number) }));
    if (turn.answer) said.append(this.#status(turn.answer, words));
    this.node.replaceChildren(question, said, ...this.#state(), ...this.#actions());
    if (turn.answer?.reason === "not_in_reports" && !answer.searched.length && !said.querySelector(".choices")) {
      this.#sayWhatWasSearched(said, words);
    }
    if (focused) this.chip(focused)?.focus({ preventScroll: true });
  }

  /** Those of the answer, or of what came of it so far. */
  get citations() {
    return (this.turn.answer ?? this.turn).citations;
  }

  chip(number) {
    return this.node.querySelector(`.chip[data-number="${number}"]`);
  }

  #cite(number) {
    this.on.cite(this.turn, number, () => this.chip(number));
  }

  #status(answer, words) {
    const sure = answer.certainty ? [words.certainty[answer.certainty]] : [];
    const mode = answer.segments.length ? [words.mode[answer.mode]] : [];
    return element("p", { class: `status ${answer.certainty ?? ""}` }, [...sure, ...mode].join(" · "));
  }

  async #sayWhatWasSearched(said, words) {
    const found = await this.on.searched().catch(() => null);
    if (!found?.n) return;
    const names = found.names.join(words.comma) + (found.names.length < found.n ? words.andMore : "");
    const line = element("p.hint", words.searchedReports(found.n, names));
    said.insertBefore(line, said.querySelector(".status"));
  }

  #state() {
    const { turn, on } = this;
    const { words } = on;
    if (turn.state === "waiting") return [element("p.waiting", turn.segments.length ? words.writing : words.searching)];
    if (turn.state === "stopped") return [element("p.notice", turn.segments.length ? words.partly : words.stopped)];
    if (turn.state === "done") return [];
    const notice = element("p.notice.trouble", on.tell(turn.trouble));
    return turn.trouble.kind === 401 ? [notice, this.#keyForm()] : [notice];
  }

  #keyForm() {
    return keyForm(this.on.words, (key) => {
      this.on.key(key);
      this.on.retry(this.turn);
    });
  }

  #actions() {
    const { turn, on } = this;
    const row = element("div.actions");
    if (turn.state === "waiting") return [row];
    if (turn.answer?.segments.length) {
      const copy = (gb) => (event) => on.copy(turn, gb, event.target);
      row.append(button("quiet", on.words.copy, copy(false)), button("quiet", on.words.copyGb, copy(true)));
    }
    if (turn.state !== "done" || turn.answer.mode === "extractive_fallback") {
      row.append(button("quiet", on.words.retry, () => on.retry(turn)));
    }
    row.append(button("quiet", on.words.edit, () => on.edit(turn)));
    if (turn.answer?.address) {
      const link = { href: on.address(turn.answer.address), target: "_blank", rel: "noopener" };
      row.append(element("a.quiet", link, on.words.link));
    }
    if (!turn.answer?.takes_feedback) return [row];
    const { buttons, more } = feedback(turn, on.words, (rating, comment) => on.rate(turn, rating, comment));
    row.append(...buttons);
    return [row, more];
  }
}
