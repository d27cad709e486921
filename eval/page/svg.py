"""A matplotlib figure as SVG that stands in a page: no style that a strict policy forbids, colours of the page's theme.

The labels stay text, in the page's own font. Text that comes from a run has no place in a figure: legends are HTML.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from xml.etree import ElementTree

import matplotlib as mpl
from markupsafe import Markup
from matplotlib.figure import Figure

# What to draw in, and the property of the page that takes its place. The values stand for nothing else.
INK, QUIET, LINE = "#010001", "#010002", "#010003"
N_COLOURS = 8
_PROPERTY = {INK: "var(--ink)", QUIET: "var(--quiet)", LINE: "var(--line)"}
_PROPERTY |= {f"#0200{number:02x}": f"var(--run-{number})" for number in range(N_COLOURS)}
_STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "judian",  # ids do not change from one run to the next
    "font.family": "sans-serif",
    "font.size": 10,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.titlecolor": INK,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "text.color": INK,
    "legend.frameon": False,
}
_REFERENCE = re.compile(r"#([^)\"']+)")
_DROPPED = frozenset({"metadata", "style", "title"})


def run_colour(number: int) -> str:
    """The colour of the run at ``number``, from 0; the ninth has that of the first."""
    return f"#0200{number % N_COLOURS:02x}"


@contextmanager
def drawing() -> Iterator[None]:
    """Figures are made and turned into SVG inside of this: whoever runs it may have another matplotlib style."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_STYLE)  # type: ignore[arg-type] # its type names every setting there is
        yield


def inline(figure: Figure, name: str, label: str) -> Markup:
    """The figure as an ``<svg>`` element. ``name`` makes its ids unlike those of other figures on the page; ``label``
    is what a screen reader says."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ElementTree.fromstring(buffer.getvalue())
    for parent in list(root.iter()):
        for child in list(parent):
            if _bare(child.tag) in _DROPPED:
                parent.remove(child)
    used = {
        found for element in root.iter() for value in element.attrib.values() for found in _REFERENCE.findall(value)
    }
    for element in root.iter():
        element.tag = _bare(element.tag)
        attributes = {key: value for known, value in element.attrib.items() if (key := _bare(known)) != "style"}
        if attributes.get("id") not in used:
            attributes.pop("id", None)
        for key, value in attributes.items():
            if key == "id":
                attributes[key] = f"{name}-{value}"
            elif key == "href" or value.startswith("url("):
                attributes[key] = _REFERENCE.sub(rf"#{name}-\1", value)
        attributes |= _presentation(element.get("style", ""))
        element.attrib.clear()
        element.attrib.update(attributes)
    width = root.attrib.pop("width").removesuffix("pt")
    root.attrib.pop("height")
    root.attrib.pop("version", None)
    root.attrib.update({"class": "plot", "role": "img", "aria-label": label, "data-width": width})
    for element in root.iter():  # line breaks between elements, which nothing shows
        element.tail = None
        if element.text is not None and not element.text.strip():
            element.text = None
    return Markup(ElementTree.tostring(root, encoding="unicode"))


def _presentation(style: str) -> dict[str, str]:
    """The declarations of a style attribute as presentation attributes, which a policy without inline styles allows."""
    attributes = {}
    for declaration in filter(None, map(str.strip, style.split(";"))):
        key, _, value = (part.strip() for part in declaration.partition(":"))
        if key == "font":  # a shorthand, which has no attribute: its size and weight are kept, its family is the page's
            if size := re.search(r"([\d.]+)px", value):
                attributes["font-size"] = size[1]
            if re.search(r"\b(bold|700)\b", value):
                attributes["font-weight"] = "bold"
        elif key == "font-size":
            attributes[key] = value.removesuffix("px")
        elif key != "font-family":
            attributes[key] = _PROPERTY.get(value.lower(), value)
    return attributes


def _bare(name: str) -> str:
    """Without the namespace: HTML knows those of SVG itself."""
    return name.rpartition("}")[2]
