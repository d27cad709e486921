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

// A figure in bold (Markdown), which is left as it stands; or one that the source masks: **年, 22**项, 3×件.
const BOLD_OR_MASKED = /(\*\*[\d.,]+[^*\s]{0,3}\*\*)|([\d.]*[*＊×]+[\d.]*(?=\s*[\p{Script=Han}%％]))/gu;

/** The text with the places that its source masks shown as such. */
export function plain(text, words) {
  const nodes = [];
  let cursor = 0;
  for (const match of text.matchAll(BOLD_OR_MASKED)) {
    if (match[2] === undefined) continue;
    nodes.push(text.slice(cursor, match.index));
    const hidden = element("span.unseen", `（${words.masked}）`);
    nodes.push(element("span.masked", { title: words.masked }, match[0]), hidden);
    cursor = match.index + match[0].length;
  }
  return [...nodes, text.slice(cursor)];
}

/**
 * The characters `[start, end)` with the `highlights` in them marked.
 * @param {string[]} points code points  @param {number} offset what number the first of them has
 * @param {{start: number, end: number}[]} highlights in order
 */
export function marked(points, offset, start, end, highlights, words) {
  const cut = (from, to) => plain(points.slice(from - offset, to - offset).join(""), words);
  const nodes = [];
  let cursor = start;
  for (const highlight of highlights) {
    if (highlight.start < cursor || highlight.end > end) continue;
    nodes.push(...cut(cursor, highlight.start), element("b.figure", ...cut(highlight.start, highlight.end)));
    cursor = highlight.end;
  }
  return [...nodes, ...cut(cursor, end)];
}

/** A segment's text: marked where its citations mark their quotes, also where a model wrote it in other words. */
export function said(text, citations, words) {
  const points = Array.from(text);
  const quoted = citations.find((citation) => citation.quote === text);
  if (quoted) return marked(points, quoted.start, quoted.start, quoted.end, quoted.highlights, words);
  const spans = [];
  for (const { quote, start, highlights } of citations) {
    const characters = Array.from(quote);
    for (const highlight of highlights) {
      const figure = characters.slice(highlight.start - start, highlight.end - start).join("");
      const at = text.indexOf(figure);
      if (!figure || at < 0 || at !== text.lastIndexOf(figure)) continue; // which of two is meant nobody knows
      const begin = Array.from(text.slice(0, at)).length;
      spans.push({ start: begin, end: begin + Array.from(figure).length });
    }
  }
  spans.sort((one, other) => one.start - other.start);
  return marked(points, 0, 0, points.length, spans, words);
}
