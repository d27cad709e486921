"""The low-rank layers and their files."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from transformers import BertConfig, BertModel

from eval.train.lora import BASE, LoraLinear, add_lora, load_adapter, merge, save_adapter, strength
from eval.train.reader import SpanHead
from tests.eval.train.tiny import tiny_bert


def shaken(bert: BertModel, r: int = 4, scale: float = 2.0) -> BertModel:
    """``bert`` wrapped, with additions that fp16 holds exactly and that are not nil."""
    add_lora(bert, r, scale, dropout=0.0)
    for module in bert.modules():
        if isinstance(module, LoraLinear):
            for layer in (module.lora_A, module.lora_B):
                torch.nn.init.uniform_(layer.weight, -0.5, 0.5)
                layer.weight.data = layer.weight.data.half().float()
    return bert


def states(bert: BertModel) -> torch.Tensor:
    with torch.no_grad():
        found: torch.Tensor = bert(input_ids=torch.arange(4, 28).reshape(2, 12)).last_hidden_state
    return found


def test_a_new_adapter_changes_nothing() -> None:
    bert = tiny_bert()
    before = states(bert)
    add_lora(bert, r=4, scale=2.0, dropout=0.0)
    assert torch.equal(states(bert), before)


def test_only_the_additions_are_trained() -> None:
    bert = tiny_bert()
    add_lora(bert, r=4, scale=2.0, dropout=0.0)
    trained = [name for name, weight in bert.named_parameters() if weight.requires_grad]
    assert len(trained) == 2 * 6 * 2  # layers, linear layers in each, A and B
    assert all(".lora_" in name for name in trained)


@pytest.mark.parametrize("t", [1.0, 0.75])
def test_merged_weights_compute_what_the_wrapped_model_does(tmp_path: Path, t: float) -> None:
    wrapped, plain = shaken(tiny_bert()), tiny_bert()
    save_adapter(tmp_path / "a.safetensors", wrapped)
    before = states(plain)
    merge(plain, load_adapter(tmp_path / "a.safetensors"), t)
    with strength(wrapped, t):
        assert torch.allclose(states(plain), states(wrapped), atol=1e-4)
    assert not torch.allclose(states(plain), before, atol=1e-2)


def test_no_strength_is_the_base_and_is_undone() -> None:
    wrapped = shaken(tiny_bert())
    full = states(wrapped)
    with strength(wrapped, 0.0):
        assert torch.equal(states(wrapped), states(tiny_bert()))
    assert torch.equal(states(wrapped), full)


def test_a_file_holds_half_precision_and_says_what_it_is(tmp_path: Path) -> None:
    head = SpanHead(16, hidden=8)
    save_adapter(tmp_path / "a.safetensors", shaken(tiny_bert(), r=4, scale=2.0), head)
    with safe_open(tmp_path / "a.safetensors", "pt") as file:
        assert file.metadata() == {"r": "4", "alpha": "8", "scale": "2.0", "base": BASE}
        assert {file.get_tensor(name).dtype for name in file.keys()} == {torch.float16}  # noqa: SIM118 - not a dict
    read = load_adapter(tmp_path / "a.safetensors")
    assert (read.r, read.scale) == (4, 2.0)
    SpanHead(16, hidden=8).load_state_dict(read.head)


@pytest.mark.parametrize(("name", "r", "with_head"), [("encoder", 32, False), ("span", 64, True)])
def test_the_published_adapters_have_our_names_and_shapes(shared: Path, name: str, r: int, with_head: bool) -> None:
    path = shared / "models" / f"{name}_lora.safetensors"
    if not path.is_file():
        pytest.skip(f"no {path.name}")
    config = BertConfig(  # multilingual-e5-small
        vocab_size=250_037,
        hidden_size=384,
        num_hidden_layers=12,
        num_attention_heads=12,
        intermediate_size=1536,
    )
    with torch.device("meta"):  # shapes alone: the embeddings would take 0.4 GB
        bert, head = BertModel(config, add_pooling_layer=False), SpanHead(384)
        add_lora(bert, r, 2.0, dropout=0.0)
    ours = {key: tuple(weight.shape) for key, weight in bert.state_dict().items() if ".lora_" in key}
    if with_head:
        ours |= {f"head.{key}": tuple(weight.shape) for key, weight in head.state_dict().items()}
    with safe_open(path, "pt") as file:
        assert {key: tuple(file.get_slice(key).get_shape()) for key in file.keys()} == ours  # noqa: SIM118 - not a dict
        assert file.metadata() == {"r": str(r), "alpha": str(2 * r), "scale": "2.0", "base": BASE}
