// What scripts add to the page of a report: the cited words scrolled to and stepped through, the section that one is in
// shown in the outline, words found without loading the page again, the quote copied with its reference.

import { copy } from "./copy.js";

const FROM_TOP = 0.25; // of the window: where what is shown comes to stand
const main = document.querySelector("main");
const words = main.dataset;
const blocks = [...document.querySelectorAll(".block")];
const starts = blocks.map((block) => Number(block.dataset.at));

/** The last of `sorted` that is not above `at`, by its place; -1 where all are. */
function lastUpTo(sorted, at) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The text node and the UTF-16 unit in it where the character `at` of the report is: spans count characters. */
function locate(at) {
  const index = lastUpTo(starts, at);
  const walker = document.createTreeWalker(blocks[index], NodeFilter.SHOW_TEXT);
  let left = at - starts[index];
  let node = null;
  while (walker.nextNode()) {
    node = walker.currentNode;
    let unit = 0;
    for (; left > 0 && unit < node.length; left -= 1) unit += node.data.codePointAt(unit) > 0xffff ? 2 : 1;
    if (left === 0 && unit < node.length) return [node, unit];
  }
  return [node, node.length];
}

/** The characters `[start, end)` of the report. */
function rangeOf({ start, end }) {
  const range = new Range();
  range.setStart(...locate(start));
  const [node, unit] = locate(end - 1);
  range.setEnd(node, unit + (node.data.codePointAt(unit) > 0xffff ? 2 : 1));
  return range;
}

/** Scrolls to it; what is laid out on the way there is as high as it is only then. */
function bring(shown, again = 3) {
  const top = shown.getBoundingClientRect().top - innerHeight * FROM_TOP;
  window.scrollBy({ top, behavior: "instant" });
  if (again) requestAnimationFrame(() => bring(shown, again - 1));
}

function highlight(name, ranges) {
  if (ranges.length) CSS.highlights.set(name, new Highlight(...ranges));
  else CSS.highlights.delete(name);
}

/** Buttons for the one before and the one after, with which of how many it is. */
class Steps {
  /** @param {(at: number) => void} show  @param {(at: number, all: number) => string} say */
  constructor(show, say) {
    Object.assign(this, { show, say, n: 0, at: -1 });
    this.said = document.createElement("span");
    const button = (glyph, meaning, by) => {
      const made = document.createElement("button");
      Object.assign(made, { type: "button", textContent: glyph, title: meaning });
      made.setAttribute("aria-label", meaning);
      made.addEventListener("click", () => this.go(this.at + by));
      return made;
    };
    this.node = document.createElement("span");
    this.node.className = "steps";
    this.node.append(button("‹", words.previous, -1), this.said, button("›", words.next, 1));
    this.node.hidden = true;
  }

  /** From now on there are `n`, of which `at` is shown first. */
  begin(n, at = 0) {
    this.n = n;
    this.node.hidden = n < 2;
    if (n) this.go(at);
  }

  /** Behind the last comes the first. */
  go(at) {
    this.at = (at + this.n) % this.n;
    this.said.textContent = this.say(this.at, this.n);
    this.show(this.at);
  }
}

// Citations: the server marked them; scripts bring them into view.
const anchors = [...document.querySelectorAll(".citations a[href^='#c']")].map((link) => link.hash.slice(1));
const citations = new Steps(
  (at) => {
    const first = document.getElementById(anchors[at]);
    const marks = [...document.querySelectorAll("mark[data-of]")];
    for (const mark of marks) mark.classList.toggle("now", mark.dataset.of.split(" ").includes(anchors[at]));
    first.focus({ preventScroll: true });
    bring(first);
  },
  (at) => `${words.citation.replace("{number}", anchors[at].slice(1))} / ${document.querySelectorAll(".citations li").length}`,
);
if (anchors.length) {
  // In the bar that stays in sight: who reads a quote in the text goes on from there.
  document.querySelector("form[role=search]").prepend(citations.node);
  document.querySelector(".citations").addEventListener("click", (event) => {
    const at = anchors.indexOf(event.target.hash?.slice(1));
    if (at < 0 || event.target.pathname !== location.pathname) return;
    event.preventDefault();
    history.replaceState(history.state, "", event.target.hash);
    citations.go(at);
  });
  for (const quote of document.querySelectorAll(".citations blockquote")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: words.copy, className: "copy" });
    button.addEventListener("click", async () => {
      const text = `“${quote.textContent}”\n${document.querySelector(".reference").textContent}`;
      button.textContent = (await copy(text, document.body)) ? words.copied : words.notCopied;
      setTimeout(() => (button.textContent = words.copy), 2000);
    });
    quote.after(button);
  }
}

addEventListener("keydown", (event) => {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const other = event.target.localName === "input" || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey;
  if (step && anchors.length > 1 && !other) citations.go(citations.at + step);
});

// Search: the server folds widths, characters and numerals; where a browser cannot mark ranges, it loads the page again.
const form = document.querySelector("form[role=search]");
const told = form.querySelector("output");
let ranges = [];
const hits = new Steps(
  (at) => {
    highlight("judian-hit", ranges);
    highlight("judian-hit-now", [ranges[at]]);
    bring(ranges[at]);
  },
  (at, all) => `${at + 1} / ${all}`,
);
form.append(hits.node);

function show(found, more) {
  ranges = found.map(rangeOf);
  for (const mark of document.querySelectorAll("mark.hit")) mark.classList.remove("hit");
  highlight("judian-hit", []);
  highlight("judian-hit-now", []);
  const said = !found.length ? words.none : more ? words.many : words.found;
  told.textContent = said.replace("{n}", found.length);
  hits.begin(found.length);
}

async function search(q) {
  const channel = new URLSearchParams(location.search).get("channel");
  const query = new URLSearchParams(channel ? { q, channel } : { q });
  try {
    const response = await fetch(`${words.report}/find?${query}`);
    if (!response.ok) throw new Error(response.statusText);
    const { spans, more } = await response.json();
    if (form.q.value === q) show(spans, more);
  } catch (error) {
    console.warn("judian:", error);
    told.textContent = words.failed;
  }
}

if (CSS.highlights) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (hits.n && form.dataset.searched === form.q.value) hits.go(hits.at + 1);
    else search((form.dataset.searched = form.q.value));
  });
}

// The outline: the section of the line that stands where the eye is.
const links = new Map([...document.querySelectorAll("nav a")].map((link) => [link.hash.slice(1), link]));
const headings = [...links.keys()].map((id) => Number(id.slice(1)));
const near = new Set();
let current = null;
let waiting = false;

function mark() {
  waiting = false;
  const line = innerHeight * FROM_TOP + 4;
  const block = blocks.find((one) => near.has(one) && one.getBoundingClientRect().bottom > line);
  if (!block) return;
  let at = lastUpTo(headings, Number(block.dataset.at) - 1);
  for (const heading of block.querySelectorAll("h2, h3, h4, h5, h6")) {
    if (heading.getBoundingClientRect().top > line) break;
    at = lastUpTo(headings, Number(heading.id.slice(1)));
  }
  const link = at < 0 ? null : links.get(`s${headings[at]}`);
  if (link === current) return;
  current?.removeAttribute("aria-current");
  link?.setAttribute("aria-current", "true");
  current = link;
  const nav = document.querySelector("nav");
  if (link && nav.scrollHeight > nav.clientHeight) {
    nav.scrollTop += link.getBoundingClientRect().top - nav.getBoundingClientRect().top - nav.clientHeight / 3;
  }
}

const soon = () => {
  if (!waiting) requestAnimationFrame(mark);
  waiting = true;
};
const seen = new IntersectionObserver((changes) => {
  for (const { target, isIntersecting } of changes) near[isIntersecting ? "add" : "delete"](target);
  soon();
});
if (links.size) {
  for (const block of blocks) seen.observe(block);
  addEventListener("scroll", soon, { passive: true });
}

// What the address asks for: a place in it, words, or the first citation that stands here.
const named = location.hash.slice(1);
if (anchors.length) citations.begin(anchors.length, Math.max(anchors.indexOf(named), 0));
if (form.q.value.trim() && CSS.highlights) search((form.dataset.searched = form.q.value));
if (links.has(named)) bring(document.getElementById(named));
