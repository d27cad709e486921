// An answer as it is shown: sentences, lists as lists, outlines as trees, comparisons as tables, refusals with reasons.

import { button, element, said, tongue } from "./marks.js";

// A number that an item brings along: 一、 一是 （一） 1. ① 第一章
const NUMBERED = /^\s*(?:[（(①-⑳第]|[\d一二三四五六七八九十]+[、是，.．）)])/;

/**
 * @param {object} answer as the service gives it, or what came of it so far
 * @param {{cite: (number: number) => void, ask: (question: string) => void, words: object}} on
 * @returns {Node[]}
 */
export function answerNodes(answer, on) {
  const nodes = [];
  if (answer.status === "abstained") nodes.push(...refusal(answer, on));
  if (answer.reason !== "not_in_reports") nodes.push(...body(answer, on));
  // A cell, an item or a quotation has its report over it; what a model wrote has not.
  const from = answer.segments.some((segment) => !segment.label) ? answer.citations : [];
  if (from.length)
    nodes.push(
      named(
        on.words.sources,
        from.map(({ number, title }) => `[${number}] ${title}`),
      ),
    );
  if (answer.missing.length) nodes.push(named(on.words.missing, answer.missing));
  if (answer.searched.length) nodes.push(named(on.words.searched, answer.searched));
  return nodes;
}

function refusal(answer, on) {
  const [line] = answer.text.split("\n");
  const nodes = [element("p.notice", element("strong", on.words.reason[answer.reason] ?? ""), line)];
  // A line for what is no question quotes questions that can be asked.
  const quoted = [...line.matchAll(/[“"]([^”"]+[？?])[”"]/g)].map((match) => match[1]);
  const narrowed = answer.options.map((option) => [option, `${option}${on.words.colon}${answer.question}`]);
  const choices = [...narrowed, ...quoted.map((question) => [question, question])];
  if (choices.length) {
    const list = element("ul.choices");
    for (const [label, question] of choices) {
      list.append(
        element(
          "li",
          button("choice", label, () => on.ask(question)),
        ),
      );
    }
    nodes.push(list);
  } else if (answer.reason === "not_in_reports") {
    nodes.push(element("p.hint", on.words.askInstead));
  }
  return nodes;
}

function body(answer, on) {
  if (!answer.segments.length) return [];
  if (answer.kind === "compare") return [table(answer, on)];
  const shape = { outline: tree, list, count: answer.segments.length > 1 && list }[answer.kind];
  if (shape)
    return groups(answer).map((group) => element("div.segment", label(group), shape(answer, group.segments, on)));
  return groups(answer).flatMap((group) => {
    if (!group.label) {
      // What a model writes is one text, sentence by sentence.
      return [element("p.written", ...group.segments.flatMap((segment) => sentence(answer, segment, on)))];
    }
    const quotes = group.segments.map((segment) => element("p", ...sentence(answer, segment, on)));
    return [element("div.segment", label(group), ...quotes)];
  });
}

/** Neighbouring segments with the same label. */
function groups(answer) {
  const found = [];
  for (const segment of answer.segments) {
    if (found.length && found.at(-1).label === segment.label) found.at(-1).segments.push(segment);
    else found.push({ label: segment.label, segments: [segment] });
  }
  return found;
}

function label(group) {
  return group.label ? element("p.label", tongue(group.label), group.label) : "";
}

function cited(answer, segment) {
  return segment.citations.map((number) => answer.citations.find((one) => one.number === number)).filter(Boolean);
}

function sentence(answer, segment, on) {
  const citations = cited(answer, segment);
  const chips = citations.map((citation) => {
    const where = [citation.title, ...citation.heading_path].join(" › ");
    const attributes = { "aria-label": `${on.words.citation(citation.number)}${on.words.colon}${where}`, title: where };
    return button("chip", String(citation.number), () => on.cite(citation.number), {
      ...attributes,
      "data-number": citation.number,
    });
  });
  return [element("span.said", tongue(segment.text), ...said(segment.text, citations, on.words)), ...chips];
}

function list(answer, segments, on) {
  const numbered = segments.some((segment) => NUMBERED.test(segment.text));
  const items = segments.map((segment) => element("li", ...sentence(answer, segment, on)));
  return element(numbered ? "ul" : "ol", { class: numbered ? "numbered" : "items" }, ...items);
}

/** The headings as a tree, each as deep as its place in its report. */
function tree(answer, segments, on) {
  const depths = segments.map((segment) => cited(answer, segment)[0]?.heading_path.length ?? 0);
  const top = element("ul.numbered.tree");
  const open = [{ depth: Math.min(...depths), list: top }];
  for (const [at, segment] of segments.entries()) {
    while (open.length > 1 && open.at(-1).depth > depths[at]) open.pop();
    if (open.at(-1).depth < depths[at] && open.at(-1).list.lastElementChild) {
      const below = element("ul.numbered");
      open.at(-1).list.lastElementChild.append(below);
      open.push({ depth: depths[at], list: below });
    }
    open.at(-1).list.append(element("li", ...sentence(answer, segment, on)));
  }
  return top;
}

/** One row for each report, year or district; a cell without a citation says that nothing is said there. */
function table(answer, on) {
  const rows = element("tbody");
  for (const group of groups(answer)) {
    const cell = element("td");
    for (const segment of group.segments) {
      if (segment.citations.length) cell.append(element("p", ...sentence(answer, segment, on)));
      else cell.append(element("p.none", segment.text || on.words.notMentioned));
    }
    rows.append(element("tr", element("th", { scope: "row" }, group.label ?? ""), cell));
  }
  const heads = element("tr", ...on.words.columns.map((head) => element("th", { scope: "col" }, head)));
  return element("table", element("thead", heads), rows);
}

function named(head, names) {
  const list = element("ul", ...names.map((name) => element("li", name)));
  return element("div.named", element("p.label", head), list);
}
