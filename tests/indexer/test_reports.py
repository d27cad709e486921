"""A file becomes reports; what was kept is a subsequence of the decoded file, character for character."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.errors import ReadError, UnsupportedFormat
from indexer.files import MAX_FILE_BYTES
from indexer.readers.decoding import decode
from indexer.reports import read_file, reading_of, report_id
from indexer.types import FileReading

# Zero-width, right-to-left, combining, line ends of every system, emoji, compatibility forms, headings.
AWKWARD = (
    "\u200b\u200d\ufeff\u202e\u2066\u00ad\x00\x07e\u0301\r\n\r\n\u2028\x85　 שעربى👨👩ﬁ㎡Ⅳ"
    "，。；：“”（）()#*<>-—·0129一二三、是第条章年月日附件点击下载本站"
)
LINES = st.sampled_from(
    (
        "一、2021年工作回顾",
        "（一）推进简政放权",
        "1. 抓项目",
        "2022年1月12日",
        "各位代表：",
        "各位代表！",
        "附件1",
        "推进简政放权。省本级行政许可事项压减到287项，办理时限平均缩短61%，不动产登记压到3个工作日。",
        "当前位置：首页 > 政务公开",
        "扫一扫在手机打开当前页",
        "版权所有：某某文库 未经许可不得转载",
        "(篇一) 现将情况报告如下:" + "全省各级政府把依法行政摆在突出位置。" * 7,
        "(篇二) 现将情况报告如下:" + "全省各级政府把依法行政摆在突出位置。" * 7,
        "政府工作报告",
        "某某市人民政府",
    )
)
TEXTS = st.one_of(
    st.text(st.sampled_from(AWKWARD), max_size=80),
    st.text(max_size=60),
    st.lists(LINES | st.text(st.sampled_from(AWKWARD), max_size=12), max_size=14).map("\n".join),
)


def is_subsequence(kept: str, whole: str) -> bool:
    rest = iter(whole)
    return all(char in rest for char in kept)


def check(reading: FileReading, decoded: str) -> None:
    """The reports stand in the decoded file one behind the other, nothing added and nothing replaced."""
    assert is_subsequence("".join(report.text for report in reading.reports), decoded)
    for report in reading.reports:
        assert report.text.strip()
        assert re.fullmatch(r"[A-Za-z0-9_-]+", report.report_id)
        assert (report.file, report.encoding) == (reading.file, reading.encoding)


def test_kept_text_of_every_file_is_a_subsequence(readings: dict[Path, FileReading]) -> None:
    for path, reading in readings.items():
        check(reading, decode(path.read_bytes()).text)


@given(TEXTS)
@example("\ufeff正文。\r\n第二行\r第三行\u200b")
@example("点击下载\r\n正文是一句话，说的是依法行政工作的情况，办理案件2270件。\r\n返回首页")
def test_kept_text_of_any_text_is_a_subsequence(text: str) -> None:
    raw = text.encode("utf-8", "replace")
    try:
        reading = reading_of(raw, "某某市政府工作报告.txt")
    except ReadError:
        return
    check(reading, decode(raw).text)


def test_invisible_characters_and_carriage_returns_go_and_are_named() -> None:
    reading = reading_of("\u200b行政\u202e复议\u00ad案件\r\n受理2270件。\r完".encode(), "a.txt")
    assert reading.reports[0].text == "行政复议案件\n受理2270件。\r完"
    assert [item.reason for item in reading.dropped] == ["3 invisible characters"]


def test_combining_marks_and_compatibility_forms_stay() -> None:
    text = "e\u0301lan ﬁ ㎡ Ⅳ ２２７０ 〇 訴願\u3000完"
    assert reading_of(text.encode(), "a.txt").reports[0].text == text


def test_what_was_left_out_is_listed(shared_readings: dict[Path, FileReading]) -> None:
    for path, reading in shared_readings.items():
        text = decode(path.read_bytes()).text
        for item in reading.dropped:
            assert item.reason
            assert item.text == item.text.strip()
            assert is_subsequence(item.text, text)


def test_a_table_of_contents_before_a_compilation_is_listed_as_dropped() -> None:
    body = "全省各级政府把依法行政摆在突出位置，基础工作明显加强。" * 5
    text = f"调研材料汇编\n篇一 北沅省\n篇二 砚海省\n篇一\n{body}\n篇二\n{body}\n"
    reading = reading_of(text.encode(), "a.txt")
    assert [report.text for report in reading.reports] == [body, body]
    assert [item.text for item in reading.dropped] == ["调研材料汇编\n篇一 北沅省\n篇二 砚海省"]


def test_parts_of_a_markdown_compilation_have_their_own_titles() -> None:
    body = "全省各级政府把依法行政摆在突出位置，基础工作明显加强。" * 5
    text = f"# 2023年调研报告(2篇)\n**篇一：关于云岭省的调研报告**\n一、成效\n{body}\n二、问题\n{body}\n"
    one, two = reading_of(f"{text}**篇二**\n一、成效\n{body}\n二、问题\n{body}\n".encode(), "a.txt").reports
    assert (one.title, two.title) == ("关于云岭省的调研报告", "2023年调研报告篇二")
    assert (one.metadata.region and one.metadata.region.value, two.metadata.region) == ("云岭省", None)
    assert [[section.label for section in report.sections] for report in (one, two)] == [["一、成效", "二、问题"]] * 2


@pytest.mark.parametrize(
    "start",
    [
        "<?xml version='1.0'?>",
        "<?xml version='1.0'?><rss>",
        "<!-- saved -->\n<!--\n2 -->\n<?xml version='1.0'?>",
    ],
)
def test_markup_is_refused_with_what_to_do(start: str) -> None:
    with pytest.raises(UnsupportedFormat, match="save the page as plain text"):
        reading_of(f"{start}政府工作报告</html>".encode(), "a.txt")


def test_real_files_of_other_formats_are_refused(shared: Path) -> None:
    paths = [path for suffix in ("pdf",) for path in (shared / "reports").rglob(f"*.{suffix}")]
    assert len(paths) >= 4
    for path in paths:
        with pytest.raises(UnsupportedFormat, match="plain text"):
            read_file(path)


@pytest.mark.parametrize("name", ["数据.json", "报告.wps", "报告.DOC"])
def test_text_of_an_unknown_format_is_refused_by_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("受理2270件。", encoding="utf-8")
    with pytest.raises(UnsupportedFormat, match=Path(name).suffix.lower()):
        read_file(tmp_path / name)


@pytest.mark.parametrize("name", ["报告", "报告.txt", "报告.TXT", "报告.md", "第1.2023年报告", "a.2023"])
def test_text_is_read_whatever_a_title_like_suffix_says(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("受理2270件。", encoding="utf-8")
    assert read_file(tmp_path / name).reports[0].text == "受理2270件。"


def test_a_page_of_nothing_but_boilerplate_is_kept_for_its_owner_to_see() -> None:
    page = "首页 > 政务公开\n扫一扫在手机打开当前页\n版权所有：某某文库\n"
    assert reading_of(page.encode(), "a.txt").reports[0].text == page  # no line reads as a report: nothing is dropped


def test_a_file_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"cannot be opened.*check the path"):
        read_file(tmp_path / "absent.txt")
    with pytest.raises(ReadError, match="cannot be opened"):
        read_file(tmp_path)


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(MAX_FILE_BYTES + 1)
    with pytest.raises(ReadError, match="split the file"):
        read_file(path)


def test_report_ids_are_safe_stable_and_apart() -> None:
    names = ["a/2022年澜川市政府工作报告.txt", "b/2022年澜川市政府工作报告.txt", "ß é\ud800.txt", ""]
    ids = [report_id(name, part) for name in names for part in (None, 1, 2)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"r[0-9a-f]{16}", found) for found in ids)
    assert ids == [report_id(name, part) for name in names for part in (None, 1, 2)]
    digest = hashlib.sha256("reports/依法行政.txt#2".encode()).hexdigest()
    assert report_id("reports/依法行政.txt", 2) == f"r{digest[:16]}"  # the same on every machine


def test_reports_of_one_file_have_their_own_ids(shared_readings: dict[Path, FileReading]) -> None:
    ids = [report.report_id for reading in shared_readings.values() for report in reading.reports]
    assert len(set(ids)) == len(ids)


def test_the_name_given_wins_over_the_path(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("受理2270件。", encoding="utf-8")
    reading = read_file(tmp_path / "a.txt", "reports/2022年度报告.txt")
    assert reading.file == "reports/2022年度报告.txt"
    assert reading.reports[0].report_id == report_id("reports/2022年度报告.txt", None)
    assert reading.reports[0].title == "2022年度报告"
