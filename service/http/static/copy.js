// An answer with its sources as text, as one pastes it into a document.

/** Where a citation opens in the source viewer of the service. */
export function linkTo({ home, channel }, citation) {
  const path = `source/${encodeURIComponent(citation.report_id)}?citation=${encodeURIComponent(citation.citation_id)}`;
  return new URL(channel ? `${path}&channel=${channel}` : path, home).href;
}

/** The answer, then each source with its headings, its words and its link. */
export function plainText(answer, api, words) {
  const sources = answer.citations.map((citation) => {
    const where = [citation.title, ...citation.heading_path, ...(citation.page ? [words.page(citation.page)] : [])];
    return `[${citation.number}] ${where.join(" › ")}\n“${citation.quote}”\n${linkTo(api, citation)}`;
  });
  return joined(answer, words, sources);
}

/**
 * The answer, then its sources as GB/T 7714—2015 writes a report online: 责任者. 题名: 文号[R/OL]. (发布日期)[引用日期]. 网址.
 * @param {Map<string, object>} reports by id, as `GET /v1/reports/{id}` gives them
 */
export function gbText(answer, api, words, reports) {
  const today = new Date().toLocaleDateString("sv"); // as ISO 8601 writes it
  const sources = answer.citations.map((citation) => {
    const named = reports.get(citation.report_id)?.reference ?? `${citation.title}[R/OL]. `;
    return `[${citation.number}] ${named}[${today}]. ${linkTo(api, citation)}.`;
  });
  return joined(answer, words, sources);
}

function joined(answer, words, sources) {
  const said = answer.segments.map(({ label, text, citations }, at) => {
    const numbers = citations.map((number) => `[${number}]`).join("");
    const isNew = label && label !== answer.segments[at - 1]?.label;
    return `${isNew ? `${label}${words.colon}` : ""}${text}${numbers}`;
  });
  const refused = answer.status === "abstained" ? [answer.text.split("\n")[0]] : [];
  const lines = [...refused, ...said];
  return sources.length ? `${lines.join("\n")}\n\n${words.sources}\n${sources.join("\n")}` : lines.join("\n");
}

/** @param {Node} root where a field may stand for a moment  @returns {Promise<boolean>} whether the text was copied */
export async function copy(text, root) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    /* over plain HTTP browsers have no clipboard; the old way works there */
  }
  const before = root.getRootNode().activeElement;
  const field = document.createElement("textarea");
  field.className = "unseen";
  field.value = text;
  root.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}
