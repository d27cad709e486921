"""Office files that went wrong: elements moved, copied, renamed, nested, values that no program writes, bytes cut."""

from __future__ import annotations

import copy
import io
import random
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lxml import etree

MAX_MUTATIONS = 8
MAX_ELEMENTS = 4_000  # what grows with each copy ends here
BYTES_SHARE = 0.2  # of the inputs; most cut archives are refused at once, and try nothing behind it


@dataclass(frozen=True)
class Vocabulary:
    """What a format is made of: its ``main`` part, the name``space`` of its elements, the ``key`` of the attribute that
    most have, and what may stand as a tag, a value of an attribute and a text."""

    main: str
    space: str
    key: str
    tags: tuple[str, ...]
    values: tuple[str, ...]
    texts: tuple[str, ...]


def mutated(rng: random.Random, parts: Mapping[str, bytes], words: Vocabulary) -> bytes:
    """A file of ``parts`` in which one to eight things are wrong; the same for the same state of ``rng``."""
    made = dict(parts)
    for _ in range(rng.randint(1, 2)):
        name = rng.choice((words.main, words.main, *made))
        root = etree.fromstring(made[name], etree.XMLParser(huge_tree=True))  # it may be nested deeply by now
        for _n in range(rng.randint(1, MAX_MUTATIONS // 2)):
            rng.choice(MUTATIONS)(rng, root, words)
        made[name] = etree.tostring(root)
    raw = zipped(made)
    return _damaged(rng, raw) if rng.random() < BYTES_SHARE else raw


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """An archive of the parts, not packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, raw in parts.items():
            archive.writestr(zipfile.ZipInfo(name), raw)
    return out.getvalue()


def _damaged(rng: random.Random, raw: bytes) -> bytes:
    bits = bytearray(raw)
    kind = rng.randrange(3)
    if kind == 0:
        return raw[: rng.randrange(len(raw))]
    if kind == 1:
        for _ in range(rng.randint(1, 8)):
            bits[rng.randrange(len(bits))] ^= 1 << rng.randrange(8)
        return bytes(bits)
    at = rng.randrange(len(raw))
    return raw[:at] + rng.randbytes(rng.choice((1, 4, 50))) + raw[at + rng.choice((0, 1, 4, 50)) :]


def _any(rng: random.Random, root: etree._Element) -> etree._Element:
    return rng.choice(list(root.iter(etree.Element)))


def _removed(rng: random.Random, root: etree._Element, _: Vocabulary) -> None:
    element = _any(rng, root)
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _copied(rng: random.Random, root: etree._Element, _: Vocabulary) -> None:
    element, into = _any(rng, root), _any(rng, root)
    if sum(1 for _ in root.iter()) + sum(1 for _ in element.iter()) < MAX_ELEMENTS:
        into.insert(rng.randint(0, len(into)), copy.deepcopy(element))


def _repeated(rng: random.Random, root: etree._Element, words: Vocabulary) -> None:
    for _ in range(rng.choice((3, 30))):
        _copied(rng, root, words)


def _nested(rng: random.Random, root: etree._Element, words: Vocabulary) -> None:
    element = _any(rng, root)
    parent = element.getparent()
    if parent is None:
        return
    around = element
    at = parent.index(element)
    for _ in range(rng.choice((1, 5, 60))):
        outer = etree.Element(f"{{{words.space}}}{rng.choice(words.tags)}")
        outer.append(around)
        around = outer
    parent.insert(at, around)


def _renamed(rng: random.Random, root: etree._Element, words: Vocabulary) -> None:
    _any(rng, root).tag = f"{{{words.space}}}{rng.choice(words.tags)}"


def _revalued(rng: random.Random, root: etree._Element, words: Vocabulary) -> None:
    element = _any(rng, root)
    keys = [*element.keys(), words.key]
    element.set(rng.choice(keys), rng.choice(words.values))


def _retold(rng: random.Random, root: etree._Element, words: Vocabulary) -> None:
    texts = [element for element in root.iter() if element.text]
    if texts:
        rng.choice(texts).text = rng.choice(words.texts)


Mutation = Callable[[random.Random, etree._Element, Vocabulary], None]
MUTATIONS: tuple[Mutation, ...] = (_removed, _copied, _repeated, _nested, _renamed, _revalued, _revalued, _retold)
