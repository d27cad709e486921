"""Conversations in OpenAI's form as questions, and answers as its messages: text with marks, citations as annotations.

What is streamed is never taken back. Where a language model wrote sentences and then failed, they are in the text
already, each verified; the extractive answer stands behind them, and its citations are numbered on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import quote

from service.answers.generate import Account
from service.compose import WORDS, written_line
from service.errors import BadQuestion, UnknownModel
from service.http.openai_types import EXTRACTIVE, MODELS, Annotation, ChatAsked, TokenUsage, UrlCitation
from service.types import MAX_QUESTION_CHARS, MAX_TURN_CHARS, MAX_TURNS, Answer, Citation, Given, Question, Said

INSTEAD = {
    "zh": "（以上未能答全，报告原文如下）",
    "en": "(The answer above is not complete; this is what the reports say.)",
}


def question_of(asked: ChatAsked) -> Question:
    """The last message of the user, with those before it; instructions are for a language model that this is not, and
    are left out. Raises UnknownModel, BadQuestion."""
    if asked.model not in MODELS:
        raise UnknownModel(f"there is no model {asked.model!r}; ask {' or '.join(MODELS)}")
    last = max((at for at, message in enumerate(asked.messages) if message.role == "user"), default=None)
    if last is None or not (text := asked.messages[last].text):
        raise BadQuestion("the last message of the role `user` is the question, and there is none; write one")
    if len(text) > MAX_QUESTION_CHARS:
        raise BadQuestion(f"the question has {len(text)} characters; shorten it")
    # A client sends all that was said, and cannot make it shorter: the oldest, and the ends of long ones, are dropped.
    said = tuple(
        Said(role=message.role, content=message.text[:MAX_TURN_CHARS])
        for message in asked.messages[:last]
        if message.role in ("user", "assistant")
    )
    return Question(
        question=text, history=said[-MAX_TURNS:], mode="extractive" if asked.model == EXTRACTIVE else "auto"
    )


@dataclass
class Told:
    """The message as far as it is told; ``home`` is the address of the service, with a slash at its end."""

    home: str
    text: str = ""
    annotations: list[Annotation] = field(default_factory=list)

    def given(self, given: Given) -> str:
        """What a sentence that a model wrote adds. Segments with a label are those of an extractive answer, whose text
        comes with the whole of it at once."""
        if given.segment.label is not None:
            return ""
        line = ("\n" if self.text else "") + written_line(given.segment)
        at = len(self.text) + len(line) - sum(len(f"[{number}]") for number in given.segment.citations)
        numbered = {citation.number: citation for citation in given.citations}
        self.text += line
        for number in given.segment.citations:
            self._annotate(numbered[number], number, at)
            at += len(f"[{number}]")
        return line

    def whole(self, answer: Answer) -> str:
        """What is left to tell of ``answer``; behind what it does not hold, all of it."""
        told = len(self.text)
        if answer.text.startswith(self.text) and self.text:
            self.text = answer.text
            return self.text[told:]
        words = WORDS[answer.language]
        if self.text:
            self.text += f"\n\n{INSTEAD[answer.language]}\n"
        self._say(answer, len(self.annotations))
        if answer.mode != "generated" and self.annotations:
            self.text += "\n" + words["sources"].format(names="; ".join(self._sources()))
        return self.text[told:]

    def _say(self, answer: Answer, n_before: int) -> None:
        """The text of ``answer``, the numbers of its citations raised by ``n_before``."""
        numbered = {citation.number: citation for citation in answer.citations}
        read = 0
        for segment in answer.segments:
            marks = "".join(f"[{number}]" for number in segment.citations)
            line = f"{segment.text} {marks}"
            line = line if line in answer.text else written_line(segment)
            end = answer.text.index(line, read) + len(line)
            self.text += answer.text[read : end - len(marks)]
            for number in segment.citations:
                self._annotate(numbered[number], n_before + number, len(self.text))
                self.text += f"[{n_before + number}]"
            read = end
        self.text += answer.text[read:]

    def _sources(self) -> Iterator[str]:
        """Each title that is cited, behind its marks."""
        marks: dict[str, str] = {}
        for held in self.annotations:
            cited = held.url_citation
            marks[cited.title] = marks.get(cited.title, "") + f"[{cited.number}]"
        return (f"{numbers} {title}" for title, numbers in marks.items())

    def _annotate(self, citation: Citation, number: int, at: int) -> None:
        if any(held.url_citation.number == number for held in self.annotations):
            return
        place = f"source/{quote(citation.report_id)}?citation={quote(citation.citation_id)}"
        held = UrlCitation(
            start_index=at,
            end_index=at + len(f"[{number}]"),
            title=citation.title,
            url=self.home + place,
            number=number,
            citation_id=citation.citation_id,
            report_id=citation.report_id,
            start=citation.start,
            end=citation.end,
            quote=citation.quote,
        )
        self.annotations.append(Annotation(url_citation=held))


def usage_of(account: Account) -> TokenUsage:
    """The tokens that an answer took."""
    read, wrote = account.usage.input_tokens, account.usage.output_tokens
    return TokenUsage(prompt_tokens=read, completion_tokens=wrote, total_tokens=read + wrote)
