"""A definition stands where the name does, or right behind it."""

from __future__ import annotations

from typing import Any

from service.asked_names import not_of_the_name
from service.types import SearchQuestion
from service.understand import understand

TEXT = """石桥市治理工作报告

全市推行“2+8+X”网格，即2个中心、8个片区和若干站点。所谓“圆桌会”，是指村民每月议事一次的制度。全市还设“红帽子”岗。
它由退休职工组成。城区试点“2+8+46+X”模式。
"""


def left_out(make_asker: Any, question: str) -> str:
    passages = make_asker({"石桥市治理工作报告.txt": TEXT}).search(SearchQuestion(question=question)).passages
    out = not_of_the_name(understand(question), passages)
    return "".join(
        span.of(p.chunk.text) for p in passages for span in sorted(out.get(p.chunk.chunk_id, ()), key=lambda s: s.start)
    )


def test_sentences_about_other_names_are_left_out(make_asker: Any) -> None:
    out = left_out(make_asker, "“2+8+X”是什么意思？")
    assert "即2个中心" not in out
    assert "圆桌会" in out
    assert "2+8+46+X" in out


def test_what_goes_on_with_the_name_is_about_it(make_asker: Any) -> None:
    out = left_out(make_asker, "“红帽子”岗是什么意思？")
    assert "退休职工" not in out
    assert "圆桌会" in out


def test_a_name_that_stands_nowhere_leaves_all(make_asker: Any) -> None:
    assert left_out(make_asker, "“蓝马甲”是什么意思？") == ""
