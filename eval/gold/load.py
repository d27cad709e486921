"""Gold files: questions with what answers them, one JSON object a line (JSON Lines, UTF-8)."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from eval.errors import GoldError
from eval.gold.types import GoldItem

# The ``note`` of an item that says which reports are relevant, and not what answers the question. Sets for retrieval
# (BEIR, TREC) have nothing else; measures of answers do not apply to it.
RETRIEVAL_ONLY = "retrieval only"


@dataclass(frozen=True)
class GoldLine:
    """A line of a gold file that is not blank: its number (from 1), and the item or what is wrong with it."""

    number: int
    item: GoldItem | None
    problem: str = ""


def load_gold(path: Path) -> list[GoldItem]:
    """The items of a gold file, in its order; blank lines and a byte order mark are passed over.

    Raises GoldError, naming file and line, for the first line that is no gold item, has the id of an earlier one, or is
    a candidate that nobody confirmed, and for a file that cannot be read or holds no item.
    """
    items: list[GoldItem] = []
    line_of: dict[str, int] = {}
    for line in read_lines(path):
        if line.item is None:
            raise GoldError(f"{path}, line {line.number}: {line.problem}")
        if line.item.id in line_of:
            raise GoldError(f"{path}, line {line.number}: {duplicate_id(line.item.id, line_of[line.item.id])}")
        if line.item.unconfirmed:
            raise GoldError(f"{path}, line {line.number}: {unconfirmed(line.item)}")
        line_of[line.item.id] = line.number
        items.append(line.item)
    if not items:
        raise GoldError(f"{path} holds no question; write one JSON object a line")
    return items


def read_lines(path: Path) -> list[GoldLine]:
    """Every line of a gold file that is not blank, those that hold no item too. Raises GoldError when the file cannot
    be read."""
    lines = []
    for number, raw in enumerate(read_bytes(path).splitlines(), start=1):
        if raw.strip():
            item, problem = _item(raw)
            lines.append(GoldLine(number, item, problem))
    return lines


def write_gold(items: Iterable[GoldItem], path: Path) -> None:
    """Write ``items`` as a gold file. Raises GoldError when it cannot be written."""
    try:
        path.write_text("".join(item.model_dump_json(exclude_defaults=True) + "\n" for item in items), encoding="utf-8")
    except OSError as error:
        raise GoldError(f"{path} cannot be written: {error.strerror}") from error


def read_bytes(path: Path) -> bytes:
    """The bytes of ``path`` behind a UTF-8 byte order mark. Raises GoldError when the file cannot be read."""
    try:
        return path.read_bytes().removeprefix(codecs.BOM_UTF8)
    except OSError as error:
        raise GoldError(f"{path} cannot be read: {error.strerror}") from error


def duplicate_id(item_id: str, first: int) -> str:
    """What is wrong with an item whose id stands in line ``first`` already."""
    return f'the id "{item_id}" stands in line {first} already; ids must differ'


def unconfirmed(item: GoldItem) -> str:
    """What is wrong with a candidate that no person has confirmed."""
    return f'"{item.id}" is a candidate that nobody has confirmed yet ({item.unconfirmed})'


def in_plain_words(error: ValidationError) -> str:
    """What pydantic found wrong, for somebody who edits the file: each place (lists count from 0), and what
    should stand there."""
    return "; ".join(_plain(fault) for fault in error.errors(include_url=False))


def _item(raw: bytes) -> tuple[GoldItem | None, str]:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, f"byte {error.start + 1} is not UTF-8; save the file as UTF-8"
    try:
        return GoldItem.model_validate_json(raw), ""
    except ValidationError as error:
        return None, in_plain_words(error)


def _plain(fault: Any) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in fault["loc"]).removeprefix(".")
    context = fault.get("ctx", {})
    match fault["type"]:
        case "json_invalid":
            return f"this is not JSON ({context['error']})"
        case "model_type" | "dict_type" if not place:
            return "this is no JSON object; write {…}"
        case "missing":
            return f'"{place}" is missing'
        case "extra_forbidden":
            return f'"{place}" is no field here; a gold item has {", ".join(GoldItem.model_fields)}'
        case "literal_error":
            return f'"{place}" is {fault["input"]!r}, and must be {context["expected"]}'
        case "string_type":
            return f'"{place}" is {fault["input"]!r}, and must be a text'
        case "string_too_short":
            return f'"{place}" is empty'
        case "tuple_type" | "list_type":
            return f'"{place}" is {fault["input"]!r}, and must be a list in [brackets]'
        case _:
            return f'"{place}": {fault["msg"]}'
