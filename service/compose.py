"""What was decided, as the answer that is given: cited, labelled, in the language of the question."""

from __future__ import annotations

import hashlib

from indexer.chunks import full_title
from indexer.store.snapshot import Snapshot
from service.abstain import Decision
from service.certainty import certainty_of
from service.cite import cite
from service.types import Answer, Question, Segment
from service.understand import Understood

WORDS = {
    "zh": {
        "not_in_reports": "已检索的报告中没有找到这个问题的答案。",
        "ambiguous": "各报告说法不同，请说明是哪一个：",
        "masked_in_source": "原文在这一处作了遮盖，无法给出答案：",
        "missing": "没有找到：{names}。",
        "report": "{title}：",
    },
    "en": {
        "not_in_reports": "The reports that were searched do not answer this question.",
        "ambiguous": "The reports differ; say which of them you mean:",
        "masked_in_source": "The source masks the value asked for: ",
        "missing": "Not found: {names}.",
        "report": "{title}: ",
    },
}


def compose(
    question: Question,
    understood: Understood,
    decision: Decision,
    snapshot: Snapshot,
    elapsed_ms: dict[str, float],
    line: str | None = None,
) -> Answer:
    """The answer to ``question``: a segment and a citation for each piece that was decided on. ``line`` stands in the
    place of what is said of its reason."""
    words, draft = WORDS[understood.language], decision.draft
    citations = tuple(
        cite(number, snapshot.reports[piece.report_id], piece.span, piece.heading_path, piece.highlights, piece.also_in)
        for number, piece in enumerate(draft.pieces, start=1)
    )
    segments = tuple(
        Segment(
            text=citation.quote,
            label=piece.label or full_title(snapshot.reports[piece.report_id]),
            citations=(citation.number,),
        )
        for piece, citation in zip(draft.pieces, citations, strict=True)
    )
    lines = [f"{words['report'].format(title=s.label)}{s.text} [{s.citations[0]}]" for s in segments]
    if decision.reason is not None:
        lines.insert(0, line or words[decision.reason])
    if decision.reason == "ambiguous":
        lines += draft.options
    if draft.missing:
        lines.append(words["missing"].format(names=", ".join(draft.missing)))
    snapshot_id = snapshot.manifest.snapshot_id
    seed = "\n".join((snapshot_id, question.model_dump_json()))
    return Answer(
        answer_id="a" + hashlib.sha256(seed.encode("utf-8", "surrogatepass")).hexdigest()[:16],
        question=question.question,
        language=understood.language,
        kind=understood.kind,
        status=decision.status,
        reason=decision.reason,
        confidence=round(decision.confidence, 4),
        certainty=certainty_of(decision.reason, decision.confidence),
        text="\n".join(lines),
        segments=segments,
        searched=draft.searched,
        missing=draft.missing,
        options=draft.options,
        citations=citations,
        snapshot_id=snapshot_id,
        elapsed_ms=elapsed_ms,
    )
