"""The one place where an index and settings become an asker: for the service, the command, measurements and tests."""

from __future__ import annotations

from pathlib import Path

from indexer.encoders.load import QUESTION_THREADS, load_encoder
from indexer.encoders.types import Encoder
from indexer.store.publication import published_id
from indexer.store.snapshot import Snapshot, open_snapshot
from service.abstain import load_abstention
from service.answers import answerers
from service.answers.generate import Writer
from service.answers.sentence import WITHOUT_READER, Weights
from service.ask import Asker
from service.http.live import Live
from service.kind_model import load_kinds
from service.llm.backend import open_model
from service.llm.guard import guarded
from service.llm.prompts import load_prompts
from service.retrieve import Retriever
from service.settings import Settings
from service.understand import nameable


def open_encoder(settings: Settings, threads: int | None = QUESTION_THREADS) -> Encoder:
    """The configured encoder; ``threads`` suits single questions, None many passages. Raises EncoderError."""
    return load_encoder(
        settings.encoder,
        settings.cache_folder,
        settings.precision,
        threads,
        settings.backend,
        settings.adapters == "on",
    )


def asker_over(snapshot: Snapshot, encoder: Encoder, settings: Settings) -> Asker:
    """Answers from ``snapshot``, whose vectors are those of ``encoder``."""
    return Asker(
        nameable=nameable(snapshot.summaries.values()),
        retriever=Retriever(snapshot, encoder),
        reader=encoder.reader,
        judge=encoder.judge,
        answerers=answerers(snapshot, encoder, Weights() if encoder.reader else WITHOUT_READER),
        abstention=load_abstention(encoder.fingerprint),
        kinds=load_kinds(encoder.fingerprint),
        k=settings.k,
        max_question_chars=settings.max_question_chars,
    )


def open_writer(settings: Settings) -> Writer | None:
    """What writes answers with the configured language model, or None where there is none. Raises SettingsError."""
    model = guarded(open_model(settings), settings)
    return (
        None
        if model is None
        else Writer(model, load_prompts(settings.prompts), settings.llm_context_chars, settings.llm_judge)
    )


def open_live(index: Path, settings: Settings, *, mapped: bool = False) -> Live:
    """The asker over whatever is published in ``index``; ``mapped``: from files that processes share. Raises
    SnapshotError, EncoderError."""
    published_id(index)  # no index: say so before the encoder is loaded
    encoder = open_encoder(settings)

    def open_asker(folder: Path) -> Asker:
        return asker_over(open_snapshot(folder, encoder.fingerprint, mapped=mapped), encoder, settings)

    return Live(index, open_asker)
