"""SpreadsheetML as a stream of elements, in whatever namespace it is: the transitional, the strict, none."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

from lxml import etree

from indexer.errors import DamagedFile, OverLimit
from indexer.readers.word.markup import Element

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def elements(xml: bytes, part: str, *names: str) -> Iterator[Element]:
    """The elements called one of ``names``, one after the other; each is emptied once the next is asked for.

    Raises DamagedFile, and OverLimit for a text of more than ten million characters.
    """
    parser = etree.iterparse(
        io.BytesIO(xml),
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for at, (_, element) in enumerate(parser):
            if at == 0 and element.getroottree().docinfo.internalDTD is not None:
                raise DamagedFile(
                    f"{part} declares entities or a document type, which no workbook does; do not trust it"
                )
            yield element
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except (etree.XMLSyntaxError, ValueError) as error:
        if "huge" in str(error).lower() or "too long" in str(error).lower():
            raise OverLimit(f"a text in {part} is longer than ten million characters; split it") from error
        raise DamagedFile(f"{part} is not well-formed ({error}); open the workbook and save it again") from error


def below(root: Element, name: str) -> Iterator[Element]:
    return root.iter(f"{{*}}{name}")


def local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def text_of(element: Element) -> str:
    """The text of a string, its runs together, without how it is read aloud (``rPh``)."""
    pieces: list[str] = []
    for one in element:
        match local(one):
            case "t":
                pieces.append(one.text or "")
            case "r":
                pieces += [inside.text or "" for inside in one if local(inside) == "t"]
    return unescaped("".join(pieces))


def unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "_x" in text else text
