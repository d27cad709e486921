"""Training the reader: its input, its loss, its spans, and a run on a few rows."""

from __future__ import annotations

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from eval.train.calibrate import auc, calibration, fit_logistic
from eval.train.kept_out import sentences, windows
from eval.train.lora import adapter_tensors, load_adapter
from eval.train.measure import f1
from eval.train.reader import SpanHead, SpanReader, best_spans, windows_of
from eval.train.spans import Row, SpanRecipe, batches, kept_out, read_rows, run, span_loss
from tests.eval.train.tiny import tiny_bert, tiny_tokenizer

RECIPE = SpanRecipe(r=4, passes=10, batch_tokens=500, snapshots=3, warmup_steps=2, learning_rate=1e-2, bf16=False)
PLACES = "山水城乡东西南北"


def lines(groups: range) -> list[dict[str, object]]:
    """Two windows a group: one that names the figure of the place asked for, one of another place."""
    found: list[dict[str, object]] = []
    for group in groups:
        place, other, figure = PLACES[group % 8], PLACES[(group + 3) % 8], str(10 + group % 7)
        text = f"春夏{place}区{figure}亿元在路"
        start = text.index(figure)
        shared = {"group": group, "question": f"{place}区多少亿元"}
        found.append(shared | {"window": text, "start": start, "end": start + 2, "source": "report"})
        found.append(shared | {"window": f"秋冬{other}区{figure}亿元", "start": -1, "end": -1, "source": "report/near"})
    return found


def rows(groups: range) -> list[Row]:
    made = lines(groups)
    found = windows_of(
        tiny_tokenizer(), [str(line["question"]) for line in made], [str(line["window"]) for line in made]
    )
    return [
        Row(window, *(window.tokens_of(line["start"], line["end"]) or (-1, -1)), line["group"])  # type: ignore[arg-type]
        if line["start"] != -1
        else Row(window, -1, -1, line["group"])  # type: ignore[arg-type]
        for line, window in zip(made, found, strict=True)
    ]


def test_the_input_is_the_models_own() -> None:
    (window,) = windows_of(tiny_tokenizer(), ["多少"], ["东区 10亿元"])
    pair = tiny_tokenizer().encode("query: 多少", "passage: 东区 10亿元")
    assert window.ids == pair.ids
    place = window.tokens_of(3, 5)
    assert place is not None
    assert [pair.tokens[at] for at in range(place[0], place[1] + 1)] == ["1", "0"]
    assert window.spans[place[0] - window.first].tolist() == [3, 4]


def test_a_long_window_is_cut_and_an_answer_behind_it_is_none() -> None:
    (window,) = windows_of(tiny_tokenizer(), ["多" * 100], ["东" * 400])
    assert len(window.ids) == 256
    assert window.ids[-1] == 2
    assert window.tokens_of(0, 1) is not None
    assert window.tokens_of(390, 392) is None


def test_the_best_span_is_the_best_of_all_that_are_allowed() -> None:
    torch.manual_seed(0)
    start, end = torch.randn(3, 60), torch.randn(3, 60)
    first, last, raw = best_spans(start, end)
    for row in range(3):
        best = max((float(start[row, i] + end[row, j]), i, j) for i in range(60) for j in range(i, min(60, i + 41)))
        assert (float(raw[row]), int(first[row]), int(last[row])) == pytest.approx(best)


def test_the_loss_is_that_of_the_formula() -> None:
    """Two windows of one question, the second answers; one of another, which has no answer."""
    recipe = replace(RECIPE, joint=0.5, positive=1.5)
    start = torch.tensor([[1.0, 0.0], [2.0, 3.0], [5.0, 5.0]])
    end = torch.tensor([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0]])
    answer = torch.tensor([0.2, 0.4, -0.3])
    gold = torch.tensor([[-1, -1], [1, 0], [-1, -1]])
    loss = span_loss(start, end, answer, gold, torch.tensor([0, 0, 1]), recipe)

    def lse(*values: float) -> float:
        return math.log(sum(map(math.exp, values)))

    within = (lse(2, 3) - 3 + lse(1, 0) - 1) / 2
    over_all = (lse(1, 0, 2, 3) - 3 + lse(0, 0, 1, 0) - 1) / 2
    whether = (lse(0, 0.2) + 1.5 * lse(0, -0.4) + lse(0, -0.3)) / 3
    assert float(loss) == pytest.approx(within + 0.5 * over_all + whether, rel=1e-5)


def test_a_batch_without_answers_teaches_only_that_it_has_none() -> None:
    start, end, answer = torch.zeros(2, 3), torch.zeros(2, 3), torch.zeros(2)
    for logits in (start, end, answer):
        logits.requires_grad_()
    none = torch.full((2, 2), -1)
    loss = span_loss(start, end, answer, none, torch.tensor([0, 1]), RECIPE)
    of_start, of_answer = torch.autograd.grad(loss, [start, answer])
    assert not of_start.any()
    assert of_answer.tolist() == pytest.approx([0.25, 0.25])  # half of sigmoid(0)


def test_batches_hold_whole_questions_and_every_row_once_a_pass() -> None:
    some = rows(range(40))
    steps = batches(some, RECIPE)
    per_pass = len(steps) // RECIPE.passes
    assert sorted(at for step in steps[:per_pass] for at in step) == list(range(len(some)))
    for step in steps:
        groups = [some[at].group for at in step]
        assert all(groups.count(group) == 2 for group in groups)
        assert len(step) * max(len(some[at].window.ids) for at in step) <= RECIPE.batch_tokens


def test_no_kept_out_window_is_trained_on(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "windows.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines(range(60)))
    trained, held = read_rows(tmp_path / "windows.jsonl.gz", tiny_tokenizer())
    assert {row.group for row in held} == {group for group in range(60) if kept_out(group)} == set(range(16))
    assert trained
    assert not {tuple(row.window.ids) for row in trained} & {tuple(row.window.ids) for row in held}


def weights(reader: SpanReader) -> dict[str, torch.Tensor]:
    return adapter_tensors(reader.bert) | dict(reader.head.state_dict())


def test_training_learns_which_windows_answer(tmp_path: Path) -> None:
    some, held = rows(range(40)), rows(range(40, 56))
    told = run(SpanReader(tiny_bert()), some, held, RECIPE, tmp_path)
    scores = told["kept-out scores"]
    assert max(scores.values()) == scores[str(told["step taken"])] > 0.8
    assert load_adapter(tmp_path / "span_lora.safetensors").head.keys() == SpanHead(16).state_dict().keys()


def test_a_run_that_was_cut_off_ends_with_the_same_weights(tmp_path: Path) -> None:
    some, recipe = rows(range(16)), replace(RECIPE, passes=3)
    through, cut, again = (SpanReader(tiny_bert()) for _ in range(3))
    run(through, some, some, recipe, tmp_path / "through")
    run(cut, some, some, recipe, tmp_path / "cut", stop=2)
    told = run(again, some, some, recipe, tmp_path / "cut", resume=True)
    assert told["steps"] == told["schedule"] > 2
    for name, weight in weights(through).items():
        assert torch.equal(weight, weights(again)[name]), name
        assert not torch.equal(weight, weights(cut)[name]), name


def test_the_auc_is_the_share_of_pairs_in_the_right_order() -> None:
    assert auc([3.0, 1.0], [2.0, 1.0]) == (1 + 1 + 0 + 0.5) / 4


def test_a_logistic_regression_finds_what_made_the_labels() -> None:
    generator = np.random.default_rng(0)
    x = generator.normal(size=(20_000, 2))
    y = generator.random(20_000) < 1 / (1 + np.exp(-(x @ [1.5, -0.5] + 0.25)))
    weight, bias = fit_logistic(x, y)
    assert weight == pytest.approx([1.5, -0.5], abs=0.08)
    assert bias == pytest.approx(0.25, abs=0.05)


def test_the_calibration_has_the_fields_of_the_published_one(shared: Path) -> None:
    path = shared / "models" / "span_calibration.json"
    if not path.is_file():
        pytest.skip("no calibration")
    generator = np.random.default_rng(0)
    answers = generator.random(400) < 0.3
    ours = calibration(generator.normal(size=(400, 3)) + 2 * answers[:, None], answers)
    theirs = json.loads(path.read_text(encoding="utf-8"))
    assert set(ours) - {"auc"} == set(theirs)
    assert ours["input"] == theirs["input"]
    assert set(ours["thresholds_precision"]) <= set(theirs["thresholds_precision"])
    assert [len(ours["weight"]), ours["features"]] == [3, theirs["features"]]


def test_windows_are_whole_sentences_and_leave_nothing_out() -> None:
    text = "".join(f"第{at}年，城乡居民收入增长{at}%；东西南北都在路上。" for at in range(60))
    found = windows(text)
    assert all(window in text and len(window) <= 280 for window in found)
    assert all(any(sentence in window for window in found) for sentence in sentences(text))


def test_f1_of_characters() -> None:
    assert f1("10亿元", "10亿元。") == 1.0
    assert f1("10亿", "10亿元") == 2 * 3 / (3 + 4)
    assert f1("东", "西") == 0.0
