"""Training the reader further: its lower layers run once, what is trained, and what is left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.train import further
from eval.train.further import FurtherRecipe, Loss, UpperReader, figures, replayed, start_from, told_of
from eval.train.lora import Adapter, add_lora, load_adapter, save_adapter
from eval.train.reader import SpanReader
from tests.eval.train.test_spans import rows
from tests.eval.train.tiny import tiny_bert

RECIPE = FurtherRecipe(
    r=4, frozen=1, passes=20, batch_tokens=500, warmup_steps=2, learning_rate=1e-2, head_learning_rate=1e-2, dropout=0.0
)


@pytest.fixture
def adapter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Adapter:
    monkeypatch.setattr(further, "load_base", lambda _: tiny_bert())
    torch.manual_seed(1)
    bert = tiny_bert()
    add_lora(bert, 4, 2.0, 0.0)
    for name, weight in bert.named_parameters():
        if ".lora_B." in name:
            torch.nn.init.normal_(weight, std=0.05)
    save_adapter(tmp_path / "start.safetensors", bert, SpanReader(bert).head)
    return load_adapter(tmp_path / "start.safetensors")


def upper_of(adapter: Adapter) -> UpperReader:
    return start_from(adapter, RECIPE, torch.device("cpu"))


def test_layers_that_were_run_before_give_what_the_whole_reader_gives(adapter: Adapter) -> None:
    upper = upper_of(adapter)
    made = rows(range(12))
    told = told_of(upper, [(row, "far") for row in made])
    with torch.no_grad():
        for ours, whole in zip(upper(told), upper.reader([row.window for row in made]), strict=True):
            seen = whole > -1e3  # what is no passage's is far below
            assert torch.allclose(ours[seen], whole[seen], atol=2e-2)  # states are kept in half precision


def test_only_the_upper_layers_and_the_head_are_trained(adapter: Adapter, tmp_path: Path) -> None:
    upper = upper_of(adapter)
    told = told_of(upper, [(row, "far" if row.answers else "name") for row in rows(range(24))])
    loss = Loss(upper, told, RECIPE)
    before = loss(0).item()
    optimizer = torch.optim.AdamW([weight for weight in upper.parameters() if weight.requires_grad], lr=1e-2)
    upper.train()
    for step in range(len(loss.steps)):
        loss(step).backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        optimizer.zero_grad()
    assert loss(0).item() < before / 2
    save_adapter(tmp_path / "made.safetensors", upper.reader.bert, upper.reader.head)
    left = load_adapter(tmp_path / "made.safetensors")
    assert left.tensors.keys() == adapter.tensors.keys()
    changed = {name for name, weight in left.tensors.items() if not torch.equal(weight, adapter.tensors[name])}
    assert changed
    assert all(name.startswith("encoder.layer.1.") for name in changed)
    assert any(not torch.equal(left.head[name], weight) for name, weight in adapter.head.items())
    save_adapter(tmp_path / "upper.safetensors", upper.reader.bert, upper.reader.head, from_layer=RECIPE.frozen)
    shipped = load_adapter(tmp_path / "upper.safetensors")
    assert changed <= shipped.tensors.keys()
    assert all(name.startswith("encoder.layer.1.") for name in shipped.tensors)
    assert shipped.head.keys() == left.head.keys()
    now = figures(told, upper_of(left).read(told))
    assert now["name"] > figures(told, upper_of(adapter).read(told))["name"]


def test_of_the_first_training_whole_questions_are_taken() -> None:
    made = rows(range(10))
    taken = replayed(made, 4, seed=3, after=100)
    assert [kind for _, kind in taken] == ["first training"] * 4
    assert len({row.group for row, _ in taken}) == 2
    assert all(row.group >= 100 for row, _ in taken)


def test_rows_that_do_not_answer_cost_what_the_recipe_says(adapter: Adapter) -> None:
    upper = upper_of(adapter).eval()
    told = told_of(upper, [(replace(row, start=-1, end=-1), "name") for row in rows(range(2))])
    with torch.no_grad():
        once, twice = (float(Loss(upper, told, replace(RECIPE, whether=weight))(0)) for weight in (1.0, 2.0))
    answer = upper.read(told)[:, 0]
    assert twice - once == pytest.approx(float(np.logaddexp(0, answer).mean()), rel=1e-3)
