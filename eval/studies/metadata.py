"""How much of what is known of real reports is read from them: place, years, kind, issuing body, 文号, date. ::

    python -m eval.studies.metadata --shared ../shared --out eval/results/metadata.md

The labels (``eval/data/metadata_labels.jsonl``) were written by hand, from the names of the files and how they open; a
null says that the file does not tell. Each field is right where it is as labelled, also where both are nothing. The
rules were written with these reports in sight: the table says that they hold, not how they do elsewhere.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from indexer.reports import reading_of
from indexer.types import ReadValue, Record, Report

# The same table at the commit before the gazetteer (d84a2b9), over all 58.
BEFORE = (
    "Before there was a gazetteer (d84a2b9): the name of the place 58 of 58, and of none where it lies; year 55, "
    "issuing body 55, 文号 57, date 50; kind and year told of were not read."
)
LABELS = Path(__file__).parents[1] / "data" / "metadata_labels.jsonl"


class Label(Record):
    """What is known of a report; ``region`` is its path, from the province down, empty where the file tells none."""

    file: str
    part: int | None
    region: tuple[str, ...]
    year: str | None
    year_told: str | None
    kind: str | None
    issuing_body: str | None
    document_number: str | None
    date: str | None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, help="file for the table")
    arguments = parser.parse_args()
    labels = [Label.model_validate_json(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    table = as_table(judged(labels, read(arguments.shared / "reports", labels)))
    print(table)
    if arguments.out:
        arguments.out.write_text(table, encoding="utf-8")


def read(folder: Path, labels: Sequence[Label]) -> list[Report]:
    """The report of each label. Raises OSError or ReadError for a file that is not there, or no report."""
    readings = {file: reading_of((folder / file).read_bytes(), file) for file in {label.file for label in labels}}
    return [next(one for one in readings[label.file].reports if one.part == label.part) for label in labels]


def judged(labels: Sequence[Label], reports: Sequence[Report]) -> dict[str, list[tuple[Label, str | None, bool]]]:
    """Field to each label with what was read, and whether that is right."""
    return {
        field: [(label, told, told == wanted(label)) for label, told in zip(labels, map(of, reports), strict=True)]
        for field, (of, wanted) in FIELDS.items()
    }


def as_table(found: Mapping[str, Sequence[tuple[Label, str | None, bool]]]) -> str:
    """A row a field, a column a folder; below it what is wrong."""
    folders = sorted({label.file.split("/")[0] for label, _, _ in next(iter(found.values()))})
    lines = [
        "# Metadata\n",
        "`python -m eval.studies.metadata --shared ../shared --out eval/results/metadata.md`: of how many reports each "
        "is read right. The rules were written with these reports in sight.\n",
        f"| field | all | {' | '.join(folders)} |",
        f"|---|---|{'---|' * len(folders)}",
    ]
    wrong: list[str] = []
    for field, rows in found.items():
        of_folders = [[right for label, _, right in rows if label.file.startswith(f"{name}/")] for name in folders]
        cells = [f"{sum(rights)} of {len(rights)}" for rights in ([right for _, _, right in rows], *of_folders)]
        lines.append(f"| {field} | {' | '.join(cells)} |")
        wanted = FIELDS[field][1]
        wrong += [f"* {label.file}: {field} {told}, not {wanted(label)}" for label, told, right in rows if not right]
    return "\n".join([*lines, "", *(wrong or ["Nothing is wrong."]), "", BEFORE]) + "\n"


def _value(field: str) -> Callable[[Report], str | None]:
    def of(report: Report) -> str | None:
        value: ReadValue | None = getattr(report.metadata, field, None)
        return value.value if value else None

    return of


def _path(report: Report) -> str | None:
    return " ".join(getattr(report.metadata, "region_path", ())) or None


FIELDS: Mapping[str, tuple[Callable[[Report], str | None], Callable[[Label], str | None]]] = {
    "region": (_path, lambda label: " ".join(label.region) or None),
    "year": (_value("year"), lambda label: label.year),
    "year_told": (_value("year_told"), lambda label: label.year_told),
    "kind": (_value("kind"), lambda label: label.kind),
    "issuing_body": (_value("issuing_body"), lambda label: label.issuing_body),
    "document_number": (_value("document_number"), lambda label: label.document_number),
    "date": (_value("date"), lambda label: label.date),
}

if __name__ == "__main__":
    main()
