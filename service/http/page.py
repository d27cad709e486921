"""Pages as trees of elements whose text can only be text: what each has around it, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def new_page(
    language: str, title: str, *, home: str = "../", styles: Sequence[str] = ("given.css",), script: str = ""
) -> tuple[Element, Element, Element]:
    """The page, its header and its main part. Addresses are relative, from ``home``: a proxy may have put a path before
    them."""
    root = Element("html", lang=language)
    head = SubElement(root, "head")
    SubElement(head, "meta", charset="utf-8")
    SubElement(head, "meta", name="viewport", content="width=device-width, initial-scale=1")
    SubElement(head, "title").text = f"{title} · 据典 Judian"
    SubElement(head, "link", rel="icon", href=f"{home}static/icon.svg")
    for style in styles:
        SubElement(head, "link", rel="stylesheet", href=f"{home}static/{style}")
    if script:
        SubElement(head, "script", type="module", src=f"{home}static/{script}")
    body = SubElement(root, "body")
    header = SubElement(body, "header")
    SubElement(header, "a", href=home).text = "据典 Judian"
    return root, header, SubElement(body, "main")


def add_text(parent: Element, tag: str, text: str, class_name: str = "") -> Element:
    """A new element, in whose language its text is: that decides voice and glyphs."""
    node = SubElement(parent, tag, {"class": class_name} if class_name else {})
    node.set("lang", language_of(text))
    node.text = text
    return node


def language_of(text: str) -> str:
    return "zh-CN" if _HAN.search(text) else "en"


def add_inline(parent: Element, text: str) -> None:
    """``text`` behind whatever ``parent`` holds already."""
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def written(root: Element) -> str:
    return "<!doctype html>\n" + tostring(root, encoding="unicode", method="html")
