"""Text to vectors by any sentence-transformers model.

The library and torch are imported when an encoder is made, not when this module is: `judian --help` need not wait.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.encoders.openvino_backend import compiled
from indexer.encoders.reader import READER_FOLDER, SpanReader, adapters_in
from indexer.encoders.types import Backend, Precision, Reader, normalised, utf8
from indexer.errors import EncoderError

BATCH_TEXTS = 32
HUB_TIMEOUT_S = 10.0
_HUB_NAMES = re.compile(r"\w[\w.-]*(/\w[\w.-]*)?", re.ASCII)
# Names that models give to the two prompts of an asymmetric encoder.
_QUERY_PROMPTS = ("query", "question")
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
_FINGERPRINTED = (".safetensors", ".bin", ".json", ".txt", ".model")
_NOT_FINGERPRINTED = frozenset(("README.md", "config_sentence_transformers.json"))
_NOT_THE_ENCODERS = frozenset(("onnx", "openvino", READER_FOLDER))  # whatever the backend, the vectors are torch's


class SentenceEncoder:
    """Any sentence-transformers model, by folder or by hub name.

    ``query_prompt`` and ``passage_prompt`` win over those in the model's own configuration. ``auto`` precision is
    bfloat16 where the CPU multiplies in it (AMX, AVX512-BF16), else float32. ``backend`` is what runs it; the vectors
    are the same up to precision. ``model`` is the SentenceTransformer itself, for measurements. Raises EncoderError.
    """

    def __init__(
        self,
        name: str,
        *,
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        precision: Precision = "auto",
        threads: int | None = None,
        backend: Backend = "torch",
    ) -> None:
        model, folder = _load(name)
        if threads is not None:
            import torch

            torch.set_num_threads(threads)
        self.model, self.folder, self._backend, self._threads = model, folder, backend, threads
        prompts: dict[str, str] = model.prompts or {}
        self._query_prompt = query_prompt if query_prompt is not None else _first(prompts, _QUERY_PROMPTS)
        self._passage_prompt = passage_prompt if passage_prompt is not None else _first(prompts, _PASSAGE_PROMPTS)
        self.precision = ("bfloat16" if cpu_has_bfloat16() else "float32") if precision == "auto" else precision
        self.fingerprint = _fingerprint(folder, self._query_prompt, self._passage_prompt, model.max_seq_length)
        self._compiled: Callable[[list[str]], NDArray[np.float32]] | None = None
        if backend == "openvino":
            self._compiled = compiled(model, self.precision, threads)
        elif self.precision == "bfloat16":
            import torch

            model.to(torch.bfloat16)
        self.adapters = adapters_in(folder)
        # The first text also settles the tokenizer's padding and truncation, which two threads must not set at once.
        self.dim = len(self.encode_question(""))

    @cached_property
    def reader(self) -> Reader | None:
        """The reader that lies in its folder; a second is taken to load it, on the first call."""
        if not (self.folder / READER_FOLDER).is_dir():
            return None
        return SpanReader(self.model, self.folder, self._backend, self.precision, self._threads)

    @cached_property
    def judge(self) -> Reader | None:
        """The judge that lies beside its reader; loaded on the first call, too."""
        if not (self.folder / READER_FOLDER).is_dir():
            return None
        return SpanReader(self.model, self.folder, self._backend, self.precision, self._threads, "judge")

    def encode_passages(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """(len(texts), dim) float32, L2-normalised; ``progress`` is told how many are done."""
        vectors = np.zeros((len(texts), self.dim), np.float32)
        order = sorted(range(len(texts)), key=lambda at: -len(texts[at]))  # batches of like length waste no padding
        for start in range(0, len(order), BATCH_TEXTS):
            batch = order[start : start + BATCH_TEXTS]
            vectors[batch] = self._encode([texts[at] for at in batch], self._passage_prompt)
            if progress:
                progress(start + len(batch))
        return vectors

    def encode_question(self, text: str) -> NDArray[np.float32]:
        """(dim,) float32, L2-normalised."""
        vector: NDArray[np.float32] = self._encode([text], self._query_prompt)[0]
        return vector

    def _encode(self, texts: list[str], prompt: str) -> NDArray[np.float32]:
        if self._compiled:
            return normalised(self._compiled([prompt + utf8(text) for text in texts]))
        vectors = self.model.encode(
            [utf8(text) for text in texts],
            prompt=prompt,  # "" is no prompt; passed on, because some models leave it out of the mean
            batch_size=len(texts),
            convert_to_tensor=True,
            show_progress_bar=False,
        )
        return normalised(np.asarray(vectors.float().cpu().numpy(), np.float32))


def cpu_has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 matrices in hardware, as Linux states it."""
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="ascii", errors="replace")
    except OSError:
        return False
    return "amx_bf16" in flags or "avx512_bf16" in flags


def _load(name: str) -> tuple[Any, Path]:
    local = Path(name).expanduser()
    if local.is_dir():
        os.environ.setdefault("HF_HUB_OFFLINE", "1")  # a folder is whole: nothing may ask the network for more
    with _quiet():
        try:
            model, folder = _from_folder(local) if local.is_dir() else _from_hub(name)
        except Exception as error:  # the loaders raise what they like: SafetensorError, httpx's errors, KeyError…
            raise EncoderError(
                f"the encoder {name!r} cannot be loaded ({type(error).__name__}: {str(error)[:200]}); set "
                "JUDIAN_ENCODER to the folder of a sentence-transformers model, or to `default`"
            ) from error
    model.eval()
    return model, folder


def _from_folder(folder: Path) -> tuple[Any, Path]:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(folder), device="cpu", local_files_only=True), folder


def _from_hub(name: str) -> tuple[Any, Path]:
    """From the hub's cache on this machine, else from the hub, if it answers within HUB_TIMEOUT_S.

    The cache comes first so that a model does not change under an index. The hub's own client, asked file by file,
    repeats itself for more than a minute where there is no network.
    """
    from huggingface_hub import HfApi, snapshot_download
    from sentence_transformers import SentenceTransformer

    if not _HUB_NAMES.fullmatch(name):
        raise FileNotFoundError("there is no such folder, and models on the hub are called `owner/name`")
    full = name if "/" in name else f"sentence-transformers/{name}"
    try:
        return _from_folder(Path(snapshot_download(full, local_files_only=True)))
    except (OSError, ValueError):  # not there, or not all of it
        HfApi().model_info(full, timeout=HUB_TIMEOUT_S)
    model = SentenceTransformer(full, device="cpu")
    return model, Path(snapshot_download(full, local_files_only=True))


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Loading a model must not write to the terminal of a command whose output is an answer."""
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    loggers = [logging.getLogger(name) for name in ("sentence_transformers", "transformers", "huggingface_hub")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def _first(prompts: dict[str, str], names: tuple[str, ...]) -> str:
    return next((prompts[name] for name in names if prompts.get(name)), "")


def _fingerprint(folder: Path, query_prompt: str, passage_prompt: str, max_tokens: int | None) -> str:
    """First 16 hex digits of the SHA-256 over weights, tokenizer, pooling and prompts."""
    digest = hashlib.sha256(json.dumps([query_prompt, passage_prompt, max_tokens]).encode())
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        if any(part.startswith(".") or part in _NOT_THE_ENCODERS for part in below.parts):
            continue
        if path.is_file() and path.suffix in _FINGERPRINTED and path.name not in _NOT_FINGERPRINTED:
            with path.open("rb") as file:
                digest.update(f"{below.as_posix()}:{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode())
    return digest.hexdigest()[:16]
