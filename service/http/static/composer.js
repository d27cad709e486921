// Where a person types: a question, sent with Enter, stopped while it is answered, edited afterwards; a key.

import { button, element } from "./marks.js";

export class Composer {
  #busy = false;
  #composing = false;
  #instead = null; // the turn that the next question replaces

  /**
   * @param {object} words
   * @param {{send: (question: string, instead: object|null) => void, stop: () => void}} on
   */
  constructor(words, on) {
    Object.assign(this, { words, on });
    this.field = element("textarea", {
      rows: "1",
      "aria-label": words.question,
      placeholder: words.placeholder,
      enterkeyhint: "send",
    });
    this.send = element("button.primary", words.send);
    const cancel = button("quiet", words.cancel, () => this.edit(null));
    this.editing = element("p.hint", { hidden: "" }, words.editing, cancel);
    this.node = element("form.asking", this.editing, this.field, this.send);
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#busy) on.stop();
      else this.#submit();
    });
    // An input method takes Enter for itself. Safari ends composing before it tells of that Enter.
    this.field.addEventListener("compositionstart", () => (this.#composing = true));
    this.field.addEventListener("compositionend", () => setTimeout(() => (this.#composing = false)));
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing || this.#composing) return;
      event.preventDefault();
      if (!this.#busy) this.#submit();
    });
  }

  busy(is) {
    this.#busy = is;
    this.send.textContent = is ? this.words.stop : this.words.send;
    this.node.classList.toggle("busy", is);
  }

  /** The question of `turn` is there to be changed; null: a new one is asked. */
  edit(turn) {
    if (turn || this.#instead) this.field.value = turn?.question ?? "";
    this.#instead = turn;
    this.editing.hidden = !turn;
    if (turn) this.focus();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  #submit() {
    const question = this.field.value.trim();
    if (!question) return this.focus();
    const instead = this.#instead;
    this.#instead = null;
    this.editing.hidden = true;
    this.field.value = "";
    this.on.send(question, instead);
  }
}

/** Where a service asks for a key.  @param {object} words  @param {(key: string) => void} use */
export function keyForm(words, use) {
  const field = element("input", { type: "password", autocomplete: "off", required: "", "aria-label": words.key });
  const send = element("button.primary", words.useKey);
  const form = element("form.key", field, send, element("p.hint", words.keyKept));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    use(field.value.trim());
  });
  return form;
}
