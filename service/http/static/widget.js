"use strict";
// <script src="https://HOST/widget.js" data-judian></script>: a button in the corner of any page. The panel itself is
// loaded with the first click. A classic script without imports, so that one line is enough.
(() => {
  const script = document.currentScript ?? document.querySelector("script[data-judian]");
  const home = new URL(".", script.src).href;

  const WORDS = {
    zh: {
      ask: "问报告",
      loading: "正在打开…",
      failed: "打不开：{host} 无法访问，或本页的安全策略不允许。请稍后再试。",
    },
    en: {
      ask: "Ask the reports",
      loading: "Opening…",
      failed: "{host} is out of reach, or this page's policy forbids it. Try again later.",
    },
  };

  // What the page around it says must not reach in: the host element's own rules are `!important`, which beats those of
  // the page, and everything inside starts from `all: initial`.
  const LOOK = `
    :host { display: block !important; }
    :host([data-mode="float"]) {
      all: initial !important; position: fixed !important; z-index: var(--judian-z-index, 1000) !important;
    }
    .root { all: initial; display: block; color-scheme: light; }
    .root[data-theme="dark"] { color-scheme: dark; }
    .launch {
      position: fixed; bottom: max(16px, env(safe-area-inset-bottom)); right: 16px; max-width: min(320px, 80vw);
      padding: 10px 20px; border: 0; border-radius: 24px; cursor: pointer; text-align: start;
      font: 600 16px/1.5 system-ui, sans-serif;
      background: #9c1c1c; color: #fff; box-shadow: 0 2px 12px #0005;
    }
    .root[data-position="left"] .launch { right: auto; left: 16px; }
    .launch:focus-visible { outline: 3px solid #f3b53f; outline-offset: 2px; }
    .launch[hidden] { display: none; }
    @supports (color: oklch(from red l c h)) {
      .launch { background: oklch(from var(--theme, #9c1c1c) min(l, .5) c h); }
    }
    @media print { .launch { display: none; } }
  `;

  class JudianChat extends HTMLElement {
    #button = null;
    #panel = null;
    #loading = null;
    #failures = "";

    connectedCallback() {
      if (this.shadowRoot) return;
      const { language, theme, position = "", color = "", zIndex = "", title } = this.dataset;
      const english = /^en/i.test(language || document.documentElement.lang);
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(LOOK);
      const shadow = this.attachShadow({ mode: "open" });
      shadow.adoptedStyleSheets = [sheet];
      const root = document.createElement("div");
      root.className = "root";
      root.lang = english ? "en" : "zh";
      Object.assign(root.dataset, { position, mode: this.mode });
      const dark = matchMedia("(prefers-color-scheme: dark)");
      const paint = () => (root.dataset.theme = theme || (dark.matches ? "dark" : "light"));
      dark.addEventListener("change", paint);
      paint();
      if (CSS.supports("color", color)) root.style.setProperty("--theme", color);
      if (/^-?\d+$/.test(zIndex)) this.style.setProperty("--judian-z-index", zIndex);
      shadow.append(root);
      this.words = WORDS[english ? "en" : "zh"];
      this.label = title || this.words.ask;
      if (this.mode !== "float") {
        this.open();
        return;
      }
      this.#button = document.createElement("button");
      this.#button.type = "button";
      this.#button.className = "launch";
      this.#button.textContent = this.label;
      this.#button.setAttribute("aria-haspopup", "dialog");
      this.#button.addEventListener("click", () => this.open());
      root.append(this.#button);
    }

    get mode() {
      return this.dataset.mode ?? "inline";
    }

    /** Where the service is: its panel, its answers, its reports. */
    get home() {
      return new URL(this.dataset.server ?? home, document.baseURI).href.replace(/\/?$/, "/");
    }

    /** Opens the panel; loads it first where that has not happened. */
    async open() {
      this.#panel ??= await (this.#loading ??= this.#load());
      this.#panel?.show();
      if (this.#button) this.#button.hidden = this.#panel !== null;
    }

    /** What the panel calls once it is closed: the focus goes back to where it came from. */
    closed() {
      if (!this.#button) return;
      this.#button.hidden = false;
      this.#button.focus({ preventScroll: true });
    }

    async #load() {
      const said = this.#button ?? this.shadowRoot.firstElementChild;
      if (this.#button) said.textContent = this.words.loading;
      try {
        const [{ mount }, look] = await Promise.all([
          import(new URL(`static/chat.js${this.#failures}`, this.home).href),
          fetch(new URL("static/chat.css", this.home), { credentials: "omit" }).then((response) => {
            if (!response.ok) throw new Error(response.statusText);
            return response.text();
          }),
        ]);
        said.textContent = this.#button ? this.label : "";
        return await mount(this, look);
      } catch (error) {
        console.warn("judian:", error);
        said.textContent = this.words.failed.replace("{host}", new URL(this.home).host);
        this.#loading = null;
        // A browser does not fetch again what it once failed to import under an address.
        this.#failures += "?";
        return null;
      }
    }
  }

  if (!customElements.get("judian-chat")) customElements.define("judian-chat", JudianChat);

  if (script.dataset.judian !== undefined) {
    const add = () => {
      const chat = document.createElement("judian-chat");
      Object.assign(chat.dataset, { server: home, mode: "float" }, script.dataset);
      delete chat.dataset.judian;
      document.body.append(chat);
    };
    if (document.body) add();
    else document.addEventListener("DOMContentLoaded", add, { once: true });
  }
})();
