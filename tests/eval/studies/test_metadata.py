"""The labels of real reports, and how what is read of them is judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.studies.metadata import FIELDS, LABELS, Label, as_table, judged, read
from indexer.chinese.places import NATION, path_of
from indexer.metadata.kinds import KINDS
from indexer.reports import reading_of


@pytest.fixture(scope="module")
def labels() -> list[Label]:
    return [Label.model_validate_json(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]


def test_labels_are_of_places_and_kinds_that_there_are(labels: list[Label]) -> None:
    assert len({(label.file, label.part) for label in labels}) == len(labels)
    for label in labels:
        assert label.kind in KINDS
        if label.region and label.region != (NATION,):
            assert path_of("".join(label.region)) == label.region


def test_what_is_read_is_right_or_told(labels: list[Label]) -> None:
    label = next(one for one in labels if one.region[-1:] == ("光明区",))
    text = "一、2020年工作回顾\n好。\n"
    right = reading_of(text.encode(), label.file).reports[0]
    wrong = reading_of(text.encode(), "广东省2019年统计公报.txt").reports[0]
    found = judged([label, label], [right, wrong])
    assert found.keys() == FIELDS.keys()
    assert [is_right for _, _, is_right in found["region"]] == [True, False]
    assert [told for _, told, _ in found["year"]] == ["2021", "2019"]
    table = as_table(found)
    assert "| region | 1 of 2 | 1 of 2 |" in table
    assert f"* {label.file}: region 广东省, not 广东省 深圳市 光明区" in table


def test_the_reports_of_the_labels_are_read_as_the_table_says(shared: Path, labels: list[Label]) -> None:
    found = judged(labels, read(shared / "reports", labels))
    for field, rows in found.items():
        assert all(right for _, _, right in rows), (field, [(one.file, told) for one, told, right in rows if not right])
