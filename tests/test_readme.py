"""The README against the project: what it says can be typed, its tables are those of the code, it names no machine."""

from __future__ import annotations

import re
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest
import typer

from eval import readme
from service.commands.cli import app
from service.settings import Settings
from tests import offline

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
HEAD_LINES = 30

_BLOCK = re.compile(r"```(?:console|bash|sh|shell)?\n(.*?)```", re.DOTALL)
_INLINE = re.compile(r"`(judian [^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\((?!https?:|#)([^)#\s]+)")
_TABLE_PATH = re.compile(r"`((?:indexer|service|judian|eval)/[\w./-]*)`")
_TARGET = re.compile(r"\bmake (\w+)")
# Hosts that packages, models or images come from: an office has its own. Pages name none but this machine, and what
# stands beside it in a network of containers.
_HOSTS = re.compile(r"https?://(?!127\.0\.0\.1|localhost|\w+\.example\b|[a-z]+:\d)\S*", re.IGNORECASE)
# Folders of the machine that the tests run on, and where users' homes lie on any.
_MACHINE = re.compile(
    "|".join(re.escape(f"{folder}/") for folder in {ROOT, Path.home(), Path(tempfile.gettempdir()), Path("/", "home")})
)


def _commands() -> list[str]:
    """Every `judian …` of the README, in code blocks and inline, without prompt, folder and comment."""
    found = []
    for block in _BLOCK.findall(README):
        for line in block.replace("\\\n", " ").splitlines():
            match = re.search(r"(?:^|[\s/])(judian\s.*)", line.removeprefix("$ "))
            if match and "git clone" not in line:
                found.append(match[1])
    return found + _INLINE.findall(README)


COMMANDS = _commands()


def test_the_first_lines_say_how_to_start() -> None:
    head = "\n".join(README.splitlines()[:HEAD_LINES])
    assert "make demo" in head
    assert "make test" in head


def test_every_make_target_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(_TARGET.findall("\n".join(re.findall(r"`[^`]*`|^\$ .*$", README, re.MULTILINE))))
    assert {"demo", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), f"there is no `make {target}`"


def test_the_settings_table_is_that_of_the_code() -> None:
    rows = [
        f"| `JUDIAN_{name.upper()}` | `{field.default}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    expected = "\n".join(["| variable | default | meaning |", "|---|---|---|", *rows])
    found = re.search(r"<!-- settings -->\n(.*?)<!-- /settings -->", README, re.DOTALL)
    assert found, "the README has no block between <!-- settings --> and <!-- /settings -->"
    assert found[1].strip() == expected


def test_the_generated_tables_are_up_to_date() -> None:
    assert readme.filled(README) == README, "run `python -m eval.readme`"


def test_every_setting_has_a_meaning() -> None:
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_there_are_commands_to_check() -> None:
    assert {shlex.split(command)[1] for command in COMMANDS} >= {"index", "ask", "serve"}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_judian_command_parses(command: str) -> None:
    group: Any = typer.main.get_command(app)
    name, *arguments = shlex.split(command, comments=True)[1:]
    assert name in group.commands, f"there is no `judian {name}`"
    sub = group.commands[name]
    if hasattr(sub, "commands"):
        assert arguments[0] in sub.commands, f"there is no `judian {name} {arguments[0]}`"
        name, sub = f"{name} {arguments[0]}", sub.commands[arguments.pop(0)]
    options = {option for parameter in sub.params for option in parameter.opts}
    for argument in arguments:
        if argument.startswith("--"):
            assert argument.partition("=")[0] in options | {"--help"}, f"`judian {name}` has no {argument}"
    if arguments and "…" not in command:
        sub.make_context(name, list(arguments)).close()


def test_the_way_without_a_network_is_the_one_that_is_tested() -> None:
    section = README.partition("## Air gap\n")[2].partition("\n## ")[0]
    assert f"$ {offline.INSTALL}\n" in section
    for command in offline.TOLD:
        assert f"$ {command}" in section


def test_links_lead_to_files() -> None:
    assert [link for link in _LINK.findall(README) if not (ROOT / link).exists()] == []


def test_paths_in_tables_exist() -> None:
    assert [path for path in _TABLE_PATH.findall(README) if not (ROOT / path).exists()] == []


def test_no_module_is_left_out_of_the_architecture() -> None:
    """Each module stands in the README by its file's name, or by its folder."""
    skipped = {"__init__.py", "__main__.py", "types.py", "errors.py", "state.py", "settings.py"}
    for package in ("indexer", "service", "judian"):
        for path in sorted((ROOT / package).rglob("*.py")):
            room = path.parent.relative_to(ROOT)
            if path.name not in skipped and not any(f"`{folder}/`" in README for folder in (room, *room.parents)):
                assert path.name in README, path.relative_to(ROOT)


def _tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip(f"git lists no files here: {listed.stderr.strip()}")
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def _told(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]


@pytest.mark.parametrize("pattern", [_HOSTS, _MACHINE], ids=["registry hosts", "machine paths"])
def test_the_readme_names_no_host_and_no_machine(pattern: re.Pattern[str]) -> None:
    assert _told(pattern, [ROOT / "README.md"]) == []


def test_code_and_pages_name_no_machine() -> None:
    # The tests are left out: this file spells out the paths.
    paths = [path for path in _tracked("*.py", "*.md") if not path.is_relative_to(ROOT / "tests")]
    assert paths
    assert _told(_MACHINE, [path for path in paths if "samples" not in path.parts]) == []


def test_files_that_people_install_from_name_no_host() -> None:
    assert _told(_HOSTS, _tracked("Makefile", "pyproject.toml", "constraints.txt", "docker", ".ci")) == []
