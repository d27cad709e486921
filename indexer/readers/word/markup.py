"""WordprocessingML as elements with short names: ``w:p`` in the transitional and in the strict namespaces.

ECMA-376 (ISO/IEC 29500) part 1 is the strict form, part 4 the transitional one, which nearly all files are in.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from indexer.errors import DamagedFile

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "r",
    "http://purl.oclc.org/ooxml/officeDocument/relationships": "r",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    "http://schemas.openxmlformats.org/package/2006/relationships": "rel",
}
_W, _W_STRICT = (f"{{{space}}}" for space, prefix in _PREFIXES.items() if prefix == "w")
_OFF = frozenset(("0", "false", "off"))
CONTENTS = "table of contents"
# Around content that stands as if they were not there.
TRANSPARENT = frozenset(
    (
        *("w:ins", "w:moveTo", "w:sdt", "w:sdtContent", "w:smartTag", "w:customXml", "w:hyperlink", "w:dir", "w:bdo"),
        *("w:ruby", "w:rubyBase", "mc:AlternateContent", "mc:Choice", "mc:Fallback"),
    )
)

Element = etree._Element


def parsed(xml: bytes, name: str) -> Element:
    """The root of ``xml``, the part called ``name``. Nothing outside it is fetched and no entity is replaced.

    Raises DamagedFile for what is not well-formed, and for a document type, which no such file has.
    """
    parser = etree.XMLParser(
        resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFile(
            f"{name} is not well-formed ({error}); open the file in Word or WPS and save it again"
        ) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFile(f"{name} declares entities or a document type, which no Word file does; do not trust it")
    return root


@lru_cache(maxsize=4096)
def _short(tag: str) -> str:
    space, _, local = tag.rpartition("}")
    prefix = _PREFIXES.get(space[1:])
    return f"{prefix}:{local}" if prefix else local if not space else f"?:{local}"


def name(element: Element) -> str:
    """``w:p``, ``mc:Choice``; ``?:x`` for what is in another namespace."""
    tag = element.tag
    return _short(tag) if isinstance(tag, str) else ""


def attribute(element: Element | None, key: str) -> str | None:
    """The attribute ``w:key``, also where its prefix was left out."""
    if element is None:
        return None
    return element.get(_W + key) or element.get(_W_STRICT + key) or element.get(key)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child called ``path[0]``, its first child called ``path[1]``, and so on."""
    for step in path:
        element = next((below for below in element if name(below) == step), None) if element is not None else None
    return element


def value(element: Element | None, *path: str) -> str | None:
    """``w:val`` of ``child(element, *path)``."""
    return attribute(child(element, *path), "val")


def number(element: Element | None, *path: str, least: int = 0, most: int = 32_767) -> int | None:
    """The same as a number; None where it is none or lies outside."""
    text = value(element, *path) or ""
    stated = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
    return stated if stated is not None and least <= stated <= most else None


def toggled(properties: Element | None, key: str) -> bool | None:
    """Whether a property such as ``w:vanish`` is on; None where it is not stated."""
    found = child(properties, key)
    return None if found is None else (attribute(found, "val") or "").lower() not in _OFF


def content(element: Element) -> Iterator[Element]:
    """The children that stand in the text: what is around them is taken away, of two copies there is one.

    Of ``mc:AlternateContent`` the first choice that holds anything, or the fallback. What
    :func:`no_text_of_its_own` knows stays what it is, a ``w:sdt``.
    """
    for below in element:
        kind = name(below)
        if kind == "mc:AlternateContent":
            taken = next((copy for copy in below if name(copy) in ("mc:Choice", "mc:Fallback") and len(copy)), None)
            if taken is not None:
                yield from content(taken)
        elif kind in TRANSPARENT and not (kind == "w:sdt" and no_text_of_its_own(below)):
            yield from content(below)
        else:
            yield below


def no_text_of_its_own(control: Element) -> str | None:
    """Why a ``w:sdt`` holds nothing that its writer wrote, or None where it does."""
    properties = child(control, "w:sdtPr")
    if value(properties, "w:docPartObj", "w:docPartGallery") == "Table of Contents":
        return CONTENTS
    return "a form's field that nobody filled" if toggled(properties, "w:showingPlcHdr") else None
