"""What pip is asked for: the requirements of Judian, and of the extras named, one a line. ::

    python -m supply.needs [EXTRA …]      # also as pip writes them: '[llm,mcp]'

Pip holds no folder against a hash, so Judian itself is installed apart from what it needs. Needs nothing but Python.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_OWN = re.compile(r"judian\[([\w,-]+)\]")


def needs(project: Mapping[str, Any], extras: Iterable[str]) -> list[str]:
    """The requirements, those of extras that an extra names among them. Raises SystemExit for an extra that is none."""
    known: Mapping[str, list[str]] = project["optional-dependencies"]
    found, left, seen = list(project["dependencies"]), list(extras), set[str]()
    while left:
        if (extra := left.pop(0)) in seen:
            continue
        seen.add(extra)
        if extra not in known:
            sys.exit(f"{extra!r} is no extra of Judian; there are {', '.join(known)}")
        for requirement in known[extra]:
            if own := _OWN.fullmatch(requirement):
                left += own[1].split(",")
            else:
                found.append(requirement)
    return list(dict.fromkeys(found))


def main() -> None:
    asked = re.findall(r"[\w-]+", " ".join(sys.argv[1:]))
    print(*needs(tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"], asked), sep="\n")


if __name__ == "__main__":
    main()
