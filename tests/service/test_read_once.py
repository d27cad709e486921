"""The question is read once: what answers takes what was understood, and looks for nothing in the question's text.

``service.understand`` reads it, by the patterns of ``service.asked`` and what stands beside it. All other modules take
the fields of ``Understood``. They may match the words of a sentence with those of the question (``tokens``, ``pairs``,
``terms``, ``says``, ``states``), and may hand the question on, as it stands (``text``, ``wording``), to what encodes
it, reads passages for it, writes an answer to it, or takes it apart into questions that are then understood.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SERVICE = Path(__file__).parents[2] / "service"
READS_THE_QUESTION = "understand.py"
FOR_MATCHING = "folded"  # Understood.says and .states match with it
AS_IT_STANDS = frozenset(("text", "wording"))
# What may be given the question as it stands.
TAKES_IT = frozenset(
    ("encode", "encode_question", "read", "messages", "asks_nothing", "with_parts_named", "SearchAnswer")
)
ANSWERERS = "answers"


def offences(folder: Path) -> list[str]:
    """One line for every place in ``folder`` that looks into the question's text."""
    told = []
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        if name != READS_THE_QUESTION:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            told += [f"{name}, line {line}: {what}" for line, what in _offences(tree, name.startswith(ANSWERERS))]
    return told


def _offences(tree: ast.Module, is_answerer: bool) -> Iterator[tuple[int, str]]:
    handed_on = {
        id(given)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call.func) in TAKES_IT
        for given in (*call.args, *(keyword.value for keyword in call.keywords))
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.arg) and is_answerer and node.arg == "question":
            yield node.lineno, "an answerer takes what was understood, and no question"
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr == FOR_MATCHING:
            yield node.lineno, "the folded question is matched by Understood.says and .states"
        if node.attr in AS_IT_STANDS and _name(node.value) in ("understood", "prepared") and id(node) not in handed_on:
            yield node.lineno, f"the question's {node.attr} is handed on as it stands, or left alone"


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def test_what_answers_reads_nothing_anew() -> None:
    assert offences(SERVICE) == []


def test_the_understanding_step_is_there_and_all_that_may_take_the_question_is() -> None:
    assert (SERVICE / READS_THE_QUESTION).is_file()
    assert any((SERVICE / ANSWERERS).glob("*.py"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in SERVICE.rglob("*.py"))
    assert [name for name in sorted(TAKES_IT) if f"{name}(" not in text] == []


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("PATTERN.search(understood.folded)", "matched by Understood.says"),
        ("question = asked.folded", "matched by Understood.says"),
        ("'第几' in understood.text", "the question's text is handed on"),
        ("PATTERN.search(understood.text)", "the question's text is handed on"),
        ("re.findall('哪', prepared.understood.wording)", "the question's wording is handed on"),
        ("encode(fold(understood.text))", "the question's text is handed on"),
        ("def how_many(question: str) -> int: ...", "an answerer takes what was understood"),
    ],
)
def test_who_looks_into_the_question_is_told(tmp_path: Path, code: str, told: str) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "planted.py").write_text(code, encoding="utf-8")
    (line,) = offences(tmp_path)
    assert line.startswith("answers/planted.py, line 1: ")
    assert told in line


@pytest.mark.parametrize(
    "code",
    [
        "encoder.encode_question(understood.wording)",
        "template.messages(question=prepared.understood.text)",
        "understood.says(figure.text) and understood.wanted.ordinal",
        "PATTERN.search(candidate.text)",
    ],
)
def test_what_is_allowed_is_not_told(tmp_path: Path, code: str) -> None:
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "planted.py").write_text(code, encoding="utf-8")
    assert offences(tmp_path) == []
