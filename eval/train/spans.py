"""Train the reader: which characters of a window answer the question, and do any? ::

    python -m eval.train.spans --data ../shared/train --out DIR [--device cuda] [--steps N] [--resume] [--seed N]

Rows of one question stand in one batch, so that its windows compete: one softmax over all of them, beside the one
within each window. The snapshot is chosen, and the score fitted, on windows that are kept out here (``kept_out``).
Leaves ``DIR/span_lora.safetensors`` and, fitted on its scores, ``DIR/span_calibration.json``.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor, nn

from eval.train.base import load_base, load_tokenizer, placed, recompute
from eval.train.calibrate import auc, calibration
from eval.train.loop import Parts, Recipe, options, train
from eval.train.lora import add_lora, save_adapter
from eval.train.measure import load_reader, stamp
from eval.train.reader import MAX_ANSWER_TOKENS, Read, SpanReader, Window, read, windows_of

NAME, CALIBRATION = "span_lora.safetensors", "span_calibration.json"
WINDOWS = "windows.jsonl.gz"
NOWHERE = -1e9  # no infinity: beside one there would be no gradient


@dataclass(frozen=True, kw_only=True)
class SpanRecipe(Recipe):
    """As in the model card."""

    r: int = 64  # pointing is a new task for the base, finding was not
    seed: int = 1
    dropout: float = 0.1  # five passes over the same windows
    passes: int = 5
    head_learning_rate: float = 1.2e-3  # the head begins at random, the additions at nil
    batch_tokens: int = 57_344  # padding counted
    joint: float = 0.5  # of the softmax over all windows of a question
    positive: float = 1.5  # an answering window's weight in `answer`: a third of the windows
    pool: int = 20  # batches whose questions are sorted by length together, against padding


@dataclass(frozen=True)
class Row:
    """A window and its answer, by token; (-1, -1) where it does not answer. Rows of one group ask one question."""

    window: Window
    start: int
    end: int
    group: int

    @property
    def answers(self) -> bool:
        return self.start >= 0


def kept_out(group: int) -> bool:
    """Every fortieth run of sixteen groups is for choosing and fitting: neighbours are made from the same passage."""
    return group // 16 % 40 == 0


def read_rows(path: Path, tokenizer: Tokenizer) -> tuple[list[Row], list[Row]]:
    """The rows of ``windows.jsonl.gz`` for training and the kept-out ones. Left out: answers of over MAX_ANSWER_TOKENS,
    answers behind the last token, and rows to train on whose window stands among the kept-out ones."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        lines: list[dict[str, Any]] = [json.loads(line) for line in file]
    seen = {line["window"] for line in lines if kept_out(line["group"])}
    lines = [line for line in lines if kept_out(line["group"]) or line["window"] not in seen]
    windows = windows_of(tokenizer, [line["question"] for line in lines], [line["window"] for line in lines])
    parts: tuple[list[Row], list[Row]] = [], []
    for line, window in zip(lines, windows, strict=True):
        place = window.tokens_of(line["start"], line["end"]) if line["start"] >= 0 else (-1, -1)
        if place and place[1] - place[0] < MAX_ANSWER_TOKENS:
            parts[kept_out(line["group"])].append(Row(window, *place, line["group"]))
    return parts


def batches(rows: Sequence[Row], recipe: SpanRecipe) -> list[list[int]]:
    """The rows of every step, as indices: whole groups, up to ``batch_tokens`` when padded to the longest; each
    pass has every row once."""
    groups = defaultdict(list)
    for at, row in enumerate(rows):
        groups[row.group].append(at)
    members = list(groups.values())
    longest = [max(len(rows[at].window.ids) for at in group) for group in members]
    per_group = sum(len(row.window.ids) for row in rows) / len(members)
    per_pool = max(1, int(recipe.pool * recipe.batch_tokens / per_group))
    steps: list[list[int]] = []
    for number in range(recipe.passes):
        generator = np.random.default_rng([recipe.seed, number])
        order = generator.permutation(len(members))
        of_pass: list[list[int]] = []
        for begin in range(0, len(order), per_pool):
            batch, widest = list[int](), 0
            for place in sorted(order[begin : begin + per_pool], key=lambda place: -longest[place]):
                if batch and (len(batch) + len(members[place])) * widest > recipe.batch_tokens:
                    of_pass.append(batch)
                    batch = []
                widest = widest if batch else longest[place]
                batch = batch + members[place]
            of_pass.append(batch)
        steps += [of_pass[at] for at in generator.permutation(len(of_pass))]
    return steps


def span_loss(start: Tensor, end: Tensor, answer: Tensor, gold: Tensor, groups: Tensor, recipe: SpanRecipe) -> Tensor:
    """Cross entropy of start and end in the windows that answer, the same over all windows of the question, and of
    whether the window answers.

    ``start``, ``end``: (n, tokens); ``answer``: (n); ``gold``: (n, 2), -1 where there is none; ``groups``: (n), from 0.
    """
    answers = gold[:, 0] >= 0
    loss = nn.functional.binary_cross_entropy_with_logits(
        answer, answers.float(), pos_weight=torch.full_like(answer, recipe.positive)
    )
    in_group = groups[:, None] == torch.arange(len(groups), device=groups.device)[None]
    answered = (in_group & answers[:, None]).any(0)
    for logits, place in ((start, gold[:, 0]), (end, gold[:, 1])):
        right = logits.gather(1, place.clamp(min=0)[:, None]).squeeze(1)
        all_of = logits.logsumexp(1)
        loss = loss + 0.5 * _mean(all_of - right, answers)
        of_group = all_of[:, None].masked_fill(~in_group, NOWHERE).logsumexp(0)
        right_of = right[:, None].masked_fill(~(in_group & answers[:, None]), NOWHERE).logsumexp(0)
        loss = loss + 0.5 * recipe.joint * _mean(of_group - right_of, answered)
    return loss


def _mean(values: Tensor, which: Tensor) -> Tensor:
    """The mean where ``which`` holds; 0 where it holds nowhere. Nothing is picked out, for how many there are would
    have to be asked of the GPU, which means to wait for it."""
    return (values * which).sum() / which.sum().clamp(min=1)


class Loss:
    """The loss of a step."""

    def __init__(self, reader: SpanReader, rows: Sequence[Row], recipe: SpanRecipe) -> None:
        self.reader, self.rows, self.recipe = reader, rows, recipe
        self.steps = batches(rows, recipe)

    def __call__(self, step: int) -> Tensor:
        chosen = [self.rows[at] for at in self.steps[step]]
        start, end, answer = self.reader([row.window for row in chosen])
        number = {group: at for at, group in enumerate(dict.fromkeys(row.group for row in chosen))}
        gold = placed(np.array([[row.start, row.end] for row in chosen]), start.device)
        groups = placed(np.array([number[row.group] for row in chosen]), start.device)
        return span_loss(start, end, answer, gold, groups, self.recipe)


def figures(rows: Sequence[Row], found: Read) -> dict[str, float]:
    """The F1 by characters of the span in the windows that answer, and the AUC of `answer`."""
    overlap = []
    for row, (start, end) in zip(rows, found.spans.tolist(), strict=True):
        if row.answers:
            spans = row.window.spans
            first, behind = spans[row.start - row.window.first, 0], spans[row.end - row.window.first, 1]
            both = max(0, min(end, behind) - max(start, first))
            overlap.append(2 * both / (end - start + behind - first))
    answers = np.array([row.answers for row in rows])
    return {"F1": float(np.mean(overlap)), "AUC": auc(found.features[answers, 0], found.features[~answers, 0])}


def run(
    reader: SpanReader,
    rows: Sequence[Row],
    held: Sequence[Row],
    recipe: SpanRecipe,
    out: Path,
    *,
    stop: int | None = None,
    resume: bool = False,
) -> dict[str, Any]:
    """Wrap the reader's base and train both; see ``eval.train.loop.train``. Snapshots compare by the mean of F1 and AUC
    on ``held``."""
    torch.manual_seed(recipe.seed)
    add_lora(reader.bert, recipe.r, recipe.scale, recipe.dropout)
    reader.to(next(reader.parameters()).device)
    loss = Loss(reader, rows, recipe)

    def score(step: int) -> float:  # noqa: ARG001 - only the weights count
        return sum(figures(held, read(reader, [row.window for row in held])).values()) / 2

    parts = Parts(
        model=reader,
        groups=[
            ([weight for weight in reader.bert.parameters() if weight.requires_grad], recipe.learning_rate),
            (list(reader.head.parameters()), recipe.head_learning_rate),
        ],
        loss=loss,
        score=score,
        save=lambda path: save_adapter(path, reader.bert, reader.head),
        name=NAME,
    )
    return train(parts, recipe, len(loss.steps), out, stop=stop, resume=resume)


def main() -> None:
    asked = options(__doc__, WINDOWS).parse_args()
    recipe, device = SpanRecipe(), torch.device(asked.device)
    if asked.seed is not None:
        recipe = replace(recipe, seed=asked.seed)
    rows, held = read_rows(asked.data / WINDOWS, load_tokenizer())
    torch.manual_seed(recipe.seed)
    bert = load_base(device)
    if device.type == "cpu":
        recompute(bert)
    reader = SpanReader(bert).to(device)
    told = run(reader, rows, held, recipe, asked.out, stop=asked.steps, resume=asked.resume)
    found = read(load_reader(asked.out / NAME, device), [row.window for row in held])
    fitted = calibration(found.features, np.array([row.answers for row in held]))
    (asked.out / CALIBRATION).write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    told |= figures(held, found) | stamp(device) | {"recipe": asdict(recipe), "rows": len(rows), "held": len(held)}
    (asked.out / "training.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
