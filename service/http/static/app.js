"use strict";
// Reports and answers reach the page as text nodes only: nothing in a report can become markup.

const $ = (selector) => document.querySelector(selector);

function element(name, className, ...children) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...children);
  return node;
}

// A service that other machines reach asks for a key; it is kept for this tab alone.
const KEY = "judian-key";

async function call(path, options = {}) {
  const key = sessionStorage.getItem(KEY);
  const headers = key ? { ...options.headers, authorization: `Bearer ${key}` } : options.headers;
  const response = await fetch(path, { ...options, headers });
  if (response.ok) return response;
  if (response.status === 401) {
    const given = prompt("此服务需要密钥。 This service asks for an API key:");
    if (given) {
      sessionStorage.setItem(KEY, given.trim());
      return call(path, options);
    }
    sessionStorage.removeItem(KEY);
  }
  let detail = response.statusText;
  try { detail = (await response.json()).detail; } catch { /* not a problem detail */ }
  throw new Error(detail);
}

// Spans count code points, JavaScript strings count UTF-16 units: cut arrays of code points, not strings.
function marked(points, offset, start, end, highlights) {
  const nodes = [];
  let cursor = start;
  for (const highlight of highlights) {
    nodes.push(points.slice(cursor - offset, highlight.start - offset).join(""));
    nodes.push(element("b", "", points.slice(highlight.start - offset, highlight.end - offset).join("")));
    cursor = highlight.end;
  }
  nodes.push(points.slice(cursor - offset, end - offset).join(""));
  return nodes;
}

// As service/certainty.py says it.
const CERTAINTY = {
  zh: { certain: "确切", probable: "可能", not_found: "未找到" },
  en: { certain: "certain", probable: "probable", not_found: "not found" },
};

function showAnswer(answer) {
  const box = $("#answer");
  box.replaceChildren();
  if (answer.status === "abstained") box.append(element("p", "notice", answer.text.split("\n")[0]));
  for (const segment of answer.segments) {
    const citation = answer.citations.find((one) => one.number === segment.citations[0]);
    const card = element("div", "segment");
    if (segment.label) card.append(element("span", "label", segment.label));
    const quote = element("p", "", ...marked([...citation.quote], citation.start, citation.start, citation.end, citation.highlights));
    const chip = element("button", "chip", `[${citation.number}] 查看原文`);
    chip.type = "button";
    chip.addEventListener("click", () => showSource(citation).catch(showError));
    card.append(quote, chip);
    box.append(card);
  }
  const said = CERTAINTY[answer.language][answer.certainty];
  box.append(element("p", "status", `${said} · ${Math.round(answer.elapsed_ms.total)} ms · ${answer.snapshot_id}`));
}

function showError(error) {
  $("#answer").replaceChildren(element("p", "notice", error.message));
}

// The reports may have been published anew since the answer: ask where the quote stands now.
async function showSource(citation) {
  const { status, place } = await (await call(`/v1/citations/${encodeURIComponent(citation.citation_id)}`)).json();
  if (!place) {
    const why = status === "gone" ? "原文已不在库中 its report is gone" : "原文已更改 its report has changed";
    throw new Error(`${why}: “${citation.quote}”`);
  }
  const response = await call(`/v1/reports/${encodeURIComponent(place.report_id)}/text`);
  const points = [...(await response.text())];
  const moved = place.start - citation.start;
  const highlights = citation.highlights.map(({ start, end }) => ({ start: start + moved, end: end + moved }));
  const mark = element("mark", "", ...marked(points, 0, place.start, place.end, highlights));
  const source = $("#source");
  source.querySelector("h2").textContent = place.title;
  source.querySelector(".path").textContent = place.heading_path.join(" › ");
  source.querySelector(".text").replaceChildren(
    points.slice(0, place.start).join(""), mark, points.slice(place.end).join(""));
  source.hidden = false;
  mark.scrollIntoView({ block: "center" });
  source.focus({ preventScroll: true });
}

$("#close").addEventListener("click", () => { $("#source").hidden = true; });

$("#question").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("#form").requestSubmit();
  }
});

$("#form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = $("#form button");
  button.disabled = true;
  try {
    const response = await call("/v1/ask", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ question: $("#question").value }),
    });
    showAnswer(await response.json());
  } catch (error) {
    showError(error);
  } finally {
    button.disabled = false;
  }
});

call("/v1/reports").then((response) => response.json()).then(({ reports }) => {
  $("#reports ul").replaceChildren(...reports.map((report) => element("li", "", report.title)));
}).catch(showError);
