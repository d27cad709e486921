"""What a page hides: elements that its attributes or its own style sheets take from sight."""

from __future__ import annotations

import re

from lxml import etree

from indexer.unseen import HIDING_STYLE, NO_SIZE_STYLE

MAX_STYLE_CHARS = 200_000  # of a page's style sheets; more is no page of a report
_HIDING = re.compile(
    rf"{HIDING_STYLE}|(?<![\w-])color\s*:\s*transparent"
    r"|(?<![\w-])(?:left|top|text-indent)\s*:\s*-(?:\d{4,}|\d{3,}em)",  # off the screen
    re.IGNORECASE,
)
_NO_ROOM = re.compile(r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0(?:px)?\s*(?:[;!]|$)", re.IGNORECASE)
_CUT = re.compile(r"overflow\s*:\s*hidden", re.IGNORECASE)
# Of no size are also the gaps of menus, whose entries have a size of their own.
_NO_SIZE = re.compile(NO_SIZE_STYLE, re.IGNORECASE)
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
            elif _hides(rule["style"]):
                hidden.update(name for one in rule["selectors"].split(",") if _NAME.fullmatch(name := one.strip()))
        self._names = hidden - shown

    def __call__(self, element: etree._Element) -> bool:
        if element.get("hidden") is not None or element.get("aria-hidden") == "true":
            return True
        style = element.get("style") or ""
        if _hides(style) or (_NO_SIZE.search(style) and not _any_has_a_size(element)):
            return True
        names = {f".{name}" for name in (element.get("class") or "").split()} | {f"#{element.get('id')}"}
        return not self._names.isdisjoint(names) and not _SHOWING.search(style)


def _hides(style: str) -> bool:
    return _HIDING.search(style) is not None or (_NO_ROOM.search(style) is not None and _CUT.search(style) is not None)


def _any_has_a_size(element: etree._Element) -> bool:
    return any("font" in (below.get("style") or "") for below in element.iterdescendants(etree.Element))
