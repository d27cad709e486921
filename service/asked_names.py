"""Which sentences of a passage are not about the name that a definition is asked of: the others define other things.

“什么是‘说事制’” is answered where the name stands, or right behind it: “…，即…”, “它是指…”.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from indexer.chinese.folding import fold
from indexer.sentences import sentences
from indexer.types import Span
from service.demands.wording import has_name
from service.types import Passage
from service.understand import Understood

# A sentence that begins so goes on with what the one before it names.
_GOES_ON = re.compile(r"\s*(?:即|就是|也就是|指|是指|主要|具体|包括|分别|其|它|该|这|此|上述)")


def not_of_the_name(understood: Understood, passages: Sequence[Passage]) -> Mapping[str, frozenset[Span]]:
    """The sentences of ``passages`` that neither have a name that the question quotes nor stand right behind one that
    has it, of those passages that have it; by chunk, as spans of its text."""
    out: dict[str, frozenset[Span]] = {}
    for passage in passages:
        folded = fold(passage.chunk.text)
        names = [name for name in understood.demands.quoted if has_name(name, folded)]
        if not names or len(folded) != len(passage.chunk.text):
            continue
        found = sentences(passage.chunk.text)
        having = [any(has_name(name, span.of(folded)) for name in names) for span in found]
        goes_on = [
            before and _GOES_ON.match(folded, span.start) for before, span in zip([False, *having], found, strict=False)
        ]
        about = [own or further for own, further in zip(having, goes_on, strict=True)]
        out[passage.chunk.chunk_id] = frozenset(
            span for span, is_about in zip(found, about, strict=True) if not is_about
        )
    return out
