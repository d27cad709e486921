"""What the published snapshots hold, read from their files, and what an answer says against it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

from indexer.errors import SnapshotError
from indexer.store.publication import SNAPSHOTS
from indexer.store.snapshot import open_snapshot
from service.types import Answer

# A report that each publication replaces, with a figure that no other snapshot has.
CHANGED_FILE = "2020年朔原县政府工作报告.txt"
CHANGED_TEXT = "2020年朔原县政府工作报告\n\n一、工作回顾\n全年受理行政复议案件{n}件，审结{n}件。\n"
CHANGED_QUESTION = "朔原县受理行政复议案件多少件？"


class Truth:
    """The texts of each snapshot of ``index``, by its id; those removed from disk since are remembered."""

    def __init__(self, index: Path) -> None:
        self._index = index
        self._texts: dict[str, dict[str, str]] = {}
        self._first: dict[str, tuple[object, ...]] = {}
        self._lock = threading.Lock()

    def faults(self, question: str, answer: Answer) -> list[str]:
        """What of ``answer`` is not so: a quote that its snapshot does not have at its place, a citation that is not
        there, another report than the one that is asked about, another answer than to the same ``question`` before
        (if it is not empty)."""
        try:
            texts = self._of(answer.snapshot_id)
        except SnapshotError as error:
            return [f"the answer names a snapshot that was never published: {error}"]
        faults = []
        for cited in answer.citations:
            if texts.get(cited.report_id, "")[cited.start : cited.end] != cited.quote:
                faults.append(f"{cited.quote!r} does not stand at {cited.citation_id}")
        numbers = {cited.number for cited in answer.citations}
        if any(set(segment.citations) - numbers for segment in answer.segments):
            faults.append("a segment cites what is not among the citations")
        if question == CHANGED_QUESTION:
            if not _from_changed(answer, texts):
                faults.append(f"not of the report that was changed: {answer.status}, {answer.text!r}")
        elif question and _said(answer) != (before := self._first.setdefault(question, _said(answer))):
            faults.append(f"other than before: {_said(answer)}, not {before}")
        return faults

    def quote(self, snapshot_id: str, report_id: str, start: int, end: int) -> str:
        """What stands there."""
        return self._of(snapshot_id)[report_id][start:end]

    def _of(self, snapshot_id: str) -> Mapping[str, str]:
        with self._lock:
            if snapshot_id not in self._texts:
                snapshot = open_snapshot(self._index / SNAPSHOTS / snapshot_id)
                self._texts[snapshot_id] = {report.report_id: report.text for report in snapshot.reports.values()}
            return self._texts[snapshot_id]


def _said(answer: Answer) -> tuple[object, ...]:
    return answer.status, answer.reason, answer.text, tuple(cited.citation_id for cited in answer.citations)


def _from_changed(answer: Answer, texts: Mapping[str, str]) -> bool:
    """Whether it is answered, from that report; that the quote is of its snapshot is seen above."""
    return answer.status == "answered" and any("朔原县" in texts[cited.report_id] for cited in answer.citations)
