"""What a page hides: elements that its attributes or its own style sheets take from sight."""

from __future__ import annotations

import re

from lxml import etree

MAX_STYLE_CHARS = 200_000  # of a page's style sheets; more is no page of a report
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])|opacity\s*:\s*0(?![.\d])", re.IGNORECASE
)
_SHOWING = re.compile(r"display\s*:\s*(?!none)[a-z]|visibility\s*:\s*visible", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"(?P<selectors>[^{}@;]{1,400})\{(?P<style>[^{}]*)\}")
_CONDITIONAL = re.compile(r"@[^{};]{0,200}\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")  # on a telephone, in print
_NAME = re.compile(r"[.#][\w-]+")


class Hiding:
    """Knows of each element of the page ``root`` whether it is hidden by itself."""

    def __init__(self, root: etree._Element) -> None:
        sheet = _COMMENT.sub("", "".join(style.text or "" for style in root.iter("style"))[:MAX_STYLE_CHARS])
        hidden: set[str] = set()
        shown: set[str] = set()
        for rule in _RULE.finditer(_CONDITIONAL.sub("", sheet)):
            if _SHOWING.search(rule["style"]):  # the open one of several tabs: what is closed at first is not hidden
                shown.update(_NAME.findall(rule["selectors"]))
            elif _HIDING.search(rule["style"]):
                hidden.update(name for one in rule["selectors"].split(",") if _NAME.fullmatch(name := one.strip()))
        self._names = hidden - shown

    def __call__(self, element: etree._Element) -> bool:
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        style = element.get("style") or ""
        if _HIDING.search(style):
            return True
        names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        return not self._names.isdisjoint(names) and not _SHOWING.search(style)
