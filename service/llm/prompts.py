"""Prompts: files that say what a language model is told, read and checked once, when the service starts.

A file has a header, which declares its variables, a part ``# system``, which holds instructions alone, and a part
``# user``, where each variable stands as ``$name``. Data is put in its place in one pass and never looked at again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from string import Template as Text

from service.errors import SettingsError
from service.llm.data import Fenced, is_line, plain
from service.llm.types import Message
from service.types import Kind, Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")
# Task -> the variables that the code gives. Each has a file for each language of a question.
TASKS: Mapping[str, frozenset[str]] = {
    "answer": frozenset(("question", "sentences")),
    "list": frozenset(("question", "sentences")),
    "compare": frozenset(("question", "sentences")),
    "rewrite": frozenset(("history", "question")),
    "translate": frozenset(("question",)),
    "judge": frozenset(("sentences", "statement")),
}
# Kind of question -> the task that answers it; the others are answered by `answer`.
TASK_OF: Mapping[Kind, str] = {"list": "list", "outline": "list", "compare": "compare"}
# Tasks whose model may say that it finds no answer; the header says with which line.
MAY_REFUSE = frozenset(("answer", "list", "compare"))
# Files of the folder that are not read here: `eval` reads them, or people.
OTHERS = frozenset(("README.md", "answer_from_reports.md", "judge_answer.md", "judge_support.md"))

_FILE = re.compile(r"---\n(?P<header>.*?)---\n+# system\n(?P<system>.*?)\n# user\n(?P<user>.*)", re.DOTALL)
_HEADER_LINE = re.compile(r"(?P<name>\w+): *(?P<value>.*?) *\n")


@dataclass(frozen=True)
class Template:
    """One prompt. ``digest`` is the beginning of the file's SHA-256, for the provenance of what it made."""

    name: str
    digest: str
    system: str = field(repr=False)
    user: Text = field(repr=False, compare=False)
    no_answer: str | None = None

    def messages(self, **variables: str) -> list[Message]:
        """The prompt with ``variables``, which must be those of its task. What is not fenced already is made plain."""
        data = {name: value if isinstance(value, Fenced) else plain(value) for name, value in variables.items()}
        return [Message("system", self.system), Message("user", self.user.substitute(data))]

    def says_no_answer(self, text: str) -> bool:
        """Whether ``text`` is the line that a model writes when it finds no answer."""
        return self.no_answer is not None and is_line(text, self.no_answer)


@dataclass(frozen=True)
class Prompts:
    """Every prompt, by the name of its file without ``.md``."""

    templates: Mapping[str, Template]

    def answer(self, language: Language, kind: Kind) -> Template:
        """For an answer, from ``question`` and ``sentences``."""
        return self.templates[f"{TASK_OF.get(kind, 'answer')}.{language}"]

    def rewrite(self, language: Language) -> Template:
        """For a question that can be understood by itself, from ``history`` and ``question``."""
        return self.templates[f"rewrite.{language}"]

    def translate(self, language: Language) -> Template:
        """For a Chinese question, from a ``question`` in ``language`` or any other."""
        return self.templates[f"translate.{language}"]

    def judge(self, language: Language) -> Template:
        """For whether ``sentences`` carry a ``statement``."""
        return self.templates[f"judge.{language}"]


def load_prompts(folder: Path | None = None) -> Prompts:
    """Those of ``folder``, and for each that is not there the one that comes with Judian.

    Raises SettingsError, which names the file and the variable, when one cannot be used; also for a file in ``folder``
    that no task has, which is a name mistyped.
    """
    names = [f"{task}.{language}" for task in TASKS for language in LANGUAGES]
    own: dict[str, bytes] = {}
    if folder is not None:
        folder = folder.expanduser()
        try:
            own = {path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))}
        except OSError as error:
            raise SettingsError(f"JUDIAN_PROMPTS: {folder} cannot be read: {error.strerror}") from None
        if not folder.is_dir():
            raise SettingsError(f"JUDIAN_PROMPTS: {folder} is no folder")
        unknown = sorted(own.keys() - OTHERS - {f"{name}.md" for name in names})
        if unknown:
            raise SettingsError(f"{folder / unknown[0]} is no prompt; there are {', '.join(f'{n}.md' for n in names)}")
    shipped = files("prompts")
    templates = {}
    for name in names:
        file = f"{name}.md"
        raw = own.get(file)
        where = f"prompts/{file}" if raw is None else str((folder or Path()) / file)
        templates[name] = read_template(name, where, shipped.joinpath(file).read_bytes() if raw is None else raw)
    return Prompts(templates)


def read_template(name: str, where: str, raw: bytes) -> Template:
    """The prompt that the file at ``where`` holds. Raises SettingsError."""
    try:
        text = raw.decode("utf-8").replace("\r\n", "\n").removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise SettingsError(f"{where} is not UTF-8") from None
    found = _FILE.fullmatch(text)
    if found is None:
        raise SettingsError(f"{where} must have a header between two lines ---, then `# system`, then `# user`")
    header = dict(_HEADER_LINE.findall(found["header"]))
    declared = set(re.findall(r"\w+", header.get("variables", "")))
    system, user = Text(found["system"]), Text(found["user"].strip())
    for part in (system, user):
        if not part.is_valid():
            raise SettingsError(f"{where}: a lone $ in {part.template[:40]!r}…; write $$ for a dollar sign")
    task = name.partition(".")[0]
    occurring, given = set(user.get_identifiers()), TASKS[task]
    faults = [
        *(f"${one} is in the system part, where instructions alone may be" for one in sorted(system.get_identifiers())),
        *(f"${one} is used and not declared" for one in sorted(occurring - declared)),
        *(f"${one} is declared and not used" for one in sorted(declared - occurring)),
        *(f"nothing gives ${one}; there are {', '.join(sorted(given))}" for one in sorted(declared - given)),
        *(f"${one} is missing" for one in sorted(given - declared)),
    ]
    no_answer = header.get("no_answer") or None
    if (task in MAY_REFUSE) != (no_answer is not None):
        faults.append(
            "`no_answer` is missing in the header" if task in MAY_REFUSE else "`no_answer` has no meaning here"
        )
    elif no_answer is not None and no_answer not in system.template:
        faults.append(f"the system part does not tell the model to write {no_answer!r}, which is `no_answer`")
    if faults:
        raise SettingsError(f"{where}: {'; '.join(faults)}")
    digest = hashlib.sha256(raw).hexdigest()[:12]
    return Template(name, digest, system.substitute().strip(), user, no_answer)
