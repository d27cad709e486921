"""The reader: a head on the base that points at the characters which answer a question, and says whether any do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer
from torch import Tensor, nn
from transformers import BertModel

from eval.train.base import MAX_TOKENS_AT_ONCE, PASSAGE, QUERY, by_length, pad_of, padded, placed

MAX_TOKENS, MAX_QUESTION_TOKENS, MAX_ANSWER_TOKENS = 256, 64, 41
NOT_THE_PASSAGE = -1e4
FEATURES = ("answer", "raw", "logp")


@dataclass(frozen=True)
class Window:
    """``<s> query: Q </s> </s> passage: W </s>``; tokens ``first`` to ``first + len(spans)`` are W's, and ``spans`` are
    their characters in W, (n_tokens, 2)."""

    ids: list[int]
    first: int
    spans: NDArray[np.int16]

    def tokens_of(self, start: int, end: int) -> tuple[int, int] | None:
        """The first and last token, by place in ``ids``, of characters [start, end); None where they were cut off."""
        inside = np.flatnonzero((self.spans[:, 0] < end) & (self.spans[:, 1] > start))
        if not len(inside) or self.spans[inside[-1], 1] < end:
            return None
        return self.first + int(inside[0]), self.first + int(inside[-1])


def windows_of(tokenizer: Tokenizer, questions: Sequence[str], texts: Sequence[str]) -> list[Window]:
    """The input for each question and window text."""
    begin, end = tokenizer.encode("").ids
    tokenizer.no_truncation()
    asked = tokenizer.encode_batch([QUERY + text for text in questions], add_special_tokens=False)
    read = tokenizer.encode_batch([PASSAGE + text for text in texts], add_special_tokens=False)
    return [_window(q, p, begin, end) for q, p in zip(asked, read, strict=True)]


def _window(question: Encoding, passage: Encoding, begin: int, end: int) -> Window:
    offsets = np.array(passage.offsets, np.int16) - len(PASSAGE)
    prefix = int((offsets[:, 1] <= 0).sum())  # the tokens of "passage:"
    head = [begin, *question.ids[:MAX_QUESTION_TOKENS], end, end, *passage.ids[:prefix]]
    ids = [*head, *passage.ids[prefix:]][: MAX_TOKENS - 1]
    return Window([*ids, end], len(head), offsets[prefix : prefix + len(ids) - len(head)].clip(min=0))


class SpanHead(nn.Module):
    """Start and end per token, and whether the window answers, from the last states; names as in the model card."""

    def __init__(self, width: int, hidden: int = 128) -> None:
        super().__init__()
        self.span = nn.Linear(width, 2)
        self.answer = nn.Sequential(nn.Linear(3 * width, hidden), nn.GELU(), nn.Linear(hidden, 1))

    def forward(self, states: Tensor, passage: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(n, tokens, width) and (n, tokens) bool to start and end, (n, tokens), and answer, (n)."""
        start, end = self.span(states).float().masked_fill(~passage[:, :, None], NOT_THE_PASSAGE).unbind(2)
        pooled = [(logits.softmax(1)[:, :, None] * states).sum(1) for logits in (start, end)]
        return start, end, self.answer(torch.cat([states[:, 0], *pooled], 1)).float().squeeze(1)


class SpanReader(nn.Module):
    """A BertModel and the head."""

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert, self.head = bert, SpanHead(bert.config.hidden_size)

    def forward(self, windows: Sequence[Window]) -> tuple[Tensor, Tensor, Tensor]:
        """Start and end, (n_windows, tokens), and answer, (n_windows), float32."""
        device = next(self.parameters()).device
        ids, mask = padded([window.ids for window in windows], pad_of(self.bert), device)
        place = torch.arange(ids.shape[1], device=device)[None]
        first = placed(np.array([window.first for window in windows]), device)[:, None]
        behind = first + placed(np.array([len(window.spans) for window in windows]), device)[:, None]
        states = self.bert(input_ids=ids, attention_mask=mask).last_hidden_state
        start, end, answer = self.head(states, (place >= first) & (place < behind))
        return start, end, answer


def best_spans(start: Tensor, end: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """The tokens i <= j <= i + 40 with the highest start[i] + end[j], and that sum; each (n)."""
    n_tokens = start.shape[1]
    allowed = torch.ones(n_tokens, n_tokens, dtype=torch.bool, device=start.device).triu().tril(MAX_ANSWER_TOKENS - 1)
    sums = (start[:, :, None] + end[:, None, :]).masked_fill(~allowed, float("-inf")).flatten(1)
    raw, place = sums.max(1)
    return place // n_tokens, place % n_tokens, raw


@dataclass(frozen=True)
class Read:
    """What the reader says of windows: the span by characters, (n, 2), and (answer, raw, logp), (n, 3)."""

    spans: NDArray[np.int64]
    features: NDArray[np.float64]


@torch.no_grad()
def read(reader: SpanReader, windows: Sequence[Window]) -> Read:
    """Read every window; the order is kept."""
    spans = np.zeros((len(windows), 2), np.int64)
    features = np.zeros((len(windows), 3))
    most = MAX_TOKENS_AT_ONCE[next(reader.parameters()).device.type]
    for part in by_length([len(window.ids) for window in windows], most):
        start, end, answer = reader([windows[at] for at in part])
        first, last, raw = best_spans(start, end)
        logp = raw - start.logsumexp(1) - end.logsumexp(1)
        features[part] = torch.stack([answer, raw, logp], 1).double().cpu().numpy()
        for at, i, j in zip(part, first.tolist(), last.tolist(), strict=True):
            window = windows[at]
            spans[at] = window.spans[i - window.first, 0], window.spans[j - window.first, 1]
    return Read(spans, features)
