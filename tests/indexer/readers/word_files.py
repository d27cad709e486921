"""Word files made from their markup, so that a test says what stands in them to the letter."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_SPACES = (
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def run(text: str, properties: str = "") -> str:
    """A run of text with the markup ``properties`` in its ``w:rPr``."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(content: str = "", *, style: str = "", num: int | None = None, level: int = 0, more: str = "") -> str:
    """A paragraph of ``content``, plain text or markup, in a style, as an item of list ``num``."""
    inside = content if content.startswith("<") or not content else run(content)
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>' if num is not None else ""
    return f"<w:p><w:pPr>{styled}{listed}{more}</w:pPr>{inside}</w:p>"


def cell(content: str = "", *, columns: int = 1, down: str | None = None) -> str:
    """``down``: ``restart`` or ``continue`` a cell that is merged over rows."""
    merged = "" if down is None else f'<w:vMerge w:val="{down}"/>' if down == "restart" else "<w:vMerge/>"
    inside = content if content.startswith("<") else paragraph(content)
    return f'<w:tc><w:tcPr><w:gridSpan w:val="{columns}"/>{merged}</w:tcPr>{inside}</w:tc>'


def table(*rows: Iterable[str], n_heads: int = 0) -> str:
    """Rows of cells, markup or plain text; the first ``n_heads`` are marked as heads."""
    made = ""
    for at, row in enumerate(rows):
        marked = "<w:trPr><w:tblHeader/></w:trPr>" if at < n_heads else ""
        made += f"<w:tr>{marked}{''.join(one if one.startswith('<') else cell(one) for one in row)}</w:tr>"
    return f"<w:tbl><w:tblPr/>{made}</w:tbl>"


def level(at: int, form: str, text: str, more: str = "") -> str:
    """A level of an abstract list that starts at 1."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'
    )


def numbering(abstracts: Mapping[int, str], nums: Mapping[int, tuple[int, str]]) -> str:
    """``abstracts``: levels by id; ``nums``: the abstract list that each follows, and its overrides."""
    made = "".join(f'<w:abstractNum w:abstractNumId="{key}">{of}</w:abstractNum>' for key, of in abstracts.items())
    for key, (abstract, overrides) in nums.items():
        made += f'<w:num w:numId="{key}"><w:abstractNumId w:val="{abstract}"/>{overrides}</w:num>'
    return f"<w:numbering>{made}</w:numbering>"


def style(style_id: str, name: str, *, based_on: str = "", properties: str = "", kind: str = "paragraph") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    return f'<w:style w:type="{kind}" w:styleId="{style_id}"><w:name w:val="{name}"/>{base}{properties}</w:style>'


def docx(body: str, parts: Mapping[str, str] | None = None, *, space: str = TRANSITIONAL) -> bytes:
    """A Word file with ``body`` in ``w:body``; ``parts`` are the roots of others (``numbering``, ``styles``…)."""
    files = {"document": f"<w:document><w:body>{body}<w:sectPr/></w:body></w:document>", **(parts or {})}
    related = "".join(
        f'<Relationship Id="r{at}" Type="{_RELATED}/{name.rstrip("123")}" Target="{name}.xml"/>'
        for at, name in enumerate(files)
        if name != "document"
    )
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    made = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r" Type="{_RELATED}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{package}">{related}</Relationships>',
    }
    for name, markup in files.items():
        tag, _, rest = markup.partition(">")
        made[f"word/{name}.xml"] = f'{tag} xmlns:w="{space}" {_SPACES}>{rest}'
    return zipped({name: markup.encode() for name, markup in made.items()})


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in files.items():
            archive.writestr(name, raw)
    return out.getvalue()
