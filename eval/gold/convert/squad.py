"""SQuAD 1.1 and 2.0 (Rajpurkar et al., 2016 and 2018), and what is built alike: CMRC 2018, DRCD, XQuAD.

``{"data": [{"title", "paragraphs": [{"context", "qas": [{"id", "question", "answers": [{"text", "answer_start"}],
"is_impossible"}]}]}]}``. The plain form of CMRC 2018, a list of ``{"context_id", "context_text", "qas": [{"query_id",
"query_text", "answers": ["…"]}], "title"}``, is read too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field, ValidationError

from eval.errors import GoldError
from eval.gold.convert.converted import Converted, Names, canonical_texts, language_of, listed, without_repeated_ids
from eval.gold.load import in_plain_words, read_bytes
from eval.gold.types import GoldItem
from indexer.sentences import sentences

_Id = Annotated[str, BeforeValidator(lambda value: str(value) if isinstance(value, int) else value)]


class _Answer(BaseModel):
    text: str = Field(min_length=1)
    answer_start: int | None = None


class _Question(BaseModel):
    id: _Id = Field(validation_alias=AliasChoices("id", "query_id"), min_length=1)
    question: str = Field(validation_alias=AliasChoices("question", "query_text"), min_length=1)
    answers: tuple[Annotated[_Answer, BeforeValidator(lambda value: _as_answer(value))], ...] = ()
    is_impossible: bool = False


class _Paragraph(BaseModel):
    id: _Id = Field("", validation_alias=AliasChoices("id", "context_id"))
    title: str = ""
    context: str = Field(validation_alias=AliasChoices("context", "context_text"))
    qas: tuple[_Question, ...]


class _Article(BaseModel):
    title: str = ""
    paragraphs: tuple[_Paragraph, ...]


class _Squad(BaseModel):
    data: tuple[_Article, ...]


class _Place(NamedTuple):
    """Where an answer stands: which of the texts, and ``[start, end)`` in it."""

    text: int
    start: int
    end: int


def read_squad(path: Path) -> Converted:
    """Each paragraph is a report, each question an item of type fact, or unanswerable where it is marked impossible.

    The evidence is the sentences that hold the answer, where most of its answers stand; ``answer_start`` is checked,
    and the nearest place taken where it is wrong. A question whose answers stand nowhere in its paragraph is left out.
    The notes say how many there were of each. Raises GoldError when ``path`` does not hold such a set.
    """
    squad = _parsed(path)
    names = Names()
    items: list[GoldItem] = []
    reports: dict[str, str] = {}
    lost: list[str] = []
    n_answers = n_off = n_absent = 0
    for key, paragraph in _paragraphs(squad, path):
        name = names.file_name(key)
        reports[name] = paragraph.context
        texts = canonical_texts(name, paragraph.context)
        for question in paragraph.qas:
            if not question.answers and not question.is_impossible:
                raise GoldError(f"{path}: question {question.id} has no answers, and is not marked as impossible")
            answers = () if question.is_impossible else question.answers
            n_answers += len(answers)
            n_absent += sum(answer.text not in paragraph.context for answer in answers)
            n_off += sum(_is_off(answer, paragraph.context) for answer in answers)
            evidence = _evidence(answers, texts)
            if answers and evidence is None:
                lost.append(question.id)
                continue
            items.append(_item(question, answers, evidence, name))
    notes = []
    if n_off:
        notes.append(f"answer_start was wrong for {n_off} of {n_answers} answers; the nearest place was taken")
    if n_absent:
        notes.append(f"{n_absent} of {n_answers} answers stand nowhere in their paragraph; they are kept as wording")
    if lost:
        notes.append(f"{len(lost)} questions were left out, no answer stands in their paragraph: {listed(lost)}")
    return Converted(without_repeated_ids(items, path), reports, tuple(notes))


def _parsed(path: Path) -> _Squad:
    raw = read_bytes(path).strip()
    if raw.startswith(b"["):
        raw = b'{"data":[{"paragraphs":' + raw + b"}]}"
    try:
        return _Squad.model_validate_json(raw)
    except ValidationError as error:
        raise GoldError(f"{path} is not in the form of SQuAD: {in_plain_words(error)}") from error


def _paragraphs(squad: _Squad, path: Path) -> Iterator[tuple[str, _Paragraph]]:
    """Each paragraph with a name of its own: the title says what it is about, and becomes that of the report."""
    seen: set[str] = set()
    for at, article in enumerate(squad.data):
        for number, paragraph in enumerate(article.paragraphs, start=1):
            title = article.title or paragraph.title
            key = f"{title}-{paragraph.id or number}" if title else paragraph.id or f"{at + 1}-{number}"
            if key in seen:
                raise GoldError(f"{path}: two paragraphs are called {key}; give them different titles or ids")
            seen.add(key)
            yield key, paragraph


def _item(question: _Question, answers: tuple[_Answer, ...], evidence: str | None, name: str) -> GoldItem:
    return GoldItem(
        id=question.id,
        question=question.question,
        lang=language_of(question.question),
        type="fact" if answers else "unanswerable",
        answers=tuple(dict.fromkeys(answer.text for answer in answers)),
        evidence=() if evidence is None else (evidence,),
        part=name,
    )


def _is_off(answer: _Answer, context: str) -> bool:
    """Whether the answer stands in ``context``, and not where it is said to."""
    start = answer.answer_start
    if start is None or answer.text not in context:
        return False
    return start < 0 or not context.startswith(answer.text, start)


def _evidence(answers: tuple[_Answer, ...], texts: tuple[str, ...]) -> str | None:
    """The sentences at the place of most answers, the earliest answer's among equals; None when none has a place."""
    found = Counter(
        _whole_sentences(texts, place) for answer in answers if (place := _nearest(answer, texts)) is not None
    )
    return found.most_common(1)[0][0] if found else None


def _nearest(answer: _Answer, texts: tuple[str, ...]) -> _Place | None:
    """The place of the answer that is nearest to where it should stand."""
    wanted = answer.answer_start or 0
    places = [
        _Place(number, start, start + len(answer.text))
        for number, text in enumerate(texts)
        for start in _occurrences(answer.text, text)
    ]
    return min(places, key=lambda place: abs(place.start - wanted), default=None)


def _occurrences(wanted: str, text: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _whole_sentences(texts: tuple[str, ...], place: _Place) -> str:
    text = texts[place.text]
    touched = [span for span in sentences(text) if span.start < place.end and place.start < span.end]
    return text[touched[0].start : touched[-1].end] if touched else text[place.start : place.end]


def _as_answer(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value
