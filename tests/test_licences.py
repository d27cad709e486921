"""The licences of all that is installed for Judian, its extras and what these need in turn: none is GPL or AGPL.

A package says its licence in `License-Expression` (SPDX), or in `License` and its classifiers. One that says none, or
one that is not known here, fails: somebody has to read it once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
# As SPDX names them, in lower case.
ALLOWED = frozenset(
    "0bsd apache-2.0 blueoak-1.0.0 bsd-2-clause bsd-3-clause bsl-1.0 cc0-1.0 cnri-python hpnd isc mit mit-0 mit-cmu "
    "mpl-2.0 psf-2.0 python-2.0 unicode-3.0 unlicense zlib".split()
)
EXCEPTIONS = frozenset(("llvm-exception",))
COPYLEFT = re.compile(r"\bA?GPL|GNU (?:AFFERO )?GENERAL PUBLIC", re.IGNORECASE)
LESSER = re.compile(r"\bLGPL|GNU (?:LESSER|LIBRARY) GENERAL PUBLIC", re.IGNORECASE)
# Package -> why its LGPL is no matter. There is none.
LESSER_ALLOWED: Mapping[str, str] = {}
# Package -> its licence, read where its metadata has none or only its text.
READ: Mapping[str, str] = {
    "axe-playwright-python": "MIT",  # its dist-info/licenses/LICENSE; the axe-core that it holds is MPL-2.0
}
# What brings AGPL or GPL along, whatever it says of itself: packages, and modules that one of another name may hold.
BACK_DOORS = frozenset(
    canonicalize_name(name)
    for name in "PyMuPDF PyMuPDFb PyMuPDF-Pro pymupdf4llm pymupdf-layout fitz easyofd ofd2img".split()
)
BACK_DOOR_MODULES = frozenset(("fitz", "pymupdf", "pymupdf4llm", "easyofd", "ofd2img"))
NOT_IN_DEV = frozenset(("bench", "engines"))  # extras that are looked at only where somebody installed them
MAX_NAME_CHARS = 100  # a longer `License` is a text, whose first words name it
# How `License`, and the last part of a classifier, name a licence.
_NAMES = (
    (r"apache(?: software)?(?: license)?[ ,-]*(?:version )?(?:2(?:\.0)?)?(?: license)?", "Apache-2.0"),
    (r"(?:the )?mit(?:[ -]license)?(?: \(mit\))?", "MIT"),
    (r"(?:new |modified |\(?3-clause\)? )?bsd(?:[ -]3-clause)?(?: license)?", "BSD-3-Clause"),
    (r"(?:simplified )?bsd[ -]2-clause(?: license)?", "BSD-2-Clause"),
    (r"isc(?: license)?(?: \(iscl\))?", "ISC"),
    (r"mozilla public license (?:version )?2\.0(?: \(mpl 2\.0\))?", "MPL-2.0"),
    (r"(?:python software foundation license|psf(?:-2\.0)?)", "PSF-2.0"),
)
_PARTS = re.compile(r"\(|\)|[^\s()]+")


class Unknown(Exception):
    """What is said is no licence known here."""


def is_allowed(expression: str) -> bool:
    """Whether an SPDX expression allows the use under licences of ALLOWED alone: of `OR` one side must, of `AND` both.
    Raises Unknown where that turns on a licence that is not known here."""
    tokens = _PARTS.findall(expression)

    def one() -> bool | None:
        if not tokens or tokens[0].upper() in ("AND", "OR", "WITH", ")"):
            raise Unknown(expression)
        if (token := tokens.pop(0)) == "(":
            inside = either()
            if not tokens or tokens.pop(0) != ")":
                raise Unknown(expression)
            return inside
        known: bool | None = True if token.lower() in ALLOWED else False if COPYLEFT.search(token) else None
        if tokens[:1] and tokens[0].upper() == "WITH":
            exception = tokens[1].lower() if len(tokens) > 1 else ""
            del tokens[:2]
            known = known if exception in EXCEPTIONS or not known else None
        return known

    def both() -> bool | None:
        found = [one()]
        while tokens and tokens[0].upper() == "AND":
            tokens.pop(0)
            found.append(one())
        return False if False in found else None if None in found else True

    def either() -> bool | None:
        found = [both()]
        while tokens and tokens[0].upper() == "OR":
            tokens.pop(0)
            found.append(both())
        return True if True in found else None if None in found else False

    allowed = either()
    if tokens or allowed is None:
        raise Unknown(expression)
    return allowed


def said(package: Distribution) -> list[str]:
    """What the metadata says of the licence, each as an SPDX expression where it is known by another name; an
    expression stands for all else."""
    metadata = package.metadata
    if expression := metadata.get_all("License-Expression"):
        return [expression[0]]
    written = "".join(metadata.get_all("License") or ()).strip()
    classifiers = [name for name in metadata.get_all("Classifier") or () if name.startswith("License ::")]
    names = [name.rpartition(" :: ")[2] for name in classifiers if name != "License :: OSI Approved"]
    if len(written) <= MAX_NAME_CHARS:
        names += [written.removeprefix("OSI Approved :: ")] if written and written.upper() != "UNKNOWN" else []
    elif not names or COPYLEFT.search(written[:MAX_NAME_CHARS]) or LESSER.search(written[:MAX_NAME_CHARS]):
        names.append(written.splitlines()[0].strip())
    return [next((spdx for name, spdx in _NAMES if re.fullmatch(name, one, re.IGNORECASE)), one) for one in names]


def fault(package: Distribution) -> str | None:
    """What is wrong with the licence of ``package``, and what to do; None where nothing is."""
    name = canonicalize_name(package.metadata["Name"])
    modules = BACK_DOOR_MODULES & {path.parts[0].removesuffix(".py") for path in package.files or ()}
    if name in BACK_DOORS or modules:
        what = f" holds {', '.join(sorted(modules))} and" if modules else ""
        return f"{name}{what} brings GPL or AGPL along, whatever its metadata says; do without it"
    licences = [READ[name]] if name in READ else said(package)
    if not licences:
        return f"{name} states no licence; read it in its source, and note it in READ with where it stands"
    for licence in licences:
        try:
            if not is_allowed(licence):
                return f"{name} is {licence}; do without it: GPL and AGPL are no licences for what comes with Judian"
        except Unknown:
            if COPYLEFT.search(licence):
                return f"{name} is {licence!r}; do without it, or note in READ under which other licence it may be used"
            if LESSER.search(licence) and name in LESSER_ALLOWED:
                continue
            if LESSER.search(licence):
                return f"{name} is {licence!r}; do without it, or note in LESSER_ALLOWED why it is no matter"
            return f"{name} is {licence!r}, which is not known here; read it, and note it in ALLOWED or in READ"
    return None


def needed(roots: Iterable[str], installed: Mapping[str, Distribution]) -> tuple[dict[str, Distribution], set[str]]:
    """What of ``installed`` is needed for the requirements ``roots``, in turn and with the extras asked for, and what
    is needed and not there."""
    extras_of: dict[str, set[str]] = {}
    missing: set[str] = set()
    open_ = [Requirement(root) for root in roots]
    while open_:
        requirement = open_.pop()
        name, asked = canonicalize_name(requirement.name), {"", *requirement.extras}
        if asked <= extras_of.get(name, set()):
            continue
        extras_of.setdefault(name, set()).update(asked)
        if name not in installed:
            missing.add(name)
            continue
        for inner in map(Requirement, installed[name].requires or ()):
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in extras_of[name]):
                open_.append(inner)
    return {name: installed[name] for name in sorted(extras_of) if name in installed}, missing


@pytest.fixture(scope="module")
def installed() -> Mapping[str, Distribution]:
    return by_name(distributions())


def by_name(packages: Iterable[Distribution]) -> dict[str, Distribution]:
    """The first of each name, which is the one that is imported."""
    found: dict[str, Distribution] = {}
    for package in packages:
        found.setdefault(canonicalize_name(package.metadata["Name"]), package)
    return found


def test_nothing_that_judian_or_an_extra_needs_is_gpl(installed: Mapping[str, Distribution]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime, missing = needed(project["dependencies"], installed)
    assert not missing  # else nothing would be known of them
    found = dict(runtime)
    for extra, requirements in project["optional-dependencies"].items():
        of_extra, missing = needed((one for one in requirements if Requirement(one).name != "judian"), installed)
        assert not missing or extra in NOT_IN_DEV, (extra, missing)
        found |= of_extra
    faults = [told for package in found.values() if (told := fault(package))]
    assert not faults, "\n".join(faults)


def test_no_back_door_is_installed_or_pinned(installed: Mapping[str, Distribution]) -> None:
    pins = re.findall(r"^([\w.-]+)==", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    assert "torch" in pins
    assert not BACK_DOORS & set(map(canonicalize_name, pins))
    assert not BACK_DOORS & set(installed)


def test_what_is_noted_is_needed(installed: Mapping[str, Distribution]) -> None:
    for name in READ:
        assert name in installed
        assert not said(installed[name]), f"{name} says it itself by now"


def planted(folder: Path, name: str, metadata: str, files: Iterable[str] = ()) -> Distribution:
    info = folder / f"{name.replace('-', '_')}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}", encoding="utf-8")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    return Distribution.at(info)


@pytest.mark.parametrize(
    ("name", "metadata", "told"),
    [
        ("a", "License-Expression: AGPL-3.0-or-later", "a is AGPL-3.0-or-later; do without it"),
        ("a", "License-Expression: MIT AND GPL-2.0-only", "a is MIT AND GPL-2.0-only; do without it"),
        ("a", "License-Expression: GPL-3.0-only WITH GCC-exception-3.1", "do without it"),
        ("a", "License: GPLv3", "a is GPLv3; do without it"),
        ("a", "License: GNU AFFERO GPL 3.0", "do without it"),
        ("a", "Classifier: License :: OSI Approved :: GNU General Public License v3 (GPLv3)", "do without it"),
        (
            "a",
            "License: MIT\nClassifier: License :: OSI Approved :: GNU Affero General Public License v3",
            "do without",
        ),
        (
            "a",
            "License: GNU GENERAL PUBLIC LICENSE\n        Version 3, 29 June 2007\n        " + "x " * 99,
            "do without",
        ),
        ("a", "License-Expression: LGPL-2.1-only", "note in LESSER_ALLOWED"),
        ("a", "Classifier: License :: OSI Approved :: GNU Lesser General Public License v3 (LGPLv3)", "LESSER_ALLOWED"),
        ("a", "License: Proprietary", "a is 'Proprietary', which is not known here; read it"),
        ("a", "License: UNKNOWN", "a states no licence"),
        ("a", "", "a states no licence"),
        ("a", "License-Expression: MIT AND (", "not known here"),
        ("PyMuPDF", "License-Expression: MIT", "pymupdf brings GPL or AGPL along"),
        ("easyofd", "License: Apache-2.0", "easyofd brings"),
        ("ofd2img", "License: MIT", "ofd2img brings"),
    ],
)
def test_an_offender_is_named(tmp_path: Path, name: str, metadata: str, told: str) -> None:
    assert told in (fault(planted(tmp_path, name, metadata)) or "")


def test_a_back_door_of_another_name_is_known_by_its_module(tmp_path: Path) -> None:
    package = planted(tmp_path, "fast-pages", "License-Expression: MIT", ["fitz/__init__.py", "fast_pages.py"])
    assert "fast-pages holds fitz" in (fault(package) or "")


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: MIT",
        "License-Expression: GPL-3.0-only OR (Apache-2.0 WITH LLVM-exception AND mit)",
        "License-Expression: LicenseRef-Own OR BSD-3-Clause",
        "License-Expression: LGPL-3.0-only OR MIT",
        "License: Apache License, Version 2.0",
        "License: MIT License\n        Permission is hereby granted, free of charge, to any person " + "x" * 99,
        "Classifier: License :: OSI Approved\nClassifier: License :: OSI Approved :: BSD License",
        "License: Copyright (c) 2001 Some People\n        "
        + "x " * 99
        + "\nClassifier: License :: OSI Approved :: ISC "
        "License (ISCL)",
    ],
)
def test_what_is_allowed_is_not_told(tmp_path: Path, metadata: str) -> None:
    assert fault(planted(tmp_path, "a", metadata)) is None


def test_what_is_needed_in_turn_and_by_extras_is_found(tmp_path: Path) -> None:
    installed = by_name(
        [
            planted(tmp_path, "a", "Requires-Dist: b[x]>=1\nRequires-Dist: e; extra == 'y'"),
            planted(tmp_path, "b", "Requires-Dist: c; extra == 'x'\nRequires-Dist: d; python_version < '3'"),
            planted(tmp_path, "c", "Requires-Dist: A\nRequires-Dist: gone"),
            planted(tmp_path, "d", ""),
            planted(tmp_path, "e", ""),
        ]
    )
    found, missing = needed(["a>=1"], installed)
    assert (set(found), missing) == ({"a", "b", "c"}, {"gone"})
