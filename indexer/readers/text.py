"""Plain text and Markdown: bytes to reports.

The canonical text is the decoded file less what is named here: invisible characters, the carriage returns of line
ends, and boilerplate lines. Nothing is added or replaced, so it is a subsequence of the decoded file.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import PurePath

from indexer.compilations import Part, parts
from indexer.errors import EmptyFile, UnsupportedFormat
from indexer.metadata import read_metadata
from indexer.outline.sections import sections
from indexer.page.boilerplate import boilerplate
from indexer.readers.decoding import decode
from indexer.sentences import trimmed
from indexer.types import Dropped, FileReading, Report

# Zero-width, bidirectional and other format characters, and controls that are no white space. They are dropped
# because they let what is matched differ from what is seen.
_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
    "|\r(?=\n)"
)
_LINE = re.compile(r"[^\n\r]*[\n\r]?")
_MARKUP = re.compile(
    r"(?>\s*<!--(?s:.*?)-->)*+\s*<(?:!doctype|\?xml|html|head|body|div|table|meta|p|span)\b", re.IGNORECASE
)
_COMMENT_LINE = re.compile(r"<!--.*-->")

MIN_TITLE_CHARS, MAX_TITLE_CHARS = 4, 80


def read_text(raw: bytes, file: str) -> FileReading:
    """Read ``raw``, the bytes of ``file`` (a path that is stable between runs), into one or more reports.

    Raises ReadError when no report can be read from it.
    """
    decoded = decode(raw)
    if _MARKUP.match(decoded.text):
        raise UnsupportedFormat("this is HTML or XML, for which there is no reader; save the page as plain text")
    visible = _INVISIBLE.sub("", decoded.text)
    dropped: list[Dropped] = []
    invisible = sum(char != "\r" for char in _INVISIBLE.findall(decoded.text))
    if invisible:
        dropped.append(Dropped(text="", reason=f"{invisible} invisible characters"))
    text = _without_boilerplate(visible, dropped)
    if not text.strip():
        raise EmptyFile("nothing but web boilerplate was found in the file; see `judian inspect`")
    compilation = parts(text)
    if not compilation:
        report = _report(text, file, None, decoded.encoding, PurePath(file).stem, None)
        return FileReading(file=file, encoding=decoded.encoding, reports=(report,), dropped=tuple(dropped))
    before = trimmed(text, 0, compilation[0].start).of(text)
    page_title = _compilation_title(before, PurePath(file).stem)
    if before:
        dropped.append(Dropped(text=before, reason="before the first report of a compilation"))
    reports = tuple(
        _report(part.span.of(text), file, part.number, decoded.encoding, None, _part_title(part, page_title))
        for part in compilation
    )
    return FileReading(file=file, encoding=decoded.encoding, reports=reports, dropped=tuple(dropped))


def _part_title(part: Part, page_title: str) -> str:
    """The line that the part's mark closes, or the page's title with the mark."""
    return part.mark.lstrip("#*_ ") if part.title else f"{page_title}{part.mark}"


def report_id(file: str, part: int | None) -> str:
    """Stable between runs and machines: it depends on the file's path below the indexed folder and the part."""
    name = f"{PurePath(file).as_posix()}#{part or 0}"
    return "r" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without_boilerplate(text: str, dropped: list[Dropped]) -> str:
    lines = [match[0] for match in _LINE.finditer(text) if match[0]]
    gone = boilerplate(lines)
    for index, line in enumerate(lines):
        if _COMMENT_LINE.fullmatch(line.strip()):
            gone.setdefault(index, "a comment")
    dropped += [Dropped(text=lines[index].strip(), reason=gone[index]) for index in sorted(gone)]
    return "".join(line for index, line in enumerate(lines) if index not in gone)


def _compilation_title(before: str, stem: str) -> str:
    lines = [
        line
        for line in (line.strip("#*_ \t\u3000") for line in before.splitlines())
        if MIN_TITLE_CHARS <= len(line) <= MAX_TITLE_CHARS
    ]
    title = lines[0] if lines else stem
    return re.sub(r"\s*[(（]?(?:精选|通用|共)?\s*[0-9一二三四五六七八九十]+\s*篇[)）]?\s*$", "", title) or title


def _report(text: str, file: str, part: int | None, encoding: str, stem: str | None, page_title: str | None) -> Report:
    found = read_metadata(text, stem, page_title)
    return Report(
        report_id=report_id(file, part),
        text=text,
        file=file,
        part=part,
        encoding=encoding,
        metadata=found.metadata,
        sections=sections(text, found.body_start),
    )
