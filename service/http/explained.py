"""What ``/openapi.json`` says of each field and parameter: a description and examples, in one table.

Of all records by the name of the field, or of one record as ``Record.field``. The examples are of the sample reports,
so that they can be tried. What holds a record, or several, has the record's own examples.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

REPORT, FILE, TITLE = "r884ca094d72631c8", "2023年澜川市政府工作报告.txt", "2023年澜川市政府工作报告"
CITATION = f"{REPORT}-393-430-0434001b473c"
ANSWER = "k3Jq0m7vZr2hXw9tB1cY8A"
HEADINGS = ["一、2022年工作回顾", "（一）产业转型取得新进展", "2.现代农业经受考验"]
QUESTION = "澜川市2022年粮食总产量是多少？"
QUOTE = "粮食总产量60.8万吨，比上年减少1.7万吨；新建高标准农田13.6万亩。"
SENTENCE = "澜川市2022年粮食总产量为60.8万吨。"
TEXT = f"{TITLE}：{QUOTE} [1]"
SNAPSHOT = "20261104T081502Z-5f0c2a91"
THEN = "2026-11-04T08:15:02+00:00"

# (description, example, further examples)
FIELDS: Mapping[str, tuple[Any, ...]] = {
    # Places in reports.
    "report_id": ("The report, by an id made of what it says: the same in each index that holds it.", REPORT),
    "start": ("The first code point of the span in the report's canonical text, counted from 0.", 393),
    "end": ("The code point behind the last.", 430),
    "title": ("Title of the report.", TITLE),
    "heading_path": ("The headings above the place, from the highest down, each with its number.", HEADINGS),
    "quote": ("What stands there, word for word: `report.text[start:end] == quote`.", QUOTE),
    "citation_id": ("The citation: report, span and a digest of the quote.", CITATION),
    "snapshot_id": ("The index that this was taken from; it changes when reports are indexed again.", SNAPSHOT),
    "Span.start": ("The first code point, counted from 0.", 398),
    "Span.end": ("The code point behind the last.", 404),
    # What is asked.
    "question": ("The question, in Chinese or English.", QUESTION),
    "filters": ("Which reports may answer; all, where it is left out.",),
    "k": ("Passages that are looked at; without it the service's own number (`JUDIAN_K`).", 10, None),
    "Question.history": ("Earlier turns of the conversation, the oldest first, that the question may refer to.",),
    "Question.mode": (
        "`extractive`: sentences of the reports, word for word. `generated`: written by the language model, each "
        "sentence checked. `auto`: `generated` where a model is configured, else `extractive`.",
        "auto",
    ),
    "Question.stream": ("Whether the answer comes as server-sent events, segment by segment.", False),
    "Question.trace": ("Whether the answer tells what the language model was given and what was removed.", False),
    "Turn.question": ("What was asked.", "澜川市2021年粮食总产量是多少？"),
    "Turn.answer": ("The text of what was answered.", "粮食总产量62.5万吨。"),
    "Said.role": ("Who said it.", "user"),
    "Said.content": ("What was said.", "澜川市2021年粮食总产量是多少？"),
    "Filters.report_ids": ("These reports alone.", [REPORT]),
    "Filters.regions": (
        "Of these places and their parts: 广东省 finds what is of 深圳市 too; 全国 what is of the country.",
        ["澜川市"],
    ),
    "Filters.years": ("The report's own year: of a work report of 2023 it is 2023.", [2023]),
    "Filters.years_told": ("The last whole year that it tells of: of a work report of 2023 it is 2022.", [2022]),
    "Filters.kinds": ("Kinds of report, as `/v1/reports` has them.", ["政府工作报告"]),
    "Filters.issuing_bodies": ("Names of issuing bodies, or parts of names.", ["人民政府"]),
    # Answers.
    "answer_id": ("The answer. Where answers are kept it cannot be guessed, and `/v1/feedback` takes it.", ANSWER),
    "Answer.question": ("The question as it was asked.", QUESTION),
    "Answer.rewritten_question": (
        "As it was understood, where it leant on the conversation; else null.",
        None,
        QUESTION,
    ),
    "Answer.language": ("Language of the question.", "zh"),
    "Answer.kind": ("Kind of the question, which decides how it is answered.", "number"),
    "Answer.status": (
        "`answered`; `partial`: of several parts one is not found, or a value is masked; `abstained`, with `reason`.",
        "answered",
    ),
    "Answer.reason": (
        "Why there is no answer: the reports do not say it; the asked value is masked in its source; several reports "
        "say different values, and `options` has what could be meant. Null where there is an answer.",
        None,
        "not_in_reports",
    ),
    "Answer.mode": (
        "How it came to be. `extractive_fallback`: a language model was asked, and what it wrote is not given.",
        "extractive",
    ),
    "Answer.model": ("The language model that wrote it; null for an extractive answer.", None, "openai:qwen-plus"),
    "Answer.prompt": (
        "Digest of the instructions that the model had; null for an extractive answer.",
        None,
        "3f9a0c21",
    ),
    "Answer.fallback": (
        "Why what the model wrote is not given; null where it is, or none was asked.",
        None,
        "timed_out",
    ),
    "Answer.confidence": (
        "The estimated probability, 0 to 1, that what was found answers the question, also where the answer is that "
        "it was not found: no promise that the report is right. It comes of a logistic model over the best evidence "
        "(cosine, words, reader), fitted on labelled questions; of several parts it is that of the least sure. Show "
        "people `certainty`. With `calibrated: false` on `/readyz` it is weak.",
        0.97,
    ),
    "Answer.certainty": ("The word for `confidence` that people are shown: `certain` from .8 on.", "certain"),
    "Answer.text": ("The whole answer as plain text, `[1]` for each citation.", TEXT),
    "Answer.segments": ("The same in pieces: sentences, items of a list, or cells, with their citations.",),
    "Answer.searched": ("For an abstention or a part that is not found: titles of the reports searched.", []),
    "Answer.missing": ("What is asked for and not there; points that the source lacks.", [], ["校车"]),
    "Answer.options": ("What could be meant, where the question leaves it open.", [], ["澜川市", "青屏县"]),
    "Answer.citations": ("The places that carry the answer, by number.",),
    "Answer.elapsed_ms": ("Milliseconds that each step took, and all of them.", {"retrieve": 12.9, "total": 84.1}),
    "Answer.trace": ("What was done for a generated answer, if the question asked for it; else null.", None),
    "Answer.address": (
        "Path under which the answer stands as it was given; null where none is kept.",
        None,
        f"/a/{ANSWER}",
    ),
    "Answer.takes_feedback": ("Whether `POST /v1/feedback` takes its id.", False),
    "Segment.text": ("A sentence, an item or a cell.", QUOTE),
    "Segment.label": (
        "Which report, year or column it is of, where several stand side by side; else null.",
        TITLE,
        None,
    ),
    "Segment.citations": ("Numbers of the citations that carry it.", [1]),
    "Given.segment": ("The piece of the answer.",),
    "Given.citations": ("The citations that it has, and no piece before it.",),
    "Citation.number": ("Its number in the text of the answer, from 1.", 1),
    "Citation.highlights": ("The words in the quote that answer: spans of the report, not of the quote.",),
    "Citation.page": ("Page of the original, where its format has pages; else null.", None),
    "Citation.also_in": ("Ids of other reports that say the same sentence.", []),
    "Trace.input_tokens": ("Tokens that the model was given, as it counts them.", 1834),
    "Trace.output_tokens": ("Tokens that it wrote.", 96),
    "Trace.first_words_ms": ("Milliseconds until its first words; null where none came.", 412.5, None),
    "Trace.removed": ("Sentences that it wrote and that are not given.",),
    "Removed.text": ("The sentence.", "澜川市2022年粮食总产量为68.0万吨。"),
    "Removed.why": ("The fault, as outcome and kind.", "contradicted:figure"),
    "Removed.said": ("What the sentence says there.", "68.0万吨"),
    "Removed.source": ("What its sources say instead; null where they are silent.", "60.8万吨", None),
    # Search.
    "Passage.rank": ("Its place among the passages, from 1.", 1),
    "Passage.score": (
        "The fused score that orders them; higher is better. To be compared within one search only.",
        1.07,
    ),
    "Passage.cosine": ("Similarity of the vectors of question and passage, -1 to 1.", 0.88),
    "Passage.bm25": ("Score of the words that both share, 0 or more.", 16.5),
    "Passage.scope": ("Share of what the question names (a year, a region) that the passage agrees with, 0 to 1.", 1.0),
    "Passage.chunk": ("The passage itself.",),
    "Passage.also_in": ("Ids of reports that are copies of its report, and have the passage too.", []),
    "SearchAnswer.passages": ("The best passages, the best first.",),
    "Chunk.chunk_id": ("The passage: report and span.", f"{REPORT}-393-430"),
    "Chunk.span": ("Where it stands in its report.", {"start": 393, "end": 430}),
    "Chunk.text": ("What stands there, word for word.", QUOTE),
    "Chunk.context": (
        "Title and headings, which the vector covers too and no answer quotes.",
        " ".join([TITLE, *HEADINGS]),
    ),
    # Reports.
    "ReportList.reports": ("The reports of this page, in the order of the index.",),
    "ReportList.total": ("How many fit the filters, on all pages.", 6),
    "ReportList.next_cursor": ("`cursor` for the next page; null behind the last.", None, f"{REPORT}.f11ad423"),
    "file": ("The file it was read from, below the folder that was indexed.", FILE),
    "part": ("Which report of a file that holds several, from 1; null where it is the only one.", None, 2),
    "region": (
        "Whose report it is, as it says itself; null where it does not, or of the whole country.",
        "澜川市",
        None,
    ),
    "region_path": ("The divisions down to that place, as they are called today; `全国` for the country.", ["澜川市"]),
    "year": ("The report's own year; null where it is not stated, or masked.", "2023", None),
    "year_told": ("The last whole year that it tells of; null where it is not known.", "2022", None),
    "kind": ("Kind of report; null where it is not known.", "政府工作报告", None),
    "issuing_body": ("Who issued it; null where it is not stated.", "澜川市人民政府", None),
    "document_number": ("文号; null where it has none.", None, "云政发〔2023〕12号"),
    "date": ("Its date, ISO 8601; null where it is not stated.", None, "2023-03-28"),
    "n_chars": ("Length of its canonical text in code points.", 2327),
    "copies": ("Ids of other reports that are the same one: from another site, in another format, or corrected.", []),
    "ReportOutline.encoding": ("Encoding of the file.", "utf-8"),
    "ReportOutline.metadata": ("What was read about it, each with the place it was read from.",),
    "ReportOutline.sections": ("The tree of its headings.",),
    "ReportOutline.original": ("The file it was read from, where files are kept; else null.", None),
    "Original.sha256": ("Checksum of the file, SHA-256.", hashlib.sha256(b"").hexdigest()),
    "Original.media_type": ("Its media type, by what it holds.", "text/plain; charset=utf-8"),
    "Original.n_bytes": ("Its length in bytes.", 5986),
    **{
        f"ReportMetadata.{name}": (f"{told}, and where it was read; null where it was not.",)
        for name, told in {
            "title": "The title",
            "region": "The place that it is of",
            "year": "Its own year",
            "year_told": "The last whole year that it tells of",
            "kind": "Its kind",
            "issuing_body": "Who issued it",
            "document_number": "Its 文号",
            "date": "Its date",
        }.items()
    },
    "ReportMetadata.overridden": ("What had been read where the office's table states another thing.",),
    "ReadValue.value": ("What was read.", "2022"),
    "ReadValue.origin": (
        "Where: the text; the name of the file or of a folder; a part of the file that is of no report; the table that "
        "the office wrote (`judian index --manifest`).",
        "text",
    ),
    "ReadValue.span": ("Where in the text; null where it was not read there.", {"start": 51, "end": 55}),
    "Overridden.field": ("Which field.", "year"),
    "Overridden.read": ("What had been read; null for nothing.",),
    "Overridden.table": ("Name of the table.", "reports.csv"),
    "Overridden.line": ("Its line, from 1.", 4),
    "Section.level": ("Depth in the tree; 1 is the highest.", 1),
    "Section.number": ("Its number as it stands there; null where it has none.", "一、", None),
    "Section.heading": ("Its heading without the number.", "2022年工作回顾"),
    "Section.heading_span": ("Where the heading stands.", {"start": 51, "end": 60}),
    "Section.span": ("Heading and body.", {"start": 49, "end": 1381}),
    "Section.children": ("The sections inside it, in order.", []),
    # Citations and checks.
    "CitationStatus.status": (
        "`present`: it stands where it stood. `moved`: elsewhere, see `place`. `changed`: its report is there and the "
        "words are not. `gone`: its report is not there.",
        "present",
    ),
    "CitationStatus.place": ("Where it stands now; null where it is changed or gone.",),
    "CitationStatus.also_at": ("Further places where a moved quote stands, word for word.", []),
    "VerifySentence.sentence": ("The sentence to be checked.", SENTENCE),
    "VerifySentence.citations": (
        "What it cites: spans of reports, or the `citation_id` of an answer's citations.",
        [{"report_id": REPORT, "start": 393, "end": 430}],
        [CITATION],
    ),
    "Verified.stands": ("Whether the quote stands at that span.", True),
    "Verified.places": ("Where it stands, if not there.", []),
    "Verdict.outcome": (
        "`supported`: all that could be checked stands in the sources. `contradicted`: they say something else. "
        "`not_found`: they do not say it. `unchecked`: it holds nothing that could be checked.",
        "contradicted",
    ),
    "Verdict.reason": ("Kind of the first fault; null where there is none.", "figure", None),
    "Verdict.said": ("What the sentence says there.", "68.0万吨", None),
    "Verdict.source": ("What the sources say instead; null where they are silent.", "60.8万吨", None),
    "Verdict.checked": ("Kinds of statement that were checked.", ["figure"]),
    # Feedback and channels.
    "rating": ("`up`: the answer is right; `down`: it is wrong.", "up"),
    "comment": ("What somebody said to it.", "数字正确，出处清楚。"),
    "FeedbackKept.rated_at": ("When, ISO 8601 in UTC.", THEN),
    "ChannelToken.token": ("What the page sends beside the channel's id.", "portal.1793780102.9b1c5f"),
    "ChannelToken.expires_at": ("Until when it lets in, ISO 8601 in UTC.", THEN),
    "ChannelToken.expires_in_s": ("The same in seconds from now.", 1800),
    # The service.
    "Health.status": ("Always `ok`: who answers lives.", "ok"),
    "Readiness.created_at": ("When the reports were indexed, ISO 8601.", THEN),
    "Readiness.n_reports": ("Reports in the index.", 6),
    "Readiness.n_chunks": ("Passages in the index.", 154),
    "Readiness.encoder": ("The encoder that made the vectors.",),
    "Readiness.calibrated": ("Whether abstention was fitted with this encoder; else words alone decide it.", True),
    "Readiness.problem": ("Why it is not the published index that is served; null where it is.", None),
    "Readiness.status": ("Always `ready`: what is not is a 503.", "ready"),
    "EncoderMade.name": ("As it was named in the settings.", "default"),
    "EncoderMade.fingerprint": ("Digest of weights, tokenizer, prompts and pooling.", "c1f0a94e7d52"),
    "EncoderMade.dim": ("Numbers in a vector.", 384),
    "EncoderMade.adapters": ("Judian's adapters that are merged into the weights; null for none.", None, "a41b09c2"),
    "ReportOutline.reference": (
        "The report as GB/T 7714—2015 names one, up to the day on which it is cited and the address.",
        f"{TITLE}[R/OL]. (2023-01-10)",
    ),
    "FoundText.spans": ("Where the words stand, in order; at most 1,000 places.", [{"start": 393, "end": 398}]),
    "FoundText.more": ("Whether they stand in further places.", False),
    # Problems.
    "Problem.type": ("As RFC 9457 has it; the kind stands in `title`.", "about:blank"),
    "Problem.title": ("Kind of the problem, one word.", "UnknownReport"),
    "Problem.status": ("Status of the response.", 404),
    "Problem.detail": (
        "What is wrong, and what to do.",
        "no report 'r0' in this index; /v1/reports lists those there are",
    ),
    "Problem.errors": ("The places of a request that do not fit, for a 422.", []),
    "Fault.at": ("The place, as a path.", "body/question"),
    "Fault.problem": ("What is wrong there.", "Field required"),
    # OpenAI's protocol.
    "ChatAsked.model": (
        "`judian`: with a language model where one is configured; or `judian-extractive`.",
        "judian-extractive",
    ),
    "ChatAsked.messages": ("The conversation; the last message of the user is the question.",),
    "ChatAsked.stream": ("Whether the answer comes in chunks.", False, None),
    "ChatAsked.stream_options": ("For a stream alone.", None, {"include_usage": True}),
    "ChatAsked.n": ("Answers; there is one.", 1, None),
    "StreamOptions.include_usage": ("Whether a chunk with the tokens comes before the end.", True),
    "ChatMessage.role": ("Who said it. Instructions of `system` and `developer` change nothing.", "user"),
    "ChatMessage.content": ("What was said: text, or parts that are text.", QUESTION),
    "TextPart.type": ("A part of a message; there are no others here.", "text"),
    "TextPart.text": ("The text.", QUESTION),
    "ChatCompletion.id": ("`chatcmpl-` and, where answers are kept, the id of the answer.", f"chatcmpl-{ANSWER}"),
    "ChatCompletion.object": ("What this is.", "chat.completion"),
    "ChatCompletion.created": ("When, in seconds since 1970.", 1793780102),
    "ChatCompletion.model": ("The model that was asked for.", "judian-extractive"),
    "ChatCompletion.choices": ("The answer; there is one.",),
    "ChatCompletion.usage": ("Tokens of the language model.",),
    "Choice.index": ("Always 0.", 0),
    "Choice.message": ("The answer.",),
    "Choice.logprobs": ("Always null.", None),
    "Choice.finish_reason": ("Always `stop`: no answer is cut.", "stop"),
    "ChatAnswer.role": ("Who says it.", "assistant"),
    "ChatAnswer.content": ("The answer, `[1]` for each citation, and the list of sources.", TEXT),
    "ChatAnswer.refusal": ("Always null: that the reports do not say it is an answer.", None),
    "ChatAnswer.annotations": ("The citations, at the first of their marks.",),
    "Annotation.type": ("Kind of annotation.", "url_citation"),
    "Annotation.url_citation": ("The citation.",),
    "UrlCitation.start_index": ("Where its mark begins in the message, in code points.", 58),
    "UrlCitation.end_index": ("Where it ends.", 61),
    "UrlCitation.url": ("Opens the report at the quote.", f"http://127.0.0.1:8000/source/{REPORT}?citation={CITATION}"),
    "UrlCitation.number": ("The number in the mark.", 1),
    "TokenUsage.prompt_tokens": ("Tokens that the model was given; 0 where none wrote.", 0),
    "TokenUsage.completion_tokens": ("Tokens that it wrote.", 0),
    "TokenUsage.total_tokens": ("Both.", 0),
    "ModelList.object": ("What this is.", "list"),
    "ModelList.data": ("The names to ask under.",),
    "ModelListed.id": ("The name.", "judian"),
    "ModelListed.object": ("What this is.", "model"),
    "ModelListed.created": ("When the reports were indexed that it answers from, in seconds since 1970.", 1793780102),
    "ModelListed.owned_by": ("Whose it is.", "judian"),
    "ChatError.error": ("What is wrong.",),
    "ErrorTold.message": (
        "What is wrong, and what to do.",
        "there is no model 'gpt'; /v1/models lists those there are",
    ),
    "ErrorTold.type": ("Who must act: who asks, or who runs the service.", "invalid_request_error"),
    "ErrorTold.param": ("The place of the request that is at fault; null where it is none.", None, "messages"),
    "ErrorTold.code": ("The fault as a word; null where the protocol has none.", "model_not_found", None),
    # Parameters, by their own names.
    "path.model_id": ("The name of the model.", "judian"),
    "path.channel_id": ("The channel, as `judian channels list` shows it.", "c2f9b71d"),
    "query.region": ("Of this place and its parts: 广东省 finds what is of 深圳市 too; 全国.", ["澜川市"]),
    "query.year": ("The report's own year.", [2023]),
    "query.year_told": ("The last whole year that it tells of.", [2022]),
    "query.kind": ("Kind of report, as the list has it.", ["政府工作报告"]),
    "query.issuing_body": ("Who issued it: the name, or a part of it.", ["人民政府"]),
    "query.title": ("Words that are in the title, each of them.", "工作报告"),
    # No example: one of another list is refused.
    "query.cursor": (f"`next_cursor` of the page before, with the same filters: `{REPORT}.f11ad423`.",),
    "query.start": ("The first code point, counted from 0.", 393),
    "query.end": ("The code point behind the last; without it the end of the text.", 430, None),
    "query.q": ("Words to look for; without them nothing is found.", "粮食总产量60.8万吨"),
    "query.limit": ("Reports of a page; without it all are given.", 20),
}


def explained(record: str, field: str) -> tuple[Any, ...] | None:
    """The row of a field, or None."""
    return FIELDS.get(f"{record}.{field}") or FIELDS.get(field)
