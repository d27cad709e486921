"""A gold set and a system to a scored run, on one page."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from eval.errors import RunError, SystemFailed
from eval.gold.evidence import resolved
from eval.gold.load import load_gold
from eval.gold.types import GoldItem
from eval.measures.score import score
from eval.runs.provenance import commit, machine, prompt_hashes
from eval.runs.stored import Run, append, begin, finish, held
from eval.runs.types import IndexStatistics, RunStamp
from eval.systems.types import Output, System
from indexer.store.snapshot import Snapshot
from indexer.types import Section

Progress = Callable[[int, int], None]


def run(
    gold: Path,
    system: System,
    snapshot: Snapshot,
    out: Path,
    *,
    command: str,
    precision: str = "",
    seed: int = 0,
    progress: Progress | None = None,
) -> Run:
    """Ask ``system`` every question of ``gold``, keep what it gives in ``out``, and score it against ``snapshot``.

    A run that was interrupted goes on where it stopped. What the system fails on is kept as failed and asked again the
    next time; when it fails on everything, that is an error. Raises GoldError, RunError.
    """
    # 1. The questions.
    items = load_gold(gold)
    # 2. What makes this run; the one in `out` must be of the same making.
    settings = system.settings()
    served = settings.get("snapshot_id", snapshot.manifest.snapshot_id)
    if served != snapshot.manifest.snapshot_id:
        raise RunError(
            f"{system.name} serves the snapshot {served}, the index holds {snapshot.manifest.snapshot_id}; name the "
            "folder that is served, or publish one in both"
        )
    stamp = RunStamp(
        command=command,
        system=system.name,
        gold=Path(os.path.relpath(gold)).as_posix(),  # no path of this machine leaves with a stamp
        gold_sha256=hashlib.sha256(gold.read_bytes()).hexdigest(),
        n_questions=len(items),
        commit=commit(),
        date=datetime.now(UTC).date().isoformat(),
        snapshot_id=snapshot.manifest.snapshot_id,
        index=index_statistics(snapshot),
        encoder=snapshot.manifest.encoder.fingerprint,
        precision=precision,
        settings=settings,
        prompts=prompt_hashes(),
        seed=seed,
        machine=machine(),
        python=platform.python_version(),
        judian_version=version("judian"),
    )
    with held(out):
        outputs = begin(out, stamp)
        # 3. Ask what is not asked yet.
        ask_all(items, system, outputs, out, progress)
        # 4. Find the evidence where it stands in this snapshot, and score.
        reports = list(snapshot.reports.values())
        found = [resolved(item, reports) for item in items]
        return finish(out, found, score(found, outputs, snapshot))


def ask_all(
    items: Sequence[GoldItem], system: System, outputs: dict[str, Output], out: Path, progress: Progress | None
) -> None:
    """Ask the questions that ``outputs`` lacks, and keep each answer there and in ``out`` as it comes."""
    failures: list[str] = []
    for done, item in enumerate(items):
        if progress:
            progress(done, len(items))
        if item.id in outputs:
            continue
        try:
            output = system.ask(item)
        except SystemFailed as failure:
            failures.append(str(failure))
            output = Output(id=item.id, status="abstained", text="", elapsed_ms=0.0, error=str(failure))
        append(out, output)
        outputs[item.id] = output
    if progress:
        progress(len(items), len(items))
    if failures and len(failures) == len(items):
        raise RunError(f"{system.name} answered no question at all; the first failure: {failures[0]}")


def index_statistics(snapshot: Snapshot) -> IndexStatistics:
    """What a snapshot holds, counted."""
    reports = list(snapshot.reports.values())
    digest = hashlib.sha256()
    for report in sorted(reports, key=lambda report: report.report_id):
        digest.update(f"{report.report_id}\0{report.text}\0".encode("utf-8", "surrogatepass"))
    return IndexStatistics(
        n_reports=len(reports),
        n_chunks=len(snapshot.chunks),
        n_sections=sum(_n_sections(report.sections) for report in reports),
        n_characters=sum(len(report.text) for report in reports),
        text_sha256=digest.hexdigest(),
    )


def _n_sections(sections: Sequence[Section]) -> int:
    return sum(1 + _n_sections(section.children) for section in sections)
