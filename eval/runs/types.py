"""What made a run."""

from __future__ import annotations

from collections.abc import Mapping

from indexer.types import Record


class IndexStatistics(Record):
    """What an index holds; a stored run of another index is not comparable."""

    n_reports: int
    n_chunks: int
    n_sections: int
    n_characters: int
    text_sha256: str  # of every report's id and canonical text


class RunStamp(Record):
    """What made a run: the recipe, down to the machine. ``settings`` are those of the system under test, ``prompts``
    the SHA-256 of each prompt file."""

    command: str
    system: str
    gold: str
    gold_sha256: str
    n_questions: int
    commit: str
    date: str
    snapshot_id: str
    index: IndexStatistics
    encoder: str
    precision: str
    settings: Mapping[str, str]
    prompts: Mapping[str, str]
    seed: int
    machine: str
    python: str
    judian_version: str
