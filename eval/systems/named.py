"""The system that a name stands for: ``judian``, with a language model or without, a shortcut, or what a URL serves."""

from __future__ import annotations

import os
from collections.abc import Sequence

from eval.errors import EvaluationError
from eval.systems.in_process import GENERATED, IN_PROCESS, N_RANKED, generated
from eval.systems.types import System
from indexer.encoders.types import Encoder
from indexer.store.snapshot import Snapshot
from service.open import asker_over, open_writer
from service.settings import Settings

TIMEOUT_S = 120.0
NAMES: Sequence[str] = (*IN_PROCESS, GENERATED, "http:URL", "openai:URL")


def open_system(
    name: str, snapshot: Snapshot, encoder: Encoder | None, settings: Settings, model: str | None = None
) -> System:
    """The system called ``name``. Those in this process answer from ``snapshot``; ``model`` is asked for from an
    ``openai:URL``. Keys come from the environment: EVAL_SERVER_KEY, OPENAI_API_KEY. Raises EvaluationError."""
    from eval.systems.remote import HttpSystem, OpenAISystem, black_box_prompt

    kind, _, url = name.partition(":")
    if kind == "http" and url.startswith("//"):  # the address of a server, written out whole
        url = name
    if kind in ("http", "https") and url:
        return HttpSystem(name if kind == "https" else url, os.environ.get("EVAL_SERVER_KEY"), N_RANKED, TIMEOUT_S)
    if kind == "openai" and url:
        return OpenAISystem(url, model, os.environ.get("OPENAI_API_KEY"), TIMEOUT_S, black_box_prompt())
    if name == GENERATED and encoder is not None:
        writer = open_writer(settings)
        if writer is None:
            raise EvaluationError(f"{name} needs a language model; set JUDIAN_LLM (see the README)")
        return generated(asker_over(snapshot, encoder, settings), writer)
    if name not in IN_PROCESS or encoder is None:
        raise EvaluationError(f"there is no system {name!r}; choose one of {', '.join(NAMES)}")
    return IN_PROCESS[name](asker_over(snapshot, encoder, settings))


def precision_of(encoder: Encoder | None, backend: str) -> str:
    """What of an encoder's run time may move a score: its precision, and what runs it."""
    precision = str(getattr(encoder, "precision", ""))
    return f"{precision} ({backend})" if precision else ""
