"""Who reads Chinese numerals better, ``indexer.chinese.numerals`` or the library cn2an? Behind that module.

    pip install --target build/cn2an cn2an && PYTHONPATH=build/cn2an python -m eval.studies.numerals

over the table of the tests, written by hand from the language; keeps ``eval/results/numerals.md``. cn2an, which the
project does not depend on, is asked twice: a single form in its widest mode, and, where it refuses that, a text with
the form in it (its ``transform`` knows 百分之 and 分之). Of floats the shortest decimal counts.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from indexer.chinese.numerals import value

ROOT = Path(__file__).parents[2]
TABLE = ROOT / "tests/data/numerals.json"
PAGE = ROOT / "eval/results/numerals.md"
COMMAND = "python -m eval.studies.numerals"
_WRITTEN = re.compile(r"(?P<number>-?\d+(?:\.\d+)?)(?:(?P<percent>%)|/(?P<of>\d+))?")

Reader = Callable[[str], Decimal | None]


@dataclass(frozen=True)
class Row:
    """A form and what it is worth; None for what is not one exact figure."""

    group: str
    form: str
    worth: Decimal | None


def rows() -> list[Row]:
    """The table, its fractions worked out."""
    table: Mapping[str, list[tuple[str, str | None]]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return [
        Row(group, form, None if worth is None else _decimal(worth))
        for group, forms in table.items()
        for form, worth in forms
    ]


def smart() -> Reader:
    """cn2an in its widest mode; what it refuses is None."""
    cn2an = importlib.import_module("cn2an")

    def read(form: str) -> Decimal | None:
        try:
            return Decimal(str(cn2an.cn2an(form, "smart")))
        except (ValueError, KeyError, IndexError, ArithmeticError):
            return None

    return read


def smart_or_transform() -> Reader:
    """cn2an, and what its rewriting of texts makes of the form where it refuses it."""
    cn2an, alone = importlib.import_module("cn2an"), smart()

    def read(form: str) -> Decimal | None:
        number = alone(form)
        if number is not None:
            return number
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of all that it leaves as it is
            return _decimal(cn2an.transform(form, "cn2an"))

    return read


def _decimal(written: str) -> Decimal | None:
    match = _WRITTEN.fullmatch(written)
    if not match:
        return None
    of = Decimal(100) if match["percent"] else Decimal(match["of"] or 1)
    return Decimal(match["number"]) / of if of else None


def page(table: list[Row], readers: Mapping[str, Reader], version: str) -> str:
    """Right forms by group and reader, and the forms that each got wrong."""
    missed = {
        name: [(row, got) for row in table if (got := read(row.form)) != row.worth] for name, read in readers.items()
    }
    n_open = sum(row.worth is None for row in table)
    sizes = Counter(row.group for row in table)
    lines = [
        "# Chinese numerals",
        "",
        f"Made by `{COMMAND}` from `{TABLE.relative_to(ROOT)}`: {len(table)} forms written by hand, each with what",
        f"it is worth; {n_open} of them, the last three groups, are not one exact figure. cn2an {version}.",
        "",
        f"| forms read rightly | of | {' | '.join(readers)} |",
        f"|---|---|{'---|' * len(readers)}",
    ]
    for group, n in sizes.items():
        right = (str(n - sum(row.group == group for row, _ in wrong)) for wrong in missed.values())
        lines.append(f"| {group} | {n} | {' | '.join(right)} |")
    right = (str(len(table) - len(wrong)) for wrong in missed.values())
    lines.append(f"| **all** | {len(table)} | {' | '.join(right)} |")
    for name, wrong in missed.items():
        if wrong:
            lines += ["", f"## Mistakes: {name}", "", "| group | form: what was read, – for nothing |", "|---|---|"]
        for group in sizes:
            told = [f"{row.form or 'nothing'}: {_shown(got)}" for row, got in wrong if row.group == group]
            if told:
                lines.append(f"| {group} ({len(told)}) | {'; '.join(told)} |")
    return "\n".join(lines) + "\n"


def _shown(number: Decimal | None) -> str:
    return "–" if number is None else f"{number:f}"


if __name__ == "__main__":
    asked = {"ours": value, "cn2an": smart(), "cn2an, then its transform": smart_or_transform()}
    told = page(rows(), asked, importlib.metadata.version("cn2an"))
    PAGE.write_text(told, encoding="utf-8")
    print(told)
