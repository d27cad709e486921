"""Train the adapter for the vectors: a question nearer to the text that answers it, in both languages. ::

    python -m eval.train.encoder --data ../shared/train --qa ../shared/qa --out DIR [--device cuda] [--steps N]
        [--resume] [--seed N]

InfoNCE over the batch (van den Oord et al. 2018, arXiv:1807.03748) and over texts that look alike and are wrong, in
both directions; beside it Chinese texts are held near their old vectors, since the pairs are few against what the base
has read. ``DIR/encoder_lora.safetensors`` is the best snapshot by mean R@1 on kept-out sets, or the last where ``--qa``
is not given.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import BertModel

from eval.train.base import Tokens, encode, load_base, load_tokenizer, placed, recompute
from eval.train.kept_out import retrieval_sets
from eval.train.loop import Parts, Recipe, options, train
from eval.train.lora import add_lora, save_adapter, strength
from eval.train.measure import recall, stamp
from eval.train.pairs import Pair, read_pairs
from indexer.encoders import bundled

NAME = "encoder_lora.safetensors"
PAIRS = "pairs.jsonl.gz"
MAX_TOKENS = 256  # the longest windows have 320 characters
CHOSEN_BY = ("cmrc2018_dev", "drcd_dev", "crud_rag", "bilingual")
_HAN, _LETTER = re.compile(r"[\u3400-\u9fff]"), re.compile(r"[^\W\d_]")


@dataclass(frozen=True, kw_only=True)
class EncoderRecipe(Recipe):
    """As in the model card. A batch has 512 sentences or 256 windows: each other text in it is a wrong answer at no
    further price, and windows are some five times as long."""

    r: int = 32
    seed: int = 0
    dropout: float = 0.0  # the published adapter was taken at 40 % of the schedule, in the fourth pass
    passes: int = 8
    n_sentences: int = 512
    n_windows: int = 256
    sentence_negatives: int = 2
    window_negatives: int = 1
    temperature: float = 0.02  # the base's .01 leaves no gradient but the nearest text's
    backward: float = 0.5  # the other direction, text to question, which nobody asks for
    anchor: float = 2.0  # of 1 - cosine to the base's vector
    t: float = 0.75  # the strength at which snapshots are compared: at which the adapter will be merged


def batches(pairs: Sequence[Pair], recipe: EncoderRecipe) -> list[NDArray[np.int64]]:
    """The pairs of every step, as indices: each pass has every pair once, sentences and windows in batches apart."""
    steps: list[NDArray[np.int64]] = []
    for number in range(recipe.passes):
        generator = np.random.default_rng([recipe.seed, number])
        of_pass: list[NDArray[np.int64]] = []
        for window, size in ((False, recipe.n_sentences), (True, recipe.n_windows)):
            places = generator.permutation([at for at, pair in enumerate(pairs) if pair.window is window])
            of_pass += [part for part in np.array_split(places, max(1, len(places) // size)) if len(part)]
        steps += [of_pass[at] for at in generator.permutation(len(of_pass))]
    return steps


def contrast(queries: Tensor, texts: Tensor, groups: Tensor, same: Tensor, recipe: EncoderRecipe) -> Tensor:
    """InfoNCE of (n, width) queries, of which the i-th must find the i-th of (n + m, width) texts, and back.

    ``groups``, (n + m): the group of each text's pair. A text of the query's own group is no wrong answer, unless it
    stands as such in the pair: ``groups`` is -1 - i there, for the pair i. ``same``, (n + m): equal numbers for equal
    texts; one that equals the right answer is no wrong one. All vectors have unit length.
    """
    n = len(queries)
    own = torch.arange(n, device=queries.device)
    right = own[:, None] == torch.arange(len(texts), device=queries.device)[None]
    negative_of = -1 - groups
    group_of = torch.where(groups < 0, groups[negative_of.clamp(min=0)], groups)
    excused = group_of[None] == groups[:n, None]
    excused &= negative_of[None] != own[:, None]
    excused |= same[None] == same[:n, None]
    excused &= ~right
    logits = (queries @ texts.T / recipe.temperature).masked_fill(excused, float("-inf"))
    back = logits[:, :n].T.masked_fill(excused[:, :n].T, float("-inf"))
    return nn.functional.cross_entropy(logits, own) + recipe.backward * nn.functional.cross_entropy(back, own)


@functools.cache  # asked of every text in every pass
def chinese(text: str) -> bool:
    """Whether at least half of the letters are Chinese characters; the prefix does not count."""
    _, _, rest = text.partition(": ")
    return 2 * len(_HAN.findall(rest)) >= max(1, len(_LETTER.findall(rest)))


class Before:
    """The base's vectors of texts, each made once: in the first pass that meets it."""

    def __init__(self, bert: BertModel, texts: set[str]) -> None:
        self.bert = bert
        self.row = {text: at for at, text in enumerate(sorted(texts))}
        self.made = np.zeros(len(texts), bool)
        self.table = torch.zeros(len(texts), bert.config.hidden_size, device=bert.device)

    @torch.no_grad()
    def __call__(self, texts: Sequence[str], ids: Sequence[Sequence[int]]) -> Tensor:
        """(n_texts, width) float32, of unit length."""
        rows = np.array([self.row[text] for text in texts])
        new = np.flatnonzero(~self.made[rows])
        if len(new):
            with strength(self.bert, 0.0):
                made = encode(self.bert, [ids[at] for at in new.tolist()])
                self.table[placed(rows[new], self.table.device)] = made
            self.made[rows[new]] = True
        return self.table[placed(rows, self.table.device)]


class Loss:
    """The loss of a step; the wrong texts it takes depend on seed and step alone."""

    def __init__(self, bert: BertModel, tokens: Tokens, pairs: Sequence[Pair], recipe: EncoderRecipe) -> None:
        self.bert, self.tokens, self.pairs, self.recipe = bert, tokens, pairs, recipe
        self.steps = batches(pairs, recipe)
        texts = {text for pair in pairs for text in (pair.query, pair.passage, *pair.negatives)}
        self.before = Before(bert, {text for text in texts if chinese(text)})

    def __call__(self, step: int) -> Tensor:
        recipe = self.recipe
        generator = np.random.default_rng([recipe.seed, recipe.passes, step])
        chosen = [self.pairs[at] for at in self.steps[step]]
        texts = [pair.passage for pair in chosen]
        groups = [pair.group for pair in chosen]
        for at, pair in enumerate(chosen):
            at_most = recipe.window_negatives if pair.window else recipe.sentence_negatives
            for place in generator.permutation(len(pair.negatives))[:at_most]:
                texts.append(pair.negatives[place])
                groups.append(-1 - at)
        every = [pair.query for pair in chosen] + texts
        ids = self.tokens(every)
        vectors = encode(self.bert, ids)
        number = {text: at for at, text in enumerate(texts)}
        same = np.array([number[text] for text in texts])
        device = vectors.device
        held = [at for at, text in enumerate(every) if chinese(text)]
        before = self.before([every[at] for at in held], [ids[at] for at in held])
        with torch.autocast(device.type, enabled=False):  # a cosine over .02 wants more than bf16's 8 bits
            loss = contrast(
                vectors[: len(chosen)],
                vectors[len(chosen) :],
                placed(np.array(groups), device),
                placed(same, device),
                recipe,
            )
            if held:
                loss = loss + recipe.anchor * (1 - (vectors[placed(np.array(held), device)] * before).sum(1)).mean()
        return loss


def mean_recall(bert: BertModel, qa: Path, t: float) -> Callable[[int], float]:
    """The mean R@1 over the sets that choose the snapshot, at strength ``t``."""
    pools = retrieval_sets(qa, CHOSEN_BY)
    tokens = Tokens(load_tokenizer(), bundled.MAX_TOKENS)  # passages are measured in full length

    def score(step: int) -> float:  # noqa: ARG001 - only the weights count
        with strength(bert, t):
            return float(np.mean([recall(bert, tokens, pool)[0] for pool in pools]))

    return score


def run(
    bert: BertModel,
    tokens: Tokens,
    pairs: Sequence[Pair],
    recipe: EncoderRecipe,
    out: Path,
    *,
    score: Callable[[int], float] = float,
    stop: int | None = None,
    resume: bool = False,
) -> dict[str, Any]:
    """Wrap ``bert`` and train; see ``eval.train.loop.train``. ``score`` of a step chooses; by default the last wins."""
    torch.manual_seed(recipe.seed)
    add_lora(bert, recipe.r, recipe.scale, recipe.dropout)
    nn.Module.to(bert, bert.device)
    loss = Loss(bert, tokens, pairs, recipe)
    parts = Parts(
        model=bert,
        groups=[([weight for weight in bert.parameters() if weight.requires_grad], recipe.learning_rate)],
        loss=loss,
        score=score,
        save=lambda path: save_adapter(path, bert),
        name=NAME,
    )
    return train(parts, recipe, len(loss.steps), out, stop=stop, resume=resume)


def main() -> None:
    parser = options(__doc__, PAIRS)
    parser.add_argument("--qa", type=Path, help="folder of reading sets, to choose the snapshot by")
    asked = parser.parse_args()
    recipe, device = EncoderRecipe(), torch.device(asked.device)
    if asked.seed is not None:
        recipe = replace(recipe, seed=asked.seed)
    tokens = Tokens(load_tokenizer(), MAX_TOKENS)
    pairs = read_pairs(asked.data / PAIRS)
    bert = load_base(device)
    if device.type == "cpu":
        recompute(bert)
    score = mean_recall(bert, asked.qa, recipe.t) if asked.qa else float
    told = run(bert, tokens, pairs, recipe, asked.out, score=score, stop=asked.steps, resume=asked.resume)
    told |= stamp(device) | {"recipe": asdict(recipe), "pairs": len(pairs)}
    (asked.out / "training.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
