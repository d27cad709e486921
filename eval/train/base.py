"""The base model without sentence-transformers: its folder, its tokens, and the mean of its last states."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint
from transformers import BertModel

from indexer.encoders.bundled import PROMPTS, unpack
from service.settings import Settings

QUERY, PASSAGE = PROMPTS["query"], PROMPTS["passage"]
# Padded tokens in one forward pass. On a GPU the launches cost, on a CPU the padding and the memory.
MAX_TOKENS_AT_ONCE = {"cuda": 65_536, "cpu": 8_192}


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


def padded(ids: Sequence[Sequence[int]], pad: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Ids and attention mask, (n_texts, longest) int64, padded behind."""
    lengths = np.array([len(line) for line in ids])
    filled = np.arange(lengths.max()) < lengths[:, None]
    table = np.full(filled.shape, pad, np.int64)
    table[filled] = np.fromiter(chain.from_iterable(ids), np.int64, lengths.sum())
    mask = filled.astype(np.int64)
    return torch.from_numpy(table).to(device), torch.from_numpy(mask).to(device)


def by_length(lengths: Sequence[int], max_tokens: int) -> Iterator[list[int]]:
    """Indices from the longest to the shortest, cut so that no part has over ``max_tokens`` when padded (but one text
    at least)."""
    order = sorted(range(len(lengths)), key=lambda at: -lengths[at])
    while order:
        n = max(1, max_tokens // lengths[order[0]])
        yield order[:n]
        order = order[n:]


def encode(bert: BertModel, ids: Sequence[Sequence[int]]) -> Tensor:
    """(n_texts, width) float32, of unit length: the mean of the last states over all tokens, as in the base."""
    device = next(bert.parameters()).device
    order: list[int] = []
    means = []
    for part in by_length([len(line) for line in ids], MAX_TOKENS_AT_ONCE[device.type]):
        table, mask = padded([ids[at] for at in part], pad_of(bert), device)
        states = bert(input_ids=table, attention_mask=mask).last_hidden_state.float()
        weight = mask[:, :, None].float()
        means.append((states * weight).sum(1) / weight.sum(1))
        order += part
    back = torch.empty(len(order), dtype=torch.long)
    back[torch.tensor(order)] = torch.arange(len(order))
    return nn.functional.normalize(torch.cat(means), dim=1)[back.to(device)]


def pad_of(bert: BertModel) -> int:
    """The id that fills short rows."""
    return int(bert.config.pad_token_id or 0)
