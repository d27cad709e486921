"""The base model without sentence-transformers: its folder, its tokens, and the mean of its last states."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import BertModel

from indexer.encoders.bundled import PROMPTS, unpack
from service.settings import Settings

QUERY, PASSAGE = PROMPTS["query"], PROMPTS["passage"]
# Padded tokens in one forward pass. On a GPU the launches cost, on a CPU the padding and the memory.
MAX_TOKENS_AT_ONCE = {"cuda": 65_536, "cpu": 8_192}
ROW = 256  # tokens of several texts that stand in one row; attention within a row costs by its square


def load_base(device: torch.device) -> BertModel:
    """The bundled encoder in float32, without a pooler and without dropout; unpacked on the first call."""
    model = BertModel.from_pretrained(
        _folder(), add_pooling_layer=False, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0
    )
    assert isinstance(model, BertModel)
    nn.Module.to(model, device)  # the model's own is not typed
    return model


def recompute(bert: BertModel) -> None:
    """Make each layer keep its input alone and compute the rest again for the gradients (Chen et al. 2016,
    arXiv:1604.06174): on a CPU, where a batch's activations would take some 20 GB."""
    for layer in bert.encoder.layer:
        layer.forward = partial(checkpoint, layer.forward, use_reentrant=False)


class Tokens:
    """Token ids by text, with <s> and </s>, at most ``max_tokens`` long; each text is tokenised once."""

    def __init__(self, tokenizer: Tokenizer, max_tokens: int) -> None:
        tokenizer.enable_truncation(max_tokens)
        self._tokenizer, self._known = tokenizer, dict[str, list[int]]()

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        new = list({text for text in texts if text not in self._known})
        for text, encoding in zip(new, self._tokenizer.encode_batch_fast(new), strict=True):
            self._known[text] = encoding.ids
        return [self._known[text] for text in texts]


def load_tokenizer() -> Tokenizer:
    """The base's tokenizer."""
    return Tokenizer.from_file(str(_folder() / "tokenizer.json"))


def _folder() -> Path:
    return unpack(Settings.from_environment().cache_folder / "models")


def placed(values: NDArray[np.generic], device: torch.device) -> Tensor:
    """``values`` on ``device``. From pinned memory the copy waits for nothing; from other memory it would wait for all
    that the GPU still has to do, and the GPU then for the next step's texts."""
    tensor = torch.from_numpy(values)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor


def padded(ids: Sequence[Sequence[int]], pad: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids and attention mask, (n_texts, longest) int64, padded behind."""
    lengths = np.array([len(line) for line in ids])
    filled = np.arange(lengths.max()) < lengths[:, None]
    table = np.full(filled.shape, pad, np.int64)
    table[filled] = np.fromiter(chain.from_iterable(ids), np.int64, lengths.sum())
    return placed(table, device), placed(filled.astype(np.int64), device)


def by_length(lengths: Sequence[int], max_tokens: int) -> Iterator[list[int]]:
    """Indices from the longest to the shortest, cut so that no part has over ``max_tokens`` when padded (but one text
    at least)."""
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    while order:
        n = max(1, max_tokens // lengths[order[0]])
        yield order[:n]
        order = order[n:]


def packed(lengths: Sequence[int], width: int) -> list[list[int]]:
    """Indices of the texts that share a row of ``width`` tokens: from the longest to the shortest, each goes into the
    fullest row that has room (best fit decreasing; Krell et al. 2021, arXiv:2107.02027, on training with such rows)."""
    rows: list[list[int]] = []
    rooms: list[tuple[int, int]] = []  # of each row, with its place; ascending
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        place = bisect_left(rooms, (lengths[at],))
        if place < len(rooms):
            room, row = rooms.pop(place)
            rows[row].append(at)
        else:
            room, row = width, len(rows)
            rows.append([at])
        insort(rooms, (room - lengths[at], row))
    return rows


def encode(bert: BertModel, ids: Sequence[Sequence[int]]) -> Tensor:
    """(n_texts, width) float32, of unit length: the mean of the last states over all tokens, as in the base.

    Texts stand in shared rows, each seeing itself alone: padding each to the longest would be two thirds of the work.
    """
    device = next(bert.parameters()).device
    lengths = [len(line) for line in ids]
    width = max(*lengths, min(ROW, sum(lengths)))
    rows = packed(lengths, width)
    n_rows = MAX_TOKENS_AT_ONCE[device.type] // width
    sums, order = list[Tensor](), list[int]()
    for begin in range(0, len(rows), n_rows):
        lines, texts = list[Sequence[int]](), list[int]()  # texts: their places in lines
        for row in rows[begin : begin + n_rows]:
            texts += range(len(lines), len(lines) + len(row))
            rest = width - sum(lengths[at] for at in row)
            lines += [*(ids[at] for at in row), [pad_of(bert)] * rest]  # the rest too: what sees nothing has no softmax
            order += row
        runs = np.array([len(line) for line in lines])
        table = np.fromiter(chain.from_iterable(lines), np.int64, runs.sum())
        place = np.arange(len(table)) - np.repeat(np.cumsum(runs) - runs, runs)
        line = placed(np.repeat(np.arange(len(runs)), runs).reshape(-1, width), device)
        states = bert(
            input_ids=placed(table.reshape(-1, width), device),
            attention_mask=(line[:, :, None] == line[:, None])[:, None],
            position_ids=placed(place.reshape(-1, width), device),
        ).last_hidden_state
        of_lines = torch.segment_reduce(states.float().flatten(0, 1), "sum", lengths=placed(runs, device), unsafe=True)
        sums.append(of_lines[placed(np.array(texts), device)])
    return nn.functional.normalize(torch.cat(sums), dim=1)[placed(np.argsort(order), device)]


def pad_of(bert: BertModel) -> int:
    """The id that fills short rows."""
    return int(bert.config.pad_token_id or 0)
