// The service over HTTP, and what went wrong in words that `words.zh.js` and its like have.

import { events } from "./stream.js";

/** Something that a person is told; `kind`, a status or a word, is a key of `words.trouble`. */
export class Trouble extends Error {
  constructor(kind, waitSeconds = 0) {
    super(kind);
    Object.assign(this, { kind, waitSeconds });
  }
}

// Why a channel lets nobody in, by the name that the service has for it.
const REFUSED = { OriginRefused: "origin", UnknownChannel: "channel", TokenRequired: "token" };

export class Api {
  #texts = new Map();
  #token = null; // a promise

  /**
   * @param {string} home ends with a slash  @param {import("./conversation.js").Keep} keep
   * @param {string} channel or ""  @param {HTMLElement} host which may know where tokens for the channel come from
   */
  constructor(home, keep, channel, host) {
    Object.assign(this, { home, keep, channel, host });
  }

  /**
   * Asks, and tells each segment as it comes.
   * @param {object} question as `POST /v1/ask` takes it
   * @param {(given: {segment: object, citations: object[]}) => void} onSegment
   * @param {AbortSignal} signal
   * @returns {Promise<object>} the whole answer, which counts
   */
  async ask(question, onSegment, signal) {
    const response = await this.#call("v1/ask", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...question, stream: true }),
      signal,
    });
    if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response.json();
    try {
      for await (const { event, data } of events(response.body)) {
        const sent = JSON.parse(data);
        if (event === "segment") onSegment(sent);
        if (event === "problem") throw new Trouble(sent.status);
        if (event === "done") return sent;
      }
    } catch (error) {
      if (signal.aborted || error instanceof Trouble) throw error;
    }
    throw new Trouble("cut");
  }

  /** @param {{answer_id: string, rating: string, comment: string}} rated as `POST /v1/feedback` takes it */
  rate(rated) {
    return this.#call("v1/feedback", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(rated),
    });
  }

  /** What became of a citation: `status`, and its `place` now. */
  citation(id) {
    return this.#json(`v1/citations/${encodeURIComponent(id)}`);
  }

  /** The canonical text of a report. */
  async text(reportId, snapshotId) {
    const key = `${snapshotId} ${reportId}`;
    if (!this.#texts.has(key)) {
      const response = await this.#call(`v1/reports/${encodeURIComponent(reportId)}/text`);
      if (this.#texts.size > 3) this.#texts.clear();
      this.#texts.set(key, await response.text());
    }
    return this.#texts.get(key);
  }

  report(reportId) {
    return this.#json(`v1/reports/${encodeURIComponent(reportId)}`);
  }

  /** The reports that can be asked. */
  async reports() {
    return (await this.#json("v1/reports")).reports;
  }

  async #json(path) {
    return (await this.#call(path)).json();
  }

  async #call(path, options = {}, again = true) {
    const headers = { ...options.headers };
    if (this.channel) headers["x-judian-channel"] = this.channel;
    const secret = this.channel ? await this.#tokened() : this.keep.read("key");
    if (secret) headers.authorization = `Bearer ${secret}`;
    let response;
    try {
      response = await fetch(new URL(path, this.home), { ...options, headers, credentials: "omit" });
    } catch (error) {
      if (options.signal?.aborted) throw error;
      throw new Trouble(await this.#whyNot());
    }
    if (response.ok) return response;
    const { title } = await response.json().catch(() => ({}));
    const kind = REFUSED[title] ?? response.status;
    if (kind === "token") {
      this.#token = null;
      if (secret && again) return this.#call(path, options, false);
    }
    throw new Trouble(kind, Number(response.headers.get("retry-after")));
  }

  /** A token of the channel, where the page says who gives one: its own back end, or a function `token` of the element. */
  async #tokened() {
    const { token, dataset } = this.host;
    const ask = async () => (await (await fetch(dataset.tokenUrl, { cache: "no-store" })).json()).token;
    try {
      return await (this.#token ??= token ? token() : dataset.tokenUrl && ask());
    } catch {
      this.#token = null;
      throw new Trouble("token");
    }
  }

  /** A browser says only that a request failed. The service may be out of reach, or answer and not to this page. */
  async #whyNot() {
    if (navigator.onLine === false) return "offline";
    const there = await fetch(new URL("healthz", this.home), { mode: "no-cors", cache: "no-store" }).catch(() => null);
    return there && new URL(this.home).origin !== location.origin ? "origin" : "unreachable";
  }
}
