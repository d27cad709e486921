// Nodes. What a report or an answer says reaches the page as text alone: nothing in it can become markup.

/**
 * @param {string} name and classes: `p.label`
 * @param {...(Node|string|null|Record<string, string>)} parts children, and attributes as an object
 */
export function element(name, ...parts) {
  const [tag, ...classes] = name.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const part of parts) {
    if (part instanceof Node || typeof part === "string") node.append(part);
    else for (const [key, value] of Object.entries(part ?? {})) node.setAttribute(key, value);
  }
  return node;
}

export function button(className, label, onClick, attributes = {}) {
  const node = element("button", { type: "button", class: className, ...attributes }, label);
  node.addEventListener("click", onClick);
  return node;
}

/** A button that is a sign, with its meaning in words. */
export function sign(glyph, meaning, onClick) {
  return button("step", glyph, onClick, { "aria-label": meaning, title: meaning });
}

/** Says in which language a text is: with what voice it is read, and with the glyphs of which country it is written. */
export function tongue(text) {
  return { lang: /\p{Script=Han}/u.test(text) ? "zh-CN" : "en" };
}

// A figure in bold (Markdown), which is left as it stands; or one that the source masks: **年, 22**项, 3×件.
const BOLD_OR_MASKED = /(\*\*[\d.,]+[^*\s]{0,3}\*\*)|([\d.]*[*＊×]+[\d.]*(?=\s*[\p{Script=Han}%％]))/gu;

/** The text with the places that its source masks shown as such. */
export function plain(text, words) {
  const nodes = [];
  let cursor = 0;
  for (const match of text.matchAll(BOLD_OR_MASKED)) {
    if (match[2] === undefined) continue;
    nodes.push(text.slice(cursor, match.index));
    const read = { role: "img", "aria-label": `${match[0]}${words.colon}${words.masked}`, title: words.masked };
    nodes.push(element("span.masked", read, match[0]));
    cursor = match.index + match[0].length;
  }
  return [...nodes, text.slice(cursor)];
}

/** How many UTF-16 units the first `n` characters of `text` have: spans count characters, strings count units. */
export function units(text, n) {
  let at = 0;
  for (let left = n; left > 0 && at < text.length; left -= 1) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

/** The characters `[start, end)` of `text`. */
export function cut(text, start, end) {
  const from = units(text, start);
  return text.slice(from, from + units(text.slice(from), end - start));
}

/**
 * `text` with the `highlights` in it marked.
 * @param {number} offset what number its first character has  @param {{start: number, end: number}[]} highlights
 */
export function marked(text, offset, highlights, words) {
  const nodes = [];
  let cursor = 0;
  for (const { start, end } of highlights) {
    const [from, to] = [start - offset, end - offset];
    if (from < cursor) continue;
    const figure = element("b.figure", ...plain(cut(text, from, to), words));
    nodes.push(...plain(cut(text, cursor, from), words), figure);
    cursor = to;
  }
  return [...nodes, ...plain(cut(text, cursor, Infinity), words)];
}

/** A segment's text: marked where its citations mark their quotes, also where a model wrote it in other words. */
export function said(text, citations, words) {
  const quoted = citations.find((citation) => citation.quote === text);
  if (quoted) return marked(text, quoted.start, quoted.highlights, words);
  const spans = [];
  for (const { quote, start, highlights } of citations) {
    for (const highlight of highlights) {
      const figure = cut(quote, highlight.start - start, highlight.end - start);
      const at = text.indexOf(figure);
      if (!figure || figure === text || at < 0 || at !== text.lastIndexOf(figure)) continue; // which of two is meant nobody knows
      const from = [...text.slice(0, at)].length;
      spans.push({ start: from, end: from + [...figure].length });
    }
  }
  const inOrder = spans.sort((one, other) => one.start - other.start);
  return marked(text, 0, inOrder, words);
}
