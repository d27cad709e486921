"""Who may import whom, and which module is the one door to each heavy library; the message names the offender."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("indexer", "service", "judian", "eval")
MAX_LINES = 350

# package -> the packages of the project that none of its modules may import
FORBIDDEN = {"indexer": ("service", "judian", "eval"), "service": ("judian", "eval"), "judian": ("eval",)}
# leaf module -> all of the project that it may import
LEAVES: Mapping[str, tuple[str, ...]] = {
    "indexer.types": (),
    "indexer.errors": (),
    "service.types": ("indexer.types",),
    "service.errors": ("indexer.errors",),
    "service.llm.types": ("indexer.errors",),
    "service.http.openai_types": ("indexer.types", "service.types"),
    "service.follow.types": ("service.clauses",),
    "eval.gold.types": ("indexer.types",),
    "eval.systems.types": ("indexer.types", "service.types", "eval.gold.types"),
    "eval.measures.types": ("indexer.types", "eval.gold.types"),
    "eval.runs.types": ("indexer.types",),
    "eval.compare.types": ("indexer.types", "eval.gold.types"),
}
# library -> the modules and packages of `indexer`, `service` and `judian` that may import it
DOORS: Mapping[str, tuple[str, ...]] = {
    "faiss": ("indexer.store.vectors",),
    "sentence_transformers": ("indexer.encoders.sentence",),
    "torch": ("indexer.encoders",),
    "openvino": ("indexer.encoders.openvino_backend",),
    "bm25s": ("indexer.store.lexical",),
    "lxml": (
        "indexer.readers.hiding",
        "indexer.readers.html",
        "indexer.readers.sheet.markup",
        "indexer.readers.word.markup",
    ),
    "fastapi": ("service.http.app", "service.http.routes"),
    "starlette": ("service.http.app", "service.http.routes"),
    "uvicorn": ("service.http.serve", "service.http.connections"),
    "prometheus_client": ("service.http.metrics",),
    "langchain": ("service.llm.backend",),
    "langchain_core": ("judian.langchain",),
    "langsmith": ("service.llm.backend",),
    "openai": ("service.llm.backend",),
    "ollama": (),
    "anthropic": ("service.llm.backend",),
    "mcp": ("service.mcp.server",),
    "mcp_types": ("service.mcp.server",),
    "pickle": (),
    "httpx": ("judian.client",),
    "requests": (),
}
ENVIRONMENT = frozenset(("environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"))
READS_THE_ENVIRONMENT = ("service.settings",)
SETS_OFFLINE = "indexer.encoders.sentence"
OFFLINE_VARIABLE = "HF_HUB_OFFLINE"


def modules(root: Path) -> dict[str, ast.Module]:
    """Every module of the project below ``root``, by its dotted name."""
    found = {}
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            parts = path.relative_to(root).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    return found


def imports(name: str, tree: ast.Module, is_package: bool = False) -> Iterator[str]:
    """All that a module imports, wherever in it: `from a import b` gives both a and a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parents = name.split(".")
                anchor = parents[: len(parents) - node.level + is_package]
                base = ".".join([*anchor, *([base] if base else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and _called(node) in {"import_module", "__import__"}:
            yield from (str(argument.value) for argument in node.args[:1] if isinstance(argument, ast.Constant))


def offences(root: Path) -> list[str]:
    """One line for every import, environment access or module length that breaks a rule."""
    found = modules(root)
    told: list[str] = []
    for name, tree in found.items():
        package = name.partition(".")[0]
        imported = sorted(set(imports(name, tree, any(other.startswith(f"{name}.") for other in found))))
        told += [
            f"{name} imports {other}: {package} may know nothing of {forbidden}"
            for other in imported
            for forbidden in FORBIDDEN.get(package, ())
            if _is_within(other, (forbidden,))
        ]
        if name in LEAVES:
            told += [
                f"{name} imports {other}: a leaf may import {' and '.join(LEAVES[name]) or 'nothing'} of the project"
                for other in imported
                if _is_within(other, PACKAGES) and not _is_within(other, LEAVES[name]) and other not in PACKAGES
            ]
        if package in FORBIDDEN:
            told += [
                f"{name} imports {other}: the door to {library} is {' and '.join(doors) or 'not there yet'}"
                for other in imported
                for library, doors in DOORS.items()
                if _is_within(other, (library,)) and not _is_within(name, doors)
            ]
            told += [
                f"{name}, line {line}: only service.settings reads the environment" for line in _ambient(name, tree)
            ]
        told += [f"{name} imports itself through {' -> '.join(ring)}" for ring in _rings(name, found)]
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            n_lines = len(path.read_text(encoding="utf-8").splitlines())
            if n_lines > MAX_LINES:
                told.append(f"{path.relative_to(root)} has {n_lines} lines, the limit is {MAX_LINES}")
    return told


def _is_within(name: str, places: tuple[str, ...]) -> bool:
    return any(name == place or name.startswith(f"{place}.") for place in places)


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _ambient(name: str, tree: ast.Module) -> list[int]:
    """Lines that touch the environment without being allowed to."""
    if name in READS_THE_ENVIRONMENT:
        return []
    allowed: set[int] = set()
    if name == SETS_OFFLINE:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _called(node) == "setdefault" and _first_is_offline(node):
                allowed |= {id(inner) for inner in ast.walk(node.func)}
            if isinstance(node, ast.Subscript) and getattr(node.slice, "value", None) == OFFLINE_VARIABLE:
                allowed |= {id(inner) for inner in ast.walk(node.value)}
    lines = []
    for node in ast.walk(tree):
        if id(node) in allowed:
            continue
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT and getattr(node.value, "id", "") == "os":
            lines.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            lines += [node.lineno for alias in node.names if alias.name in ENVIRONMENT]
    return lines


def _first_is_offline(node: ast.Call) -> bool:
    return bool(node.args) and isinstance(node.args[0], ast.Constant) and node.args[0].value == OFFLINE_VARIABLE


def _rings(name: str, found: Mapping[str, ast.Module]) -> list[list[str]]:
    """The shortest ways, at most one, from a module over its imports back to itself, told where its name is least."""
    paths = [[name]]
    seen = {name}
    while paths:
        path = paths.pop(0)
        for other in sorted(set(imports(path[-1], found[path[-1]])) & set(found)):
            if other == name and len(path) > 1 and name == min(path):
                return [[*path[1:], name]]
            if other not in seen:
                seen.add(other)
                paths.append([*path, other])
    return []


def test_the_project_keeps_its_layers() -> None:
    assert offences(ROOT) == []


def test_every_rule_is_about_something_that_exists() -> None:
    found = modules(ROOT)
    named = {*LEAVES, *READS_THE_ENVIRONMENT, SETS_OFFLINE, *(door for doors in DOORS.values() for door in doors)}
    assert named <= set(found)
    for library in ("faiss", "sentence_transformers", "bm25s", "fastapi"):
        doors = DOORS[library]
        users = [name for name, tree in found.items() if _is_within(name, doors) and library in imports(name, tree)]
        assert users, f"no module behind the door to {library} imports it"


@pytest.mark.parametrize(
    ("file", "code", "told"),
    [
        ("indexer/planted.py", "from service.types import Answer", "indexer.planted imports service.types"),
        ("indexer/planted.py", "def f():\n    import eval.errors", "indexer.planted imports eval.errors"),
        ("indexer/deep/planted.py", "import service", "indexer.deep.planted imports service"),
        ("service/planted.py", "from eval import quality", "service.planted imports eval.quality"),
        ("service/planted.py", "from judian.client import Client", "service.planted imports judian.client"),
        ("judian/client/planted.py", "from eval.quality import x", "judian.client.planted imports eval.quality"),
        ("service/planted.py", "import faiss", "the door to faiss is indexer.store.vectors"),
        ("service/planted.py", "import importlib\nimportlib.import_module('torch')", "the door to torch"),
        (
            "service/planted.py",
            "from langchain_core.messages import x",
            "the door to langchain_core is judian.langchain",
        ),
        ("service/ask.py", "from fastapi.responses import Response", "service.ask imports fastapi.responses"),
        ("service/app_two.py", "import starlette.requests", "service.app_two imports starlette.requests"),
        ("indexer/types.py", "from indexer.errors import JudianError", "indexer.types imports indexer.errors"),
        ("indexer/types.py", "from .errors import JudianError", "indexer.types imports indexer.errors"),
        ("service/types.py", "from indexer.chunks import chunks", "service.types imports indexer.chunks"),
        ("eval/systems/types.py", "from service.ask import Asker", "eval.systems.types imports service.ask"),
        ("service/planted.py", "import os\nx = os.environ['A']", "service.planted, line 2: only service.settings"),
        ("service/planted.py", "import os\n\nx = os.getenv('A')", "service.planted, line 3: only service.settings"),
        ("service/planted.py", "from os import environ", "service.planted, line 1: only service.settings"),
        (
            "indexer/encoders/sentence.py",
            "import os\nos.environ['X'] = '1'",
            "encoders.sentence, line 2: only service",
        ),
        ("service/planted.py", "x = 1\n" * 351, "has 351 lines, the limit is 350"),
    ],
)
def test_an_offender_is_named(tmp_path: Path, file: str, code: str, told: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    assert any(told in line for line in offences(tmp_path)), offences(tmp_path)


def test_a_ring_of_imports_is_named(tmp_path: Path) -> None:
    (tmp_path / "indexer").mkdir()
    for name, other in (("a", "b"), ("b", "c"), ("c", "a")):
        (tmp_path / "indexer" / f"{name}.py").write_text(f"from indexer.{other} import x", encoding="utf-8")
    assert offences(tmp_path) == ["indexer.a imports itself through indexer.b -> indexer.c -> indexer.a"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("indexer/encoders/sentence.py", "import os\nimport torch\nos.environ.setdefault('HF_HUB_OFFLINE', '1')"),
        ("indexer/encoders/sentence.py", "import os\nos.environ['HF_HUB_OFFLINE'] = '1'"),
        ("service/http/routes/planted.py", "from fastapi import APIRouter"),
        ("service/settings.py", "import os\nx = os.environ.get('JUDIAN_X')"),
        ("service/planted.py", "from indexer.types import Span\nimport faissimile"),
        ("eval/planted.py", "import faiss, os\nfrom service.ask import Asker\nx = os.environ"),
        ("eval/systems/types.py", "from indexer.types import Record\nfrom service.types import Answer"),
    ],
)
def test_what_is_allowed_is_not_told(tmp_path: Path, file: str, code: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code, encoding="utf-8")
    assert offences(tmp_path) == []
