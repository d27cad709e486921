"""Training the vectors: the loss, and that a run which was cut off ends where one in one go does."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from eval.train.base import MAX_TOKENS_AT_ONCE, Tokens, by_length, encode, packed
from eval.train.encoder import EncoderRecipe, Loss, batches, chinese, contrast, run
from eval.train.kept_out import Retrieval, retrieval_sets
from eval.train.loop import rate
from eval.train.lora import adapter_tensors, add_lora, load_adapter
from eval.train.measure import recall
from eval.train.pairs import Pair, read_pairs
from tests.eval.train.tiny import tiny_bert, tiny_tokenizer

RECIPE = EncoderRecipe(
    r=4, passes=5, n_sentences=8, n_windows=8, snapshots=3, warmup_steps=2, learning_rate=1e-2, bf16=False
)


def pairs() -> list[Pair]:
    words = "山水城乡春夏秋冬东西南北河海湖江林田路桥车船"
    n = len(words)
    return [
        Pair(
            query=f"query: {words[at]}在哪里",
            passage=f"passage: {words[at]}在第{words[-1 - at]}区",
            negatives=(f"passage: {words[(at + 1) % n]}不在",),
            group=at // 2,
            window=at % 3 == 0,
        )
        for at in range(n)
    ]


def unit(*angles: float) -> Tensor:
    return torch.tensor([[math.cos(angle), math.sin(angle)] for angle in angles])


def cross_entropy(right: float, wrong: Sequence[float], temperature: float) -> float:
    return -right / temperature + math.log(sum(math.exp(each / temperature) for each in (right, *wrong)))


def test_the_loss_is_that_of_the_formula() -> None:
    recipe = replace(RECIPE, temperature=0.5, backward=0.5)
    loss = contrast(unit(0.0, 1.0), unit(0.1, 1.2, 0.5), torch.tensor([7, 8, -1]), torch.arange(3), recipe)
    cos = math.cos
    there = (
        cross_entropy(cos(0.1), [cos(1.2), cos(0.5)], 0.5) + cross_entropy(cos(0.2), [cos(0.9), cos(0.5)], 0.5)
    ) / 2
    back = (cross_entropy(cos(0.1), [cos(0.9)], 0.5) + cross_entropy(cos(0.2), [cos(1.2)], 0.5)) / 2
    assert float(loss) == pytest.approx(there + 0.5 * back, rel=1e-5)


def test_texts_of_one_group_are_no_wrong_answers_but_for_the_pairs_own() -> None:
    """Pairs 0 and 1 share a group: neither the text of 1 nor what is wrong for 1 counts against 0; its own does."""
    recipe = replace(RECIPE, temperature=0.5, backward=0.0)
    asked, texts = (0.0, 0.3, 2.0), (0.1, 0.2, 1.5, 0.4, 0.25)
    loss = contrast(unit(*asked), unit(*texts), torch.tensor([7, 7, 8, -1, -2]), torch.arange(5), recipe)
    wrong = {0: (2, 3), 1: (2, 4), 2: (0, 1, 3, 4)}
    rows = [
        cross_entropy(math.cos(asked[row] - texts[row]), [math.cos(asked[row] - texts[at]) for at in wrong[row]], 0.5)
        for row in wrong
    ]
    assert float(loss) == pytest.approx(sum(rows) / 3, rel=1e-5)


def test_equal_texts_are_no_wrong_answers() -> None:
    twice = contrast(unit(0.0, 1.0), unit(0.1, 0.1), torch.tensor([1, 2]), torch.tensor([0, 0]), RECIPE)
    assert float(twice) == pytest.approx(0.0)


def test_every_pass_has_every_pair_once() -> None:
    steps = batches(pairs(), RECIPE)
    per_pass = len(steps) // RECIPE.passes
    for begin in range(0, len(steps), per_pass):
        assert sorted(np.concatenate(steps[begin : begin + per_pass])) == list(range(len(pairs())))
    assert all(len({pairs()[at].window for at in step}) == 1 for step in steps)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("query: 深圳的GDP是多少", True),
        ("passage: 12.5%", False),
        ("query: What is 深圳?", False),
        ("query: 中文abc", False),
    ],
)
def test_what_counts_as_chinese(text: str, told: bool) -> None:
    assert chinese(text) is told


def test_the_rate_rises_in_a_line_and_falls_along_a_cosine() -> None:
    assert [rate(step, 100, 4) for step in range(4)] == [0.25, 0.5, 0.75, 1.0]
    assert rate(4 + 48, 100, 4) == pytest.approx(0.5)
    assert rate(100, 100, 4) == pytest.approx(0.0)


def test_parts_by_length_hold_every_text_and_no_more_than_asked() -> None:
    lengths = [3, 9, 4, 1, 7, 12]
    parts = list(by_length(lengths, 20))
    assert sorted(at for part in parts for at in part) == list(range(6))
    assert all(len(part) * max(lengths[at] for at in part) <= 20 for part in parts)


def test_rows_hold_every_text_and_no_more_than_their_tokens() -> None:
    lengths = [3, 9, 4, 1, 7, 12, 5]
    rows = packed(lengths, 12)
    assert sorted(at for row in rows for at in row) == list(range(7))
    assert [sum(lengths[at] for at in row) for row in rows] == [12, 12, 12, 5]


def test_a_vector_is_the_mean_over_its_text_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the same row, and over several passes through the model."""
    monkeypatch.setattr("eval.train.base.ROW", 24)
    monkeypatch.setitem(MAX_TOKENS_AT_ONCE, "cpu", 60)
    texts = ["query: 山", "query: 山水城乡春夏秋冬", "query: 东西", "query: " + "江林田路桥车船" * 4, "query: 山水"]
    bert, ids = tiny_bert(), Tokens(tiny_tokenizer(), 64)(texts)
    with torch.no_grad():
        together = encode(bert, ids)
        means = [bert(input_ids=torch.tensor([line])).last_hidden_state.mean(dim=1) for line in ids]
    alone = torch.nn.functional.normalize(torch.cat(means), dim=1)
    assert torch.allclose(together, alone, atol=1e-5)
    assert torch.allclose(together.norm(dim=1), torch.ones(5))


def test_layers_that_compute_again_have_the_same_gradients() -> None:
    gradients = []
    for recomputed in (False, True):
        bert = tiny_bert(recomputed)
        add_lora(bert, 4, 2.0, 0.0)
        Loss(bert.train(), Tokens(tiny_tokenizer(), 64), pairs(), RECIPE)(0).backward()  # type: ignore[no-untyped-call]
        gradients.append([weight.grad for weight in bert.parameters() if weight.grad is not None])
    assert all(torch.allclose(one, other, atol=1e-6) for one, other in zip(*gradients, strict=True))


def test_training_lowers_the_loss_and_finds_more(tmp_path: Path) -> None:
    bert, tokens = tiny_bert(), Tokens(tiny_tokenizer(), 64)
    before = Loss(bert, tokens, pairs(), RECIPE)(0).item()
    told = run(bert, tokens, pairs(), replace(RECIPE, passes=30), tmp_path)
    assert Loss(bert, tokens, pairs(), RECIPE)(0).item() < 0.5 * before
    assert told["steps"] == told["schedule"] == told["step taken"]
    pool = Retrieval(
        "pairs",
        tuple(pair.query.removeprefix("query: ") for pair in pairs()),
        tuple(pair.passage.removeprefix("passage: ") for pair in pairs()),
        tuple(frozenset({at}) for at in range(len(pairs()))),
    )
    assert recall(bert, tokens, pool)[0] > recall(tiny_bert(), tokens, pool)[0]
    assert load_adapter(tmp_path / "encoder_lora.safetensors").r == 4


def test_a_run_that_was_cut_off_ends_with_the_same_weights(tmp_path: Path) -> None:
    recipe = replace(RECIPE, dropout=0.1)
    through, cut = tiny_bert(), tiny_bert()
    run(through, Tokens(tiny_tokenizer(), 64), pairs(), recipe, tmp_path / "through")
    run(cut, Tokens(tiny_tokenizer(), 64), pairs(), recipe, tmp_path / "cut", stop=7)
    again = tiny_bert()
    told = run(again, Tokens(tiny_tokenizer(), 64), pairs(), recipe, tmp_path / "cut", resume=True)
    assert told["steps"] == told["schedule"]
    for name, weight in adapter_tensors(through).items():
        assert torch.equal(weight, adapter_tensors(again)[name]), name
        assert not torch.equal(weight, adapter_tensors(cut)[name]), name


def test_the_best_snapshot_is_taken(tmp_path: Path) -> None:
    told = run(tiny_bert(), Tokens(tiny_tokenizer(), 64), pairs(), RECIPE, tmp_path, score=lambda step: -step)
    first = min(int(step) for step in told["kept-out scores"])
    assert told["step taken"] == first
    taken = (tmp_path / "encoder_lora.safetensors").read_bytes()
    assert taken == (tmp_path / "snapshots" / f"step-{first}.safetensors").read_bytes()


def test_the_questions_of_every_fifth_passage_are_asked_in_simplified_characters_too(tmp_path: Path) -> None:
    (tmp_path / "drcd_dev").mkdir()
    passages = [{"id": f"p{at}", "text": f"第{at}條鐵路"} for at in range(7)]
    questions = [{"passage_id": f"p{at}", "question": f"鐵路{at}在哪裡？"} for at in range(7)]
    for name, lines in (("passages", passages), ("questions", questions)):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (tmp_path / "drcd_dev" / f"{name}.jsonl").write_text(text, encoding="utf-8")
    as_it_is, simplified = retrieval_sets(tmp_path, ("drcd_dev", "simplified"))
    assert (as_it_is.questions, as_it_is.texts[5]) == (("鐵路0在哪裡？", "鐵路5在哪裡？"), "第5條鐵路")
    assert (simplified.questions, simplified.texts[5]) == (("铁路0在哪里？", "铁路5在哪里？"), "第5条铁路")
    assert simplified.right == as_it_is.right == (frozenset({0}), frozenset({5}))
    assert simplified.name == "drcd_dev, simplified"


def test_a_question_keeps_the_prefix_of_a_question_on_both_sides(tmp_path: Path) -> None:
    line = {
        "query": "Where?",
        "passage": "在哪里？",
        "negatives": ["东"],
        "group": 3,
        "source": "x",
        "role": "question",
    }
    with gzip.open(tmp_path / "pairs.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line | {"role": role}, ensure_ascii=False) + "\n" for role in ("question", "window"))
    assert read_pairs(tmp_path / "pairs.jsonl.gz") == [
        Pair("query: Where?", "query: 在哪里？", ("passage: 东",), 3, False),
        Pair("query: Where?", "passage: 在哪里？", ("passage: 东",), 3, True),
    ]
