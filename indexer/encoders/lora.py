"""The adapters that come with Judian, low-rank additions to the bundled weights (LoRA; Hu et al. 2022,
arXiv:2106.09685), and how they are merged into them.

``adapters/README.md`` is their model card. They are merged once, when the bundled model is unpacked; nothing of them is
left to be done when questions are asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.errors import EncoderError

Tensors = dict[str, NDArray[np.float32]]

FOLDER = Path(__file__).parent / "adapters"
ENCODER, READER = FOLDER / "encoder_lora.safetensors", FOLDER / "span_lora.safetensors"
JUDGE = FOLDER / "judge_lora.safetensors"  # of the upper layers alone; the others are the reader's
ALL = (ENCODER, READER, JUDGE)
CALIBRATION, JUDGE_CALIBRATION = FOLDER / "span_calibration.json", FOLDER / "judge_calibration.json"  # of their scores
ENCODER_STRENGTH, READER_STRENGTH = 0.75, 1.0  # how much of each addition counts
HEAD = "head."
_UNIT = 2.0**-24
_A, _B = ".lora_A.weight", ".lora_B.weight"


def merged(weights: Mapping[str, NDArray[np.float32]], adapter: Path, strength: float) -> Tensors:
    """``weights``, by their names in a transformers BertModel, with ``strength * scale * B @ A`` added where
    ``adapter`` says so, in float32. Raises EncoderError when the adapter is another model's."""
    from safetensors import safe_open

    together = dict(weights)
    # Exactly, in whole numbers: sums of floats differ in their last bit from one machine to the next, and with them the
    # fingerprint that tells whether an index may be asked. Every fp16 is a multiple of 2^-24.
    with safe_open(adapter, "np") as file:
        factor = strength * float(file.metadata()["scale"])
        for name in file.keys():  # noqa: SIM118 - not a dict
            if name.endswith(_A):
                layer = name.removesuffix(_A)
                a, b = (_in_units(file.get_tensor(layer + part)) for part in (_A, _B))
                base = together.get(f"{layer}.weight")
                if base is None or base.shape != (len(b), a.shape[1]):
                    raise EncoderError(f"{adapter.name} is for another model; set JUDIAN_ADAPTERS to `off`")
                addition = (b @ a).astype(np.float64) * (factor * _UNIT**2)
                together[f"{layer}.weight"] = (base.astype(np.float64) + addition).astype(np.float32)
    return together


def changed(adapter: Path) -> list[str]:
    """The names of the weights that ``adapter`` adds to."""
    from safetensors import safe_open

    with safe_open(adapter, "np") as file:
        return [name.removesuffix(_A) + ".weight" for name in file.keys() if name.endswith(_A)]  # noqa: SIM118


def _in_units(values: NDArray[np.float16]) -> NDArray[np.int64]:
    units = values.astype(np.float64) / _UNIT
    assert np.abs(units).max(initial=0) < 2**27, "sums of 64 products would not fit into 63 bits"
    return units.astype(np.int64)


def head(adapter: Path) -> Tensors:
    """The weights that ``adapter`` puts on top of the model, without the prefix of their names."""
    from safetensors import safe_open

    with safe_open(adapter, "np") as file:
        return {
            name.removeprefix(HEAD): np.asarray(file.get_tensor(name), np.float32)
            for name in file.keys()  # noqa: SIM118 - not a dict
            if name.startswith(HEAD)
        }


def digest(*files: Path) -> str:
    """The first 8 hex digits of the SHA-256 over ``files``: which adapters these are."""
    whole = hashlib.sha256()
    for path in files:
        whole.update(path.read_bytes())
    return whole.hexdigest()[:8]
