"use strict";
// The filters and the deep links. Without this script every question is there, unfiltered.

const form = document.querySelector("#_filter");
const entries = [...document.querySelectorAll("#_questions > li")].map((node) => ({
  node, type: node.dataset.type, lang: node.dataset.lang, ends: node.dataset.ends.split(" "), text: undefined,
}));

// Full-width and half-width, capital and small letters are found alike.
const fold = (text) => text.normalize("NFKC").toLowerCase();

// What is searched: question, gold, answers and citations, not the names of measures. Made when it is first needed.
const textOf = (entry) => entry.text ??=
  fold([...entry.node.querySelectorAll(".find")].map((node) => node.textContent).join("\n"));

function ended(entry, end, run) {
  const ends = run === "" ? entry.ends : [entry.ends[Number(run)]];
  return end === "differs" ? new Set(entry.ends).size > 1 : ends.includes(end);
}

function apply() {
  const { text, type, lang, end, run } = Object.fromEntries(new FormData(form));
  const words = fold(text).split(/\s+/).filter(Boolean);
  let n = 0;
  for (const entry of entries) {
    const shown = (!type || entry.type === type) && (!lang || entry.lang === lang)
      && (!end || ended(entry, end, run ?? "")) && words.every((word) => textOf(entry).includes(word));
    entry.node.hidden = !shown;
    n += shown;
  }
  form.querySelector("output").textContent = `${n.toLocaleString("en")} of ${entries.length.toLocaleString("en")} questions`;
}

function openLinked() {
  let id = location.hash.slice(1);
  try { id = decodeURIComponent(id); } catch { /* not encoded: taken as it is */ }
  const question = document.getElementById(id);
  if (!question?.matches("details.question")) return;
  if (question.parentNode.hidden) {
    form.reset();
    apply();
  }
  question.open = true;
  question.scrollIntoView();
  question.querySelector("summary").focus({ preventScroll: true });
  // Entries that come into view take their real height only then, and move what is below them.
  requestAnimationFrame(() => question.scrollIntoView());
}

if (form) {
  form.hidden = false;
  let waiting;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 120);
  });
  form.addEventListener("reset", () => setTimeout(apply));
  form.addEventListener("submit", (event) => event.preventDefault());
  addEventListener("hashchange", openLinked);
  apply();
  openLinked();
}
