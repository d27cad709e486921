// What a tab keeps: its questions and answers, and a key. Survives a reload; gone with the tab, or when it is cleared.

const MAX_TURNS = 6; // that go along with a question
const MAX_CHARS = 20_000; // of a turn, the service takes no more

/**
 * @typedef {object} Turn
 * @property {string} question
 * @property {"waiting"|"done"|"stopped"|"failed"} state
 * @property {object|null} answer the whole answer
 * @property {object[]} segments what came so far  @property {object[]} citations of those
 * @property {{kind: string, waitSeconds: number}|null} trouble
 * @property {{rating: "up"|"down", comment: string}|undefined} rated
 */

export class Conversation {
  /** @param {Keep} keep */
  constructor(keep) {
    this.keep = keep;
    /** @type {Turn[]} */
    this.turns = keep.read("turns") ?? [];
    for (const turn of this.turns) if (turn.state === "waiting") turn.state = "stopped";
  }

  /** A new turn at the end, or in the place of `from` and all after it. */
  begin(question, from = this.turns.length) {
    const turn = { question, state: "waiting", answer: null, segments: [], citations: [], trouble: null };
    this.turns.splice(from, Infinity, turn);
    this.save();
    return turn;
  }

  /** What was said before `turn`, as `POST /v1/ask` takes it. */
  history(turn) {
    const before = this.turns.slice(0, this.turns.indexOf(turn)).filter((one) => one.answer);
    return before.slice(-MAX_TURNS).map(({ question, answer }) => ({
      question,
      answer: answer.text.slice(0, MAX_CHARS),
    }));
  }

  add(turn, { segment, citations }) {
    turn.segments.push(segment);
    for (const citation of citations) {
      if (!turn.citations.some((known) => known.number === citation.number)) turn.citations.push(citation);
    }
    this.save();
  }

  end(turn, state, { answer = null, trouble = null } = {}) {
    Object.assign(turn, { state, answer, trouble });
    this.save();
  }

  clear() {
    this.turns.length = 0;
    this.keep.write("turns", null);
  }

  save() {
    this.keep.write("turns", this.turns);
  }
}

/** By service and name; in memory alone where the browser allows no storage. */
export class Keep {
  #held = new Map();

  /** @param {string} home the address of the service, and a channel: two of them on one page share nothing */
  constructor(home) {
    this.home = home;
  }

  read(name) {
    const key = this.#key(name);
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return this.#held.get(key) ?? null;
    }
  }

  write(name, value) {
    const key = this.#key(name);
    this.#held.set(key, value);
    try {
      if (value === null) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, JSON.stringify(value));
    } catch {
      /* forbidden or full: it stays in memory */
    }
  }

  #key(name) {
    return `judian ${this.home} ${name}`;
  }
}
