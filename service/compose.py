"""What was decided, as the answer that is given: cited, labelled, in the language of the question."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from indexer.chunks import full_title
from indexer.store.snapshot import Snapshot
from indexer.types import Span
from service.abstain import Decision
from service.answers.types import Draft, Gap, Kept, Piece, WorkedOut
from service.certainty import certainty_of
from service.cite import cite
from service.types import Answer, Citation, Given, Question, Segment
from service.understand import Understood

MAX_PLACES = 3  # of those searched, in a cell; ``Answer.searched`` has all
WORDS = {
    "zh": {
        "not_in_reports": "已检索的报告中没有找到这个问题的答案。",
        "ambiguous": "各报告说法不同，请说明是哪一个：",
        "masked_in_source": "原文在这一处作了遮盖，无法给出答案：",
        "counted": "共 {n} 项（按下列各项计数）",
        "counted_some": "共 {n} 项（逐项计数，下列为其中 {shown} 项）",
        "disagrees": "原文说的数与此不同：列出的是 {n} 项（按下列各项计数）",
        "stated": "原文所说“{said}”中的另外 {n} 项",
        "passed_over": "{marks}（原文编号跳过，其间没有）",
        "broken_off": "“{point}”以后的内容（原文到此中断）",
        "masked_items": "原文遮盖的 {n} 项",
        "left_out": "其余 {n} 项（条目过多，只给出前面的）",
        "missing": "没有找到：{names}。",
        "report": "{title}：",
        "side": "{side}（{title}）",
        "not_mentioned": "未提及",
        "looked_in": "（查过：{places}）",
        "worked_out": "按引文数字计算：{sides}",
        "difference": "，相差{difference}",
        "sources": "来源：{names}",
        "removed": "未能与原文核对的 {n} 句",
    },
    "en": {
        "not_in_reports": "The reports that were searched do not answer this question.",
        "ambiguous": "The reports differ; say which of them you mean:",
        "masked_in_source": "The source masks the value asked for: ",
        "counted": "{n}, counted from these",
        "counted_some": "{n}, counted one by one; {shown} of them are",
        "disagrees": "the source states another number than the {n} that it lists, counted from these",
        "stated": "{n} more of “{said}” that the source announces",
        "passed_over": "{marks}, which the numbers of the source pass over",
        "broken_off": "what comes behind “{point}”, where the source breaks off",
        "masked_items": "{n} that the source masks",
        "left_out": "{n} more, which are too many to be given",
        "missing": "Not found: {names}.",
        "report": "{title}: ",
        "side": "{side} ({title})",
        "not_mentioned": "not mentioned",
        "looked_in": " (searched: {places})",
        "worked_out": "worked out from the figures cited: {sides}",
        "difference": "; a difference of {difference}",
        "sources": "Sources: {names}",
        "removed": "{n} sentences that the source does not carry",
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
        cite(number, snapshot.reports[piece.report_id], piece.span, piece.heading_path, _marked(piece), piece.also_in)
        for number, piece in enumerate(draft.pieces, start=1)
    )
    segments = tuple(
        Segment(
            text=(piece.item or piece.span).of(snapshot.reports[piece.report_id].text),
            label=_label(piece, snapshot, words["side"]),
            citations=(citation.number,),
        )
        for piece, citation in zip(draft.pieces, citations, strict=True)
    )
    if draft.counted is not None and draft.pieces:
        first = int(draft.disagrees)  # the sentence that states another number goes before those that are counted
        every = tuple(citation.number for citation in citations[first:])
        how = "counted" if len(every) == draft.counted else "counted_some"
        said = words["disagrees" if first else how].format(n=draft.counted, shown=len(every))
        segments = (*segments[:first], Segment(text=said, citations=every), *segments[first:])
    if draft.worked_out is not None:
        every = tuple(citation.number for citation in citations)
        segments = (*segments, Segment(text=_worked_out(draft.worked_out, words), citations=every))
    side_by_side = any(piece.side for piece in draft.pieces)
    if side_by_side:
        segments += tuple(Segment(text=words["not_mentioned"], label=name) for name in draft.missing)
    lines = [
        _labelled(s, before, words["report"]) + _searched(s, draft, words)
        for before, s in pairwise((None, *segments))
        if s
    ]
    if decision.reason is not None:
        lines.insert(0, line or words[decision.reason])
    if decision.reason == "ambiguous":
        lines += draft.options
    missing = draft.missing
    if draft.n_masked:
        missing = (*missing, words["masked_items"].format(n=draft.n_masked))
    if draft.n_left_out:
        missing = (*missing, words["left_out"].format(n=draft.n_left_out))
    if draft.gap is not None and draft.pieces:
        missing = (*missing, *_lacking(draft.gap, snapshot.reports[draft.pieces[0].report_id].text, words))
    if missing and not side_by_side:
        lines.append(words["missing"].format(names=", ".join(missing)))
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
        missing=missing,
        options=draft.options,
        citations=citations,
        snapshot_id=snapshot_id,
        elapsed_ms=elapsed_ms,
    )


def _lacking(gap: Gap, text: str, words: Mapping[str, str]) -> Iterator[str]:
    """What the source lacks of the points, each in words."""
    if gap.stated is not None and gap.n_lacking:
        yield words["stated"].format(said=gap.stated.of(text), n=gap.n_lacking)
    if gap.passed_over:
        yield words["passed_over"].format(marks="、".join(gap.passed_over))
    if gap.broken_off is not None:
        yield words["broken_off"].format(point=gap.broken_off.of(text))


def _searched(segment: Segment, draft: Draft, words: Mapping[str, str]) -> str:
    """Where it was looked for what a cell does not mention, to stand behind it; empty for any other segment."""
    places = draft.looked_in.get(segment.label or "", ())[:MAX_PLACES] if not segment.citations else ()
    return words["looked_in"].format(places="；".join(places)) if places else ""


def _worked_out(found: WorkedOut, words: Mapping[str, str]) -> str:
    """“甲县 60.8万吨 > 乙县 41.2万吨，相差19.6万吨”."""
    sides = (" = " if found.equal else " > ").join(f"{name} {said}" for name, said in found.sides)
    difference = words["difference"].format(difference=found.difference) if found.difference and not found.equal else ""
    return words["worked_out"].format(sides=sides) + difference


def _marked(piece: Piece) -> tuple[Span, ...]:
    return (piece.item,) if piece.item is not None and piece.item != piece.span else piece.highlights


def _labelled(segment: Segment, before: Segment | None, label: str) -> str:
    """Its line of the text: with its label, unless that of the line before it is the same."""
    is_new = segment.label is not None and (before is None or before.label != segment.label)
    said = label.format(title=segment.label) if is_new else ""
    return f"{said}{segment.text}{''.join(f' [{number}]' for number in segment.citations)}"


def _label(piece: Piece, snapshot: Snapshot, side: str) -> str:
    """Whose it is; which side of a comparison, too."""
    title = piece.label or full_title(snapshot.reports[piece.report_id])
    return title if piece.side is None else side.format(side=piece.side, title=title)


def given(kept: Kept, citations: list[Citation], snapshot: Snapshot) -> Given:
    """The segment of a sentence that was written, and the citations that it adds to those before it; ``citations``
    grows by them."""
    known = {(citation.report_id, citation.start, citation.end): citation for citation in citations}
    cited = []
    for piece in kept.cited:
        place = (piece.report_id, piece.span.start, piece.span.end)
        if place not in known:
            report = snapshot.reports[piece.report_id]
            known[place] = cite(
                len(citations) + 1, report, piece.span, piece.heading_path, piece.highlights, piece.also_in
            )
            citations.append(known[place])
        cited.append(known[place])
    numbers = tuple(sorted({citation.number for citation in cited}))
    return Given(segment=Segment(text=kept.text, citations=numbers), citations=tuple(cited))


def written_line(segment: Segment) -> str:
    """A sentence that a model wrote, with its marks behind it."""
    return segment.text + "".join(f"[{number}]" for number in segment.citations)


def written_answer(
    floor: Answer, segments: Sequence[Segment], citations: Sequence[Citation], n_removed: int, snapshot: Snapshot
) -> Answer:
    """The answer of the ``segments`` that a model wrote, in the place of the extractive one. Where one value was asked
    for it is whole with it; any other may lack what was removed."""
    words = WORDS[floor.language]
    missing = floor.missing
    if n_removed and floor.kind not in ("number", "fact", "metadata"):
        missing = (*missing, words["removed"].format(n=n_removed))
    lines = [written_line(segment) for segment in segments]
    titles = {
        citation.number: f"[{citation.number}] {full_title(snapshot.reports[citation.report_id])}"
        for citation in citations
    }
    lines.append(words["sources"].format(names="; ".join(titles.values())))
    if missing:
        lines.append(words["missing"].format(names=", ".join(missing)))
    text = "\n".join(lines)
    return floor.model_copy(
        update={
            "answer_id": "a" + hashlib.sha256(f"{floor.answer_id}\n{text}".encode()).hexdigest()[:16],
            "status": "partial" if missing else floor.status,
            "mode": "generated",
            "text": text,
            "segments": tuple(segments),
            "citations": tuple(citations),
            "missing": missing,
        }
    )
