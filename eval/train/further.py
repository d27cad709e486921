"""Train the reader further, on questions that people wrote: templates miss in ways of their own. ::

    python -m eval.train.further --data ../shared/train --shared ../shared --out DIR [--steps N] [--resume]

It starts from the published adapter (``--start``). It is shown single sentences, as the judge is: of the questions of
``eval.train.asked`` those that answer, and those that the shipped reader takes where none does. Beside them stand some
of the windows that the reader was first trained on, so that it does not forget them. The lower layers stay as they are
and are run once for all passes, which makes this a matter of an hour on one core. ``DIR/judge_lora.safetensors`` holds
the upper ones and the head: the judge's (``indexer.encoders.reader``); ``DIR/judge_calibration.json`` is fitted on its
scores.
"""

from __future__ import annotations

import json
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from eval.train.asked import BESIDE, ELSEWHERE, Asked, in_sentences, read_asked
from eval.train.base import by_length, load_base, load_tokenizer, pad_of, padded
from eval.train.calibrate import auc, calibration
from eval.train.loop import Parts, options, train
from eval.train.lora import Adapter, add_lora, load_adapter, save_adapter
from eval.train.measure import stamp
from eval.train.reader import MAX_ANSWER_TOKENS, SpanReader, Window, best_spans, windows_of
from eval.train.spans import NAME, WINDOWS, Row, SpanRecipe, batches, read_rows, span_loss
from service.open import open_encoder
from service.settings import Settings

JUDGE, CALIBRATION = "judge_lora.safetensors", "judge_calibration.json"
States = NDArray[np.float16]  # of one window, (n_tokens, width)
MAX_TOKENS = 8_192  # padded, in one forward pass
REPLAYED = "first training"
ALL, OLD = "all, against near misses", "the first training's"
ANSWERED = ("near", "far", "english")  # the question, in words near to the passage's, in others, in English


@dataclass(frozen=True, kw_only=True)
class FurtherRecipe(SpanRecipe):
    """Where it differs from the first training."""

    frozen: int = 8  # of 12 layers
    passes: int = 2
    learning_rate: float = 3e-4
    head_learning_rate: float = 5e-4  # it has learnt already
    batch_tokens: int = 6_144
    warmup_steps: int = 20
    replayed: int = 1_500  # of the first training's windows
    measured: int = 500  # of its kept-out ones
    whether: float = 2.0  # how much it counts whether a window answers, beside where
    snapshots: int = 2
    bf16: bool = False


@dataclass(frozen=True)
class Told:
    """A row with what its lower layers say, and of which kind its question is."""

    row: Row
    states: States
    kind: str


class UpperReader(nn.Module):
    """A reader whose lower layers were run before."""

    def __init__(self, reader: SpanReader, frozen: int) -> None:
        super().__init__()
        self.reader, self.frozen = reader, frozen
        for layer in reader.bert.encoder.layer[:frozen]:
            layer.requires_grad_(False)

    @torch.no_grad()
    def lower(self, windows: Sequence[Window]) -> list[States]:
        """What the lower layers make of each window, in its order."""
        self.eval()
        bert = self.reader.bert
        found: list[States] = [np.empty((0, 0), np.float16)] * len(windows)
        for part in by_length([len(window.ids) for window in windows], MAX_TOKENS):
            ids, mask = padded([windows[at].ids for at in part], pad_of(bert), next(bert.parameters()).device)
            states = bert.embeddings(input_ids=ids)
            for layer in bert.encoder.layer[: self.frozen]:
                states = layer(states, _unseen(mask))
            for at, of_window in zip(part, states.half().cpu().numpy(), strict=True):
                found[at] = of_window[: len(windows[at].ids)]
        return found

    def forward(self, told: Sequence[Told]) -> tuple[Tensor, Tensor, Tensor]:
        """As ``SpanReader``."""
        device = next(self.parameters()).device
        lengths = torch.tensor([len(one.states) for one in told], device=device)
        place = torch.arange(int(lengths.max()), device=device)[None]
        states = nn.utils.rnn.pad_sequence([torch.from_numpy(one.states).float() for one in told], batch_first=True)
        states = states.to(device)
        for layer in self.reader.bert.encoder.layer[self.frozen :]:
            states = layer(states, _unseen((place < lengths[:, None]).long()))
        first = torch.tensor([one.row.window.first for one in told], device=device)[:, None]
        behind = first + torch.tensor([len(one.row.window.spans) for one in told], device=device)[:, None]
        start, end, answer = self.reader.head(states, (place >= first) & (place < behind))
        return start, end, answer

    @torch.no_grad()
    def read(self, told: Sequence[Told]) -> NDArray[np.float64]:
        """(answer, raw, logp) of each, (n, 3)."""
        self.eval()
        features = np.zeros((len(told), 3))
        for part in by_length([len(one.states) for one in told], MAX_TOKENS):
            start, end, answer = self([told[at] for at in part])
            _, _, raw = best_spans(start, end)
            logp = raw - start.logsumexp(1) - end.logsumexp(1)
            features[part] = torch.stack([answer, raw, logp], 1).double().cpu().numpy()
        return features


def _unseen(mask: Tensor) -> Tensor:
    """What the scores of attention are added to: nothing, or so much that a filling is not seen."""
    return (1.0 - mask[:, None, None].float()) * torch.finfo(torch.float32).min


class Loss:
    """The loss of a step."""

    def __init__(self, upper: UpperReader, told: Sequence[Told], recipe: FurtherRecipe) -> None:
        self.upper, self.told, self.recipe = upper, told, recipe
        self.steps = batches([one.row for one in told], recipe)

    def __call__(self, step: int) -> Tensor:
        chosen = [self.told[at] for at in self.steps[step]]
        start, end, answer = self.upper(chosen)
        number = {group: at for at, group in enumerate(dict.fromkeys(one.row.group for one in chosen))}
        gold = torch.tensor([[one.row.start, one.row.end] for one in chosen], device=start.device)
        groups = torch.tensor([number[one.row.group] for one in chosen], device=start.device)
        whether = nn.functional.binary_cross_entropy_with_logits(answer, (gold[:, 0] >= 0).float())
        return span_loss(start, end, answer, gold, groups, self.recipe) + (self.recipe.whether - 1) * whether


def figures(told: Sequence[Told], features: NDArray[np.float64]) -> dict[str, float]:
    """The AUC of `answer`, windows that answer against each kind of those that do not."""
    answers = np.array([one.row.answers for one in told])
    kinds = np.array([one.kind for one in told])
    first = kinds == REPLAYED
    missed = ~answers & ~first & (kinds != ELSEWHERE) & (kinds != BESIDE)
    sides = {kind: (answers & ~first, ~answers & (kinds == kind)) for kind in sorted({*kinds[~answers & ~first]})}
    sides |= {f"{kind}, against near misses": (answers & (kinds == kind), missed) for kind in ANSWERED}
    sides |= {ALL: (answers & ~first, missed), OLD: (answers & first, ~answers & first)}
    return {
        name: round(auc(features[right, 0], features[wrong, 0]), 4)
        for name, (right, wrong) in sides.items()
        if right.any() and wrong.any()
    }


def start_from(adapter: Adapter, recipe: FurtherRecipe, device: torch.device) -> UpperReader:
    """The reader of ``adapter``, its additions apart from the base's weights."""
    bert = load_base(torch.device("cpu"))
    add_lora(bert, adapter.r, adapter.scale, recipe.dropout)
    missing = bert.load_state_dict(adapter.tensors, strict=False).unexpected_keys
    assert not missing, missing
    reader = SpanReader(bert)
    reader.head.load_state_dict(adapter.head)
    return UpperReader(reader.to(device), recipe.frozen)


def told_of(upper: UpperReader, rows: Sequence[tuple[Row, str]]) -> list[Told]:
    states = upper.lower([row.window for row, _ in rows])
    return [Told(row, of_window, kind) for (row, kind), of_window in zip(rows, states, strict=True)]


def rows_of(asked: Sequence[Asked], tokenizer: Tokenizer) -> list[tuple[Row, str]]:
    """The windows with their kinds; answers that are too long or were cut off are left out."""
    windows = windows_of(tokenizer, [one.question for one in asked], [one.window for one in asked])
    found = list[tuple[Row, str]]()
    for one, window in zip(asked, windows, strict=True):
        place = window.tokens_of(one.start, one.end) if one.start >= 0 else (-1, -1)
        if place and place[1] - place[0] < MAX_ANSWER_TOKENS:
            found.append((Row(window, *place, one.group), one.kind))
    return found


def replayed(rows: Sequence[Row], n: int, seed: int, after: int) -> list[tuple[Row, str]]:
    """Some ``n`` of the first training's ``rows``, whole groups, numbered from ``after``."""
    groups = defaultdict[int, list[Row]](list)
    for row in rows:
        groups[row.group].append(row)
    order = random.Random(seed).sample(sorted(groups), len(groups))
    found = [replace(row, group=after + group) for group in order for row in groups[group]]
    return [(row, REPLAYED) for row in found[:n]]


def main() -> None:
    parser = options(__doc__, WINDOWS)
    parser.add_argument("--shared", type=Path, required=True, help="folder with the reports that the questions are of")
    parser.add_argument("--start", type=Path, help="an adapter; by default the published one")
    asked = parser.parse_args()
    recipe, device = FurtherRecipe(), torch.device(asked.device)
    if asked.seed is not None:
        recipe = replace(recipe, seed=asked.seed)
    torch.manual_seed(recipe.seed)
    tokenizer, adapter = load_tokenizer(), load_adapter(asked.start or asked.shared / "models" / NAME)
    pointing = open_encoder(Settings.from_environment()).reader
    if pointing is None:
        parser.error("the encoder that is configured has no reader; unset JUDIAN_ENCODER and JUDIAN_ADAPTERS")
    questions = in_sentences(read_asked(asked.shared), pointing)
    rows, held = ([one for one in questions if one.held_out == out] for out in (False, True))
    first, first_held = read_rows(asked.data / WINDOWS, tokenizer)
    n = 1 + max(one.group for one in questions)
    upper = start_from(adapter, recipe, device)
    training = [*rows_of(rows, tokenizer), *replayed(first, recipe.replayed, recipe.seed, n)]
    measured = [*rows_of(held, tokenizer), *replayed(first_held, recipe.measured, recipe.seed, n)]
    told, told_held = told_of(upper, training), told_of(upper, measured)
    before = figures(told_held, upper.read(told_held))
    print(json.dumps(before), file=sys.stderr, flush=True)
    loss = Loss(upper, told, recipe)
    bert, head = upper.reader.bert, upper.reader.head

    def score(step: int) -> float:
        now = figures(told_held, upper.read(told_held))
        print(step, json.dumps(now), file=sys.stderr, flush=True)
        return (now[ALL] + now[OLD]) / 2

    parts = Parts(
        model=upper,
        groups=[
            ([weight for name, weight in bert.named_parameters() if weight.requires_grad], recipe.learning_rate),
            (list(head.parameters()), recipe.head_learning_rate),
        ],
        loss=loss,
        score=score,
        save=lambda path: save_adapter(path, bert, head),
        name=NAME,
    )
    made = train(parts, recipe, len(loss.steps), asked.out, stop=asked.steps, resume=asked.resume)
    best = start_from(load_adapter(asked.out / NAME), recipe, device)
    save_adapter(asked.out / JUDGE, best.reader.bert, best.reader.head, from_layer=recipe.frozen)
    features = best.read(told_held)
    fitted = calibration(features, np.array([one.row.answers for one in told_held]))
    (asked.out / CALIBRATION).write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")
    made |= {"before": before, "after": figures(told_held, features), "recipe": asdict(recipe)} | stamp(device)
    made |= {"rows": len(told), "held": len(told_held)}
    (asked.out / "training.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
