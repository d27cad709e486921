"""``judian`` in Chinese and in English: both are complete, and each is chosen by the setting or the locale."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
import typer

from indexer.types import ReadValue
from service.commands.cli import app
from service.commands.diagnosis import Name, State
from service.commands.localised import OF_TYPER, paragraphs
from service.llm.failures import NOT_THERE, TOLD
from service.types import Rating
from service.words import table
from tests.commands import Judian, Typed

ROOT = Path(__file__).parents[3]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Raised for who asks over HTTP, or by no error of Judian's.
NOT_OF_THE_COMMAND = ("service/http/routes/", "service/mcp/", "service/http/pool.py", "service/http/completions.py")
NOT_TOLD = {"ValueError", "AssertionError", "HTTPException", "SystemExit", "IndexError", "FileNotFoundError"} | {
    "DatabaseError",
    "KeyError",
    "LookupError",
    "UnknownAnswer",
    "TypeError",
    "told",
}
SHOWN = ("region", "year", "year_told", "kind", "issuing_body", "document_number", "date")
STEPS = ("read", "encode", "publish")


def written(node: ast.expr) -> str | None:
    """A text of the code as the table has it: `{}` for what is filled in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


def calls() -> Iterator[tuple[str, ast.Call, bool]]:
    """Each call in the packages that the command is made of, and whether it is raised."""
    for package in ("indexer", "service"):
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            raised = {id(node.exc) for node in ast.walk(tree) if isinstance(node, ast.Raise)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and node.args:
                    yield path.relative_to(ROOT).as_posix(), node, id(node) in raised


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def errors() -> set[str]:
    return {
        text
        for path, call, raised in calls()
        if raised and not path.startswith(NOT_OF_THE_COMMAND) and name_of(call) not in NOT_TOLD
        if (text := written(call.args[0]))
    }


def said() -> set[str]:
    return {text for _, call, _ in calls() if name_of(call) == "say" and (text := written(call.args[0]))}


def helped(command: Any) -> Iterator[str]:
    for text in (command.help, *(getattr(parameter, "help", None) for parameter in command.params)):
        yield from paragraphs(text or "")
    for below in getattr(command, "commands", {}).values():
        yield from helped(below)


def named() -> set[str]:
    """Words that stand in the code elsewhere than in a call of ``say``."""
    origins = {origin.replace("_", " ") for origin in get_args(ReadValue.model_fields["origin"].annotation)}
    return {
        *get_args(State),
        *get_args(Name),
        *get_args(Rating),
        *origins,
        *SHOWN,
        *STEPS,
        *OF_TYPER,
        *TOLD.values(),
        NOT_THERE,
    }


def test_all_that_is_said_is_there_in_chinese() -> None:
    english = errors() | said() | named() | set(helped(typer.main.get_command(app)))
    assert len(english) > 250
    assert sorted(english - {""} - table().keys()) == []


def test_the_chinese_is_chinese_and_fills_in_the_same() -> None:
    for english, chinese in table().items():
        assert CHINESE.search(chinese) or english == "{}: {}", english
        gaps = _gaps(english) if _fills(english) else []
        filled = {str(n) for n in range(len(gaps))} if "" in gaps else set(gaps)
        assert set(_gaps(chinese) if gaps else ()) == filled, english


def _gaps(text: str) -> list[str]:
    parts = string.Formatter().parse(text.replace('{"extra_body": {…}}', ""))
    return [name for _, name, _, _ in parts if name is not None]


def _fills(english: str) -> bool:
    """Whether anything is filled in; of JSON that is shown nothing is."""
    return "{}" in english or re.search(r"\{\w+(:[.\w]+)?\}", english) is not None


@pytest.mark.parametrize(
    ("settings", "is_chinese"),
    [
        ({"JUDIAN_LANG": "zh"}, True),
        ({"JUDIAN_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, True),
        ({"JUDIAN_LANG": "auto", "LC_ALL": "zh_CN.UTF-8"}, True),
        ({"JUDIAN_LANG": "auto", "LC_ALL": "", "LC_MESSAGES": "", "LANG": "zh_CN.UTF-8"}, True),
        ({"JUDIAN_LANG": "auto", "LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, False),
        ({"JUDIAN_LANG": "auto", "LC_ALL": "en_US.UTF-8"}, False),
        ({"JUDIAN_LANG": "en", "LC_ALL": "zh_CN.UTF-8"}, False),
    ],
)
def test_the_language_is_that_of_the_setting_or_the_locale(
    typed: Typed, tmp_path: Path, settings: dict[str, str], is_chinese: bool
) -> None:
    speaking = typed.with_settings(**settings)
    help_, wrong = speaking("keys", "--help"), speaking("index", tmp_path / "absent", "--out", tmp_path / "index")
    usage = speaking("ask")
    assert (help_.returncode, wrong.returncode, usage.returncode) == (0, 1, 2)
    assert help_.stdout.startswith("用法：" if is_chinese else "Usage: ")
    assert ("不存在" in wrong.stderr) is is_chinese
    assert ("does not exist" in wrong.stderr) is not is_chinese
    assert str(tmp_path / "absent") in wrong.stderr
    assert ("缺少参数" in usage.stderr) is is_chinese


COMMANDS = [(), *[(name,) for name in "index serve ask inspect doctor mcp snapshots rollback".split()]]
COMMANDS += [(group, name) for group in ("keys", "channels", "feedback") for name in ("list", "add", "export")][:4]
COMMANDS += [("llm", "check"), ("model", "unpack"), ("channels", "remove"), ("feedback", "delete")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_line_of_help_is_english(typed: Typed, command: tuple[str, ...]) -> None:
    done = typed.with_settings(JUDIAN_LANG="zh")(*command, "--help")
    if done.returncode == 2:  # a command that the group has not
        assert "没有" in done.stderr
        return
    assert done.returncode == 0
    for english in OF_TYPER[:7]:
        assert english not in done.stdout
    assert len(CHINESE.findall(done.stdout)) > 20


def test_a_command_says_in_chinese_what_it_did(typed: Typed, samples: Path, tmp_path: Path) -> None:
    speaking = typed.with_settings(JUDIAN_LANG="zh")
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "空.txt").write_bytes(b"")
    (tmp_path / "reports" / "README.md").write_text("# 说明\n", encoding="utf-8")
    done = speaking("index", samples, tmp_path / "reports", "--out", tmp_path / "index")
    assert done.returncode == 0
    assert done.stdout.startswith("已发布 ")
    assert "未读取：reports/空.txt：文件没有文字" in done.stderr
    assert "未收入" in done.stderr
    assert "README.md" in done.stderr
    shown = speaking("inspect", samples / "云岭省2022年度法治政府建设情况报告.txt")
    assert "标题：云岭省" in shown.stdout.replace(": ", "：")


@pytest.mark.process
def test_a_server_says_so_in_chinese(judian: Judian, sample_index: Path) -> None:
    refused = judian.with_settings(JUDIAN_LANG="zh")("serve", "--index", sample_index, "--host", "0.0.0.0")
    assert refused.returncode == 1
    assert "其他机器" in refused.stderr
