"""The reader: which characters of a passage answer a question, and how surely. It points; it writes nothing.

A second copy of the bundled model's layers with an adapter and a head of its own (``adapters/README.md``), unpacked
beside the encoder. It looks words up in the encoder's embeddings, so that it takes 0.1 GB of memory and not 0.5.

The judge is the same with the upper layers and the head trained further, to tell what answers from what nearly does.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.lora import HEAD
from indexer.encoders.openvino_backend import States, compiled_states
from indexer.encoders.types import Backend, Reading, Window, utf8

READER_FOLDER, ADAPTERS_FILE = "reader", "adapters"
READER, JUDGE = "reader", "judge"
LAYERS, CALIBRATION = "{}.safetensors", "{}.calibration.json"  # of either, in that folder
QUERY, PASSAGE = "query: ", "passage: "
MAX_TOKENS, MAX_QUESTION_TOKENS, MAX_ANSWER_TOKENS = 256, 64, 41
MIN_BATCH = 2  # windows: fewer to a core take longer than they save
# Batches are as long as a multiple of it: for each shape of a batch that there was, the library keeps what it has
# worked out for it, which came to 350 MB after 240 questions.
STEP = 16
_ELSEWHERE = -1e4


@dataclass(frozen=True)
class _Row:
    """``<s> query: Q </s> </s> passage: W </s>``; W's tokens begin at ``window``, those of its passage at ``passage``,
    whose characters are ``spans``, (n_tokens, 2). ``places``: the tokens of the passage and of each of its parts,
    half open, the passage first."""

    ids: list[int]
    window: int
    passage: int
    spans: NDArray[np.int64]
    places: list[tuple[int, int]]


class SpanReader:
    """The bundled reader. Safe to use from several threads."""

    def __init__(
        self,
        model: Any,
        folder: Path,
        backend: Backend = "torch",
        precision: Literal["float32", "bfloat16"] = "float32",
        threads: int | None = None,
        which: Literal["reader", "judge"] = "reader",
    ) -> None:
        """``model``: the SentenceTransformer whose embeddings it shares; ``folder``: where the bundled model was
        unpacked, the reader in it. With ``torch`` its precision is that of ``model``."""
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer
        from transformers import BertModel

        self._torch: Any = torch
        weights = load_file(folder / READER_FOLDER / LAYERS.format(READER))
        if which == JUDGE:
            weights |= load_file(folder / READER_FOLDER / LAYERS.format(JUDGE))
        shared = model[0].auto_model
        with torch.device("meta"):
            bert: Any = BertModel(shared.config, add_pooling_layer=False)
        bert.embeddings = shared.embeddings
        kind = next(shared.parameters()).dtype
        bert.encoder.load_state_dict(
            {name.removeprefix("encoder."): w.to(kind) for name, w in weights.items() if name.startswith("encoder.")},
            assign=True,
        )
        bert.eval()
        self._states = compiled_states(bert, precision, threads) if backend == "openvino" else _of_torch(torch, bert)
        self._head = {name.removeprefix(HEAD): w for name, w in weights.items() if name.startswith(HEAD)}
        calibration = json.loads((folder / READER_FOLDER / CALIBRATION.format(which)).read_text(encoding="utf-8"))
        self._weight, self._bias = np.array(calibration["weight"]), float(calibration["bias"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))  # its own: the encoder's cuts and pads
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._begin, self._end = self._tokenizer.encode("").ids
        self._pad = int(shared.config.pad_token_id or 0)
        # Threads of its own, and not of the libraries': those wait for each other after every step, and on busy cores
        # for long.
        self._cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        self._others = ThreadPoolExecutor(max(self._cores - 1, 1), thread_name_prefix=which)

    def read(self, question: str, windows: Sequence[Window]) -> list[Reading]:
        """One reading a window, in their order. Each core reads a batch: of windows about as long as each other, and of
        about as many tokens as the other batches."""
        if not windows:
            return []
        rows = self._rows(question, windows)
        shares = _shares([len(row.ids) for row in rows], min(self._cores, max(len(rows) // MIN_BATCH, 1)))
        batches = [[rows[at] for at in share] for share in shares]
        others = [(batch, self._others.submit(self._read, batch)) for batch in batches[1:]]
        found = self._read(batches[0])
        for batch, elsewhere in others:  # what no core has begun with yet is read here
            found += self._read(batch) if elsewhere.cancel() else elsewhere.result()
        return [reading for _, reading in sorted(zip(chain(*shares), found, strict=True), key=itemgetter(0))]

    def _read(self, rows: Sequence[_Row]) -> list[Reading]:
        """By one batched pass."""
        torch = self._torch
        n_tokens = -(-max(len(row.ids) for row in rows) // STEP) * STEP
        ids = np.full((len(rows), n_tokens), self._pad, np.int64)
        mask = np.zeros((len(rows), n_tokens), np.int64)
        in_window = np.zeros((len(rows), n_tokens), np.bool_)
        for at, row in enumerate(rows):
            ids[at, : len(row.ids)], mask[at, : len(row.ids)] = row.ids, 1
            in_window[at, row.window : len(row.ids) - 1] = True
        of = [at for at, row in enumerate(rows) for _ in row.places]
        in_place = np.zeros((len(of), n_tokens), np.bool_)
        for tokens, (first, last) in zip(in_place, chain.from_iterable(row.places for row in rows), strict=True):
            tokens[first:last] = True
        with torch.inference_mode():
            states = torch.from_numpy(self._states(ids, mask))
            start, end, answer = self._heads(states, torch.from_numpy(in_window))
            firsts, lasts, raw = _best_spans(torch, start[of], end[of], torch.from_numpy(in_place))
            logp = raw - (start.logsumexp(1) + end.logsumexp(1))[of]
            features = torch.stack([answer[of], raw, logp], 1).double().numpy()
        found = zip(firsts.tolist(), lasts.tolist(), (features @ self._weight + self._bias).tolist(), strict=True)
        return [_reading(row, [next(found) for _ in row.places]) for row in rows]

    def _rows(self, question: str, windows: Sequence[Window]) -> list[_Row]:
        asked = self._tokenizer.encode(QUERY + utf8(question), add_special_tokens=False).ids[:MAX_QUESTION_TOKENS]
        texts = [utf8(f"{PASSAGE}{window.context}\n{window.passage}") for window in windows]
        read = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        return [self._row(asked, found, window) for found, window in zip(read, windows, strict=True)]

    def _row(self, asked: list[int], found: Any, window: Window) -> _Row:
        offsets = np.array(found.offsets, np.int64) - len(PASSAGE)
        n_prefix = int((offsets[:, 1] <= 0).sum())
        before = len(window.context) + 1
        head = [self._begin, *asked, self._end, self._end]
        ids = [*head, *found.ids][: MAX_TOKENS - 1]
        # A token may begin with the line break before the passage; it is the passage's if it ends in it.
        first = int(np.searchsorted(offsets[:, 1], before, side="right"))
        spans = (offsets[first : max(first, len(ids) - len(head))] - before).clip(min=0)
        passage = len(head) + first
        ends = spans[:, 1]
        parts = [np.searchsorted(ends, (part.start, part.end), side="right") + passage for part in window.parts]
        places = [(passage, passage + len(spans)), *((int(start), int(end)) for start, end in parts)]
        return _Row([*ids, self._end], len(head) + n_prefix, passage, spans, places)

    def _heads(self, states: Any, in_window: Any) -> tuple[Any, Any, Any]:
        """Start and end, (n, tokens), and answer, (n); as in the model card."""
        functional, head = self._torch.nn.functional, self._head
        logits = functional.linear(states, head["span.weight"], head["span.bias"])
        start, end = logits.masked_fill(~in_window[:, :, None], _ELSEWHERE).unbind(2)
        pooled = [(side.softmax(1)[:, :, None] * states).sum(1) for side in (start, end)]
        x = self._torch.cat([states[:, 0], *pooled], 1)
        hidden = functional.gelu(functional.linear(x, head["answer.0.weight"], head["answer.0.bias"]))
        return start, end, functional.linear(hidden, head["answer.2.weight"], head["answer.2.bias"]).squeeze(1)


def adapters_in(folder: Path) -> str | None:
    """Which adapters the bundled model was unpacked with into ``folder``; None for another model, or without."""
    path = folder / READER_FOLDER / ADAPTERS_FILE
    return path.read_text(encoding="ascii").strip() if path.is_file() else None


def _shares(lengths: Sequence[int], n: int) -> list[list[int]]:
    """Which of as many windows, of these lengths in tokens, each of at most ``n`` batches takes, the longest first; a
    batch is padded to its longest."""
    shares: list[list[int]] = [[]]
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        share = shares[-1]
        if share and len(shares) < n and len(share) * lengths[share[0]] * n >= sum(lengths):
            shares.append(share := [])
        share.append(at)
    return shares


def _of_torch(torch: Any, bert: Any) -> States:
    def states_of(ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float32]:
        with torch.inference_mode():
            states = bert(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).last_hidden_state
            return np.asarray(states.float().numpy(), np.float32)

    return states_of


def _best_spans(torch: Any, start: Any, end: Any, in_place: Any) -> tuple[Any, Any, Any]:
    """The tokens i <= j <= i + 40 of the place with the highest start[i] + end[j], and that sum; each (n)."""
    start, end = (side.masked_fill(~in_place, 2 * _ELSEWHERE) for side in (start, end))
    n_ahead = MAX_ANSWER_TOKENS
    padded = torch.nn.functional.pad(end, (0, n_ahead - 1), value=float("-inf"))
    raw, place = (start[:, :, None] + padded.unfold(1, n_ahead, 1)).flatten(1).max(1)
    first = place // n_ahead
    return first, first + place % n_ahead, raw


def _reading(row: _Row, found: Sequence[tuple[int, int, float]]) -> Reading:
    """Of the passage, and of each of its parts, by the best tokens of each of the places of ``row``."""
    whole, *parts = (
        # What was cut off whole has no tokens.
        Reading(int(row.spans[i - row.passage, 0]), int(row.spans[j - row.passage, 1]), score)
        if first <= i <= j < last
        else Reading(0, 0, score)
        for (first, last), (i, j, score) in zip(row.places, found, strict=True)
    )
    return replace(whole, parts=tuple(parts))
